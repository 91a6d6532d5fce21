//! A request as a program sees it: numbers only, in buffers that are used again.
//!
//! Interning is where text ends. Ids, names and texts are looked up in the program's tables, addresses are classified,
//! clocks are read, ages of proofs are taken; what evaluation then reads are states, keys and ages. Once its buffers have
//! grown to a request's size, interning allocates nothing, except for text outside of ASCII.

mod clock;
mod evidence;
mod ready;
mod segment;

use std::slice::SliceIndex;

use crate::decision::DemandKind;
use crate::program::{Group, KeyDimension, Looked, Program, Stretch};
use crate::request::{App, Ids, Presence, Request, Value};
use crate::schema::attribute::{Attribute, AttributeId, AttributeSet};
use crate::value::Slot;

pub(crate) use clock::Turn;
pub(crate) use ready::{Base, Line, Why};

/// A request, interned against a program. It is made for one program; another one takes it for a request of which
/// nothing was supplied.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The program it is made for.
    pub(crate) program: u64,
    /// Of each state dimension, its state.
    pub(crate) states: Vec<u8>,
    /// Of each group, how often it is looked at, and where its spans begin.
    pub(crate) groups: Vec<Looks>,
    /// The keys of each dimension, look after look.
    pub(crate) spans: Vec<Span>,
    pub(crate) sure: Vec<u32>,
    pub(crate) maybe: Vec<u32>,
    /// Keys of the clock that will turn, and when.
    pub(crate) turns: Vec<Turn>,
    /// Whether anything that a condition reads is not known.
    pub(crate) unknown: bool,
    /// The attributes whose value is known.
    pub(crate) known: AttributeSet,
    /// The attributes that were not supplied.
    pub(crate) silent: AttributeSet,
    pub(crate) may_be_agent: bool,
    /// `device.compliant` and `device.hybrid-joined` are true.
    pub(crate) compliant: bool,
    pub(crate) hybrid_joined: bool,
    /// The kinds of demands that this principal cannot meet with this client, by [`kind_bit`].
    pub(crate) impossible: u16,
    pub(crate) evidence: Ages,
    /// Where everything is known: the rows that the principal leaves.
    pub(crate) base: Base,
    /// The rows that each step after that leaves, for steps that rule any out.
    pub(crate) lines: Vec<Line>,
    /// The rows that the clock leaves, where anything hangs on it. It comes after all others.
    pub(crate) clock: Option<Line>,
    /// The sets of rows that lines are about and the program does not hold.
    pub(crate) rows: Vec<u64>,
    /// Texts are folded here.
    folded: String,
}

/// How often a group is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Looks {
    pub count: u32,
    /// The first of [`Facts::spans`]; each look has one for each dimension of the group.
    pub first: u32,
}

/// The keys that a request has of one dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Span {
    /// Of [`Facts::sure`].
    pub sure: Stretch,
    /// Of [`Facts::maybe`].
    pub maybe: Stretch,
}

/// How old evidence is, in milliseconds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ages {
    /// Of each method that a program asks for, the youngest proof.
    pub uses: Vec<Option<i64>>,
    /// A bit for each of the first 64 of these that has one.
    shown: u64,
    /// Of each claim that it asks for.
    pub claims: Vec<ClaimAge>,
    /// The youngest proof that a sign-in can begin with.
    pub first_factor: Option<i64>,
}

/// Whether a claim was made, and how long ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ClaimAge {
    pub made: bool,
    /// The youngest that has a time.
    pub age: Option<i64>,
}

/// The bit of a kind of demands in [`Facts::impossible`].
pub(crate) const fn kind_bit(kind: DemandKind) -> u16 {
    match kind {
        DemandKind::SignIn => 1,
        DemandKind::Grant(word) => 2 << word as u16,
    }
}

/// Who signs in, interned against a program: the part of [`Facts`] that stays the same while a session lasts.
#[derive(Debug, Clone, Default)]
pub struct Principal(Facts);

