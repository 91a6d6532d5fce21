//! Finds comments that should allow something and do not say what, or why.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::allow;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::Subject;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1310", name: "bad-suppression" },
    severity: Severity::Error,
    category: Category::Hygiene,
    profile: Profile::Default,
    exact: true,
    fix: None,
    page: include_str!("bad_suppression.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    allow::faults(subject, all);
}
