//! The compiled form of a policy set: flat data that the evaluator walks, verified once, printable, comparable.
//!
//! # Rows
//!
//! Every condition was brought into alternatives, and each alternative is a *row*: what it asks of each *dimension*. A
//! dimension is what is looked up together: the user by id, groups, roles and type; the place by address and country;
//! one enumeration. Rows of one policy stand side by side, and near those of policies about the same people. A set of rows is a
//! stretch of `Program::bits`, one bit a row, `Program::words` words long.
//!
//! # Two kinds of dimensions
//!
//! - A `StateDimension` is one enumeration or boolean. For each state that it can be in, a table holds the rows that are
//!   not ruled out. The last two lines are for *not supplied*: rows that may hold, and rows that certainly do.
//! - A `KeyDimension` is everything else. What rows name (a group, an address range, `starts with "Surface"`) is a
//!   *key*; a request has some keys for sure and some perhaps. A row holds when, for each of its lists of wanted keys (the
//!   first is in slot 0, the second in slot 1 …), the request has any key of the list, and none of its unwanted keys. Keys
//!   that one input decides form a `Segment`; its last key stands for "this input was not supplied".
//!
//! Dimensions that are looked at once for each app, or for each context, form a `Group`.
//!
//! The names in here serve interning ([`crate::facts`]) and the reader of a decision; evaluation reads numbers only.

mod demand_set;
#[cfg(feature = "save")]
pub mod file;
mod ids;
mod plan;
mod print;
mod verify;

use std::ops::Range;

use jiff::tz::TimeZone;

use crate::decision::{DemandKind, MAX_WORKING_ALTERNATIVES};
use crate::schema::attribute::{AttributeId, AttributeSet};
use crate::schema::grant::GrantWord;
use crate::schema::method::Method;
use crate::schema::session::SessionControls;
use crate::value::{Country, Version};

pub(crate) use demand_set::DemandSet;
pub(crate) use ids::Ids;
pub(crate) use plan::{Combination, Plan, Planned};

/// How many different demands a policy set may have. The largest real set at hand has 21; four words hold these.
pub const MAX_DEMANDS: usize = 256;

/// How many alternatives are looked at together while a challenge is worked out: all pairs of those carried on and
/// those of one grant.
pub const MAX_CANDIDATES: usize = MAX_WORKING_ALTERNATIVES * MAX_WORKING_ALTERNATIVES;

/// A compiled policy set. Equal sets of policies, in whatever order they were written, make equal programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// A number that tells this program from others: a hash of everything in it. That of a program from a file is made up,
    /// since files may lie.
    pub(crate) fingerprint: u64,
    /// How many words a set of rows has.
    pub(crate) words: usize,
    pub(crate) rows: Vec<Row>,
    /// Different sets of attributes that rows read.
    pub(crate) reads: Vec<AttributeSet>,
    /// The policies that are not disabled, by name.
    pub(crate) policies: Vec<Policy>,
    /// What policies come to, each once, by the first policy that comes to it. Many policies share few of them, and so
    /// these are combined, and not policies.
    pub(crate) consequences: Vec<Consequence>,
    /// Every row.
    pub(crate) every: BitsAt,
    /// Rows of policies that are on.
    pub(crate) in_force: BitsAt,
    /// Rows of policies that are on and demand or control anything.
    pub(crate) on: BitsAt,
    /// The same, report-only policies counted as on.
    pub(crate) enforced: BitsAt,
    /// The dimensions in the order in which they are looked at: what changes least comes first, the time last.
    pub(crate) steps: Vec<Step>,
    pub(crate) states: Vec<StateDimension>,
    pub(crate) groups: Vec<Group>,
    pub(crate) keys: Vec<KeyDimension>,
    /// The arena of sets of rows.
    pub(crate) bits: Vec<u64>,
    /// Stretches of `postings`, one for each key of each slot.
    pub(crate) lists: Vec<Stretch>,
    /// Sets of rows that are mostly empty: only the words that are not.
    pub(crate) postings: Vec<Posting>,
    pub(crate) formulas: Formulas,
    pub(crate) requirements: Requirements,
    /// Time zones, by name.
    pub(crate) zones: Vec<Zone>,
    /// Names of own attributes, by their numbers.
    pub(crate) own: Vec<String>,
    /// Ids of profiles, by their numbers, which are in the order of the ids.
    pub(crate) profiles: Vec<String>,
    pub(crate) settling: Settling,
    /// How it is walked where everything is known.
    pub(crate) plan: Plan,
}

