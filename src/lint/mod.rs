//! Mistakes that compile: rules that find them, each with a page that says why and what to do.
//!
//! ```text
//! PolicySet + trees ─ Subject::new ▶ Subject ─ lint ▶ Findings
//!                                       ▲               │ baseline, sarif, junit …
//!                             Settings ─┘               └ fix ▶ edits
//! ```
//!
//! A rule is a place: `rules/CATEGORY/NAME.rs` is the check, `NAME.md` beside it is the page, from which documentation,
//! explanations and the rule's own test come. A rule that is exact never guesses: it is decided by what the text says, or
//! by [`crate::analyze`] for every possible sign-in, and where that ends undecided the rule is silent. A rule that cannot
//! be exact says "possibly" and is off unless it is asked for.

mod allow;
mod answers;
mod ask;
pub mod catalogue;
#[cfg(any(feature = "cli", feature = "lsp"))]
pub mod config;
mod finding;
pub mod fix;
mod page;
#[cfg(feature = "json")]
pub mod report;
mod rule;
mod rules;
mod run;
mod settings;
mod subject;
mod walk;

pub use allow::nearest as nearest_rule;
pub use finding::{Finding, Origin, region, stable_hash};
pub use page::{Page, Section};
pub use rule::{Category, Profile, Rule, Safety, find_rule};
pub use rules::{RULES, categories};
pub use run::{lint, lint_quickly, lint_rest};
pub use settings::{Level, PathLevels, Pattern, Settings};
pub use subject::Subject;
