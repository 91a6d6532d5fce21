//! The hot path: a program and facts in, a verdict out. It knows no text, allocates nothing, and cannot panic.
//!
//! ```text
//! survive ──▶ list policies ──▶ combine ──▶ fault, support, horizon ──▶ Verdict
//! (rows.rs)       (here)      (combine.rs)  (fault.rs) (support.rs)
//! ```
//!
//! *Survive* walks the dimensions once and keeps two sets of rows: those that are not ruled out, and those that hold for
//! sure. They differ only where something is not known, and the second is not made where everything is. A policy
//! applies when any of its rows survives.
//!
//! Nothing here can be out of range, since programs are verified when they are made ([`crate::program`]); where a slice
//! is asked for all the same, the answer to "not there" is the closed one: a row that nothing rules out survives.

mod alone;
mod challenge;
mod combine;
mod fault;
mod rows;
mod scratch;
mod support;

use crate::decision::{Feasibility, MAX_ALTERNATIVES, Options};
use crate::facts::Facts;
use crate::program::{DemandSet, Program};
use crate::schema::attribute::AttributeSet;
use crate::schema::session::{Frequency, SessionControls};

pub use scratch::Scratch;

pub(crate) use alone::{Alone, alone};
pub(crate) use combine::{Case, Combined, max_age};
pub(crate) use scratch::Applied;

/// A decision in numbers. Names are put to it by whoever wants to read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the latch opens.
    pub outcome: Ruling,
    /// No policy that is on applies.
    pub unguarded: bool,
    /// Whether supplying what was assumed could change the outcome, the challenge or the session controls.
    pub assumption_matters: bool,
    /// For how many milliseconds passing time alone cannot change it; `None` for ever.
    pub valid_for_ms: Option<u64>,
    /// The merged session controls, profiles by number; empty when blocked.
    pub session: SessionControls<u32>,
    /// The attributes that were not supplied and made some policy apply, or some grant unmet.
    pub assumed: AttributeSet,
    /// The attributes that were able to influence it.
    pub depends_on: AttributeSet,
    pub(crate) challenge: Challenge,
    /// The strictest words of all sign-in frequencies, blocked or not.
    pub(crate) frequency: Frequency,
    /// The demands of applying policies that the evidence satisfies.
    pub(crate) satisfied: DemandSet,
}

/// The outcome of a [`Verdict`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ruling {
    /// The latch opens.
    Open,
    /// It opens for who meets the challenge.
    StepUp,
    /// A policy blocks.
    Blocked,
    /// Policies demand what this client cannot do.
    Impossible,
}

/// The alternatives of a challenge, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Challenge {
    pub count: u8,
    pub truncated: bool,
    pub alternatives: [Alternative; MAX_ALTERNATIVES],
}

/// One alternative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Alternative {
    pub demands: DemandSet,
    pub feasibility: Feasibility,
}

impl Challenge {
    pub(crate) const NONE: Challenge = Challenge {
        count: 0,
        truncated: false,
        alternatives: [Alternative {
            demands: DemandSet::EMPTY,
            feasibility: Feasibility::Interactive,
        }; MAX_ALTERNATIVES],
    };

    pub(crate) fn listed(&self) -> &[Alternative] {
        self.alternatives.get(..usize::from(self.count)).unwrap_or(&[])
    }
}

/// Decides. What applied can be read from `scratch` afterwards.
pub fn evaluate(
    program: &Program,
    facts: &Facts,
    options: &Options,
    scratch: &mut Scratch,
) -> Verdict {
    scratch.fit(program);
    let survived = rows::survive(program, facts, options, scratch);
    list(program, options, scratch);
    let certain_too = scratch.applying.iter().all(|applied| applied.certain);
    let case = combine::Case { program, facts, options };
    let result = case.combine(scratch, combine::Reading::AsSupplied);
    let mut assumed = fault::silent_devices(&case, &scratch.applying);
    let hangs_on_devices = !assumed.is_empty();
    if !certain_too {
        assumed = assumed.union(fault::silent_conditions(&case, scratch));
    }
    let silent_feasibility = fault::silent_feasibility(&case, &result);
    // Before the friendliest reading: that one takes its own ages.
    let valid_for_ms = support::valid_for(&case, &result, &survived, scratch);
    let friendlier = (!certain_too || hangs_on_devices)
        && !result.is_same(&case.combine(scratch, combine::Reading::Friendliest), program);
    Verdict {
        outcome: result.outcome,
        unguarded: scratch.applying.is_empty(),
        assumption_matters: friendlier || !silent_feasibility.is_empty(),
        valid_for_ms,
        session: result.session,
        assumed: assumed.union(silent_feasibility),
        depends_on: support::depends_on(&case, &result, &survived, scratch),
        challenge: result.challenge,
        frequency: result.bounds.frequency,
        satisfied: result.satisfied,
    }
}

/// What one policy that applies would come to, were it the only one.
pub(crate) fn combine_alone(case: &Case<'_>, policy: &Applied, scratch: &mut Scratch) -> Combined {
    case.combine_these(std::slice::from_ref(policy), combine::Reading::AsSupplied, scratch)
}

/// Lists the policies whose rows survived: those that are on, and those that only report.
fn list(program: &Program, options: &Options, scratch: &mut Scratch) {
    scratch.applying.clear();
    scratch.reporting.clear();
    let mut last: Option<Applied> = None;
    for (at, word) in scratch.alive.iter().enumerate() {
        for bit in crate::program::ones(*word) {
            let row = at * 64 + bit;
            let Some(policy) = program.row_policy.get(row).copied() else { continue };
            let certain = scratch.sure.get(at).is_some_and(|word| word & (1 << bit) != 0);
            let cost = program.reads_of(row).len();
            match &mut last {
                Some(applied) if applied.policy == policy => applied.also(row, cost, certain),
                other => {
                    let next = Applied { policy, row: row as u32, cost, certain };
                    if let Some(finished) = other.replace(next) {
                        file(
                            program,
                            options,
                            &mut scratch.applying,
                            &mut scratch.reporting,
                            finished,
                        );
                    }
                }
            }
        }
    }
    if let Some(finished) = last {
        file(program, options, &mut scratch.applying, &mut scratch.reporting, finished);
    }
}

/// Puts a policy that applies where it belongs. The lists have room for every policy.
fn file(
    program: &Program,
    options: &Options,
    applying: &mut Vec<Applied>,
    reporting: &mut Vec<Applied>,
    applied: Applied,
) {
    let reports = program.policies.get(applied.policy as usize).is_some_and(|it| it.report_only);
    if reports && !options.as_if_enforced {
        reporting.push(applied);
    } else {
        applying.push(applied);
    }
}
