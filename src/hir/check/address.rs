//! Addresses: prefixes and ranges read into closed ranges of one family, merged.

use std::net::IpAddr;

use ipnetwork::IpNetwork;

use crate::diagnostic::Diagnostic;
use crate::hir::codes;
use crate::hir::resolve::report::Report;
use crate::source::Span;

/// A closed range of addresses of one family.
pub(in crate::hir) type AddressRange = (IpAddr, IpAddr);

/// `203.0.113.0/24` or `192.0.2.1`
pub(super) fn prefix(text: &str, span: Span, report: &mut Report<'_>) -> Option<AddressRange> {
    let Ok(network) = text.parse::<IpNetwork>() else {
        return report.refuse(bad_address(text, span));
    };
    let network = unmapped(network);
    if network.ip() == network.network() {
        return Some((network.network(), network.broadcast()));
    }
    let mended = format!("{}/{}", network.network(), network.prefix());
    report.refuse(
        Diagnostic::error(
            codes::HOST_BITS,
            span,
            format!("`{text}` has bits set behind its prefix"),
        )
        .here("names an address inside a network")
        .note(format!("the network around it is `{mended}`"))
        .help(format!("write `{mended}`, or the address alone: `{}`", network.ip()))
        .fix(span, mended),
    )
}

/// `198.51.100.10 - 198.51.100.40`
pub(super) fn range(
    (first, last): (&str, &str),
    span: Span,
    report: &mut Report<'_>,
) -> Option<AddressRange> {
    let (low, high) = (end(first, span, report), end(last, span, report));
    let (low, high) = (low?, high?);
    if low.is_ipv4() != high.is_ipv4() {
        let message = format!("`{first}` and `{last}` are of different families");
        return report.refuse(
            Diagnostic::error(codes::BAD_RANGE, span, message)
                .note("a range is of IPv4 addresses or of IPv6 addresses")
                .help("write a range for each"),
        );
    }
    if low > high {
        let mended = format!("{high} - {low}");
        let message = format!("`{first}` is above `{last}`");
        return report.refuse(
            Diagnostic::error(codes::BAD_RANGE, span, message)
                .note("a range goes from its lowest address to its highest")
                .help(format!("write `{mended}`"))
                .fix(span, mended),
        );
    }
    Some((low, high))
}

/// One address; an IPv4-mapped one is IPv4.
pub(super) fn end(text: &str, span: Span, report: &mut Report<'_>) -> Option<IpAddr> {
    match text.parse::<IpAddr>() {
        Ok(address) => Some(address.to_canonical()),
        Err(_) => report.refuse(bad_address(text, span)),
    }
}

fn bad_address(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error(codes::BAD_ADDRESS, span, format!("`{text}` is no address"))
        .note("IPv4 has four numbers up to 255, IPv6 up to eight groups; a prefix at most 32 or 128 bits")
        .help("write it like `203.0.113.0/24`, `2001:db8::/32` or `198.51.100.10 - 198.51.100.40`")
}

/// A network of IPv4-mapped addresses is a network of IPv4 addresses.
fn unmapped(network: IpNetwork) -> IpNetwork {
    const MAPPED_BITS: u8 = 96;
    let canonical = network.ip().to_canonical();
    let mapped = network.is_ipv6() && canonical.is_ipv4() && network.prefix() >= MAPPED_BITS;
    let prefix = network.prefix().saturating_sub(MAPPED_BITS);
    let unmapped = mapped.then(|| IpNetwork::new(canonical, prefix).ok()).flatten();
    unmapped.unwrap_or(network)
}

/// The same addresses in as few ranges as possible, sorted.
pub(in crate::hir) fn merged(mut ranges: Vec<AddressRange>) -> Vec<AddressRange> {
    ranges.sort_unstable();
    let mut merged: Vec<AddressRange> = Vec::new();
    for (low, high) in ranges {
        match merged.last_mut() {
            Some((_, end)) if touches(*end, low) => *end = (*end).max(high),
            _ => merged.push((low, high)),
        }
    }
    merged
}

/// Whether a range that begins at `low` joins one that ends at `end`.
fn touches(end: IpAddr, low: IpAddr) -> bool {
    end.is_ipv4() == low.is_ipv4() && (low <= end || next(end) == Some(low))
}

fn next(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(address) => address.to_bits().checked_add(1).map(|bits| IpAddr::V4(bits.into())),
        IpAddr::V6(address) => address.to_bits().checked_add(1).map(|bits| IpAddr::V6(bits.into())),
    }
}

/// A range as a prefix where it is one, else by its ends.
pub fn range_text((low, high): (IpAddr, IpAddr)) -> String {
    if low == high {
        return low.to_string();
    }
    match prefix_length(low, high) {
        Some(length) => format!("{low}/{length}"),
        None => format!("{low} - {high}"),
    }
}

/// The length of the prefix that covers exactly this range.
fn prefix_length(low: IpAddr, high: IpAddr) -> Option<u32> {
    let (low, high, bits) = match (low, high) {
        (IpAddr::V4(low), IpAddr::V4(high)) => (low.to_bits().into(), high.to_bits().into(), 32),
        (IpAddr::V6(low), IpAddr::V6(high)) => (low.to_bits(), high.to_bits(), 128),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return None,
    };
    let differing: u128 = low ^ high;
    let host_bits = u128::BITS - differing.leading_zeros();
    let filled = differing.trailing_ones() == host_bits && low & differing == 0;
    filled.then_some(bits - host_bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn ranges_are_told_as_prefixes_where_they_are_some() {
        for (low, high, text) in [
            ("10.0.0.0", "10.255.255.255", "10.0.0.0/8"),
            ("0.0.0.0", "255.255.255.255", "0.0.0.0/0"),
            ("10.0.0.1", "10.0.0.2", "10.0.0.1 - 10.0.0.2"),
            ("10.0.0.2", "10.0.0.3", "10.0.0.2/31"),
            ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::/32"),
            ("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0"),
            ("::1", "::1", "::1"),
        ] {
            assert_eq!(range_text((ip(low), ip(high))), text);
        }
    }

    #[test]
    fn ranges_that_touch_become_one() {
        let ranges = vec![
            (ip("10.0.1.0"), ip("10.0.1.255")),
            (ip("10.0.0.0"), ip("10.0.0.255")),
            (ip("10.0.0.9"), ip("10.0.0.10")),
            (ip("10.0.3.0"), ip("10.0.3.0")),
            (ip("::"), ip("::1")),
            (ip("255.255.255.255"), ip("255.255.255.255")),
        ];
        let texts: Vec<String> = merged(ranges).into_iter().map(range_text).collect();
        assert_eq!(texts, ["10.0.0.0/23", "10.0.3.0", "255.255.255.255", "::/127"]);
    }
}
