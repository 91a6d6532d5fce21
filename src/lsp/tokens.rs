//! What kind of word each is, for an editor's colours. Keywords, texts and comments it knows by itself.

use lsp_types::{SemanticToken, SemanticTokenType, SemanticTokensLegend};

use crate::lsp::index::{Role, Word};
use crate::lsp::set::Set;
use crate::schema::attribute::Attribute;
use crate::source::SourceId;
use crate::syntax::ast::ItemKind;

/// The kinds, by number.
const KINDS: [SemanticTokenType; 7] = [
    SemanticTokenType::FUNCTION,
    SemanticTokenType::NAMESPACE,
    SemanticTokenType::VARIABLE,
    SemanticTokenType::ENUM,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::ENUM_MEMBER,
    SemanticTokenType::KEYWORD,
];

const FUNCTION: u32 = 0;
const NAMESPACE: u32 = 1;
const VARIABLE: u32 = 2;
const ENUM: u32 = 3;
const PROPERTY: u32 = 4;
const ENUM_MEMBER: u32 = 5;
const KEYWORD: u32 = 6;

pub(super) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend { token_types: KINDS.to_vec(), token_modifiers: Vec::new() }
}

/// The words of a file, each told by its distance from the one before.
pub(super) fn tokens(set: &Set, source: SourceId) -> Vec<SemanticToken> {
    let mut tokens = Vec::new();
    let (mut line, mut column) = (0, 0);
    // Texts have their colour already.
    for word in set.index().of_file(source).filter(|word| word.role != Role::Id) {
        let Some(range) = set.range(source, word.span.range()) else { continue };
        let (start, end) = (range.start, range.end);
        let same = start.line == line;
        tokens.push(SemanticToken {
            delta_line: start.line - line,
            delta_start: if same { start.character - column } else { start.character },
            length: end.character.saturating_sub(start.character),
            token_type: kind(set, word),
            token_modifiers_bitset: 0,
        });
        (line, column) = (start.line, start.character);
    }
    tokens
}

fn kind(set: &Set, word: &Word) -> u32 {
    match word.role {
        Role::Grant => FUNCTION,
        Role::Method => ENUM_MEMBER,
        Role::Session | Role::Marker => KEYWORD,
        Role::Attribute if Attribute::by_name(&word.text).is_some() => PROPERTY,
        Role::Declares | Role::Value | Role::Attribute | Role::Id => of_item(set, &word.text),
    }
}

fn of_item(set: &Set, name: &str) -> u32 {
    match set.item(name).map(|item| &item.kind) {
        Some(ItemKind::Policy(_) | ItemKind::Assert(_) | ItemKind::Test(_)) => FUNCTION,
        Some(ItemKind::Network(_)) => NAMESPACE,
        Some(ItemKind::Strength(_) | ItemKind::Archetype(_)) => ENUM,
        Some(ItemKind::Attribute(_)) => PROPERTY,
        Some(ItemKind::Object(_) | ItemKind::Let(_)) => VARIABLE,
        None => ENUM_MEMBER,
    }
}
