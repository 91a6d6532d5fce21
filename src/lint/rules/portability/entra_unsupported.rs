//! Finds what policies say and Entra has no words for.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::entra::codes;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::portability::exported;
use crate::lint::subject::Subject;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1402", name: "entra-unsupported" },
    severity: Severity::Error,
    category: Category::Portability,
    profile: Profile::Named,
    exact: true,
    fix: None,
    page: include_str!("entra_unsupported.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let ours = [
        codes::NOT_IN_ENTRA,
        codes::NO_EXCEPTIONS,
        codes::BOTH_AT_ONCE,
        codes::NO_PRINCIPAL,
        codes::NO_TARGET,
        codes::GRANT_NOT_IN_ENTRA,
        codes::CONTROL_NOT_IN_ENTRA,
        codes::OBJECT_NOT_IN_ENTRA,
    ];
    all.extend(exported::found_by_export(subject, RULE.code, &ours));
}
