//! Hostile files: bounded stack, bounded time, a limit's diagnostic.

use super::parse;
use crate::syntax::codes;
use crate::syntax::limits::*;
use std::time::{Duration, Instant};

/// Nearly a megabyte: few enough for the limit on words, even where every byte is one.
const MEGABYTE: usize = 990_000;

/// What a megabyte may take at most, in any profile on any machine. Linear parsing takes a fraction of it;
/// quadratic parsing would take hours.
const PATIENCE: Duration = Duration::from_secs(20);

/// A megabyte of `unit` between `head` and `tail`.
fn megabyte(head: &str, unit: &str, tail: &str) -> String {
    format!("{head}{}{tail}", unit.repeat(MEGABYTE / unit.len()))
}

/// The codes found in `text`, in time.
fn found(text: &str) -> Vec<&'static str> {
    let start = Instant::now();
    let (_, diagnostics) = parse(text);
    let taken = start.elapsed();
    assert!(taken < PATIENCE, "{taken:?} for {}…", text.chars().take(30).collect::<String>());
    diagnostics.iter().map(|diagnostic| diagnostic.code.name).collect()
}

fn nested(open: &str, close: &str, levels: usize) -> String {
    format!("let x = {}a{}\n", open.repeat(levels), close.repeat(levels))
}

#[test]
fn nesting_reaches_its_limit() {
    for (open, close) in [("(", ")"), ("not ", ""), ("not (", ")"), ("(a and b or ", ")")] {
        let levels = if open == "not (" { MAX_NESTING / 2 } else { MAX_NESTING };
        assert_eq!(found(&nested(open, close, levels)), [""; 0], "{open}");
        assert_eq!(
            found(&nested(open, close, levels + 1)),
            [codes::NESTED_TOO_DEEP.name],
            "{open}"
        );
    }
}

#[test]
fn nesting_reaches_its_limit_in_every_shape() {
    let (open, close) = ("(".repeat(MAX_NESTING - 1), ")".repeat(MAX_NESTING - 1));
    let grants = format!("policy x {{ require {open}mfa{close} }}");
    assert_eq!(found(&grants), [""; 0]);
    let expectations = format!("assert x {{ expect require mfa or {open}block{close} }}");
    assert_eq!(found(&expectations), [""; 0]);
}

#[test]
fn a_megabyte_of_nesting() {
    for unit in ["(", "[", "{", "not ", "not (", "policy x { when (", ")", "}", "]"] {
        assert!(!found(&megabyte("let x = ", unit, "")).is_empty(), "{unit}");
    }
}

#[test]
fn a_megabyte_of_parentheses_in_pieces() {
    let piece = nested("(", ")", MAX_NESTING);
    assert_eq!(found(&megabyte("", &piece, "")), [""; 0]);
    let open = format!("let x = {}\n", "(".repeat(MAX_NESTING));
    assert_eq!(found(&megabyte("", &open, "")).len(), MAX_ERRORS + 1);
}

#[test]
fn long_lists_reach_their_limit() {
    let list = |members: usize| format!("let x = a in [{}b]", "b, ".repeat(members - 1));
    assert_eq!(found(&list(MAX_LIST)), [""; 0]);
    assert_eq!(found(&list(MAX_LIST + 2)), [codes::LIST_TOO_LONG.name]);
}

#[test]
fn long_items_reach_their_limit() {
    let item = megabyte("policy x { ", "block ", "}");
    assert_eq!(found(&item), [""; 0]);
    let long = format!("policy x {{ {} }} group y = \"z\"", "block ".repeat(MAX_ITEM_TOKENS));
    assert_eq!(found(&long), [codes::ITEM_TOO_LARGE.name]);
}

#[test]
fn large_files_reach_their_limits() {
    assert_eq!(found(&" ".repeat(MAX_FILE_BYTES)), [""; 0]);
    assert_eq!(found(&" ".repeat(MAX_FILE_BYTES + 1)), [codes::FILE_TOO_LARGE.name]);
    assert_eq!(found(&"x ".repeat(MAX_TOKENS + 1)), [codes::FILE_TOO_LARGE.name]);
    assert_eq!(found(&"group a=\"b\"\n".repeat(MAX_ITEMS)), [""; 0]);
    assert_eq!(found(&"group a=\"b\"\n".repeat(MAX_ITEMS + 1)), [codes::FILE_TOO_LARGE.name]);
}

#[test]
fn long_names_reach_their_limit() {
    let named = |length: usize| format!("group {} = \"x\"", "a".repeat(length));
    assert_eq!(found(&named(MAX_NAME_LENGTH)), [""; 0]);
    assert_eq!(found(&named(MAX_NAME_LENGTH + 1)), [codes::NAME_TOO_LONG.name]);
}

#[test]
fn a_megabyte_of_anything() {
    let units = [
        "\"",
        "\"\n",
        "\\",
        "a",
        "1",
        "1.",
        ":",
        "a.",
        "///\n",
        "@",
        "@a(\"b\")\n",
        "=",
        "==",
        "!",
        "&",
        ",",
        "é",
        "\u{202e}",
        "\r",
        "policy ",
        "policy a ",
        "group a ",
        "let ",
        "let x = a and ",
        "test ",
        "a or ",
        "a in ",
        "or (a ",
        "group = \"x\"\n",
        "group x = \n",
        "polcy x {\n}\n",
        "2026-11-23T",
        "::1 - ",
        "15 ",
        "in [a, ",
        "policy a { when b\n",
        "strength a { b \"c\" ",
        "expect step-up ",
        "\"\\u{",
        "policy x {\n  wehn a\n}\n",
    ];
    for unit in units {
        assert!(!found(&megabyte("", unit, "")).is_empty(), "{unit}");
    }
}

#[test]
fn a_megabyte_within_an_item() {
    let units = [
        "a or ",
        "a and ",
        "not a or ",
        "(a) and ",
        "a in [b] or ",
        "a between 1 and 2 and ",
        "\"a\", ",
        "1 ",
        "15 ",
        "a ",
        "::1 ",
        "a \"b\" ",
        "terms a accepted ",
        "a b ",
        "expect step-up a ",
        "require a or ",
        "require (a or ",
    ];
    let heads = [
        "let x = ",
        "policy x { when ",
        "policy x { require ",
        "assert x { expect ",
        "test \"x\" { ",
        "network x { ",
        "strength x { ",
        "policy x { sign-in ",
    ];
    for head in heads {
        for unit in units {
            found(&format!("{head}{}", unit.repeat(MEGABYTE / 16 / unit.len())));
        }
    }
}

#[test]
fn time_is_linear() {
    let time = |size: usize| {
        let text =
            "policy x {\n  when user in [a, b] and (c or not d)\n  require mfa\n}\n".repeat(size);
        let start = Instant::now();
        parse(&text);
        start.elapsed()
    };
    let (small, large) = (time(2_000), time(16_000));
    assert!(
        large < small * 8 * 4 + Duration::from_secs(1),
        "2,000 policies: {small:?}, 16,000: {large:?}"
    );
}
