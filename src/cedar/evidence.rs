//! Grants as Cedar expressions over the ages of proofs and claims.

use crate::cedar::expr::Expr;
use crate::cedar::keys::{FIRST_FACTOR, Keys, access, attribute_key, claims, has};
use crate::cedar::test::CONTEXT;
use crate::hir::{Combination, Grant, MethodUse, PolicySet, Requirement, StrengthId};
use crate::schema::attribute::{Attribute, AttributeId};
use crate::schema::grant::GrantWord;

/// The age of a claim of which nobody said when it was made. No bound is as long, so it satisfies none.
pub(super) const UNTIMED: i64 = i64::MAX;

/// How old proofs may be, in seconds, over all policies that are looked at together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Bounds {
    /// Of both factors.
    pub both: Option<u64>,
    /// Of the second factor.
    pub second: Option<u64>,
}

impl Bounds {
    /// The shorter of each.
    pub(super) fn with(self, other: Bounds) -> Bounds {
        let shorter = |a: Option<u64>, b: Option<u64>| [a, b].into_iter().flatten().min();
        Bounds { both: shorter(self.both, other.both), second: shorter(self.second, other.second) }
    }
}

/// Evidence that is held against bounds.
pub(super) struct Proven<'a> {
    /// The strengths.
    pub set: &'a PolicySet,
    /// The names of ages.
    pub keys: &'a Keys,
    /// How old proofs may be.
    pub bounds: Bounds,
}

impl Proven<'_> {
    /// That the evidence satisfies a grant.
    pub(super) fn grant(&self, grant: &Grant) -> Expr {
        match grant {
            Grant::All(grants) => Expr::all(grants.iter().map(|grant| self.grant(grant))),
            Grant::Any(grants) => Expr::any(grants.iter().map(|grant| self.grant(grant))),
            Grant::One(requirement) => self.requirement(requirement),
        }
    }

    /// That somebody signed in as freshly as the bound on both factors says.
    pub(super) fn signed_in(&self) -> Expr {
        match self.bounds.both {
            None => Expr::Const(true),
            Some(_) => fresh(FIRST_FACTOR, &[self.bounds.both]),
        }
    }

    fn requirement(&self, requirement: &Requirement) -> Expr {
        let within = requirement.within;
        match requirement.grant {
            GrantWord::Mfa | GrantWord::Strength => match requirement.strength {
                Some(id) => self.strength(id, requirement),
                None => Expr::Const(false),
            },
            GrantWord::CompliantDevice => self.device(Attribute::DeviceCompliant, requirement),
            GrantWord::HybridJoinedDevice => {
                self.device(Attribute::DeviceHybridJoined, requirement)
            }
            GrantWord::ApprovedApp
            | GrantWord::ProtectedApp
            | GrantWord::PasswordChange
            | GrantWord::RiskRemediation
            | GrantWord::Terms
            | GrantWord::CustomControl => self.claims(requirement, &[within]),
        }
    }

    /// Every claim that it asks for.
    fn claims(&self, requirement: &Requirement, bounds: &[Option<u64>]) -> Expr {
        let claims = claims(self.set, requirement);
        if claims.is_empty() && requirement.object.is_none() {
            return Expr::Const(false);
        }
        Expr::all(claims.iter().map(|(key, ..)| fresh(key, bounds)))
    }

    fn strength(&self, id: StrengthId, requirement: &Requirement) -> Expr {
        let strength = self.set.strength(id);
        if strength.opaque.is_some() {
            return self.claims(requirement, &[requirement.within, self.bounds.both]);
        }
        let each = strength.combinations.iter();
        Expr::any(each.map(|one| self.combination(one, requirement.within)))
    }

    fn combination(&self, combination: &Combination, within: Option<u64>) -> Expr {
        Expr::all(combination.methods.iter().map(|method| self.method(method, within)))
    }

    fn method(&self, wanted: &MethodUse, within: Option<u64>) -> Expr {
        let second = self.bounds.second.filter(|_| wanted.method.is_second_factor());
        fresh(self.keys.proof(wanted), &[within, self.bounds.both, second])
    }

    fn device(&self, attribute: Attribute, requirement: &Requirement) -> Expr {
        let key = attribute_key(self.set, AttributeId::BuiltIn(attribute));
        let holds = [Expr::leaf(has(CONTEXT, &key)), Expr::leaf(access(CONTEXT, &key))];
        let claim = requirement.within.map(|_| self.claims(requirement, &[requirement.within]));
        Expr::all(holds.into_iter().chain(claim))
    }
}

/// That something is there, and no older than the shortest bound.
fn fresh(key: &str, bounds: &[Option<u64>]) -> Expr {
    let there = Expr::leaf(has(CONTEXT, key));
    let Some(seconds) = bounds.iter().flatten().min() else { return there };
    let bound = i64::try_from(seconds.saturating_mul(1_000)).unwrap_or(i64::MAX).min(UNTIMED - 1);
    Expr::all([there, Expr::leaf(format!("{} <= {bound}", access(CONTEXT, key)))])
}
