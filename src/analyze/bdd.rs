//! Binary decision diagrams: sets of points as shared, canonical graphs, in one arena with a budget.
//!
//! Two sets are equal exactly when their numbers are. An operation that would need more nodes than the budget allows
//! gives up with [`OutOfBudget`], and whoever asked says *undecided*.

use std::collections::HashMap;

use crate::analyze::setting::Watch;

/// A set of points: the number of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Bdd(u32);

impl Bdd {
    /// No point.
    pub(super) const NONE: Bdd = Bdd(0);
    /// Every point.
    pub(super) const ALL: Bdd = Bdd(1);
}

/// Why there is no diagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OutOfBudget {
    /// The diagrams would grow beyond the budget, or take too many steps.
    Nodes,
    /// Somebody wants no more of it.
    Interrupted,
}

/// A diagram, or none for want of nodes.
pub(super) type Result<T = Bdd> = std::result::Result<T, OutOfBudget>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Node {
    /// The bit that is asked for; [`LEAF`] for the two ends.
    bit: u32,
    low: Bdd,
    high: Bdd,
}

const LEAF: u32 = u32::MAX;

/// What is done with two sets; `Without` is the first without the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    And,
    Or,
    Without,
}

#[derive(Debug, Clone, Copy)]
struct Remembered {
    operation: Operation,
    first: Bdd,
    second: Bdd,
    result: Bdd,
}

/// The most results that are remembered: 80 MB of them; how many at first.
const CACHE: usize = 1 << 22;
const FIRST_CACHE: usize = 1 << 12;
/// After so many steps somebody may want no more: a fraction of a millisecond.
const LOOK_UP: usize = 1 << 12;
/// How many steps a question may take for each node of the budget: sets that collapse as they are joined take time and leave
/// no nodes. At some 100 ns a step, the largest budget ends after ten seconds or so.
const STEPS_PER_NODE: usize = 12;
/// How large the table begins.
const TABLE: usize = 1 << 12;

/// All diagrams of one question.
pub(super) struct Arena<'a> {
    nodes: Vec<Node>,
    /// Open addressing; zero is free, since the ends are never looked up.
    table: Vec<u32>,
    /// One entry for each hash: the latest wins.
    cache: Vec<Option<Remembered>>,
    budget: usize,
    /// How many steps may still be taken.
    steps: usize,
    watch: Option<&'a dyn Watch>,
}

/// Mixes all bits into all: a weak one made the same work take 200 times as long.
fn hash(a: u32, b: u32, c: u32) -> usize {
    let mut x =
        (u64::from(a) << 32 | u64::from(b)) ^ u64::from(c).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    x = (x ^ (x >> 33)).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    (x ^ (x >> 33)) as usize
}

