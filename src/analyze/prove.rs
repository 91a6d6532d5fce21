//! Asserts: proved, refuted by the cheapest request, or undecided.
//!
//! What would break an assert is worked out as a set of points: those that it speaks of, less those that are as
//! expected. Each expectation takes its part away from the region that is left, so that nothing is worked out where it
//! does not matter.

use crate::analyze::bdd::{Bdd, Result};
use crate::analyze::limits::FIRST_BUDGET;
use crate::analyze::model::{Freshness, Model, Stop, Subject};
use crate::analyze::region::orders;
use crate::analyze::setting::Setting;
use crate::analyze::space::{FEW_MEMBERS, Input, Order, Place};
use crate::analyze::witness;
use crate::analyze::worst::{self, broken_by_more};
use crate::decision::{Decision, Options};
use crate::hir::{Assert, Expectation, Grant, PolicySet};
use crate::interpret::{concerns, interpret, meets};
use crate::request::{Proof, Request, Value};
use crate::schema::attribute::Attribute as A;
use crate::value::Slot;

/// What became of one assert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The assert's number in its set.
    pub assert: usize,
    /// What is known of it.
    pub verdict: Verdict,
}

/// What is known of an assert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It holds for every request.
    Proved,
    /// It holds because there is no request that it speaks of.
    Vacuous,
    /// A request breaks it, and none says less.
    Refuted(Box<Counterexample>),
    /// Nobody knows, for this reason.
    Undecided(String),
}

/// A request that breaks an assert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counterexample {
    /// The request.
    pub request: Request,
    /// What the reference interpreter decides about it.
    pub decision: Decision,
}

/// Every assert of a set, in the order of their names.
pub fn prove(set: &PolicySet, options: &Options, setting: Setting<'_>) -> Vec<Answer> {
    let mut verdicts: Vec<Option<Verdict>> = vec![None; set.asserts.len()];
    let mut stop = Stop::Nodes;
    let subject = Subject { asserts: &set.asserts, ..Subject::of(set, options, setting) };
    if setting.directory.is_none() && subject.memberships() > FEW_MEMBERS {
        worst_placed(&subject, &mut verdicts);
    }
    for (order, nodes) in orders(setting) {
        if verdicts.iter().all(Option::is_some) || !setting.goes_on() {
            break;
        }
        match Model::of(&subject, order, nodes) {
            Ok(mut model) => attempt(&mut model, &mut verdicts),
            Err(why) => stop = why,
        }
    }
    if !setting.goes_on() {
        stop = Stop::Interrupted;
    }
    let verdicts = verdicts.into_iter().enumerate();
    verdicts
        .map(|(assert, verdict)| Answer {
            assert,
            verdict: verdict.unwrap_or_else(|| Verdict::Undecided(stop.told(setting))),
        })
        .collect()
}

/// The asserts that are broken the sooner the fewer policies apply, or the more, each for whoever is placed worst: where many
/// memberships are free, that is much less to work out.
fn worst_placed<'a>(subject: &Subject<'a>, verdicts: &mut [Option<Verdict>]) {
    for more in [false, true] {
        let of_kind: Vec<usize> = (0..subject.asserts.len())
            .filter(|at| broken_by_more(&subject.asserts[*at].expectation) == Some(more))
            .collect();
        let asserts: Vec<Assert> = of_kind.iter().map(|at| subject.asserts[*at].clone()).collect();
        let worst = worst::of_asserts(subject.set, &subject.sides[0], &asserts, more);
        let own = Subject {
            asserts: &asserts,
            sides: subject.sides.clone(),
            worst: Some(worst),
            ..Subject::of(subject.set, &subject.options, subject.setting)
        };
        let Ok(mut model) =
            Model::of(&own, Order::PeopleFirst, FIRST_BUDGET.min(own.setting.nodes))
        else {
            continue;
        };
        for (assert, at) in asserts.iter().zip(of_kind) {
            let verdict = model.prove(assert).ok();
            verdicts[at] = verdict.map(|it| plainer(subject, assert, it));
        }
    }
}

