//! Questions about the set as a whole: who gets in, of people whom no policy names.

use std::collections::BTreeSet;

use crate::analyze::GapKind;
use crate::analyze::example::lines;
use crate::decision::Options;
use crate::hir::{
    Agents, Apps, Condition, Effect, Expectation, Grant, MethodUse, People, PolicyState, Predicate,
    Requirement, ServicePrincipals, StrengthId,
};
use crate::interpret::interpret;
use crate::lint::ask::{self, Example};
use crate::lint::subject::Subject;
use crate::lint::walk;
use crate::request::Request;
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
pub(in crate::lint::rules) struct Gap {
    /// Where to say so: the name of the first policy.
    pub place: Span,
    pub example: String,
    /// The same as a request.
    pub(in crate::lint::rules) request: Request,
}

/// A sign-in of these that is not as expected under all policies that are on. A set without any is silent: whoever has
/// nothing yet needs no linter to know.
pub(in crate::lint::rules) fn gap(
    subject: &Subject<'_>,
    who: &Condition,
    expected: Expectation,
) -> Option<Gap> {
    shown(subject, who, expected, Vec::new())
}

/// The same of sign-ins that have shown a password and nothing else.
pub(in crate::lint::rules) fn gap_with_a_password(
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
    let place = subject.first_guard()?;
    let request = subject.ask.counterexample(&subject.set.policies, who, expected, proofs)?;
    let example = lines(subject.set, &request).join("; ");
    Some(Gap { place, example, request })
}

/// A sign-in of these that no policy which is on asks anything of.
pub(in crate::lint::rules) fn unguarded(subject: &Subject<'_>, who: &Condition) -> Option<Gap> {
    let place = subject.first_guard()?;
    let guards = subject
        .set
        .policies
        .iter()
        .filter(|policy| policy.state == PolicyState::On && policy.effect != Effect::Nothing);
    let guarded = ask::any(guards.map(|policy| policy.condition.clone()).collect());
    let missed = ask::all(vec![who.clone(), ask::not(guarded)]);
    let Example::Like(request) = subject.ask.any(&missed) else { return None };
    Some(Gap { place, example: lines(subject.set, &request).join("; "), request: *request })
}

/// The most regions that one finding tells; `latch gaps` tells all.
const MOST_TOLD: usize = 3;

/// Regions that lack a guard in one way.
pub(in crate::lint::rules) struct Regions {
    pub place: Span,
    pub count: usize,
    /// The first of them in words; `place` is what leaves its example out, if anything does.
    pub lines: Vec<String>,
}

/// The first policy that would be about a sign-in if it left nobody out.
fn excluding(subject: &Subject<'_>, request: &Request) -> Option<String> {
    let mut wide = subject.set.clone();
    wide.policies.retain(|it| it.state == PolicyState::On && it.effect != Effect::Nothing);
    wide.policies.iter_mut().for_each(|it| walk::without_exclusions(&mut it.condition));
    interpret(&wide, request, &Options::default()).applying.into_iter().next()
}

/// The gaps of a kind, if there are some.
pub(in crate::lint::rules) fn regions(subject: &Subject<'_>, kind: GapKind) -> Option<Regions> {
    let first = subject.first_guard()?;
    let gaps: Vec<_> = subject.gaps().found.iter().filter(|gap| gap.kind == kind).collect();
    let example = &gaps.first()?.region.example;
    let mut lines: Vec<String> =
        gaps.iter().take(MOST_TOLD).map(|gap| gap.region.sentence()).collect();
    if gaps.len() > MOST_TOLD {
        lines.push(format!("and {} more, which `latch gaps` lists", gaps.len() - MOST_TOLD));
    }
    lines.push(subject.like(example));
    let excluding = excluding(subject, example);
    let place = excluding.and_then(|name| subject.name_of(&name)).unwrap_or(first);
    Some(Regions { place, count: gaps.len(), lines })
}

/// Programs of this tenant.
pub(in crate::lint::rules) fn workloads() -> Condition {
    let own = ServicePrincipals { own_tenant: true, ..ServicePrincipals::default() };
    ask::test(Attribute::ServicePrincipal, Predicate::ServicePrincipals(own))
}

/// Agents.
pub(in crate::lint::rules) fn agents() -> Condition {
    let any = Agents { any: true, ..Agents::default() };
    ask::test(Attribute::Agent, Predicate::Agents(any))
}

/// The strength of that name in the prelude.
pub(in crate::lint::rules) fn phishing_resistant(subject: &Subject<'_>) -> Option<Grant> {
    let at = subject.set.strengths.iter().position(|it| it.name == "phishing-resistant")?;
    let strength = Some(StrengthId(u32::try_from(at).ok()?));
    let grant = GrantWord::Strength;
    Some(Grant::One(Requirement { grant, strength, object: None, within: None }))
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

/// Whoever no policy names, but perhaps by what these conditions say.
pub(in crate::lint::rules) fn named_only_by(
    subject: &Subject<'_>,
    conditions: &[&Condition],
) -> Condition {
    let mut named = named_people(subject);
    for probe in conditions.iter().flat_map(|it| it.probes()) {
        if let Predicate::People(people) = &probe.predicate {
            named.users.retain(|id| !people.users.contains(id));
            named.groups.retain(|id| !people.groups.contains(id));
            named.roles.retain(|id| !people.roles.contains(id));
        }
    }
    without(vec![ask::by_a_user()], named)
}

/// A member whom no policy names.
pub(in crate::lint::rules) fn ordinary_member(subject: &Subject<'_>) -> Condition {
    let member = ask::test(Attribute::UserType, Predicate::Words(BTreeSet::from([0]), None));
    without(vec![member], named_people(subject))
}

/// A guest whom no policy names.
pub(in crate::lint::rules) fn guests(subject: &Subject<'_>) -> Condition {
    let types = 1..u8::try_from(Attribute::UserType.words().len()).unwrap_or(u8::MAX);
    let types = BTreeSet::from_iter(types);
    let guest = ask::test(Attribute::UserType, Predicate::Words(types, None));
    without(vec![guest], named_people(subject))
}

/// A member with a privileged role, whom no policy names by anything but a role.
pub(in crate::lint::rules) fn administrators(subject: &Subject<'_>) -> Option<Condition> {
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
pub(in crate::lint::rules) fn other_apps(subject: &Subject<'_>) -> Condition {
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
pub(in crate::lint::rules) fn legacy_clients() -> Condition {
    let words = ["exchange-active-sync", "other"].map(|word| Attribute::Client.word(word));
    let words = words.into_iter().flatten().collect();
    ask::test(Attribute::Client, Predicate::Words(words, None))
}

/// `flow is device-code`
pub(in crate::lint::rules) fn device_code() -> Condition {
    let words = Attribute::Flow.word("device-code").into_iter().collect();
    ask::test(Attribute::Flow, Predicate::Words(words, None))
}

fn one(grant: GrantWord, subject: &Subject<'_>) -> Grant {
    let strength = (grant == GrantWord::Mfa).then_some(subject.set.multi_factor);
    Grant::One(Requirement { grant, strength, object: None, within: None })
}

/// Two factors.
pub(in crate::lint::rules) fn mfa(subject: &Subject<'_>) -> Grant {
    one(GrantWord::Mfa, subject)
}

/// Two factors, or a device that is managed.
pub(in crate::lint::rules) fn anything_more(subject: &Subject<'_>) -> Grant {
    let words = [GrantWord::Mfa, GrantWord::CompliantDevice, GrantWord::HybridJoinedDevice];
    Grant::Any(words.map(|word| one(word, subject)).to_vec())
}
