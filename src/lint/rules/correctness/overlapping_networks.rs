//! Finds trusted networks that share addresses with ones that are not trusted.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Network, range_text};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1008", name: "overlapping-networks" },
    severity: Severity::Info,
    category: Category::Correctness,
    profile: Profile::Strict,
    exact: true,
    fix: None,
    page: include_str!("overlapping_networks.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let networks = subject.networks();
    for (written, trusted) in networks.iter().filter(|(_, it)| it.trusted) {
        for (other, untrusted) in networks.iter().filter(|(_, it)| !it.trusted) {
            let Some(shared) = shared(trusted, untrusted) else { continue };
            let (one, two) = (&trusted.name, &untrusted.name);
            let message =
                format!("`{one}` is trusted and `{two}` is not, and they share addresses");
            let finding = found(RULE.code, written.name.span, message)
                .here("trusted")
                .label(other.name.span, "not trusted")
                .note(format!("both hold {shared}"))
                .help(
                    "a sign-in from there counts as trusted; take the addresses out of one of them",
                );
            all.push(finding);
        }
    }
}

fn shared(one: &Network, other: &Network) -> Option<String> {
    one.ranges.iter().find_map(|(low, high)| {
        let same = |it: &&(std::net::IpAddr, std::net::IpAddr)| it.0.is_ipv4() == low.is_ipv4();
        let meets = |(from, to): &(std::net::IpAddr, std::net::IpAddr)| {
            let (from, to) = (*from.max(low), *to.min(high));
            (from <= to).then(|| range_text((from, to)))
        };
        other.ranges.iter().filter(same).find_map(meets)
    })
}
