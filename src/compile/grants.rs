//! Grants as sets of numbered demands, what proves each, and which demand implies which.

use std::collections::{BTreeMap, BTreeSet};

use crate::compile::{Compiler, codes};
use crate::decision::{DemandKind, MAX_WORKING_ALTERNATIVES};
use crate::diagnostic::Diagnostic;
use crate::hir::{self, Effect, Policy, PolicySet, Requirement, Strength, StrengthId};
use crate::program::{
    Claim, Demand, DemandSet, Grant, MAX_DEMANDS, MethodUse, Proof, Requirements, Stretch,
};
use crate::schema::grant::GrantWord;

/// A demand by what tells it from others, in the order of [`crate::decision::Demand`].
type DemandName = (DemandKind, Option<String>, Option<u64>);

/// What policies demand, and the number of each policy's grant.
pub(super) struct Demanded {
    pub requirements: Requirements,
    pub grant_of: Vec<Option<u32>>,
}

/// Numbers everything that these policies demand.
pub(super) fn requirements(compiler: &mut Compiler<'_>, policies: &[&Policy]) -> Option<Demanded> {
    let named = named(compiler.set, policies);
    if named.len() > MAX_DEMANDS {
        compiler.diagnostics.push(too_many_demands(policies, named.len()));
        return None;
    }
    let mut maker = Maker {
        set: compiler.set,
        names: named.keys().cloned().collect(),
        uses: uses(compiler.set, &named),
        claims: claims(compiler.set, &named),
        all: Requirements::default(),
        grants: BTreeMap::new(),
        combinations: BTreeMap::new(),
    };
    maker.demands(&named);
    let mut grant_of = Vec::new();
    for policy in policies {
        grant_of.push(match &policy.effect {
            Effect::Block | Effect::Nothing => None,
            Effect::Require(grant) => match maker.grant(grant) {
                Some(number) => Some(number),
                None => {
                    compiler.diagnostics.push(too_many_alternatives(policy));
                    None
                }
            },
        });
    }
    Some(Demanded { requirements: maker.finished(), grant_of })
}

/// Every demand by its name, with a requirement that makes it; signing in again has none, and comes first.
fn named<'a>(
    set: &PolicySet,
    policies: &[&'a Policy],
) -> BTreeMap<DemandName, Option<&'a Requirement>> {
    let mut named = BTreeMap::from([((DemandKind::SignIn, None, None), None)]);
    for policy in policies {
        let Effect::Require(grant) = &policy.effect else { continue };
        let mut rest = vec![grant];
        while let Some(grant) = rest.pop() {
            match grant {
                hir::Grant::All(parts) | hir::Grant::Any(parts) => rest.extend(parts),
                hir::Grant::One(one) => {
                    named.insert(name(set, one), Some(one));
                }
            }
        }
    }
    named
}

fn name(set: &PolicySet, requirement: &Requirement) -> DemandName {
    let called = match requirement.grant {
        GrantWord::Strength => requirement.strength.map(|id| set.strength(id).name.clone()),
        _ => requirement.object.as_ref().map(|object| object.name.clone()),
    };
    (DemandKind::Grant(requirement.grant), called, requirement.within)
}

fn is_by_methods(requirement: &Requirement) -> bool {
    matches!(requirement.grant, GrantWord::Mfa | GrantWord::Strength)
}

fn strength_of<'a>(set: &'a PolicySet, requirement: &Requirement) -> Option<&'a Strength> {
    let id = requirement.strength.filter(|_| is_by_methods(requirement))?;
    Some(set.strength(id))
}

fn use_of(one: &hir::MethodUse) -> MethodUse {
    MethodUse {
        method: one.method,
        aaguids: one.aaguids.iter().cloned().collect(),
        issuers: one.issuers.iter().cloned().collect(),
        policies: one.policies.iter().cloned().collect(),
    }
}