/// Where in [`Program::bits`] a set of rows begins.
pub(crate) type BitsAt = u32;

/// A stretch of an arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Stretch {
    pub start: u32,
    pub end: u32,
}

impl Stretch {
    pub(crate) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether a number lies in it.
    pub(crate) fn holds(self, number: u32) -> bool {
        (self.start..self.end).contains(&number)
    }

    /// What it is a stretch of. Nothing, rather than a panic, where it is none: the program is verified.
    pub(crate) fn of<T>(self, arena: &[T]) -> &[T] {
        arena.get(self.range()).unwrap_or(&[])
    }
}

/// Some rows of one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Posting {
    pub word: u32,
    pub rows: u64,
}

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Policy {
    pub name: String,
    pub report_only: bool,
    /// Of [`Program::consequences`].
    pub consequence: u32,
    pub rows: Stretch,
    /// Its condition, in [`Formulas::nodes`].
    pub formula: Stretch,
}

/// A row, as it matters once it survived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Row {
    pub policy: u32,
    /// That of its policy.
    pub consequence: u32,
    /// Which of [`Program::reads`] it reads.
    pub reads: u32,
    /// How many attributes these are.
    pub cost: u16,
    /// Whether its policy has no other.
    pub alone: bool,
    pub weight: Weight,
}

/// What a consequence comes to at the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Weight {
    /// It makes no difference.
    Nothing,
    /// It demands or controls something.
    Something,
    Blocks,
}

/// What follows when a policy applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Consequence {
    pub effect: Effect,
    /// The session controls, where there are any.
    pub session: Option<SessionControls<u32>>,
}

impl Row {
    /// Whether it is all of a policy that demands or controls something and does not block: the usual case.
    pub(crate) fn is_plain(&self) -> bool {
        self.alone && self.weight == Weight::Something
    }
}

impl Consequence {
    pub(crate) fn weight(&self) -> Weight {
        match self.effect {
            Effect::Block => Weight::Blocks,
            Effect::Nothing if self.session.is_none() => Weight::Nothing,
            Effect::Require(_) | Effect::Nothing => Weight::Something,
        }
    }
}

/// What a policy demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Effect {
    Block,
    /// One of [`Requirements::grants`].
    Require(u32),
    Nothing,
}

/// One step of the walk over the dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    /// One of [`Program::states`].
    State(u32),
    /// One of [`Program::groups`].
    Group(u32),
}

/// An enumeration or a boolean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct StateDimension {
    pub attribute: AttributeId,
    /// How many values it has; the state after the last is *absent*, the next *not supplied*.
    pub values: u8,
    /// Its sets of rows, one a state, and one more: those that certainly hold when it is not supplied.
    pub table: BitsAt,
    /// A bit for each state that rules out any row.
    pub ruling: u64,
}

impl StateDimension {
    pub(crate) fn absent(&self) -> u8 {
        self.values
    }

    pub(crate) fn not_supplied(&self) -> u8 {
        self.values + 1
    }

    /// How many sets of rows its table has.
    pub(crate) fn lines(&self) -> usize {
        usize::from(self.values) + 3
    }
}

/// How often dimensions are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Looked {
    Once,
    /// Once for each app that is asked for.
    PerApp,
    /// Once for each context that is asked for.
    PerContext,
    /// Once; and they turn as time goes by.
    AtTheClock,
}

