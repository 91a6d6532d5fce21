//! Policies as Cedar statements: scope, annotations, `when` and `unless`.

use serde_json::{Value as Json, json};

use crate::cedar::expr::Expr;
use crate::cedar::quote::{comment, text};
use crate::hir::{Effect, Grant, Policy, PolicySet, Requirement};
use crate::schema::grant::GrantWord;
use crate::value::duration_text;

/// One statement of Cedar.
#[derive(Debug, Default)]
pub(super) struct Statement {
    /// Comments before it.
    pub remark: String,
    /// Annotations, in their order.
    pub annotations: Vec<(&'static str, String)>,
    /// `forbid` or `permit`.
    pub word: &'static str,
    /// When it applies.
    pub applies: Option<Expr>,
    /// What it is waived for.
    pub granted: Option<Expr>,
}

impl Statement {
    /// A statement about a policy.
    pub(super) fn about(policy: &Policy, word: &'static str, applies: Expr) -> Statement {
        let annotations =
            [Some(("id", policy.name.clone())), policy.title.clone().map(|it| ("title", it))];
        Statement {
            remark: comment(&policy.remarks.docs),
            annotations: annotations.into_iter().flatten().collect(),
            word,
            applies: Some(applies),
            granted: None,
        }
    }

    /// Whether it can ever hold.
    pub(super) fn is_empty(&self) -> bool {
        self.applies == Some(Expr::Const(false)) || self.granted == Some(Expr::Const(true))
    }

    /// As Cedar text.
    pub(super) fn write(&self) -> String {
        let mut out = self.remark.clone();
        for (name, value) in &self.annotations {
            out.push_str(&format!("@{name}({})\n", text(value)));
        }
        out.push_str(self.word);
        out.push_str(" (principal, action, resource)");
        let (when, unless) = clauses(self.applies.clone());
        clause("when", when, &mut out);
        clause("unless", unless, &mut out);
        clause("unless", self.granted.clone().filter(|it| *it != Expr::Const(false)), &mut out);
        out.push_str(";\n");
        out
    }
}

/// What must hold, and what must not.
fn clauses(applies: Option<Expr>) -> (Option<Expr>, Option<Expr>) {
    let parts = match applies {
        Some(Expr::All(parts)) => parts,
        other => other.into_iter().collect(),
    };
    let (mut when, mut unless) = (Vec::new(), Vec::new());
    for part in parts {
        match part {
            Expr::Not(inner) => unless.push(*inner),
            other => when.push(other),
        }
    }
    let said = |expr: Expr| Some(expr);
    let when = said(Expr::all(when)).filter(|it| *it != Expr::Const(true));
    (when, said(Expr::any(unless)).filter(|it| *it != Expr::Const(false)))
}

fn clause(word: &str, expr: Option<Expr>, out: &mut String) {
    if let Some(expr) = expr {
        out.push_str(&format!("\n{word} {{\n{}\n}}", expr.write(2)));
    }
}

/// `block`, or what is required, in the words of the language.
pub(super) fn effect_text(set: &PolicySet, policy: &Policy) -> String {
    match &policy.effect {
        Effect::Block => "block".to_owned(),
        Effect::Require(grant) => format!("require {}", grant_text(set, grant, false)),
        Effect::Nothing => "session controls".to_owned(),
    }
}

fn grant_text(set: &PolicySet, grant: &Grant, inside: bool) -> String {
    let join = |grants: &[Grant], word: &str| {
        let parts: Vec<_> = grants.iter().map(|it| grant_text(set, it, true)).collect();
        let joined = parts.join(word);
        if inside { format!("({joined})") } else { joined }
    };
    match grant {
        Grant::All(grants) => join(grants, " and "),
        Grant::Any(grants) => join(grants, " or "),
        Grant::One(requirement) => requirement_text(set, requirement),
    }
}

fn requirement_text(set: &PolicySet, requirement: &Requirement) -> String {
    let mut text = requirement.grant.row().name.to_owned();
    if let Some(name) = argument(set, requirement) {
        text.push_str(&format!(" {name}"));
    }
    if let Some(within) = requirement.within {
        text.push_str(&format!(" within {}", duration_text(within)));
    }
    text
}

/// The name behind the word of a grant.
fn argument<'a>(set: &'a PolicySet, requirement: &'a Requirement) -> Option<&'a str> {
    match requirement.grant {
        GrantWord::Strength => requirement.strength.map(|id| set.strength(id).name.as_str()),
        _ => requirement.object.as_ref().map(|object| object.name.as_str()),
    }
}

/// What would satisfy a policy, for programs.
pub(super) fn challenge_json(set: &PolicySet, grant: &Grant) -> Json {
    let each =
        |grants: &[Grant]| grants.iter().map(|it| challenge_json(set, it)).collect::<Vec<_>>();
    match grant {
        Grant::All(grants) => json!({ "all": each(grants) }),
        Grant::Any(grants) => json!({ "any": each(grants) }),
        Grant::One(requirement) => {
            let mut object = serde_json::Map::new();
            object.insert("grant".to_owned(), requirement.grant.row().name.into());
            let name = argument(set, requirement).map(|name| ("name", name.into()));
            let within = requirement.within.map(|within| ("within", within.into()));
            for (key, value) in [name, within].into_iter().flatten() {
                object.insert(key.to_owned(), value);
            }
            Json::Object(object)
        }
    }
}
