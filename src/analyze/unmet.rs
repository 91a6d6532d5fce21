//! Where of a region what is demanded is not met. What nobody asks about is never worked out: each proof takes its part away
//! from what is left.

use crate::analyze::bdd::{Bdd, Result};
use crate::analyze::evidence::claims_of;
use crate::analyze::model::{Bounds, Freshness, Model};
use crate::analyze::space::{Test, test};
use crate::hir::{Combination, Grant, MethodUse, Predicate, Requirement};
use crate::schema::attribute::Attribute as A;
use crate::schema::grant::GrantWord;

use crate::analyze::space::Input;

impl Model<'_> {
    /// The part of a region in which a grant is not satisfied. What was never proven is no fresher for any frequency.
    pub(super) fn unmet(&mut self, asked: Bdd, grant: &Grant, or_feasible: bool) -> Result {
        let unproven = self.lacking(asked, grant, Freshness::Any, or_feasible)?;
        if unproven == asked {
            return Ok(asked);
        }
        let proven = self.arena.without(asked, unproven)?;
        let stale = self.lacking(proven, grant, Freshness::AsPoliciesDemand, or_feasible)?;
        self.arena.or(unproven, stale)
    }

    fn lacking(
        &mut self,
        region: Bdd,
        grant: &Grant,
        freshness: Freshness,
        or_feasible: bool,
    ) -> Result {
        if region == Bdd::NONE {
            return Ok(region);
        }
        match grant {
            Grant::All(grants) => {
                let any: Result<Vec<Bdd>> = grants
                    .iter()
                    .map(|grant| self.lacking(region, grant, freshness, or_feasible))
                    .collect();
                self.arena.any(any?)
            }
            Grant::Any(grants) => grants
                .iter()
                .try_fold(region, |left, grant| self.lacking(left, grant, freshness, or_feasible)),
            Grant::One(requirement) => {
                let mut left = region;
                if or_feasible {
                    let feasible = self.feasible(requirement.grant)?;
                    left = self.arena.without(left, feasible)?;
                }
                self.lacking_requirement(left, requirement, freshness)
            }
        }
    }

    fn lacking_requirement(&mut self, left: Bdd, it: &Requirement, freshness: Freshness) -> Result {
        if left == Bdd::NONE {
            return Ok(left);
        }
        match it.grant {
            GrantWord::Mfa | GrantWord::Strength => self.lacking_strength(left, it, freshness),
            GrantWord::CompliantDevice => {
                let holds = Test::Passes(Predicate::Holds);
                let device = self.test(Input::Slot(A::DeviceCompliant), holds)?;
                self.lacking_device(left, device, it)
            }
            GrantWord::HybridJoinedDevice => {
                let device = self.word(A::DeviceTrust, &[test::HYBRID_JOINED])?;
                self.lacking_device(left, device, it)
            }
            GrantWord::ApprovedApp | GrantWord::ProtectedApp => {
                self.lacking_claims(left, it, Freshness::Any)
            }
            GrantWord::PasswordChange | GrantWord::RiskRemediation => {
                self.lacking_claims(left, it, Freshness::Any)
            }
            GrantWord::Terms | GrantWord::CustomControl => {
                self.lacking_claims(left, it, Freshness::Any)
            }
        }
    }

    fn lacking_device(&mut self, left: Bdd, device: Bdd, it: &Requirement) -> Result {
        let other = self.arena.without(left, device)?;
        let here = self.arena.and(left, device)?;
        let unclaimed = self.lacking_claims(here, it, Freshness::Any)?;
        self.arena.or(other, unclaimed)
    }

    /// Where any claim that a requirement reads was not made in time.
    fn lacking_claims(&mut self, left: Bdd, it: &Requirement, freshness: Freshness) -> Result {
        let bounds = self.bounds_for(freshness, false)?;
        let mut any = Vec::new();
        for (grant, id) in claims_of(self.set, it) {
            let at = self.evidence.claim(grant, id.as_deref());
            let at: Vec<usize> = at.into_iter().collect();
            any.push(self.not_fresh(left, &at, it.within, &bounds)?);
        }
        self.arena.any(any)
    }

    fn lacking_strength(&mut self, left: Bdd, it: &Requirement, freshness: Freshness) -> Result {
        let Some(id) = it.strength else { return Ok(left) };
        let set = self.set;
        if set.strength(id).opaque.is_some() {
            return self.lacking_claims(left, it, freshness);
        }
        let combinations = set.strength(id).combinations.iter();
        combinations.into_iter().try_fold(left, |left, combination| {
            self.lacking_combination(left, combination, it.within, freshness)
        })
    }

    fn lacking_combination(
        &mut self,
        left: Bdd,
        combination: &Combination,
        within: Option<u64>,
        freshness: Freshness,
    ) -> Result {
        let mut any = Vec::new();
        for wanted in &combination.methods {
            any.push(self.lacking_method(left, wanted, within, freshness)?);
        }
        self.arena.any(any)
    }

    fn lacking_method(
        &mut self,
        left: Bdd,
        wanted: &MethodUse,
        within: Option<u64>,
        freshness: Freshness,
    ) -> Result {
        let bounds = self.bounds_for(freshness, wanted.method.is_second_factor())?;
        let showing = self.evidence.showing(wanted);
        self.not_fresh(left, &showing, within, &bounds)
    }

    /// Where none of these was given that is as young as every bound in force.
    fn not_fresh(
        &mut self,
        region: Bdd,
        dimensions: &[usize],
        within: Option<u64>,
        bounds: &Bounds,
    ) -> Result {
        let mut left = region;
        for dimension in dimensions {
            if left == Bdd::NONE {
                break;
            }
            let from = within.map_or(1, |seconds| self.evidence.fresh_from(seconds));
            let given = self.aged(*dimension, from)?;
            let mut stale = vec![self.arena.without(left, given)?];
            let given = self.arena.and(left, given)?;
            for (seconds, in_force) in bounds {
                let young = self.aged(*dimension, self.evidence.fresh_from(*seconds))?;
                let old = self.arena.without(given, young)?;
                stale.push(self.arena.and(old, *in_force)?);
            }
            left = self.arena.any(stale)?;
        }
        Ok(left)
    }

    /// Where of a region a sign-in is less fresh than a frequency demands.
    pub(super) fn unsigned(&mut self, region: Bdd) -> Result {
        let (first, bounds) = (self.evidence.first_factors(), self.both()?);
        let bound = bounds.last().map_or(Bdd::NONE, |(_, here)| *here);
        let bound = self.arena.and(region, bound)?;
        // One factor must be fresh within the shortest bound, and so within all.
        self.not_fresh(bound, &first, None, &bounds)
    }
}
