//! Finds policy sets that declare no break-glass account.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Effect, People, PolicyState};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1103", name: "break-glass-undeclared" },
    severity: Severity::Warning,
    category: Category::Lockout,
    profile: Profile::Default,
    exact: true,
    fix: None,
    page: include_str!("break_glass_undeclared.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    if *subject.ask.emergency() != People::default() {
        return;
    }
    let shuts = |policy: &crate::lint::subject::PolicyHere<'_>| {
        policy.meant.state == PolicyState::On && policy.meant.effect != Effect::Nothing
    };
    let Some(first) = subject.policies().into_iter().find(shuts) else { return };
    let finding = found(
        RULE.code,
        first.written.name.span,
        "no group and no user is declared as `emergency`, so nobody can say who gets in when all else fails",
    )
    .here("policies such as this one can keep people out")
    .note("whether break-glass accounts get in is not verified")
    .help("declare them: `group break-glass emergency = \"id\"`, or name the group in latch.toml");
    all.push(finding);
}
