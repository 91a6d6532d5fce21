//! Finds combinations that the API of Entra refuses.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::entra::codes;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::portability::exported;
use crate::lint::subject::Subject;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1404", name: "entra-conflict" },
    severity: Severity::Error,
    category: Category::Portability,
    profile: Profile::Named,
    exact: true,
    fix: None,
    page: include_str!("entra_conflict.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let ours = [codes::REFUSED_BY_ENTRA];
    all.extend(exported::found_by_export(subject, RULE.code, &ours));
}
