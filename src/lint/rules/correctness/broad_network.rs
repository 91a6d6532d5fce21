//! Finds trusted networks that are larger than any organisation's.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::correctness::ranges;
use crate::lint::subject::{Subject, found};
use crate::syntax::ast::{NetworkBody, NetworkMember};
use std::net::IpAddr;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1010", name: "broad-network" },
    severity: Severity::Warning,
    category: Category::Correctness,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("broad_network.md"),
    check,
};

/// The largest blocks that an organisation is likely to own: a /16 of IPv4, the /32 of IPv6 that a provider gets.
const LARGEST: (u32, u32) = (16, 32);

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for (written, _) in subject.networks().into_iter().filter(|(_, it)| it.trusted) {
        let NetworkBody::Members(members) = &written.body else { continue };
        for member in members {
            let NetworkMember::Address(literal) = member else { continue };
            let Some(range) = ranges::of_literal(literal) else { continue };
            let (Some(bits), most) = (width(range), largest(range.0)) else { continue };
            if bits <= most {
                continue;
            }
            let words = subject.sources.text(literal.span);
            let message = format!("`{words}` is a large part of the internet to trust");
            let finding = found(RULE.code, literal.span, message)
                .label(written.name.span, "this network is trusted")
                .note(format!(
                    "a trusted line wider than /{} of IPv4 or /{} of IPv6 is told",
                    LARGEST.0, LARGEST.1
                ))
                .help("list the ranges that are yours");
            all.push(finding);
        }
    }
}

/// How many addresses a range has, as a power of two, rounded down.
fn width((low, high): (IpAddr, IpAddr)) -> Option<u32> {
    let size = match (low, high) {
        (IpAddr::V4(low), IpAddr::V4(high)) => u128::from(high.to_bits() - low.to_bits()),
        (IpAddr::V6(low), IpAddr::V6(high)) => high.to_bits() - low.to_bits(),
        _ => return None,
    };
    Some(size.checked_add(1).map_or(128, u128::ilog2))
}

fn largest(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 - LARGEST.0 } else { 128 - LARGEST.1 }
}
