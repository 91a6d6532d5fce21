//! Grants, and what asserts expect of them.

use super::condition::{flat, joined};
use super::{Builder, Node, Parts, Rule};
use crate::syntax::ast::{Expectation, Grant, GrantAtom, Literal};

impl Builder<'_> {
    /// `a or b`
    pub(super) fn grant(&mut self, node: Node<'_>) -> Grant {
        let parts = joined(node, Rule::kw_or).map(|part| self.grant_all(part));
        flat(parts, Grant::Or, |part, all| match part {
            Grant::Or(inner) => all.extend(inner),
            other => all.push(other),
        })
    }

    fn grant_all(&mut self, node: Node<'_>) -> Grant {
        let parts = joined(node, Rule::kw_and).map(|part| self.grant_one(part));
        flat(parts, Grant::And, |part, all| match part {
            Grant::And(inner) => all.extend(inner),
            other => all.push(other),
        })
    }

    fn grant_one(&mut self, node: Node<'_>) -> Grant {
        match node.as_rule() {
            Rule::grant_paren => self.grant(Parts::of(node).part()),
            _ => Grant::One(self.grant_atom(node)),
        }
    }

    fn grant_atom(&mut self, node: Node<'_>) -> GrantAtom {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        let grant = self.name(&parts.part());
        let argument = parts.given(Rule::name).map(|name| self.name(&name));
        let within = parts.given(Rule::within).map(|within| self.last_duration(within));
        GrantAtom { grant, argument, within, span }
    }

    /// The duration at the end of a phrase.
    fn last_duration(&mut self, node: Node<'_>) -> Literal {
        let duration = Parts::of(node).last().expect("the phrase ends in a duration");
        self.duration(duration)
    }

    /// `require GRANT`
    pub(super) fn require(&mut self, node: Node<'_>) -> Grant {
        let grant = Parts::of(node).nth(1).expect("`require` has a grant");
        self.grant(grant)
    }

    /// `a or b`
    pub(super) fn expectation(&mut self, node: Node<'_>) -> Expectation {
        let parts = joined(node, Rule::kw_or).map(|part| self.expectation_all(part));
        flat(parts, Expectation::Or, |part, all| match part {
            Expectation::Or(inner) => all.extend(inner),
            other => all.push(other),
        })
    }

    fn expectation_all(&mut self, node: Node<'_>) -> Expectation {
        let parts = joined(node, Rule::kw_and).map(|part| self.expectation_one(part));
        flat(parts, Expectation::And, |part, all| match part {
            Expectation::And(inner) => all.extend(inner),
            other => all.push(other),
        })
    }

    fn expectation_one(&mut self, node: Node<'_>) -> Expectation {
        match node.as_rule() {
            Rule::expectation_paren => self.expectation(Parts::of(node).part()),
            Rule::not_block => Expectation::NotBlock(self.span(&node)),
            Rule::kw_block => Expectation::Block(self.span(&node)),
            Rule::kw_open => Expectation::Open(self.span(&node)),
            Rule::kw_step_up => Expectation::StepUp(self.span(&node)),
            Rule::require => Expectation::Require(self.require(node)),
            _ => Expectation::FrequencyAtMost(self.last_duration(node)),
        }
    }
}
