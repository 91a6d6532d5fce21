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

#[test]
fn a_byte_order_mark_and_other_line_ends_are_read() {
    let (file, diagnostics) =
        read("\u{feff}// é\r\ngroup a = \"b\" // c\r\n\r\n/// d\r\ngroup e = \"f\"\r\n");
    assert_eq!(diagnostics, []);
    assert_eq!(file.items[1].docs[0].node, "d");
    let comments: Vec<&str> =
        file.comments.iter().map(|comment| comment.text.node.as_str()).collect();
    assert_eq!(comments, [" é", " c"]);
    assert_eq!(file.gaps.iter().count(), 1);
}

#[test]
fn spans_are_places_in_the_file() {
    let text = "group a = \"b\"\n\npolicy x {\n  when user in [a, b] // c\n  block\n}\n";
    let (file, _) = read(text);
    assert_eq!(&text[file.items[0].span.range()], "group a = \"b\"");
    let crate::syntax::ast::ItemKind::Policy(policy) = &file.items[1].kind else {
        panic!("{file:?}")
    };
    let crate::syntax::ast::Clause::When(condition) = &policy.clauses[0] else {
        panic!("{policy:?}")
    };
    assert_eq!(&text[condition.span().range()], "user in [a, b]");
}
