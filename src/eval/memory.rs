//! What was worked out for other sign-ins and does not depend on who signs in: it is looked up before it is worked out
//! again.
//!
//! Few different sets of policies apply in a directory, and few different challenges follow. Places are fixed in number
//! and each question has one, so that nothing grows; a question is compared in full, so that the answer is the one that
//! would be worked out.

use crate::eval::combine::Combined;
use crate::eval::scratch::SET_WORDS;
use crate::eval::{Alternative, Challenge, Ruling};
use crate::program::DemandSet;
use crate::schema::attribute::AttributeSet;

/// How many answers of a kind are kept: those of 240 policies and 64 sign-ins of `benches/` get in each other's way seldom.
/// All together they take 170 KiB.
const PLACES: usize = 256;

/// The most alternatives of a challenge that is kept. Those of the real sets at hand need as many.
const KEPT_ALTERNATIVES: usize = 4;

/// A set of consequences, and the engine's skew, which turns `every time` into seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Applying {
    pub consequences: [u64; SET_WORDS],
    pub every_time_seconds: u64,
}

/// What a challenge follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unmet {
    pub applying: Applying,
    pub satisfied: DemandSet,
    /// [`crate::facts::Facts::impossible`].
    pub impossible: u16,
    pub may_be_agent: bool,
}

/// What follows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Worked {
    pub outcome: Ruling,
    pub inputs: AttributeSet,
    count: u8,
    truncated: bool,
    alternatives: [Alternative; KEPT_ALTERNATIVES],
}

impl Worked {
    /// What is to be kept of a challenge, if it is small enough.
    pub(crate) fn new(combined: &Combined, challenge: &Challenge) -> Option<Worked> {
        let mut alternatives = [Alternative::NONE; KEPT_ALTERNATIVES];
        let listed = challenge.listed();
        alternatives.get_mut(..listed.len())?.copy_from_slice(listed);
        let Combined { outcome, inputs, .. } = *combined;
        let (count, truncated) = (challenge.count, challenge.truncated);
        Some(Worked { outcome, inputs, count, truncated, alternatives })
    }

    /// The challenge again.
    pub(crate) fn put(&self, challenge: &mut Challenge) {
        (challenge.count, challenge.truncated) = (self.count, self.truncated);
        let places = challenge.alternatives.iter_mut().zip(self.alternatives);
        places.for_each(|(place, alternative)| *place = alternative);
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Memory {
    merged: Vec<Option<(Applying, Combined)>>,
    worked: Vec<Option<(Unmet, Worked)>>,
}

impl Memory {
    /// Makes room, with nothing in it.
    pub(crate) fn forget(&mut self) {
        self.merged.clear();
        self.merged.resize(PLACES, None);
        self.worked.clear();
        self.worked.resize(PLACES, None);
    }

    /// What these consequences come to before any evidence is looked at.
    pub(crate) fn merged(&self, question: &Applying) -> Option<&Combined> {
        let (known, answer) = self.merged.get(question.place())?.as_ref()?;
        (known == question).then_some(answer)
    }

    pub(crate) fn keep_merged(&mut self, question: Applying, answer: Combined) {
        if let Some(place) = self.merged.get_mut(question.place()) {
            *place = Some((question, answer));
        }
    }

    /// The challenge that follows.
    pub(crate) fn worked(&self, question: &Unmet) -> Option<&Worked> {
        let (known, answer) = self.worked.get(question.place())?.as_ref()?;
        (known == question).then_some(answer)
    }

    pub(crate) fn keep_worked(&mut self, question: Unmet, answer: Worked) {
        if let Some(place) = self.worked.get_mut(question.place()) {
            *place = Some((question, answer));
        }
    }
}

impl Applying {
    fn place(&self) -> usize {
        place(&self.consequences, 0)
    }
}

impl Unmet {
    fn place(&self) -> usize {
        place(&self.applying.consequences, self.satisfied.0.iter().fold(0, |all, word| all ^ word))
    }
}

/// Where the answer to a question stands: bits of products, whose upper halves depend on all bits of both factors.
fn place(set: &[u64; SET_WORDS], more: u64) -> usize {
    let spread = |all: u64| all.wrapping_mul(SPREAD).rotate_left(u64::BITS / 2);
    let words = set.iter().fold(spread(more), |all, word| spread(all ^ word));
    (words.wrapping_mul(SPREAD) >> (u64::BITS - PLACES.trailing_zeros())) as usize
}

/// An odd number with its bits well spread: the golden ratio's fraction.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_that_differ_in_one_number_spread() {
        let places: std::collections::BTreeSet<usize> = (0..256_usize)
            .map(|at| {
                let mut set = [0; SET_WORDS];
                set[at / 64] = 1 << (at % 64);
                place(&set, 0)
            })
            .collect();
        assert!(places.len() > PLACES / 2, "{}", places.len());
    }
}
