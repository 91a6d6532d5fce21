//! What is decided: the outcome, the challenge, the session controls, and how long it holds.
//!
//! # The challenge
//!
//! The requirement is the conjunction of the grants of all applying policies that are on, and, when any of them sets
//! a sign-in frequency over both factors, of [`DemandKind::SignIn`]. What the evidence satisfies is taken as proven. The rest is
//! brought into alternatives: sets of [`Demand`]s, each of which would open the latch.
//!
//! A demand *implies* another when whoever meets the first freshly has met the second:
//!
//! - the same kind and name with a `within` that is as short or shorter;
//! - a strength (`mfa` is the strength multi-factor) of which every combination contains, method by method and
//!   restriction by restriction, some combination of the other strength, with a `within` as short or shorter;
//! - a strength of which every combination has a first factor implies signing in again.
//!
//! An opaque strength has no combinations that anyone could compare: it implies itself only.
//!
//! Of demands that imply each other, the smallest (by [`Demand`]'s order) stands for all: of those that a grant of an
//! applying policy names and that the evidence does not satisfy. Inside an alternative, a demand that another one implies
//! is dropped. An alternative is dropped when another one asks for nothing that it does not imply. So what is left does not
//! hang on the order in which it is worked out. It is sorted by feasibility, number of demands, then
//! demands. Policies are multiplied out in the order of their names, signing in again last; after each, at most
//! [`MAX_WORKING_ALTERNATIVES`] are carried on, the first ones in this order. (One grant alone has no more: that is checked
//! when policies are resolved.) At most [`MAX_ALTERNATIVES`] are kept, the first ones. [`Challenge::truncated`] says
//! whether either limit cut something off.
//!
//! # Feasibility
//!
//! A demand's feasibility follows from the principal, the agent's kind, the client, the platform and the flow; one of
//! these that is absent or not supplied rules nothing out.
//!
//! - Service principals and agents can do nothing. An agent with a user account of its own can get a device.
//! - A legacy client (`exchange-active-sync`, `other`) can sign in again with its password, and nothing else:
//!   everything but [`DemandKind::SignIn`] is impossible.
//! - In the device-code flow no device state is seen: device and app demands are impossible.
//! - `hybrid-joined-device` is possible on Windows, `approved-app` on iOS and Android, `protected-app` on these three.
//! - Otherwise device and app demands are remediable, all others interactive.
//!
//! If every alternative is impossible the outcome is [`Outcome::Blocked`] with [`Blocked::Impossible`].
//!
//! # What the evidence satisfies
//!
//! A proof is fresh within `D` when its age is at most `D`; ages below zero count as zero. A combination of a strength
//! is satisfied when every method of it has a matching proof fresh within every bound that there is: the grant's
//! `within`; the sign-in frequency over all applying policies (`both`); and, if the method is, contains or may
//! serve as a second factor, its bound on the second factor (`second`). An opaque strength is satisfied by a claim with its id, fresh
//! within `within` and `both`. Device grants are satisfied by `device.compliant` or `device.hybrid-joined` being known
//! to be true and, with `within`, a claim of that grant that is fresh. Other grants are satisfied by claims (for
//! each id of their object one), with `within` by fresh ones. [`DemandKind::SignIn`] is satisfied by a first factor
//! fresh within `both`. A frequency for the second factor alone demands nothing by itself.
//!
//! Freshness is held against the shortest frequency in seconds, `every time` counting as the engine's
//! ([`Options::every_time_seconds`]); a policy with `1 minute` is not weakened by one with `every time`.
//!
//! # Who decided
//!
//! For a step-up and for an impossible challenge, [`Decision::by`] names the policies whose grant is not satisfied, and
//! those whose own frequency over both factors no first factor is fresh within. For an open latch it names the applying
//! policies with a grant or with a frequency over both factors.
//!
//! # Assumptions
//!
//! A policy whose condition is unknown applies, and the attributes at fault are `assumed`; so is a device attribute
//! that was not supplied and that an unmet device grant of an applying policy reads. `assumption_matters` compares the
//! decision with its friendliest reading: only policies whose condition is true apply, and device grants that hang
//! on attributes not supplied are met. If outcome (challenge included) and session controls are the same, nothing that
//! could be supplied changes them, since every answer lies between the two.
//!
//! A step-up also hangs on what feasibility reads: of those attributes, the ones not supplied that could rule out a
//! demand of the challenge are `assumed`, and then `assumption_matters`. Every demand reads `principal` and `client`;
//! device and app demands read `flow`; `hybrid-joined-device`, `approved-app` and `protected-app` read `platform`;
//! device demands read `agent.kind`, unless the principal is known to be no agent.

mod header;
#[cfg(feature = "json")]
pub mod json;
#[cfg(test)]
mod sample;
#[cfg(feature = "json")]
pub mod schema;
mod words;

