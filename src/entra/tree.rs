//! Building blocks of syntax trees that no text stands behind.

use crate::source::{SourceId, Span, Spanned};
use crate::syntax::ast::{
    Annotation, Comparison, Condition, Item, ItemKind, Literal, LiteralValue, Operand, Operator,
};

/// The place of what nobody wrote.
pub(super) fn nowhere() -> Span {
    Span::new(SourceId::PRELUDE, 0, 0)
}

pub(super) fn spanned<T>(node: T) -> Spanned<T> {
    Spanned::new(node, nowhere())
}

pub(super) fn name(text: impl Into<String>) -> Spanned<String> {
    spanned(text.into())
}

pub(super) fn literal(value: LiteralValue) -> Literal {
    Literal { value, span: nowhere() }
}

pub(super) fn word(text: impl Into<String>) -> Literal {
    literal(LiteralValue::Word(text.into()))
}

pub(super) fn string(text: impl Into<String>) -> Literal {
    literal(LiteralValue::String(text.into()))
}

pub(super) fn item(
    docs: Vec<String>,
    annotations: Vec<(&str, Option<String>)>,
    kind: ItemKind,
) -> Item {
    let annotation = |(key, value): (&str, Option<String>)| {
        Some(Annotation { name: name(key), value: spanned(value?) })
    };
    Item {
        docs: docs.into_iter().map(spanned).collect(),
        annotations: annotations.into_iter().filter_map(annotation).collect(),
        kind,
        span: nowhere(),
    }
}

pub(super) fn compare(
    attribute: &str,
    operator: Operator,
    negated: bool,
    operand: Operand,
) -> Condition {
    Condition::Compare(Box::new(Comparison {
        attribute: name(attribute),
        operator: spanned(operator),
        negated,
        operand,
        zone: None,
        span: nowhere(),
    }))
}

/// `attribute in value` or `attribute in [values]`.
pub(super) fn member_of(attribute: &str, mut values: Vec<Literal>) -> Condition {
    let operand = match values.len() {
        1 => Operand::One(values.remove(0)),
        _ => Operand::List(values, nowhere()),
    };
    compare(attribute, Operator::In, false, operand)
}

/// `attribute is value` or `attribute in [values]`.
pub(super) fn one_of(attribute: &str, mut values: Vec<Literal>, negated: bool) -> Condition {
    match values.len() {
        1 => compare(attribute, Operator::Is, negated, Operand::One(values.remove(0))),
        _ => compare(attribute, Operator::In, negated, Operand::List(values, nowhere())),
    }
}

pub(super) fn one_of_words(attribute: &str, words: &[&str]) -> Condition {
    one_of(attribute, words.iter().map(|it| word(*it)).collect(), false)
}

/// All of them; the only one, where there is one. None is true.
pub(super) fn all(parts: Vec<Condition>) -> Condition {
    let mut flat = Vec::new();
    for part in parts {
        match part {
            Condition::And(parts) => flat.extend(parts),
            other => flat.push(other),
        }
    }
    match flat.len() {
        0 => Condition::Always(nowhere()),
        1 => flat.remove(0),
        _ => Condition::And(flat),
    }
}

/// Any of them; the only one, where there is one. None is false.
pub(super) fn any(parts: Vec<Condition>) -> Condition {
    let mut flat = Vec::new();
    for part in parts {
        match part {
            Condition::Or(parts) => flat.extend(parts),
            other => flat.push(other),
        }
    }
    match flat.len() {
        0 => Condition::Never(nowhere()),
        1 => flat.remove(0),
        _ => Condition::Or(flat),
    }
}

pub(super) fn not(condition: Condition) -> Condition {
    Condition::Not(nowhere(), Box::new(condition))
}

/// Whether a condition holds where every attribute it names is absent.
pub(super) fn holds_on_absent(condition: &Condition) -> bool {
    match condition {
        Condition::Always(_) => true,
        Condition::Never(_) | Condition::Bare(_) => false,
        Condition::And(parts) => parts.iter().all(holds_on_absent),
        Condition::Or(parts) => parts.iter().any(holds_on_absent),
        Condition::Not(_, inner) => !holds_on_absent(inner),
        Condition::Compare(comparison) => comparison.negated,
    }
}
