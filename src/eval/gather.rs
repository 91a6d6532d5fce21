//! What the rows that survived come to: the policies they belong to, and the distinct consequences of these.
//!
//! Hundreds of policies that apply share a handful of consequences. One pass over the rows finds these; everything after it
//! combines consequences and never counts policies again. Combining is idempotent; where the order of policies may tell,
//! consequences are put into that of the first policy of each.

use crate::decision::Options;
use crate::eval::Scratch;
use crate::eval::scratch::Applied;
use crate::program::{Program, Row, Weight, ones, word_of};
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
    list(program, options, false, scratch);
    let Scratch { survivors, sure, consequences, certain, applying, .. } = scratch;
    let consequence = |it: &Applied| Some(program.policies.get(it.policy as usize)?.consequence);
    consequences.put(applying.iter().filter_map(consequence));
    certain.put(applying.iter().filter(|it| it.certain).filter_map(consequence));
    let mut pass = Pass::new(program);
    let in_force =
        program.set(if options.as_if_enforced { program.every } else { program.in_force });
    for word in survivors.iter() {
        let at = word.word;
        let (alive, sure) = (word.rows & word_of(in_force, at), word_of(sure, at));
        for (number, certain) in numbered(at, alive, sure) {
            if let Some(row) = program.rows.get(number) {
                pass.row(row, certain);
            }
        }
    }
    pass.turn_to(None);
    pass.gathered
}

/// Looks through the rows of policies that are on, where everything is known.
pub(super) fn gather_known(
    program: &Program,
    options: &Options,
    scratch: &mut Scratch,
) -> Gathered {
    let Scratch { survivors, consequences, .. } = scratch;
    let in_force = if options.as_if_enforced { program.every } else { program.in_force };
    let in_force = program.set(in_force);
    let mut pass = Pass::new(program);
    for word in survivors.iter() {
        let at = word.word;
        for row in program.rows_of(at, word.rows & word_of(in_force, at)) {
            consequences.mark(row.consequence);
            if row.is_plain() {
                pass.read(row);
            } else {
                pass.row(row, true);
            }
        }
    }
    pass.turn_to(None);
    consequences.list_marked();
    pass.gathered.any = !consequences.met.is_empty();
    pass.gathered
}

/// One pass over rows that survived, in their order.
struct Pass<'a> {
    program: &'a Program,
    gathered: Gathered,
    last: Option<Met>,
}

impl<'a> Pass<'a> {
    fn new(program: &'a Program) -> Pass<'a> {
        Pass { program, gathered: Gathered::default(), last: None }
    }

    /// What a row reads matters.
    #[inline(always)]
    fn read(&mut self, row: &Row) {
        if let Some(reads) = self.program.reads.get(row.reads as usize) {
            self.gathered.reads = self.gathered.reads.union(*reads);
        }
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
        if row.weight == Weight::Blocks && gathered.blocking.is_none_or(|it| row.cost < it.cost) {
            gathered.blocking = Some(*row);
        }
        self.read(row);
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
    list(program, options, true, scratch);
    let Scratch { consequences, applying, .. } = scratch;
    let policies = applying.iter().filter_map(|it| program.policies.get(it.policy as usize));
    consequences.put(policies.map(|policy| policy.consequence));
}

/// Lists the policies whose rows survived the last evaluation: those that are on, and those that only report. The lists
/// have room for every policy.
pub(crate) fn list(program: &Program, options: &Options, known: bool, scratch: &mut Scratch) {
    let Scratch { survivors, sure, applying, reporting, .. } = scratch;
    applying.clear();
    reporting.clear();
    for word in survivors.iter() {
        let at = word.word;
        let sure = if known { u64::MAX } else { word_of(sure, at) };
        for (number, certain) in numbered(at, word.rows, sure) {
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
    // Rows stand by whom they are about.
    applying.sort_unstable_by_key(|it| it.policy);
    reporting.sort_unstable_by_key(|it| it.policy);
}

/// The rows of a word, each with whether it is among the sure ones.
fn numbered(at: u32, alive: u64, sure: u64) -> impl Iterator<Item = (usize, bool)> {
    ones(alive).map(move |bit| (at as usize * 64 + bit, sure & (1 << bit) != 0))
}