pub use header::{ACR_PHISHING_RESISTANT, ACR_PREFIX};

use crate::schema::grant::GrantWord;
use crate::schema::session::{MaxAge, SessionControls};
use crate::value::Timestamp;

/// The most alternatives a challenge lists. A person can choose among few; the real sets at hand need at most four.
pub const MAX_ALTERNATIVES: usize = 16;

/// The most alternatives that are carried from one policy to the next while they are multiplied out, the smallest
/// ones, in the order of the challenge. Four times what is shown.
pub const MAX_WORKING_ALTERNATIVES: usize = 64;

/// What `every time` means unless the engine is told otherwise: the five minutes of skew that Microsoft documents.
pub const EVERY_TIME_SECONDS: u64 = 300;

/// What whoever embeds the engine may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How old a proof may be that is demanded `every time`, in seconds.
    pub every_time_seconds: u64,
    /// Report-only policies count as on.
    pub as_if_enforced: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options { every_time_seconds: EVERY_TIME_SECONDS, as_if_enforced: false }
    }
}

impl Options {
    /// A bound in seconds.
    pub fn seconds(&self, bound: MaxAge) -> u64 {
        match bound {
            MaxAge::EveryTime => self.every_time_seconds,
            MaxAge::Seconds(seconds) => seconds,
        }
    }
}

/// The decision about one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Open, step-up or blocked.
    pub outcome: Outcome,
    /// No policy that is on applies.
    pub unguarded: bool,
    /// The policies that decided it, by name: those that block; else as the module says under *Who decided*.
    pub by: Vec<String>,
    /// All policies that are on and apply, by name.
    pub applying: Vec<String>,
    /// The merged session controls of all applying policies; empty when blocked.
    pub session: SessionControls<String>,
    /// Report-only policies that apply, and what each would have done alone.
    pub report_only: Vec<ReportOnly>,
    /// Attributes that were not supplied and made some policy apply, or some grant unmet, by name.
    pub assumed: Vec<String>,
    /// Whether supplying the assumed attributes could change the outcome, the challenge or the session controls.
    pub assumption_matters: bool,
    /// For how many milliseconds passing time alone cannot change the outcome, the challenge or the session
    /// controls; `None` for ever.
    pub valid_for_ms: Option<u64>,
    /// The same as a moment, where the request has a time.
    pub valid_until: Option<Timestamp>,
    /// The attributes that were able to influence it, by name. A change of any other needs no new decision.
    pub depends_on: Vec<String>,
}

impl Decision {
    /// An open latch that nobody guards: no policy, no session controls, for ever.
    pub fn open() -> Decision {
        Decision {
            outcome: Outcome::Open,
            unguarded: true,
            by: Vec::new(),
            applying: Vec::new(),
            session: SessionControls::default(),
            report_only: Vec::new(),
            assumed: Vec::new(),
            assumption_matters: false,
            valid_for_ms: None,
            valid_until: None,
            depends_on: Vec::new(),
        }
    }
}

/// Whether the latch opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The session latch opens.
    Open,
    /// It opens for who meets the challenge.
    StepUp(Challenge),
    /// It stays shut.
    Blocked(Blocked),
}

/// Why a latch stays shut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blocked {
    /// A policy blocks.
    ByPolicy,
    /// Policies demand what this client cannot do; the challenge says what.
    Impossible(Challenge),
}

/// What would open the latch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// Each is enough. Never empty.
    pub alternatives: Vec<Alternative>,
    /// There are more than could be listed.
    pub truncated: bool,
}

/// Demands that open the latch together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// In the order in which a person is asked for them. Never empty.
    pub demands: Vec<Demand>,
    /// Whether the person can do it now: the worst of its demands.
    pub feasibility: Feasibility,
}

/// One thing to prove.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Demand {
    /// What.
    pub kind: DemandKind,
    /// The name of the strength, the terms or the custom control.
    pub name: Option<String>,
    /// The `within` of the grant, in seconds.
    pub within: Option<u64>,
    /// How old the proof may be, the shortest of what bounds it: `within`; for signing in and for strengths the
    /// frequency over both factors; for a strength of which every combination has a second factor, the frequency of
    /// that.
    pub max_age: Option<MaxAge>,
}

/// What kind of thing to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DemandKind {
    /// Sign in again: a fresh first factor.
    SignIn,
    /// A grant.
    Grant(GrantWord),
}

/// Whether a demand can be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feasibility {
    /// By the user, now.
    Interactive,
    /// After something else was mended: a device enrolled, another app used.
    Remediable,
    /// Not by this principal with this client.
    Impossible,
}

/// What a report-only policy would have done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportOnly {
    /// Its name.
    pub policy: String,
    /// The outcome, were it the only policy.
    pub would: Outcome,
}
