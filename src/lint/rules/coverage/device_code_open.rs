//! Finds sets under which everyone may use the device-code flow.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::Expectation;
use crate::lint::ask;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::coverage::whole;
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1206", name: "device-code-open" },
    severity: Severity::Warning,
    category: Category::Coverage,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("device_code_open.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let who =
        ask::all(vec![whole::ordinary_member(subject), whole::device_code(), ask::for_an_app()]);
    let expected = Expectation::Block;
    let Some(gap) = whole::gap(subject, &who, expected) else { return };
    let finding =
        found(RULE.code, gap.place, "everyone may hand a session to another device by a code")
            .here("no policy of the set blocks the flow")
            .note(format!("for example this sign-in: {}", gap.example))
            .help("block `flow is device-code`, but for those who need it");
    all.push(finding);
}
