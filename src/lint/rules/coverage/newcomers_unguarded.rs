//! Finds sets under which somebody new gets in with one factor.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::Expectation;
use crate::lint::ask;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::coverage::whole;
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1207", name: "newcomers-unguarded" },
    severity: Severity::Warning,
    category: Category::Coverage,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("newcomers_unguarded.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let who = ask::all(vec![whole::ordinary_member(subject), whole::other_apps(subject)]);
    let expected = Expectation::Require(whole::anything_more(subject));
    let Some(gap) = whole::gap(subject, &who, expected) else { return };
    let finding = found(
        RULE.code,
        gap.place,
        "somebody who is in no group yet can open an app with one factor",
    )
    .here("no policy of the set asks everyone for more")
    .note(format!("for example this sign-in: {}", gap.example))
    .help("write one policy for `user in anyone`, and leave out who must be left out");
    all.push(finding);
}
