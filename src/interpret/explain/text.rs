//! An explanation as a tree for people.
//!
//! Every line begins with a sign: `+` is true or satisfied, `-` is false or missing, `?` is unknown.

use std::fmt::Write as _;

use crate::decision::Demand;
use crate::hir::PolicyState;
use crate::interpret::explain::{
    CombinationExplanation, ConditionExplanation, EffectExplanation, ExplainedCondition,
    Explanation, GrantExplanation, GrantKind, InputExplanation, MethodExplanation,
    PolicyExplanation, Proof, TestExplanation,
};
use crate::schema::session::SessionControls;
use crate::source::Sources;
use crate::value::Truth;

/// How far a line stands in from the one it belongs to.
const INDENT: &str = "  ";

impl Explanation {
    /// The decision on one line, then a tree for each policy, those that apply first. With `sources`, each policy says where it
    /// stands.
    pub fn to_text(&self, sources: Option<&Sources>) -> String {
        let mut text = Tree { text: String::new(), sources };
        text.line(0, "", &self.decision.to_string());
        let applies = |policy: &&PolicyExplanation| {
            policy.state != PolicyState::Disabled && policy.holds != Truth::False
        };
        let (first, rest): (Vec<_>, Vec<_>) = self.policies.iter().partition(applies);
        first.into_iter().chain(rest).for_each(|policy| text.policy(policy));
        text.assumed(&self.decision.assumed, self.decision.assumption_matters);
        text.text
    }
}

struct Tree<'a> {
    text: String,
    sources: Option<&'a Sources>,
}

fn sign(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "+ ",
        Truth::Unknown => "? ",
        Truth::False => "- ",
    }
}

impl Tree<'_> {
    fn line(&mut self, depth: usize, sign: &str, words: &str) {
        let indent = INDENT.repeat(depth);
        writeln!(self.text, "{indent}{sign}{words}").expect("a string takes everything");
    }

    fn policy(&mut self, policy: &PolicyExplanation) {
        self.text.push('\n');
        let place = self.place(policy);
        let title = policy.title.as_ref().map_or_else(String::new, |title| format!(" {title:?}"));
        let head = format!("{}{title}{place}: {}", policy.policy, standing(policy));
        self.line(0, sign(policy.holds), &head);
        for look in &policy.looks {
            match &look.at {
                Some(at) => {
                    self.line(1, sign(look.condition.truth), &format!("for {at}"));
                    self.condition(2, &look.condition);
                }
                None => self.condition(1, &look.condition),
            }
        }
        self.effect(&policy.effect);
        self.session(&policy.session);
    }

    fn place(&self, policy: &PolicyExplanation) -> String {
        let Some(sources) = self.sources else { return String::new() };
        let source = sources.get(policy.span.source);
        format!(" ({}:{})", source.name, source.position(policy.span.start as usize))
    }

    fn condition(&mut self, depth: usize, condition: &ConditionExplanation) {
        let mut parts = |word: &str, parts: &[ConditionExplanation]| {
            self.line(depth, sign(condition.truth), word);
            let flat = parts.iter().flat_map(|part| spliced(condition, part));
            flat.for_each(|part| self.condition(depth + 1, part));
        };
        match &condition.kind {
            ExplainedCondition::All(inner) => parts("all of", inner),
            ExplainedCondition::Any(inner) => parts("any of", inner),
            ExplainedCondition::Not(inner) => parts("not", std::slice::from_ref(inner)),
            ExplainedCondition::Always => self.line(depth, sign(condition.truth), "always"),
            ExplainedCondition::Never => self.line(depth, sign(condition.truth), "never"),
            ExplainedCondition::Test(test) => self.test(depth, condition.truth, test),
        }
    }

    fn test(&mut self, depth: usize, truth: Truth, test: &TestExplanation) {
        match test.inputs.as_slice() {
            [input] => {
                self.line(depth, sign(truth), &format!("{}  [{}]", test.test, is(input)));
            }
            inputs => {
                self.line(depth, sign(truth), &test.test);
                inputs.iter().for_each(|one| self.line(depth + 1, sign(one.truth), &is(one)));
            }
        }
    }

    fn effect(&mut self, effect: &EffectExplanation) {
        match effect {
            EffectExplanation::Block => self.line(1, "", "block"),
            EffectExplanation::Nothing => {}
            EffectExplanation::Require(grant) => {
                self.line(1, "", "require");
                self.grant(2, grant);
            }
        }
    }

    fn grant(&mut self, depth: usize, grant: &GrantExplanation) {
        let sign = sign(grant.satisfied.into());
        let mut parts = |word: &str, parts: &[GrantExplanation]| {
            self.line(depth, sign, word);
            parts.iter().for_each(|part| self.grant(depth + 1, part));
        };
        match &grant.kind {
            GrantKind::All(inner) => parts("all of", inner),
            GrantKind::Any(inner) => parts("any of", inner),
            GrantKind::Methods(demand, combinations) => {
                self.line(depth, sign, &demand.to_string());
                self.combinations(depth + 1, combinations);
            }
            GrantKind::Claims(demand, proofs) => self.claims(depth, sign, demand, proofs),
            GrantKind::Device(demand, attribute, state, proofs) => {
                self.line(depth, sign, &format!("{demand}  [{attribute} is {state}]"));
                if demand.within.is_some() {
                    self.proofs(depth + 1, proofs);
                }
            }
        }
    }

    /// Of a strength, what satisfies it; else what comes nearest; else only how many ways there would be.
    fn combinations(&mut self, depth: usize, all: &[CombinationExplanation]) {
        let nearest = all.iter().filter(|one| is_begun(one)).map(lacks).min();
        let shown: Vec<_> =
            all.iter().filter(|one| is_begun(one) && Some(lacks(one)) == nearest).collect();
        if shown.is_empty() {
            let ways = if all.len() == 1 { "combination" } else { "combinations" };
            self.line(depth, sign(Truth::False), &format!("nothing of its {} {ways}", all.len()));
        }
        for one in shown {
            let methods: Vec<_> = one.methods.iter().map(method).collect();
            self.line(depth, sign(one.satisfied.into()), &methods.join(" and "));
        }
    }

    fn claims(&mut self, depth: usize, sign: &str, demand: &Demand, proofs: &[Proof]) {
        self.line(depth, sign, &demand.to_string());
        self.proofs(depth + 1, proofs);
    }

    fn proofs(&mut self, depth: usize, proofs: &[Proof]) {
        if proofs.is_empty() {
            self.line(depth, sign(Truth::False), "nothing was shown");
        }
        for proof in proofs {
            let shown = format!("shown {}", how_old(*proof));
            self.line(depth, sign(proof.fresh.into()), &shown);
        }
    }

    fn session(&mut self, session: &SessionControls<String>) {
        for line in session.lines() {
            self.line(1, "", &line);
        }
    }

    fn assumed(&mut self, assumed: &[String], matters: bool) {
        if assumed.is_empty() {
            return;
        }
        let so = if matters { "which may matter" } else { "which changes nothing" };
        self.text.push('\n');
        self.line(0, "? ", &format!("nobody supplied {}, {so}", assumed.join(", ")));
    }
}

