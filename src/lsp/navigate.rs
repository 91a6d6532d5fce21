//! From a word to where it is declared, to all its places, and to another name for all of them.

use std::collections::BTreeMap;
use std::str::FromStr;

use lsp_types::{
    DocumentSymbol, Location, OneOf, SymbolKind, TextEdit, Uri, WorkspaceEdit, WorkspaceSymbol,
};

use crate::hir::reserved_word;
use crate::lsp::findings::edits;
use crate::lsp::index::Word;
use crate::lsp::set::Set;
use crate::source::{SourceId, Span};
use crate::syntax::ast::{Item, ItemKind};
use crate::syntax::words::is_name;

/// The most symbols that one search of a workspace answers.
const MAX_SYMBOLS: usize = 1_000;

/// The word at a byte that is the name of an item, and the place where that is declared.
fn named(set: &Set, source: SourceId, byte: usize) -> Option<(&Word, Span)> {
    let word = set.index().at(source, byte)?;
    if !word.role.can_name() {
        return None;
    }
    let declared = set.index().declared(&word.text)?;
    Some((word, declared.name))
}

/// Where the name at a byte is declared; nothing for names of the prelude, which is no file.
pub(super) fn definition(set: &Set, source: SourceId, byte: usize) -> Option<Location> {
    let (_, declared) = named(set, source, byte)?;
    location(set, declared)
}

/// Every place of the name at a byte.
pub(super) fn references(
    set: &Set,
    source: SourceId,
    byte: usize,
    declaration: bool,
) -> Vec<Location> {
    let Some((word, declared)) = named(set, source, byte) else { return Vec::new() };
    let places = set.index().places(&word.text).map(|word| word.span);
    let wanted = places.filter(|span| declaration || *span != declared);
    wanted.filter_map(|span| location(set, span)).collect()
}

fn location(set: &Set, span: Span) -> Option<Location> {
    let (uri, range) = set.place(span)?;
    Some(Location { uri: Uri::from_str(uri).ok()?, range })
}

/// The range of the name at a byte, if it can be changed.
pub(super) fn renamable(set: &Set, source: SourceId, byte: usize) -> Option<lsp_types::Range> {
    let (word, declared) = named(set, source, byte)?;
    set.place(declared)?;
    set.range(source, word.span.range())
}

/// The name at a byte changed in all its places.
///
/// # Errors
/// Why it cannot be, in words for the person who asked.
pub(super) fn rename(
    set: &Set,
    source: SourceId,
    byte: usize,
    new: &str,
) -> Result<WorkspaceEdit, String> {
    let (word, declared) =
        named(set, source, byte).ok_or("this is not the name of an item, so it has no other")?;
    let old = &word.text;
    if set.place(declared).is_none() {
        return Err(format!("`{old}` is declared by Latch itself, for every policy set"));
    }
    if let Some(what) = reserved_word(new) {
        return Err(format!("`{new}` is {what}, and cannot be a name"));
    }
    if !is_name(new) {
        return Err(format!(
            "`{new}` is no name: use lower-case letters, digits and hyphens, beginning with a letter"
        ));
    }
    if new != old && set.index().declared(new).is_some() {
        return Err(format!("`{new}` is declared already, and all files share one namespace"));
    }
    let mut all: BTreeMap<String, Vec<TextEdit>> = BTreeMap::new();
    for word in set.index().places(old) {
        let Some((uri, range)) = set.place(word.span) else { continue };
        let edit = TextEdit { range, new_text: new.to_owned() };
        all.entry(uri.to_owned()).or_default().push(edit);
    }
    edits(all).ok_or_else(|| "a file of this set has no address that an editor knows".to_owned())
}

/// The items of a file, in order.
pub(super) fn symbols(set: &Set, source: SourceId) -> Vec<DocumentSymbol> {
    let items = set.tree(source).map(|tree| tree.items.as_slice()).unwrap_or_default();
    items.iter().filter_map(|item| symbol(set, source, item)).collect()
}

#[allow(deprecated, reason = "the protocol's type demands the old field")]
fn symbol(set: &Set, source: SourceId, item: &Item) -> Option<DocumentSymbol> {
    let (name, place) = called(item);
    Some(DocumentSymbol {
        name,
        detail: Some(detail(item)),
        kind: kind(item),
        tags: None,
        deprecated: None,
        range: set.range(source, item.span.to(place).range())?,
        selection_range: set.range(source, place.range())?,
        children: None,
    })
}

/// What an item is called, and where that stands.
fn called(item: &Item) -> (String, Span) {
    match (&item.kind, item.name()) {
        (_, Some(name)) => (name.node.clone(), name.span),
        (ItemKind::Test(test), None) => (test.title.node.clone(), test.title.span),
        (_, None) => (item.keyword().to_owned(), item.span),
    }
}

fn detail(item: &Item) -> String {
    match &item.kind {
        ItemKind::Policy(policy) => match &policy.title {
            Some(title) => format!("policy \u{201c}{}\u{201d}", title.node),
            None => "policy".to_owned(),
        },
        _ => item.keyword().to_owned(),
    }
}

/// The nearest kind that editors have a picture for.
fn kind(item: &Item) -> SymbolKind {
    match &item.kind {
        ItemKind::Policy(_) => SymbolKind::FUNCTION,
        ItemKind::Network(_) => SymbolKind::NAMESPACE,
        ItemKind::Object(_) => SymbolKind::CONSTANT,
        ItemKind::Archetype(_) => SymbolKind::INTERFACE,
        ItemKind::Strength(_) => SymbolKind::ENUM,
        ItemKind::Let(_) => SymbolKind::VARIABLE,
        ItemKind::Attribute(_) => SymbolKind::FIELD,
        ItemKind::Assert(_) => SymbolKind::CLASS,
        ItemKind::Test(_) => SymbolKind::METHOD,
    }
}

/// The items of all sets whose names have the letters of a query in them, in order.
pub(super) fn search(sets: &[&Set], query: &str) -> Vec<WorkspaceSymbol> {
    let query = query.to_lowercase();
    let mut found = Vec::new();
    for set in sets {
        for (source, _) in set.sources().iter() {
            let items = set.tree(source).map(|tree| tree.items.as_slice()).unwrap_or_default();
            let wanted = items.iter().filter(|item| has_letters(&called(item).0, &query));
            found.extend(wanted.filter_map(|item| workspace_symbol(set, item)));
        }
    }
    found.truncate(MAX_SYMBOLS);
    found
}

fn workspace_symbol(set: &Set, item: &Item) -> Option<WorkspaceSymbol> {
    let (name, place) = called(item);
    Some(WorkspaceSymbol {
        name,
        kind: kind(item),
        tags: None,
        container_name: Some(item.keyword().to_owned()),
        location: OneOf::Left(location(set, place)?),
        data: None,
    })
}

/// Whether the letters stand in the name, in that order.
fn has_letters(name: &str, letters: &str) -> bool {
    let name = name.to_lowercase();
    let mut rest = name.chars();
    letters.chars().all(|letter| rest.any(|it| it == letter))
}
