//! Any bytes, sealed as a compiled policy set, are refused or decide.
#![no_main]

use std::sync::LazyLock;

use latch::engine::Engine;
use latch::request::{Request, json};
use libfuzzer_sys::fuzz_target;

/// Where the checksum of a file stands, and the body behind it.
const CHECKSUM: usize = 12;
const BODY: usize = 16;

static FILE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let text = include_str!("../../policies/starter/policies.latch");
    let names = include_str!("../../policies/starter/names.latch");
    let engine = Engine::from_text([("policies.latch", text), ("names.latch", names)]);
    engine.expect("the starter set").to_saved()
});

static REQUESTS: LazyLock<Vec<Request>> = LazyLock::new(|| {
    let lines = include_str!("../../policies/baseline/sign-ins.jsonl").lines();
    lines.take(8).map(|line| json::read(line).expect("a sign-in")).collect()
});

// The first two bytes say where the rest stands in a good file; without a place in it, the rest is the whole body.
fuzz_target!(|input: (u16, &[u8])| {
    let (at, bytes) = (BODY + usize::from(input.0), input.1);
    let mut file = FILE.clone();
    match file.get_mut(at..at + bytes.len()) {
        Some(place) => place.copy_from_slice(bytes),
        None => file.splice(BODY.., bytes.iter().copied()).for_each(drop),
    }
    let checksum = crc32fast::hash(&file[BODY..]);
    file[CHECKSUM..BODY].copy_from_slice(&checksum.to_le_bytes());
    if let Ok(engine) = Engine::from_saved(file) {
        for request in REQUESTS.iter() {
            engine.review(request);
        }
    }
});
