//! Valid files, and what is said of files with errors.

mod errors;

use super::parse;
use crate::diagnostic::Diagnostic;
use crate::source::Sources;
use crate::syntax::ast::File;

fn read(text: &str) -> (File, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let id = Sources::new().add("test", text);
    let file = parse(id, text, &mut diagnostics);
    (file, diagnostics)
}

#[test]
fn the_prelude_reads() {
    let (file, diagnostics) = read(include_str!("../../../prelude.latch"));
    assert_eq!(diagnostics, []);
    assert!(file.items.len() > 150);
}

#[test]
fn the_sample_reads() {
    let (file, diagnostics) = read(include_str!("../../sample.latch"));
    assert_eq!(diagnostics, []);
    assert_eq!(file.items.len(), 29);
    assert_eq!(file.comments.len(), 8);
}
