//! What can be typed next, from the tables of the language and from declared names.

use lsp_types::{CompletionItem, CompletionItemKind, Documentation, MarkupContent, MarkupKind};

use crate::hir::sets_of;
use crate::lsp::hover;
use crate::lsp::scene::{self, Wanted};
use crate::lsp::set::Set;
use crate::schema::attribute::{ATTRIBUTES, Attribute, Kind};
use crate::schema::grant::GRANTS;
use crate::schema::method::METHODS;
use crate::schema::operator::OPERATORS;
use crate::schema::session::CONTROLS;
use crate::syntax::ast::{Item, ItemKind, ObjectKind};
use crate::syntax::words;

/// What can stand at a byte of a text.
pub(super) fn complete(set: &Set, text: &str, byte: usize) -> Vec<CompletionItem> {
    let (_, wanted) = scene::at(text, byte);
    match wanted {
        Wanted::Nothing => Vec::new(),
        Wanted::Item => keywords(&words::ITEMS),
        Wanted::Clause => clauses(),
        Wanted::TestLine => test_lines(),
        Wanted::AssertLine => keywords(&["when", "unless", "proof", "expect"]),
        Wanted::Condition => conditions(set),
        Wanted::Operator(attribute) => operators(set, attribute),
        Wanted::Value(attribute) => values(set, attribute),
        Wanted::Grant => grants(),
        Wanted::GrantName(grant) => named(set, |item| is_of_grant(item, grant)),
        Wanted::Method => methods(),
        Wanted::Policy => named(set, |item| matches!(item.kind, ItemKind::Policy(_))),
        Wanted::Expectation => keywords(&["open", "step-up", "block", "not block", "require"]),
        Wanted::Membership => {
            named(set, |item| is_object(item, &[ObjectKind::Group, ObjectKind::Role]))
        }
        Wanted::Bound => keywords(&["always in", "may be in", "never in"]),
        Wanted::NetworkLine => keywords(&["country", "compliant-network", "mfa-trusted-ips"]),
    }
}

fn item(label: &str, kind: CompletionItemKind, docs: Option<String>) -> CompletionItem {
    let markup = |value| MarkupContent { kind: MarkupKind::Markdown, value };
    CompletionItem {
        label: label.to_owned(),
        kind: Some(kind),
        documentation: docs.map(markup).map(Documentation::MarkupContent),
        ..CompletionItem::default()
    }
}

fn keywords(words: &[&str]) -> Vec<CompletionItem> {
    words.iter().map(|word| item(word, CompletionItemKind::KEYWORD, None)).collect()
}

fn clauses() -> Vec<CompletionItem> {
    let controls = CONTROLS
        .iter()
        .map(|row| item(row.words, CompletionItemKind::KEYWORD, Some(row.doc.to_owned())));
    keywords(&["when", "unless", "block", "require"]).into_iter().chain(controls).collect()
}

fn test_lines() -> Vec<CompletionItem> {
    let words = keywords(&["proof", "assume rest absent", "expect"]);
    words.into_iter().chain(attributes(|_| true)).collect()
}

/// Attributes that a condition may name, and those that only a request has.
fn attributes(wanted: impl Fn(Attribute) -> bool) -> Vec<CompletionItem> {
    let rows = ATTRIBUTES.iter().filter(|row| wanted(row.attribute));
    let shown = |name: &str| item(name, CompletionItemKind::PROPERTY, hover::attribute(name));
    rows.map(|row| shown(row.name)).collect()
}

fn conditions(set: &Set) -> Vec<CompletionItem> {
    let mut all = attributes(|attribute| attribute.row().in_conditions);
    all.extend(named(set, |item| matches!(item.kind, ItemKind::Let(_) | ItemKind::Attribute(_))));
    all.extend(keywords(&["not", "always", "never"]));
    all
}

