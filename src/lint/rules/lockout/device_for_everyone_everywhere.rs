//! Finds policies that demand a managed device of all people for all apps.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Effect, Expectation, Grant, Requirement};
use crate::lint::ask::{self, Always};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};
use crate::schema::grant::GrantWord;
use crate::syntax::ast::Clause;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1102", name: "device-for-everyone-everywhere" },
    severity: Severity::Warning,
    category: Category::Lockout,
    profile: Profile::Default,
    exact: true,
    fix: None,
    page: include_str!("device_for_everyone_everywhere.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let everyone = ask::everyone_everywhere(&subject.ask);
    for policy in subject.live_policies() {
        let meant = policy.meant;
        let Effect::Require(grant) = &meant.effect else { continue };
        // Most policies are told apart without a question.
        let demands = grant.requirements().iter().any(|it| is_of_device(it.grant));
        let device = Expectation::Require(any_device());
        if !demands || subject.ask.always(meant, &everyone, device) != Always::Yes {
            continue;
        }
        let clause = policy.written.clauses.iter().find_map(|clause| match clause {
            Clause::Require(grant) => Some(grant.span()),
            _ => None,
        });
        let message = format!("`{}` wants a managed device of everyone, for every app", meant.name);
        let finding = found(RULE.code, clause.unwrap_or(policy.item.span), message)
            .label(meant.condition.span, "every sign-in of a person meets this")
            .note("enrolling a device is a sign-in too, and meets this policy before there is a device")
            .help("leave out the apps with which people enrol, or offer `or mfa`");
        all.push(finding);
    }
}

fn is_of_device(word: GrantWord) -> bool {
    matches!(word, GrantWord::CompliantDevice | GrantWord::HybridJoinedDevice)
}

fn any_device() -> Grant {
    let one = |grant| Grant::One(Requirement { grant, strength: None, object: None, within: None });
    Grant::Any([GrantWord::CompliantDevice, GrantWord::HybridJoinedDevice].map(one).to_vec())
}
