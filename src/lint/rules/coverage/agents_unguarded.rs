//! Finds sets under which an agent signs in and meets no policy.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::ask;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::coverage::whole;
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1211", name: "agents-unguarded" },
    severity: Severity::Warning,
    category: Category::Coverage,
    profile: Profile::Strict,
    exact: true,
    fix: None,
    page: include_str!("agents_unguarded.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let who = ask::all(vec![whole::agents(), ask::for_an_app()]);
    let Some(gap) = whole::unguarded(subject, &who) else { return };
    let finding = found(RULE.code, gap.place, "an agent can sign in and meets no policy")
        .here("no policy of the set is about all of them")
        .note(format!("for example this sign-in: {}", gap.example))
        .help("block agents from everywhere but where they run");
    all.push(finding);
}
