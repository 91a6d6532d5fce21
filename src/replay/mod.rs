//! What policies would have decided about sign-ins that happened: held against what the log recorded, and against
//! other policies.
//!
//! ```text
//!                 by any number of threads              in the order of the log
//! sign-ins ── Judge::judge ─────▶ Observation ── Replay::observe ─▶ tallies ── finish ─▶ Report
//!             (judge.rs: decide with P and Q,    (side.rs: outcomes, what is missing
//!              compare.rs: how they differ)       against_record.rs: P and the log
//!                                                 changes.rs: P and Q)
//! ```
//!
//! It reads no file and asks no clock: whoever has sign-ins hands them over, one by one or through
//! [`in_order`](crate::engine::in_order). What it keeps is bounded by [`limits`], whatever the log.
//!
//! # What is compared with the record
//!
//! A recorded policy is the policy of P with that `@id`; where none has it, the one with that title (or, without a title,
//! that name), if there is exactly one. P is asked about each policy alone, whatever the state it has: whether it
//! applies, and whether what the sign-in has proven satisfies it. What the log says of a policy that P does not have is
//! counted and held against nothing.
//!
//! # Not decidable
//!
//! A sign-in is not decidable when its decision hangs on attributes that the log did not supply
//! ([`Decision::assumption_matters`](crate::decision::Decision::assumption_matters)). It is counted apart from all
//! outcomes, with what is missing. Between P and Q, such a sign-in stays the same for certain when every policy that
//! applies, or may, is in both sets and means the same.
//!
//! # Who is responsible
//!
//! A decision is made by the policies that apply. So what changes it is found among those that apply in one set and have
//! no policy of the same meaning that applies in the other; among these, those that decided, where any did.

mod against_record;
mod changes;
mod compare;
mod examples;
pub mod json;
mod judge;
pub mod kind;
pub mod limits;
mod meaning;
mod people;
pub mod report;
pub mod schema;
mod side;

use crate::engine::{Engine, Names};
use crate::entra::log::SignIn;
use crate::request::RequestError;
use crate::value::Timestamp;

use against_record::RecordTally;
use changes::{ChangeTally, Pair};
use examples::{Examples, Shown, words};
use limits::{EXAMPLES, MAX_EXAMPLES};
use side::SideTally;

pub use judge::{Judge, Observation};
pub use kind::{Direction, Kind, Shift};
pub use limits::Limit;
pub use report::Report;

/// What whoever replays may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Example records of each table cell; at most [`MAX_EXAMPLES`].
    pub examples: usize,
    /// Only sign-ins at this moment or later. Those without a time are passed over then.
    pub since: Option<Timestamp>,
    /// Only sign-ins before this moment. Those without a time are passed over then.
    pub until: Option<Timestamp>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { examples: EXAMPLES, since: None, until: None }
    }
}

impl Settings {
    fn takes(&self, time: Option<Timestamp>) -> bool {
        let after = self.since.is_none_or(|since| time.is_some_and(|time| time >= since));
        let before = self.until.is_none_or(|until| time.is_some_and(|time| time < until));
        after && before
    }
}

/// A replay under way.
///
/// ```
/// use latch::Engine;
/// use latch::replay::{Replay, Settings};
/// use latch::entra::log::SignIn;
/// use latch::request::Request;
///
/// let now = Engine::from_text([("p.latch", "policy everyone { when always require mfa }")])?;
/// let next = Engine::from_text([("q.latch", "")])?;
/// let mut replay = Replay::new(Settings::default(), now, Some(next));
/// let request = Request::builder().who("eva").rest_absent().build()?;
/// replay.observe(1, SignIn { request, recorded: None, defaults: Vec::new() })?;
/// let report = replay.finish();
/// assert_eq!(report.now.outcomes.step_up, 1);
/// let changes = report.changes.expect("there are two sets");
/// assert_eq!(changes.shifts[0].shift.kind.words(), "step-up → open");
/// assert_eq!(changes.policies[0].policy, "everyone");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Replay {
    judge: Judge,
    settings: Settings,
    names: Names,
    sign_ins: u64,
    skipped: u64,
    outside: u64,
    defaulted: u64,
    period: Option<(Timestamp, Timestamp)>,
    now: SideTally,
    against: Option<(SideTally, ChangeTally)>,
    record: RecordTally,
    examples: Examples,
}

