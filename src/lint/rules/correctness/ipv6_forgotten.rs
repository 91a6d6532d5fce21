//! Finds blocks of everything outside a network that knows IPv4 alone.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Effect, Network, Predicate};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};
use crate::lint::walk;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1011", name: "ipv6-forgotten" },
    severity: Severity::Warning,
    category: Category::Correctness,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("ipv6_forgotten.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for policy in subject.live_policies() {
        if policy.meant.effect != Effect::Block {
            continue;
        }
        for (probe, span, positive) in walk::signed(&policy.meant.condition) {
            let Predicate::Networks(ids) = &probe.predicate else { continue };
            let networks: Vec<&Network> = ids.iter().map(|id| subject.set.network(*id)).collect();
            if positive || networks.is_empty() || !networks.iter().all(|it| knows_ipv4_alone(it)) {
                continue;
            }
            let words = subject.sources.text(span);
            let message =
                format!("over IPv6 nobody is in `{words}`, so `{}` blocks them", policy.meant.name);
            let mut finding = found(RULE.code, span, message).here("only addresses of IPv4");
            for network in networks.iter().filter(|it| !it.anonymous) {
                finding = finding.label(network.span, "has no line of IPv6");
            }
            all.push(
                finding.help(
                    "add the IPv6 ranges of the same places, or say here that there are none",
                ),
            );
        }
    }
}

fn knows_ipv4_alone(network: &Network) -> bool {
    let silent = network.countries.is_empty() && network.gps_countries.is_empty();
    let plain = network.named.is_empty() && !network.unknown_country && !network.gps_unknown;
    let all_v4 = network.ranges.iter().all(|(low, _)| low.is_ipv4());
    silent && plain && all_v4 && !network.ranges.is_empty()
}
