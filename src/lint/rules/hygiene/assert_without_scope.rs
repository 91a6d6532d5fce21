//! Finds asserts about every sign-in there is.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::ConditionKind;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1320", name: "assert-without-scope" },
    severity: Severity::Info,
    category: Category::Hygiene,
    profile: Profile::Strict,
    exact: true,
    fix: None,
    page: include_str!("assert_without_scope.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for assert in &subject.set.asserts {
        if assert.condition.kind != ConditionKind::Always {
            continue;
        }
        let message = format!(
            "`{}` speaks of every sign-in: of people, programs and agents, for whatever they ask",
            assert.name
        );
        let finding = found(RULE.code, assert.condition.span, message)
            .help("say of whom it speaks: `user in anyone and app in any-app`");
        all.push(finding);
    }
}
