//! Finds policies that block all people on all apps.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Effect, Expectation, PolicyState};
use crate::lint::ask::{self, Always};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1101", name: "block-everyone" },
    severity: Severity::Error,
    category: Category::Lockout,
    profile: Profile::Default,
    exact: true,
    fix: None,
    page: include_str!("block_everyone.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let everyone = ask::everyone_everywhere(&subject.ask);
    for policy in subject.live_policies() {
        let meant = policy.meant;
        if meant.effect != Effect::Block
            || subject.ask.always(meant, &everyone, Expectation::Block) != Always::Yes
        {
            continue;
        }
        let (would, but) = match meant.state {
            PolicyState::On | PolicyState::Disabled => ("blocks", ""),
            PolicyState::ReportOnly => ("would block", ", once it is on"),
        };
        let message = format!("`{}` {would} everyone on every app{but}", meant.name);
        let finding = found(RULE.code, policy.written.name.span, message)
            .label(meant.condition.span, "every sign-in of a person meets this")
            .note("break-glass accounts, where some are declared, are the only ones that may be left out")
            .help("say whom or what it should not block, or which sign-ins it is about");
        all.push(finding);
    }
}