/// Dimensions that are looked at together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Group {
    pub looked: Looked,
    /// Of [`Program::keys`].
    pub dimensions: Stretch,
    /// The inputs, each with the rows that read it here.
    pub reads: Vec<(AttributeId, BitsAt)>,
}

/// A dimension of keys.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct KeyDimension {
    /// What it is called where the program is printed.
    pub name: String,
    /// How many keys there are.
    pub count: u32,
    pub segments: Vec<Segment>,
    pub slots: Vec<Slot>,
    /// The first of [`Program::lists`] for unwanted keys, a list for each key; where any are.
    pub unwanted: Option<u32>,
    /// From the first to the last of the keys that any row does not want.
    pub unwanted_keys: Stretch,
}

/// The n-th list of wanted keys of each row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Slot {
    /// Rows that have no such list.
    pub free: BitsAt,
    /// The first of [`Program::lists`]: for each key, the rows that want it.
    pub wanted: u32,
}

/// Keys that one input decides.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Segment {
    pub input: AttributeId,
    /// The first key.
    pub first: u32,
    /// The key that stands for all of them when the input was not supplied; `None` where silence says nothing.
    pub silent: Option<u32>,
    pub kind: SegmentKind,
}

/// How an input decides keys; the n-th entry decides the n-th key of the segment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum SegmentKind {
    /// The word's number, or any of a set's, is in the mask; `false` is 0 and `true` is 1.
    Words(Vec<u64>),
    /// It is, or has in it, this id.
    Ids(Ids),
    /// It is this country; after the last country: there is none, though it was looked up.
    Countries(Vec<Country>),
    /// The address is in these networks.
    Addresses(Addresses),
    /// A text that is equal, then tests that hold.
    Values(Values),
    /// The app looked at has this id.
    AppIds(Ids),
    /// The app looked at is a resource of agents. One key.
    AgentResource,
    /// `any-app` holds, or not, on account of this input. One key.
    AnyApp,
    /// The custom security attribute of the app looked at.
    AppValues(Values),
}

/// Tests of one value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Values {
    /// Of which custom security attribute, folded.
    pub custom: Option<String>,
    /// Texts to be equal to, folded, sorted.
    pub equal: Vec<String>,
    pub tests: Vec<Test>,
}

/// A test of a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Test {
    StartsWith(String),
    EndsWith(String),
    Contains(String),
    Less(Version),
    LessOrEqual(Version),
    Greater(Version),
    GreaterOrEqual(Version),
    /// Any of these closed ranges.
    Ranges(Vec<(i64, i64)>),
    Clock(ClockTest),
}

/// A test of what a clock on the wall shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ClockTest {
    /// Of [`Program::zones`].
    pub zone: u16,
    pub shows: Shows,
}

/// What the clock must show.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Shows {
    /// A time of day in `[from, to)`, seconds since midnight, wrapping unless `from < to`.
    TimeOfDay(u32, u32),
    /// One of these days of the week; bit 0 is monday.
    Weekday(u8),
    /// A day in any of these closed ranges, counted from 1970-01-01.
    Date(Vec<(i64, i64)>),
}

/// A time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Zone {
    pub name: String,
    pub rules: TimeZone,
}

/// An address classifier: disjoint intervals, each with the networks it lies in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Addresses {
    /// First addresses of intervals, sorted; each reaches to the next.
    pub v4: Vec<u32>,
    /// The class of each.
    pub v4_class: Vec<u32>,
    pub v6: Vec<u128>,
    pub v6_class: Vec<u32>,
    /// Of each class, its stretch of `members`.
    pub classes: Vec<Stretch>,
    /// Numbers of networks within the segment.
    pub members: Vec<u32>,
    /// How many networks there are.
    pub networks: u32,
}

