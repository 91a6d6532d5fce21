//! Finds strengths in one requirement of which one implies the other.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Combination, Effect, Grant, MethodUse, PolicySet, Requirement, StrengthId};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};
use crate::schema::grant::GrantWord;
use crate::syntax::ast::Clause;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1007", name: "redundant-strength" },
    severity: Severity::Warning,
    category: Category::Correctness,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("redundant_strength.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for policy in subject.live_policies() {
        let Effect::Require(grant) = &policy.meant.effect else { continue };
        let written = policy.written.clauses.iter().find_map(|clause| match clause {
            Clause::Require(grant) => Some(grant.span()),
            _ => None,
        });
        let Some(span) = written else { continue };
        for (weak, strong, word) in redundant(subject.set, grant) {
            let (weak, strong) = (name(subject.set, weak), name(subject.set, strong));
            let message = match word {
                "and" => format!("`{strong}` satisfies `{weak}` as well"),
                _ => format!("`{weak}` is enough here, so `{strong}` is never needed"),
            };
            let idle = if word == "and" { &weak } else { &strong };
            let finding = found(RULE.code, span, message)
                .here(format!("joined by `{word}`"))
                .help(format!("leave `{idle}` out: nothing changes"));
            all.push(finding);
        }
    }
}

type Pair<'g> = (&'g Requirement, &'g Requirement, &'static str);

/// Requirements side by side, the weaker one first, with the word that joins them.
fn redundant<'g>(set: &PolicySet, grant: &'g Grant) -> Vec<Pair<'g>> {
    let (parts, word) = match grant {
        Grant::All(parts) => (parts, "and"),
        Grant::Any(parts) => (parts, "or"),
        Grant::One(_) => return Vec::new(),
    };
    let ones: Vec<&Requirement> = parts
        .iter()
        .filter_map(|part| match part {
            Grant::One(one) if one.strength.is_some() && one.within.is_none() => Some(one),
            _ => None,
        })
        .collect();
    let mut found: Vec<Pair<'g>> = parts.iter().flat_map(|part| redundant(set, part)).collect();
    for strong in &ones {
        for weak in ones.iter().filter(|weak| weak.strength != strong.strength) {
            if implies(set, strong, weak) {
                found.push((weak, strong, word));
            }
        }
    }
    found
}

/// Whether whoever satisfies one strength has satisfied the other.
fn implies(set: &PolicySet, strong: &Requirement, weak: &Requirement) -> bool {
    let of = |it: &Requirement| it.strength.map(|id: StrengthId| set.strength(id));
    let (Some(strong), Some(weak)) = (of(strong), of(weak)) else { return false };
    let known = strong.opaque.is_none() && weak.opaque.is_none();
    let covered = |it: &Combination| weak.combinations.iter().any(|weak| contains(it, weak));
    known && !strong.combinations.is_empty() && strong.combinations.iter().all(covered)
}

fn contains(strong: &Combination, weak: &Combination) -> bool {
    let shown = |wanted: &MethodUse| strong.methods.iter().any(|it| shows(it, wanted));
    weak.methods.iter().all(shown)
}

/// Whether a proof for one use of a method is one for the other, restrictions included.
fn shows(one: &MethodUse, wanted: &MethodUse) -> bool {
    let within = |a: &std::collections::BTreeSet<String>,
                  b: &std::collections::BTreeSet<String>| {
        b.is_empty() || !a.is_empty() && a.is_subset(b)
    };
    one.method == wanted.method
        && within(&one.aaguids, &wanted.aaguids)
        && within(&one.issuers, &wanted.issuers)
        && within(&one.policies, &wanted.policies)
}

fn name(set: &PolicySet, requirement: &Requirement) -> String {
    match requirement.strength {
        Some(id) if requirement.grant == GrantWord::Strength => {
            format!("strength {}", set.strength(id).name)
        }
        _ => requirement.grant.row().name.to_owned(),
    }
}
