//! Finds names that nothing uses.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::allow;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::declared;
use crate::lint::subject::{Subject, found};
use crate::source::Span;
use crate::syntax::ast::{Item, ItemKind};
use std::collections::BTreeSet;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1304", name: "unused-declaration" },
    severity: Severity::Warning,
    category: Category::Hygiene,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("unused_declaration.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for item in subject.items() {
        let text = subject.sources.text(item.span);
        let own = declared(item).map(|it| it.span);
        used.extend(
            words(text, item.span).filter(|(_, at)| Some(*at) != own).map(|(word, _)| word),
        );
    }
    for item in subject.items().filter(|it| is_there_to_be_used(it)) {
        let Some(name) = declared(item) else { continue };
        if used.contains(name.node.as_str()) {
            continue;
        }
        let message = format!("nothing uses `{}`", allow::name(item));
        all.push(found(RULE.code, name.span, message).help("take it out"));
    }
}

fn is_there_to_be_used(item: &Item) -> bool {
    match &item.kind {
        // Break-glass accounts are declared for whoever checks.
        ItemKind::Object(object) => object.emergency.is_none(),
        // A trusted network is used by `location in trusted`.
        ItemKind::Network(network) => network.trusted.is_none(),
        ItemKind::Strength(_) | ItemKind::Let(_) | ItemKind::Attribute(_) => true,
        ItemKind::Policy(_) | ItemKind::Archetype(_) => false,
        ItemKind::Assert(_) | ItemKind::Test(_) => false,
    }
}

/// Every word of an item outside comments and strings, with its place.
fn words(text: &str, span: Span) -> impl Iterator<Item = (&str, Span)> {
    let bytes = text.as_bytes();
    let (mut at, mut found) = (0, Vec::new());
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b'"' => at = after_string(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at += bytes[at..].iter().position(|it| *it == b'\n').unwrap_or(bytes.len() - at);
            }
            byte if is_word(byte) => {
                at += bytes[at..].iter().position(|it| !is_word(*it)).unwrap_or(bytes.len() - at);
                let from = span.start as usize;
                found.push((&text[start..at], Span::new(span.source, from + start, from + at)));
            }
            _ => at += 1,
        }
    }
    found.into_iter()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

fn after_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}