fn uses(set: &PolicySet, named: &BTreeMap<DemandName, Option<&Requirement>>) -> Vec<MethodUse> {
    let strengths = named.values().flatten().filter_map(|one| strength_of(set, one));
    let combinations = strengths.flat_map(|strength| &strength.combinations);
    let uses = combinations.flat_map(|one| &one.methods).map(use_of);
    uses.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The claims that a requirement asks for.
fn claims_of(set: &PolicySet, requirement: &Requirement) -> Vec<Claim> {
    let grant = requirement.grant;
    if let Some(strength) = strength_of(set, requirement) {
        let id = strength.opaque.as_deref().map(crate::value::canonical_id);
        return id
            .map(|id| Claim { grant: GrantWord::Strength, id: Some(id) })
            .into_iter()
            .collect();
    }
    match &requirement.object {
        Some(object) => object.ids.iter().map(|id| Claim { grant, id: Some(id.clone()) }).collect(),
        None => vec![Claim { grant, id: None }],
    }
}

fn claims(set: &PolicySet, named: &BTreeMap<DemandName, Option<&Requirement>>) -> Vec<Claim> {
    let claims = named.values().flatten().flat_map(|one| claims_of(set, one));
    claims.collect::<BTreeSet<_>>().into_iter().collect()
}

struct Maker<'a> {
    set: &'a PolicySet,
    names: Vec<DemandName>,
    uses: Vec<MethodUse>,
    claims: Vec<Claim>,
    all: Requirements,
    grants: BTreeMap<(Vec<DemandSet>, DemandSet), u32>,
    combinations: BTreeMap<StrengthId, Stretch>,
}

fn number<T: Ord>(sorted: &[T], of: &T) -> u32 {
    sorted.binary_search(of).ok().and_then(|at| u32::try_from(at).ok()).unwrap_or_default()
}

