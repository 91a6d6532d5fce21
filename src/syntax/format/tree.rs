//! What conditions, grants and expectations have in common: chains of `and` and `or` with parentheses where
//! precedence needs them.

use super::literal;
use crate::source::Span;
use crate::syntax::ast::{Comparison, Condition, Expectation, Grant, Literal, Operand, Operator};

/// The prefix of what is negated.
pub(super) const NOT: &str = "not ";

/// A condition, grant or expectation, ready to be set.
pub(super) enum Tree {
    Leaf(Leaf),
    /// A word before another tree: `not`, `require`.
    Prefixed {
        word: &'static str,
        span: Span,
        inner: Box<Tree>,
    },
    /// Two or more, joined by `and` or `or`.
    Chain {
        joint: Joint,
        parts: Vec<Tree>,
    },
}

/// What joins a chain; the tighter one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Joint {
    And,
    Or,
}

impl Joint {
    pub(super) fn word(self) -> &'static str {
        match self {
            Joint::And => "and ",
            Joint::Or => "or ",
        }
    }
}

/// A part without `and` or `or` in it.
pub(super) struct Leaf {
    /// Its words, up to the list if it has one.
    pub(super) head: String,
    pub(super) span: Span,
    pub(super) list: Option<List>,
    /// The words after the list.
    pub(super) tail: String,
}

/// `[a, b, c]`
pub(super) struct List {
    pub(super) members: Vec<(String, Span)>,
    pub(super) span: Span,
}

impl List {
    pub(super) fn of(members: &[Literal], span: Span) -> List {
        List {
            members: members.iter().map(|member| (literal::literal(member), member.span)).collect(),
            span,
        }
    }
}

impl Tree {
    fn leaf(head: impl Into<String>, span: Span) -> Tree {
        Tree::Leaf(Leaf { head: head.into(), span, list: None, tail: String::new() })
    }

    fn prefixed(word: &'static str, span: Span, inner: Tree) -> Tree {
        Tree::Prefixed { word, span, inner: Box::new(inner) }
    }

    /// A chain; of one part, that part. Chains of the same kind in it are opened.
    fn chain(joint: Joint, parts: impl Iterator<Item = Tree>) -> Tree {
        let mut all = Vec::new();
        for part in parts {
            match part {
                Tree::Chain { joint: inner, parts } if inner == joint => all.extend(parts),
                other => all.push(other),
            }
        }
        if all.len() == 1 { all.remove(0) } else { Tree::Chain { joint, parts: all } }
    }

    /// Where its first word begins.
    pub(super) fn start(&self) -> u32 {
        match self {
            Tree::Leaf(leaf) => leaf.span.start,
            Tree::Prefixed { span, .. } => span.start,
            Tree::Chain { parts, .. } => parts.first().map_or(0, Tree::start),
        }
    }

    /// Up to where comments in it have no place of their own and move before it.
    pub(super) fn head_end(&self) -> u32 {
        match self {
            Tree::Leaf(leaf) => leaf.list.as_ref().map_or(leaf.span.end, |list| list.span.start),
            Tree::Prefixed { inner, .. } => inner.head_end(),
            Tree::Chain { parts, .. } => parts.first().map_or(0, Tree::head_end),
        }
    }

    pub(super) fn condition(condition: &Condition) -> Tree {
        match condition {
            Condition::Always(span) => Tree::leaf("always", *span),
            Condition::Never(span) => Tree::leaf("never", *span),
            Condition::And(parts) => Tree::chain(Joint::And, parts.iter().map(Tree::condition)),
            Condition::Or(parts) => Tree::chain(Joint::Or, parts.iter().map(Tree::condition)),
            Condition::Not(span, inner) => Tree::prefixed(NOT, *span, Tree::condition(inner)),
            Condition::Bare(name) => Tree::leaf(&name.node, name.span),
            Condition::Compare(comparison) => Tree::Leaf(compared(comparison)),
        }
    }

    pub(super) fn grant(grant: &Grant) -> Tree {
        match grant {
            Grant::And(parts) => Tree::chain(Joint::And, parts.iter().map(Tree::grant)),
            Grant::Or(parts) => Tree::chain(Joint::Or, parts.iter().map(Tree::grant)),
            Grant::One(atom) => Tree::leaf(literal::grant_atom(atom), atom.span),
        }
    }

    pub(super) fn expectation(expectation: &Expectation) -> Tree {
        match expectation {
            Expectation::And(parts) => Tree::chain(Joint::And, parts.iter().map(Tree::expectation)),
            Expectation::Or(parts) => Tree::chain(Joint::Or, parts.iter().map(Tree::expectation)),
            Expectation::Block(span) => Tree::leaf("block", *span),
            Expectation::NotBlock(span) => Tree::leaf("not block", *span),
            Expectation::Open(span) => Tree::leaf("open", *span),
            Expectation::StepUp(span) => Tree::leaf("step-up", *span),
            Expectation::Require(grant) => {
                Tree::prefixed("require ", grant.span(), Tree::grant(grant))
            }
            Expectation::FrequencyAtMost(limit) => Tree::leaf(
                format!("sign-in frequency at most {}", literal::literal(limit)),
                limit.span,
            ),
        }
    }
}

fn compared(comparison: &Comparison) -> Leaf {
    let operator = literal::operator(comparison.operator.node, comparison.negated);
    let start = format!("{} {operator} ", comparison.attribute.node);
    let (head, list) = match &comparison.operand {
        Operand::One(value) => (start + &literal::literal(value), None),
        Operand::List(members, _) if members.len() == 1 && takes_one(comparison.operator.node) => {
            (start + &literal::literal(&members[0]), None)
        }
        Operand::List(members, span) => (start, Some(List::of(members, *span))),
        Operand::Between(low, high) => {
            (format!("{start}{} and {}", literal::literal(low), literal::literal(high)), None)
        }
    };
    let tail =
        comparison.zone.as_ref().map(|zone| format!(" zone {}", literal::string(&zone.node)));
    match list {
        None => Leaf {
            head: head + &tail.unwrap_or_default(),
            span: comparison.span,
            list,
            tail: String::new(),
        },
        Some(_) => Leaf { head, span: comparison.span, list, tail: tail.unwrap_or_default() },
    }
}

/// Whether a list of one means the same as the one.
fn takes_one(operator: Operator) -> bool {
    matches!(operator, Operator::In | Operator::Is)
}
