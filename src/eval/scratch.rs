//! The buffers of an evaluation, made once and used again.

use crate::decision::MAX_WORKING_ALTERNATIVES;
use crate::eval::Challenge;
use crate::eval::memory::Memory;
use crate::program::{DemandSet, MAX_CANDIDATES, Posting, Program};
use crate::value::Truth;

/// Room for evaluating. One fits any program; it grows when it first meets a larger one, and never again.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    /// The words with rows that nothing rules out, in order.
    pub(crate) survivors: Vec<Posting>,
    /// Rows that nothing rules out so far, where not everything is known.
    pub(crate) alive: Vec<u64>,
    /// The words of it that are not empty.
    pub(crate) live: Vec<u32>,
    /// Rows that hold for sure.
    pub(crate) sure: Vec<u64>,
    /// Rows that were not ruled out by anything but the clock.
    pub(crate) timeless: Vec<u64>,
    /// The same two of one dimension, or of one look at a group.
    pub(crate) mask: Vec<u64>,
    pub(crate) sure_mask: Vec<u64>,
    pub(crate) slot: Vec<u64>,
    /// The same two over all looks at a group.
    pub(crate) any: Vec<u64>,
    pub(crate) sure_any: Vec<u64>,
    /// What the policies come to that are on and apply.
    pub(crate) consequences: Distinct,
    /// The same of those that apply for sure.
    pub(crate) certain: Distinct,
    /// The challenge of what was combined last.
    pub(crate) challenge: Challenge,
    /// Policies that are on and apply, by name.
    pub(crate) applying: Vec<Applied>,
    /// Report-only policies that apply, by name.
    pub(crate) reporting: Vec<Applied>,
    /// The alternatives of a challenge while it is worked out.
    pub(crate) alternatives: Vec<DemandSet>,
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) residue: Vec<DemandSet>,
    /// For how long each demand stays satisfied.
    pub(crate) lasting: Vec<Lasting>,
    /// Truths of a formula's nodes.
    pub(crate) truths: Vec<Truth>,
    pub(crate) marks: Vec<bool>,
    /// What was worked out before.
    pub(crate) memory: Memory,
    /// The program it was last made to fit.
    fits: Option<u64>,
}

/// A policy that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Applied {
    pub policy: u32,
    /// Whether its condition is true, not unknown.
    pub certain: bool,
}

/// An alternative with what it is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub rank: u64,
    pub demands: DemandSet,
    pub implies: DemandSet,
    pub dropped: bool,
}

/// For how many more milliseconds evidence satisfies something: not at all, so many, or for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Lasting {
    #[default]
    Unmet,
    For(i64),
    Ever,
}

/// Different numbers, in the order in which they were met.
#[derive(Debug, Clone, Default)]
pub(crate) struct Distinct {
    pub met: Vec<u32>,
    /// A bit for each number.
    seen: Vec<u64>,
    /// The first of these bits, of what was listed last.
    set: [u64; SET_WORDS],
}

/// How many words tell a set of consequences: 256 of them as bits, or sixteen that are listed. Real policy sets have fewer
/// than fifty, of which a handful apply.
pub(crate) const SET_WORDS: usize = 4;

/// How many numbers of sixteen bits a word holds.
const LISTED_IN_A_WORD: usize = 4;

impl Distinct {
    /// Lists what these are, in their order, each once.
    pub(crate) fn put(&mut self, numbers: impl IntoIterator<Item = u32>) {
        self.met.clear();
        numbers.into_iter().for_each(|number| self.insert(number));
        self.end();
    }

    /// Takes the bits away again that [`Distinct::insert`] left.
    pub(crate) fn end(&mut self) {
        self.seen.fill(0);
    }

    pub(crate) fn insert(&mut self, number: u32) {
        let Some(seen) = self.seen.get_mut(number as usize / 64) else { return };
        let bit = 1 << (number % 64);
        if *seen & bit == 0 {
            *seen |= bit;
            self.met.push(number);
        }
    }

    /// Notes a number without its place in the order; [`Distinct::list_marked`] lists what was noted.
    pub(crate) fn mark(&mut self, number: u32) {
        if let Some(seen) = self.seen.get_mut(number as usize / 64) {
            *seen |= 1 << (number % 64);
        }
    }

    /// Lists what was marked, lowest first, and takes the marks away.
    pub(crate) fn list_marked(&mut self) {
        self.met.clear();
        self.set = [0; SET_WORDS];
        for (at, seen) in self.seen.iter_mut().enumerate() {
            let mut rest = std::mem::take(seen);
            if let Some(word) = self.set.get_mut(at) {
                *word = rest;
            }
            while rest != 0 {
                self.met.push((at * 64) as u32 + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
    }

    /// What was listed last in a few words: as bits, where these hold every number there is; else as a list, where it is
    /// short.
    pub(crate) fn in_short(&self) -> Option<[u64; SET_WORDS]> {
        if self.seen.len() <= SET_WORDS {
            return Some(self.set);
        }
        let mut list = [u64::MAX; SET_WORDS];
        for (at, number) in self.met.iter().enumerate() {
            let number = u16::try_from(*number).ok().filter(|number| *number < u16::MAX)?;
            let shift = at % LISTED_IN_A_WORD * 16;
            *list.get_mut(at / LISTED_IN_A_WORD)? ^= u64::from(!number) << shift;
        }
        Some(list)
    }

    fn fit(&mut self, numbers: usize) {
        reserve(&mut self.met, numbers);
        self.seen.clear();
        self.seen.resize(numbers.div_ceil(64), 0);
    }
}

impl Scratch {
    /// Room enough for this program: evaluation allocates nothing in it.
    pub fn fitting(program: &Program) -> Scratch {
        let mut scratch = Scratch::default();
        scratch.fit(program);
        scratch
    }

    /// Makes room where there is too little.
    pub(crate) fn fit(&mut self, program: &Program) {
        if self.fits == Some(program.fingerprint) {
            return;
        }
        let words = program.words;
        reserve(&mut self.live, words);
        reserve(&mut self.survivors, words);
        for rows in [
            &mut self.alive,
            &mut self.sure,
            &mut self.timeless,
            &mut self.mask,
            &mut self.sure_mask,
            &mut self.slot,
            &mut self.any,
            &mut self.sure_any,
        ] {
            rows.clear();
            rows.resize(words, 0);
        }
        self.consequences.fit(program.consequences.len());
        self.certain.fit(program.consequences.len());
        let policies = program.policies.len();
        reserve(&mut self.applying, policies);
        reserve(&mut self.reporting, policies);
        reserve(&mut self.alternatives, MAX_WORKING_ALTERNATIVES);
        reserve(&mut self.residue, MAX_WORKING_ALTERNATIVES);
        reserve(&mut self.candidates, MAX_CANDIDATES);
        self.lasting.clear();
        self.lasting.resize(program.requirements.demands.len(), Lasting::Unmet);
        reserve(&mut self.truths, program.formulas.largest as usize);
        reserve(&mut self.marks, program.formulas.largest as usize);
        self.memory.forget();
        self.fits = Some(program.fingerprint);
    }
}

fn reserve<T>(buffer: &mut Vec<T>, room: usize) {
    buffer.clear();
    buffer.reserve(room);
}
