//! The one place where policies combine: blocks, requirement, evidence, session controls.

use crate::decision::{Feasibility, Options};
use crate::eval::scratch::{Applied, Lasting};
use crate::eval::{Challenge, Ruling, Scratch};
use crate::facts::Facts;
use crate::program::{Demand, DemandSet, Effect, Policy, Program, Proof, Stretch};
use crate::schema::attribute::{Attribute, AttributeId};
use crate::schema::session::{Frequency, MaxAge, SessionControls};

/// One question: this program, these facts.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub program: &'a Program,
    pub facts: &'a Facts,
    pub options: &'a Options,
}

/// How what nobody supplied is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As unknown.
    AsSupplied,
    /// As it would suit the user best: uncertain policies do not apply, devices are what grants ask for.
    Friendliest,
}

/// How old proofs may be, over all policies that are looked at together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Bounds {
    /// The strictest words.
    pub frequency: Frequency,
    /// The shortest bound on both factors, in seconds.
    pub both: Option<u64>,
    /// The shortest bound on the second factor, in seconds.
    pub second: Option<u64>,
}

/// What policies that apply together come to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Combined {
    pub outcome: Ruling,
    pub session: SessionControls<u32>,
    pub bounds: Bounds,
    pub challenge: Challenge,
    /// The demands of these policies that the evidence satisfies.
    pub satisfied: DemandSet,
    /// The demands of these policies.
    pub demanded: DemandSet,
    /// Whether alternatives were cut off anywhere on the way.
    pub cut: bool,
}

impl Combined {
    /// Whether outcome, challenge and session controls are the same.
    pub(super) fn is_same(&self, other: &Combined, program: &Program) -> bool {
        let ages = |combined: &Combined, demand: usize| {
            let demand = program.requirements.demands.get(demand)?;
            max_age(demand, &combined.bounds.frequency)
        };
        let mut demands = self.challenge.listed().iter().flat_map(|one| one.demands.iter());
        self.outcome == other.outcome
            && self.session == other.session
            && self.challenge == other.challenge
            && demands.all(|demand| ages(self, demand) == ages(other, demand))
    }
}

/// How old the proof of a demand may be: the shortest of what bounds it.
pub(crate) fn max_age(demand: &Demand, frequency: &Frequency) -> Option<MaxAge> {
    let by_methods = matches!(demand.proof, Proof::Combinations(_) | Proof::Opaque(_));
    let bound_by_both = by_methods || demand.proof == Proof::FirstFactor;
    let both = frequency.both.filter(|_| bound_by_both);
    let second = frequency.second.filter(|_| demand.second_factor);
    shortest(shortest(demand.within.map(MaxAge::Seconds), both), second)
}

fn shortest<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

impl Bounds {
    fn add(&mut self, frequency: Frequency, options: &Options) {
        self.frequency = self.frequency.merge(frequency);
        self.both = shortest(self.both, frequency.both.map(|bound| options.seconds(bound)));
        self.second = shortest(self.second, frequency.second.map(|bound| options.seconds(bound)));
    }
}

impl Lasting {
    /// For how long something of that age stays fresh within every bound, in seconds.
    fn fresh<const N: usize>(age: Option<i64>, bounds: [Option<u64>; N]) -> Lasting {
        let Some(age) = age else { return Lasting::Unmet };
        match bounds.into_iter().flatten().min() {
            None => Lasting::Ever,
            Some(seconds) => Lasting::within(age, seconds),
        }
    }

    fn within(age: i64, seconds: u64) -> Lasting {
        let Some(bound) = seconds.checked_mul(1_000).and_then(|bound| i64::try_from(bound).ok())
        else {
            return Lasting::Ever;
        };
        match bound.checked_sub(age) {
            None => Lasting::Ever,
            Some(left) if left < 0 => Lasting::Unmet,
            Some(left) => Lasting::For(left),
        }
    }

    pub(crate) fn is_met(self) -> bool {
        self != Lasting::Unmet
    }
}

