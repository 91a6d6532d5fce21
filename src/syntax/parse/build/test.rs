//! Lines of asserts and tests.

use super::{Builder, Node, Parts, Rule};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{
    Assert, AssertLine, DurationUnit, ExpectedOutcome, Literal, LiteralValue, Operand, Proof, Test,
    TestExpectation, TestLine,
};

impl Builder<'_> {
    pub(super) fn assert_item(&mut self, node: Node<'_>) -> Assert {
        let mut parts = Parts::of(node);
        let name = self.declared(&mut parts);
        Assert { name, lines: parts.map(|line| self.assert_line(Parts::of(line).part())).collect() }
    }

    fn assert_line(&mut self, node: Node<'_>) -> AssertLine {
        let span = self.span(&node);
        match node.as_rule() {
            Rule::when => AssertLine::When(self.headed_condition(node)),
            Rule::unless => AssertLine::Unless(self.headed_condition(node)),
            Rule::proof => AssertLine::Proof(self.proof(node)),
            _ => AssertLine::Expect(self.expected_always(node), span),
        }
    }

    fn expected_always(&mut self, node: Node<'_>) -> crate::syntax::ast::Expectation {
        let expectation = Parts::of(node).nth(1).expect("`expect` has an expectation");
        self.expectation(expectation)
    }

    pub(super) fn test_item(&mut self, node: Node<'_>) -> Test {
        let mut parts = Parts::of(node);
        parts.part();
        let title = self.string(&parts.part());
        Test { title, lines: parts.map(|line| self.test_line(Parts::of(line).part())).collect() }
    }

    fn test_line(&mut self, node: Node<'_>) -> TestLine {
        match node.as_rule() {
            Rule::expect_once => TestLine::Expect(self.expected_once(node)),
            Rule::assume => TestLine::AssumeRestAbsent(self.span(&node)),
            Rule::proof => TestLine::Proof(self.proof(node)),
            Rule::claim => self.claim(node),
            _ => self.fact(node),
        }
    }

    fn expected_once(&mut self, node: Node<'_>) -> TestExpectation {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        parts.part();
        let outcome = self.outcome(parts.part());
        let by = parts.given(Rule::decided_by).map_or_else(Vec::new, |by| {
            Parts::of(by).skip(1).map(|policy| self.name(&policy)).collect()
        });
        let as_if_enforced = parts.given(Rule::as_if_enforced).map(|words| self.span(&words));
        TestExpectation { outcome, by, as_if_enforced, span }
    }

    fn outcome(&mut self, node: Node<'_>) -> ExpectedOutcome {
        match node.as_rule() {
            Rule::kw_open => ExpectedOutcome::Open,
            Rule::kw_block => ExpectedOutcome::Block,
            _ => ExpectedOutcome::StepUp(Parts::of(node).nth(1).map(|grant| self.grant(grant))),
        }
    }

    fn proof(&mut self, node: Node<'_>) -> Proof {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        parts.part();
        let method = self.method_use(parts.part());
        Proof { method, ago: self.age(parts.part()), span }
    }

    /// `5 minutes ago`, `now`
    fn age(&mut self, node: Node<'_>) -> Literal {
        let span = self.span(&node);
        let value = match Parts::of(node).given(Rule::duration) {
            Some(duration) => self.duration(duration).value,
            None => NOW,
        };
        match value {
            LiteralValue::Duration(0, _) => Literal { value: NOW, span },
            value => Literal { value, span },
        }
    }

    fn claim(&mut self, node: Node<'_>) -> TestLine {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        let grant = self.name(&parts.part());
        let argument = parts.given(Rule::name).map(|name| self.name(&name));
        parts.part();
        let ago = parts.next().map(|age| self.age(age));
        TestLine::Claim { grant, argument, ago, span }
    }

    fn fact(&mut self, node: Node<'_>) -> TestLine {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        let attribute = self.name(&parts.part());
        parts.given(Rule::kw_not);
        let tail = parts.part();
        match tail.as_rule() {
            Rule::kw_absent => TestLine::Absent(attribute),
            Rule::kw_supplied => TestLine::NotSupplied(attribute),
            Rule::member => {
                TestLine::Member { attribute, negated: false, members: self.listed(tail), span }
            }
            Rule::not_member => {
                TestLine::Member { attribute, negated: true, members: self.listed(tail), span }
            }
            _ => value(attribute, self.operand(tail), span),
        }
    }

    fn listed(&mut self, node: Node<'_>) -> Vec<Literal> {
        let operand = Parts::of(node).nth(1).expect("`in` has an operand");
        match self.operand(operand) {
            Operand::One(one) => vec![one],
            Operand::List(members, _) => members,
            Operand::Between(low, high) => vec![low, high],
        }
    }
}

/// The age of what is proven at this moment.
const NOW: LiteralValue = LiteralValue::Duration(0, DurationUnit::Seconds);

fn value(attribute: Spanned<String>, operand: Operand, span: Span) -> TestLine {
    let unregistered = matches!(&operand, Operand::One(Literal { value: LiteralValue::Word(word), .. })
        if word == "unregistered");
    if unregistered && attribute.node == "device" {
        return TestLine::DeviceUnregistered(span);
    }
    TestLine::Value { attribute, operand, span }
}
