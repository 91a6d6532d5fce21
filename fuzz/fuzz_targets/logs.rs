//! Any bytes are a stream of sign-ins that can be decided, or say why not, and it ends.
#![no_main]

use std::sync::LazyLock;

use latch::engine::Engine;
use latch::entra::log::{Records, Shape};
use libfuzzer_sys::fuzz_target;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let text = include_str!("../../policies/starter/policies.latch");
    let names = include_str!("../../policies/starter/names.latch");
    Engine::from_text([("policies.latch", text), ("names.latch", names)]).expect("the starter set")
});

/// What is packed may unpack without end; a fuzzer has no such patience.
const ENTRIES: usize = 10_000;

fuzz_target!(|input: (u8, &[u8])| {
    let (shape, bytes) = input;
    let records = Records::new(bytes);
    let records = match Shape::ALL.get(usize::from(shape)) {
        Some(shape) => records.of_shape(*shape),
        None => records,
    };
    for entry in records.take(ENTRIES).flatten() {
        let Ok(sign_in) = entry.sign_in else { continue };
        for policy in sign_in.recorded.iter().flat_map(|it| &it.policies) {
            let _ = policy.inconsistency().map(|it| it.to_string());
        }
        if let Ok(request) = ENGINE.typed(sign_in.request) {
            ENGINE.decide(&request);
        }
    }
});