impl<'a> Case<'a> {
    pub(crate) fn policy(&self, applied: &Applied) -> Option<&'a Policy> {
        self.program.policies.get(applied.policy as usize)
    }

    /// Combines the policies that apply.
    pub(super) fn combine(&self, scratch: &mut Scratch, reading: Reading) -> Combined {
        // The list is put back below; taking it away leaves an empty one, which owns nothing.
        let applying = std::mem::take(&mut scratch.applying);
        let combined = self.combine_these(&applying, reading, scratch);
        scratch.applying = applying;
        combined
    }

    /// Combines some policies.
    pub(crate) fn combine_these(
        &self,
        applying: &[Applied],
        reading: Reading,
        scratch: &mut Scratch,
    ) -> Combined {
        let counts = |applied: &&Applied| reading == Reading::AsSupplied || applied.certain;
        let mut combined = Combined {
            outcome: Ruling::Open,
            session: SessionControls::default(),
            bounds: Bounds::default(),
            challenge: Challenge::NONE,
            satisfied: DemandSet::EMPTY,
            demanded: DemandSet::EMPTY,
            cut: false,
        };
        let mut blocked = false;
        for policy in applying.iter().filter(counts).filter_map(|applied| self.policy(applied)) {
            blocked |= policy.effect == Effect::Block;
            combined.session = combined.session.merge(policy.session);
            combined.bounds.add(policy.session.sign_in_frequency, self.options);
            if let Some(grant) = self.grant(policy) {
                combined.demanded = combined.demanded.union(grant.demands);
            }
        }
        if combined.bounds.both.is_some() {
            combined.demanded.insert(0);
        }
        if blocked {
            combined.outcome = Ruling::Blocked;
            combined.session = SessionControls::default();
            return combined;
        }
        self.hold_against_evidence(&mut combined, reading, scratch);
        self.work_out(&mut combined, applying.iter().filter(counts), scratch);
        let listed = combined.challenge.listed();
        if listed.is_empty() {
            return combined;
        }
        combined.outcome = Ruling::StepUp;
        if listed.iter().all(|one| one.feasibility == Feasibility::Impossible) {
            combined.outcome = Ruling::Impossible;
            combined.session = SessionControls::default();
        }
        combined
    }

    pub(super) fn grant(&self, policy: &Policy) -> Option<&'a crate::program::Grant> {
        match policy.effect {
            Effect::Require(grant) => self.program.requirements.grants.get(grant as usize),
            Effect::Block | Effect::Nothing => None,
        }
    }

    /// Whether the evidence satisfies a policy's grant, given which demands it satisfies, and its own frequency.
    pub(crate) fn is_met(&self, policy: &Policy, satisfied: DemandSet) -> bool {
        let mut own = Bounds::default();
        own.add(policy.session.sign_in_frequency, self.options);
        let first_factor = self.facts.evidence.first_factor.filter(|_| self.fits());
        let signed_in = own.both.is_none() || Lasting::fresh(first_factor, [own.both]).is_met();
        let granted = self.grant(policy).is_none_or(|grant| {
            let alternatives = grant.alternatives.of(&self.program.requirements.alternatives);
            alternatives.iter().any(|one| one.is_subset(satisfied))
        });
        signed_in && granted
    }

    /// Finds out which demands the evidence satisfies, and for how long.
    fn hold_against_evidence(
        &self,
        combined: &mut Combined,
        reading: Reading,
        scratch: &mut Scratch,
    ) {
        for at in combined.demanded.iter() {
            let Some(demand) = self.program.requirements.demands.get(at) else { continue };
            let lasting = self.lasting(demand, &combined.bounds, reading);
            if lasting.is_met() {
                combined.satisfied.insert(at);
            }
            if let Some(slot) = scratch.lasting.get_mut(at) {
                *slot = lasting;
            }
        }
    }

    /// For how long the evidence satisfies a demand.
    pub(crate) fn lasting(&self, demand: &Demand, bounds: &Bounds, reading: Reading) -> Lasting {
        if !self.fits() {
            return Lasting::Unmet;
        }
        match demand.proof {
            Proof::FirstFactor => Lasting::fresh(self.facts.evidence.first_factor, [bounds.both]),
            Proof::Combinations(combinations) => {
                self.combinations(combinations, demand.within, bounds)
            }
            Proof::Opaque(claim) => self.claim(claim, [demand.within, bounds.both]),
            Proof::Compliant(claim) => {
                let is = (Attribute::DeviceCompliant, self.facts.compliant);
                self.device(is, claim, demand.within, reading)
            }
            Proof::HybridJoined(claim) => {
                let is = (Attribute::DeviceHybridJoined, self.facts.hybrid_joined);
                self.device(is, claim, demand.within, reading)
            }
            Proof::Claims(claims) => {
                let wanted = claims.of(&self.program.requirements.wanted_claims);
                let each = wanted.iter().map(|claim| self.claim(*claim, [demand.within]));
                each.min().unwrap_or(Lasting::Ever)
            }
        }
    }

    /// Whether the facts are of this program.
    pub(crate) fn fits(&self) -> bool {
        self.facts.program == self.program.fingerprint
    }

    fn combinations(&self, of: Stretch, within: Option<u64>, bounds: &Bounds) -> Lasting {
        let requirements = &self.program.requirements;
        let combination = |uses: &Stretch| {
            let uses = uses.of(&requirements.combination_uses).iter();
            uses.map(|at| self.method(*at, within, bounds)).min().unwrap_or(Lasting::Ever)
        };
        let combinations = of.of(&requirements.combinations).iter();
        combinations.map(combination).max().unwrap_or_default()
    }

    fn method(&self, at: u32, within: Option<u64>, bounds: &Bounds) -> Lasting {
        let one = self.program.requirements.uses.get(at as usize);
        let second = bounds.second.filter(|_| one.is_some_and(|one| one.method.is_second_factor()));
        let age = self.facts.evidence.uses.get(at as usize).copied().flatten();
        Lasting::fresh(age, [within, bounds.both, second])
    }

    fn claim<const N: usize>(&self, at: u32, bounds: [Option<u64>; N]) -> Lasting {
        let claim = self.facts.evidence.claims.get(at as usize).copied().unwrap_or_default();
        if claim.made && bounds.iter().all(Option::is_none) {
            return Lasting::Ever;
        }
        Lasting::fresh(claim.age, bounds)
    }

    fn device(
        &self,
        (attribute, is): (Attribute, bool),
        claim: u32,
        within: Option<u64>,
        reading: Reading,
    ) -> Lasting {
        let silent = self.facts.silent.contains(AttributeId::BuiltIn(attribute));
        if silent && reading == Reading::Friendliest {
            Lasting::Ever
        } else if is {
            self.device_claim(claim, within)
        } else {
            Lasting::Unmet
        }
    }

    /// What remains of a device grant once the attribute is true: with `within`, a fresh claim.
    pub(super) fn device_claim(&self, claim: u32, within: Option<u64>) -> Lasting {
        match within {
            None => Lasting::Ever,
            Some(_) => self.claim(claim, [within]),
        }
    }
}
