//! Finds sets under which an administrator gets in with one factor.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::Expectation;
use crate::lint::ask;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::coverage::whole;
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1204", name: "single-factor-administrators" },
    severity: Severity::Error,
    category: Category::Coverage,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("single_factor_administrators.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let Some(administrators) = whole::administrators(subject) else { return };
    let who = ask::all(vec![administrators, whole::other_apps(subject)]);
    let expected = Expectation::Require(whole::mfa(subject));
    let Some(gap) = whole::gap(subject, &who, expected) else { return };
    let finding = found(RULE.code, gap.place, "an administrator can open an app with one factor")
        .here("no policy of the set asks all of them for more")
        .note(format!("for example this sign-in: {}", gap.example))
        .help("require `mfa` or a strength of every privileged role, whatever the device and the place");
    all.push(finding);
}
