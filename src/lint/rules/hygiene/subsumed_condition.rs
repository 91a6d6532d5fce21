//! Finds parts of conditions that change nothing.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Condition, ConditionKind, PolicySet, Probe};
use crate::lint::ask::{self, Example};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};
use crate::lint::walk;
use std::collections::BTreeSet;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1315", name: "subsumed-condition" },
    severity: Severity::Info,
    category: Category::Hygiene,
    profile: Profile::Strict,
    exact: true,
    fix: None,
    page: include_str!("subsumed_condition.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for policy in subject.live_policies() {
        let whole = &policy.meant.condition;
        if subject.ask.any(whole) == Example::Nobody {
            continue;
        }
        for part in walk::parts(whole).into_iter().flat_map(members) {
            let text = subject.sources.text(part.span);
            if text.is_empty() || !within(part, &policy) || stands_alone(subject.set, whole, part) {
                continue;
            }
            let without = without(whole, part);
            if subject.ask.any(&ask::difference(whole, &without)) != Example::Nobody {
                continue;
            }
            let finding = found(RULE.code, part.span, "this part of the condition changes nothing")
                .note(format!("`{}` is about the same sign-ins without it", policy.meant.name))
                .help("take it out");
            all.push(finding);
            // Without this one, another may be needed.
            break;
        }
    }
}

/// Whether a part was written here, and not in a named condition.
fn within(part: &Condition, policy: &crate::lint::subject::PolicyHere<'_>) -> bool {
    let (own, item) = (part.span, policy.item.span);
    own.source == item.source && item.start <= own.start && own.end <= item.end
}

/// The parts of a conjunction or a disjunction.
fn members(condition: &Condition) -> Vec<&Condition> {
    match &condition.kind {
        ConditionKind::All(parts) | ConditionKind::Any(parts) => parts.iter().collect(),
        ConditionKind::Not(_) | ConditionKind::Test(_) => Vec::new(),
        ConditionKind::Always | ConditionKind::Never => Vec::new(),
    }
}

/// Whether nothing else in a condition is about anything that this part is about: then it is not asked for.
fn stands_alone(set: &PolicySet, whole: &Condition, part: &Condition) -> bool {
    let family = |condition: &Condition| -> Vec<String> {
        let inputs = condition.probes().into_iter();
        let name = |it: &Probe| {
            set.attribute_name(it.attribute).split('.').next().unwrap_or_default().to_owned()
        };
        inputs.map(name).collect()
    };
    let own: BTreeSet<String> = family(part).into_iter().collect();
    let others = walk::parts(whole).into_iter().filter(|it| {
        matches!(it.kind, ConditionKind::Test(_))
            && !walk::parts(part).iter().any(|inner| std::ptr::eq(*inner, *it))
    });
    !others.flat_map(family).any(|name| own.contains(&name))
}

/// A condition in which one part says nothing.
fn without(whole: &Condition, part: &Condition) -> Condition {
    if std::ptr::eq(whole, part) {
        return whole.with(ConditionKind::Always);
    }
    let rest = |parts: &[Condition]| {
        let kept = parts.iter().filter(|it| !std::ptr::eq(*it, part));
        kept.map(|it| without(it, part)).collect::<Vec<_>>()
    };
    let kind = match &whole.kind {
        ConditionKind::All(parts) => ConditionKind::All(rest(parts)),
        ConditionKind::Any(parts) => ConditionKind::Any(rest(parts)),
        ConditionKind::Not(inner) => ConditionKind::Not(Box::new(without(inner, part))),
        ConditionKind::Test(probe) => ConditionKind::Test(probe.clone()),
        ConditionKind::Always => ConditionKind::Always,
        ConditionKind::Never => ConditionKind::Never,
    };
    whole.with(kind)
}
