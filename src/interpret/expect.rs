//! Whether one sign-in is as an assert says: the meaning of asserts, for one request at a time.

use crate::decision::{Options, Outcome};
use crate::hir::{Assert, Expectation, PolicySet};
use crate::interpret::evidence::{Bounds, Proven};
use crate::interpret::{Case, Reading, Verdict, condition, is_satisfied};
use crate::request::Request;
use crate::value::Truth;

/// Whether an assert speaks of a request: its condition holds, for sure.
pub fn concerns(set: &PolicySet, request: &Request, assert: &Assert) -> bool {
    let looks = condition::looks(set, request);
    condition::holds(&looks, &assert.condition) == Truth::True
}

/// Whether the decision about a request is as expected. A grant is satisfied when the evidence shows it, however old, but
/// for its own `within`.
pub fn meets(
    set: &PolicySet,
    request: &Request,
    options: &Options,
    expectation: &Expectation,
) -> bool {
    let case = Case { set, request, options };
    let verdict = case.verdict(&case.applying().policies(), Reading::AsSupplied);
    Met { case, verdict: &verdict }.meets(expectation)
}

struct Met<'a> {
    case: Case<'a>,
    verdict: &'a Verdict,
}

impl Met<'_> {
    fn meets(&self, expectation: &Expectation) -> bool {
        let outcome = &self.verdict.outcome;
        match expectation {
            Expectation::All(parts) => parts.iter().all(|part| self.meets(part)),
            Expectation::Any(parts) => parts.iter().any(|part| self.meets(part)),
            Expectation::Block => matches!(outcome, Outcome::Blocked(_)),
            Expectation::NotBlock => !matches!(outcome, Outcome::Blocked(_)),
            Expectation::Open => matches!(outcome, Outcome::Open),
            Expectation::StepUp => matches!(outcome, Outcome::StepUp(_)),
            Expectation::Require(grant) => {
                let bounds = Bounds::default();
                let Case { set, request, .. } = self.case;
                let proven = Proven { set, request, bounds, trusting: false };
                !matches!(outcome, Outcome::Open) || is_satisfied(grant, &proven)
            }
            Expectation::FrequencyAtMost(seconds) => self.frequency_at_most(*seconds),
        }
    }

    fn frequency_at_most(&self, seconds: u64) -> bool {
        let both = self.verdict.session.sign_in_frequency.both;
        both.is_some_and(|bound| self.case.options.seconds(bound) <= seconds)
    }
}
