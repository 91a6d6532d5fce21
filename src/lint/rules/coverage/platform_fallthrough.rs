//! Finds sets that guard every platform they name and not one that is unknown.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Condition, Effect, Expectation, PolicyState, Predicate};
use crate::lint::ask;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::coverage::whole;
use crate::lint::subject::{Subject, found};
use crate::lint::walk;
use crate::schema::attribute::{Attribute, AttributeId};
use std::collections::BTreeSet;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1212", name: "platform-fallthrough" },
    severity: Severity::Warning,
    category: Category::Coverage,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("platform_fallthrough.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let named = named_platforms(subject);
    let unknown: BTreeSet<u8> = Attribute::Platform.word("unknown").into_iter().collect();
    if named.is_empty() || !named.is_disjoint(&unknown) {
        return;
    }
    let from = |platforms: BTreeSet<u8>| {
        let everybody = vec![whole::ordinary_member(subject), whole::other_apps(subject)];
        let mut parts = everybody;
        parts.push(on(platforms));
        ask::all(parts)
    };
    let expected = Expectation::Require(whole::anything_more(subject));
    let Some(gap) = whole::gap(subject, &from(unknown), expected.clone()) else { return };
    // What is open on every platform hangs on none.
    if whole::gap(subject, &from(named), expected).is_some() {
        return;
    }
    let finding = found(
        RULE.code,
        gap.place,
        "an unknown platform is asked for less than every platform that policies name",
    )
    .here("the policies name platforms one by one")
    .note("the platform is what the client says of itself: whoever says something else is unknown")
    .note(format!("for example this sign-in: {}", gap.example))
    .help("write one policy for `not platform in [...]`, or for all platforms");
    all.push(finding);
}

fn on(platforms: BTreeSet<u8>) -> Condition {
    ask::test(Attribute::Platform, Predicate::Words(platforms, None))
}

/// The platforms that policies which are on are about.
fn named_platforms(subject: &Subject<'_>) -> BTreeSet<u8> {
    let mut named = BTreeSet::new();
    for policy in &subject.set.policies {
        if policy.state != PolicyState::On || policy.effect == Effect::Nothing {
            continue;
        }
        for (probe, _, positive) in walk::signed(&policy.condition) {
            if let (true, AttributeId::BuiltIn(Attribute::Platform), Predicate::Words(words, _)) =
                (positive, probe.attribute, &probe.predicate)
            {
                named.extend(words);
            }
        }
    }
    named
}
