//! Addresses: one for each stretch between two ends of ranges.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::analyze::space::Test;
use crate::hir::PolicySet;

/// An address for every way in which the tested networks overlap, and one that is in none if there is any.
pub(super) fn candidates(set: &PolicySet, tests: &BTreeSet<Test>) -> Vec<IpAddr> {
    let mut found = BTreeSet::from([OUTSIDE_4, OUTSIDE_6, FIRST_4, FIRST_6]);
    for test in tests {
        let Test::Addresses(network) = test else { continue };
        for (low, high) in &set.network(*network).ranges {
            found.insert(*low);
            found.extend(after(*high));
        }
    }
    let preferred = [OUTSIDE_4, OUTSIDE_6];
    let rest = found.into_iter().filter(|it| !preferred.contains(it));
    preferred.into_iter().chain(rest).collect()
}

/// Addresses that are kept for documentation: nice to read, and mostly in no network.
const OUTSIDE_4: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 99));
const OUTSIDE_6: IpAddr = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0xffff, 0, 0, 0, 0, 99));
/// Where each family begins: before the first range.
const FIRST_4: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
const FIRST_6: IpAddr = IpAddr::V6(Ipv6Addr::UNSPECIFIED);

/// The next address of the family. The IPv4 addresses inside IPv6 are IPv4 in a request, so what follows them is the
/// first address after all of them.
fn after(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(it) => u32::from(it).checked_add(1).map(|it| IpAddr::V4(it.into())),
        IpAddr::V6(it) => {
            let next = u128::from(it).checked_add(1)?;
            let mapped = 0xffff_0000_0000..=0xffff_ffff_ffff_u128;
            let next = if mapped.contains(&next) { *mapped.end() + 1 } else { next };
            Some(IpAddr::V6(next.into()))
        }
    }
}
