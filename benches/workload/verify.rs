//! Whether all agree about sign-ins, and what these sign-ins are like.

use std::fmt;

use latch::decision::{Blocked, Decision, Options, Outcome};
use latch::engine::Engine;
use latch::interpret::interpret;

use super::{Prototype, Verdict, Visitor, Workload, write};

/// The largest set for the interpreter: it takes milliseconds there already.
pub(crate) const MOST_FOR_INTERPRETER: usize = 1_000;

/// What sign-ins are like: outcomes, and how many policies apply.
#[derive(Debug, Clone, Default)]
pub(crate) struct Distribution {
    outcomes: [usize; 4],
    applying: Vec<usize>,
}

impl Workload {
    /// The matcher made for this workload, which finds the outcomes that the one written by hand does.
    pub(crate) fn prototype(&self, visitors: &[Visitor]) -> Prototype {
        let prototype = Prototype::new(self, visitors);
        let (mut applying, mut bytes) = (Vec::new(), Vec::new());
        for (at, visitor) in visitors.iter().enumerate() {
            let outcome = prototype.decide(&prototype.typed(visitor), &mut bytes);
            assert_eq!(outcome, self.matched(visitor, &mut applying), "sign-in {at}: {visitor:?}");
        }
        prototype
    }

    /// Every sign-in decided by the engine and by hand: all agree, or there is nothing to compare.
    pub(crate) fn verify(&self, engine: &Engine, visitors: &[Visitor]) -> Distribution {
        let mut distribution = Distribution::default();
        let mut applying = Vec::new();
        for (at, visitor) in visitors.iter().enumerate() {
            let by_hand = self.matched(visitor, &mut applying);
            let request = visitor.request(&self.tenant);
            let decision = engine.decide(&request);
            assert_eq!(verdict(&decision), by_hand, "sign-in {at}: {visitor:?} {decision:#?}");
            let names: Vec<String> = applying.iter().map(|it| write::name(*it as usize)).collect();
            assert_eq!(decision.applying, names, "sign-in {at}: {visitor:?}");
            if at < 4 && self.rules.len() <= MOST_FOR_INTERPRETER {
                let interpreted = interpret(engine.policy_set(), &request, &Options::default());
                assert_eq!(interpreted.outcome, decision.outcome, "sign-in {at}");
                assert_eq!(interpreted.applying, decision.applying, "sign-in {at}");
            }
            distribution.count(&decision);
        }
        distribution
    }
}

/// What the matcher would say. That a challenge is impossible to meet is more than it knows.
pub(crate) fn verdict(decision: &Decision) -> Verdict {
    match decision.outcome {
        Outcome::Open => Verdict::Open,
        Outcome::StepUp(_) | Outcome::Blocked(Blocked::Impossible(_)) => Verdict::Unmet,
        Outcome::Blocked(Blocked::ByPolicy) => Verdict::Blocked,
    }
}

impl Distribution {
    /// Counts one more.
    pub(crate) fn count(&mut self, decision: &Decision) {
        let outcome = match decision.outcome {
            Outcome::Open => 0,
            Outcome::StepUp(_) => 1,
            Outcome::Blocked(Blocked::ByPolicy) => 2,
            Outcome::Blocked(Blocked::Impossible(_)) => 3,
        };
        self.outcomes[outcome] += 1;
        self.applying.push(decision.applying.len());
    }

    fn percent(&self, outcome: usize) -> f64 {
        100.0 * self.outcomes[outcome] as f64 / self.applying.len() as f64
    }
}

/// The heads of the columns of a [`Distribution`].
pub(crate) const COLUMNS: &str =
    " open % step-up % blocked % impossible % | policies that apply: min p10 median p90 p99 max";

impl fmt::Display for Distribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sorted = self.applying.clone();
        sorted.sort_unstable();
        let at = |quantile: f64| sorted[((sorted.len() - 1) as f64 * quantile) as usize];
        let [open, step_up, blocked, impossible] = [0, 1, 2, 3].map(|it| self.percent(it));
        write!(f, "{open:7.1} {step_up:9.1} {blocked:9.1} {impossible:12.1} | {:>24}", at(0.0))?;
        [0.1, 0.5, 0.9, 0.99, 1.0].iter().try_for_each(|it| write!(f, " {:>4}", at(*it)))
    }
}
