//! Networks flattened into one classifier: from an address to all networks it is in, by one search.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::hir::{Network, NetworkId, PolicySet};
use crate::program::{Addresses, Stretch};

/// The most networks over all intervals together, which bounds both time and memory. Entra's own limits (195 networks
/// of 2,000 ranges) come to a tenth of it where four networks overlap everywhere.
const MAX_MEMBERS: usize = 1 << 24;

/// What flattens the ranges of one family of addresses.
struct Sweep<'a, T> {
    classes: &'a mut BTreeMap<Vec<u32>, u32>,
    members: &'a mut usize,
    /// Where networks begin (+1) and have ended (-1).
    events: BTreeMap<T, Vec<(u32, i32)>>,
}

/// The classifier for these networks, numbered in this order; `None` when they overlap in too many ways.
pub(super) fn classify(set: &PolicySet, networks: &[NetworkId]) -> Option<Addresses> {
    let mut classes = BTreeMap::from([(Vec::new(), 0)]);
    let mut members = 0;
    let numbered: Vec<(u32, &Network)> =
        (0..).zip(networks.iter().map(|id| set.network(*id))).collect();
    let mut v4 = Sweep { classes: &mut classes, members: &mut members, events: BTreeMap::new() };
    for (number, (low, high)) in ranges(&numbered) {
        if let (IpAddr::V4(low), IpAddr::V4(high)) = (low, high) {
            v4.add(number, low.to_bits(), high.to_bits().checked_add(1));
        }
    }
    let (v4, v4_class) = v4.intervals()?;
    let mut v6 = Sweep { classes: &mut classes, members: &mut members, events: BTreeMap::new() };
    for (number, (low, high)) in ranges(&numbered) {
        if let (IpAddr::V6(low), IpAddr::V6(high)) = (low, high) {
            v6.add(number, low.to_bits(), high.to_bits().checked_add(1));
        }
    }
    let (v6, v6_class) = v6.intervals()?;
    let (classes, members) = laid_out(classes);
    let networks = u32::try_from(networks.len()).ok()?;
    Some(Addresses { v4, v4_class, v6, v6_class, classes, members, networks })
}

fn ranges<'a>(
    networks: &'a [(u32, &'a Network)],
) -> impl Iterator<Item = (u32, (IpAddr, IpAddr))> + 'a {
    let of = |(number, network): &(u32, &'a Network)| {
        let number = *number;
        network.ranges.iter().map(move |range| (number, *range))
    };
    networks.iter().flat_map(of)
}

/// Classes by their numbers, and the networks of each.
fn laid_out(classes: BTreeMap<Vec<u32>, u32>) -> (Vec<Stretch>, Vec<u32>) {
    let mut by_number: Vec<Vec<u32>> = vec![Vec::new(); classes.len()];
    for (networks, number) in classes {
        by_number[number as usize] = networks;
    }
    let mut members = Vec::new();
    let mut stretches = Vec::new();
    for networks in by_number {
        let start = members.len() as u32;
        members.extend(networks);
        stretches.push(Stretch { start, end: members.len() as u32 });
    }
    (stretches, members)
}

impl<T: Ord + Copy> Sweep<'_, T> {
    fn add(&mut self, network: u32, low: T, after: Option<T>) {
        self.events.entry(low).or_default().push((network, 1));
        if let Some(after) = after {
            self.events.entry(after).or_default().push((network, -1));
        }
    }

    /// First addresses of intervals, and the class of each.
    fn intervals(self) -> Option<(Vec<T>, Vec<u32>)> {
        let (mut starts, mut class_of): (Vec<T>, Vec<u32>) = (Vec::new(), Vec::new());
        let mut inside: BTreeMap<u32, i32> = BTreeMap::new();
        for (at, events) in self.events {
            for (network, change) in events {
                *inside.entry(network).or_default() += change;
            }
            inside.retain(|_, count| *count > 0);
            let networks: Vec<u32> = inside.keys().copied().collect();
            let next = u32::try_from(self.classes.len()).ok()?;
            let class = match self.classes.get(&networks) {
                Some(class) => *class,
                None => {
                    self.classes.insert(networks, next);
                    next
                }
            };
            *self.members += inside.len();
            if *self.members > MAX_MEMBERS {
                return None;
            }
            if class_of.last() != Some(&class) {
                starts.push(at);
                class_of.push(class);
            }
        }
        Some((starts, class_of))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sweep(ranges: &[(u32, u32, u32)]) -> (Vec<u32>, Vec<u32>) {
        let mut classes = BTreeMap::from([(Vec::new(), 0)]);
        let mut members = 0;
        let mut sweep =
            Sweep { classes: &mut classes, members: &mut members, events: BTreeMap::new() };
        for (network, low, high) in ranges {
            sweep.add(*network, *low, high.checked_add(1));
        }
        sweep.intervals().expect("small")
    }

    #[test]
    fn intervals_are_disjoint_and_reach_the_end() {
        let (starts, classes) = sweep(&[(0, 10, 20), (1, 15, u32::MAX), (0, 21, 30)]);
        assert_eq!(starts, [10, 15, 31]);
        assert_eq!(classes, [1, 2, 3]);
    }

    #[test]
    fn a_network_may_list_a_range_twice() {
        let (starts, classes) = sweep(&[(0, 10, 20), (0, 12, 14)]);
        assert_eq!((starts, classes), (vec![10, 21], vec![1, 0]));
    }
}
