//! Says which exact rules did not come to an end.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1323", name: "not-decided" },
    severity: Severity::Info,
    category: Category::Hygiene,
    profile: Profile::Default,
    exact: true,
    fix: None,
    page: include_str!("not_decided.md"),
    check,
};

/// Run by the linter itself, after all others.
fn check(_: &Subject<'_>, _: &mut Vec<Diagnostic>) {}

/// What is said of rules that could not be decided, each with the reason.
pub(in crate::lint) fn told(subject: &Subject<'_>, rules: &[(&str, &str)]) -> Option<Diagnostic> {
    let place = subject.policies().first().map(|it| it.written.name.span)?;
    let (_, why) = rules.first()?;
    let names: Vec<String> = rules.iter().map(|(rule, _)| format!("`{rule}`")).collect();
    let message = format!("whether there is more to find is not decided for {}", names.join(", "));
    let finding = found(RULE.code, place, message)
        .note(*why)
        .help("a larger `budget` in latch.toml lets them look longer");
    Some(finding)
}
