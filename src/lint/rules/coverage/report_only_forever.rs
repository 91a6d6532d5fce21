//! Finds policies that are report-only for longer than a trial takes.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::PolicyState;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};
use jiff::civil::Date;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1202", name: "report-only-forever" },
    severity: Severity::Info,
    category: Category::Coverage,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("report_only_forever.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let Some(today) = subject.settings.today else { return };
    let most = subject.settings.report_only_days;
    for policy in subject.policies() {
        if policy.meant.state != PolicyState::ReportOnly {
            continue;
        }
        let remarks = &policy.meant.remarks;
        let touched = remarks.annotation("modified").or_else(|| remarks.annotation("created"));
        let date = touched.and_then(|it| it.get(..10)).and_then(|it| it.parse::<Date>().ok());
        let Some(date) = date else { continue };
        let days = date.until(today).map_or(0, |span| span.get_days());
        if i64::from(days) <= i64::from(most) {
            continue;
        }
        let message = format!("`{}` has been report-only for {days} days", policy.meant.name);
        let span = policy.written.state.as_ref().map_or(policy.written.name.span, |it| it.span);
        let finding = found(RULE.code, span, message)
            .here("protects nobody yet")
            .note(format!("it was last touched on {date}; a trial may take {most} days"))
            .help("switch it on, or take it out");
        all.push(finding);
    }
}
