//! Everything that could grow without end ends in a diagnostic.

use std::fmt::Write;

use super::{good, read, told};
use crate::hir::limits::{MAX_DEPTH, MAX_ERRORS, MAX_POLICIES, MAX_TEXT};
use crate::schema::attribute::MAX_OWN_ATTRIBUTES;

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, at| {
        let _ = writeln!(text, "{}", line(at));
        text
    })
}

/// The codes of what is said about a text, each once.
fn codes(text: &str) -> Vec<&'static str> {
    let (_, _, diagnostics) = read(&[text]);
    let mut codes: Vec<&str> = diagnostics.iter().map(|it| it.code.id).collect();
    codes.dedup();
    codes
}

#[test]
fn a_let_that_doubles_stops() {
    let doubling = lines(40, |at| format!("let x{} = x{at} and x{at}", at + 1));
    let text = format!("let x0 = device.compliant\n{doubling}policy p {{ when x40 block }}");
    assert_eq!(codes(&text), ["L0413"]);
}

#[test]
fn a_long_list_used_often_stops() {
    let ids: Vec<String> = (0..20_000).map(|at| format!("\"{at}\"")).collect();
    let policies = lines(200, |at| format!("policy p{at} {{ when user in g block }}"));
    assert_eq!(codes(&format!("group g = {}\n{policies}", ids.join(", "))), ["L0413"]);
}

#[test]
fn a_deep_chain_of_lets_stops() {
    let chain = |length: usize| {
        let chain = lines(length, |at| format!("let x{} = not x{at}", at + 1));
        format!("let x0 = device.compliant\n{chain}policy p {{ when x{length} block }}")
    };
    good(&chain(MAX_DEPTH - 1));
    assert_eq!(codes(&chain(MAX_DEPTH)), ["L0414"]);
    assert_eq!(codes(&chain(20_000)), ["L0414"]);
}

#[test]
fn a_long_chain_that_is_not_deep_is_fine() {
    let chain = lines(20_000, |at| format!("let x{} = x{at}", at + 1));
    good(&format!("let x0 = device.compliant\n{chain}policy p {{ when x20000 block }}"));
}

#[test]
fn large_cycles_are_told_once() {
    let chain = lines(20_000, |at| format!("let x{} = x{at} or x0", at + 1));
    let (sources, _, diagnostics) = read(&[&format!("let x0 = x20000\n{chain}")]);
    let [one] = diagnostics.as_slice() else { panic!("{:#?}", told(&sources, &diagnostics)) };
    assert_eq!(one.code.id, "L0206");
    assert!(one.labels.len() < 10);
}

#[test]
fn own_attributes_are_counted() {
    let attributes = |count| lines(count, |at| format!("attribute a{at}: boolean"));
    assert_eq!(good(&attributes(MAX_OWN_ATTRIBUTES)).own_attributes.len(), MAX_OWN_ATTRIBUTES);
    assert_eq!(codes(&attributes(MAX_OWN_ATTRIBUTES + 1)), ["L0412"]);
}

#[test]
fn policies_are_counted() {
    let half = MAX_POLICIES / 2 + 1;
    let part =
        |part: usize| lines(half, |at| format!("policy p{part}-{at} {{ when always block }}"));
    let (_, set, diagnostics) = read(&[&part(1), &part(2)]);
    let codes: Vec<&str> = diagnostics.iter().map(|it| it.code.id).collect();
    assert_eq!((codes, set.policies.len()), (vec!["L0411"], MAX_POLICIES));
}

#[test]
fn errors_are_told_up_to_a_number() {
    let text =
        lines(MAX_ERRORS * 3, |at| format!("policy p{at} {{ when user in nobody{at} block }}"));
    let (_, _, diagnostics) = read(&[&text]);
    assert_eq!(diagnostics.len(), MAX_ERRORS + 1);
    assert_eq!(diagnostics.last().map(|it| it.code.id), Some("L0415"));
}

#[test]
fn messages_are_short_whatever_they_quote() {
    let text = format!("policy p {{ when platform is \"{}\" block }}", "é".repeat(100_000));
    let (_, _, diagnostics) = read(&[&text]);
    assert_eq!(diagnostics[0].message.chars().count(), MAX_TEXT + 1);
}
