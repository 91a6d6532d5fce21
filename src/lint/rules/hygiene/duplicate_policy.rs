//! Finds policies that mean the same as another one.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Policy, PolicyState, Probe};
use crate::lint::ask::{self, Example};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};
use std::collections::BTreeSet;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1314", name: "duplicate-policy" },
    severity: Severity::Warning,
    category: Category::Hygiene,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("duplicate_policy.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for (one, other) in pairs(subject) {
        let (Some(place), Some(first)) = (subject.name_of(&other.name), subject.name_of(&one.name))
        else {
            continue;
        };
        let message = format!("`{}` means the same as `{}`", other.name, one.name);
        let finding = found(RULE.code, place, message)
            .label(first, "the other one")
            .help("take one of them out");
        all.push(finding);
    }
}

/// Names of policies that have an equal.
pub(in crate::lint::rules) fn spoken_of<'s>(subject: &'s Subject<'_>) -> BTreeSet<&'s str> {
    pairs(subject).into_iter().flat_map(|(a, b)| [a.name.as_str(), b.name.as_str()]).collect()
}

/// Policies and equal ones that come later; only those that test the same things are compared.
fn pairs<'s>(subject: &'s Subject<'_>) -> Vec<(&'s Policy, &'s Policy)> {
    let policies: Vec<&Policy> =
        subject.set.policies.iter().filter(|it| it.state != PolicyState::Disabled).collect();
    let mut found = Vec::new();
    for (at, other) in policies.iter().enumerate() {
        let equal = policies[..at].iter().find(|one| are_equal(subject, one, other));
        found.extend(equal.map(|one| (*one, *other)));
    }
    found
}

fn are_equal(subject: &Subject<'_>, one: &Policy, other: &Policy) -> bool {
    let alike = one.state == other.state
        && one.effect == other.effect
        && one.session == other.session
        && tests(one) == tests(other);
    alike
        && (one.condition == other.condition
            || subject.ask.any(&ask::difference(&one.condition, &other.condition))
                == Example::Nobody)
}

/// What a policy tests, whatever the order.
fn tests(policy: &Policy) -> BTreeSet<String> {
    let told = |probe: &Probe| format!("{:?} {:?}", probe.attribute, probe.predicate);
    policy.condition.probes().into_iter().map(told).collect()
}