impl Maker<'_> {
    fn demands(&mut self, named: &BTreeMap<DemandName, Option<&Requirement>>) {
        let strengths: Vec<Option<&Strength>> =
            named.values().map(|one| one.and_then(|one| strength_of(self.set, one))).collect();
        for (name, requirement) in named {
            let (kind, called, within) = name.clone();
            let proof = requirement.map_or(Proof::FirstFactor, |one| self.proof(one));
            let strength = requirement.and_then(|one| strength_of(self.set, one));
            self.all.demands.push(Demand {
                kind,
                name: called,
                within,
                proof,
                second_factor: strength
                    .is_some_and(|it| every(it, |it| it.method.is_second_factor())),
                implies: DemandSet::EMPTY,
                implied_by: DemandSet::EMPTY,
            });
        }
        self.implications(&strengths);
    }

    fn implications(&mut self, strengths: &[Option<&Strength>]) {
        let names: Vec<&DemandName> = self.names.iter().collect();
        let mut implies = vec![DemandSet::EMPTY; names.len()];
        for given in 0..names.len() {
            for wanted in 0..names.len() {
                let strengths = (strengths[given], strengths[wanted]);
                if given == wanted || implied(names[given], names[wanted], strengths) {
                    implies[given].insert(wanted);
                }
            }
        }
        for (at, demand) in self.all.demands.iter_mut().enumerate() {
            demand.implies = implies[at];
            let by = implies.iter().enumerate().filter(|(_, by)| by.contains(at));
            by.for_each(|(other, _)| demand.implied_by.insert(other));
        }
    }

    fn proof(&mut self, requirement: &Requirement) -> Proof {
        let wanted: Vec<u32> = claims_of(self.set, requirement)
            .iter()
            .map(|claim| number(&self.claims, claim))
            .collect();
        let first = wanted.first().copied().unwrap_or_default();
        match requirement.grant {
            GrantWord::Mfa | GrantWord::Strength => match requirement.strength {
                Some(id) if self.set.strength(id).opaque.is_none() => {
                    Proof::Combinations(self.combinations(id))
                }
                _ => Proof::Opaque(first),
            },
            GrantWord::CompliantDevice => Proof::Compliant(first),
            GrantWord::HybridJoinedDevice => Proof::HybridJoined(first),
            GrantWord::ApprovedApp | GrantWord::ProtectedApp | GrantWord::PasswordChange => {
                self.wanted(&wanted)
            }
            GrantWord::RiskRemediation | GrantWord::Terms | GrantWord::CustomControl => {
                self.wanted(&wanted)
            }
        }
    }

    fn wanted(&mut self, claims: &[u32]) -> Proof {
        Proof::Claims(append(&mut self.all.wanted_claims, claims))
    }

    fn combinations(&mut self, id: StrengthId) -> Stretch {
        if let Some(stretch) = self.combinations.get(&id) {
            return *stretch;
        }
        let mut stretches = Vec::new();
        for combination in &self.set.strength(id).combinations {
            let uses: Vec<u32> =
                combination.methods.iter().map(|one| number(&self.uses, &use_of(one))).collect();
            stretches.push(append(&mut self.all.combination_uses, &uses));
        }
        if self.uses.len() <= u64::BITS as usize {
            let mask = |of: &Stretch| {
                let uses = of.of(&self.all.combination_uses).iter();
                uses.fold(0, |mask, at| mask | 1_u64 << at)
            };
            let masks: Vec<u64> = stretches.iter().map(mask).collect();
            self.all.combination_masks.extend(masks);
        }
        let stretch = append(&mut self.all.combinations, &stretches);
        self.combinations.insert(id, stretch);
        stretch
    }

    /// The number of a grant; `None` when it has too many alternatives.
    fn grant(&mut self, grant: &hir::Grant) -> Option<u32> {
        let alternatives = self.alternatives(grant)?;
        let mut demands = DemandSet::EMPTY;
        self.collect(grant, &mut demands);
        let key = (alternatives, demands);
        if let Some(number) = self.grants.get(&key) {
            return Some(*number);
        }
        let number = u32::try_from(self.all.grants.len()).ok()?;
        let alternatives = append(&mut self.all.alternatives, &key.0);
        self.all.grants.push(Grant { alternatives, demands });
        self.grants.insert(key, number);
        Some(number)
    }

    fn demand(&self, requirement: &Requirement) -> usize {
        number(&self.names, &name(self.set, requirement)) as usize
    }

    /// Every demand that a grant names, those of superfluous alternatives included.
    fn collect(&self, grant: &hir::Grant, demands: &mut DemandSet) {
        match grant {
            hir::Grant::One(one) => demands.insert(self.demand(one)),
            hir::Grant::All(parts) | hir::Grant::Any(parts) => {
                parts.iter().for_each(|part| self.collect(part, demands));
            }
        }
    }

    /// A grant multiplied out; an alternative that contains another is dropped.
    fn alternatives(&self, grant: &hir::Grant) -> Option<Vec<DemandSet>> {
        let all = match grant {
            hir::Grant::One(one) => {
                let mut set = DemandSet::EMPTY;
                set.insert(self.demand(one));
                vec![set]
            }
            hir::Grant::Any(parts) => {
                let mut any = Vec::new();
                for part in parts {
                    any.extend(self.alternatives(part)?);
                }
                any
            }
            hir::Grant::All(parts) => {
                let mut all = vec![DemandSet::EMPTY];
                for part in parts {
                    let other = self.alternatives(part)?;
                    let pairs = all.iter().flat_map(|one| other.iter().map(|it| one.union(*it)));
                    all = smallest(pairs.collect());
                    if all.len() > MAX_WORKING_ALTERNATIVES {
                        return None;
                    }
                }
                all
            }
        };
        let all = smallest(all);
        (all.len() <= MAX_WORKING_ALTERNATIVES).then_some(all)
    }

    fn finished(self) -> Requirements {
        let mut of_device = DemandSet::EMPTY;
        for (at, demand) in self.all.demands.iter().enumerate() {
            if matches!(demand.proof, Proof::Compliant(_) | Proof::HybridJoined(_)) {
                of_device.insert(at);
            }
        }
        Requirements { of_device, uses: self.uses, claims: self.claims, ..self.all }
    }
}

