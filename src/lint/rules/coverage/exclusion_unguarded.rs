//! Finds people who are excluded from one policy and guarded by no other.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Condition, ConditionKind, Effect, PolicyState, Predicate};
use crate::lint::ask;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::coverage::whole;
use crate::lint::subject::PolicyHere;
use crate::lint::subject::{Subject, found};
use crate::lint::walk;
use crate::request::{Request, Value};
use crate::schema::attribute::Attribute;
use crate::source::Span;
use crate::syntax::ast::Clause;
use crate::value::Slot;
use std::collections::BTreeSet;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1213", name: "exclusion-unguarded" },
    severity: Severity::Warning,
    category: Category::Coverage,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("exclusion_unguarded.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    // The same people are left out of many policies; the first one says so.
    let mut told: BTreeSet<Vec<String>> = BTreeSet::new();
    for policy in subject.policies() {
        if policy.meant.state != PolicyState::On || policy.meant.effect == Effect::Nothing {
            continue;
        }
        let Some((span, included, excluded)) = parts(&policy) else { continue };
        let ids = ids(&excluded);
        let others = whole::named_only_by(subject, &[&included, &excluded]);
        let mut who = vec![others, included, excluded];
        who.extend(ask::no_emergency(&subject.ask));
        let Some(gap) = whole::unguarded(subject, &ask::all(who)) else { continue };
        let groups = memberships(&gap.request).into_iter().filter(|id| ids.contains(id)).collect();
        if !told.insert(groups) {
            continue;
        }
        let message =
            format!("who is excluded from `{}` is guarded by no other policy", policy.meant.name);
        let finding = found(RULE.code, span, message)
            .here("leaves out people whom nothing else is about")
            .note(format!("for example this sign-in: {}", gap.example))
            .help("write a policy for them, if only one that asks less");
        all.push(finding);
    }
}

/// The users, groups and roles that a condition names.
fn ids(condition: &Condition) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for probe in condition.probes() {
        if let Predicate::People(people) = &probe.predicate {
            ids.extend(people.users.union(&people.groups).cloned());
            ids.extend(people.roles.iter().cloned());
        }
    }
    ids
}

/// What somebody is and is in.
fn memberships(request: &Request) -> Vec<String> {
    let of = |attribute| match request.get(attribute) {
        Slot::Known(Value::Ids(ids)) => ids.inside.iter().cloned().collect(),
        Slot::Known(Value::Text(id)) => vec![id.clone()],
        _ => Vec::new(),
    };
    [Attribute::UserId, Attribute::UserGroups, Attribute::UserRoles]
        .into_iter()
        .flat_map(of)
        .collect()
}

/// The `unless` of a policy that leaves out people, whom the policy is about otherwise, and whom it leaves out.
fn parts(policy: &PolicyHere<'_>) -> Option<(Span, Condition, Condition)> {
    let unless = policy.written.clauses.iter().find_map(|clause| match clause {
        Clause::Unless(condition) => Some(condition.span()),
        Clause::When(_) | Clause::Block(_) | Clause::Require(_) | Clause::Session(_) => None,
    })?;
    let ConditionKind::All(parts) = &policy.meant.condition.kind else { return None };
    let (last, rest) = parts.split_last()?;
    let ConditionKind::Not(excluded) = &last.kind else { return None };
    let people = people(excluded)?;
    Some((unless, ask::all(rest.to_vec()), people))
}

/// The part of an exclusion that speaks of people.
fn people(excluded: &Condition) -> Option<Condition> {
    let speaks = |part: &&Condition| {
        let tests = walk::signed(part);
        tests.iter().any(|(probe, _, _)| matches!(probe.predicate, Predicate::People(_)))
    };
    let spoken: Vec<Condition> = match &excluded.kind {
        ConditionKind::Any(parts) => parts.iter().filter(speaks).cloned().collect(),
        _ => [excluded].into_iter().filter(speaks).cloned().collect(),
    };
    (!spoken.is_empty()).then(|| ask::any(spoken))
}
