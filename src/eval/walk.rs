//! The usual case, where everything is known: one pass over the chunks, each met with every line of the facts.
//!
//! Nothing is laid down in between but the rows that survive. What ruled rows out is asked of a line only until every
//! input that it can name is named.

use crate::eval::Scratch;
use crate::eval::combine::Case;
use crate::eval::gather::mark_kinds;
use crate::eval::rows::Survival;
use crate::facts::Line;
use crate::program::{Chunk, Program, Step};
use crate::schema::attribute::AttributeSet;

/// Walks the lines. Chunks with rows that nothing rules out are left in [`Scratch::alive`], as [`Scratch::live`] lists
/// them.
pub(super) fn walk(case: &Case<'_>, scratch: &mut Scratch) -> Survival {
    let Case { program, facts, options } = *case;
    let Scratch { alive: kept, live, timeless, .. } = scratch;
    live.clear();
    let counted = if options.as_if_enforced { program.enforced } else { program.on };
    let mut killers = Killers { program, all: AttributeSet::EMPTY, settled: 0 };
    let mut clock = None;
    let sets = program.set(program.every).iter().zip(program.set(counted));
    for (at, (every, counted)) in sets.enumerate() {
        let mut alive = *every;
        for (number, line) in facts.lines.iter().enumerate() {
            alive = killers.meet(case, number, line, at, alive, counted);
            if alive.is_empty() {
                break;
            }
        }
        if let Some(line) = &facts.clock {
            if let Some(timeless) = timeless.get_mut(at) {
                *timeless = alive;
            }
            if !alive.is_empty() {
                clock = Some(line.step);
                alive = killers.meet(case, facts.lines.len(), line, at, alive, counted);
            }
        }
        if !alive.is_empty() {
            live.push(at as u32);
            if let Some(kept) = kept.get_mut(at) {
                *kept = alive;
            }
        }
    }
    let clock = clock.and_then(|step| match step {
        Step::Group(at) => Some(at),
        Step::State(_) => None,
    });
    Survival { killers: killers.all, clock }
}

/// Marks the kinds of the rows that survive, of policies that are on, and lists the distinct consequences: all that the
/// outcome hangs on.
pub(super) fn mark(case: &Case<'_>, scratch: &mut Scratch) {
    let Case { program, facts, options } = *case;
    let Scratch { kinds, consequences, .. } = scratch;
    let in_force = if options.as_if_enforced { program.every } else { program.in_force };
    for (at, in_force) in program.set(in_force).iter().enumerate() {
        let mut alive = *in_force;
        for line in facts.lines.iter().chain(&facts.clock) {
            let arena = if line.own { &facts.rows } else { &program.bits };
            let Some(rows) = arena.get(line.at as usize + at) else { continue };
            alive = alive.and(*rows);
            if alive.is_empty() {
                break;
            }
        }
        if !alive.is_empty() {
            mark_kinds(program, at, alive, kinds);
        }
    }
    kinds.list_marked();
    for kind in kinds.met.iter().filter_map(|at| program.kinds.get(*at as usize)) {
        consequences.mark(kind.consequence);
    }
    consequences.list_marked();
}

/// What ruled out the rows that were.
struct Killers<'a> {
    program: &'a Program,
    all: AttributeSet,
    /// A bit for each of the first lines of which every input is named.
    settled: u64,
}

/// How many lines have a bit in [`Killers::settled`]; the others are always asked.
const WITH_A_BIT: usize = 63;

impl Killers<'_> {
    /// Meets a chunk with a line.
    #[inline(always)]
    fn meet(
        &mut self,
        case: &Case<'_>,
        number: usize,
        line: &Line,
        at: usize,
        alive: Chunk,
        counted: &Chunk,
    ) -> Chunk {
        let arena = if line.own { &case.facts.rows } else { &case.program.bits };
        let Some(rows) = arena.get(line.at as usize + at) else { return alive };
        if self.settled & (1 << number.min(WITH_A_BIT)) == 0 {
            let killed = alive.minus(*rows).and(*counted);
            if !killed.is_empty() {
                match line.only_input {
                    Some(input) => {
                        self.all.insert(input);
                        self.settle(number);
                    }
                    None => self.note(number, line.step, at, &killed),
                }
            }
        }
        alive.and(*rows)
    }

    /// Names the inputs of a line that these rows read.
    #[inline(never)]
    fn note(&mut self, number: usize, step: Step, at: usize, killed: &Chunk) {
        let Step::Group(group) = step else { return };
        let reads = self.program.groups.get(group as usize).map(|group| &group.reads);
        let mut missing = false;
        for (input, rows) in reads.into_iter().flatten() {
            if self.all.contains(*input) {
                continue;
            }
            let rows = self.program.bits.get(*rows as usize + at);
            if rows.is_some_and(|rows| !rows.and(*killed).is_empty()) {
                self.all.insert(*input);
            } else {
                missing = true;
            }
        }
        if !missing {
            self.settle(number);
        }
    }

    fn settle(&mut self, number: usize) {
        if number < WITH_A_BIT {
            self.settled |= 1 << number;
        }
    }
}