impl Replay {
    /// A replay of sign-ins with the policies of `now`, and of another set where there is one.
    pub fn new(settings: Settings, now: Engine, against: Option<Engine>) -> Replay {
        let judge = Judge::new(now, against);
        let mut names = Names::of(judge.now());
        if let Some(other) = judge.against() {
            names = names.or(Names::of(other));
        }
        let against = judge.against().map(|it| (SideTally::of(it), ChangeTally::new()));
        Replay {
            settings,
            names,
            sign_ins: 0,
            skipped: 0,
            outside: 0,
            defaulted: 0,
            period: None,
            now: SideTally::of(judge.now()),
            against,
            record: RecordTally::of(judge.now()),
            examples: Examples::new(settings.examples.min(MAX_EXAMPLES)),
            judge,
        }
    }

    /// What judges sign-ins; a clone can be shared between threads while the replay counts.
    pub fn judge(&self) -> Judge {
        self.judge.clone()
    }

    /// Judges and counts a sign-in, with its number in the log.
    ///
    /// # Errors
    /// When an attribute of the organisation's own is not of the kind that the policies declare; it is not counted.
    pub fn observe(&mut self, number: u64, sign_in: SignIn) -> Result<(), RequestError> {
        let observation = self.judge.judge(number, sign_in)?;
        self.count(&observation);
        Ok(())
    }

    /// Counts an entry of the log that is no sign-in.
    pub fn skip(&mut self) {
        self.skipped += 1;
    }

    /// Counts a sign-in that was judged, by this replay's [`Judge`].
    pub fn count(&mut self, observation: &Observation) {
        let time = observation.sign_in.request.time();
        if !self.settings.takes(time) {
            self.outside += 1;
            return;
        }
        self.sign_ins += 1;
        self.defaulted += u64::from(!observation.sign_in.defaults.is_empty());
        if let Some(time) = time {
            let (first, last) = self.period.unwrap_or((time, time));
            self.period = Some((first.min(time), last.max(time)));
        }
        let shown = Shown { names: &self.names, observation };
        let examples = &mut self.examples;
        let now = &observation.now;
        self.now.count(now, examples, || undecided(&shown, self.judge.now(), now));
        if let Some(recorded) = &observation.sign_in.recorded {
            self.record.count(self.judge.now(), recorded, now, &shown, examples);
        }
        let other = self.judge.against().zip(self.against.as_mut());
        if let (Some((engine, (side, changes))), Some((then, compared))) =
            (other, &observation.against)
        {
            side.count(then, examples, || undecided(&shown, engine, then));
            let pair = Pair { judge: &self.judge, now, then, compared, shown: &shown };
            changes.count(&pair, examples);
        }
    }

    /// What was found out.
    pub fn finish(self) -> Report {
        let limits = self.limits();
        let (judge, sign_ins) = (&self.judge, self.sign_ins);
        let (against, changes) = match (self.against, judge.against()) {
            (Some((side, changes)), Some(engine)) => {
                (Some(side.finish(engine, sign_ins)), Some(changes.finish(&judge.differing)))
            }
            _ => (None, None),
        };
        Report {
            sign_ins,
            skipped: self.skipped,
            outside: self.outside,
            defaulted: self.defaulted,
            period: self.period,
            now: self.now.finish(judge.now(), sign_ins),
            against,
            record: self.record.finish(judge.now()),
            changes,
            limits,
        }
    }

    /// The limits that were met, in their order.
    fn limits(&self) -> Vec<Limit> {
        let changes = self.against.as_ref().map(|(_, changes)| changes);
        let met = [
            (Limit::RecordedPolicies, self.record.beyond_limit > 0),
            (Limit::Users, changes.is_some_and(|it| it.users.full)),
            (Limit::Apps, changes.is_some_and(|it| it.apps.full)),
            (Limit::Examples, self.examples.short),
            (Limit::Text, self.record.cut || changes.is_some_and(|it| it.cut)),
        ];
        met.into_iter().filter(|(_, met)| *met).map(|(limit, _)| limit).collect()
    }
}

/// An example of a sign-in that is not decidable: what it comes to at worst, and what is missing.
fn undecided(shown: &Shown<'_>, engine: &Engine, judged: &judge::Judged) -> report::Example {
    let missing = judged.missing.iter();
    let missing = missing.map(|it| engine.policy_set().attribute_name(it).to_owned());
    shown.example(String::new(), words(&judged.decision), missing.collect())
}
