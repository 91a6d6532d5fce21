//! What a word means, for whoever rests on it.

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind};

use crate::lsp::index::{Role, Word};
use crate::lsp::set::Set;
use crate::schema::attribute::{Attribute, Kind};
use crate::schema::grant::GrantWord;
use crate::schema::method::{Factor, Method};
use crate::schema::session::CONTROLS;
use crate::source::SourceId;
use crate::syntax::ast::Item;
use crate::syntax::format_item;

/// The most lines of an item that are shown.
const MAX_LINES: usize = 40;

/// What the word at a byte means.
pub(super) fn hover(set: &Set, source: SourceId, byte: usize) -> Option<Hover> {
    let word = set.index().at(source, byte)?;
    let text = meaning(set, word)?;
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value: text }),
        range: set.range(source, word.span.range()),
    })
}

fn meaning(set: &Set, word: &Word) -> Option<String> {
    let text = word.text.as_str();
    match word.role {
        Role::Declares | Role::Value => item(set, text).or_else(|| value(text)),
        Role::Attribute => attribute(text).or_else(|| item(set, text)),
        Role::Grant => grant(text),
        Role::Method => method(text),
        Role::Session => session(text),
        Role::Marker | Role::Id => None,
    }
}

/// The item of a name: its documentation, and what it says.
fn item(set: &Set, name: &str) -> Option<String> {
    Some(told(set.item(name)?))
}

/// An item as it would be shown.
pub(super) fn told(item: &Item) -> String {
    let docs: Vec<_> = item.docs.iter().map(|line| line.node.trim()).collect();
    let mut bare = item.clone();
    bare.docs.clear();
    let text = format_item(&bare);
    let mut lines: Vec<_> = text.lines().take(MAX_LINES).collect();
    if text.lines().count() > MAX_LINES {
        lines.push("…");
    }
    let code = format!("```latch\n{}\n```", lines.join("\n"));
    match docs.is_empty() {
        true => code,
        false => format!("{code}\n\n{}", docs.join("\n")),
    }
}

/// An attribute: what it says, and which values it has.
pub(super) fn attribute(name: &str) -> Option<String> {
    let row = Attribute::by_name(name)?.row();
    Some(format!("**{}** · {}\n\n{}", row.name, kind(row.kind), row.doc))
}

fn kind(kind: Kind) -> String {
    match kind {
        Kind::Boolean => "true or false".to_owned(),
        Kind::Enumeration(words) => format!("one of {}", listed(words)),
        Kind::Ordered(words) => format!("one of {}, lowest first", listed(words)),
        Kind::EnumerationSet(words) => format!("any of {}", listed(words)),
        Kind::Members | Kind::Apps => "members, by name".to_owned(),
        Kind::Identifier => "an id, by name".to_owned(),
        Kind::Identifiers => "ids, by name".to_owned(),
        Kind::Address => "an address".to_owned(),
        Kind::Networks => "networks, by name".to_owned(),
        Kind::Country => "a country, by two letters".to_owned(),
        Kind::Integer => "a whole number".to_owned(),
        Kind::Text => "text, whatever its case".to_owned(),
        Kind::Version => "a version".to_owned(),
        Kind::TextSet => "a set of texts".to_owned(),
        Kind::Custom => "custom security attributes".to_owned(),
        Kind::Instant => "a time of day, in a zone".to_owned(),
        Kind::Weekday => "a day of the week, in a zone".to_owned(),
        Kind::Date => "a date, in a zone".to_owned(),
        Kind::Duration => "a length of time".to_owned(),
    }
}

fn listed(words: &[&str]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

fn grant(word: &str) -> Option<String> {
    let row = GrantWord::by_name(word)?.row();
    Some(format!("**{}** · a grant\n\n{}", row.name, row.doc))
}

fn method(word: &str) -> Option<String> {
    let row = Method::by_name(word)?.row();
    let factor = match row.factor {
        Factor::First => "a first factor",
        Factor::Second => "a second factor",
        Factor::Both => "both factors at once, or either",
    };
    Some(format!("**{}** · an authentication method\n\n{}: {factor}.", row.name, row.english))
}

fn session(first: &str) -> Option<String> {
    let row = CONTROLS.iter().find(|row| row.words.split(' ').next() == Some(first))?;
    Some(format!("**{}** · a session control\n\n{}", row.words, row.doc))
}

/// A word of an enumeration, or one that stands for a set.
fn value(word: &str) -> Option<String> {
    let what = crate::hir::reserved_word(word)?;
    Some(format!("**{word}** · {what}"))
}
