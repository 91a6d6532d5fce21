//! Two policy sets in one, so that one space tells apart what either tells apart: names stay, numbers are those of the
//! new set, and what differs under one name is kept beside it.

use std::fmt;

use crate::hir::{
    Condition, ConditionKind, Effect, Grant, Network, NetworkId, Object, Policy, PolicySet,
    Predicate, Probe, Requirement, Strength, StrengthId,
};
use crate::schema::attribute::AttributeId;

/// Two policy sets in one.
#[derive(Debug, Clone)]
pub(super) struct Merged {
    /// The policies of the old set, then those of the new one.
    pub set: PolicySet,
    /// How many of them are the old ones.
    pub old: usize,
}

/// Why two sets cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incomparable {
    /// An own attribute is of another type in each.
    OwnAttribute(String),
    /// There are more own attributes together than a set may have.
    TooManyAttributes,
}

impl fmt::Display for Incomparable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Incomparable::OwnAttribute(name) => {
                write!(f, "the attribute `{name}` is of another type in each of the two")
            }
            Incomparable::TooManyAttributes => {
                f.write_str("the two have too many attributes of their own together")
            }
        }
    }
}

impl std::error::Error for Incomparable {}

/// What is called the same and is another.
const BEFORE: &str = " (before)";

/// Puts an old set before a new one.
pub(super) fn merge(old: &PolicySet, new: &PolicySet) -> Result<Merged, Incomparable> {
    let mut set = new.clone();
    let numbers = Numbers {
        networks: old.networks.iter().map(|it| network(&mut set, it)).collect(),
        strengths: old.strengths.iter().map(|it| strength(&mut set, it)).collect(),
        own: own(&mut set, old)?,
    };
    for object in &old.objects {
        if !set.objects.iter().any(|it| same_object(it, object)) {
            set.objects.push(object.clone());
        }
    }
    if set.archetypes.is_empty() {
        let renumbered = old.archetypes.iter().cloned();
        set.archetypes = renumbered.collect();
    }
    (set.lets, set.asserts, set.tests) = (Vec::new(), Vec::new(), Vec::new());
    let of_old = old.policies.iter().map(|policy| numbers.policy(policy));
    set.policies = of_old.chain(new.policies.iter().cloned()).collect();
    Ok(Merged { set, old: old.policies.len() })
}

fn same_object(a: &Object, b: &Object) -> bool {
    a.kind == b.kind && a.name == b.name && a.ids == b.ids
}

/// The number of the same network, whatever it is called; of none, a new one.
fn network(set: &mut PolicySet, wanted: &Network) -> NetworkId {
    let says = |it: &Network| {
        (
            (it.ranges.clone(), it.countries.clone(), it.unknown_country),
            (it.gps_countries.clone(), it.gps_unknown, it.named.clone()),
        )
    };
    let same = |it: &Network| it.name == wanted.name && says(it) == says(wanted);
    let at = set.networks.iter().position(same).unwrap_or_else(|| {
        let taken = set.networks.iter().any(|it| it.name == wanted.name);
        let name = if taken { wanted.name.clone() + BEFORE } else { wanted.name.clone() };
        set.networks.push(Network { name, ..wanted.clone() });
        set.networks.len() - 1
    });
    NetworkId(u32::try_from(at).expect("two sets have fewer networks than there are numbers"))
}

fn strength(set: &mut PolicySet, wanted: &Strength) -> StrengthId {
    let same = |it: &Strength| {
        it.name == wanted.name
            && it.combinations == wanted.combinations
            && it.opaque == wanted.opaque
    };
    let at = set.strengths.iter().position(same).unwrap_or_else(|| {
        let taken = set.strengths.iter().any(|it| it.name == wanted.name);
        let name = if taken { wanted.name.clone() + BEFORE } else { wanted.name.clone() };
        set.strengths.push(Strength { name, ..wanted.clone() });
        set.strengths.len() - 1
    });
    StrengthId(u32::try_from(at).expect("two sets have fewer strengths than there are numbers"))
}

/// The new numbers of the old set's own attributes.
fn own(set: &mut PolicySet, old: &PolicySet) -> Result<Vec<u8>, Incomparable> {
    let mut numbers = Vec::new();
    for wanted in &old.own_attributes {
        let found = set.own_attributes.iter().position(|it| it.name == wanted.name);
        let at = match found {
            Some(at) if set.own_attributes[at].kind != wanted.kind => {
                return Err(Incomparable::OwnAttribute(wanted.name.clone()));
            }
            Some(at) => at,
            None => {
                set.own_attributes.push(wanted.clone());
                set.own_attributes.len() - 1
            }
        };
        let number = u8::try_from(at).ok().filter(|it| *it < 128);
        numbers.push(number.ok_or(Incomparable::TooManyAttributes)?);
    }
    Ok(numbers)
}

/// The numbers of an old set in the merged one.
struct Numbers {
    networks: Vec<NetworkId>,
    strengths: Vec<StrengthId>,
    own: Vec<u8>,
}

impl Numbers {
    fn policy(&self, policy: &Policy) -> Policy {
        let effect = match &policy.effect {
            Effect::Require(grant) => Effect::Require(self.grant(grant)),
            Effect::Block => Effect::Block,
            Effect::Nothing => Effect::Nothing,
        };
        Policy { condition: self.condition(&policy.condition), effect, ..policy.clone() }
    }

    fn condition(&self, condition: &Condition) -> Condition {
        let each = |parts: &[Condition]| parts.iter().map(|part| self.condition(part)).collect();
        condition.with(match &condition.kind {
            ConditionKind::Always => ConditionKind::Always,
            ConditionKind::Never => ConditionKind::Never,
            ConditionKind::All(parts) => ConditionKind::All(each(parts)),
            ConditionKind::Any(parts) => ConditionKind::Any(each(parts)),
            ConditionKind::Not(inner) => ConditionKind::Not(Box::new(self.condition(inner))),
            ConditionKind::Test(probe) => ConditionKind::Test(self.probe(probe)),
        })
    }

    fn probe(&self, probe: &Probe) -> Probe {
        let attribute = match probe.attribute {
            AttributeId::Own(number) => AttributeId::Own(self.own[usize::from(number)]),
            built_in @ AttributeId::BuiltIn(_) => built_in,
        };
        let mut predicate = probe.predicate.clone();
        if let Predicate::Networks(networks) = &mut predicate {
            *networks = networks.iter().map(|id| self.networks[id.0 as usize]).collect();
        }
        Probe { attribute, predicate }
    }

    fn grant(&self, grant: &Grant) -> Grant {
        let each = |grants: &[Grant]| grants.iter().map(|grant| self.grant(grant)).collect();
        match grant {
            Grant::All(grants) => Grant::All(each(grants)),
            Grant::Any(grants) => Grant::Any(each(grants)),
            Grant::One(requirement) => {
                let strength = requirement.strength.map(|id| self.strengths[id.0 as usize]);
                Grant::One(Requirement { strength, ..requirement.clone() })
            }
        }
    }
}
