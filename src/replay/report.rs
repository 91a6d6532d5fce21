//! What a replay found out: plain data, in a stated order, from which the tables, the JSON and the page are drawn.
//!
//! ```text
//! Report
//! ├─ now: Side            what P decides: outcomes, what is not decidable and for want of what, each policy
//! ├─ against: Option<…>   the same of Q
//! ├─ record: Option<…>    P against what the log recorded: each policy, the whole sign-in
//! ├─ changes: Option<…>   P against Q: each kind of change, whose, by which policies
//! └─ limits               what is less than exact, and why
//! ```
//!
//! Two replays of the same log and policies give equal reports, however many threads took part.

use std::collections::BTreeMap;

use crate::entra::log::{PolicyResult, Status};
use crate::hir::PolicyState;
use crate::replay::kind::{Kind, Shift};
use crate::replay::limits::Limit;
use crate::value::Timestamp;

/// Everything that a replay found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// How many sign-ins were replayed. Every other count is of these.
    pub sign_ins: u64,
    /// How many entries of the log could not be read as sign-ins, and were passed over.
    pub skipped: u64,
    /// How many sign-ins were passed over since they lie outside the time that was asked for.
    pub outside: u64,
    /// How many sign-ins left something out that a documented default filled in: bodies of What-If evaluations.
    pub defaulted: u64,
    /// The time of the earliest and of the latest sign-in, where any has one.
    pub period: Option<(Timestamp, Timestamp)>,
    /// What P decides.
    pub now: Side,
    /// What Q decides, where there is a Q.
    pub against: Option<Side>,
    /// P against the record; `None` when the log recorded nothing.
    pub record: Option<Record>,
    /// P against Q, where there is a Q.
    pub changes: Option<Changes>,
    /// The limits that were met, in their order. Empty: everything in here is exact.
    pub limits: Vec<Limit>,
}

/// What one policy set decides about the sign-ins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Side {
    /// The sign-ins that are decided, whatever was not supplied.
    pub outcomes: Outcomes,
    /// The sign-ins that are not: they hang on something that was not supplied.
    pub undecided: Undecided,
    /// Each policy of the set, by name.
    pub policies: Vec<PolicyTally>,
}

/// How many sign-ins had which outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outcomes {
    /// Open, those that no policy applies to included.
    pub open: u64,
    /// Of the open ones, those that no policy applies to.
    pub unguarded: u64,
    /// Step-up.
    pub step_up: u64,
    /// Blocked.
    pub blocked: u64,
}

impl Outcomes {
    /// Of any outcome.
    pub fn all(&self) -> u64 {
        self.open + self.step_up + self.blocked
    }
}

/// Sign-ins whose outcome, challenge or session controls hang on attributes that were not supplied.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Undecided {
    /// How many.
    pub sign_ins: u64,
    /// What they come to when all that is missing is taken for the worse, as the engine does. No sign-in can end up
    /// stricter than this.
    pub at_worst: Outcomes,
    /// What was missing, the attribute that stands in the way of most sign-ins first, then by name.
    pub missing: Vec<Missing>,
    /// The first ones.
    pub examples: Vec<Example>,
}

/// An attribute that was not supplied where a decision hangs on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Its name.
    pub attribute: String,
    /// How many sign-ins hang on it (and perhaps on others too).
    pub sign_ins: u64,
    /// The policies that need it, with the number of these sign-ins, most first, then by name. What only the feasibility
    /// of a challenge needs belongs to no policy.
    pub policies: Vec<(String, u64)>,
}

/// A policy of the set and what it says of the sign-ins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyTally {
    /// Its name.
    pub policy: String,
    /// Its title.
    pub title: Option<String>,
    /// The id it has in the directory it came from.
    pub id: Option<String>,
    /// Whether it is enforced.
    pub state: PolicyState,
    /// How many sign-ins it says what of. The numbers add up to all sign-ins. One that is not there is zero.
    pub says: BTreeMap<Says, u64>,
}

/// What one policy, taken alone, says of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Says {
    /// It does not apply.
    NotApplied,
    /// It applies, and what it demands is proven, or it demands nothing.
    Satisfied,
    /// It applies, and something is left to prove.
    StepUp,
    /// It applies and blocks, or demands what this client cannot do.
    Blocks,
    /// It applies; whether what it demands is met hangs on something that was not supplied.
    Unsure,
    /// Whether it applies hangs on something that was not supplied.
    Undecided,
    /// It is disabled, and says nothing.
    Disabled,
}

impl Says {
    /// Every one, in the order of tables.
    pub const ALL: [Says; 7] = [
        Says::NotApplied,
        Says::Satisfied,
        Says::StepUp,
        Says::Blocks,
        Says::Unsure,
        Says::Undecided,
        Says::Disabled,
    ];