/// The conditions as trees, to say which input is at fault when one is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Formulas {
    /// All trees, each node before its parts.
    pub nodes: Vec<Node>,
    pub literals: Vec<Literal>,
    /// The keys of literals.
    pub keys: Vec<u32>,
    /// The most nodes of one policy.
    pub largest: u32,
}

/// A node of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    /// All parts, which end before node `end`.
    All { end: u32 },
    /// Any part.
    Any { end: u32 },
    /// The state dimension is in a state of the mask; bit `values` is absent.
    State { dimension: u32, states: u64 },
    /// The literal, or that it does not hold.
    Keys { literal: u32, wanted: bool },
}

/// Any of some keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Literal {
    pub dimension: u32,
    /// Sorted, in [`Formulas::keys`].
    pub keys: Stretch,
}

/// Everything that policies demand.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Requirements {
    /// In the order of [`crate::decision::Demand`]. The first is signing in again.
    pub demands: Vec<Demand>,
    /// Those that a device proves.
    pub of_device: DemandSet,
    pub grants: Vec<Grant>,
    /// The alternatives of grants.
    pub alternatives: Vec<DemandSet>,
    /// Of each combination, its stretch of `combination_uses`.
    pub combinations: Vec<Stretch>,
    /// Of each combination, the bits of its uses; none at all where there are more uses than bits.
    pub combination_masks: Vec<u64>,
    pub combination_uses: Vec<u32>,
    pub uses: Vec<MethodUse>,
    /// Which claims demands ask for.
    pub wanted_claims: Vec<u32>,
    pub claims: Vec<Claim>,
}

/// A grant as alternatives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Grant {
    /// Of [`Requirements::alternatives`]; sorted, none contains another.
    pub alternatives: Stretch,
    /// Every demand that it names, those of superfluous alternatives included.
    pub demands: DemandSet,
}

/// One thing to prove.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Demand {
    pub kind: DemandKind,
    pub name: Option<String>,
    pub within: Option<u64>,
    pub proof: Proof,
    /// Whether every combination has a second factor.
    pub second_factor: bool,
    /// What it implies, itself included.
    pub implies: DemandSet,
    /// What implies it, itself included.
    pub implied_by: DemandSet,
}

/// What proves a demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Proof {
    FirstFactor,
    /// Any of these [`Requirements::combinations`].
    Combinations(Stretch),
    /// An opaque strength's claim.
    Opaque(u32),
    /// `device.compliant`; with `within`, this claim too.
    Compliant(u32),
    /// `device.hybrid-joined`; with `within`, this claim too.
    HybridJoined(u32),
    /// All of these, of [`Requirements::wanted_claims`].
    Claims(Stretch),
}

/// A method with what its proof must show.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct MethodUse {
    pub method: Method,
    pub aaguids: Vec<String>,
    pub issuers: Vec<String>,
    pub policies: Vec<String>,
}

/// A claim: of that grant, with that id if there is one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Claim {
    pub grant: GrantWord,
    pub id: Option<String>,
}

/// Which attributes settle others in a request, so that a change of one changes the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Settling {
    /// What users, service principals and agents are described by.
    pub of_principals: AttributeSet,
    /// The targets.
    pub of_targets: AttributeSet,
    /// `device.registered`, `.trust` and `.hybrid-joined`, which follow from each other.
    pub joins: AttributeSet,
    pub of_device: AttributeSet,
    pub extensions: AttributeSet,
    /// `device.mdm-app` and `.compliant`, on which extension attributes hang.
    pub management: AttributeSet,
    /// `device.compliant`, which says that a device is registered.
    pub compliance: AttributeSet,
}

/// A word of a set of rows. One that is not there is empty.
#[inline(always)]
pub(crate) fn word_of(rows: &[u64], at: u32) -> u64 {
    rows.get(at as usize).copied().unwrap_or_default()
}

