//! How much of everything a policy set may hold.
//!
//! Each limit lies far above what people write and ends in a diagnostic. Limits of one file are the parser's
//! ([`crate::syntax::limits`]).

/// The most policies of a set: ten times the largest set that is measured, 400 times Entra's own limit of 240.
pub const MAX_POLICIES: usize = 100_000;

/// The most nodes and values of all conditions together, with every `let` put in place: twenty for each of
/// [`MAX_POLICIES`]. At about 100 bytes each they fill some 200 MB.
pub const MAX_EXPANSION: usize = 2_000_000;

/// The deepest nesting of a condition with every `let` put in place: twice what one file may nest, since a `let`
/// may be nested as deep as what it is put into. Whoever walks a condition may recurse so deep.
pub const MAX_DEPTH: usize = 2 * crate::syntax::limits::MAX_NESTING;

/// How many errors of one set are told one by one: more than anyone reads at once.
pub const MAX_ERRORS: usize = 200;

/// The most characters of a message, a note or a help: some ten lines of a terminal.
pub const MAX_TEXT: usize = 800;

/// The longest word for which a similar one is looked for: twice the longest name of the prelude.
pub const MAX_SUGGESTION_LENGTH: usize = 64;

/// How many words are compared in search of similar ones, in all: 2,000 searches in the prelude, under a second.
pub const MAX_COMPARISONS: usize = 500_000;
