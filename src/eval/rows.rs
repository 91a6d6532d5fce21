//! Which rows survive where not everything is known: one walk over the dimensions, sets of rows met word by word.
//!
//! A word that has no row left is looked at no more, and the walk ends when none has any: most sign-ins lose most rows to
//! the first dimension, who the user is.

use crate::decision::Options;
use crate::eval::Scratch;
use crate::facts::{Facts, Looks, Span};
use crate::program::{
    Group, KeyDimension, Looked, Posting, Program, StateDimension, Step, add, remove, word_of,
};
use crate::schema::attribute::AttributeSet;

/// What the walk found out besides the rows themselves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Survival {
    /// The attributes that ruled out the rows that were.
    pub killers: AttributeSet,
    /// Whether the clock was looked at: [`Scratch::timeless`] holds what survived until then.
    pub clock: Option<u32>,
}

/// Walks the dimensions. Rows that nothing rules out are left in [`Scratch::survivors`]; where something is not known, certain
/// ones in [`Scratch::sure`], as far as they are alive.
pub(super) fn survive(
    program: &Program,
    facts: &Facts,
    options: &Options,
    scratch: &mut Scratch,
) -> Survival {
    let every = program.set(program.every);
    put_all(&mut scratch.alive, every);
    scratch.live.clear();
    scratch.live.extend(0..every.len() as u32);
    let mut found = Survival { killers: AttributeSet::EMPTY, clock: None };
    if facts.program != program.fingerprint {
        // Facts of another program say nothing to this one, and what was not supplied opens nothing.
        scratch.sure.fill(0);
        list_survivors(scratch);
        return found;
    }
    if facts.unknown {
        put_all(&mut scratch.sure, every);
    }
    let counted = program.set(if options.as_if_enforced { program.enforced } else { program.on });
    let mut walk = Walk { program, facts, scratch, counted, found: &mut found };
    for step in &program.steps {
        if walk.scratch.live.is_empty() {
            break;
        }
        walk.step(*step);
    }
    list_survivors(scratch);
    found
}

fn list_survivors(scratch: &mut Scratch) {
    let Scratch { survivors, live, alive, .. } = scratch;
    survivors.clear();
    let words = live.iter().map(|at| Posting { word: *at, rows: word_of(alive, *at) });
    survivors.extend(words.filter(|word| word.rows != 0));
}

struct Walk<'a> {
    program: &'a Program,
    facts: &'a Facts,
    scratch: &'a mut Scratch,
    /// Rows whose policies are on and demand anything.
    counted: &'a [u64],
    found: &'a mut Survival,
}

