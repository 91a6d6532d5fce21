//! Finds people who are excluded from one policy and guarded by no other.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Condition, ConditionKind, Effect, PolicyState, Predicate};
use crate::lint::ask;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::coverage::whole;
use crate::lint::subject::PolicyHere;
use crate::lint::subject::{Subject, found};
use crate::lint::walk;
use crate::source::Span;
use crate::syntax::ast::Clause;

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
    for policy in subject.policies() {
        if policy.meant.state != PolicyState::On || policy.meant.effect == Effect::Nothing {
            continue;
        }
        let Some((span, included, excluded)) = parts(&policy) else { continue };
        let others = whole::named_only_by(subject, &[&included, &excluded]);
        let mut who = vec![others, included, excluded];
        who.extend(ask::no_emergency(&subject.ask));
        let Some(gap) = whole::unguarded(subject, &ask::all(who)) else { continue };
        let message =
            format!("who is excluded from `{}` is guarded by no other policy", policy.meant.name);
        let finding = found(RULE.code, span, message)
            .here("leaves out people whom nothing else is about")
            .note(format!("for example this sign-in: {}", gap.example))
            .help("write a policy for them, if only one that asks less");
        all.push(finding);
    }
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
