//! Finds policies that name nobody and nothing.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Condition, ConditionKind};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};
use crate::source::Span;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1002", name: "empty-target" },
    severity: Severity::Error,
    category: Category::Correctness,
    profile: Profile::Default,
    exact: true,
    fix: None,
    page: include_str!("empty_target.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for policy in subject.live_policies() {
        let Some(span) = never(&policy.meant.condition) else { continue };
        let message = format!("`{}` is about nobody", policy.meant.name);
        let finding = found(RULE.code, span, message)
            .here("no sign-in is ever meant by this")
            .help("say whom it is about, or mark it `disabled` until you know");
        all.push(finding);
    }
}

/// The `never` that all the rest of a condition hangs on.
pub(super) fn never(condition: &Condition) -> Option<Span> {
    match &condition.kind {
        ConditionKind::Never => Some(condition.span),
        ConditionKind::All(parts) => parts.iter().find_map(never),
        ConditionKind::Any(_) | ConditionKind::Not(_) => None,
        ConditionKind::Always | ConditionKind::Test(_) => None,
    }
}
