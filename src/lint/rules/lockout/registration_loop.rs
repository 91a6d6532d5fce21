//! Finds sets under which a method can be registered only by whoever has one.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Expectation, MethodUse, Predicate};
use crate::lint::ask;
use crate::lint::ask::Always;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::coverage::whole;
use crate::lint::subject::{Subject, found};
use crate::schema::attribute::Attribute;
use crate::schema::method::Method;
use std::collections::BTreeSet;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1107", name: "registration-loop" },
    severity: Severity::Error,
    category: Category::Lockout,
    profile: Profile::Default,
    exact: true,
    fix: None,
    page: include_str!("registration_loop.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let Some(place) = subject.first_guard() else { return };
    let words = Attribute::Action.word("register-security-info").into_iter().collect();
    let registering = ask::test(Attribute::Action, Predicate::Words(words, None));
    let who = ask::all(vec![whole::ordinary_member(subject), registering]);
    let shut = Expectation::Any(vec![Expectation::Block, Expectation::StepUp]);
    let first_proofs = [Method::Password, Method::TemporaryAccessPassOneTime];
    let policies = &subject.set.policies;
    let never_opens = first_proofs.into_iter().all(|method| {
        subject.ask.all_are(policies, &who, shut.clone(), vec![(shown(method), 0)]) == Always::Yes
    });
    // Whoever blocks registration altogether says so.
    let blocked = Expectation::Block;
    if !never_opens || subject.ask.all_are(policies, &who, blocked, Vec::new()) != Always::NotKnown
    {
        return;
    }
    let finding = found(RULE.code, place, "whoever has no method yet can register none")
        .here("the policies ask for a second proof before there is one")
        .note("neither a password nor a temporary access pass is enough to register security information, anywhere")
        .help("let `action is register-security-info` be done with a temporary access pass, or from a trusted network");
    all.push(finding);
}

fn shown(method: Method) -> MethodUse {
    let none = BTreeSet::new;
    MethodUse { method, aaguids: none(), issuers: none(), policies: none() }
}
