//! The tally of what one policy set decides.

use std::collections::BTreeMap;

use crate::decision::Outcome;
use crate::engine::{Engine, Voice};
use crate::eval::Ruling;
use crate::hir::PolicyState;
use crate::replay::examples::Examples;
use crate::replay::judge::{Judged, id};
use crate::replay::report::{
    Decided, Example, Missing, Outcomes, PolicyTally, Says, Side, Undecided,
};
use crate::schema::attribute::AttributeId;

/// Counts what one policy set decides.
#[derive(Debug, Default)]
pub(super) struct SideTally {
    outcomes: Outcomes,
    undecided: u64,
    at_worst: Outcomes,
    missing: BTreeMap<AttributeId, Hanging>,
    examples: Vec<Example>,
    /// Of each policy that applies, or may, what it said how often; the rest of the sign-ins it does not apply to.
    says: Vec<BTreeMap<Says, u64>>,
}

/// What hangs on one attribute.
#[derive(Debug, Default)]
struct Hanging {
    sign_ins: u64,
    policies: BTreeMap<u32, u64>,
}

/// What a policy says that applies, or may.
pub(super) fn says(voice: &Voice) -> Says {
    match voice.outcome {
        _ if !voice.certain => Says::Undecided,
        _ if voice.unsure => Says::Unsure,
        Ruling::Open => Says::Satisfied,
        Ruling::StepUp => Says::StepUp,
        Ruling::Blocked | Ruling::Impossible => Says::Blocks,
    }
}

impl Outcomes {
    fn count(&mut self, judged: &Judged) {
        match judged.decision.outcome {
            Outcome::Open => self.open += 1,
            Outcome::StepUp(_) => self.step_up += 1,
            Outcome::Blocked(_) => self.blocked += 1,
        }
        self.unguarded += u64::from(judged.decision.unguarded);
    }
}

impl SideTally {
    pub(super) fn of(engine: &Engine) -> SideTally {
        let says = vec![BTreeMap::new(); engine.policies().len()];
        SideTally { says, ..SideTally::default() }
    }

    /// Counts a sign-in; `example` makes one of it.
    pub(super) fn count(
        &mut self,
        judged: &Judged,
        examples: &mut Examples,
        example: impl FnOnce() -> Example,
    ) {
        for voice in &judged.voices {
            if let Some(policy) = self.says.get_mut(voice.policy.0 as usize) {
                *policy.entry(says(voice)).or_default() += 1;
            }
        }
        if judged.decided() != Decided::Undecided {
            return self.outcomes.count(judged);
        }
        self.undecided += 1;
        self.at_worst.count(judged);
        self.count_missing(judged);
        examples.keep(&mut self.examples, example);
    }

    fn count_missing(&mut self, judged: &Judged) {
        for attribute in judged.missing.iter() {
            self.missing.entry(attribute).or_default().sign_ins += 1;
        }
        for voice in judged.voices.iter().filter(|voice| voice.enforced) {
            for attribute in voice.missing.intersection(judged.missing).iter() {
                let hanging = self.missing.entry(attribute).or_default();
                *hanging.policies.entry(voice.policy.0).or_default() += 1;
            }
        }
    }

    pub(super) fn finish(self, engine: &Engine, sign_ins: u64) -> Side {
        let set = engine.policy_set();
        let name = |policy: u32| set.policies.get(policy as usize).map(|it| it.name.clone());
        let missing = self.missing.into_iter().map(|(attribute, hanging)| Missing {
            attribute: set.attribute_name(attribute).to_owned(),
            sign_ins: hanging.sign_ins,
            policies: most_first(
                hanging.policies.into_iter().filter_map(|(at, count)| Some((name(at)?, count))),
            ),
        });
        let mut missing: Vec<Missing> = missing.collect();
        missing.sort_by(|a, b| {
            b.sign_ins.cmp(&a.sign_ins).then_with(|| a.attribute.cmp(&b.attribute))
        });
        Side {
            outcomes: self.outcomes,
            undecided: Undecided {
                sign_ins: self.undecided,
                at_worst: self.at_worst,
                missing,
                examples: self.examples,
            },
            policies: policies(engine, self.says, sign_ins),
        }
    }
}

/// The policies with what they said; what is left of the sign-ins they do not apply to.
fn policies(engine: &Engine, says: Vec<BTreeMap<Says, u64>>, sign_ins: u64) -> Vec<PolicyTally> {
    let each = engine.policies().iter().zip(says).map(|(policy, mut says)| {
        let rest = sign_ins - says.values().sum::<u64>();
        let silent = match policy.state {
            PolicyState::Disabled => Says::Disabled,
            PolicyState::On | PolicyState::ReportOnly => Says::NotApplied,
        };
        if rest > 0 {
            says.insert(silent, rest);
        }
        PolicyTally {
            policy: policy.name.clone(),
            title: policy.title.clone(),
            id: id(policy).map(str::to_owned),
            state: policy.state,
            says,
        }
    });
    each.collect()
}

/// Counted names, the most frequent first, then by name.
pub(super) fn most_first(counts: impl IntoIterator<Item = (String, u64)>) -> Vec<(String, u64)> {
    let mut all: Vec<_> = counts.into_iter().collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    all
}
