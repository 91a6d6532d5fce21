//! Sets of rows made ready to be met: those that the principal leaves, and for each step after that what it leaves.
//!
//! Where everything is known, evaluation meets these and does nothing else. Most of them lie in the program already; only
//! what several keys say together is put together here.

use crate::facts::{Facts, Span};
use crate::program::{
    Combination, Group, KeyDimension, Looked, Planned, Posting, Program, Slot, StateDimension,
    Step, Stretch, add, remove,
};
use crate::schema::attribute::AttributeSet;

/// The rows that a principal leaves, and what ruled out the others.
#[derive(Debug, Clone, Default)]
pub(crate) struct Base {
    /// Words with any row, in order.
    pub words: Vec<Posting>,
    /// The attributes that ruled out rows of policies that are on and make a difference.
    pub killers: AttributeSet,
    /// The same with report-only policies counted as on.
    pub killers_if_enforced: AttributeSet,
}

/// The rows that one step of the walk leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    /// Where the set begins, and in which arena.
    pub at: u32,
    pub arena: Arena,
    pub why: Why,
}

/// What rules rows out in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Enumerations of a panel in these states.
    Panel(Combination),
    /// One of [`Program::groups`].
    Group(u32),
}

/// Where a set of rows lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arena {
    /// In [`Program::bits`].
    Program,
    /// In the plan's.
    Plan,
    /// In [`Facts::rows`].
    Facts,
}

/// What is left by one look, or by one dimension of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    Nothing,
    Everything,
    /// A set in the program.
    Stored(u32),
    /// A set among the rows made here.
    Made(u32),
}

impl Facts {
    /// Makes a line of each step after those about the principal that rules anything out, in the order of the plan.
    pub(super) fn make_lines(&mut self, program: &Program) {
        self.lines.clear();
        self.clock = None;
        self.rows.clear();
        if self.unknown {
            return;
        }
        for step in &program.plan.steps {
            match step {
                Planned::Panel(at) => self.ready_panel(program, *at as usize),
                Planned::Group(at) => self.ready_group(program, *at),
            }
        }
    }

    /// Finds the rows that the principal leaves.
    pub(super) fn make_base(&mut self, program: &Program) {
        self.base.words.clear();
        self.base.killers = AttributeSet::EMPTY;
        self.base.killers_if_enforced = AttributeSet::EMPTY;
        self.rows.clear();
        if self.unknown {
            return;
        }
        self.rows.extend_from_slice(program.set(program.every));
        for step in program.steps.iter().take(program.plan.principal) {
            match step {
                Step::State(at) => self.meet_state(program, *at as usize),
                Step::Group(at) => self.meet_group(program, *at as usize),
            }
        }
        let words = (0..).zip(self.rows.iter().take(program.words).copied());
        let words = words.filter(|(_, rows)| *rows != 0);
        self.base.words.extend(words.map(|(word, rows)| Posting { word, rows }));
    }

    fn meet_state(&mut self, program: &Program, at: usize) {
        let (Some(dimension), Some(state)) = (program.states.get(at), self.states.get(at)) else {
            return;
        };
        if dimension.rules(*state) {
            let line = program.line(dimension.table, usize::from(*state));
            self.base.rule_out(program, &mut self.rows, line, By::State(dimension));
        }
    }

    fn meet_group(&mut self, program: &Program, at: usize) {
        let Some(group) = program.groups.get(at) else { return };
        let words = program.words;
        match self.left_by(program, at) {
            Left::Everything => {}
            Left::Stored(at) => {
                self.base.rule_out(program, &mut self.rows, program.set(at), By::Group(group));
            }
            // What is made here is made behind the rows that the principal leaves.
            left @ (Left::Nothing | Left::Made(_)) => {
                let at = self.maker(program).own(left) as usize;
                let (rows, made) = self.rows.split_at_mut(at);
                let made = made.get(..words).unwrap_or_default();
                self.base.rule_out(program, rows, made, By::Group(group));
                self.rows.truncate(words);
            }
        }
    }

    fn ready_panel(&mut self, program: &Program, at: usize) {
        let Some(panel) = program.plan.panels.get(at) else { return };
        let combination = panel.combination(program, &self.states);
        if !combination.rulers.range().is_empty() {
            let (at, why) = (combination.rows, Why::Panel(combination));
            self.lines.push(Line { at, arena: Arena::Plan, why });
        }
    }

    fn ready_group(&mut self, program: &Program, number: u32) {
        let Some(group) = program.groups.get(number as usize) else { return };
        let left = self.left_by(program, number as usize);
        let (at, arena) = match left {
            Left::Stored(at) => (at, Arena::Program),
            Left::Everything => (program.every, Arena::Program),
            Left::Nothing | Left::Made(_) => (self.maker(program).own(left), Arena::Facts),
        };
        let line = Line { at, arena, why: Why::Group(number) };
        if group.looked == Looked::AtTheClock {
            self.clock = Some(line);
        } else if left != Left::Everything {
            self.lines.push(line);
        }
    }

    /// The rows that all looks at a group leave together.
    fn left_by(&mut self, program: &Program, at: usize) -> Left {
        let (Some(group), Some(looks)) = (program.groups.get(at), self.groups.get(at).copied())
        else {
            return Left::Everything;
        };
        let mut maker = self.maker(program);
        let mut left = Left::Nothing;
        for look in 0..looks.count {
            let first = looks.first as usize + look as usize * group.dimensions.range().len();
            let one = maker.look(group, first);
            left = maker.join(left, one);
        }
        left
    }

