//! Finds strengths that are demanded together and share no way to prove them.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Combination, Effect, Grant, MethodUse, PolicyState, Strength, StrengthId};
use crate::lint::ask::{self, Example};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::PolicyHere;
use crate::lint::subject::{Subject, found};
use std::collections::BTreeSet;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1017", name: "and-conflict" },
    severity: Severity::Warning,
    category: Category::Correctness,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("and_conflict.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let mut policies = subject.policies();
    policies.retain(|it| it.meant.state == PolicyState::On && !demanded(it).is_empty());
    for (at, one) in policies.iter().enumerate() {
        for other in &policies[at..] {
            all.extend(conflict(subject, one, other));
        }
    }
}

/// The strengths that a policy demands in any case.
fn demanded(policy: &PolicyHere<'_>) -> BTreeSet<StrengthId> {
    let mut found = BTreeSet::new();
    if let Effect::Require(grant) = &policy.meant.effect {
        collect(grant, &mut found);
    }
    found
}

fn collect(grant: &Grant, found: &mut BTreeSet<StrengthId>) {
    match grant {
        Grant::All(parts) => parts.iter().for_each(|part| collect(part, found)),
        Grant::One(requirement) => found.extend(requirement.strength),
        Grant::Any(_) => {}
    }
}

fn conflict(
    subject: &Subject<'_>,
    one: &PolicyHere<'_>,
    other: &PolicyHere<'_>,
) -> Option<Diagnostic> {
    let apart = |pair: &(StrengthId, StrengthId)| {
        pair.0 != pair.1 && !share(subject.set.strength(pair.0), subject.set.strength(pair.1))
    };
    let (own, others) = (demanded(one), demanded(other));
    let mut pairs = own.iter().flat_map(|a| others.iter().map(|b| (*a, *b)));
    let (a, b) = pairs.find(apart)?;
    let both = ask::all(vec![one.meant.condition.clone(), other.meant.condition.clone()]);
    let Example::Like(example) = subject.ask.any(&both) else { return None };
    let [a, b] = [a, b].map(|id| &subject.set.strength(id).name);
    let message = format!("`{a}` and `{b}` are demanded together, and nothing proves both");
    let finding = found(RULE.code, one.written.name.span, message)
        .here(format!("demands `{a}`"))
        .note("people are asked twice, for two different proofs; whoever has one of them stays outside")
        .note(subject.like(&example))
        .help("give the strengths a combination in common, or leave out of one whom the other is about");
    Some(match one.meant.name == other.meant.name {
        true => finding,
        false => finding.label(other.written.name.span, format!("demands `{b}`")),
    })
}

/// Whether showing one combination can satisfy both. An opaque strength is not known from inside.
fn share(one: &Strength, other: &Strength) -> bool {
    let opaque = one.opaque.is_some() || other.opaque.is_some();
    let holds = |a: &Combination, b: &Combination| b.methods.iter().all(|it| is_among(it, a));
    let mut pairs =
        one.combinations.iter().flat_map(|a| other.combinations.iter().map(move |b| (a, b)));
    opaque || pairs.any(|(a, b)| holds(a, b) || holds(b, a))
}

/// Whether one proof of a combination can be this one too.
fn is_among(wanted: &MethodUse, of: &Combination) -> bool {
    let agree = |a: &BTreeSet<String>, b: &BTreeSet<String>| {
        a.is_empty() || b.is_empty() || !a.is_disjoint(b)
    };
    let same = |it: &&MethodUse| {
        it.method == wanted.method
            && agree(&it.aaguids, &wanted.aaguids)
            && agree(&it.issuers, &wanted.issuers)
    };
    of.methods.iter().any(|it| same(&it))
}