/// Interns a request against a program, over whatever `facts` held before.
pub fn intern(program: &Program, request: &Request, facts: &mut Facts) {
    facts.intern_principal(program, request);
    facts.intern_rest(program, request);
}

/// Interns the principal of a request.
pub fn intern_principal(program: &Program, request: &Request) -> Principal {
    let mut facts = Facts::default();
    facts.intern_principal(program, request);
    Principal(facts)
}

/// Interns a request of a principal that was interned before: what the request says of the principal is not looked at.
pub fn intern_for(program: &Program, principal: &Principal, request: &Request, facts: &mut Facts) {
    facts.copy_principal(&principal.0);
    if facts.program == program.fingerprint {
        facts.intern_rest(program, request);
    }
}

/// The state of what an input holds.
fn slot_of<'a>(program: &Program, request: &'a Request, input: AttributeId) -> &'a Slot<Value> {
    match input {
        AttributeId::BuiltIn(attribute) => request.get(attribute),
        AttributeId::Own(_) => request.own(program.attribute_name(input)),
    }
}

/// What a request is looked at for.
#[derive(Debug)]
enum Look<'a> {
    Whole,
    App(Slot<&'a App>),
    Context(Context<'a>),
}

/// The context that is looked at.
#[derive(Debug, Clone, Copy)]
enum Context<'a> {
    /// This one, or what is said of the whole attribute where it names none.
    One(&'a str),
    /// One that nobody named, of which is known what it is not.
    Rest(&'a Ids),
    Absent,
    NotSupplied,
}

impl Facts {
    /// Begins anew, with who signs in: the steps of the plan that are about the principal, and what else follows from it.
    fn intern_principal(&mut self, program: &Program, request: &Request) {
        self.program = program.fingerprint;
        self.unknown = false;
        let Presence { known, silent } = request.presence();
        let of_principal = program.plan.of_principal;
        (self.known, self.silent) =
            (known.intersection(of_principal), silent.intersection(of_principal));
        self.states.clear();
        self.states.resize(program.states.len(), 0);
        self.intern_states(program, request, &program.plan.principal_states);
        self.groups.clear();
        self.spans.clear();
        self.sure.clear();
        self.maybe.clear();
        self.intern_groups(program, request, ..program.plan.principal_groups);
        self.may_be_agent = match request.word(Attribute::Principal) {
            Slot::Known(word) => is_word(word, crate::schema::attribute::PRINCIPALS, "agent"),
            Slot::Absent | Slot::NotSupplied => true,
        };
        self.impossible = evidence::impossible_by_principal(request);
        self.unknown |= !self.maybe.is_empty();
        self.make_base(program);
    }

    /// Takes over what was interned of a principal.
    fn copy_principal(&mut self, of: &Facts) {
        let Facts { program, known, silent, unknown, may_be_agent, impossible, .. } = *of;
        (self.program, self.known, self.silent) = (program, known, silent);
        (self.unknown, self.may_be_agent, self.impossible) = (unknown, may_be_agent, impossible);
        self.states.clone_from(&of.states);
        self.groups.clone_from(&of.groups);
        self.spans.clone_from(&of.spans);
        self.sure.clone_from(&of.sure);
        self.maybe.clone_from(&of.maybe);
        self.base.copy(&of.base);
    }

    /// Adds everything but the principal.
    fn intern_rest(&mut self, program: &Program, request: &Request) {
        let Presence { known, silent } = request.presence();
        let of_principal = program.plan.of_principal;
        self.known = self.known.union(known.minus(of_principal));
        self.silent = self.silent.union(silent.minus(of_principal));
        self.turns.clear();
        self.intern_states(program, request, &program.plan.other_states);
        self.intern_groups(program, request, program.plan.principal_groups..);
        self.evidence.intern(program, request.evidence());
        self.compliant = request.boolean(Attribute::DeviceCompliant) == Slot::Known(true);
        self.hybrid_joined = request.boolean(Attribute::DeviceHybridJoined) == Slot::Known(true);
        self.impossible |= evidence::impossible_by_rest(request);
        self.unknown |= !self.maybe.is_empty();
        self.make_lines(program);
    }

    fn intern_states(&mut self, program: &Program, request: &Request, numbers: &[u32]) {
        for number in numbers.iter().map(|number| *number as usize) {
            let (Some(dimension), Some(place)) =
                (program.states.get(number), self.states.get_mut(number))
            else {
                continue;
            };
            let state = match slot_of(program, request, dimension.attribute) {
                Slot::Known(Value::Word(word)) if *word < dimension.values => *word,
                Slot::Known(Value::Boolean(value)) => u8::from(*value),
                Slot::Absent => dimension.absent(),
                Slot::Known(_) | Slot::NotSupplied => dimension.not_supplied(),
            };
            self.unknown |= state == dimension.not_supplied();
            *place = state;
        }
    }

    fn intern_groups(
        &mut self,
        program: &Program,
        request: &Request,
        which: impl SliceIndex<[Group], Output = [Group]>,
    ) {
        for group in program.groups.get(which).unwrap_or_default() {
            let first = at(self.spans.len());
            let count = self.intern_group(program, request, group);
            self.groups.push(Looks { count, first });
        }
    }

    /// Interns every look at a group and says how many there are.
    fn intern_group(&mut self, program: &Program, request: &Request, group: &Group) -> u32 {
        match group.looked {
            Looked::Once | Looked::AtTheClock => {
                self.intern_look(program, request, group, &Look::Whole);
                1
            }
            Looked::PerApp => match request.get(Attribute::App) {
                Slot::Known(Value::Apps(apps)) => {
                    for app in apps {
                        self.intern_look(program, request, group, &Look::App(Slot::Known(app)));
                    }
                    at(apps.len())
                }
                Slot::Absent => {
                    self.intern_look(program, request, group, &Look::App(Slot::Absent));
                    1
                }
                Slot::Known(_) | Slot::NotSupplied => {
                    self.intern_look(program, request, group, &Look::App(Slot::NotSupplied));
                    1
                }
            },
            Looked::PerContext => self.intern_contexts(program, request, group),
        }
    }

    fn intern_contexts(&mut self, program: &Program, request: &Request, group: &Group) -> u32 {
        let mut count = 0;
        let mut look = |facts: &mut Facts, context: Context<'_>| {
            facts.intern_look(program, request, group, &Look::Context(context));
            count += 1;
        };
        match request.get(Attribute::Context) {
            Slot::Known(Value::Ids(ids)) => {
                ids.inside.iter().for_each(|id| look(self, Context::One(id)));
                if !ids.complete || ids.inside.is_empty() {
                    look(self, Context::Rest(ids));
                }
            }
            Slot::Absent => look(self, Context::Absent),
            Slot::Known(_) | Slot::NotSupplied => look(self, Context::NotSupplied),
        }
        count
    }

    fn intern_look(
        &mut self,
        program: &Program,
        request: &Request,
        group: &Group,
        look: &Look<'_>,
    ) {
        for dimension in group.dimensions.of(&program.keys) {
            let (sure, maybe) = (at(self.sure.len()), at(self.maybe.len()));
            self.intern_dimension(program, request, dimension, look);
            self.spans.push(Span {
                sure: Stretch { start: sure, end: at(self.sure.len()) },
                maybe: Stretch { start: maybe, end: at(self.maybe.len()) },
            });
        }
    }

    fn intern_dimension(
        &mut self,
        program: &Program,
        request: &Request,
        dimension: &KeyDimension,
        look: &Look<'_>,
    ) {
        for segment in &dimension.segments {
            let mut reader = segment::Reader { program, request, segment, facts: self };
            reader.read(look);
        }
    }
}

fn at(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn is_word(word: u8, words: &[&str], wanted: &str) -> bool {
    words.get(usize::from(word)) == Some(&wanted)
}
