//! Finds directory ids that stand in conditions without a name.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};
use crate::lint::walk;
use crate::schema::attribute::{Attribute, Kind};
use crate::syntax::ast::{Comparison, Condition, Literal, LiteralValue, Operand};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1308", name: "id-literal" },
    severity: Severity::Info,
    category: Category::Hygiene,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("id_literal.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for item in subject.items() {
        for condition in walk::conditions(item) {
            walk::each(condition, &mut |part| {
                if let Condition::Compare(comparison) = part {
                    all.extend(unnamed(comparison).into_iter().map(finding));
                }
            });
        }
    }
}

fn finding(literal: &Literal) -> Diagnostic {
    found(RULE.code, literal.span, "an id that nobody can read")
        .help("give it a name: `group NAME = \"id\"`, or what it is")
}

fn unnamed(comparison: &Comparison) -> Vec<&Literal> {
    let kind = Attribute::by_name(&comparison.attribute.node).map(|it| it.row().kind);
    let of_objects =
        matches!(kind, Some(Kind::Members | Kind::Identifier | Kind::Identifiers | Kind::Apps));
    if !of_objects {
        return Vec::new();
    }
    let literals = match &comparison.operand {
        Operand::One(literal) => vec![literal],
        Operand::List(list, _) => list.iter().collect(),
        Operand::Between(..) => Vec::new(),
    };
    literals.into_iter().filter(|it| matches!(it.value, LiteralValue::String(_))).collect()
}
