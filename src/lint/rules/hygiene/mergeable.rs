//! Finds policies that could be one.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Condition, ConditionKind, Effect, Policy, PolicyState, Probe};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};
use crate::source::SourceId;
use std::collections::BTreeSet;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1316", name: "mergeable" },
    severity: Severity::Info,
    category: Category::Hygiene,
    profile: Profile::Strict,
    exact: true,
    fix: None,
    page: include_str!("mergeable.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let live = |it: &&Policy| it.state != PolicyState::Disabled && it.effect != Effect::Nothing;
    let policies: Vec<&Policy> = subject.set.policies.iter().filter(live).collect();
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for (at, other) in policies.iter().enumerate() {
        let mut before = policies[..at].iter().filter(|it| !taken.contains(it.name.as_str()));
        let Some((one, attribute)) =
            before.find_map(|one| Some((*one, differs_in(subject, one, other)?)))
        else {
            continue;
        };
        taken.insert(&other.name);
        let (Some(place), Some(first)) = (subject.name_of(&other.name), subject.name_of(&one.name))
        else {
            continue;
        };
        let message = format!("`{}` and `{}` differ in `{attribute}` alone", one.name, other.name);
        let finding = found(RULE.code, place, message)
            .label(first, "could be one with this")
            .note("both demand the same, so that one policy for either does what they do")
            .help(format!("write one policy with both lists of `{attribute}`"));
        all.push(finding);
    }
}

/// The attribute in which two policies differ, where it is the only thing.
fn differs_in<'s>(subject: &'s Subject<'_>, one: &Policy, other: &Policy) -> Option<&'s str> {
    let same =
        one.state == other.state && one.effect == other.effect && one.session == other.session;
    if !same {
        return None;
    }
    let (ours, theirs) = (parts(&one.condition), parts(&other.condition));
    let missing = |of: &[Condition], from: &[Condition]| -> Vec<Condition> {
        of.iter().filter(|part| !from.contains(part)).cloned().collect()
    };
    let (left, right) = (missing(&ours, &theirs), missing(&theirs, &ours));
    let ([left], [right]) = (left.as_slice(), right.as_slice()) else { return None };
    let (left, right) = (test(left)?, test(right)?);
    (ours.len() == theirs.len() && left.attribute == right.attribute)
        .then(|| subject.set.attribute_name(left.attribute))
}

/// The parts of a conjunction, whatever their places.
fn parts(condition: &Condition) -> Vec<Condition> {
    match &condition.kind {
        ConditionKind::All(parts) => parts.iter().flat_map(self::parts).collect(),
        _ => vec![placeless(condition)],
    }
}

fn placeless(condition: &Condition) -> Condition {
    let inner = |parts: &[Condition]| parts.iter().map(placeless).collect();
    let kind = match &condition.kind {
        ConditionKind::All(parts) => ConditionKind::All(inner(parts)),
        ConditionKind::Any(parts) => ConditionKind::Any(inner(parts)),
        ConditionKind::Not(part) => ConditionKind::Not(Box::new(placeless(part))),
        ConditionKind::Test(probe) => ConditionKind::Test(probe.clone()),
        ConditionKind::Always => ConditionKind::Always,
        ConditionKind::Never => ConditionKind::Never,
    };
    Condition { kind, span: crate::source::Span::new(SourceId::PRELUDE, 0, 0) }
}

fn test(condition: &Condition) -> Option<&Probe> {
    match &condition.kind {
        ConditionKind::Test(probe) => Some(probe),
        _ => None,
    }
}
