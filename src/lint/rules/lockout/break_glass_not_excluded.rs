//! Finds break-glass accounts that are kept out, or would be by a policy that is not on yet.

use crate::analyze::Lockout;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::lockout::no_break_glass::nobody_is_left;
use crate::lint::subject::{Subject, found};
use std::collections::BTreeSet;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1105", name: "break-glass-not-excluded" },
    severity: Severity::Error,
    category: Category::Lockout,
    profile: Profile::Default,
    exact: true,
    fix: None,
    page: include_str!("break_glass_not_excluded.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    // Another rule says so of all of them at once.
    let said = nobody_is_left(subject);
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for lockout in &subject.lockouts().found {
        match lockout {
            Lockout::Emergency { account, region, decision } => {
                // One way of being kept out is enough to begin with.
                if said || !seen.insert(account) {
                    continue;
                }
                let Some(place) = subject.place_of_object(account) else { continue };
                let message = format!("the break-glass account `{account}` can be kept out");
                let finding = found(RULE.code, place, message)
                    .note(format!("kept out is: {}", region.sentence()))
                    .note(subject.like(&region.example))
                    .help(format!(
                        "write `unless user in {account}` in every policy that keeps it out"
                    ));
                all.push(subject.culprits(finding, &decision.by, "keeps it out"));
            }
            Lockout::Next { account, policy, region, .. } => {
                let policies = subject.live_policies();
                let Some(next) = policies.iter().find(|it| it.meant.name == *policy) else {
                    continue;
                };
                let message = format!(
                    "`{policy}` would keep out the break-glass account `{account}` once it is on"
                );
                let finding = found(RULE.code, next.written.name.span, message)
                    .note(format!("kept out would be: {}", region.sentence()))
                    .note(subject.like(&region.example))
                    .help(format!("write `unless user in {account}` before it is switched on"));
                all.push(finding);
            }
            Lockout::Menders { .. } => {}
        }
    }
}
