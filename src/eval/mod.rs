//! The hot path: a program and facts in, a verdict out. It knows no text, allocates nothing, and cannot panic.
//!
//! ```text
//!  survive  ──▶  gather  ──▶  combine  ──▶ fault, support, horizon ──▶ Verdict
//! (walk.rs,   (gather.rs)  (combine.rs)  (fault.rs) (support.rs)
//!  rows.rs)
//! ```
//!
//! *Survive* meets, word by word, the rows that each dimension leaves. Where everything is known, the facts hold these sets
//! already (`walk.rs`). Where not, two sets of rows are kept: those that are not ruled out, and those that hold for sure
//! (`rows.rs`). A policy applies when any of its rows survives. *Gather* finds the few distinct consequences of all policies
//! that apply, and these are combined.
//!
//! Nothing here can be out of range, since programs are verified when they are made ([`crate::program`]); where a slice
//! is asked for all the same, the answer to "not there" is the closed one: a row that nothing rules out survives.

mod alone;
mod challenge;
mod combine;
mod fault;
mod gather;
mod memory;
mod rows;
mod scratch;
mod support;
mod walk;

use crate::decision::{Feasibility, MAX_ALTERNATIVES, Options};
use crate::facts::Facts;
use crate::program::{DemandSet, Policy, Program};
use crate::schema::attribute::AttributeSet;
use crate::schema::session::{Frequency, SessionControls};

pub use scratch::Scratch;

pub(crate) use alone::{Alone, alone};
pub(crate) use combine::{Case, Combined, max_age};
pub(crate) use gather::list;
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
#[derive(Debug, Clone, Copy)]
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

impl Alternative {
    pub(crate) const NONE: Alternative =
        Alternative { demands: DemandSet::EMPTY, feasibility: Feasibility::Interactive };
}

impl Default for Challenge {
    fn default() -> Self {
        Challenge::NONE
    }
}

impl Challenge {
    const NONE: Challenge = Challenge {
        count: 0,
        truncated: false,
        alternatives: [Alternative::NONE; MAX_ALTERNATIVES],
    };

    /// Empties it.
    pub(crate) fn clear(&mut self) {
        (self.count, self.truncated) = (0, false);
    }

    pub(crate) fn listed(&self) -> &[Alternative] {
        self.alternatives.get(..usize::from(self.count)).unwrap_or(&[])
    }
}

/// Decides. The challenge, and which rows survived, can be read from `scratch` afterwards.
pub fn evaluate(
    program: &Program,
    facts: &Facts,
    options: &Options,
    scratch: &mut Scratch,
) -> Verdict {
    scratch.fit(program);
    let case = combine::Case { program, facts, options };
    let (survived, gathered) = if case.knows_all() {
        let survived = walk::walk(&case, scratch);
        (survived, gather::gather_known(program, options, scratch))
    } else {
        let survived = rows::survive(program, facts, options, scratch);
        (survived, gather::gather(program, options, scratch))
    };
    let result = case.combine_all(scratch);
    let mut assumed = fault::silent_devices(&case, &scratch.consequences.met);
    let hangs_on_devices = !assumed.is_empty();
    if gathered.doubtful {
        assumed = assumed.union(fault::silent_conditions(&case, scratch));
    }
    let silent_feasibility = fault::silent_feasibility(&case, &result);
    // Before the friendliest reading: that one takes its own ages.
    let valid_for_ms = support::valid_for(&case, &result, &survived, scratch);
    let depends_on = support::depends_on(&case, &result, &survived, &gathered, scratch);
    let friendlier =
        (gathered.doubtful || hangs_on_devices) && case.could_be_friendlier(&result, scratch);
    Verdict {
        outcome: result.outcome,
        unguarded: !gathered.any,
        assumption_matters: friendlier || !silent_feasibility.is_empty(),
        valid_for_ms,
        session: result.session,
        assumed: assumed.union(silent_feasibility),
        depends_on,
        frequency: result.bounds.frequency,
        satisfied: result.satisfied,
    }
}

/// The outcome alone, for whoever needs nothing else. Nothing is to be read from `scratch` afterwards.
pub fn rule(program: &Program, facts: &Facts, options: &Options, scratch: &mut Scratch) -> Ruling {
    scratch.fit(program);
    let case = combine::Case { program, facts, options };
    if !case.knows_all() {
        return evaluate(program, facts, options, scratch).outcome;
    }
    walk::mark(&case, scratch);
    let combined = case.combine_listed(scratch);
    if combined.left_out {
        return evaluate(program, facts, options, scratch).outcome;
    }
    combined.outcome
}

/// What one policy that applies would come to, were it the only one.
pub(crate) fn combine_alone(case: &Case<'_>, policy: &Policy, scratch: &mut Scratch) -> Combined {
    case.combine(&[policy.consequence], combine::Reading::AsSupplied, scratch)
}
