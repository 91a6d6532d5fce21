//! The tables of the room agree with the grammar.

use super::parse;
use crate::syntax::words::{ITEMS, RESERVED};

const GRAMMAR: &str = include_str!("../../../grammar/latch.pest");

/// The words that the grammar spells in the rule of that name.
fn spelled_in(rule: &str) -> Vec<&'static str> {
    let start = GRAMMAR.find(&format!("\n{rule} ")).expect("the grammar has the rule");
    let body = GRAMMAR[start..].split_once('}').expect("the rule ends").0;
    let mut words: Vec<&str> = body.split('"').skip(1).step_by(2).collect();
    words.sort_unstable();
    words
}

#[test]
fn reserved_words_are_those_of_the_grammar() {
    let mut spelled = [spelled_in("structural"), spelled_in("reserved")].concat();
    spelled.sort_unstable();
    assert_eq!(spelled, RESERVED);
}

#[test]
fn every_kind_of_object_can_be_declared() {
    for kind in crate::syntax::ast::ObjectKind::ALL {
        let (file, diagnostics) = parse(&format!("{} x = \"id\"", kind.keyword()));
        assert_eq!((file.items.len(), diagnostics.len()), (1, 0), "{}", kind.keyword());
    }
    assert_eq!(spelled_in("object_kind").len(), crate::syntax::ast::ObjectKind::ALL.len());
}

#[test]
fn every_kind_of_item_has_its_word() {
    let (file, _) = parse(include_str!("../sample.latch"));
    let mut kinds: Vec<&str> = file.items.iter().map(|item| item.keyword()).collect();
    kinds.extend(crate::syntax::ast::ObjectKind::ALL.map(|kind| kind.keyword()));
    kinds.sort_unstable();
    kinds.dedup();
    let mut words = ITEMS;
    words.sort_unstable();
    assert_eq!(kinds, words);
}

#[test]
fn no_reserved_word_is_a_name() {
    for word in RESERVED {
        let (_, diagnostics) = parse(&format!("group {word} = \"id\""));
        assert_eq!(diagnostics.len(), 1, "{word}");
        assert_eq!(diagnostics[0].code.name, "reserved-word", "{word}");
    }
}
