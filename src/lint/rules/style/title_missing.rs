//! Finds policies without a title.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1501", name: "title-missing" },
    severity: Severity::Info,
    category: Category::Style,
    profile: Profile::Strict,
    exact: true,
    fix: None,
    page: include_str!("title_missing.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for policy in subject.policies() {
        if policy.written.title.is_none() {
            let name = &policy.written.name;
            let message = format!("`{}` has no title", name.node);
            let help = "write one in quotes behind its name, as people should read it in reports";
            all.push(found(RULE.code, name.span, message).help(help));
        }
    }
}
