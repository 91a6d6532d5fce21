//! What the evidence satisfies: proofs and claims held against what a policy demands and how fresh it must be.

use crate::decision::Options;
use crate::hir::{Combination, MethodUse, ObjectRef, Policy, PolicySet, Requirement, StrengthId};
use crate::request::{Claim, Evidence, Proof, Request};
use crate::schema::attribute::Attribute;
use crate::schema::grant::GrantWord;
use crate::schema::session::{Frequency, MaxAge};
use crate::value::{Slot, canonical_id};

/// How old proofs may be, over all policies that are looked at together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Bounds {
    /// The strictest words.
    pub frequency: Frequency,
    /// The shortest bound on both factors, in seconds.
    pub both: Option<u64>,
    /// The shortest bound on the second factor, in seconds.
    second: Option<u64>,
}

impl Bounds {
    /// The sign-in frequencies of these policies.
    pub(super) fn of(policies: &[&Policy], options: &Options) -> Bounds {
        policies.iter().map(|policy| policy.session.sign_in_frequency).fold(
            Bounds::default(),
            |bounds, frequency| Bounds {
                frequency: bounds.frequency.merge(frequency),
                both: shortest(bounds.both, seconds(frequency.both, options)),
                second: shortest(bounds.second, seconds(frequency.second, options)),
            },
        )
    }
}

fn seconds(bound: Option<MaxAge>, options: &Options) -> Option<u64> {
    bound.map(|bound| options.seconds(bound))
}

fn shortest(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    [a, b].into_iter().flatten().min()
}

/// What was proven, held against bounds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Proven<'a> {
    pub set: &'a PolicySet,
    pub request: &'a Request,
    pub bounds: Bounds,
    /// Whether device attributes that nobody supplied count as proven: the friendliest reading.
    pub trusting: bool,
}

/// Whether something of that age is fresh within every bound.
pub(super) fn is_fresh(age_ms: i64, bounds: &[Option<u64>]) -> bool {
    let age = u64::try_from(age_ms).unwrap_or(0);
    bounds.iter().flatten().all(|bound| age <= bound.saturating_mul(1_000))
}

pub(super) fn is_claim_fresh(claim: &Claim, bounds: &[Option<u64>]) -> bool {
    match claim.age_ms {
        Some(age) => is_fresh(age, bounds),
        None => bounds.iter().all(Option::is_none),
    }
}

impl<'a> Proven<'a> {
    fn evidence(&self) -> &'a Evidence {
        self.request.evidence()
    }

    /// Whether a sign-in is fresh enough for every frequency.
    pub(super) fn signed_in(&self) -> bool {
        self.bounds.both.is_none() || self.has_first_factor(self.bounds.both)
    }

    /// Whether there is a first factor that is fresh within the bound.
    pub(super) fn has_first_factor(&self, bound: Option<u64>) -> bool {
        let mut proofs = self.evidence().proofs.iter();
        proofs.any(|proof| proof.method.is_first_factor() && is_fresh(proof.age_ms, &[bound]))
    }

    /// Whether one requirement is met.
    pub(super) fn satisfies(&self, requirement: &Requirement) -> bool {
        match requirement.grant {
            GrantWord::Mfa | GrantWord::Strength => {
                requirement.strength.is_some_and(|id| self.has_strength(id, requirement.within))
            }
            GrantWord::CompliantDevice => self.has_device(requirement, Attribute::DeviceCompliant),
            GrantWord::HybridJoinedDevice => {
                self.has_device(requirement, Attribute::DeviceHybridJoined)
            }
            GrantWord::ApprovedApp
            | GrantWord::ProtectedApp
            | GrantWord::PasswordChange
            | GrantWord::RiskRemediation => self.has_claim(requirement, None),
            GrantWord::Terms | GrantWord::CustomControl => {
                requirement.object.as_ref().is_some_and(|object| self.has_all(requirement, object))
            }
        }
    }

    fn has_strength(&self, id: StrengthId, within: Option<u64>) -> bool {
        let strength = self.set.strength(id);
        match &strength.opaque {
            Some(id) => self.has_opaque(&canonical_id(id), within),
            None => strength.combinations.iter().any(|one| self.has_combination(one, within)),
        }
    }

    fn has_opaque(&self, id: &str, within: Option<u64>) -> bool {
        self.evidence().claims.iter().any(|claim| {
            claim.grant == GrantWord::Strength
                && claim.id.as_deref() == Some(id)
                && is_claim_fresh(claim, &[within, self.bounds.both])
        })
    }

    pub(super) fn has_combination(&self, combination: &Combination, within: Option<u64>) -> bool {
        combination.methods.iter().all(|method| self.has_method(method, within))
    }

    pub(super) fn has_method(&self, wanted: &MethodUse, within: Option<u64>) -> bool {
        let second = self.bounds.second.filter(|_| wanted.method.is_second_factor());
        let bounds = [within, self.bounds.both, second];
        let mut proofs = self.evidence().proofs.iter();
        proofs.any(|proof| shows(proof, wanted) && is_fresh(proof.age_ms, &bounds))
    }

    fn has_device(&self, requirement: &Requirement, attribute: Attribute) -> bool {
        match self.request.boolean(attribute) {
            Slot::Known(true) => requirement.within.is_none() || self.has_claim(requirement, None),
            Slot::NotSupplied => self.trusting,
            Slot::Known(false) | Slot::Absent => false,
        }
    }

    fn has_all(&self, requirement: &Requirement, object: &ObjectRef) -> bool {
        object.ids.iter().all(|id| self.has_claim(requirement, Some(id)))
    }

    fn has_claim(&self, requirement: &Requirement, id: Option<&str>) -> bool {
        self.evidence().claims.iter().any(|claim| {
            claim.grant == requirement.grant
                && (id.is_none() || claim.id.as_deref() == id)
                && is_claim_fresh(claim, &[requirement.within])
        })
    }
}

/// Whether a proof is of the wanted method and shows what is asked of it.
pub(super) fn shows(proof: &Proof, wanted: &MethodUse) -> bool {
    let one_of = |restriction: &std::collections::BTreeSet<String>, shown: Option<&String>| {
        restriction.is_empty() || shown.is_some_and(|shown| restriction.contains(shown))
    };
    proof.method == wanted.method
        && one_of(&wanted.aaguids, proof.aaguid.as_ref())
        && one_of(&wanted.issuers, proof.issuer.as_ref())
        && (wanted.policies.is_empty() || !wanted.policies.is_disjoint(&proof.policies))
}