/// The parts of a part that is joined by the same word, in its place.
fn spliced<'a>(
    whole: &ConditionExplanation,
    part: &'a ConditionExplanation,
) -> &'a [ConditionExplanation] {
    match (&whole.kind, &part.kind) {
        (ExplainedCondition::All(_), ExplainedCondition::All(inner)) => inner,
        (ExplainedCondition::Any(_), ExplainedCondition::Any(inner)) => inner,
        _ => std::slice::from_ref(part),
    }
}

fn is_begun(combination: &CombinationExplanation) -> bool {
    combination.methods.iter().any(|method| method.proof.is_some())
}

/// How far a combination is from being satisfied: methods without a proof, then proofs too old.
fn lacks(combination: &CombinationExplanation) -> (usize, usize) {
    let missing = combination.methods.iter().filter(|method| method.proof.is_none());
    let proofs = combination.methods.iter().filter_map(|method| method.proof);
    (missing.count(), proofs.filter(|proof| !proof.fresh).count())
}

fn standing(policy: &PolicyExplanation) -> &'static str {
    match (policy.state, policy.holds) {
        (PolicyState::On, Truth::True) => "applies",
        (PolicyState::On, Truth::Unknown) => "applies, since nobody said otherwise",
        (PolicyState::On, Truth::False) => "does not apply",
        (PolicyState::ReportOnly, Truth::True) => "would apply, reports only",
        (PolicyState::ReportOnly, Truth::Unknown) => {
            "would apply, since nobody said otherwise; reports only"
        }
        (PolicyState::ReportOnly, Truth::False) => "would not apply, reports only",
        (PolicyState::Disabled, _) => "is disabled",
    }
}

fn is(input: &InputExplanation) -> String {
    format!("{} is {}", input.attribute, input.value)
}

fn method(method: &MethodExplanation) -> String {
    match method.proof {
        Some(proof) => format!("{} ({})", method.method.name(), how_old(proof)),
        None => format!("{} (missing)", method.method.name()),
    }
}

fn how_old(proof: Proof) -> String {
    let age = proof.age_ms.map_or_else(|| "at an unknown time".to_owned(), ago);
    if proof.fresh { age } else { format!("{age}, too long") }
}

/// An age in its two largest units: `3 hours 20 minutes ago`.
fn ago(age_ms: i64) -> String {
    const UNITS: [(i64, &str); 4] =
        [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let mut rest = age_ms.max(0) / 1_000;
    let mut parts = Vec::new();
    for (size, unit) in UNITS {
        let count = rest / size;
        rest %= size;
        if count > 0 {
            parts.push(format!("{count} {unit}{}", if count == 1 { "" } else { "s" }));
        }
    }
    parts.truncate(2);
    if parts.is_empty() { "just now".to_owned() } else { format!("{} ago", parts.join(" ")) }
}
