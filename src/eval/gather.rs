//! What the rows that survived come to: the policies they belong to, and the distinct consequences of these.
//!
//! Hundreds of policies that apply share a handful of consequences. One pass over the rows finds these; everything after it
//! combines consequences and never counts policies again. Combining is idempotent, and the order in which consequences are
//! met is that of the first policy of each, so that no result can tell the difference.

use crate::decision::Options;
use crate::eval::Scratch;
use crate::eval::scratch::Applied;
use crate::program::{Effect, Program, Row, ones};
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

/// A policy while its rows are met, which stand side by side.
#[derive(Debug, Clone, Copy)]
struct Met {
    /// The first of its rows that read the fewest attributes.
    row: Row,
    certain: bool,
}

impl Gathered {
    fn policy(&mut self, program: &Program, met: Met, scratch: &mut Scratch) {
        self.any = true;
        scratch.consequences.insert(met.row.consequence);
        if met.certain {
            scratch.certain.insert(met.row.consequence);
        } else {
            self.doubtful = true;
        }
        let Some(consequence) = program.consequences.get(met.row.consequence as usize) else {
            return;
        };
        if consequence.matters() {
            let reads = program.reads.get(met.row.reads as usize);
            self.reads = self.reads.union(reads.copied().unwrap_or_default());
        }
        let fewer = self.blocking.is_none_or(|other| met.row.cost < other.cost);
        if consequence.effect == Effect::Block && fewer {
            self.blocking = Some(met.row);
        }
    }
}

/// Looks through the rows of policies that are on. Where everything is known, every row is certain.
pub(super) fn gather(
    program: &Program,
    options: &Options,
    known: bool,
    scratch: &mut Scratch,
) -> Gathered {
    let mut gathered = Gathered::default();
    scratch.consequences.clear();
    scratch.certain.clear();
    let in_force = program.set(program.in_force);
    let mut last: Option<Met> = None;
    for at in 0..scratch.alive.len() {
        let force = if options.as_if_enforced { Some(&u64::MAX) } else { in_force.get(at) };
        let alive = scratch.alive.get(at).copied().unwrap_or_default();
        let sure = scratch.sure.get(at).copied().unwrap_or_default();
        for bit in ones(alive & force.copied().unwrap_or(u64::MAX)) {
            let Some(row) = program.rows.get(at * 64 + bit).copied() else { continue };
            let certain = known || sure & (1 << bit) != 0;
            match &mut last {
                Some(met) if met.row.policy == row.policy => met.also(row, certain),
                other => {
                    if let Some(met) = other.replace(Met { row, certain }) {
                        gathered.policy(program, met, scratch);
                    }
                }
            }
        }
    }
    if let Some(met) = last {
        gathered.policy(program, met, scratch);
    }
    gathered
}

impl Met {
    fn also(&mut self, row: Row, certain: bool) {
        self.certain |= certain;
        if row.cost < self.row.cost {
            self.row = row;
        }
    }
}

/// Lists the policies whose rows survived the last evaluation: those that are on, and those that only report. The lists
/// have room for every policy.
pub(crate) fn list(program: &Program, options: &Options, known: bool, scratch: &mut Scratch) {
    scratch.applying.clear();
    scratch.reporting.clear();
    for (at, word) in scratch.alive.iter().enumerate() {
        let sure = scratch.sure.get(at).copied().unwrap_or_default();
        for bit in ones(*word) {
            let Some(row) = program.rows.get(at * 64 + bit) else { continue };
            let certain = known || sure & (1 << bit) != 0;
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
