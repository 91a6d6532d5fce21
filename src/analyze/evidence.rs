//! Evidence as dimensions: for every kind of proof and every claim that requirements tell apart, how old the freshest is.

use std::collections::{BTreeMap, BTreeSet};

use crate::analyze::space::{Class, Place, Space};
use crate::hir::{Combination, Grant, MethodUse, PolicySet, Requirement, StrengthId};
use crate::request::{Claim, Proof, RequestBuilder};
use crate::schema::grant::GrantWord;
use crate::schema::method::{METHODS, Method};
use crate::value::canonical_id;

/// The class of what was never proven.
pub(super) const NEVER: usize = 0;
/// The class of a proof that is older than every bound, or a claim without a time.
const OLD: usize = 1;

/// What evidence there can be.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    /// The bounds that any requirement or frequency sets, in seconds, longest first. A proof of class `OLD + 1 + n` is
    /// as old as bound `n` allows.
    pub bounds: Vec<u64>,
    /// Kinds of proofs, none like another.
    pub proofs: Vec<Kind>,
    /// Grants with an id, or none.
    pub claims: Vec<(GrantWord, Option<String>)>,
    /// The dimensions of both.
    pub proof_dimensions: Vec<usize>,
    pub claim_dimensions: Vec<usize>,
}

/// Proofs that can stand for each other in everything that is required.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    /// At least one.
    pub proofs: Vec<Proof>,
}

/// What a proof is good for: where one of its kind is missing, what else is needed.
type Worth = (bool, bool, BTreeSet<(StrengthId, Vec<MethodUse>)>);

/// What is demanded anywhere.
#[derive(Debug, Default)]
pub(super) struct Demands<'a> {
    pub requirements: Vec<&'a Requirement>,
    /// Bounds of frequencies, in seconds.
    pub frequencies: BTreeSet<u64>,
    /// Whether any frequency bounds the first factor.
    pub first_factor: bool,
}

impl<'a> Demands<'a> {
    pub(super) fn add(&mut self, grant: &'a Grant) {
        self.requirements.extend(grant.requirements());
    }

    fn strengths(&self) -> BTreeSet<StrengthId> {
        self.requirements.iter().filter_map(|it| it.strength).collect()
    }
}

impl Evidence {
    pub(super) fn of(set: &PolicySet, demands: &Demands<'_>) -> Evidence {
        let within = demands.requirements.iter().filter_map(|it| it.within);
        let bounds: BTreeSet<u64> = within.chain(demands.frequencies.iter().copied()).collect();
        Evidence {
            bounds: bounds.into_iter().rev().collect(),
            proofs: kinds(set, demands),
            claims: claims(set, demands),
            ..Evidence::default()
        }
    }

    /// Adds the dimensions, after those of the request.
    pub(super) fn enter(&mut self, space: &mut Space<'_>) {
        let class = |cost| Class { value: None, absent: cost == 0, cost };
        let ages = || (0..self.bounds.len() + 2).map(|at| class(u32::from(at > 0))).collect();
        let proofs = 0..self.proofs.len();
        self.proof_dimensions = proofs.map(|at| space.add(Place::Proof(at), ages())).collect();
        let claims = 0..self.claims.len();
        self.claim_dimensions = claims.map(|at| space.add(Place::Claim(at), ages())).collect();
    }

    /// The lowest class that is fresh within so many seconds.
    pub(super) fn fresh_from(&self, seconds: u64) -> usize {
        OLD + 1 + self.bounds.partition_point(|bound| *bound > seconds)
    }

    /// The oldest age of a class, in milliseconds.
    fn age_ms(&self, class: usize) -> i64 {
        let bound = class.checked_sub(OLD + 1).and_then(|at| self.bounds.get(at));
        let oldest = || self.bounds.first().map_or(0, |it| it.saturating_add(1));
        let seconds = bound.copied().unwrap_or_else(oldest);
        i64::try_from(seconds.saturating_mul(1_000)).unwrap_or(i64::MAX)
    }

