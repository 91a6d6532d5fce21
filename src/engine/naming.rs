//! From a verdict to a decision: names put to numbers.

use std::collections::BTreeSet;

use crate::decision::{Alternative, Blocked, Challenge, Decision, Demand, Outcome, ReportOnly};
use crate::eval::{Applied, Case, Ruling, Scratch, Verdict, combine_alone, list, max_age};
use crate::program::{Effect, Policy};
use crate::request::Request;
use crate::schema::attribute::AttributeSet;
use crate::schema::session::{Frequency, SessionControls};
use crate::value::Timestamp;

/// The decision that a verdict stands for. The policies that applied are read from `scratch`.
pub(super) fn named(
    case: &Case<'_>,
    verdict: &Verdict,
    request: &Request,
    scratch: &mut Scratch,
) -> Decision {
    let namer = Namer { case };
    list(case.program, case.options, case.knows_all(), scratch);
    let applying = namer.policies(&scratch.applying);
    let by = applying.iter().filter(|policy| namer.decides(policy, verdict));
    Decision {
        outcome: namer.outcome(verdict.outcome, &scratch.challenge, &verdict.frequency),
        unguarded: verdict.unguarded,
        by: by.map(|policy| policy.name.clone()).collect(),
        applying: applying.iter().map(|policy| policy.name.clone()).collect(),
        session: namer.session(verdict.session),
        report_only: namer.report_only(scratch),
        assumed: namer.attributes(verdict.assumed),
        assumption_matters: verdict.assumption_matters,
        valid_for_ms: verdict.valid_for_ms,
        valid_until: valid_until(request, verdict.valid_for_ms),
        depends_on: namer.attributes(verdict.depends_on),
    }
}

fn valid_until(request: &Request, valid_for_ms: Option<u64>) -> Option<Timestamp> {
    let millis = i64::try_from(valid_for_ms?).ok()?;
    request.time()?.0.checked_add(millis).map(Timestamp)
}

struct Namer<'a> {
    case: &'a Case<'a>,
}

impl<'a> Namer<'a> {
    fn policies(&self, applied: &[Applied]) -> Vec<&'a Policy> {
        applied.iter().filter_map(|applied| self.case.policy(applied)).collect()
    }

    /// Whether a policy that applies decided.
    fn decides(&self, policy: &Policy, verdict: &Verdict) -> bool {
        let consequence = self.case.program.consequence_of(policy);
        match verdict.outcome {
            Ruling::Blocked => consequence.effect == Effect::Block,
            Ruling::StepUp | Ruling::Impossible => !self.case.is_met(policy, verdict.satisfied),
            Ruling::Open => {
                let session = consequence.session.unwrap_or_default();
                matches!(consequence.effect, Effect::Require(_))
                    || session.sign_in_frequency.both.is_some()
            }
        }
    }

    fn outcome(
        &self,
        outcome: Ruling,
        challenge: &crate::eval::Challenge,
        frequency: &Frequency,
    ) -> Outcome {
        match outcome {
            Ruling::Open => Outcome::Open,
            Ruling::StepUp => Outcome::StepUp(self.challenge(challenge, frequency)),
            Ruling::Blocked => Outcome::Blocked(Blocked::ByPolicy),
            Ruling::Impossible => {
                Outcome::Blocked(Blocked::Impossible(self.challenge(challenge, frequency)))
            }
        }
    }

    fn challenge(&self, of: &crate::eval::Challenge, frequency: &Frequency) -> Challenge {
        let alternative = |one: &crate::eval::Alternative| Alternative {
            demands: one.demands.iter().filter_map(|at| self.demand(at, frequency)).collect(),
            feasibility: one.feasibility,
        };
        let alternatives = of.listed().iter().map(alternative).collect();
        Challenge { alternatives, truncated: of.truncated }
    }

    fn demand(&self, at: usize, frequency: &Frequency) -> Option<Demand> {
        let demand = self.case.program.requirements.demands.get(at)?;
        Some(Demand {
            kind: demand.kind,
            name: demand.name.clone(),
            within: demand.within,
            max_age: max_age(demand, frequency),
        })
    }

    fn session(&self, session: SessionControls<u32>) -> SessionControls<String> {
        let profile = |at: u32| self.case.program.profiles.get(at as usize).cloned();
        session.map_profiles(|at| profile(at).unwrap_or_default())
    }

    fn report_only(&self, scratch: &mut Scratch) -> Vec<ReportOnly> {
        let reporting = scratch.reporting.clone();
        let would = |applied: &Applied| {
            let policy = self.case.policy(applied)?;
            let alone = combine_alone(self.case, policy, scratch);
            let would = self.outcome(alone.outcome, &scratch.challenge, &alone.bounds.frequency);
            Some(ReportOnly { policy: policy.name.clone(), would })
        };
        reporting.iter().filter_map(would).collect()
    }

    /// The names of attributes, sorted.
    fn attributes(&self, attributes: AttributeSet) -> Vec<String> {
        let names = attributes.iter().map(|it| self.case.program.attribute_name(it).to_owned());
        names.collect::<BTreeSet<_>>().into_iter().collect()
    }
}
