//! Finds sign-ins that no policy that is on or reports is about.

use crate::analyze::GapKind;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::coverage::whole;
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1208", name: "unguarded" },
    severity: Severity::Warning,
    category: Category::Coverage,
    profile: Profile::Default,
    exact: true,
    fix: None,
    page: include_str!("unguarded.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let Some(told) = whole::regions(subject, GapKind::Unguarded) else { return };
    let message = match told.count {
        1 => "sign-ins of one kind meet no policy at all".to_owned(),
        count => format!("sign-ins of {count} kinds meet no policy at all"),
    };
    let mut finding = found(RULE.code, told.place, message)
        .here("the nearest policy leaves them out, and no other is about them");
    finding.notes.extend(told.lines);
    all.push(finding.help("write a policy for everyone, or make one that is there reach further"));
}
