//! The worst placed: whoever is in none of the groups that policies only take in, and in all that they only leave out.
//!
//! Policies only restrict. So where a question only gets worse when fewer policies apply, a membership that
//! every condition speaks of in the same sense need not be tried both ways: whatever breaks the law with it breaks it without. What
//! is left of a thousand free memberships is what somebody is in and is left out for.

use std::collections::{BTreeMap, BTreeSet};

use crate::analyze::space::{Input, Test, test};
use crate::hir::{Assert, Condition, ConditionKind, Expectation, Policy, PolicySet};

/// For each test, whether it is worst when it passes, when it fails, or now this, now that.
#[derive(Debug, Clone, Default)]
pub(super) struct Wishes(BTreeMap<(Input, Test), BTreeSet<bool>>);

impl Wishes {
    /// Adds that it is worst when a condition holds, or when it does not.
    pub(super) fn hear(&mut self, set: &PolicySet, condition: &Condition, holds: bool) {
        match &condition.kind {
            ConditionKind::Always | ConditionKind::Never => {}
            ConditionKind::All(parts) | ConditionKind::Any(parts) => {
                parts.iter().for_each(|part| self.hear(set, part, holds));
            }
            ConditionKind::Not(inner) => self.hear(set, inner, !holds),
            ConditionKind::Test(probe) => {
                for tested in test::tests(set, probe) {
                    self.0.entry(tested).or_default().insert(holds);
                }
            }
        }
    }

    /// Adds that it is worst when these policies apply, or when they do not.
    pub(super) fn policies<'a>(
        mut self,
        set: &PolicySet,
        policies: impl IntoIterator<Item = &'a Policy>,
        apply: bool,
    ) -> Wishes {
        for policy in policies {
            self.hear(set, &policy.condition, apply);
        }
        self
    }

    /// What is worst for tests of an input that are such.
    pub(super) fn of(&self, input: &Input, such: impl Fn(&Test) -> bool) -> BTreeSet<bool> {
        let fitting = self.0.iter().filter(|((of, test), _)| of == input && such(test));
        fitting.flat_map(|(_, wishes)| wishes).copied().collect()
    }
}

/// Whether a law is broken the sooner the fewer policies apply (`false`), the more do (`true`), or neither.
pub(super) fn broken_by_more(expectation: &Expectation) -> Option<bool> {
    match expectation {
        Expectation::Block | Expectation::Require(_) => Some(false),
        Expectation::NotBlock | Expectation::Open => Some(true),
        // More policies ask more often, and block more.
        Expectation::StepUp | Expectation::FrequencyAtMost(_) => None,
        Expectation::All(parts) | Expectation::Any(parts) => {
            let ways: BTreeSet<Option<bool>> = parts.iter().map(broken_by_more).collect();
            if ways.len() == 1 { ways.into_iter().next().flatten() } else { None }
        }
    }
}

/// The worst case of asserts that are broken in one way.
pub(super) fn of_asserts(
    set: &PolicySet,
    policies: &[&Policy],
    asserts: &[Assert],
    more: bool,
) -> Wishes {
    let mut wishes = Wishes::default().policies(set, policies.iter().copied(), more);
    for assert in asserts {
        wishes.hear(set, &assert.condition, true);
    }
    wishes
}