    /// The dimensions of the proofs that a method of a strength takes.
    pub(super) fn showing(&self, wanted: &MethodUse) -> Vec<usize> {
        let shows = |kind: &Kind| kind.proofs.iter().any(|proof| shows(proof, wanted));
        let kinds = self.proofs.iter().zip(&self.proof_dimensions);
        kinds.filter(|(kind, _)| shows(kind)).map(|(_, at)| *at).collect()
    }

    /// The dimensions of the proofs that a sign-in can begin with.
    pub(super) fn first_factors(&self) -> Vec<usize> {
        let first = |kind: &Kind| kind.proofs.iter().any(|proof| proof.method.is_first_factor());
        let kinds = self.proofs.iter().zip(&self.proof_dimensions);
        kinds.filter(|(kind, _)| first(kind)).map(|(_, at)| *at).collect()
    }

    /// The dimension of a claim.
    pub(super) fn claim(&self, grant: GrantWord, id: Option<&str>) -> Option<usize> {
        let at = self.claims.iter().position(|(of, it)| *of == grant && it.as_deref() == id)?;
        self.claim_dimensions.get(at).copied()
    }

    /// The request with a proof of that kind and age.
    pub(super) fn prove(
        &self,
        builder: RequestBuilder,
        kind: usize,
        class: usize,
    ) -> RequestBuilder {
        match self.proofs[kind].proofs.first() {
            Some(proof) if class != NEVER => {
                builder.proof(Proof { age_ms: self.age_ms(class), ..proof.clone() })
            }
            _ => builder,
        }
    }

    /// The request with a claim of that age.
    pub(super) fn claimed(
        &self,
        builder: RequestBuilder,
        claim: usize,
        class: usize,
    ) -> RequestBuilder {
        let (grant, id) = self.claims[claim].clone();
        let age_ms = (class != OLD).then(|| self.age_ms(class));
        if class == NEVER { builder } else { builder.claim(Claim { grant, id, age_ms }) }
    }

    /// How old the freshest proof of a kind is when exactly these were given.
    pub(super) fn fixed(
        &self,
        set: &PolicySet,
        kind: usize,
        given: &[Proof],
        demands: &Demands<'_>,
    ) -> usize {
        let uses = uses(set, demands);
        let shown = |proof: &Proof| -> BTreeSet<&MethodUse> {
            uses.iter().filter(|wanted| shows(proof, wanted)).collect()
        };
        let one_of = |given: &Proof| {
            self.proofs[kind]
                .proofs
                .iter()
                .any(|proof| proof.method == given.method && shown(proof).is_subset(&shown(given)))
        };
        let ages = given.iter().filter(|proof| one_of(proof)).map(|proof| proof.age_ms);
        let class = |age: i64| {
            let fresh = |bound: &&u64| {
                age <= i64::try_from(bound.saturating_mul(1_000)).unwrap_or(i64::MAX)
            };
            OLD + self.bounds.iter().take_while(fresh).count()
        };
        ages.map(class).max().unwrap_or(NEVER)
    }
}

/// Whether a proof is of the wanted method and shows what is asked of it.
fn shows(proof: &Proof, wanted: &MethodUse) -> bool {
    let one_of = |ids: &BTreeSet<String>, shown: Option<&String>| {
        ids.is_empty() || shown.is_some_and(|shown| ids.contains(shown))
    };
    proof.method == wanted.method
        && one_of(&wanted.aaguids, proof.aaguid.as_ref())
        && one_of(&wanted.issuers, proof.issuer.as_ref())
        && (wanted.policies.is_empty() || !wanted.policies.is_disjoint(&proof.policies))
}

/// Every combination that is asked for anywhere, with its strength.
fn combinations<'a>(
    set: &'a PolicySet,
    demands: &Demands<'_>,
) -> Vec<(StrengthId, &'a Combination)> {
    let strengths = demands.strengths().into_iter();
    let each =
        strengths.flat_map(|id| set.strength(id).combinations.iter().map(move |it| (id, it)));
    each.collect()
}

fn uses(set: &PolicySet, demands: &Demands<'_>) -> BTreeSet<MethodUse> {
    let all = combinations(set, demands).into_iter();
    all.flat_map(|(_, combination)| combination.methods.iter().cloned()).collect()
}

