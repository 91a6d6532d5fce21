//! Any text becomes an engine, or findings that can be drawn.
#![no_main]

use latch::engine::{Engine, LoadError};
use latch::render::{Style, render};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(LoadError::Policies(findings)) = Engine::from_text([("fuzz.latch", text)]) {
        for diagnostic in &findings.diagnostics {
            render(diagnostic, &findings.sources, Style::PLAIN);
        }
    }
});
