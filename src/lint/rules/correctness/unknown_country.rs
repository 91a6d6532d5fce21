//! Finds policies about countries that say nothing about addresses without one.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Effect, Network, Predicate};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};
use crate::lint::walk;
use crate::syntax::ast::NetworkBody;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1012", name: "unknown-country" },
    severity: Severity::Warning,
    category: Category::Correctness,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("unknown_country.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for policy in subject.live_policies() {
        if policy.meant.effect != Effect::Block {
            continue;
        }
        let tests = walk::signed(&policy.meant.condition);
        let networks = |positive: bool| tests.iter().filter(move |(_, _, sign)| *sign == positive);
        let says = |network: &Network| network.unknown_country || network.gps_unknown;
        for positive in [true, false] {
            let named: Vec<&Network> = networks(positive)
                .filter_map(|(probe, ..)| match &probe.predicate {
                    Predicate::Networks(ids) => Some(ids),
                    _ => None,
                })
                .flatten()
                .map(|id| subject.set.network(*id))
                .collect();
            let by_country = named.iter().find(|it| !it.countries.is_empty());
            let Some(network) = by_country.filter(|_| !named.iter().any(|it| says(it))) else {
                continue;
            };
            let name = &policy.meant.name;
            let message = if positive {
                format!("`{name}` blocks countries, and lets an address without a country pass")
            } else {
                format!(
                    "`{name}` blocks all but some countries, and every address without a country"
                )
            };
            let finding = found(RULE.code, policy.written.name.span, message)
                .label(place(subject, network), "says nothing about unknown countries")
                .note("addresses of IPv6, satellites and new blocks often have no country")
                .help("add `country unknown` to a network that this policy names, or leave it out on purpose and say so");
            all.push(finding);
        }
    }
}

/// Its first line about countries would be the best place; its name is a good one.
fn place(subject: &Subject<'_>, network: &Network) -> crate::source::Span {
    let written = subject.networks().into_iter().find(|(_, it)| it.name == network.name);
    let named = written.filter(|(it, _)| matches!(it.body, NetworkBody::Members(_)));
    named.map_or(network.span, |(it, _)| it.name.span)
}
