//! Questions about the set as a whole: who gets in, of people whom no policy names.

use std::collections::BTreeSet;

use crate::analyze::example::lines;
use crate::hir::{
    Apps, Condition, Effect, Expectation, Grant, MethodUse, People, PolicyState, Predicate,
    Requirement,
};
use crate::lint::ask;
use crate::lint::subject::Subject;
use crate::schema::attribute::Attribute;
use crate::schema::grant::GrantWord;
use crate::source::Span;
use crate::syntax::ast::ObjectKind;

/// The roles that can undo every other protection, by their names in the prelude.
const PRIVILEGED: [&str; 6] = [
    "conditional-access-administrator",
    "global-administrator",
    "privileged-authentication-administrator",
    "privileged-role-administrator",
    "security-administrator",
    "user-administrator",
];

/// A sign-in that should not get in.
pub(super) struct Gap {
    /// Where to say so: the name of the first policy.
    pub place: Span,
    pub example: String,
}

/// A sign-in of these that is not as expected under all policies that are on. A set without any is silent: whoever has
/// nothing yet needs no linter to know.
pub(super) fn gap(subject: &Subject<'_>, who: &Condition, expected: Expectation) -> Option<Gap> {
    shown(subject, who, expected, Vec::new())
}

/// The same of sign-ins that have shown a password and nothing else.
pub(super) fn gap_with_a_password(
    subject: &Subject<'_>,
    who: &Condition,
    expected: Expectation,
) -> Option<Gap> {
    shown(subject, who, expected, ask::a_password())
}

fn shown(
    subject: &Subject<'_>,
    who: &Condition,
    expected: Expectation,
    proofs: Vec<(MethodUse, u64)>,
) -> Option<Gap> {
    let policies = subject.policies();
    let first = policies.iter().find(|policy| {
        policy.meant.state == PolicyState::On && policy.meant.effect != Effect::Nothing
    })?;
    let request = subject.ask.counterexample(&subject.set.policies, who, expected, proofs)?;
    let example = lines(subject.set, &request).join("; ");
    Some(Gap { place: first.written.name.span, example })
}

/// All users, groups and roles that policies name, and break-glass accounts.
fn named_people(subject: &Subject<'_>) -> People {
    let mut named = subject.ask.emergency().clone();
    for probe in subject.set.policies.iter().flat_map(|policy| policy.condition.probes()) {
        if let Predicate::People(people) = &probe.predicate {
            named.users.extend(people.users.iter().cloned());
            named.groups.extend(people.groups.iter().cloned());
            named.roles.extend(people.roles.iter().cloned());
        }
    }
    named
}

fn without(parts: Vec<Condition>, people: People) -> Condition {
    let mut parts = parts;
    if people != People::default() {
        parts.push(ask::not(ask::test(Attribute::User, Predicate::People(people))));
    }
    ask::all(parts)
}

/// A member whom no policy names.
pub(super) fn ordinary_member(subject: &Subject<'_>) -> Condition {
    let member = ask::test(Attribute::UserType, Predicate::Words(BTreeSet::from([0]), None));
    without(vec![member], named_people(subject))
}

/// A guest whom no policy names.
pub(super) fn guests(subject: &Subject<'_>) -> Condition {
    let types = 1..u8::try_from(Attribute::UserType.words().len()).unwrap_or(u8::MAX);
    let types = BTreeSet::from_iter(types);
    let guest = ask::test(Attribute::UserType, Predicate::Words(types, None));
    without(vec![guest], named_people(subject))
}

/// A member with a privileged role, whom no policy names by anything but a role.
pub(super) fn administrators(subject: &Subject<'_>) -> Option<Condition> {
    let roles = subject.set.objects.iter().filter(|it| it.kind == ObjectKind::Role);
    let privileged = roles.filter(|it| PRIVILEGED.contains(&it.name.as_str()));
    let roles: BTreeSet<String> = privileged.flat_map(|it| it.ids.iter().cloned()).collect();
    let member = ask::test(Attribute::UserType, Predicate::Words(BTreeSet::from([0]), None));
    let holds = People { roles: roles.clone(), ..People::default() };
    let holds = ask::test(Attribute::User, Predicate::People(holds));
    let mut named = named_people(subject);
    named.roles.retain(|role| !roles.contains(role));
    (!roles.is_empty()).then(|| without(vec![member, holds], named))
}

/// An app that no policy names.
pub(super) fn other_apps(subject: &Subject<'_>) -> Condition {
    let mut named = Apps::default();
    for probe in subject.set.policies.iter().flat_map(|policy| policy.condition.probes()) {
        if let Predicate::Apps(apps) = &probe.predicate {
            named.ids.extend(apps.ids.iter().cloned());
            named.any_agent_resource |= apps.any_agent_resource;
        }
    }
    let mut parts = vec![ask::for_an_app()];
    if named != Apps::default() {
        parts.push(ask::not(ask::test(Attribute::App, Predicate::Apps(named))));
    }
    ask::all(parts)
}

/// `client in [exchange-active-sync, other]`
pub(super) fn legacy_clients() -> Condition {
    let words = ["exchange-active-sync", "other"].map(|word| Attribute::Client.word(word));
    let words = words.into_iter().flatten().collect();
    ask::test(Attribute::Client, Predicate::Words(words, None))
}

/// `flow is device-code`
pub(super) fn device_code() -> Condition {
    let words = Attribute::Flow.word("device-code").into_iter().collect();
    ask::test(Attribute::Flow, Predicate::Words(words, None))
}

fn one(grant: GrantWord, subject: &Subject<'_>) -> Grant {
    let strength = (grant == GrantWord::Mfa).then_some(subject.set.multi_factor);
    Grant::One(Requirement { grant, strength, object: None, within: None })
}

/// Two factors.
pub(super) fn mfa(subject: &Subject<'_>) -> Grant {
    one(GrantWord::Mfa, subject)
}

/// Two factors, or a device that is managed.
pub(super) fn anything_more(subject: &Subject<'_>) -> Grant {
    let words = [GrantWord::Mfa, GrantWord::CompliantDevice, GrantWord::HybridJoinedDevice];
    Grant::Any(words.map(|word| one(word, subject)).to_vec())
}
