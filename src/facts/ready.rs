//! Sets of rows made ready to be met: for each step of the walk that rules anything out, the rows that it leaves.
//!
//! Where everything is known, evaluation meets these and does nothing else. Most of them lie in the program already; only
//! what several keys say together is put together here.

use crate::facts::{Facts, Span};
use crate::program::{Chunk, Group, KeyDimension, Looked, Posting, Program, Slot, Step, Stretch};
use crate::schema::attribute::AttributeId;

/// The rows that one step of the walk leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    pub step: Step,
    /// Where the set begins: in [`Facts::rows`], or else in [`Program::bits`].
    pub at: u32,
    pub own: bool,
    /// The input that it reads, where that is only one.
    pub only_input: Option<AttributeId>,
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
    /// Makes a line of each step that rules anything out, in the order of the walk.
    pub(super) fn make_ready(&mut self, program: &Program) {
        self.lines.clear();
        self.clock = None;
        self.rows.clear();
        if self.unknown {
            return;
        }
        for step in &program.steps {
            match step {
                Step::State(at) => self.ready_state(program, *step, *at as usize),
                Step::Group(at) => self.ready_group(program, *step, *at as usize),
            }
        }
    }

    fn ready_state(&mut self, program: &Program, step: Step, at: usize) {
        let (Some(dimension), Some(state)) = (program.states.get(at), self.states.get(at)) else {
            return;
        };
        if dimension.ruling & (1 << (state & 63)) != 0 {
            let at = dimension.table + super::at(usize::from(*state) * program.chunks);
            let only_input = Some(dimension.attribute);
            self.lines.push(Line { step, at, own: false, only_input });
        }
    }

    fn ready_group(&mut self, program: &Program, step: Step, at: usize) {
        let (Some(group), Some(looks)) = (program.groups.get(at), self.groups.get(at)) else {
            return;
        };
        let Facts { sure, spans, rows, .. } = self;
        let mut maker = Maker { program, sure, spans, rows };
        let mut left = Left::Nothing;
        for look in 0..looks.count {
            let first = looks.first as usize + look as usize * group.dimensions.range().len();
            let one = maker.look(group, first);
            left = maker.join(left, one);
        }
        let (at, own) = match left {
            Left::Stored(at) => (at, false),
            Left::Everything => (program.every, false),
            Left::Nothing | Left::Made(_) => (maker.own(left), true),
        };
        let only_input = match group.reads.as_slice() {
            [(input, _)] => Some(*input),
            _ => None,
        };
        let line = Line { step, at, own, only_input };
        if group.looked == Looked::AtTheClock {
            self.clock = Some(line);
        } else if left != Left::Everything {
            self.lines.push(line);
        }
    }
}

struct Maker<'a> {
    program: &'a Program,
    sure: &'a [u32],
    spans: &'a [Span],
    rows: &'a mut Vec<Chunk>,
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
            Left::Nothing => self.rows.resize(self.rows.len() + program.chunks, Chunk::NONE),
            Left::Everything => self.rows.extend_from_slice(program.set(program.every)),
            Left::Stored(stored) => self.rows.extend_from_slice(program.set(stored)),
        }
        at
    }

    fn set(&mut self, at: u32) -> &mut [Chunk] {
        let start = at as usize;
        self.rows.get_mut(start..start + self.program.chunks).unwrap_or_default()
    }

    fn meet(&mut self, a: Left, b: Left) -> Left {
        match (a, b) {
            (Left::Everything, other) | (other, Left::Everything) => other,
            (Left::Nothing, _) | (_, Left::Nothing) => Left::Nothing,
            (a, b) => self.combine(a, b, Chunk::and),
        }
    }

    fn join(&mut self, a: Left, b: Left) -> Left {
        match (a, b) {
            (Left::Nothing, other) | (other, Left::Nothing) => other,
            (Left::Everything, _) | (_, Left::Everything) => Left::Everything,
            (a, b) => self.combine(a, b, Chunk::or),
        }
    }

    /// Both as one, in a set made here. Of two that were made, the later stands at the end, and gives its room back.
    fn combine(&mut self, a: Left, b: Left, op: impl Fn(Chunk, Chunk) -> Chunk) -> Left {
        let chunks = self.program.chunks;
        let (into, other) = match (a, b) {
            (Left::Made(a), Left::Made(b)) => {
                let (before, after) = self.rows.split_at_mut(a.max(b) as usize);
                let into = before.get_mut(a.min(b) as usize..).unwrap_or_default();
                merge(into, after.get(..chunks).unwrap_or_default(), op);
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

fn merge(rows: &mut [Chunk], others: &[Chunk], op: impl Fn(Chunk, Chunk) -> Chunk) {
    rows.iter_mut().zip(others).for_each(|(rows, others)| *rows = op(*rows, *others));
}

fn add(rows: &mut [Chunk], postings: &[Posting]) {
    for posting in postings {
        if let Some(word) = word(rows, posting) {
            *word |= posting.rows;
        }
    }
}

fn remove(rows: &mut [Chunk], postings: &[Posting]) {
    for posting in postings {
        if let Some(word) = word(rows, posting) {
            *word &= !posting.rows;
        }
    }
}

fn word<'a>(rows: &'a mut [Chunk], posting: &Posting) -> Option<&'a mut u64> {
    let at = posting.word as usize;
    rows.get_mut(at / Chunk::WORDS)?.0.get_mut(at % Chunk::WORDS)
}
