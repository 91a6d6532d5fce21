//! The linter: every rule by its page, suppressions and levels, the command, and what it finds in real policies.

mod command;
mod corpus;
mod pages;
mod suppressions;

use std::fs;
use std::path::Path;

use latch::engine::Engine;
use latch::lint::{Finding, Settings, Subject, lint};

/// What is found in a text without mistakes.
fn found(text: &str, settings: &Settings) -> Vec<Finding> {
    let engine = Engine::from_text([("a.latch", text)]).unwrap_or_else(|it| panic!("{it}\n{text}"));
    lint(&Subject::new(engine.sources(), engine.policy_set(), settings))
}

/// The names of the rules that find something in a text, in the order of the text.
fn names(text: &str, settings: &Settings) -> Vec<&'static str> {
    found(text, settings).iter().map(|it| it.rule.name()).collect()
}

/// Holds a text to the file of that name in this folder; `UPDATE=1` writes it anew, to be read before it is kept.
fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint").join(name);
    if std::env::var_os("UPDATE").is_some_and(|it| it == "1") {
        fs::write(&path, text).expect("written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let differing = kept.lines().zip(text.lines()).find(|(old, new)| old != new);
    assert!(kept == text, "{name}: UPDATE=1 writes it anew; first difference: {differing:#?}");
}
