//! What of a grant is proven, by which proof and how long ago, and what is missing.

use crate::decision::Demand;
use crate::hir::{Combination, Grant, MethodUse, Requirement, Strength};
use crate::interpret::challenge;
use crate::interpret::evidence::{Proven, shows};
use crate::request::Claim;
use crate::schema::attribute::Attribute;
use crate::schema::grant::{GrantWord, ProvenBy};
use crate::schema::method::Method;
use crate::value::Slot;

/// A grant and whether the evidence satisfies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantExplanation {
    /// Whether it is satisfied.
    pub satisfied: bool,
    /// What it is made of.
    pub kind: GrantKind,
}

/// What a grant is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantKind {
    /// All of them.
    All(Vec<GrantExplanation>),
    /// Any of them.
    Any(Vec<GrantExplanation>),
    /// Authentication methods: any of these combinations.
    Methods(Demand, Vec<CombinationExplanation>),
    /// Claims; for a device grant, after its attribute.
    Claims(Demand, Vec<Proof>),
    /// An attribute of the device: its name and its state in words; then the claims that show it freshly, where the
    /// grant says `within`.
    Device(Demand, &'static str, &'static str, Vec<Proof>),
}

/// A combination of methods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CombinationExplanation {
    /// Whether all of it is proven freshly.
    pub satisfied: bool,
    /// Its methods.
    pub methods: Vec<MethodExplanation>,
}

/// A method of a combination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodExplanation {
    /// Which.
    pub method: Method,
    /// Its youngest matching proof.
    pub proof: Option<Proof>,
}

/// Something that was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// How long ago, in milliseconds, where that is known.
    pub age_ms: Option<i64>,
    /// Whether that is fresh enough.
    pub fresh: bool,
}

pub(super) fn explain(proven: &Proven<'_>, grant: &Grant) -> GrantExplanation {
    let each = |grants: &[Grant]| grants.iter().map(|grant| explain(proven, grant)).collect();
    match grant {
        Grant::All(grants) => {
            let parts: Vec<GrantExplanation> = each(grants);
            let satisfied = parts.iter().all(|part| part.satisfied);
            GrantExplanation { satisfied, kind: GrantKind::All(parts) }
        }
        Grant::Any(grants) => {
            let parts: Vec<GrantExplanation> = each(grants);
            let satisfied = parts.iter().any(|part| part.satisfied);
            GrantExplanation { satisfied, kind: GrantKind::Any(parts) }
        }
        Grant::One(requirement) => GrantExplanation {
            satisfied: proven.satisfies(requirement),
            kind: one(proven, requirement),
        },
    }
}

fn one(proven: &Proven<'_>, requirement: &Requirement) -> GrantKind {
    let demand = challenge::demand(proven, requirement);
    match requirement.grant.row().proven_by {
        ProvenBy::Methods => methods(proven, requirement, demand),
        ProvenBy::Device => device(proven, requirement, demand),
        ProvenBy::Claim => {
            let speaks = |claim: &Claim| speaks_of(claim, requirement);
            GrantKind::Claims(demand, claims(proven, &[requirement.within], speaks))
        }
    }
}

fn methods(proven: &Proven<'_>, requirement: &Requirement, demand: Demand) -> GrantKind {
    let strength = requirement.strength.map(|id| proven.set.strength(id));
    let opaque = strength.and_then(|strength| strength.opaque.as_deref());
    if let Some(id) = opaque {
        let bounds = [requirement.within, proven.bounds.both];
        let speaks =
            |claim: &Claim| claim.grant == GrantWord::Strength && claim.id.as_deref() == Some(id);
        return GrantKind::Claims(demand, claims(proven, &bounds, speaks));
    }
    let combinations = strength.map_or(&[][..], |strength: &Strength| &strength.combinations);
    let within = requirement.within;
    let each = combinations.iter().map(|combination| explain_one(proven, combination, within));
    GrantKind::Methods(demand, each.collect())
}

fn explain_one(
    proven: &Proven<'_>,
    combination: &Combination,
    within: Option<u64>,
) -> CombinationExplanation {
    let method = |wanted: &MethodUse| {
        let proofs = proven.request.evidence().proofs.iter();
        let youngest = proofs.filter(|proof| shows(proof, wanted)).map(|proof| proof.age_ms).min();
        let fresh = proven.has_method(wanted, within);
        let proof = youngest.map(|age_ms| Proof { age_ms: Some(age_ms), fresh });
        MethodExplanation { method: wanted.method, proof }
    };
    CombinationExplanation {
        satisfied: proven.has_combination(combination, within),
        methods: combination.methods.iter().map(method).collect(),
    }
}

fn device(proven: &Proven<'_>, requirement: &Requirement, demand: Demand) -> GrantKind {
    let attribute = match requirement.grant {
        GrantWord::HybridJoinedDevice => Attribute::DeviceHybridJoined,
        _ => Attribute::DeviceCompliant,
    };
    let state = match proven.request.boolean(attribute) {
        Slot::Known(true) => "true",
        Slot::Known(false) => "false",
        Slot::Absent => "absent",
        Slot::NotSupplied => "not supplied",
    };
    let wanted = requirement.within.is_some();
    let shown =
        claims(proven, &[requirement.within], |claim| wanted && speaks_of(claim, requirement));
    GrantKind::Device(demand, attribute.name(), state, shown)
}

fn speaks_of(claim: &Claim, requirement: &Requirement) -> bool {
    let ids = requirement.object.as_ref().map(|object| &object.ids);
    let named = ids.is_none_or(|ids| claim.id.as_ref().is_some_and(|id| ids.contains(id)));
    claim.grant == requirement.grant && named
}

fn claims(
    proven: &Proven<'_>,
    bounds: &[Option<u64>],
    speaks: impl Fn(&Claim) -> bool,
) -> Vec<Proof> {
    let claims = proven.request.evidence().claims.iter().filter(|claim| speaks(claim));
    claims
        .map(|claim| Proof {
            age_ms: claim.age_ms,
            fresh: crate::interpret::evidence::is_claim_fresh(claim, bounds),
        })
        .collect()
}
