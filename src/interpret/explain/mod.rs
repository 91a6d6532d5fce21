//! Why a decision is what it is: every policy with the truth of each condition, what decided it, and what of its
//! grants is proven.

mod grant;
#[cfg(feature = "json")]
mod json;
mod text;
pub(crate) mod words;

pub use grant::{CombinationExplanation, GrantExplanation, GrantKind, MethodExplanation, Proof};

use crate::decision::{Decision, Options};
use crate::hir::{Condition, ConditionKind, Effect, Policy, PolicySet, PolicyState, Probe};
use crate::interpret::condition::{self, Look, Part};
use crate::interpret::explain::words::Words;
use crate::interpret::{Case, Reading};
use crate::request::Request;
use crate::schema::session::SessionControls;
use crate::source::Span;
use crate::value::Truth;

/// Everything that can be said about one decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// Every policy, by name; those that are report-only or disabled too.
    pub policies: Vec<PolicyExplanation>,
}

/// What one policy says about the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyExplanation {
    /// Its name.
    pub policy: String,
    /// Its title.
    pub title: Option<String>,
    /// Whether it is enforced.
    pub state: PolicyState,
    /// Whether its condition holds; it applies unless that is false. Of a disabled policy, whether it would.
    pub holds: Truth,
    /// Its condition, once for each app or context that is asked for.
    pub looks: Vec<LookExplanation>,
    /// What it demands.
    pub effect: EffectExplanation,
    /// Its own session controls.
    pub session: SessionControls<String>,
    /// Its place.
    pub span: Span,
}

/// A condition, looked at for one app or one context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookExplanation {
    /// Which app or context, where several are asked for.
    pub at: Option<String>,
    /// The condition.
    pub condition: ConditionExplanation,
}

/// A condition with its truth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionExplanation {
    /// Whether it holds.
    pub truth: Truth,
    /// What it says.
    pub kind: ExplainedCondition,
    /// Where it says so.
    pub span: Span,
}

/// What a condition says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExplainedCondition {
    /// `always`
    Always,
    /// `never`
    Never,
    /// All of them.
    All(Vec<ConditionExplanation>),
    /// Any of them.
    Any(Vec<ConditionExplanation>),
    /// Not that.
    Not(Box<ConditionExplanation>),
    /// A test of one attribute.
    Test(TestExplanation),
}

/// A test of one attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestExplanation {
    /// The test in the words of the language, names instead of ids: `user in [finance, guests]`.
    pub test: String,
    /// What was looked at, in the order in which it is read.
    pub inputs: Vec<InputExplanation>,
}

/// One input of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputExplanation {
    /// Its name.
    pub attribute: String,
    /// What it is in this request, for people: a value, `absent` or `not supplied`.
    pub value: String,
    /// What it says about the test.
    pub truth: Truth,
}

/// What a policy demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EffectExplanation {
    /// The latch stays shut.
    Block,
    /// Session controls alone.
    Nothing,
    /// A grant.
    Require(GrantExplanation),
}

/// Explains a decision. Slow, like [`interpret`](crate::interpret::interpret), and as exact.
pub fn explain(set: &PolicySet, request: &Request, options: &Options) -> Explanation {
    let case = Case { set, request, options };
    let explainer =
        Explainer { case, words: Words::new(set), looks: condition::looks(set, request) };
    Explanation {
        decision: crate::interpret::interpret(set, request, options),
        policies: set.policies.iter().map(|policy| explainer.policy(policy)).collect(),
    }
}

struct Explainer<'a> {
    case: Case<'a>,
    words: Words<'a>,
    looks: Vec<Look<'a>>,
}

impl Explainer<'_> {
    fn policy(&self, policy: &Policy) -> PolicyExplanation {
        PolicyExplanation {
            policy: policy.name.clone(),
            title: policy.title.clone(),
            state: policy.state,
            holds: condition::holds(&self.looks, &policy.condition),
            looks: self.looks.iter().map(|look| self.look(look, &policy.condition)).collect(),
            effect: self.effect(policy),
            session: policy.session.clone(),
            span: policy.span,
        }
    }

    fn look(&self, look: &Look<'_>, condition: &Condition) -> LookExplanation {
        let several = self.looks.len() > 1;
        LookExplanation {
            at: several.then(|| self.words.look(look)),
            condition: self.condition(look, condition),
        }
    }

    fn condition(&self, look: &Look<'_>, condition: &Condition) -> ConditionExplanation {
        let each = |inner: &[Condition]| inner.iter().map(|it| self.condition(look, it)).collect();
        let kind = match &condition.kind {
            ConditionKind::Always => ExplainedCondition::Always,
            ConditionKind::Never => ExplainedCondition::Never,
            ConditionKind::All(inner) => ExplainedCondition::All(each(inner)),
            ConditionKind::Any(inner) => ExplainedCondition::Any(each(inner)),
            ConditionKind::Not(inner) => {
                ExplainedCondition::Not(Box::new(self.condition(look, inner)))
            }
            ConditionKind::Test(probe) => ExplainedCondition::Test(self.test(look, probe)),
        };
        ConditionExplanation { truth: look.truth(condition), kind, span: condition.span }
    }

    fn test(&self, look: &Look<'_>, probe: &Probe) -> TestExplanation {
        let mut inputs: Vec<InputExplanation> = Vec::new();
        for part in look.parts(probe) {
            let input = self.input(look, probe, part);
            // Several networks may read the same input: once is enough, by what it says at most.
            match inputs.iter_mut().find(|known| known.attribute == input.attribute) {
                Some(known) => known.truth = known.truth.or(input.truth),
                None => inputs.push(input),
            }
        }
        TestExplanation { test: self.words.test(probe), inputs }
    }

    fn input(&self, look: &Look<'_>, probe: &Probe, part: Part) -> InputExplanation {
        InputExplanation {
            attribute: self.case.set.attribute_name(part.input).to_owned(),
            value: self.words.value(look, probe, part.input),
            truth: part.truth,
        }
    }

    /// Grants are held against the bounds of everything that applies; those of a policy that does not, with its own.
    fn effect(&self, policy: &Policy) -> EffectExplanation {
        let grant = match &policy.effect {
            Effect::Block => return EffectExplanation::Block,
            Effect::Nothing => return EffectExplanation::Nothing,
            Effect::Require(grant) => grant,
        };
        let mut together = self.case.applying().policies();
        if !together.iter().any(|one| one.name == policy.name) {
            together.push(policy);
        }
        let proven = self.case.proven(&together, Reading::AsSupplied);
        EffectExplanation::Require(grant::explain(&proven, grant))
    }
}