    /// Its word in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Says::NotApplied => "not applied",
            Says::Satisfied => "satisfied",
            Says::StepUp => "step-up",
            Says::Blocks => "blocks",
            Says::Unsure => "applies, unsure",
            Says::Undecided => "not decidable",
            Says::Disabled => "disabled",
        }
    }
}

/// P against what the log recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// How many sign-ins recorded anything: a status or results of policies.
    pub sign_ins: u64,
    /// How many results of policies they recorded.
    pub results: u64,
    /// Of the results of matched policies: how many P agrees with, and so on.
    pub agreement: BTreeMap<Agreement, u64>,
    /// Every recorded policy: those with most disagreements first, then those with most results, then by name and id.
    pub policies: Vec<RecordedPolicy>,
    /// The policies of P that the log never names, by name.
    pub not_recorded: Vec<String>,
    /// The recorded status of whole sign-ins × what P decides; only the cells that are not empty, in order.
    pub statuses: Vec<StatusCell>,
    /// Results that contradict the conditions recorded beside them, as `Applied::inconsistency` tells.
    pub inconsistent: u64,
    /// How many sign-ins recorded such a result.
    pub inconsistent_sign_ins: u64,
    /// Results that were not compared since a limit was met.
    pub beyond_limit: u64,
}

/// A policy that the log names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedPolicy {
    /// Its id in the log.
    pub id: Option<String>,
    /// The name it had in the log first.
    pub name: String,
    /// The policy of P that it is; `None` when P has none.
    pub matched: Option<Matched>,
    /// How many results it has.
    pub results: u64,
    /// How many results of which kind; one that is not there is zero.
    pub recorded: BTreeMap<PolicyResult, u64>,
    /// Recorded result × what P says; only the cells that are not empty, in order. Empty when not matched.
    pub cells: Vec<Cell>,
    /// The same by agreement. Empty when not matched.
    pub agreement: BTreeMap<Agreement, u64>,
    /// Results whose state (on, report-only, not enabled) is not the one the policy has in P.
    pub other_state: u64,
    /// What was not supplied where P could not say, most sign-ins first, then by name.
    pub missing: Vec<(String, u64)>,
    /// Results that contradict the conditions recorded beside them.
    pub inconsistent: u64,
    /// The first of those, with what contradicts what.
    pub inconsistencies: Vec<Example>,
}

impl RecordedPolicy {
    /// How many results P disagrees with.
    pub fn disagreements(&self) -> u64 {
        self.agreement.get(&Agreement::Disagrees).copied().unwrap_or_default()
    }
}

/// Which policy of P a recorded one is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// Its name in P.
    pub policy: String,
    /// How it was found.
    pub by: MatchedBy,
}

/// How a recorded policy was found in P.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchedBy {
    /// Its id is the `@id` of a policy.
    Id,
    /// No policy has its id, and its name is the title of exactly one (or the name of one without a title).
    Title,
}

impl MatchedBy {
    /// Every one.
    pub const ALL: [MatchedBy; 2] = [MatchedBy::Id, MatchedBy::Title];

    /// Its word in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            MatchedBy::Id => "id",
            MatchedBy::Title => "title",
        }
    }
}

/// A cell of the table recorded result × what P says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What the log says.
    pub recorded: PolicyResult,
    /// What P says.
    pub says: Says,
    /// Whether that is the same.
    pub agreement: Agreement,
    /// How many.
    pub count: u64,
    /// The first ones, where they disagree.
    pub examples: Vec<Example>,
}

/// Whether P says of a policy what the log recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Agreement {
    /// The same.
    Agrees,
    /// Something else.
    Disagrees,
    /// P cannot say, for want of what was not supplied.
    Undecidable,
    /// There is nothing to compare: one of both did not evaluate the policy.
    NotCompared,
}

impl Agreement {
    /// Every one, in the order of tables.
    pub const ALL: [Agreement; 4] =
        [Agreement::Agrees, Agreement::Disagrees, Agreement::Undecidable, Agreement::NotCompared];

    /// Its word in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Agreement::Agrees => "agrees",
            Agreement::Disagrees => "disagrees",
            Agreement::Undecidable => "not decidable",
            Agreement::NotCompared => "not compared",
        }
    }
}

/// A cell of the table recorded status × what P decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusCell {
    /// The recorded status; `None` where the log has none.
    pub status: Option<Status>,
    /// What P decides.
    pub decided: Decided,
    /// How many.
    pub count: u64,
    /// The first ones, where status and decision do not go together.
    pub examples: Vec<Example>,
}

/// What a policy set decides about a sign-in, with the two that tables keep apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decided {
    /// Open, and no policy applies.
    Unguarded,
    /// Open.
    Open,
    /// Step-up.
    StepUp,
    /// Blocked.
    Blocked,
    /// It hangs on something that was not supplied.
    Undecided,
}