/// The same verdict with a sign-in that says less: without memberships that it does not take.
fn plainer(subject: &Subject<'_>, assert: &Assert, verdict: Verdict) -> Verdict {
    let Verdict::Refuted(found) = verdict else { return verdict };
    let (set, options) = (subject.set, &subject.options);
    let always = subject.always_in();
    let mut request = found.request;
    for attribute in [A::UserGroups, A::UserRoles] {
        let Slot::Known(Value::Ids(ids)) = request.get(attribute).clone() else { continue };
        for id in ids.inside.iter().filter(|id| !always.contains(*id)) {
            let Slot::Known(Value::Ids(mut left)) = request.get(attribute).clone() else { break };
            left.inside.remove(id);
            let without = request.to_builder().set(attribute, Value::Ids(left)).build();
            let breaks = |it: &Request| {
                concerns(set, it, assert) && !meets(set, it, options, &assert.expectation)
            };
            request = without.ok().filter(breaks).unwrap_or(request);
        }
    }
    let decision = interpret(set, &request, options);
    Verdict::Refuted(Box::new(Counterexample { request, decision }))
}

impl Stop {
    pub(super) fn told(self, setting: Setting<'_>) -> String {
        match self {
            Stop::Nodes => format!(
                "the diagrams grew beyond {} nodes, or took too many steps; archetypes that say which people there are keep \
                 them small",
                setting.nodes
            ),
            Stop::Interrupted => "it was ended before there was an answer".to_owned(),
            Stop::Classes => "the policies tell too many kinds of requests apart".to_owned(),
        }
    }
}

fn attempt(model: &mut Model<'_>, verdicts: &mut [Option<Verdict>]) {
    let set = model.set;
    for (at, (assert, verdict)) in set.asserts.iter().zip(verdicts).enumerate() {
        model.see("asserts", at, set.asserts.len());
        if verdict.is_none() {
            let mark = model.mark();
            *verdict = model.prove(assert).ok();
            model.release(mark);
        }
    }
}

