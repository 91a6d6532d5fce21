//! What holds for the room as a whole: text and tree give each other back, nothing breaks the parser.

mod garbled;
mod generate;
mod hostile;
mod round_trip;
mod tables;

use crate::diagnostic::Diagnostic;
use crate::source::Sources;
use crate::syntax::ast::File;

const SAMPLE: &str = include_str!("../sample.latch");

fn parse(text: &str) -> (File, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let id = Sources::new().add("test", text);
    let file = crate::syntax::parse(id, text, &mut diagnostics);
    (file, diagnostics)
}

fn parse_valid(text: &str) -> File {
    let (file, diagnostics) = parse(text);
    assert_eq!(diagnostics, [], "{text}");
    file
}

/// The seed of the random tests: always the same one, unless `LATCH_SEED` says otherwise.
fn seed() -> u64 {
    std::env::var("LATCH_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(42)
}
