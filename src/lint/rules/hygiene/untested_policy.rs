//! Finds policies that no test exercises.

use crate::decision::Options;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::interpret::interpret;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};
use std::collections::BTreeSet;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1312", name: "untested-policy" },
    severity: Severity::Info,
    category: Category::Hygiene,
    profile: Profile::Strict,
    exact: true,
    fix: None,
    page: include_str!("untested_policy.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    // Where no test is, none is forgotten.
    if subject.set.tests.is_empty() {
        return;
    }
    let options = Options { as_if_enforced: true, ..Options::default() };
    let mut met: BTreeSet<String> = BTreeSet::new();
    for test in &subject.set.tests {
        met.extend(interpret(subject.set, &test.request, &options).applying);
    }
    for policy in subject.live_policies() {
        if !met.contains(&policy.meant.name) {
            let message = format!("no test meets `{}`", policy.meant.name);
            let help = "write a test of a sign-in that it is about";
            all.push(found(RULE.code, policy.written.name.span, message).help(help));
        }
    }
}
