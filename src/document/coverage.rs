//! Which tests and asserts speak of which policies.

use crate::document::Places;
use crate::document::card::{Line, clauses_of, paragraphs};
use crate::document::english::English;
use crate::document::phrase::Phrase;
use crate::hir::{Assert, MethodUse, PolicySet};
use crate::interpret::holding;
use crate::value::{Truth, duration_text};

/// What the tests say about one policy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Met {
    /// The tests that expect a decision by it: title, file and line.
    pub named_by: Vec<(String, String)>,
    /// In how many tests' sign-ins its condition holds.
    pub applies: usize,
    /// In how many it does not.
    pub spares: usize,
}

impl Met {
    /// How well the tests know it, in a word: `named`, `met` or `untested`.
    pub fn word(&self) -> &'static str {
        match (self.named_by.is_empty(), self.applies) {
            (false, _) => "named",
            (true, 0) => "untested",
            (true, _) => "met",
        }
    }
}

/// What the tests say about each policy, in the order of the set.
pub(super) fn met(set: &PolicySet, places: &Places<'_>) -> Vec<Met> {
    let mut policies = vec![Met::default(); set.policies.len()];
    for test in &set.tests {
        for (met, truth) in policies.iter_mut().zip(holding(set, &test.request)) {
            met.applies += usize::from(truth == Truth::True);
            met.spares += usize::from(truth == Truth::False);
        }
        for (number, met) in (0..).zip(&mut policies) {
            let by = test.expectations.iter().flat_map(|it| &it.by);
            if by.into_iter().any(|policy| policy.0 == number) {
                met.named_by.push((test.title.clone(), places.of(test.span)));
            }
        }
    }
    policies
}

/// An assert, described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Law {
    /// Its name.
    pub name: String,
    /// For which sign-ins.
    pub when: Line,
    /// Which of them it leaves out.
    pub except: Vec<Line>,
    /// With which proofs; any, when empty.
    pub proofs: Vec<Phrase>,
    /// What they must do, as the end of "these sign-ins must …".
    pub must: String,
    /// Its `///` comment, paragraph by paragraph.
    pub docs: Vec<Phrase>,
    /// File and line.
    pub place: String,
}

pub(super) fn laws(set: &PolicySet, places: &Places<'_>) -> Vec<Law> {
    let english = English::new(set);
    set.asserts.iter().map(|assert| law(&english, assert, places)).collect()
}

fn law(english: &English<'_>, assert: &Assert, places: &Places<'_>) -> Law {
    let (when, except) = clauses_of(english.set, &assert.condition);
    Law {
        name: assert.name.clone(),
        when,
        except,
        proofs: assert.proofs.iter().map(|(method, age)| proof(method, *age)).collect(),
        must: english.expectation(&assert.expectation),
        docs: paragraphs(&assert.remarks.docs),
        place: places.of(assert.span),
    }
}

fn proof(method: &MethodUse, age: u64) -> Phrase {
    format!("{} {} ago", method.method.row().english, duration_text(age)).into()
}
