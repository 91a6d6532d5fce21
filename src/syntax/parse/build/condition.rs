//! Conditions.

use super::{Builder, Node, Parts, Rule};
use crate::diagnostic::Diagnostic;
use crate::source::Spanned;
use crate::syntax::ast::{Comparison, Condition, Operand, Operator};
use crate::syntax::codes;

impl Builder<'_> {
    /// `a or b or c`
    pub(super) fn condition(&mut self, node: Node<'_>) -> Condition {
        let parts = joined(node, Rule::kw_or).map(|part| self.conjunction(part));
        flat(parts, Condition::Or, |part, all| match part {
            Condition::Or(inner) => all.extend(inner),
            other => all.push(other),
        })
    }

    fn conjunction(&mut self, node: Node<'_>) -> Condition {
        let parts = joined(node, Rule::kw_and).map(|part| self.negation(part));
        flat(parts, Condition::And, |part, all| match part {
            Condition::And(inner) => all.extend(inner),
            other => all.push(other),
        })
    }

    fn negation(&mut self, node: Node<'_>) -> Condition {
        let mut parts: Vec<Node<'_>> = Parts::of(node).collect();
        let primary = parts.pop().expect("a negation ends in what it negates");
        let condition = self.primary(primary);
        parts
            .iter()
            .rev()
            .fold(condition, |inner, not| Condition::Not(self.span(not), Box::new(inner)))
    }

    fn primary(&mut self, node: Node<'_>) -> Condition {
        match node.as_rule() {
            Rule::paren => self.condition(Parts::of(node).part()),
            Rule::kw_always => Condition::Always(self.span(&node)),
            Rule::kw_never => Condition::Never(self.span(&node)),
            _ => self.atom(node),
        }
    }

    fn atom(&mut self, node: Node<'_>) -> Condition {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        let attribute = self.name(&parts.part());
        let Some(comparison) = parts.next() else { return Condition::Bare(attribute) };
        let mut parts = Parts::of(comparison);
        let outer_not = parts.given(Rule::kw_not).is_some();
        let (operator, inner_not, operand) = self.operation(parts.part());
        let zone = parts.given(Rule::zone).map(|zone| self.zone(zone));
        let comparison = Comparison {
            attribute,
            operator,
            negated: outer_not || inner_not,
            operand,
            zone,
            span,
        };
        Condition::Compare(Box::new(comparison))
    }

    fn zone(&mut self, node: Node<'_>) -> Spanned<String> {
        let name = Parts::of(node).nth(1).expect("a zone has a name");
        self.string(&name)
    }

    /// An operator, whether a `not` stands inside it, and its operand.
    fn operation(&mut self, node: Node<'_>) -> (Spanned<Operator>, bool, Operand) {
        let rule = node.as_rule();
        let mut parts = Parts::of(node);
        let first = parts.part();
        let mut operator = Spanned::new(operator(rule, first.as_str()), self.span(&first));
        if let Some(with) = parts.given(Rule::kw_with) {
            operator.span = operator.span.to(self.span(&with));
        }
        let negated = parts.given(Rule::kw_not).is_some();
        let value = parts.part();
        let operand = match rule {
            Rule::between => self.between(value, &mut parts),
            Rule::membership | Rule::is => self.members(value),
            _ => self.operand(value),
        };
        (operator, negated, operand)
    }

    fn between(&mut self, low: Node<'_>, rest: &mut Parts<'_>) -> Operand {
        let low = self.literal(low);
        rest.given(Rule::kw_and);
        Operand::Between(low, self.literal(rest.part()))
    }

    /// The operand of `in` and `is`: a list of one is that one.
    fn members(&mut self, node: Node<'_>) -> Operand {
        match self.operand(node) {
            Operand::List(mut members, _) if members.len() == 1 => Operand::One(members.remove(0)),
            Operand::List(members, span) if members.is_empty() => {
                self.findings.push(
                    Diagnostic::error(codes::EMPTY_LIST, span, "this list has no members")
                        .note("nothing is in an empty list")
                        .help("a condition that is never true is written `never`"),
                );
                Operand::List(members, span)
            }
            other => other,
        }
    }
}

/// The parts of a chain without the words that join them.
pub(super) fn joined(node: Node<'_>, joint: Rule) -> impl Iterator<Item = Node<'_>> {
    Parts::of(node).filter(move |part| part.as_rule() != joint)
}

/// A chain of parts as one. `spread` opens a part that is a chain of the same kind.
pub(super) fn flat<T>(
    parts: impl Iterator<Item = T>,
    chain: fn(Vec<T>) -> T,
    spread: fn(T, &mut Vec<T>),
) -> T {
    let mut all = Vec::new();
    parts.for_each(|part| spread(part, &mut all));
    if all.len() == 1 { all.remove(0) } else { chain(all) }
}

fn operator(rule: Rule, word: &str) -> Operator {
    match rule {
        Rule::membership => Operator::In,
        Rule::is => Operator::Is,
        Rule::starts => Operator::StartsWith,
        Rule::ends => Operator::EndsWith,
        Rule::contains => Operator::Contains,
        Rule::between => Operator::Between,
        _ => order(word),
    }
}

fn order(sign: &str) -> Operator {
    match sign {
        "<" => Operator::Less,
        "<=" => Operator::LessOrEqual,
        ">" => Operator::Greater,
        _ => Operator::GreaterOrEqual,
    }
}
