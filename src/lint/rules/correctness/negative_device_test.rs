//! Finds negative tests of a device that unregistered devices pass too.

use crate::analyze::example::lines;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Condition, ConditionKind, Predicate, Probe};
use crate::lint::ask::{self, Example};
use crate::lint::rule::{Category, Profile, Rule, Safety};
use crate::lint::subject::{Subject, found};
use crate::lint::walk;
use crate::schema::attribute::{Attribute, AttributeId, Kind};
use crate::source::Span;
use crate::syntax::ast;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1003", name: "negative-device-test" },
    severity: Severity::Warning,
    category: Category::Correctness,
    profile: Profile::Default,
    exact: true,
    fix: Some(Safety::Unsafe),
    page: include_str!("negative_device_test.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let policies = subject.live_policies();
    for (at, comparison) in negative_tests(subject) {
        let differing = policies.iter().find_map(|policy| {
            let condition = &policy.meant.condition;
            let guarded = guarded(condition, at)?;
            if is_about_unregistered_devices(subject, condition, at) {
                return None;
            }
            match subject.ask.any(&ask::difference(condition, &guarded)) {
                Example::Like(request) => Some((policy, request)),
                Example::Nobody | Example::Unknown => None,
            }
        });
        let Some((policy, request)) = differing else { continue };
        let words = subject.sources.text(at);
        let message = format!("`{words}` is true for an unregistered device as well");
        let example = lines(subject.set, &request).join("; ");
        all.push(
            found(RULE.code, at, message)
                .here(format!("a device without `{comparison}` passes"))
                .label(policy.written.name.span, "this policy takes it for a match")
                .note("what is absent equals nothing, so every negative test of it is true; Entra's device filters do the same")
                .note(format!("for example this sign-in: {example}"))
                .help("ask for registered devices too, if you do not mean the others")
                .fix(at, format!("(device.registered and {words})")),
        );
    }
}

/// Every negative comparison of a device's attribute that somebody wrote, with that attribute.
fn negative_tests(subject: &Subject<'_>) -> Vec<(Span, String)> {
    let mut tests = Vec::new();
    for item in subject.items() {
        for condition in walk::conditions(item) {
            walk::each(condition, &mut |part| tests.extend(negative(part)));
        }
    }
    tests
}

fn negative(condition: &ast::Condition) -> Option<(Span, String)> {
    let compared = match condition {
        ast::Condition::Compare(it) if it.negated => it,
        ast::Condition::Not(_, inner) => match &**inner {
            ast::Condition::Compare(it) if !it.negated => it,
            _ => return None,
        },
        _ => return None,
    };
    let name = &compared.attribute.node;
    let row = Attribute::by_name(name)?.row();
    let of_device = name.starts_with("device.") && row.kind != Kind::Boolean;
    of_device.then(|| (condition.span(), name.clone()))
}

/// The condition as it would be if the test at that place were about registered devices alone.
fn guarded(condition: &Condition, at: Span) -> Option<Condition> {
    let is_it = |part: &Condition| {
        let ConditionKind::Not(inner) = &part.kind else { return None };
        let here = part.span == at && matches!(inner.kind, ConditionKind::Test(_));
        here.then(|| ask::all(vec![registered(at), part.clone()]))
    };
    let guarded = walk::replaced(condition, &is_it);
    (guarded != *condition).then_some(guarded)
}

/// Whether no registered device passes the test: then those that are not are what is meant.
fn is_about_unregistered_devices(subject: &Subject<'_>, condition: &Condition, at: Span) -> bool {
    let mut tests = walk::parts(condition);
    tests.retain(|part| part.span == at && matches!(part.kind, ConditionKind::Not(_)));
    tests.into_iter().any(|test| {
        let both = ask::all(vec![registered(at), test.clone()]);
        names_every_word(test) || subject.ask.any(&both) == Example::Nobody
    })
}

/// Whether a negative test denies all that there is: only the absent pass, and so they are meant.
fn names_every_word(test: &Condition) -> bool {
    let ConditionKind::Not(inner) = &test.kind else { return false };
    let ConditionKind::Test(probe) = &inner.kind else { return false };
    match (&probe.predicate, probe.attribute) {
        (Predicate::Words(words, _), AttributeId::BuiltIn(attribute)) => {
            words.len() == attribute.words().len()
        }
        _ => false,
    }
}

fn registered(span: Span) -> Condition {
    let attribute = AttributeId::BuiltIn(Attribute::DeviceRegistered);
    let probe = Probe { attribute, predicate: Predicate::Holds };
    Condition { kind: ConditionKind::Test(probe), span }
}
