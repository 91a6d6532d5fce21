//! What the rows that survived come to: the policies they belong to, and the distinct consequences of these.
//!
//! Hundreds of policies that apply share a handful of consequences. One pass over the rows finds these; everything after it
//! combines consequences and never counts policies again. Combining is idempotent, and the order in which consequences are
//! met is that of the first policy of each, so that no result can tell the difference.

use crate::decision::Options;
use crate::eval::Scratch;
use crate::eval::scratch::{Applied, Distinct};
use crate::program::{Chunk, Program, Row, Weight, ones};
use crate::schema::attribute::AttributeSet;

/// What one pass over the surviving rows found, besides the consequences in [`Scratch`].
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Gathered {
    /// Whether any policy that is on applies.
    pub any: bool,
    /// Whether some of them may not.
    pub doubtful: bool,
    /// What was read by one row, the one that reads the fewest attributes, of each policy that makes a difference.
    pub reads: AttributeSet,
    /// The blocking row that reads the fewest attributes.
    pub blocking: Option<Row>,
}

/// A policy of several rows while these are met, which stand side by side.
#[derive(Debug, Clone, Copy)]
struct Met {
    /// The first of its rows that read the fewest attributes.
    row: Row,
    certain: bool,
}

/// Looks through the rows of policies that are on, where something is not known.
pub(super) fn gather(program: &Program, options: &Options, scratch: &mut Scratch) -> Gathered {
    let Scratch { live, alive, sure, consequences, certain, .. } = scratch;
    consequences.clear();
    certain.clear();
    let mut pass = Pass::new(program, consequences, certain);
    let in_force =
        program.set(if options.as_if_enforced { program.every } else { program.in_force });
    for at in live.iter().map(|at| *at as usize) {
        let (Some(alive), Some(force)) = (alive.get(at), in_force.get(at)) else { continue };
        let sure = sure.get(at).copied().unwrap_or(Chunk::NONE);
        for (number, certain) in numbered(at, alive.and(*force), sure) {
            if let Some(row) = program.rows.get(number) {
                pass.unsure_row(row, certain);
            }
        }
    }
    pass.turn_to(None);
    pass.consequences.end();
    pass.certain.end();
    pass.gathered
}

/// Looks through the rows of policies that are on, where everything is known: nearly all are plain, and leave only their
/// kind behind.
pub(super) fn gather_known(
    program: &Program,
    options: &Options,
    scratch: &mut Scratch,
) -> Gathered {
    let Scratch { live, alive, consequences, certain, kinds, .. } = scratch;
    let in_force = if options.as_if_enforced { program.every } else { program.in_force };
    let (in_force, special) = (program.set(in_force), program.set(program.special));
    let mut pass = Pass::new(program, consequences, certain);
    for at in live.iter().map(|at| *at as usize) {
        let (Some(alive), Some(force)) = (alive.get(at), in_force.get(at)) else { continue };
        let Some(special) = special.get(at) else { continue };
        let rows = alive.and(*force);
        mark_kinds(program, at, rows.minus(*special), kinds);
        let special = rows.and(*special);
        if !special.is_empty() {
            pass.special_chunk(at, special);
        }
    }
    pass.turn_to(None);
    pass.add_kinds(kinds);
    pass.consequences.list_marked();
    pass.gathered.any = !pass.consequences.met.is_empty();
    pass.gathered
}

/// Marks the kinds of all rows that are on and survive, and with them what these come to: for whoever asks for the outcome
/// alone.
pub(super) fn mark_kinds(program: &Program, at: usize, rows: Chunk, kinds: &mut Distinct) {
    for (word, bits) in rows.0.into_iter().enumerate() {
        let first = (at * Chunk::WORDS + word) * 64;
        let mut rest = bits;
        while rest != 0 {
            let number = first + rest.trailing_zeros() as usize;
            rest &= rest - 1;
            if let Some(kind) = program.kind_of.get(number) {
                kinds.mark(*kind);
            }
        }
    }
}

/// One pass over rows that survived, in their order.
struct Pass<'a> {
    program: &'a Program,
    gathered: Gathered,
    last: Option<Met>,
    consequences: &'a mut Distinct,
    /// The consequences of certain rows, where not all are.
    certain: &'a mut Distinct,
}

