//! The usual case, where everything is known: the words in which the principal leaves any row, each met with every line of
//! the facts.
//!
//! Who signs in rules out most rows, and most words, of a large set, so that its size hardly tells. What ruled out the others
//! of a word is found line by line, until there is nothing left to explain.

use crate::eval::Scratch;
use crate::eval::combine::Case;
use crate::eval::rows::Survival;
use crate::facts::{Line, Why};
use crate::program::{Posting, Program, word_of};
use crate::schema::attribute::AttributeSet;

/// Walks the lines. Words with rows that nothing rules out are left in [`Scratch::survivors`].
pub(super) fn walk(case: &Case<'_>, scratch: &mut Scratch) -> Survival {
    let Case { program, facts, options } = *case;
    let (counted, mut killers) = match options.as_if_enforced {
        true => (program.enforced, facts.base.killers_if_enforced),
        false => (program.on, facts.base.killers),
    };
    let counted = program.set(counted);
    let arenas = Arenas::new(case);
    let Scratch { survivors, timeless, .. } = scratch;
    survivors.clear();
    if facts.clock.is_some() {
        timeless.fill(0);
    }
    for word in &facts.base.words {
        let at = word.word;
        let mut alive = arenas.meet(&facts.lines, at, word.rows);
        if let Some(line) = &facts.clock
            && let Some(timeless) = timeless.get_mut(at as usize)
        {
            *timeless = alive;
            alive &= arenas.word(line, at);
        }
        if alive != 0 {
            survivors.push(Posting { word: word.word, rows: alive });
        }
        let dead = word.rows & !alive & word_of(counted, at);
        if dead != 0 {
            blame(case, &arenas, at, dead, &mut killers);
        }
    }
    let clock = facts.clock.as_ref().and_then(|line| match line.why {
        Why::Group(at) => Some(at),
        Why::Panel(_) => None,
    });
    Survival { killers, clock }
}

/// Names for each of these rows of a word the first input that rules it out.
fn blame(case: &Case<'_>, arenas: &Arenas<'_>, at: u32, mut dead: u64, killers: &mut AttributeSet) {
    let Case { program, facts, .. } = *case;
    for line in facts.lines.iter().chain(&facts.clock) {
        if dead == 0 {
            break;
        }
        match line.why {
            Why::Panel(combination) => {
                let rulers = combination.rulers.of(&program.plan.rulers);
                let first = combination.apart as usize + at as usize * rulers.len();
                let apart = program.plan.bits.get(first..first + rulers.len());
                for (bit, rows) in rulers.iter().zip(apart.unwrap_or_default()) {
                    if dead & !rows != 0 {
                        killers.insert_bit(*bit);
                        dead &= rows;
                    }
                }
            }
            Why::Group(group) => {
                let rows = arenas.word(line, at);
                if dead & !rows != 0 {
                    blame_group(program, group, at, dead & !rows, killers);
                    dead &= rows;
                }
            }
        }
    }
}

/// Names the inputs that any of these rows read in a group.
fn blame_group(program: &Program, group: u32, at: u32, dead: u64, killers: &mut AttributeSet) {
    let Some(group) = program.groups.get(group as usize) else { return };
    for (input, reads) in &group.reads {
        if dead & word_of(&program.bits, *reads + at) != 0 {
            killers.insert(*input);
        }
    }
}

/// Lists the distinct consequences of the rows that survive, of policies that are on: all that the outcome hangs on.
pub(super) fn mark(case: &Case<'_>, scratch: &mut Scratch) {
    let Case { program, facts, options } = *case;
    let in_force = if options.as_if_enforced { program.every } else { program.in_force };
    let in_force = program.set(in_force);
    let arenas = Arenas::new(case);
    for word in &facts.base.words {
        let at = word.word;
        let mut alive = arenas.meet(&facts.lines, at, word.rows & word_of(in_force, at));
        if let Some(line) = &facts.clock {
            alive &= arenas.word(line, at);
        }
        for row in program.rows_of(at, alive) {
            scratch.consequences.mark(row.consequence);
        }
    }
    scratch.consequences.list_marked();
}

/// Where lines lie, in the order of [`crate::facts::Arena`].
struct Arenas<'a>([&'a [u64]; 3]);

impl<'a> Arenas<'a> {
    fn new(case: &Case<'a>) -> Arenas<'a> {
        Arenas([&case.program.bits, &case.program.plan.bits, &case.facts.rows])
    }

    /// A word of a line. One that is not there rules nothing out.
    #[inline(always)]
    fn word(&self, line: &Line, at: u32) -> u64 {
        let rows = self.0[line.arena as usize].get((line.at + at) as usize);
        rows.copied().unwrap_or(u64::MAX)
    }

    /// What lines leave of the rows of a word.
    #[inline(always)]
    fn meet(&self, lines: &[Line], at: u32, mut rows: u64) -> u64 {
        for line in lines {
            rows &= self.word(line, at);
            if rows == 0 {
                break;
            }
        }
        rows
    }
}
