//! Ranges of addresses as the fewest blocks that cover them exactly, since Cedar tests blocks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The blocks of a closed range of one family, lowest first, as `203.0.113.0/24`.
pub(super) fn blocks((low, high): (IpAddr, IpAddr)) -> Vec<String> {
    match (low, high) {
        (IpAddr::V4(low), IpAddr::V4(high)) => {
            let (low, high) = (u32::from(low).into(), u32::from(high).into());
            let show = |start: u128, prefix| {
                let start = u32::try_from(start).expect("below the end of the family");
                format!("{}/{prefix}", Ipv4Addr::from(start))
            };
            cover(low, high, 32).into_iter().map(|(start, prefix)| show(start, prefix)).collect()
        }
        (IpAddr::V6(low), IpAddr::V6(high)) => {
            let show = |start, prefix| format!("{}/{prefix}", v6(Ipv6Addr::from_bits(start)));
            let all = cover(low.to_bits(), high.to_bits(), 128);
            all.into_iter().map(|(start, prefix)| show(start, prefix)).collect()
        }
        // A range has one family.
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => Vec::new(),
    }
}

/// An address as Cedar reads it.
pub(super) fn address(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => v6(address),
    }
}

/// Cedar reads no IPv4 inside of IPv6, so such addresses are written out.
fn v6(address: Ipv6Addr) -> String {
    let short = address.to_string();
    if !short.contains('.') {
        return short;
    }
    address.segments().map(|segment| format!("{segment:x}")).join(":")
}

/// Starts and prefix lengths.
fn cover(low: u128, high: u128, bits: u32) -> Vec<(u128, u32)> {
    let mut blocks = Vec::new();
    let mut start = low;
    while start <= high {
        let aligned = start.trailing_zeros().min(bits);
        let left = high - start;
        // The largest power of two that is not more than what is left, which may be everything there is.
        let fitting = left.checked_add(1).map_or(128, u128::ilog2);
        let size = aligned.min(fitting);
        blocks.push((start, bits - size));
        let next = 1_u128.checked_shl(size).and_then(|size| start.checked_add(size));
        match next {
            Some(next) => start = next,
            None => break,
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(low: &str, high: &str) -> Vec<String> {
        blocks((low.parse().expect("an address"), high.parse().expect("an address")))
    }

    #[test]
    fn ranges_are_covered_exactly() {
        assert_eq!(of("203.0.113.0", "203.0.113.255"), ["203.0.113.0/24"]);
        assert_eq!(of("0.0.0.0", "255.255.255.255"), ["0.0.0.0/0"]);
        assert_eq!(of("255.255.255.255", "255.255.255.255"), ["255.255.255.255/32"]);
        let several = ["198.51.100.10/31", "198.51.100.12/30", "198.51.100.16/28"];
        assert_eq!(of("198.51.100.10", "198.51.100.31"), several);
        assert_eq!(of("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), ["::/0"]);
        assert_eq!(of("2001:db8::", "2001:db8::1"), ["2001:db8::/127"]);
        assert_eq!(of("::ffff:0:0", "::ffff:0:0"), ["0:0:0:0:0:ffff:0:0/128"]);
    }

    #[test]
    fn every_address_of_small_ranges_is_in_one_block() {
        for low in 0..40_u128 {
            for high in low..40 {
                let blocks = cover(low, high, 32);
                let inside = |at: u128| {
                    let holds = |(start, prefix): &&(u128, u32)| {
                        at >= *start && at - start < 1 << (32 - prefix)
                    };
                    blocks.iter().filter(holds).count()
                };
                assert!((0..64).all(|at| inside(at) == usize::from((low..=high).contains(&at))));
            }
        }
    }
}
