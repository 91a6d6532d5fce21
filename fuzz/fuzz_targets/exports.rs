//! Any bytes are an export whose policies compile, or are refused.
#![no_main]

use latch::engine::Engine;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let imported = latch::entra::import(&latch::entra::from_bytes("fuzz.json", bytes));
    if let Err(error) = Engine::from_text(imported.files) {
        panic!("what was imported does not compile: {error}");
    }
});
