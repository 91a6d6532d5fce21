//! Any text is a request that can be decided, or is refused.
#![no_main]

use std::sync::LazyLock;

use latch::decision::Options;
use latch::engine::Engine;
use latch::interpret::interpret;
use latch::request::json;
use libfuzzer_sys::fuzz_target;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let text = include_str!("../../policies/starter/policies.latch");
    let names = include_str!("../../policies/starter/names.latch");
    Engine::from_text([("policies.latch", text), ("names.latch", names)]).expect("the starter set")
});

fuzz_target!(|text: &str| {
    let read = json::read(text).ok().and_then(|request| ENGINE.typed(request).ok());
    if let Some(request) = read {
        let decided = ENGINE.decide(&request);
        let interpreted = interpret(ENGINE.policy_set(), &request, &Options::default());
        assert_eq!(decided.outcome, interpreted.outcome);
        let written = json::write(&request).to_string();
        assert_eq!(json::read(&written).as_ref(), Ok(&request));
    }
});
