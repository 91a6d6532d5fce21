//! The layout, on files that people wrote.

use super::format;
use crate::source::Sources;
use crate::syntax::ast::File;
use crate::syntax::parse;

fn read(text: &str) -> File {
    let mut diagnostics = Vec::new();
    let id = Sources::new().add("test", text);
    let file = parse(id, text, &mut diagnostics);
    assert_eq!(diagnostics, [], "{text}");
    file
}

fn pretty(text: &str) -> String {
    format(&read(text))
}

/// Compares line by line, so that a failure shows the line and not two files.
fn same_text(found: &str, expected: &str) {
    for (at, (found, expected)) in found.lines().zip(expected.lines()).enumerate() {
        assert_eq!(found, expected, "line {}", at + 1);
    }
    assert_eq!(found.len(), expected.len());
}

#[test]
fn the_prelude_is_formatted() {
    let prelude = include_str!("../../prelude.latch");
    same_text(&pretty(prelude), prelude);
}

#[test]
fn the_sample_is_formatted() {
    let sample = include_str!("../sample.latch");
    let once = pretty(sample);
    println!("{once}");
    assert_eq!(read(&once), read(sample));
    same_text(&pretty(&once), &once);
}

#[test]
fn a_messy_file_becomes_tidy() {
    let tidy = include_str!("tidy.latch");
    same_text(&pretty(include_str!("messy.latch")), tidy);
    same_text(&pretty(tidy), tidy);
}