impl<'a> Pass<'a> {
    fn new(
        program: &'a Program,
        consequences: &'a mut Distinct,
        certain: &'a mut Distinct,
    ) -> Pass<'a> {
        Pass { program, gathered: Gathered::default(), last: None, consequences, certain }
    }

    /// The rows of a chunk, where everything is known.
    fn special_chunk(&mut self, at: usize, rows: Chunk) {
        for (number, _) in numbered(at, rows, Chunk::ALL) {
            if let Some(row) = self.program.rows.get(number) {
                self.consequences.mark(row.consequence);
                self.row(row, true);
            }
        }
    }

    /// Adds what plain rows come to, by the kinds that were met.
    fn add_kinds(&mut self, kinds: &mut Distinct) {
        kinds.list_marked();
        for kind in kinds.met.iter().filter_map(|at| self.program.kinds.get(*at as usize)) {
            self.consequences.mark(kind.consequence);
            if let Some(reads) = self.program.reads.get(kind.reads as usize) {
                self.gathered.reads = self.gathered.reads.union(*reads);
            }
        }
    }

    fn unsure_row(&mut self, row: &Row, certain: bool) {
        self.consequences.insert(row.consequence);
        if certain {
            self.certain.insert(row.consequence);
        }
        self.row(row, certain);
    }

    /// Kept out of the loop over plain rows, which is to stay in registers.
    #[inline(never)]
    fn row(&mut self, row: &Row, certain: bool) {
        if row.alone {
            self.turn_to(None);
            return self.policy(row, certain);
        }
        match &mut self.last {
            Some(met) if met.row.policy == row.policy => met.also(row, certain),
            _ => self.turn_to(Some(Met { row: *row, certain })),
        }
    }

    /// Done with one policy, on to the next.
    fn turn_to(&mut self, next: Option<Met>) {
        if let Some(met) = std::mem::replace(&mut self.last, next) {
            self.policy(&met.row, met.certain);
        }
    }

    fn policy(&mut self, row: &Row, certain: bool) {
        let gathered = &mut self.gathered;
        gathered.any = true;
        gathered.doubtful |= !certain;
        if row.weight == Weight::Nothing {
            return;
        }
        if let Some(reads) = self.program.reads.get(row.reads as usize) {
            gathered.reads = gathered.reads.union(*reads);
        }
        if row.weight == Weight::Blocks && gathered.blocking.is_none_or(|it| row.cost < it.cost) {
            gathered.blocking = Some(*row);
        }
    }
}

impl Met {
    fn also(&mut self, row: &Row, certain: bool) {
        self.certain |= certain;
        if row.cost < self.row.cost {
            self.row = *row;
        }
    }
}

/// Puts the consequences into the order of the first policy that applies of each, where everything is known.
pub(super) fn put_in_order(program: &Program, options: &Options, scratch: &mut Scratch) {
    let Scratch { live, alive, consequences, .. } = scratch;
    let in_force =
        program.set(if options.as_if_enforced { program.every } else { program.in_force });
    let chunks = live.iter().map(|at| *at as usize);
    let chunks = chunks.filter_map(|at| Some((at, alive.get(at)?.and(*in_force.get(at)?))));
    let numbers = chunks.flat_map(|(at, alive)| numbered(at, alive, Chunk::ALL));
    let rows = numbers.filter_map(|(number, _)| program.rows.get(number));
    consequences.put(rows.map(|row| row.consequence));
}

/// Lists the policies whose rows survived the last evaluation: those that are on, and those that only report. The lists
/// have room for every policy.
pub(crate) fn list(program: &Program, options: &Options, known: bool, scratch: &mut Scratch) {
    let Scratch { live, alive, sure, applying, reporting, .. } = scratch;
    applying.clear();
    reporting.clear();
    for at in live.iter().map(|at| *at as usize) {
        let alive = alive.get(at).copied().unwrap_or_default();
        let sure = if known { Chunk::ALL } else { sure.get(at).copied().unwrap_or_default() };
        for (number, certain) in numbered(at, alive, sure) {
            let Some(row) = program.rows.get(number) else { continue };
            let reports =
                program.policies.get(row.policy as usize).is_some_and(|it| it.report_only);
            let list =
                if reports && !options.as_if_enforced { &mut *reporting } else { &mut *applying };
            match list.last_mut() {
                Some(applied) if applied.policy == row.policy => applied.certain |= certain,
                _ => list.push(Applied { policy: row.policy, certain }),
            }
        }
    }
}

/// The rows of a chunk, each with whether it is among the sure ones.
fn numbered(at: usize, alive: Chunk, sure: Chunk) -> impl Iterator<Item = (usize, bool)> {
    let words = alive.0.into_iter().zip(sure.0).enumerate();
    words.flat_map(move |(word, (alive, sure))| {
        let first = (at * Chunk::WORDS + word) * 64;
        ones(alive).map(move |bit| (first + bit, sure & (1 << bit) != 0))
    })
}
