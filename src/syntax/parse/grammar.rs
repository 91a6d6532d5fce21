//! The generated parser, and one run of it over one piece of text.

#![allow(missing_docs, reason = "the rules are documented in the grammar itself")]

use pest::Parser as _;
use pest::error::{ErrorVariant, InputLocation};
use pest::iterators::{Pair, Pairs};

#[derive(pest_derive::Parser)]
#[grammar = "grammar/latch.pest"]
struct Grammar;

/// Pieces of what was read.
pub(super) type Nodes<'a> = Pairs<'a, Rule>;

/// A piece of what was read.
pub(super) type Node<'a> = Pair<'a, Rule>;

/// Where the grammar could not go on.
#[derive(Debug)]
pub(super) struct Failure {
    /// The byte, counted from the start of the piece.
    pub(super) at: usize,
    /// The rules that would have fitted there.
    pub(super) expected: Vec<Rule>,
}

/// All of `text` as items.
pub(super) fn items(text: &str) -> Result<Pairs<'_, Rule>, Failure> {
    Grammar::parse(Rule::items, text).map(inside).map_err(|error| failure(&error))
}

/// As many whole items as stand at the start of `text`.
pub(super) fn prefix(text: &str) -> Option<Pairs<'_, Rule>> {
    Grammar::parse(Rule::prefix, text).map(inside).ok()
}

fn inside(mut pairs: Pairs<'_, Rule>) -> Pairs<'_, Rule> {
    pairs.next().map_or(pairs, Pair::into_inner)
}

fn failure(error: &pest::error::Error<Rule>) -> Failure {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.clone(),
        ErrorVariant::CustomError { .. } => Vec::new(),
    };
    Failure { at, expected }
}