impl Model<'_> {
    fn prove(&mut self, assert: &Assert) -> Result<Verdict> {
        let given = given(assert);
        let mut region = self.condition(&assert.condition)?;
        region = self.arena.and(self.valid, region)?;
        if let Some(given) = &given {
            let fixed = self.fixed(given)?;
            region = self.arena.and(region, fixed)?;
        }
        if region == Bdd::NONE {
            return Ok(Verdict::Vacuous);
        }
        let broken = match given {
            Some(_) => self.breaking(region, &assert.expectation)?,
            None => self.breaking_somehow(region, &assert.expectation)?,
        };
        if broken == Bdd::NONE {
            return Ok(Verdict::Proved);
        }
        let exact = self.exact(broken)?;
        if exact == Bdd::NONE {
            return Ok(Verdict::Undecided(self.vagueness()));
        }
        Ok(self.refuted(assert, exact, given.as_deref()))
    }

    /// Points of a region that break an expectation, if there are any. Evidence never shuts anybody out: what must not be
    /// blocked is tried with nothing proven, what must be with nothing, which says least, and then with everything.
    fn breaking_somehow(&mut self, region: Bdd, expectation: &Expectation) -> Result {
        let silent = self.fixed(&[])?;
        let silent = self.arena.and(region, silent)?;
        match expectation {
            Expectation::Block => {
                let broken = self.breaking(silent, expectation)?;
                if broken != Bdd::NONE {
                    return Ok(broken);
                }
                let everything = self.everything_proven()?;
                let most = self.arena.and(region, everything)?;
                match self.breaking(most, expectation)? {
                    Bdd::NONE => Ok(Bdd::NONE),
                    broken => self.with_less_proven(region, broken, expectation),
                }
            }
            Expectation::NotBlock | Expectation::Open | Expectation::FrequencyAtMost(_) => {
                self.breaking(silent, expectation)
            }
            Expectation::Require(_) | Expectation::StepUp => self.breaking(region, expectation),
            Expectation::All(_) | Expectation::Any(_) => self.breaking(region, expectation),
        }
    }

    /// What breaks an expectation at the cheapest of some points, whatever is proven there.
    fn with_less_proven(&mut self, region: Bdd, broken: Bdd, expectation: &Expectation) -> Result {
        let point = witness::cheapest(&self.arena, &self.space, broken);
        let point = point.expect("a set that is not empty has a cheapest point");
        let here = self.whatever_proven(&point)?;
        let here = self.arena.and(region, here)?;
        self.breaking(here, expectation)
    }

    /// The part of a set in which no test passes whose classes are not known: those are requests for sure.
    pub(super) fn exact(&mut self, set: Bdd) -> Result {
        let mut exact = set;
        for at in 0..self.space.dimensions.len() {
            if matches!(self.space.dimensions[at].place, Place::Free(..)) {
                let dimension = self.space.dimensions[at].clone();
                let silent =
                    crate::analyze::space::Space::where_class(&mut self.arena, &dimension, |it| {
                        it.absent
                    })?;
                exact = self.arena.and(exact, silent)?;
            }
        }
        Ok(exact)
    }

    pub(super) fn vagueness(&self) -> String {
        let told = self.space.vague.iter().map(|vague| {
            let name = match &vague.input {
                Input::Slot(attribute) => attribute.name().to_owned(),
                Input::Own(number) => self.set.own_attributes[usize::from(*number)].name.clone(),
                Input::Custom(attribute, name) => format!("{}.{name}", attribute.name()),
                Input::App | Input::AgentResource => "app".to_owned(),
            };
            format!("`{name}` is not known exactly: {}", vague.why)
        });
        told.collect::<Vec<_>>().join("; ")
    }

    /// The cheapest point of what breaks an assert, decided again by the interpreter.
    fn refuted(&self, assert: &Assert, broken: Bdd, given: Option<&[Proof]>) -> Verdict {
        let point = witness::cheapest(&self.arena, &self.space, broken);
        let point = point.expect("a set that is not empty has a cheapest point");
        let request = witness::request(self.set, &self.space, &self.evidence, &point, given);
        let breaks = concerns(self.set, &request, assert)
            && !meets(self.set, &request, &self.options, &assert.expectation);
        assert!(
            breaks,
            "the analysis and the interpreter disagree about `{}`: {request:#?}",
            assert.name
        );
        let decision = interpret(self.set, &request, &self.options);
        Verdict::Refuted(Box::new(Counterexample { request, decision }))
    }

    /// The part of a region that is not as expected.
    fn breaking(&mut self, region: Bdd, expectation: &Expectation) -> Result {
        if region == Bdd::NONE {
            return Ok(region);
        }
        match expectation {
            Expectation::All(parts) => {
                let broken: Result<Vec<Bdd>> =
                    parts.iter().map(|part| self.breaking(region, part)).collect();
                self.arena.any(broken?)
            }
            Expectation::Any(parts) => {
                parts.iter().try_fold(region, |left, part| self.breaking(left, part))
            }
            Expectation::Block => self.not_blocked(region),
            Expectation::NotBlock => {
                let fine = self.not_blocked(region)?;
                self.arena.without(region, fine)
            }
            Expectation::Open => {
                let open = self.open(region)?;
                self.arena.without(region, open)
            }
            Expectation::StepUp => self.other_than_step_up(region),
            Expectation::Require(grant) => self.open_without(region, grant),
            Expectation::FrequencyAtMost(seconds) => {
                let often = self.frequency_at_most(*seconds)?;
                let often = self.arena.and(region, often)?;
                let fine = self.not_blocked(often)?;
                self.arena.without(region, fine)
            }
        }
    }

    /// Blocked, or open.
    fn other_than_step_up(&mut self, region: Bdd) -> Result {
        let not_blocked = self.not_blocked(region)?;
        let open = self.open(not_blocked)?;
        let asked = self.arena.without(not_blocked, open)?;
        self.arena.without(region, asked)
    }

    /// Open although the grant is not satisfied.
    fn open_without(&mut self, region: Bdd, grant: &Grant) -> Result {
        let satisfied = self.satisfied(grant, Freshness::Any, false)?;
        let unsatisfied = self.arena.without(region, satisfied)?;
        self.open(unsatisfied)
    }
}

/// The evidence that an assert fixes.
fn given(assert: &Assert) -> Option<Vec<Proof>> {
    let proof = |(shown, seconds): &(crate::hir::MethodUse, u64)| Proof {
        method: shown.method,
        age_ms: i64::try_from(seconds.saturating_mul(1_000)).unwrap_or(i64::MAX),
        aaguid: shown.aaguids.first().cloned(),
        issuer: shown.issuers.first().cloned(),
        policies: shown.policies.clone(),
    };
    (!assert.proofs.is_empty()).then(|| assert.proofs.iter().map(proof).collect())
}
