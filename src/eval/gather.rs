//! What the rows that survived come to: the policies they belong to, and the distinct consequences of these.
//!
//! Hundreds of policies that apply share a handful of consequences. One pass over the rows finds these; everything after it
//! combines consequences and never counts policies again. Combining is idempotent, and the order in which consequences are
//! met is that of the first policy of each, so that no result can tell the difference.

use crate::decision::Options;
use crate::eval::Scratch;
use crate::eval::scratch::Applied;
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

/// Looks through the rows of policies that are on. Where everything is known, every row is certain.
pub(super) fn gather(
    program: &Program,
    options: &Options,
    known: bool,
    scratch: &mut Scratch,
) -> Gathered {
    let Scratch { live, alive, sure, consequences, certain, .. } = scratch;
    consequences.clear();
    certain.clear();
    let mut pass = Pass { program, gathered: Gathered::default(), last: None };
    let in_force =
        program.set(if options.as_if_enforced { program.every } else { program.in_force });
    for at in live.iter().map(|at| *at as usize) {
        let (Some(alive), Some(force)) = (alive.get(at), in_force.get(at)) else { continue };
        let sure = sure.get(at).filter(|_| !known).copied().unwrap_or(Chunk::ALL);
        for (word, (alive, sure)) in alive.and(*force).0.into_iter().zip(sure.0).enumerate() {
            let first = (at * Chunk::WORDS + word) * 64;
            for bit in ones(alive) {
                let Some(row) = program.rows.get(first + bit) else { continue };
                let is_certain = sure & (1 << bit) != 0;
                consequences.insert(row.consequence);
                if is_certain && !known {
                    certain.insert(row.consequence);
                }
                pass.row(row, is_certain);
            }
        }
    }
    pass.turn_to(None);
    pass.gathered
}

struct Pass<'a> {
    program: &'a Program,
    gathered: Gathered,
    last: Option<Met>,
}

impl Pass<'_> {
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

/// Lists the policies whose rows survived the last evaluation: those that are on, and those that only report. The lists
/// have room for every policy.
pub(crate) fn list(program: &Program, options: &Options, known: bool, scratch: &mut Scratch) {
    scratch.applying.clear();
    scratch.reporting.clear();
    for (at, alive) in scratch.alive.iter().enumerate() {
        let sure =
            if known { Chunk::ALL } else { scratch.sure.get(at).copied().unwrap_or_default() };
        for (number, certain) in rows(at, *alive, sure) {
            let Some(row) = program.rows.get(number) else { continue };
            let reports =
                program.policies.get(row.policy as usize).is_some_and(|it| it.report_only);
            let list = if reports && !options.as_if_enforced {
                &mut scratch.reporting
            } else {
                &mut scratch.applying
            };
            match list.last_mut() {
                Some(applied) if applied.policy == row.policy => applied.certain |= certain,
                _ => list.push(Applied { policy: row.policy, certain }),
            }
        }
    }
}

/// The rows of a chunk, each with whether it is among the sure ones.
fn rows(at: usize, alive: Chunk, sure: Chunk) -> impl Iterator<Item = (usize, bool)> {
    let words = alive.0.into_iter().zip(sure.0).enumerate();
    words.flat_map(move |(word, (alive, sure))| {
        let first = (at * Chunk::WORDS + word) * 64;
        ones(alive).map(move |bit| (first + bit, sure & (1 << bit) != 0))
    })
}
