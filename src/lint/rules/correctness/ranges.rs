//! Lines of addresses, in networks and in `ip in …`, for the rules about them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::lint::subject::Subject;
use crate::lint::walk;
use crate::source::Span;
use crate::syntax::ast::{
    Condition, ItemKind, Literal, LiteralValue, NetworkBody, NetworkMember, Operand,
};

/// The first and the last address, of one family.
pub(in crate::lint::rules) type Range = (IpAddr, IpAddr);

/// A line that somebody wrote.
pub(in crate::lint::rules) struct Line {
    pub span: Span,
    pub range: Range,
}

/// Every address, prefix and range of networks and conditions, in the order of files and lines.
pub(in crate::lint::rules) fn lines(subject: &Subject<'_>) -> Vec<Line> {
    let mut literals: Vec<&Literal> = Vec::new();
    for item in subject.items() {
        if let ItemKind::Network(network) = &item.kind {
            literals.extend(of_body(&network.body));
        }
        for condition in walk::conditions(item) {
            walk::each(condition, &mut |part| literals.extend(of_condition(part)));
        }
    }
    let line = |it: &Literal| Some(Line { span: it.span, range: of_literal(it)? });
    literals.into_iter().filter_map(line).collect()
}

fn of_body(body: &NetworkBody) -> Vec<&Literal> {
    let NetworkBody::Members(members) = body else { return Vec::new() };
    members.iter().filter_map(address).collect()
}

/// The address of a line that is one.
pub(in crate::lint::rules) fn address(member: &NetworkMember) -> Option<&Literal> {
    match member {
        NetworkMember::Address(literal) => Some(literal),
        NetworkMember::Country { .. } | NetworkMember::Marker { .. } => None,
    }
}

fn of_condition(condition: &Condition) -> Vec<&Literal> {
    let Condition::Compare(comparison) = condition else { return Vec::new() };
    match &comparison.operand {
        Operand::One(literal) => vec![literal],
        Operand::List(literals, _) => literals.iter().collect(),
        Operand::Between(..) => Vec::new(),
    }
}

/// The addresses that a literal stands for, if it is about addresses.
pub(in crate::lint::rules) fn of_literal(literal: &Literal) -> Option<Range> {
    match &literal.value {
        LiteralValue::Address(text) => prefix(text),
        LiteralValue::AddressRange(low, high) => Some((low.parse().ok()?, high.parse().ok()?)),
        LiteralValue::Word(_) | LiteralValue::String(_) | LiteralValue::Integer(_) => None,
        LiteralValue::Duration(..) | LiteralValue::TimeOfDay(_) => None,
        LiteralValue::Date(_) | LiteralValue::Instant(_) => None,
    }
}

/// The first and last address of `203.0.113.0/24`, or of one address.
fn prefix(text: &str) -> Option<Range> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
        None => (text, None),
    };
    Some(match address.parse::<IpAddr>().ok()? {
        IpAddr::V4(low) => {
            let free = u32::MAX.checked_shr(bits.unwrap_or(32)).unwrap_or(0);
            (low.into(), Ipv4Addr::from_bits(low.to_bits() | free).into())
        }
        IpAddr::V6(low) => {
            let free = u128::MAX.checked_shr(bits.unwrap_or(128)).unwrap_or(0);
            (low.into(), Ipv6Addr::from_bits(low.to_bits() | free).into())
        }
    })
}

/// Blocks with what they are for.
pub(in crate::lint::rules) fn blocks(table: &[(&str, &'static str)]) -> Vec<(Range, &'static str)> {
    table.iter().filter_map(|(block, what)| Some((prefix(block)?, *what))).collect()
}

/// Whether a range lies wholly in a block.
pub(in crate::lint::rules) fn lies_in((low, high): Range, (from, to): Range) -> bool {
    low.is_ipv4() == from.is_ipv4() && from <= low && high <= to
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_ranges() {
        let range = |text: &str| {
            prefix(text).map(|(low, high)| (low.to_string(), high.to_string())).expect("a prefix")
        };
        let pair = |low: &str, high: &str| (low.to_owned(), high.to_owned());
        assert_eq!(range("10.0.0.0/8"), pair("10.0.0.0", "10.255.255.255"));
        assert_eq!(range("192.0.2.1"), pair("192.0.2.1", "192.0.2.1"));
        assert_eq!(range("0.0.0.0/0"), pair("0.0.0.0", "255.255.255.255"));
        assert_eq!(range("fe80::/10").0, "fe80::");
        assert_eq!(prefix("10.0.0.0/x"), None);
    }
}
