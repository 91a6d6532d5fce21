//! Finds suppressions that suppress nothing.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::Subject;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1311", name: "unused-suppression" },
    severity: Severity::Warning,
    category: Category::Hygiene,
    profile: Profile::Default,
    exact: true,
    fix: None,
    page: include_str!("unused_suppression.md"),
    check,
};

/// The run itself knows which suppressions were needed, and tells of the others.
fn check(_: &Subject<'_>, _: &mut Vec<Diagnostic>) {}
