//! Finds sets under which no break-glass account always gets in.

use crate::analyze::Lockout;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1104", name: "no-break-glass" },
    severity: Severity::Error,
    category: Category::Lockout,
    profile: Profile::Default,
    exact: true,
    fix: None,
    page: include_str!("no_break_glass.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let lockouts = subject.lockouts();
    if !nobody_is_left(subject) {
        return;
    }
    let Some(Lockout::Emergency { account, region, decision }) =
        lockouts.found.iter().find(|it| matches!(it, Lockout::Emergency { .. }))
    else {
        return;
    };
    let Some(place) = subject.place_of_object(account) else { return };
    let accounts = lockouts.accounts.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>();
    let message = match accounts.as_slice() {
        [one] => {
            format!("the break-glass account {one} does not always get in, and there is no other")
        }
        many => format!("none of the break-glass accounts {} always gets in", many.join(", ")),
    };
    let finding = found(RULE.code, place, message)
        .here("can be kept out")
        .note(format!("kept out is: {}", region.sentence()))
        .note(subject.like(&region.example))
        .help(format!("write `unless user in {account}` in every policy that keeps it out"));
    all.push(subject.culprits(finding, &decision.by, "keeps it out"));
}

/// Whether every account that is declared can be kept out.
pub(in crate::lint::rules) fn nobody_is_left(subject: &Subject<'_>) -> bool {
    let lockouts = subject.lockouts();
    let shut = |name: &String| {
        let is = |it: &Lockout| matches!(it, Lockout::Emergency { account, .. } if account == name);
        lockouts.found.iter().any(is)
    };
    !lockouts.accounts.is_empty() && lockouts.accounts.iter().all(shut)
}
