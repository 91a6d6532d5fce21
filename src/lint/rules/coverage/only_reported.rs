//! Finds sign-ins that only report-only policies would guard.

use crate::analyze::GapKind;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Effect, PolicyState};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::coverage::whole;
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1214", name: "only-reported" },
    severity: Severity::Warning,
    category: Category::Coverage,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("only_reported.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let Some(told) = whole::regions(subject, GapKind::ReportOnly) else { return };
    let policies = subject.live_policies();
    let waiting = policies
        .iter()
        .find(|it| it.meant.state == PolicyState::ReportOnly && it.meant.effect != Effect::Nothing);
    let state = waiting.and_then(|it| it.written.state.as_ref()).map(|it| it.span);
    let message = match told.count {
        1 => "sign-ins of one kind are guarded by report-only policies alone".to_owned(),
        count => format!("sign-ins of {count} kinds are guarded by report-only policies alone"),
    };
    let mut finding = found(RULE.code, state.unwrap_or(told.place), message)
        .here("nobody has turned it on, and nothing else stands in its place");
    finding.notes.extend(told.lines);
    all.push(finding.help("turn on what has been tried for long enough"));
}
