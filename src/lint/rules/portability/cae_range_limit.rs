//! Finds sets whose networks are too many for instant enforcement.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{NetworkId, PolicyState, Predicate};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};
use std::collections::BTreeSet;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1405", name: "cae-range-limit" },
    severity: Severity::Warning,
    category: Category::Portability,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("cae_range_limit.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let on = subject.set.policies.iter().filter(|it| it.state == PolicyState::On);
    let probes = on.flat_map(|policy| policy.condition.probes());
    let named: BTreeSet<NetworkId> = probes
        .filter_map(|probe| match &probe.predicate {
            Predicate::Networks(networks) => Some(networks.iter().copied()),
            _ => None,
        })
        .flatten()
        .collect();
    let count = |id: &NetworkId| subject.set.network(*id).ranges.len();
    let most = subject.settings.location_ranges;
    let ranges: usize = named.iter().map(count).sum();
    let Some(largest) = named.iter().max_by_key(|id| count(id)).filter(|_| ranges > most) else {
        return;
    };
    let network = subject.set.network(*largest);
    let message = format!("the networks of policies have {ranges} ranges, more than {most}");
    let finding = found(RULE.code, network.span, message)
        .here(format!("{} of them are here", network.ranges.len()))
        .note("beyond that Entra waits for the next token, instead of enforcing a change of address at once")
        .help("join neighbouring ranges, or name fewer networks in policies");
    all.push(finding);
}
