//! An explanation as JSON, for programs.

use serde_json::{Value as Json, json};

use crate::hir::PolicyState;
use crate::interpret::explain::{
    CombinationExplanation, ConditionExplanation, EffectExplanation, ExplainedCondition,
    Explanation, GrantExplanation, GrantKind, InputExplanation, LookExplanation, PolicyExplanation,
    Proof,
};
use crate::source::{Sources, Span};
use crate::value::Truth;

impl Explanation {
    /// The explanation as JSON. Places are named by file, line and column where `sources` are given.
    ///
    /// ```text
    /// { "decision": …, "policies": [{ "policy": …, "state": "on", "applies": "true", "looks": [{ "condition": {
    ///   "truth": "false", "all": [{ "truth": "true", "test": "user in finance", "inputs": [{ "attribute": … }] }] } }] }] }
    /// ```
    pub fn to_json(&self, sources: Option<&Sources>) -> Json {
        let write = Writer { sources };
        json!({
            "decision": crate::decision::json::write(&self.decision, None),
            "policies": self.policies.iter().map(|policy| write.policy(policy)).collect::<Vec<_>>(),
        })
    }
}

struct Writer<'a> {
    sources: Option<&'a Sources>,
}

fn truth(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "true",
        Truth::Unknown => "unknown",
        Truth::False => "false",
    }
}

fn state(state: PolicyState) -> &'static str {
    match state {
        PolicyState::On => "on",
        PolicyState::ReportOnly => "report-only",
        PolicyState::Disabled => "disabled",
    }
}

impl Writer<'_> {
    fn policy(&self, policy: &PolicyExplanation) -> Json {
        json!({
            "policy": policy.policy,
            "title": policy.title,
            "state": state(policy.state),
            "holds": truth(policy.holds),
            "place": self.place(policy.span),
            "looks": policy.looks.iter().map(|look| self.look(look)).collect::<Vec<_>>(),
            "effect": effect(&policy.effect),
            "session": policy.session.lines(),
        })
    }

    fn place(&self, span: Span) -> Json {
        let Some(sources) = self.sources else { return Json::Null };
        let source = sources.get(span.source);
        let start = source.position(span.start as usize);
        json!({ "file": source.name, "line": start.line, "column": start.column })
    }

    fn look(&self, look: &LookExplanation) -> Json {
        json!({ "at": look.at, "condition": self.condition(&look.condition) })
    }

    fn condition(&self, condition: &ConditionExplanation) -> Json {
        let each = |parts: &[ConditionExplanation]| {
            Json::Array(parts.iter().map(|part| self.condition(part)).collect())
        };
        let mut object = json!({
            "truth": truth(condition.truth),
            "place": self.place(condition.span),
        });
        match &condition.kind {
            ExplainedCondition::Always => object["always"] = json!(true),
            ExplainedCondition::Never => object["never"] = json!(true),
            ExplainedCondition::All(inner) => object["all"] = each(inner),
            ExplainedCondition::Any(inner) => object["any"] = each(inner),
            ExplainedCondition::Not(inner) => object["not"] = self.condition(inner),
            ExplainedCondition::Test(test) => {
                object["test"] = json!(test.test);
                object["inputs"] = test.inputs.iter().map(input).collect();
            }
        }
        object
    }
}

fn input(input: &InputExplanation) -> Json {
    json!({ "attribute": input.attribute, "value": input.value, "truth": truth(input.truth) })
}

fn effect(effect: &EffectExplanation) -> Json {
    match effect {
        EffectExplanation::Block => json!("block"),
        EffectExplanation::Nothing => Json::Null,
        EffectExplanation::Require(required) => json!({ "require": grant(required) }),
    }
}

fn grant(explained: &GrantExplanation) -> Json {
    let each = |parts: &[GrantExplanation]| Json::Array(parts.iter().map(grant).collect());
    let mut object = json!({ "satisfied": explained.satisfied });
    match &explained.kind {
        GrantKind::All(parts) => object["all"] = each(parts),
        GrantKind::Any(parts) => object["any"] = each(parts),
        GrantKind::Methods(demand, combinations) => {
            object["demand"] = json!(demand.to_string());
            object["combinations"] = combinations.iter().map(combination).collect();
        }
        GrantKind::Claims(demand, proofs) => {
            object["demand"] = json!(demand.to_string());
            object["shown"] = proofs.iter().map(proof).collect();
        }
        GrantKind::Device(demand, attribute, state, proofs) => {
            object["demand"] = json!(demand.to_string());
            object["attribute"] = json!(attribute);
            object["value"] = json!(state);
            object["shown"] = proofs.iter().map(proof).collect();
        }
    }
    object
}

fn combination(combination: &CombinationExplanation) -> Json {
    let methods = combination.methods.iter().map(|method| {
        json!({ "method": method.method.name(), "proof": method.proof.as_ref().map(proof) })
    });
    json!({ "satisfied": combination.satisfied, "methods": methods.collect::<Vec<_>>() })
}

fn proof(proof: &Proof) -> Json {
    let seconds = proof.age_ms.map(|age| age.max(0) / 1_000);
    json!({ "ageSeconds": seconds, "fresh": proof.fresh })
}
