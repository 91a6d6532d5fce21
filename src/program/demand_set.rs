//! Sets of what policies demand.

use crate::program::MAX_DEMANDS;

/// A set of demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct DemandSet(pub [u64; MAX_DEMANDS / 64]);

impl DemandSet {
    pub(crate) const EMPTY: DemandSet = DemandSet([0; MAX_DEMANDS / 64]);

    pub(crate) fn insert(&mut self, demand: usize) {
        if let Some(word) = self.0.get_mut(demand / 64) {
            *word |= 1 << (demand % 64);
        }
    }

    pub(crate) fn contains(&self, demand: usize) -> bool {
        self.0.get(demand / 64).is_some_and(|word| word & (1 << (demand % 64)) != 0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == DemandSet::EMPTY
    }

    pub(crate) fn len(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    pub(crate) fn union(self, other: DemandSet) -> DemandSet {
        self.zip(other, |a, b| a | b)
    }

    pub(crate) fn minus(self, other: DemandSet) -> DemandSet {
        self.zip(other, |a, b| a & !b)
    }

    pub(crate) fn intersection(self, other: DemandSet) -> DemandSet {
        self.zip(other, |a, b| a & b)
    }

    pub(crate) fn is_subset(self, other: DemandSet) -> bool {
        self.minus(other).is_empty()
    }

    fn zip(self, other: DemandSet, op: impl Fn(u64, u64) -> u64) -> DemandSet {
        let mut all = self;
        all.0.iter_mut().zip(other.0).for_each(|(a, b)| *a = op(*a, b));
        all
    }

    /// The demands in it, lowest first.
    pub(crate) fn iter(mut self) -> impl Iterator<Item = usize> {
        let mut at = 0;
        std::iter::from_fn(move || {
            loop {
                let word = self.0.get_mut(at)?;
                if *word != 0 {
                    let bit = word.trailing_zeros() as usize;
                    *word &= *word - 1;
                    return Some(at * 64 + bit);
                }
                at += 1;
            }
        })
    }

    /// The order of two sets as sorted lists of demands, for sets of one size.
    pub(crate) fn compare(self, other: DemandSet) -> std::cmp::Ordering {
        let differing = self.zip(other, |a, b| a ^ b).iter().next();
        match differing {
            None => std::cmp::Ordering::Equal,
            Some(demand) if self.contains(demand) => std::cmp::Ordering::Less,
            Some(_) => std::cmp::Ordering::Greater,
        }
    }
}
