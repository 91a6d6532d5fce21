//! Finds sets under which legacy clients get in.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::Expectation;
use crate::lint::ask;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::coverage::whole;
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1203", name: "legacy-authentication-open" },
    severity: Severity::Error,
    category: Category::Coverage,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("legacy_authentication_open.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let who =
        ask::all(vec![whole::ordinary_member(subject), whole::legacy_clients(), ask::for_an_app()]);
    let expected = Expectation::Block;
    let Some(gap) = whole::gap_with_a_password(subject, &who, expected) else { return };
    let finding = found(
        RULE.code,
        gap.place,
        "somebody in no special group can sign in with a legacy client",
    )
    .here("no policy of the set blocks all of them")
    .note(format!("for example this sign-in: {}", gap.example))
    .help("block `client in [exchange-active-sync, other]` for everyone");
    all.push(finding);
}