fn append<T: Copy>(arena: &mut Vec<T>, items: &[T]) -> Stretch {
    let at = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let start = at(arena.len());
    arena.extend_from_slice(items);
    Stretch { start, end: at(arena.len()) }
}

/// Sorted, without those that contain another.
fn smallest(mut all: Vec<DemandSet>) -> Vec<DemandSet> {
    all.sort_unstable();
    all.dedup();
    let contains = |one: &DemandSet| all.iter().any(|it| it != one && it.is_subset(*one));
    all.iter().filter(|one| !contains(one)).copied().collect()
}

/// Whether whoever meets the first freshly has met the second.
fn implied(
    given: &DemandName,
    wanted: &DemandName,
    strengths: (Option<&Strength>, Option<&Strength>),
) -> bool {
    let as_short = match (given.2, wanted.2) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(given), Some(wanted)) => given <= wanted,
    };
    let same = given.0 == wanted.0 && given.1 == wanted.1;
    as_short && (same || implied_by_strength(wanted.0, strengths))
}

fn implied_by_strength(
    wanted: DemandKind,
    strengths: (Option<&Strength>, Option<&Strength>),
) -> bool {
    match strengths {
        (Some(given), None) if wanted == DemandKind::SignIn => {
            every(given, |it| it.method.is_first_factor())
        }
        (Some(given), Some(wanted)) => is_as_strong(given, wanted),
        _ => false,
    }
}

/// Whether every combination has such a method. Of an opaque strength nothing is known.
fn every(strength: &Strength, such: impl Fn(&hir::MethodUse) -> bool) -> bool {
    strength.opaque.is_none()
        && strength.combinations.iter().all(|one| one.methods.iter().any(&such))
}

fn is_as_strong(given: &Strength, wanted: &Strength) -> bool {
    let contains = |given: &hir::Combination| {
        wanted.combinations.iter().any(|wanted| {
            wanted.methods.iter().all(|one| given.methods.iter().any(|it| narrows(it, one)))
        })
    };
    given.opaque.is_none() && wanted.opaque.is_none() && given.combinations.iter().all(contains)
}

/// Whether every proof of the first use is one of the second.
fn narrows(given: &hir::MethodUse, wanted: &hir::MethodUse) -> bool {
    let part = |given: &BTreeSet<String>, wanted: &BTreeSet<String>| {
        wanted.is_empty() || (!given.is_empty() && given.is_subset(wanted))
    };
    given.method == wanted.method
        && part(&given.aaguids, &wanted.aaguids)
        && part(&given.issuers, &wanted.issuers)
        && part(&given.policies, &wanted.policies)
}

fn too_many_demands(policies: &[&Policy], count: usize) -> Diagnostic {
    let demanding = policies.iter().rev().find(|it| matches!(it.effect, Effect::Require(_)));
    let span = demanding.or(policies.last()).map(|policy| policy.span);
    let span = span.unwrap_or(crate::source::Span::new(crate::source::SourceId::PRELUDE, 0, 0));
    let called = demanding.map_or("", |policy| policy.name.as_str());
    Diagnostic::error(
        codes::TOO_MANY_DEMANDS,
        span,
        format!("with `{called}`, the policies demand {count} different things, at most {MAX_DEMANDS} are possible"),
    )
    .note("each strength, each terms of use, and each of them with another `within`, is one")
    .help("let policies that mean the same demand the same, with the same `within`")
}

fn too_many_alternatives(policy: &Policy) -> Diagnostic {
    Diagnostic::error(
        codes::TOO_MANY_ALTERNATIVES,
        policy.span,
        format!(
            "the grant of `{}` has more than {MAX_WORKING_ALTERNATIVES} alternatives",
            policy.name
        ),
    )
    .note("`and` between several `or`s multiplies")
    .help("split the policy: one for each part of the `and`")
}
