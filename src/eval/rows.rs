//! Which rows survive: one walk over the dimensions, sets of rows met word by word.

use crate::decision::Options;
use crate::eval::Scratch;
use crate::facts::{Facts, Looks, Span};
use crate::program::{Group, KeyDimension, Looked, Posting, Program, StateDimension, Step};
use crate::schema::attribute::AttributeSet;

/// What the walk found out besides the rows themselves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Survival {
    /// The attributes that ruled out the rows that were.
    pub killers: AttributeSet,
    /// Whether the clock was looked at: [`Scratch::timeless`] holds what survived until then.
    pub clock: Option<u32>,
}

/// Walks the dimensions. Rows that nothing rules out are left in [`Scratch::alive`], certain ones in [`Scratch::sure`].
pub(super) fn survive(
    program: &Program,
    facts: &Facts,
    options: &Options,
    scratch: &mut Scratch,
) -> Survival {
    all_rows(program, &mut scratch.alive);
    let mut found = Survival { killers: AttributeSet::EMPTY, clock: None };
    if facts.program != program.fingerprint {
        // Facts of another program say nothing to this one, and what was not supplied opens nothing.
        scratch.sure.fill(0);
        return found;
    }
    put(&mut scratch.sure, &scratch.alive);
    let counted = program.set(if options.as_if_enforced { program.enforced } else { program.on });
    let mut walk = Walk { program, facts, scratch, counted, found: &mut found };
    program.steps.iter().for_each(|step| walk.step(*step));
    if !facts.unknown {
        put(&mut scratch.sure, &scratch.alive);
    }
    found
}

fn all_rows(program: &Program, rows: &mut [u64]) {
    rows.fill(u64::MAX);
    let spare = program.words * 64 - program.rows();
    if let Some(last) = rows.last_mut() {
        *last = u64::MAX.checked_shr(spare as u32).unwrap_or_default();
    }
}

struct Walk<'a> {
    program: &'a Program,
    facts: &'a Facts,
    scratch: &'a mut Scratch,
    /// Rows whose policies are on and demand anything.
    counted: &'a [u64],
    found: &'a mut Survival,
}

impl Walk<'_> {
    fn step(&mut self, step: Step) {
        match step {
            Step::State(at) => {
                let dimension = self.program.states.get(at as usize);
                let state = self.facts.states.get(at as usize);
                if let (Some(dimension), Some(state)) = (dimension, state) {
                    self.state(dimension, *state);
                }
            }
            Step::Group(at) => {
                let group = self.program.groups.get(at as usize);
                let looks = self.facts.groups.get(at as usize);
                if let (Some(group), Some(looks)) = (group, looks) {
                    self.group(at, group, *looks);
                }
            }
        }
    }

    fn state(&mut self, dimension: &StateDimension, state: u8) {
        let line = usize::from(state);
        let rows = self.program.line(dimension.table, line);
        let mut killed = 0;
        for ((alive, rows), counted) in self.scratch.alive.iter_mut().zip(rows).zip(self.counted) {
            killed |= *alive & !rows & counted;
            *alive &= rows;
        }
        if killed != 0 {
            self.found.killers.insert(dimension.attribute);
        }
        if self.facts.unknown {
            // Certain rows of a state that was not supplied have a line of their own.
            let silent = state == dimension.not_supplied();
            meet(
                &mut self.scratch.sure,
                self.program.line(dimension.table, line + usize::from(silent)),
            );
        }
    }

    fn group(&mut self, number: u32, group: &Group, looks: Looks) {
        if group.looked == Looked::AtTheClock {
            put(&mut self.scratch.timeless, &self.scratch.alive);
            self.found.clock = Some(number);
        }
        self.scratch.any.fill(0);
        self.scratch.sure_any.fill(0);
        let mut first = looks.first as usize;
        let dimensions = group.dimensions.of(&self.program.keys);
        for _ in 0..looks.count {
            self.look(dimensions, first);
            join(&mut self.scratch.any, &self.scratch.mask);
            join(&mut self.scratch.sure_any, &self.scratch.sure_mask);
            first += dimensions.len();
        }
        self.kill(group);
        meet(&mut self.scratch.alive, &self.scratch.any);
        if self.facts.unknown {
            meet(&mut self.scratch.sure, &self.scratch.sure_any);
        }
    }

    /// Notes the inputs that this group ruled out rows by.
    fn kill(&mut self, group: &Group) {
        for (input, reads) in &group.reads {
            if self.found.killers.contains(*input) {
                continue;
            }
            let rows = self.scratch.alive.iter().zip(&self.scratch.any);
            let rows = rows.zip(self.counted).zip(self.program.set(*reads));
            let mut killed = 0;
            for (((alive, any), counted), reads) in rows {
                killed |= alive & !any & counted & reads;
            }
            if killed != 0 {
                self.found.killers.insert(*input);
            }
        }
    }

    /// One look: all dimensions of a group must admit a row.
    fn look(&mut self, dimensions: &[KeyDimension], first: usize) {
        self.scratch.mask.fill(u64::MAX);
        self.scratch.sure_mask.fill(u64::MAX);
        for (at, dimension) in dimensions.iter().enumerate() {
            let span = self.facts.spans.get(first + at).copied().unwrap_or_default();
            self.dimension(dimension, span);
        }
    }

    fn dimension(&mut self, dimension: &KeyDimension, span: Span) {
        let sure = span.sure.of(&self.facts.sure);
        let maybe = span.maybe.of(&self.facts.maybe);
        let scratch = &mut *self.scratch;
        for slot in &dimension.slots {
            put(&mut scratch.slot, self.program.set(slot.free));
            for key in sure {
                add(&mut scratch.slot, self.program.list(slot.wanted, *key));
            }
            if self.facts.unknown {
                meet(&mut scratch.sure_mask, &scratch.slot);
                for key in maybe {
                    add(&mut scratch.slot, self.program.list(slot.wanted, *key));
                }
            }
            meet(&mut scratch.mask, &scratch.slot);
        }
        let Some(unwanted) = dimension.unwanted else { return };
        for key in sure {
            remove(&mut scratch.mask, self.program.list(unwanted, *key));
            remove(&mut scratch.sure_mask, self.program.list(unwanted, *key));
        }
        for key in maybe {
            remove(&mut scratch.sure_mask, self.program.list(unwanted, *key));
        }
    }
}

fn put(rows: &mut [u64], others: &[u64]) {
    rows.iter_mut().zip(others).for_each(|(rows, others)| *rows = *others);
}

fn meet(rows: &mut [u64], others: &[u64]) {
    rows.iter_mut().zip(others).for_each(|(rows, others)| *rows &= others);
}

fn join(rows: &mut [u64], others: &[u64]) {
    rows.iter_mut().zip(others).for_each(|(rows, others)| *rows |= others);
}

fn add(rows: &mut [u64], postings: &[Posting]) {
    for posting in postings {
        if let Some(rows) = rows.get_mut(posting.word as usize) {
            *rows |= posting.rows;
        }
    }
}

fn remove(rows: &mut [u64], postings: &[Posting]) {
    for posting in postings {
        if let Some(rows) = rows.get_mut(posting.word as usize) {
            *rows &= !posting.rows;
        }
    }
}