/// Adds some rows to a set.
pub(crate) fn add(rows: &mut [u64], postings: &[Posting]) {
    for posting in postings {
        if let Some(word) = rows.get_mut(posting.word as usize) {
            *word |= posting.rows;
        }
    }
}

/// Takes some rows away from a set.
pub(crate) fn remove(rows: &mut [u64], postings: &[Posting]) {
    for posting in postings {
        if let Some(word) = rows.get_mut(posting.word as usize) {
            *word &= !posting.rows;
        }
    }
}

/// The numbers of the bits that are set, lowest first.
pub(crate) fn ones(word: u64) -> impl Iterator<Item = usize> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let bit = rest.trailing_zeros();
        rest &= rest.wrapping_sub(1);
        (bit < 64).then_some(bit as usize)
    })
}

impl Segment {
    /// How many keys it has, the one for silence not counted.
    pub(crate) fn len(&self) -> usize {
        match &self.kind {
            SegmentKind::Words(words) => words.len(),
            SegmentKind::Ids(ids) | SegmentKind::AppIds(ids) => ids.all.len(),
            SegmentKind::Countries(countries) => countries.len() + 1,
            SegmentKind::Addresses(addresses) => addresses.networks as usize,
            SegmentKind::Values(values) | SegmentKind::AppValues(values) => {
                values.equal.len() + values.tests.len()
            }
            SegmentKind::AgentResource | SegmentKind::AnyApp => 1,
        }
    }

    /// Whether this key is one of its, or stands for its silence.
    pub(crate) fn owns(&self, key: u32) -> bool {
        self.silent == Some(key)
            || key.checked_sub(self.first).is_some_and(|at| (at as usize) < self.len())
    }
}

impl Program {
    /// How many rows the conditions became.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The names of its policies, disabled ones left out, in order.
    pub fn policies(&self) -> impl Iterator<Item = &str> {
        self.policies.iter().map(|policy| policy.name.as_str())
    }

    /// How many bytes its sets of rows take, by far the most of it.
    pub fn index_bytes(&self) -> usize {
        size_of_val(self.bits.as_slice())
            + size_of_val(self.lists.as_slice())
            + size_of_val(self.postings.as_slice())
            + size_of_val(self.plan.bits.as_slice())
    }

    /// A set of rows.
    pub(crate) fn set(&self, at: BitsAt) -> &[u64] {
        self.line(at, 0)
    }

    /// The n-th of sets of rows that stand one after the other.
    pub(crate) fn line(&self, at: BitsAt, line: usize) -> &[u64] {
        let start = at as usize + line * self.words;
        self.bits.get(start..start + self.words).unwrap_or(&[])
    }

    /// The postings of the n-th list after `first`.
    pub(crate) fn list(&self, first: u32, key: u32) -> &[Posting] {
        match self.lists.get(first as usize + key as usize) {
            Some(stretch) => stretch.of(&self.postings),
            None => &[],
        }
    }

    /// The rows of a word.
    #[inline(always)]
    pub(crate) fn rows_of(&self, word: u32, rows: u64) -> impl Iterator<Item = &Row> {
        ones(rows).filter_map(move |bit| self.rows.get(word as usize * 64 + bit))
    }

    /// The attributes that a row reads.
    pub(crate) fn reads_of(&self, row: usize) -> AttributeSet {
        let reads = self.rows.get(row).and_then(|row| self.reads.get(row.reads as usize));
        reads.copied().unwrap_or_default()
    }

    /// What follows when a policy applies. Blocking, where the program is not well formed.
    pub(crate) fn consequence_of(&self, policy: &Policy) -> Consequence {
        let closed = Consequence { effect: Effect::Block, session: None };
        self.consequences.get(policy.consequence as usize).copied().unwrap_or(closed)
    }

    /// The name of an attribute.
    pub(crate) fn attribute_name(&self, attribute: AttributeId) -> &str {
        crate::request::input_name(attribute, &self.own)
    }
}