/// Proofs, those together that can stand for each other.
fn kinds(set: &PolicySet, demands: &Demands<'_>) -> Vec<Kind> {
    let combinations = combinations(set, demands);
    let mut kinds: BTreeMap<Worth, Vec<Proof>> = BTreeMap::new();
    for proof in shapes(&uses(set, demands)) {
        let worth = worth(&proof, &combinations, demands.first_factor);
        if worth.0 || !worth.2.is_empty() {
            kinds.entry(worth).or_default().push(proof);
        }
    }
    let mut kinds: Vec<Kind> = kinds.into_values().map(|proofs| Kind { proofs }).collect();
    kinds.sort_by_key(|kind| kind.proofs.first().map(|proof| proof.method));
    kinds
}

fn worth(proof: &Proof, combinations: &[(StrengthId, &Combination)], first_factor: bool) -> Worth {
    let rest = |combination: &Combination| -> Vec<MethodUse> {
        combination.methods.iter().filter(|wanted| !shows(proof, wanted)).cloned().collect()
    };
    let good = combinations.iter().map(|(id, it)| (*id, rest(it), it.methods.len()));
    let good = good.filter(|(_, rest, all)| rest.len() < *all).map(|(id, rest, _)| (id, rest));
    let first = first_factor && proof.method.is_first_factor();
    (first, proof.method.is_second_factor(), good.collect())
}

/// A plain proof of every method, and one for everything that a strength asks to be shown. A certificate with several
/// policies is worth what several certificates with one each are.
fn shapes(uses: &BTreeSet<MethodUse>) -> Vec<Proof> {
    let mut found: Vec<Proof> = METHODS.iter().map(|row| plain(row.method)).collect();
    for wanted in uses {
        let of_method = || uses.iter().filter(|it| it.method == wanted.method);
        let aaguids: BTreeSet<String> =
            of_method().flat_map(|it| it.aaguids.iter().cloned()).collect();
        let issuers: BTreeSet<String> =
            of_method().flat_map(|it| it.issuers.iter().cloned()).collect();
        let policies: BTreeSet<String> =
            of_method().flat_map(|it| it.policies.iter().cloned()).collect();
        for aaguid in or_none(aaguids) {
            for issuer in or_none(issuers.clone()) {
                for policy in or_none(policies.clone()) {
                    let policies = policy.into_iter().collect();
                    let (aaguid, issuer) = (aaguid.clone(), issuer.clone());
                    found.push(Proof { aaguid, issuer, policies, ..plain(wanted.method) });
                }
            }
        }
    }
    found
}

fn or_none(ids: BTreeSet<String>) -> Vec<Option<String>> {
    std::iter::once(None).chain(ids.into_iter().map(Some)).collect()
}

fn plain(method: Method) -> Proof {
    Proof { method, age_ms: 0, aaguid: None, issuer: None, policies: BTreeSet::new() }
}

/// Every claim that a requirement reads.
fn claims(set: &PolicySet, demands: &Demands<'_>) -> Vec<(GrantWord, Option<String>)> {
    let all = demands.requirements.iter().flat_map(|it| claims_of(set, it));
    all.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The claims that a requirement reads; all of them are needed.
pub(super) fn claims_of(set: &PolicySet, it: &Requirement) -> Vec<(GrantWord, Option<String>)> {
    let opaque = it.strength.and_then(|id| set.strength(id).opaque.as_deref());
    match it.grant {
        GrantWord::Mfa | GrantWord::Strength => {
            opaque.map(|id| (GrantWord::Strength, Some(canonical_id(id)))).into_iter().collect()
        }
        GrantWord::CompliantDevice | GrantWord::HybridJoinedDevice => {
            it.within.map(|_| (it.grant, None)).into_iter().collect()
        }
        GrantWord::ApprovedApp | GrantWord::ProtectedApp => vec![(it.grant, None)],
        GrantWord::PasswordChange | GrantWord::RiskRemediation => vec![(it.grant, None)],
        GrantWord::Terms | GrantWord::CustomControl => {
            let ids = it.object.iter().flat_map(|object| &object.ids);
            ids.map(|id| (it.grant, Some(id.clone()))).collect()
        }
    }
}
