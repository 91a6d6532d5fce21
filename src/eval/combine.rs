//! The one place where policies combine: blocks, requirement, evidence, session controls.

use crate::decision::{Feasibility, Options};
use crate::eval::fault::feasibility_inputs;
use crate::eval::gather::put_in_order;
use crate::eval::memory::{Applying, Unmet, Worked};
use crate::eval::scratch::{Applied, Lasting, SET_WORDS};
use crate::eval::{Ruling, Scratch};
use crate::facts::Facts;
use crate::program::{
    Consequence, Demand, DemandSet, Effect, Grant, Policy, Program, Proof, Stretch,
};
use crate::schema::attribute::{Attribute, AttributeId, AttributeSet};
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
    /// The demands of these policies that the evidence satisfies.
    pub satisfied: DemandSet,
    /// The demands of these policies.
    pub demanded: DemandSet,
    /// Whether any of the evidence for them will grow too old.
    pub ages: bool,
    /// Whether alternatives were cut off anywhere on the way.
    pub cut: bool,
    /// Whether some were left out before the end, so that the order of policies may tell.
    pub left_out: bool,
    /// What the feasibility of the challenge reads.
    pub inputs: AttributeSet,
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

impl Combined {
    /// Session controls are for those who may get in.
    fn rule(&mut self, outcome: Ruling) {
        self.outcome = outcome;
        if matches!(outcome, Ruling::Blocked | Ruling::Impossible) {
            self.session = SessionControls::default();
        }
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

    /// Whether everything is known that a condition reads.
    pub(crate) fn knows_all(&self) -> bool {
        self.fits() && !self.facts.unknown
    }

    /// Combines what the policies come to that apply.
    pub(super) fn combine_all(&self, scratch: &mut Scratch) -> Combined {
        let combined = self.combine_listed(scratch);
        if !(self.knows_all() && combined.left_out) {
            return combined;
        }
        // Marked consequences stand in the order of their numbers. Here, that of the policies that apply matters.
        put_in_order(self.program, self.options, scratch);
        let consequences = std::mem::take(&mut scratch.consequences.met);
        let combined = self.combine(&consequences, Reading::AsSupplied, scratch);
        scratch.consequences.met = consequences;
        combined
    }

    /// Combines consequences in the order in which they are listed.
    pub(super) fn combine_listed(&self, scratch: &mut Scratch) -> Combined {
        let in_short = scratch.consequences.in_short().filter(|_| self.knows_all());
        // The list is put back below; taking it away leaves an empty one, which owns nothing.
        let consequences = std::mem::take(&mut scratch.consequences.met);
        let combined = match in_short {
            Some(set) => self.combine_known(set, &consequences, scratch),
            None => self.combine(&consequences, Reading::AsSupplied, scratch),
        };
        scratch.consequences.met = consequences;
        combined
    }

    /// Combines a set of consequences, with the help of what was combined before.
    fn combine_known(
        &self,
        set: [u64; SET_WORDS],
        consequences: &[u32],
        scratch: &mut Scratch,
    ) -> Combined {
        let every_time_seconds = self.options.every_time_seconds;
        let applying = Applying { consequences: set, every_time_seconds };
        let mut combined = match scratch.memory.merged(&applying) {
            Some(merged) => *merged,
            None => {
                let merged = self.merge(consequences);
                scratch.memory.keep_merged(applying, merged);
                merged
            }
        };
        scratch.challenge.clear();
        if combined.outcome == Ruling::Blocked {
            return combined;
        }
        self.hold_against_evidence(&mut combined, Reading::AsSupplied, scratch);
        if self.is_all_granted(consequences, &combined) {
            return combined;
        }
        let Facts { impossible, may_be_agent, .. } = *self.facts;
        let satisfied = combined.satisfied;
        let unmet = Unmet { applying, satisfied, impossible, may_be_agent };
        if let Some(worked) = scratch.memory.worked(&unmet) {
            combined.inputs = worked.inputs;
            worked.put(&mut scratch.challenge);
            combined.rule(worked.outcome);
            return combined;
        }
        self.challenge(&mut combined, consequences, scratch);
        // What was cut off is not in the challenge, and yet the decision may depend on it.
        let worked = Worked::new(&combined, &scratch.challenge).filter(|_| !combined.cut);
        if let Some(worked) = worked {
            scratch.memory.keep_worked(unmet, worked);
        }
        combined
    }

    /// Whether nothing is left to prove.
    fn is_all_granted(&self, consequences: &[u32], combined: &Combined) -> bool {
        let Combined { demanded, satisfied, .. } = combined;
        if demanded.is_subset(*satisfied) {
            return true;
        }
        (satisfied.contains(0) || !demanded.contains(0))
            && self.grants(consequences).all(|grant| self.is_granted(grant, *satisfied))
    }

    /// Whether outcome, challenge or session controls are others when what nobody supplied is read in the user's favour.
    pub(super) fn could_be_friendlier(&self, combined: &Combined, scratch: &mut Scratch) -> bool {
        // Where everything is known, all are certain, and not listed twice.
        let certain: fn(&mut Scratch) -> &mut Vec<u32> = match self.knows_all() {
            true => |scratch| &mut scratch.consequences.met,
            false => |scratch| &mut scratch.certain.met,
        };
        // Taken away for a moment; an empty list owns nothing.
        let consequences = std::mem::take(certain(scratch));
        let friendlier = self.is_friendlier(combined, &consequences, scratch);
        *certain(scratch) = consequences;
        friendlier
    }

    /// Whether these consequences, read in the user's favour, come to something else than what was combined last.
    pub(super) fn is_friendlier(
        &self,
        combined: &Combined,
        consequences: &[u32],
        scratch: &mut Scratch,
    ) -> bool {
        let challenge = scratch.challenge;
        let friendliest = self.combine(consequences, Reading::Friendliest, scratch);
        let other = std::mem::replace(&mut scratch.challenge, challenge);
        let ages = |combined: &Combined, demand: usize| {
            let demand = self.program.requirements.demands.get(demand)?;
            max_age(demand, &combined.bounds.frequency)
        };
        let mut demands = challenge.listed().iter().flat_map(|one| one.demands.iter());
        combined.outcome != friendliest.outcome
            || combined.session != friendliest.session
            || challenge.listed() != other.listed()
            || challenge.truncated != other.truncated
            || demands.any(|demand| ages(combined, demand) != ages(&friendliest, demand))
    }

    /// Combines some consequences. The challenge is left in `scratch`.
    pub(crate) fn combine(
        &self,
        consequences: &[u32],
        reading: Reading,
        scratch: &mut Scratch,
    ) -> Combined {
        let mut combined = self.merge(consequences);
        scratch.challenge.clear();
        if combined.outcome != Ruling::Blocked {
            self.hold_against_evidence(&mut combined, reading, scratch);
            self.challenge(&mut combined, consequences, scratch);
        }
        combined
    }

    /// What some consequences come to before any evidence is looked at: blocked, or open so far.
    fn merge(&self, consequences: &[u32]) -> Combined {
        let mut combined = Combined {
            outcome: Ruling::Open,
            session: SessionControls::default(),
            bounds: Bounds::default(),
            satisfied: DemandSet::EMPTY,
            demanded: DemandSet::EMPTY,
            ages: false,
            cut: false,
            left_out: false,
            inputs: AttributeSet::EMPTY,
        };
        let mut blocked = false;
        for consequence in self.consequences(consequences) {
            blocked |= consequence.effect == Effect::Block;
            if let Some(session) = &consequence.session {
                combined.session = combined.session.merge(*session);
                combined.bounds.add(session.sign_in_frequency, self.options);
            }
            if let Some(grant) = self.grant(consequence) {
                combined.demanded = combined.demanded.union(grant.demands);
            }
        }
        if combined.bounds.both.is_some() {
            combined.demanded.insert(0);
        }
        if blocked {
            combined.rule(Ruling::Blocked);
        }
        combined
    }

    /// Works out what is left to prove, and what follows.
    fn challenge(&self, combined: &mut Combined, consequences: &[u32], scratch: &mut Scratch) {
        self.work_out(combined, consequences, scratch);
        let listed = scratch.challenge.listed();
        if listed.is_empty() {
            return;
        }
        let all = listed.iter().fold(DemandSet::EMPTY, |all, one| all.union(one.demands));
        combined.inputs = feasibility_inputs(self, all);
        let impossible = listed.iter().all(|one| one.feasibility == Feasibility::Impossible);
        combined.rule(if impossible { Ruling::Impossible } else { Ruling::StepUp });
    }

    pub(super) fn consequences<'b>(
        &self,
        numbers: &'b [u32],
    ) -> impl Iterator<Item = &'a Consequence> + use<'a, 'b> {
        let program = self.program;
        numbers.iter().filter_map(|at| program.consequences.get(*at as usize))
    }

    /// The grants of some consequences.
    pub(super) fn grants<'b>(
        &self,
        numbers: &'b [u32],
    ) -> impl Iterator<Item = &'a Grant> + use<'a, 'b> {
        let case = *self;
        self.consequences(numbers).filter_map(move |one| case.grant(one))
    }

    fn grant(&self, consequence: &Consequence) -> Option<&'a Grant> {
        match consequence.effect {
            Effect::Require(grant) => self.program.requirements.grants.get(grant as usize),
            Effect::Block | Effect::Nothing => None,
        }
    }

    /// Whether the evidence satisfies a policy's grant, given which demands it satisfies, and its own frequency.
    pub(crate) fn is_met(&self, policy: &Policy, satisfied: DemandSet) -> bool {
        let consequence = self.program.consequence_of(policy);
        let mut own = Bounds::default();
        let session = consequence.session.unwrap_or_default();
        own.add(session.sign_in_frequency, self.options);
        let first_factor = self.facts.evidence.first_factor.filter(|_| self.fits());
        let signed_in = own.both.is_none() || Lasting::fresh(first_factor, [own.both]).is_met();
        signed_in && self.grant(&consequence).is_none_or(|grant| self.is_granted(grant, satisfied))
    }

    /// Whether some alternative of a grant is satisfied.
    pub(super) fn is_granted(&self, grant: &Grant, satisfied: DemandSet) -> bool {
        let alternatives = grant.alternatives.of(&self.program.requirements.alternatives);
        alternatives.iter().any(|one| one.is_subset(satisfied))
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
            combined.ages |= matches!(lasting, Lasting::For(_));
            if lasting.is_met() {
                combined.satisfied.insert(at);
            }
            if let Some(slot) = scratch.lasting.get_mut(at) {
                *slot = lasting;
            }
        }
    }

    /// For how long the evidence satisfies a demand.
    fn lasting(&self, demand: &Demand, bounds: &Bounds, reading: Reading) -> Lasting {
        if !self.fits() {
            return Lasting::Unmet;
        }
        match demand.proof {
            Proof::FirstFactor => Lasting::fresh(self.facts.evidence.first_factor, [bounds.both]),
            Proof::Combinations(combinations) if bounds.second.is_none() => {
                let requirements = &self.program.requirements;
                let age = self.facts.evidence.youngest(requirements, combinations);
                Lasting::fresh(age, [demand.within, bounds.both])
            }
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
