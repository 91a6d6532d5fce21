//! What is left to prove, multiplied out, reduced and put in order, as [`crate::decision`] says.

use std::cmp::Ordering;

use crate::decision::{DemandKind, Feasibility, MAX_ALTERNATIVES, MAX_WORKING_ALTERNATIVES};
use crate::eval::combine::{Case, Combined};
use crate::eval::scratch::Candidate;
use crate::eval::{Alternative, Scratch};
use crate::facts::kind_bit;
use crate::program::DemandSet;
use crate::schema::grant::GrantWord;

impl Case<'_> {
    /// Works out the challenge; it stays empty when nothing is left to prove.
    pub(super) fn work_out(
        &self,
        combined: &mut Combined,
        consequences: &[u32],
        scratch: &mut Scratch,
    ) {
        scratch.alternatives.clear();
        scratch.alternatives.push(DemandSet::EMPTY);
        for grant in self.grants(consequences) {
            // What is granted already multiplies by one.
            if self.is_granted(grant, combined.satisfied) {
                continue;
            }
            scratch.residue.clear();
            let alternatives = grant.alternatives.of(&self.program.requirements.alternatives);
            let open = combined.demanded.minus(combined.satisfied);
            let rest = alternatives.iter().map(|one| one.minus(combined.satisfied));
            scratch.residue.extend(rest.map(|one| self.stand_ins(one, open)));
            self.multiply(combined, scratch);
        }
        if combined.demanded.contains(0) && !combined.satisfied.contains(0) {
            scratch.residue.clear();
            let mut sign_in = DemandSet::EMPTY;
            sign_in.insert(0);
            scratch.residue.push(sign_in);
            self.multiply(combined, scratch);
        }
        self.take_down(combined, scratch);
    }

    fn take_down(&self, combined: &mut Combined, scratch: &mut Scratch) {
        if scratch.alternatives.iter().any(|one| one.is_empty()) {
            return;
        }
        combined.cut |= scratch.alternatives.len() > MAX_ALTERNATIVES;
        scratch.challenge.truncated = combined.cut;
        let places = scratch.challenge.alternatives.iter_mut();
        let mut count = 0;
        for (place, demands) in places.zip(&scratch.alternatives) {
            *place = Alternative { demands: *demands, feasibility: self.worst(*demands) };
            count += 1;
        }
        scratch.challenge.count = count;
    }

    /// What is to be proven already, and any one of the residue.
    fn multiply(&self, combined: &mut Combined, scratch: &mut Scratch) {
        let asks_nothing_new = |one: &DemandSet| {
            let implied = self.implied(*one);
            scratch.residue.iter().any(|rest| rest.is_subset(implied))
        };
        // Whatever meets all so far meets this too: the usual case, once the strongest demand is in.
        if scratch.alternatives.iter().all(asks_nothing_new) {
            return;
        }
        scratch.candidates.clear();
        for one in &scratch.alternatives {
            for rest in &scratch.residue {
                let demands = self.without_implied(one.union(*rest));
                scratch.candidates.push(self.candidate(demands));
            }
        }
        reduce(&mut scratch.candidates);
        scratch.alternatives.clear();
        let kept = scratch.candidates.iter().filter(|one| !one.dropped).map(|one| one.demands);
        let mut left_out = false;
        for demands in kept {
            if scratch.alternatives.len() < MAX_WORKING_ALTERNATIVES {
                scratch.alternatives.push(demands);
            } else {
                left_out = true;
            }
        }
        combined.cut |= left_out;
        combined.left_out |= left_out;
    }

    fn candidate(&self, demands: DemandSet) -> Candidate {
        let rank = (self.worst(demands) as u64) << 32 | u64::from(demands.len());
        Candidate { rank, demands, implies: self.implied(demands), dropped: false }
    }

    /// Everything that these demands imply, themselves included.
    fn implied(&self, demands: DemandSet) -> DemandSet {
        let all = demands.iter().filter_map(|at| self.program.requirements.demands.get(at));
        all.fold(DemandSet::EMPTY, |so_far, demand| so_far.union(demand.implies))
    }

    /// These demands, for each the smallest open one that means the same.
    fn stand_ins(&self, demands: DemandSet, open: DemandSet) -> DemandSet {
        let mut all = DemandSet::EMPTY;
        for at in demands.iter() {
            let demand = self.program.requirements.demands.get(at);
            let same = demand.map(|it| it.implies.intersection(it.implied_by)).unwrap_or_default();
            all.insert(same.intersection(open).iter().next().unwrap_or(at));
        }
        all
    }

    fn without_implied(&self, demands: DemandSet) -> DemandSet {
        let mut implied = DemandSet::EMPTY;
        for at in demands.iter() {
            let demand = self.program.requirements.demands.get(at);
            let by = demand.map(|demand| demand.implied_by).unwrap_or_default();
            if by.intersection(demands).len() > 1 {
                implied.insert(at);
            }
        }
        demands.minus(implied)
    }

    /// The feasibility of an alternative is that of its worst demand.
    fn worst(&self, demands: DemandSet) -> Feasibility {
        let all = demands.iter().filter_map(|at| self.program.requirements.demands.get(at));
        let each = all.map(|demand| self.feasibility(demand.kind));
        each.max().unwrap_or(Feasibility::Interactive)
    }

    fn feasibility(&self, kind: DemandKind) -> Feasibility {
        if self.facts.impossible & kind_bit(kind) != 0 {
            return Feasibility::Impossible;
        }
        if is_of_device(kind) || is_of_app(kind) {
            Feasibility::Remediable
        } else {
            Feasibility::Interactive
        }
    }
}

pub(super) fn is_of_device(kind: DemandKind) -> bool {
    matches!(kind, DemandKind::Grant(GrantWord::CompliantDevice | GrantWord::HybridJoinedDevice))
}

pub(super) fn is_of_app(kind: DemandKind) -> bool {
    matches!(kind, DemandKind::Grant(GrantWord::ApprovedApp | GrantWord::ProtectedApp))
}

/// Puts candidates in order, and drops those that another one makes superfluous: it asks for nothing that they do not
/// imply. No two different ones imply each other, since of demands that mean the same only one is in use.
fn reduce(candidates: &mut [Candidate]) {
    candidates.sort_unstable_by(|a, b| a.compare(b));
    for at in 0..candidates.len() {
        let Some(this) = candidates.get(at).copied() else { continue };
        let superfluous = candidates.iter().enumerate().any(|(other_at, other)| {
            other_at != at
                && other.demands.is_subset(this.implies)
                && (other_at < at || other.demands != this.demands)
        });
        if let Some(this) = candidates.get_mut(at) {
            this.dropped = superfluous;
        }
    }
}

impl Candidate {
    fn compare(&self, other: &Candidate) -> Ordering {
        self.rank.cmp(&other.rank).then_with(|| self.demands.compare(other.demands))
    }
}