impl Decided {
    /// Every one, in the order of tables.
    pub const ALL: [Decided; 5] =
        [Decided::Unguarded, Decided::Open, Decided::StepUp, Decided::Blocked, Decided::Undecided];

    /// Its word in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Decided::Unguarded => "unguarded",
            Decided::Open => "open",
            Decided::StepUp => "step-up",
            Decided::Blocked => "blocked",
            Decided::Undecided => "not decidable",
        }
    }
}

/// P against Q.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// Sign-ins that both decide, and decide the same by the same policies.
    pub same: u64,
    /// The changes that there are, the most dangerous first. Every sign-in that both decide counts once, here or in
    /// `same`.
    pub shifts: Vec<Change>,
    /// The policies in which P and Q differ and that had a part in a change: by their most dangerous change, then the most
    /// changes, then the name.
    pub policies: Vec<Responsible>,
    /// The sign-ins that P or Q cannot decide.
    pub undecided: UndecidedChanges,
}

impl Changes {
    /// How many sign-ins change in a way that somebody notices: in outcome, challenge or session controls.
    pub fn changed(&self) -> u64 {
        let noticed = self.shifts.iter().filter(|change| change.shift.kind != Kind::Policies);
        noticed.map(|change| change.sign_ins).sum()
    }

    /// How many sign-ins are decided alike, by other policies.
    pub fn by_other_policies(&self) -> u64 {
        let alike = self.shifts.iter().filter(|change| change.shift.kind == Kind::Policies);
        alike.map(|change| change.sign_ins).sum()
    }
}

/// The sign-ins that change in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// In which way.
    pub shift: Shift,
    /// How many.
    pub sign_ins: u64,
    /// Whose.
    pub users: Distinct,
    /// For what.
    pub apps: Distinct,
    /// By which policies: those in which P and Q differ and that had a part in it. Most first, then by name.
    pub policies: Vec<(String, u64)>,
    /// The first ones.
    pub examples: Vec<Example>,
}

/// Different users or apps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Distinct {
    /// How many there are.
    pub count: u64,
    /// There may be more: a limit was met.
    pub at_least: bool,
    /// Those with most sign-ins first, then by id; at most [`MAX_TOP`](crate::replay::limits::MAX_TOP).
    pub top: Vec<Top>,
}

/// A user or an app with its number of sign-ins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Top {
    /// Its id in the directory; empty where the sign-ins tell none.
    pub id: String,
    /// What people call it; the id where nobody told a name.
    pub name: String,
    /// How many sign-ins.
    pub sign_ins: u64,
}

/// A policy in which P and Q differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Responsible {
    /// Its name.
    pub policy: String,
    /// How P and Q differ in it.
    pub why: Difference,
    /// In how many changes of which kind it had a part, the most dangerous first.
    pub shifts: BTreeMap<Shift, u64>,
}

/// How two policy sets differ in a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Difference {
    /// Only Q has it.
    Added,
    /// Only P has it.
    Removed,
    /// Both have it, and it says something else.
    Changed,
}

impl Difference {
    /// Every one.
    pub const ALL: [Difference; 3] = [Difference::Added, Difference::Removed, Difference::Changed];

    /// Its word in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Difference::Added => "added",
            Difference::Removed => "removed",
            Difference::Changed => "changed",
        }
    }
}

/// The sign-ins that P or Q cannot decide, and what could become of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UndecidedChanges {
    /// How many.
    pub sign_ins: u64,
    /// Those that do not change whatever is supplied: all policies that may apply are in both sets and say the same.
    pub unchanged: u64,
    /// Those that may change.
    pub may_change: u64,
    /// Of those, how they change when all that is missing is taken for the worse; `None` when they then do not. One that
    /// is not there is zero.
    pub at_worst: BTreeMap<Option<Shift>, u64>,
    /// What was missing of those that may change, most sign-ins first, then by name.
    pub missing: Vec<(String, u64)>,
    /// The policies in which P and Q differ that may have a part in it, most sign-ins first, then by name.
    pub policies: Vec<(String, u64)>,
    /// Whose.
    pub users: Distinct,
    /// For what.
    pub apps: Distinct,
    /// The first ones.
    pub examples: Vec<Example>,
}

/// One sign-in, shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Its number in the log: the line, or the place in the array, from 1.
    pub number: u64,
    /// The id it has in the log.
    pub id: Option<String>,
    /// When.
    pub time: Option<Timestamp>,
    /// Who, as people call them.
    pub user: String,
    /// For what, as people call it.
    pub app: String,
    /// What it was: the record's or P's word.
    pub was: String,
    /// What it is by the set it is held against.
    pub now: String,
    /// Because of what: policies, missing attributes, or conditions, as the place of the example says.
    pub because: Vec<String>,
}
