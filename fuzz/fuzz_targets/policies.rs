//! Any text becomes an engine, or findings that can be drawn; what parses formats to what parses the same.
#![no_main]

use latch::engine::{Engine, LoadError};
use latch::render::{Style, render};
use latch::source::Sources;
use latch::syntax::{format, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(LoadError::Policies(findings)) = Engine::from_text([("fuzz.latch", text)]) {
        for diagnostic in &findings.diagnostics {
            render(diagnostic, &findings.sources, Style::PLAIN);
        }
    }
    let mut sources = Sources::new();
    let source = sources.add("fuzz.latch", text);
    let mut found = Vec::new();
    let tree = parse(source, text, &mut found);
    if found.is_empty() {
        let formatted = format(&tree);
        assert_eq!(parse(source, &formatted, &mut found), tree);
        assert!(found.is_empty());
        assert_eq!(format(&tree), formatted);
    }
});