/// What a look at the dimensions of a group found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// No row is ruled out.
    Everything,
    /// What is left is in the masks.
    Masked,
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
        let counted = self.counted;
        let Scratch { alive, live, sure, .. } = &mut *self.scratch;
        let mut killed = 0;
        live.retain(|at| {
            let at = *at as usize;
            let (Some(alive), Some(rows), Some(counted)) =
                (alive.get_mut(at), rows.get(at), counted.get(at))
            else {
                return true;
            };
            killed |= *alive & !rows & counted;
            *alive &= rows;
            *alive != 0
        });
        if killed != 0 {
            self.found.killers.insert(dimension.attribute);
        }
        if self.facts.unknown {
            // Certain rows of a state that was not supplied have a line of their own.
            let silent = state == dimension.not_supplied();
            let certain = self.program.line(dimension.table, line + usize::from(silent));
            meet(live, sure, certain);
        }
    }

    fn group(&mut self, number: u32, group: &Group, looks: Looks) {
        if group.looked == Looked::AtTheClock {
            put_all(&mut self.scratch.timeless, &self.scratch.alive);
            self.found.clock = Some(number);
        }
        let mut first = looks.first as usize;
        let dimensions = group.dimensions.of(&self.program.keys);
        for look in 0..looks.count {
            if self.look(dimensions, first) == Seen::Everything {
                return;
            }
            let Scratch { live, any, sure_any, mask, sure_mask, .. } = &mut *self.scratch;
            if look == 0 {
                std::mem::swap(any, mask);
                std::mem::swap(sure_any, sure_mask);
            } else {
                join(live, any, mask);
                join(live, sure_any, sure_mask);
            }
            first += dimensions.len();
        }
        if looks.count == 0 {
            fill(&self.scratch.live, &mut self.scratch.any, 0);
            fill(&self.scratch.live, &mut self.scratch.sure_any, 0);
        }
        self.kill(group);
    }

    /// Rules out what no look admitted, and notes the inputs that these rows read here.
    fn kill(&mut self, group: &Group) {
        let Scratch { live, alive, any, sure, sure_any, slot: killed, .. } = &mut *self.scratch;
        let mut all = 0;
        for at in live.iter().map(|at| *at as usize) {
            let words = (alive.get_mut(at), any.get(at), self.counted.get(at), killed.get_mut(at));
            let (Some(alive), Some(any), Some(counted), Some(killed)) = words else { continue };
            *killed = *alive & !*any & counted;
            *alive &= *any;
            all |= *killed;
        }
        if all != 0 {
            for (input, reads) in &group.reads {
                if !self.found.killers.contains(*input)
                    && meets(live, killed, self.program.set(*reads))
                {
                    self.found.killers.insert(*input);
                }
            }
        }
        live.retain(|at| alive.get(*at as usize).is_none_or(|alive| *alive != 0));
        if self.facts.unknown {
            meet(live, sure, sure_any);
        }
    }

    /// One look: all dimensions of a group must admit a row.
    fn look(&mut self, dimensions: &[KeyDimension], first: usize) -> Seen {
        let mut seen = Seen::Everything;
        for (at, dimension) in dimensions.iter().enumerate() {
            let span = self.facts.spans.get(first + at).copied().unwrap_or_default();
            self.wanted(dimension, span, &mut seen);
            self.unwanted(dimension, span, &mut seen);
        }
        seen
    }

    fn wanted(&mut self, dimension: &KeyDimension, span: Span, seen: &mut Seen) {
        let sure = span.sure.of(&self.facts.sure);
        let maybe = span.maybe.of(&self.facts.maybe);
        let program = self.program;
        let Scratch { live, mask, sure_mask, slot: other, .. } = &mut *self.scratch;
        for slot in &dimension.slots {
            // The first list is laid down, and all after it are met with it.
            let first = *seen == Seen::Everything;
            let rows = if first { &mut *mask } else { &mut *other };
            put(live, rows, program.set(slot.free));
            sure.iter().for_each(|key| add(rows, program.list(slot.wanted, *key)));
            if self.facts.unknown {
                if first {
                    put(live, sure_mask, rows);
                } else {
                    meet(live, sure_mask, rows);
                }
                maybe.iter().for_each(|key| add(rows, program.list(slot.wanted, *key)));
            }
            if !first {
                meet(live, mask, other);
            }
            *seen = Seen::Masked;
        }
    }

    fn unwanted(&mut self, dimension: &KeyDimension, span: Span, seen: &mut Seen) {
        let Some(unwanted) = dimension.unwanted else { return };
        let sure = span.sure.of(&self.facts.sure);
        let maybe = span.maybe.of(&self.facts.maybe);
        if sure.is_empty() && maybe.is_empty() {
            return;
        }
        let Scratch { live, mask, sure_mask, .. } = &mut *self.scratch;
        if *seen == Seen::Everything {
            fill(live, mask, u64::MAX);
            fill(live, sure_mask, u64::MAX);
            *seen = Seen::Masked;
        }
        for key in sure {
            remove(mask, self.program.list(unwanted, *key));
            remove(sure_mask, self.program.list(unwanted, *key));
        }
        for key in maybe {
            remove(sure_mask, self.program.list(unwanted, *key));
        }
    }
}

fn put_all(rows: &mut [u64], others: &[u64]) {
    rows.iter_mut().zip(others).for_each(|(rows, others)| *rows = *others);
}

/// Does something to each live word of two sets.
fn each(live: &[u32], rows: &mut [u64], others: &[u64], to: impl Fn(u64, u64) -> u64) {
    for at in live.iter().map(|at| *at as usize) {
        if let (Some(rows), Some(others)) = (rows.get_mut(at), others.get(at)) {
            *rows = to(*rows, *others);
        }
    }
}

fn put(live: &[u32], rows: &mut [u64], others: &[u64]) {
    each(live, rows, others, |_, others| others);
}

fn meet(live: &[u32], rows: &mut [u64], others: &[u64]) {
    each(live, rows, others, |a, b| a & b);
}

fn join(live: &[u32], rows: &mut [u64], others: &[u64]) {
    each(live, rows, others, |a, b| a | b);
}

fn fill(live: &[u32], rows: &mut [u64], with: u64) {
    for at in live {
        if let Some(rows) = rows.get_mut(*at as usize) {
            *rows = with;
        }
    }
}

/// Whether two sets have a row in common.
fn meets(live: &[u32], rows: &[u64], others: &[u64]) -> bool {
    live.iter().any(|at| {
        let (rows, others) = (rows.get(*at as usize), others.get(*at as usize));
        rows.zip(others).is_some_and(|(rows, others)| rows & others != 0)
    })
}