impl<'a> Arena<'a> {
    /// An arena of at most so many nodes.
    pub(super) fn new(budget: usize, watch: Option<&'a dyn Watch>) -> Arena<'a> {
        let end = |it: Bdd| Node { bit: LEAF, low: it, high: it };
        Arena {
            nodes: vec![end(Bdd::NONE), end(Bdd::ALL)],
            table: vec![0; TABLE],
            cache: vec![None; FIRST_CACHE],
            budget,
            steps: budget.saturating_mul(STEPS_PER_NODE),
            watch,
        }
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The most nodes there may be.
    pub(super) fn budget(&self) -> usize {
        self.budget
    }

    /// Gives the steps back.
    pub(super) fn refresh(&mut self) {
        self.steps = self.budget.saturating_mul(STEPS_PER_NODE);
    }

    /// Forgets every node that was made since there were `len`, and gives the steps back.
    pub(super) fn shrink(&mut self, len: usize) {
        self.steps = self.budget.saturating_mul(STEPS_PER_NODE);
        if len == self.nodes.len() {
            return;
        }
        self.nodes.truncate(len);
        self.cache.fill(None);
        self.rehash(self.table.len());
    }

    fn node(&self, it: Bdd) -> Node {
        self.nodes[it.0 as usize]
    }

    /// The bit that a set asks for first; none for the two ends.
    pub(super) fn bit(&self, it: Bdd) -> Option<u32> {
        let bit = self.node(it).bit;
        (bit != LEAF).then_some(bit)
    }

    /// The part of a set in which a bit has a value. The bit must not lie below the first that the set asks for.
    pub(super) fn part(&self, it: Bdd, bit: u32, value: bool) -> Bdd {
        let node = self.node(it);
        match (node.bit == bit, value) {
            (false, _) => it,
            (true, false) => node.low,
            (true, true) => node.high,
        }
    }

    fn rehash(&mut self, size: usize) {
        self.table = vec![0; size];
        for number in 2..self.nodes.len() {
            let node = self.nodes[number];
            let place = self.place(node);
            self.table[place] = u32::try_from(number).expect("the budget is below 2^32");
        }
    }

    /// Where a node stands in the table, or would.
    fn place(&self, node: Node) -> usize {
        let mask = self.table.len() - 1;
        let mut at = hash(node.bit, node.low.0, node.high.0) & mask;
        while self.table[at] != 0 && self.nodes[self.table[at] as usize] != node {
            at = (at + 1) & mask;
        }
        at
    }

    /// The set that is `low` where a bit is off and `high` where it is on. Both ask for later bits only.
    pub(super) fn choose(&mut self, bit: u32, low: Bdd, high: Bdd) -> Result {
        if low == high {
            return Ok(low);
        }
        let node = Node { bit, low, high };
        let place = self.place(node);
        if self.table[place] != 0 {
            return Ok(Bdd(self.table[place]));
        }
        if self.nodes.len() >= self.budget {
            return Err(OutOfBudget::Nodes);
        }
        let number = u32::try_from(self.nodes.len()).map_err(|_| OutOfBudget::Nodes)?;
        self.nodes.push(node);
        self.table[place] = number;
        if self.nodes.len() * 2 > self.table.len() {
            self.rehash(self.table.len() * 2);
            self.widen();
        }
        Ok(Bdd(number))
    }

    /// Points in both.
    pub(super) fn and(&mut self, a: Bdd, b: Bdd) -> Result {
        match (a, b) {
            (Bdd::NONE, _) | (_, Bdd::NONE) => Ok(Bdd::NONE),
            (Bdd::ALL, other) | (other, Bdd::ALL) => Ok(other),
            (a, b) if a == b => Ok(a),
            (a, b) => self.apply(Operation::And, a.min(b), a.max(b)),
        }
    }

    /// Points in either.
    pub(super) fn or(&mut self, a: Bdd, b: Bdd) -> Result {
        match (a, b) {
            (Bdd::ALL, _) | (_, Bdd::ALL) => Ok(Bdd::ALL),
            (Bdd::NONE, other) | (other, Bdd::NONE) => Ok(other),
            (a, b) if a == b => Ok(a),
            (a, b) => self.apply(Operation::Or, a.min(b), a.max(b)),
        }
    }

    /// Points of the first that are not in the second.
    pub(super) fn without(&mut self, a: Bdd, b: Bdd) -> Result {
        match (a, b) {
            (Bdd::NONE, _) | (_, Bdd::ALL) => Ok(Bdd::NONE),
            (a, Bdd::NONE) => Ok(a),
            (a, b) if a == b => Ok(Bdd::NONE),
            (a, b) => self.apply(Operation::Without, a, b),
        }
    }

    /// Points outside. Codes that stand for nothing are outside too: whoever complements meets with what is valid.
    pub(super) fn not(&mut self, a: Bdd) -> Result {
        self.without(Bdd::ALL, a)
    }

    fn operate(&mut self, operation: Operation, a: Bdd, b: Bdd) -> Result {
        match operation {
            Operation::And => self.and(a, b),
            Operation::Or => self.or(a, b),
            Operation::Without => self.without(a, b),
        }
    }

    fn apply(&mut self, operation: Operation, a: Bdd, b: Bdd) -> Result {
        let slot = self.slot(operation, a, b);
        if let Some(known) = self.remembered(slot, operation, a, b) {
            return Ok(known);
        }
        self.step()?;
        let bit = self.node(a).bit.min(self.node(b).bit);
        let (a0, b0) = (self.part(a, bit, false), self.part(b, bit, false));
        let low = self.operate(operation, a0, b0)?;
        let (a1, b1) = (self.part(a, bit, true), self.part(b, bit, true));
        let high = self.operate(operation, a1, b1)?;
        let result = self.choose(bit, low, high)?;
        // The cache may have grown meanwhile.
        let slot = self.slot(operation, a, b);
        self.cache[slot] = Some(Remembered { operation, first: a, second: b, result });
        Ok(result)
    }

    /// One step more, unless that is too many, or nobody wants it any more.
    fn step(&mut self) -> Result<()> {
        self.steps = self.steps.checked_sub(1).ok_or(OutOfBudget::Nodes)?;
        match self.watch {
            Some(watch) if self.steps.is_multiple_of(LOOK_UP) && !watch.goes_on() => {
                Err(OutOfBudget::Interrupted)
            }
            _ => Ok(()),
        }
    }

    /// Lets the cache grow with the table: a small question should not pay for a large one's.
    fn widen(&mut self) {
        let wanted = self.table.len().min(CACHE);
        if self.cache.len() < wanted {
            let mut wider = vec![None; wanted];
            for it in self.cache.drain(..).flatten() {
                wider[hash(it.first.0, it.second.0, it.operation as u32) & (wanted - 1)] = Some(it);
            }
            self.cache = wider;
        }
    }

    fn slot(&self, operation: Operation, a: Bdd, b: Bdd) -> usize {
        hash(a.0, b.0, operation as u32) & (self.cache.len() - 1)
    }

    fn remembered(&self, slot: usize, operation: Operation, a: Bdd, b: Bdd) -> Option<Bdd> {
        let known = self.cache[slot].as_ref()?;
        let same = known.operation == operation && known.first == a && known.second == b;
        same.then_some(known.result)
    }

    /// Points in any of them, put together in pairs.
    pub(super) fn any(&mut self, sets: Vec<Bdd>) -> Result {
        self.reduce(sets, Bdd::NONE, Self::or)
    }

    /// Points in all of them.
    pub(super) fn all(&mut self, sets: Vec<Bdd>) -> Result {
        self.reduce(sets, Bdd::ALL, Self::and)
    }

    fn reduce(
        &mut self,
        mut sets: Vec<Bdd>,
        none: Bdd,
        join: impl Fn(&mut Self, Bdd, Bdd) -> Result,
    ) -> Result {
        sets.sort_unstable();
        sets.dedup();
        while sets.len() > 1 {
            let mut joined = Vec::with_capacity(sets.len().div_ceil(2));
            for pair in sets.chunks(2) {
                joined.push(match *pair {
                    [a, b] => join(self, a, b)?,
                    [a] => a,
                    _ => none,
                });
            }
            sets = joined;
        }
        Ok(sets.pop().unwrap_or(none))
    }

    /// The points whose number, written in the bits `first..first + count` with the highest bit first, is marked.
    pub(super) fn numbers(&mut self, first: u32, count: u32, marked: &[bool]) -> Result {
        let numbers: Vec<usize> = (0..marked.len()).filter(|at| marked[*at]).collect();
        self.members(first, count, &numbers)
    }

    /// The points whose number, written in the bits `first..first + count` with the highest bit first, is one of these, which
    /// are sorted.
    pub(super) fn members(&mut self, first: u32, count: u32, numbers: &[usize]) -> Result {
        if numbers.is_empty() {
            return Ok(Bdd::NONE);
        }
        if numbers.len() == 1usize << count {
            return Ok(Bdd::ALL);
        }
        let half = 1usize << (count - 1);
        let high = numbers[0] & !(2 * half - 1) | half;
        let (low, high) = numbers.split_at(numbers.partition_point(|it| *it < high));
        let low = self.members(first + 1, count - 1, low)?;
        let high = self.members(first + 1, count - 1, high)?;
        self.choose(first, low, high)
    }

    /// Whether two sets have a point in common. `known` remembers pairs that were met; numbers mean the same as long as no
    /// node is forgotten.
    pub(super) fn meet(&self, a: Bdd, b: Bdd, known: &mut HashMap<(Bdd, Bdd), bool>) -> bool {
        match (a, b) {
            (Bdd::NONE, _) | (_, Bdd::NONE) => return false,
            (Bdd::ALL, _) | (_, Bdd::ALL) => return true,
            _ => {}
        }
        if let Some(known) = known.get(&(a, b)) {
            return *known;
        }
        let bit = self.node(a).bit.min(self.node(b).bit);
        let found = [false, true]
            .into_iter()
            .any(|value| self.meet(self.part(a, bit, value), self.part(b, bit, value), known));
        known.insert((a, b), found);
        found
    }

    /// A set that is the same at every point of another, and as it comes elsewhere: bits that the other settles are not asked
    /// for.
    pub(super) fn simplified(&mut self, it: Bdd, care: Bdd) -> Result {
        self.simplify(it, care, &mut HashMap::new())
    }

    fn simplify(&mut self, it: Bdd, care: Bdd, known: &mut HashMap<(Bdd, Bdd), Bdd>) -> Result {
        if care == Bdd::NONE || it == Bdd::NONE || it == Bdd::ALL {
            return Ok(if care == Bdd::NONE { Bdd::NONE } else { it });
        }
        if let Some(known) = known.get(&(it, care)) {
            return Ok(*known);
        }
        self.step()?;
        let own = self.node(it).bit;
        let bit = own.min(self.node(care).bit);
        let (low, high) = (self.part(care, bit, false), self.part(care, bit, true));
        let (it0, it1) = (self.part(it, bit, false), self.part(it, bit, true));
        let simple = match (low == Bdd::NONE, high == Bdd::NONE) {
            (true, _) => self.simplify(it1, high, known)?,
            (_, true) => self.simplify(it0, low, known)?,
            _ if own != bit => {
                let either = self.or(low, high)?;
                self.simplify(it, either, known)?
            }
            _ => {
                let low = self.simplify(it0, low, known)?;
                let high = self.simplify(it1, high, known)?;
                self.choose(bit, low, high)?
            }
        };
        known.insert((it, care), simple);
        Ok(simple)
    }

    /// The points that some choice of the bits from `first` on makes one of the set's.
    pub(super) fn shadow(&mut self, it: Bdd, first: u32) -> Result {
        self.shadow_of(it, first, &mut HashMap::new())
    }

    fn shadow_of(&mut self, it: Bdd, first: u32, known: &mut HashMap<Bdd, Bdd>) -> Result {
        let node = self.node(it);
        if node.bit >= first {
            return Ok(if it == Bdd::NONE { Bdd::NONE } else { Bdd::ALL });
        }
        if let Some(known) = known.get(&it) {
            return Ok(*known);
        }
        let low = self.shadow_of(node.low, first, known)?;
        let high = self.shadow_of(node.high, first, known)?;
        let shadow = self.choose(node.bit, low, high)?;
        known.insert(it, shadow);
        Ok(shadow)
    }

    /// Where a set leads when the bits `first..first + count` write that number.
    pub(super) fn follow(&self, mut it: Bdd, first: u32, count: u32, number: usize) -> Bdd {
        for at in 0..count {
            let value = number >> (count - 1 - at) & 1 == 1;
            it = self.part(it, first + at, value);
        }
        it
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::random::rng;

    const BITS: u32 = 6;

    /// A random set, as a diagram and as the points in it.
    fn random(arena: &mut Arena<'_>, rng: &mut fastrand::Rng) -> (Bdd, u64) {
        let points = rng.u64(..);
        let marked: Vec<bool> = (0..64).map(|at| points >> at & 1 == 1).collect();
        (arena.numbers(0, BITS, &marked).expect("small"), points)
    }

    fn points(arena: &Arena<'_>, it: Bdd) -> u64 {
        (0..64).filter(|at| arena.follow(it, 0, BITS, *at) == Bdd::ALL).map(|at| 1 << at).sum()
    }

    #[test]
    fn sets_behave_as_sets() {
        let (mut rng, _) = rng();
        let mut arena = Arena::new(1 << 20, None);
        for _ in 0..200 {
            let ((a, x), (b, y)) = (random(&mut arena, &mut rng), random(&mut arena, &mut rng));
            let and = arena.and(a, b).expect("small");
            let or = arena.or(a, b).expect("small");
            let without = arena.without(a, b).expect("small");
            let found = [and, or, without].map(|it| points(&arena, it));
            assert_eq!(found, [x & y, x | y, x & !y]);
            let simple = arena.simplified(a, b).expect("small");
            assert_eq!(points(&arena, simple) & y, x & y, "the same where it matters");
            let again = arena.without(a, without).expect("small");
            assert_eq!(again, and, "equal sets have equal numbers");
        }
    }

    #[test]
    fn a_budget_ends_in_an_answer_and_shrinking_gives_it_back() {
        let mut arena = Arena::new(40, None);
        let (mut rng, _) = rng();
        let marked: Vec<bool> = (0..1024).map(|_| rng.bool()).collect();
        assert_eq!(arena.numbers(0, 10, &marked), Err(OutOfBudget::Nodes));
        arena.shrink(2);
        let one = arena.choose(3, Bdd::NONE, Bdd::ALL).expect("there is room again");
        assert_eq!(arena.choose(3, Bdd::NONE, Bdd::ALL), Ok(one));
        assert_eq!(arena.len(), 3);
    }
}
