//! What a policy set says, for people who read and people who audit: one document, as Markdown and as HTML.
//!
//! ```text
//! hir::PolicySet ─ describe ▶ Document ─┬─ to_markdown ▶ text that diffs well
//!                                       └─ to_html ▶ one self-contained page
//! ```
//!
//! A [`Document`] is plain data in a stated order. It describes; it proves nothing, and says so where a reader could
//! think otherwise.

mod card;
mod coverage;
mod emergency;
mod english;
mod glossary;
mod html;
mod markdown;
mod matrix;
mod mentions;
mod phrase;
#[cfg(feature = "entra")]
mod replay;

pub use card::{Card, Line, Row};
pub use coverage::{Law, Met};
pub use emergency::{Emergency, Reach};
pub use glossary::{Entry, Group};
pub use matrix::{Cell, Demanded, Matrix, MatrixRow};
pub use phrase::{Phrase, Piece};
#[cfg(feature = "entra")]
pub use replay::replay_page;

use crate::hir::{PolicySet, PolicyState};
use crate::source::{Sources, Span};

/// A whole policy set, described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What it is called.
    pub title: String,
    /// How many policies are on, report-only and disabled, in this order.
    pub states: [(PolicyState, usize); 3],
    /// How many files were read.
    pub files: usize,
    /// Each policy, by its title, else its name.
    pub cards: Vec<Card>,
    /// What may apply to whom, for what.
    pub matrix: Matrix,
    /// Each emergency account or group, and what it meets.
    pub emergency: Vec<Emergency>,
    /// How many tests there are.
    pub tests: usize,
    /// The asserts, by name.
    pub laws: Vec<Law>,
    /// Everything that has a name: conditions, networks, strengths, directory objects.
    pub glossary: Vec<Group>,
}

/// Describes a policy set. `sources` are the texts it was read from, the prelude first.
pub fn describe(set: &PolicySet, sources: &Sources, title: &str) -> Document {
    let places = Places { sources };
    let count = |state| (state, set.policies.iter().filter(|it| it.state == state).count());
    Document {
        title: title.to_owned(),
        states: [
            count(PolicyState::On),
            count(PolicyState::ReportOnly),
            count(PolicyState::Disabled),
        ],
        files: sources.iter().count().saturating_sub(1),
        cards: card::cards(set, &places),
        matrix: matrix::matrix(set),
        emergency: emergency::emergency(set),
        laws: coverage::laws(set, &places),
        tests: set.tests.len(),
        glossary: glossary::glossary(set, &places),
    }
}

impl Document {
    /// The policies that no test expects and whose condition holds in none.
    pub fn untested(&self) -> impl Iterator<Item = &Card> {
        self.cards.iter().filter(|it| it.tests.word() == "untested")
    }

    /// How many policies are named by a test, only met by one, and neither, in this order.
    pub fn coverage(&self) -> [usize; 3] {
        ["named", "met", "untested"]
            .map(|word| self.cards.iter().filter(|it| it.tests.word() == word).count())
    }

    /// What the tests cover, in a sentence or two.
    fn coverage_sentence(&self) -> String {
        let [named, met, untested] = self.coverage();
        let tests = counted(self.tests, "test", "tests");
        let all = counted(self.cards.len(), "policy", "policies");
        format!(
            "{tests} for {all}. Tests expect a decision by {named} of them; {met} more apply in a test without being \
             named; no test speaks of {untested}."
        )
    }

    /// As Markdown. The same policies give the same text, whatever the order of files and lines.
    pub fn to_markdown(&self) -> String {
        markdown::render(self)
    }

    /// As one HTML page that loads nothing.
    pub fn to_html(&self) -> String {
        html::render(self)
    }
}

/// Where things are written.
struct Places<'a> {
    sources: &'a Sources,
}

impl Places<'_> {
    /// `policies/everyone.latch:12`
    fn of(&self, span: Span) -> String {
        let source = self.sources.get(span.source);
        format!("{}:{}", source.name, source.position(span.start as usize).line)
    }
}

/// `1 policy`, `2 policies`.
fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// What a cell of the matrix says, and what it does not.
const MATRIX_MEANING: &str = "Each row is somebody who is one thing that policies name, and nothing else that they \
    name; each column is a sign-in that asks for that alone. A cell lists what the policies that are on demand there, \
    besides what they demand whatever is asked for: always, or depending on the rest of the sign-in (the place, the \
    device, the risk, the time). It lists; it does not prove. Whoever is two things at once meets the policies of both.";

/// What laws are.
const LAWS_MEANING: &str = "What must hold for every possible sign-in, as it is written. A law decides nothing: it says \
    what the policies together are for. This page lists the laws; latch prove proves or refutes them.";

fn left_out(count: usize) -> String {
    format!("{} not shown: the matrix would be too large.", counted(count, "row is", "rows are"))
}

/// A state as a word that stands alone.
fn state_word(state: PolicyState) -> &'static str {
    match state {
        PolicyState::On => "on",
        PolicyState::ReportOnly => "report-only",
        PolicyState::Disabled => "disabled",
    }
}
