//! Finds policies without documentation.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1503", name: "undocumented" },
    severity: Severity::Info,
    category: Category::Style,
    profile: Profile::Strict,
    exact: true,
    fix: None,
    page: include_str!("undocumented.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for policy in subject.policies().into_iter().filter(|it| it.item.docs.is_empty()) {
        let name = &policy.written.name;
        let message = format!("nothing says why `{}` is there", name.node);
        let help = "write a line that begins with `///` above it";
        all.push(found(RULE.code, name.span, message).help(help));
    }
}