    fn maker<'a>(&'a mut self, program: &'a Program) -> Maker<'a> {
        let Facts { sure, spans, rows, .. } = self;
        Maker { program, sure, spans, rows }
    }
}

/// What rules rows out.
#[derive(Clone, Copy)]
enum By<'a> {
    State(&'a StateDimension),
    Group(&'a Group),
}

impl Base {
    /// Takes over another one, in buffers that it has.
    pub(super) fn copy(&mut self, of: &Base) {
        self.words.clone_from(&of.words);
        (self.killers, self.killers_if_enforced) = (of.killers, of.killers_if_enforced);
    }

    /// Meets rows with a line, and notes what ruled out any that count.
    fn rule_out(&mut self, program: &Program, rows: &mut [u64], line: &[u64], by: By<'_>) {
        for (counted, killers) in
            [(program.on, &mut self.killers), (program.enforced, &mut self.killers_if_enforced)]
        {
            let counted = program.set(counted);
            let killed = || {
                let met = rows.iter().zip(line).zip(counted);
                met.map(|((rows, line), counted)| rows & !line & counted)
            };
            match by {
                By::State(dimension) => {
                    if killed().any(|killed| killed != 0) {
                        killers.insert(dimension.attribute);
                    }
                }
                By::Group(group) => {
                    for (input, reads) in &group.reads {
                        let mut met = killed().zip(program.set(*reads));
                        if met.any(|(killed, reads)| killed & reads != 0) {
                            killers.insert(*input);
                        }
                    }
                }
            }
        }
        merge(rows, line, |a, b| a & b);
    }
}

struct Maker<'a> {
    program: &'a Program,
    sure: &'a [u32],
    spans: &'a [Span],
    rows: &'a mut Vec<u64>,
}

impl Maker<'_> {
    /// What one look leaves: all dimensions of a group must admit a row.
    fn look(&mut self, group: &Group, first: usize) -> Left {
        let mut left = Left::Everything;
        for (at, dimension) in group.dimensions.of(&self.program.keys).iter().enumerate() {
            let span = self.spans.get(first + at).copied().unwrap_or_default();
            left = self.dimension(dimension, span.sure, left);
        }
        left
    }

    fn dimension(&mut self, dimension: &KeyDimension, keys: Stretch, mut left: Left) -> Left {
        let keys = keys.of(self.sure);
        for slot in &dimension.slots {
            let one = self.slot(slot, keys);
            left = self.meet(left, one);
        }
        if let Some(unwanted) = dimension.unwanted {
            for key in keys.iter().filter(|key| dimension.unwanted_keys.holds(**key)) {
                let postings = self.program.list(unwanted, *key);
                if !postings.is_empty() {
                    let at = self.own(left);
                    left = Left::Made(at);
                    remove(self.set(at), postings);
                }
            }
        }
        left
    }

    /// Rows that have no such list, or any of the keys in it.
    fn slot(&mut self, slot: &Slot, keys: &[u32]) -> Left {
        let mut left = Left::Stored(slot.free);
        for key in keys {
            let postings = self.program.list(slot.wanted, *key);
            if !postings.is_empty() {
                let at = self.own(left);
                left = Left::Made(at);
                add(self.set(at), postings);
            }
        }
        left
    }

    /// Where the same rows stand in a set made here.
    fn own(&mut self, left: Left) -> u32 {
        let program = self.program;
        let at = super::at(self.rows.len());
        match left {
            Left::Made(at) => return at,
            Left::Nothing => self.rows.resize(self.rows.len() + program.words, 0),
            Left::Everything => self.rows.extend_from_slice(program.set(program.every)),
            Left::Stored(stored) => self.rows.extend_from_slice(program.set(stored)),
        }
        at
    }

    fn set(&mut self, at: u32) -> &mut [u64] {
        let start = at as usize;
        self.rows.get_mut(start..start + self.program.words).unwrap_or_default()
    }

    fn meet(&mut self, a: Left, b: Left) -> Left {
        match (a, b) {
            (Left::Everything, other) | (other, Left::Everything) => other,
            (Left::Nothing, _) | (_, Left::Nothing) => Left::Nothing,
            (a, b) => self.combine(a, b, |a, b| a & b),
        }
    }

    fn join(&mut self, a: Left, b: Left) -> Left {
        match (a, b) {
            (Left::Nothing, other) | (other, Left::Nothing) => other,
            (Left::Everything, _) | (_, Left::Everything) => Left::Everything,
            (a, b) => self.combine(a, b, |a, b| a | b),
        }
    }

    /// Both as one, in a set made here. Of two that were made, the later stands at the end, and gives its room back.
    fn combine(&mut self, a: Left, b: Left, op: impl Fn(u64, u64) -> u64) -> Left {
        let words = self.program.words;
        let (into, other) = match (a, b) {
            (Left::Made(a), Left::Made(b)) => {
                let (before, after) = self.rows.split_at_mut(a.max(b) as usize);
                let into = before.get_mut(a.min(b) as usize..).unwrap_or_default();
                merge(into, after.get(..words).unwrap_or_default(), op);
                self.rows.truncate(a.max(b) as usize);
                return Left::Made(a.min(b));
            }
            (made @ Left::Made(_), other) | (other, made) => (self.own(made), other),
        };
        if let Left::Stored(other) = other {
            let program = self.program;
            merge(self.set(into), program.set(other), op);
        }
        Left::Made(into)
    }
}

fn merge(rows: &mut [u64], others: &[u64], op: impl Fn(u64, u64) -> u64) {
    rows.iter_mut().zip(others).for_each(|(rows, others)| *rows = op(*rows, *others));
}
