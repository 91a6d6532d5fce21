//! Finds asserts that speak of no sign-in.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::ask::Example;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};
use crate::syntax::ast::ItemKind;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1309", name: "vacuous-assert" },
    severity: Severity::Warning,
    category: Category::Hygiene,
    profile: Profile::Default,
    exact: true,
    fix: None,
    page: include_str!("vacuous_assert.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for assert in &subject.set.asserts {
        if subject.ask.any(&assert.condition) != Example::Nobody {
            continue;
        }
        let written = subject.items().find_map(|item| match &item.kind {
            ItemKind::Assert(it) if it.name.node == assert.name => Some(it.name.span),
            _ => None,
        });
        let message = format!(
            "`{}` holds whatever the policies say: there is no sign-in that it speaks of",
            assert.name
        );
        let finding = found(RULE.code, written.unwrap_or(assert.span), message)
            .label(assert.condition.span, "no sign-in meets this")
            .help("widen its `when`, or take it out");
        all.push(finding);
    }
}
