//! Literals: how one is told back, and what is said when it is of the wrong kind.

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::check::members::{object_kind, taken_nouns};
use crate::hir::check::subject::Subject;
use crate::hir::codes;
use crate::hir::resolve::vocabulary::{kind_words, listed};
use crate::schema::attribute::{Attribute, AttributeId, Kind};
use crate::source::Span;
use crate::syntax::ast::{Literal, LiteralValue, Operand};
use crate::value::duration_text;

/// A literal as its author would write it.
pub(super) fn shown(literal: &Literal) -> String {
    match &literal.value {
        LiteralValue::Word(text) | LiteralValue::Date(text) | LiteralValue::Instant(text) => {
            text.clone()
        }
        LiteralValue::Address(text) => text.clone(),
        LiteralValue::String(text) => format!("\"{text}\""),
        LiteralValue::Integer(number) => number.to_string(),
        LiteralValue::Duration(seconds, _) => duration_text(*seconds),
        LiteralValue::TimeOfDay(seconds) => time_text(*seconds),
        LiteralValue::AddressRange(first, last) => format!("{first} - {last}"),
    }
}

fn time_text(seconds: u32) -> String {
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match rest {
        0 => format!("{hours:02}:{minutes:02}"),
        rest => format!("{hours:02}:{minutes:02}:{rest:02}"),
    }
}

/// The members of an operand that is one value or a list.
pub(super) fn members(operand: &Operand) -> Vec<&Literal> {
    match operand {
        Operand::One(literal) => vec![literal],
        Operand::List(literals, _) => literals.iter().collect(),
        Operand::Between(low, high) => vec![low, high],
    }
}

/// The place of an operand.
pub(super) fn operand_span(operand: &Operand) -> Span {
    match operand {
        Operand::One(literal) => literal.span,
        Operand::List(_, span) => *span,
        Operand::Between(low, high) => low.span.to(high.span),
    }
}

impl Checker<'_, '_> {
    /// A literal in the words of the file.
    pub(super) fn words_of(&self, literal: &Literal) -> String {
        match self.sources.text(literal.span) {
            "" => shown(literal),
            words => words.to_owned(),
        }
    }

    /// Reads every literal, so that all that are wrong are told.
    pub(super) fn each<'l, T>(
        &mut self,
        literals: &[&'l Literal],
        mut read: impl FnMut(&mut Self, &'l Literal) -> Option<T>,
    ) -> Option<Vec<T>> {
        let read: Vec<Option<T>> = literals.iter().map(|literal| read(self, literal)).collect();
        read.into_iter().collect()
    }

    /// Tells that a literal is no value of the attribute, and which values there are.
    pub(super) fn wrong_value<T>(&mut self, subject: &Subject<'_>, literal: &Literal) -> Option<T> {
        let written = self.words_of(literal);
        let name = subject.name;
        let mut diagnostic = match &literal.value {
            LiteralValue::Word(word) if self.meaning_of(word).is_some() => {
                let what = self.meaning_of(word).unwrap_or_default();
                let message = format!("`{word}` is {what}; `{name}` takes {}", takes(subject));
                Diagnostic::error(codes::WRONG_VALUE, literal.span, message)
            }
            _ => {
                let message = format!("`{written}` is no value of `{name}`");
                Diagnostic::error(codes::WRONG_VALUE, literal.span, message)
                    .note(format!("`{name}` takes {}", takes(subject)))
            }
        };
        if let Some(mended) = self.mended_value(subject, literal) {
            diagnostic =
                diagnostic.help(format!("did you mean `{mended}`?")).fix(literal.span, mended);
        }
        self.report.refuse(diagnostic)
    }

    /// What was probably meant: the nearest word, or the same text in quotes or without.
    fn mended_value(&mut self, subject: &Subject<'_>, literal: &Literal) -> Option<String> {
        let words = kind_words(subject.kind);
        match (&literal.value, subject.kind) {
            (LiteralValue::Word(word) | LiteralValue::String(word), _) if !words.is_empty() => {
                let near = self.report.nearest(word, words.iter().copied());
                near.map(str::to_owned)
            }
            (LiteralValue::String(_), _) => None,
            (_, Kind::Text | Kind::TextSet | Kind::Custom | Kind::Version) => {
                Some(format!("\"{}\"", shown(literal)))
            }
            _ => None,
        }
    }
}

/// What an attribute takes, for the end of a sentence.
pub(super) fn takes(subject: &Subject<'_>) -> String {
    let words = kind_words(subject.kind);
    if !words.is_empty() {
        return listed(words.iter().copied());
    }
    match subject.kind {
        Kind::Members | Kind::Apps | Kind::Identifier | Kind::Identifiers => members_taken(subject),
        Kind::Enumeration(_) | Kind::Ordered(_) | Kind::EnumerationSet(_) => String::new(),
        Kind::Boolean => String::new(),
        Kind::Weekday => String::new(),
        Kind::Address => "addresses, like `203.0.113.0/24`".to_owned(),
        Kind::Networks => "networks by name".to_owned(),
        Kind::Country => "country codes, like `DE`".to_owned(),
        Kind::Integer => "whole numbers".to_owned(),
        Kind::Text | Kind::TextSet | Kind::Custom => "text in quotes".to_owned(),
        Kind::Version => "versions in quotes, like `\"10.0.22631\"`".to_owned(),
        Kind::Instant => "times of day, like `08:00`".to_owned(),
        Kind::Date => "dates, like `2026-11-23`".to_owned(),
        Kind::Duration => "durations, like `15 minutes`".to_owned(),
    }
}

fn members_taken(subject: &Subject<'_>) -> String {
    match subject.id {
        AttributeId::BuiltIn(Attribute::User) => "users, groups and roles by name".to_owned(),
        _ => format!("{}, by name or by id in quotes", taken_nouns(&[object_kind(subject.id)])),
    }
}
