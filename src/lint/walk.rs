//! Walking conditions: as written, and as meant with the sign that `not` gives each test.

use crate::hir::{self, ConditionKind, Probe};
use crate::source::Span;
use crate::syntax::ast::{AssertLine, Clause, Condition, Item, ItemKind};

/// The conditions that an item holds.
pub(super) fn conditions(item: &Item) -> Vec<&Condition> {
    match &item.kind {
        ItemKind::Policy(policy) => policy.clauses.iter().filter_map(of_clause).collect(),
        ItemKind::Let(it) => vec![&it.condition],
        ItemKind::Assert(assert) => assert.lines.iter().filter_map(of_line).collect(),
        ItemKind::Network(_) | ItemKind::Object(_) | ItemKind::Archetype(_) => Vec::new(),
        ItemKind::Strength(_) | ItemKind::Attribute(_) | ItemKind::Test(_) => Vec::new(),
    }
}

fn of_clause(clause: &Clause) -> Option<&Condition> {
    match clause {
        Clause::When(condition) | Clause::Unless(condition) => Some(condition),
        Clause::Block(_) | Clause::Require(_) | Clause::Session(_) => None,
    }
}

fn of_line(line: &AssertLine) -> Option<&Condition> {
    match line {
        AssertLine::When(condition) | AssertLine::Unless(condition) => Some(condition),
        AssertLine::Proof(_) | AssertLine::Expect(..) => None,
    }
}

/// A condition and everything in it, the outer ones first.
pub(super) fn each<'t>(condition: &'t Condition, visit: &mut dyn FnMut(&'t Condition)) {
    visit(condition);
    match condition {
        Condition::And(parts) | Condition::Or(parts) => {
            parts.iter().for_each(|part| each(part, visit));
        }
        Condition::Not(_, inner) => each(inner, visit),
        Condition::Always(_) | Condition::Never(_) => {}
        Condition::Bare(_) | Condition::Compare(_) => {}
    }
}

/// Every test of a condition, with its place and whether an even number of `not` stands around it.
pub(super) fn signed(condition: &hir::Condition) -> Vec<(&Probe, Span, bool)> {
    let mut found = Vec::new();
    collect(condition, true, &mut found);
    found
}

fn collect<'h>(
    condition: &'h hir::Condition,
    sign: bool,
    found: &mut Vec<(&'h Probe, Span, bool)>,
) {
    match &condition.kind {
        ConditionKind::All(parts) | ConditionKind::Any(parts) => {
            parts.iter().for_each(|part| collect(part, sign, found));
        }
        ConditionKind::Not(inner) => collect(inner, !sign, found),
        ConditionKind::Test(probe) => found.push((probe, condition.span, sign)),
        ConditionKind::Always | ConditionKind::Never => {}
    }
}

/// Takes out of a conjunction what it leaves out: its `unless`, and whatever else is negated.
pub(super) fn without_exclusions(condition: &mut hir::Condition) {
    if let ConditionKind::All(parts) = &mut condition.kind {
        parts.retain(|part| !matches!(part.kind, ConditionKind::Not(_)));
        parts.iter_mut().for_each(without_exclusions);
    }
}

/// A condition and everything in it, the outer parts first.
pub(super) fn parts(condition: &hir::Condition) -> Vec<&hir::Condition> {
    let mut found = vec![condition];
    match &condition.kind {
        ConditionKind::All(inner) | ConditionKind::Any(inner) => {
            found.extend(inner.iter().flat_map(parts));
        }
        ConditionKind::Not(inner) => found.extend(parts(inner)),
        ConditionKind::Always | ConditionKind::Never | ConditionKind::Test(_) => {}
    }
    found
}

/// The same condition, with something else in the place of every part for which there is something else.
pub(super) fn replaced(
    condition: &hir::Condition,
    by: &dyn Fn(&hir::Condition) -> Option<hir::Condition>,
) -> hir::Condition {
    if let Some(other) = by(condition) {
        return other;
    }
    let inner = |part: &hir::Condition| replaced(part, by);
    let kind = match &condition.kind {
        ConditionKind::All(parts) => ConditionKind::All(parts.iter().map(inner).collect()),
        ConditionKind::Any(parts) => ConditionKind::Any(parts.iter().map(inner).collect()),
        ConditionKind::Not(part) => ConditionKind::Not(Box::new(inner(part))),
        ConditionKind::Test(probe) => ConditionKind::Test(probe.clone()),
        ConditionKind::Always => ConditionKind::Always,
        ConditionKind::Never => ConditionKind::Never,
    };
    condition.with(kind)
}
