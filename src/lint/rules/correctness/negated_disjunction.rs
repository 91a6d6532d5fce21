//! Finds `x is not a or x is not b`, which is always true.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::rule::{Category, Profile, Rule, Safety};
use crate::lint::subject::{Subject, found};
use crate::lint::walk;
use crate::schema::attribute::{Attribute, Kind};
use crate::syntax::ast::{Comparison, Condition, Literal, LiteralValue, Operand, Operator};
use crate::syntax::format_condition;
use std::collections::BTreeSet;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1004", name: "negated-disjunction" },
    severity: Severity::Warning,
    category: Category::Correctness,
    profile: Profile::Default,
    exact: true,
    fix: Some(Safety::Unsafe),
    page: include_str!("negated_disjunction.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for item in subject.items() {
        for condition in walk::conditions(item) {
            walk::each(condition, &mut |part| all.extend(always_true(part)));
        }
    }
}

fn always_true(condition: &Condition) -> Option<Diagnostic> {
    let Condition::Or(parts) = condition else { return None };
    let negative: Vec<&Comparison> = parts.iter().filter_map(denial).collect();
    let pair = negative.iter().enumerate().find_map(|(at, one)| {
        let other = negative[at + 1..].iter().find(|other| exclude_nobody(one, other))?;
        Some((*one, *other))
    });
    let (one, other) = pair?;
    let name = &one.attribute.node;
    let message = format!("this is always true: `{name}` has one value, and is not the other");
    let meant = Condition::And(parts.clone());
    let finding = found(RULE.code, one.span.to(other.span), message)
        .here("whatever it is, it is not one of these two")
        .help("join them with `and`, or write `not in [ … ]`");
    let only_these = negative.len() == parts.len();
    Some(if only_these { finding.fix(condition.span(), format_condition(&meant)) } else { finding })
}

/// A comparison that says which values are not meant.
fn denial(condition: &Condition) -> Option<&Comparison> {
    let Condition::Compare(it) = condition else { return None };
    let listed = matches!(it.operator.node, Operator::Is | Operator::In);
    (it.negated && listed && has_one_value(&it.attribute.node)).then_some(it)
}

/// Whether a sign-in has at most one value of it; people and places are in many sets at once.
fn has_one_value(attribute: &str) -> bool {
    let kind = Attribute::by_name(attribute).map(|it| it.row().kind);
    matches!(
        kind,
        Some(
            Kind::Enumeration(_)
                | Kind::Ordered(_)
                | Kind::Text
                | Kind::Country
                | Kind::Integer
                | Kind::Identifier
        )
    )
}

/// Whether two denials are about the same attribute and have no value in common: one of them is always true.
fn exclude_nobody(one: &Comparison, other: &Comparison) -> bool {
    let values = |it: &Comparison| -> Option<BTreeSet<String>> {
        members(&it.operand).iter().map(|literal| value(literal)).collect()
    };
    let (Some(first), Some(second)) = (values(one), values(other)) else { return false };
    one.attribute.node == other.attribute.node && first.is_disjoint(&second)
}

fn members(operand: &Operand) -> Vec<&Literal> {
    match operand {
        Operand::One(literal) => vec![literal],
        Operand::List(list, _) => list.iter().collect(),
        Operand::Between(low, high) => vec![low, high],
    }
}

/// The value in one spelling; a name may stand for the same id as another one, and is left alone.
fn value(literal: &Literal) -> Option<String> {
    match &literal.value {
        LiteralValue::Word(word) => Some(word.clone()),
        LiteralValue::String(text) => Some(crate::value::fold_case(text)),
        LiteralValue::Integer(number) => Some(number.to_string()),
        LiteralValue::Duration(..) | LiteralValue::TimeOfDay(_) | LiteralValue::Date(_) => None,
        LiteralValue::Instant(_) | LiteralValue::Address(_) => None,
        LiteralValue::AddressRange(..) => None,
    }
}
