//! What parses formats to what parses the same, and everything else ends in findings that can be drawn. Without the
//! meaning, this is some twenty times as fast as the target `policies`.
#![no_main]

use latch::render::{Style, render};
use latch::source::Sources;
use latch::syntax::{format, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut sources = Sources::new();
    let source = sources.add("fuzz.latch", text);
    let mut found = Vec::new();
    let tree = parse(source, text, &mut found);
    for diagnostic in &found {
        render(diagnostic, &sources, Style::PLAIN);
    }
    if found.is_empty() {
        let formatted = format(&tree);
        assert_eq!(parse(source, &formatted, &mut found), tree);
        assert!(found.is_empty());
        assert_eq!(format(&tree), formatted);
    }
});
