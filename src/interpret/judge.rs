//! Whether a decision is what a test expects.

use std::collections::BTreeSet;

use crate::decision::{Challenge, Decision, Demand, DemandKind, Outcome};
use crate::hir::{ExpectedOutcome, Grant, PolicySet, Requirement, TestExpectation};
use crate::interpret::challenge::{implies, name};

/// Things to prove together.
type Demands = BTreeSet<Demand>;

/// The most ways to satisfy the grant of an expectation. A challenge lists sixteen alternatives at most.
const MAX_WAYS: usize = 4_096;

/// What about a decision is not as a test expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mismatch {
    /// The outcome is another.
    Outcome,
    /// The challenge asks for something else.
    Challenge,
    /// A policy that should be is not among those that decided.
    By,
}

impl Mismatch {
    /// What it is, in a few words.
    pub fn complaint(self) -> &'static str {
        match self {
            Mismatch::Outcome => "another outcome",
            Mismatch::Challenge => "another challenge",
            Mismatch::By => "decided by others",
        }
    }
}

/// Holds a decision against an expectation of `set`; `None` when it is met.
///
/// The decision must have been made with the [`crate::decision::Options::as_if_enforced`] that the expectation asks for.
pub fn judge(
    set: &PolicySet,
    expectation: &TestExpectation,
    decision: &Decision,
) -> Option<Mismatch> {
    let challenge = match (&expectation.outcome, &decision.outcome) {
        (ExpectedOutcome::Open, Outcome::Open) => None,
        (ExpectedOutcome::Block, Outcome::Blocked(_)) => None,
        (ExpectedOutcome::StepUp(grant), Outcome::StepUp(challenge)) => {
            grant.as_ref().map(|grant| (grant, challenge))
        }
        _ => return Some(Mismatch::Outcome),
    };
    if challenge.is_some_and(|(grant, challenge)| !is_the_challenge(set, grant, challenge)) {
        return Some(Mismatch::Challenge);
    }
    let mut wanted = expectation.by.iter().map(|id| &set.policy(*id).name);
    wanted.any(|name| !decision.by.contains(name)).then_some(Mismatch::By)
}

/// Whether proving the grant opens the latch, and nothing less does: each way to satisfy it meets an alternative of
/// the challenge, and each alternative is a way to satisfy it.
fn is_the_challenge(set: &PolicySet, grant: &Grant, challenge: &Challenge) -> bool {
    let ways = ways(set, grant);
    let alternatives: Vec<Demands> =
        challenge.alternatives.iter().map(|one| one.demands.iter().cloned().collect()).collect();
    let enough = |way: &Demands| alternatives.iter().any(|one| meets(set, way, one));
    let needed = |one: &Demands| ways.iter().any(|way| meets(set, one, way));
    let told_whole = !challenge.truncated && ways.len() <= MAX_WAYS;
    told_whole && ways.iter().all(enough) && alternatives.iter().all(needed)
}

/// Whether whoever proves all of the first has proven all of the second.
fn meets(set: &PolicySet, given: &Demands, wanted: &Demands) -> bool {
    wanted.iter().all(|wanted| given.iter().any(|given| implies(set, given, wanted)))
}

/// The ways to satisfy a grant; one more than [`MAX_WAYS`] where there are more.
fn ways(set: &PolicySet, grant: &Grant) -> BTreeSet<Demands> {
    match grant {
        Grant::One(requirement) => BTreeSet::from([Demands::from([demanded(set, requirement)])]),
        Grant::Any(grants) => {
            let each = grants.iter().flat_map(|grant| ways(set, grant));
            each.take(MAX_WAYS + 1).collect()
        }
        Grant::All(grants) => grants.iter().fold(BTreeSet::from([Demands::new()]), |all, grant| {
            let factor = ways(set, grant);
            let each = all.iter().flat_map(|one| factor.iter().map(move |other| one | other));
            each.take(MAX_WAYS + 1).collect()
        }),
    }
}

/// What a requirement asks for, before any policy bounds its age.
pub fn demanded(set: &PolicySet, requirement: &Requirement) -> Demand {
    Demand {
        kind: DemandKind::Grant(requirement.grant),
        name: name(set, requirement),
        within: requirement.within,
        max_age: None,
    }
}