/// The kind of an attribute; of an own one as far as operators go.
fn kind(set: &Set, name: &str) -> Option<Kind> {
    let built_in = Attribute::by_name(name).map(|attribute| attribute.row().kind);
    let own = || {
        let mut all = set.meaning().own_attributes.iter();
        all.find(|own| own.name == name).map(|own| own.kind.kind())
    };
    built_in.or_else(own)
}

fn operators(set: &Set, attribute: &str) -> Vec<CompletionItem> {
    let Some(kind) = kind(set, attribute) else { return keywords(&["and", "or"]) };
    if kind == Kind::Boolean {
        return keywords(&["and", "or"]);
    }
    let rows = OPERATORS.iter().filter(|row| (row.takes)(kind));
    let spelled = rows.flat_map(|row| {
        let both = std::iter::once(row.spelling).chain(row.negated);
        both.map(|word| item(word, CompletionItemKind::OPERATOR, Some(row.doc.to_owned())))
    });
    spelled.collect()
}

fn values(set: &Set, name: &str) -> Vec<CompletionItem> {
    let Some(attribute) = Attribute::by_name(name) else { return Vec::new() };
    let words = sets_of(attribute).chain(words(attribute));
    let mut all: Vec<_> =
        words.map(|word| item(word, CompletionItemKind::ENUM_MEMBER, None)).collect();
    all.extend(named(set, |item| is_of_attribute(item, attribute)));
    all
}

/// The words of an attribute; `user` takes the types of users.
fn words(attribute: Attribute) -> impl Iterator<Item = &'static str> {
    let types = match attribute {
        Attribute::User => Attribute::UserType.words(),
        _ => &[],
    };
    attribute.words().iter().chain(types).copied()
}

fn grants() -> Vec<CompletionItem> {
    let shown = GRANTS
        .iter()
        .map(|row| item(row.name, CompletionItemKind::FUNCTION, Some(row.doc.to_owned())));
    shown.collect()
}

fn methods() -> Vec<CompletionItem> {
    let shown = METHODS
        .iter()
        .map(|row| item(row.name, CompletionItemKind::ENUM_MEMBER, Some(row.english.to_owned())));
    shown.collect()
}

/// Declared names of items, each with what it stands for.
fn named(set: &Set, wanted: impl Fn(&Item) -> bool) -> Vec<CompletionItem> {
    let all = set.index().names().filter_map(|(name, _)| Some((name, set.item(name)?)));
    let shown = all.filter(|(_, it)| wanted(it)).map(|(name, it)| {
        let mut shown = item(name, CompletionItemKind::CONSTANT, Some(hover::told(it)));
        shown.detail = Some(it.keyword().to_owned());
        shown
    });
    shown.collect()
}

fn is_object(item: &Item, kinds: &[ObjectKind]) -> bool {
    matches!(&item.kind, ItemKind::Object(object) if kinds.contains(&object.kind.node))
}

fn is_of_grant(item: &Item, grant: &str) -> bool {
    match grant {
        "strength" => matches!(item.kind, ItemKind::Strength(_)),
        "terms" => is_object(item, &[ObjectKind::Terms]),
        _ => is_object(item, &[ObjectKind::CustomControl]),
    }
}

/// Whether an item is a value of an attribute, directly or as one of those that it is made from.
fn is_of_attribute(item: &Item, attribute: Attribute) -> bool {
    use ObjectKind as O;
    match attribute {
        Attribute::User => is_object(item, &[O::User, O::Group, O::Role]),
        Attribute::App => is_object(item, &[O::App]),
        Attribute::ServicePrincipal => is_object(item, &[O::ServicePrincipal]),
        Attribute::Agent => is_object(item, &[O::Agent]),
        Attribute::UserTenant => is_object(item, &[O::Tenant]),
        Attribute::Context => is_object(item, &[O::Context]),
        Attribute::Location => matches!(item.kind, ItemKind::Network(_)),
        _ => false,
    }
}
