//! The lines of bodies.

use super::doc::Doc;
use super::tree::{List, Tree};
use super::weave::Weave;
use super::{Formatter, literal};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{
    ArchetypeLine, AssertLine, Bound, Clause, Combination, ExpectedOutcome, Literal, MethodUse,
    Name, NetworkMember, Operand, Proof, TestExpectation, TestLine,
};

impl Formatter<'_> {
    pub(super) fn clause(&mut self, clause: &Clause, padded: bool) {
        match clause {
            Clause::When(condition) => self.tree(when(padded), &Tree::condition(condition)),
            Clause::Unless(condition) => self.tree("unless ", &Tree::condition(condition)),
            Clause::Block(span) => self.words("block", *span),
            Clause::Require(grant) => self.tree("require ", &Tree::grant(grant)),
            Clause::Session(phrase) => self.words(literal::phrase(phrase), phrase.span),
        }
    }

    pub(super) fn assert_line(&mut self, line: &AssertLine, padded: bool) {
        match line {
            AssertLine::When(condition) => self.tree(when(padded), &Tree::condition(condition)),
            AssertLine::Unless(condition) => self.tree("unless ", &Tree::condition(condition)),
            AssertLine::Proof(proof) => self.proof(proof),
            AssertLine::Expect(expectation, _) => {
                self.tree("expect ", &Tree::expectation(expectation))
            }
        }
    }

    /// Words that are never broken.
    fn words(&mut self, text: impl Into<String>, span: Span) {
        let text = text.into();
        self.line(span.start, span.end, |_| Doc::Text(text));
    }

    fn tree(&mut self, head: &str, tree: &Tree) {
        self.line(tree.start(), tree.head_end(), |weave| weave.headed(head, tree));
    }

    pub(super) fn network_member(&mut self, member: &NetworkMember) {
        match member {
            NetworkMember::Address(address) => self.words(literal::literal(address), address.span),
            NetworkMember::Country { codes, by_gps, span } => self.country(codes, *by_gps, *span),
            NetworkMember::Marker { word, argument } => {
                let argument = argument.as_ref().map(|argument| literal::string(&argument.node));
                let text = argument
                    .map_or(word.node.clone(), |argument| format!("{} {argument}", word.node));
                self.words(text, word.span);
            }
        }
    }

    fn country(&mut self, codes: &[Name], by_gps: Option<Span>, span: Span) {
        let codes: Vec<(String, Span)> =
            codes.iter().map(|code| (code.node.clone(), code.span)).collect();
        let head_end = codes.first().map_or(span.end, |(_, code)| code.end);
        let tail = if by_gps.is_some() { " by gps" } else { "" };
        self.line(span.start, head_end, |weave| weave.filled("country", &codes, tail));
    }

    pub(super) fn archetype_line(&mut self, line: &ArchetypeLine) {
        let head = match line.bound.node {
            Bound::Always => "always in ",
            Bound::MayBe => "may be in ",
            Bound::Never => "never in ",
        };
        let members =
            line.members.iter().map(|member| (member.node.clone(), member.span)).collect();
        self.membership(head, members, line.bound.span);
    }

    /// `… in a`, `… in [a, b]`
    fn membership(&mut self, head: &str, members: Vec<(String, Span)>, span: Span) {
        match members.as_slice() {
            [(only, place)] => self.words(format!("{head}{only}"), span.to(*place)),
            [] => self.words(format!("{head}[]"), span),
            [(_, first), .., (_, last)] => {
                let (head_end, list) = (first.start, first.to(*last));
                let list = List { members, span: list };
                self.line(span.start, head_end, |weave| weave.list(head, &list, ""));
            }
        }
    }

    pub(super) fn combination(&mut self, combination: &Combination) {
        let span = combination.span;
        let head_end = combination.methods.first().map_or(span.end, method_head_end);
        self.line(span.start, head_end, |weave| weave.combination(combination));
    }

    pub(super) fn test_line(&mut self, line: &TestLine) {
        match line {
            TestLine::Member { attribute, negated, members, span } => {
                self.member(attribute, *negated, members, *span);
            }
            TestLine::Value { attribute, operand, span } => self.value(attribute, operand, *span),
            TestLine::Absent(attribute) => {
                self.words(format!("{} absent", attribute.node), attribute.span)
            }
            TestLine::NotSupplied(attribute) => {
                self.words(format!("{} not supplied", attribute.node), attribute.span);
            }
            TestLine::DeviceUnregistered(span) => self.words("device unregistered", *span),
            TestLine::Proof(proof) => self.proof(proof),
            TestLine::Claim { grant, argument, ago, span } => {
                self.words(claim(grant, argument.as_ref(), ago.as_ref()), *span);
            }
            TestLine::AssumeRestAbsent(span) => self.words("assume rest absent", *span),
            TestLine::Expect(expected) => self.words(expectation(expected), expected.span),
        }
    }

    fn member(&mut self, attribute: &Name, negated: bool, members: &[Literal], span: Span) {
        let not = if negated { "not " } else { "" };
        let members =
            members.iter().map(|member| (literal::literal(member), member.span)).collect();
        self.membership(&format!("{} {not}in ", attribute.node), members, span);
    }

    fn value(&mut self, attribute: &Name, operand: &Operand, span: Span) {
        let head = format!("{} ", attribute.node);
        match operand {
            Operand::One(value) => self.words(head + &literal::literal(value), span),
            Operand::List(members, list_span) => {
                let list = List::of(members, *list_span);
                self.line(span.start, list_span.start, |weave| weave.list(&head, &list, ""));
            }
            Operand::Between(low, high) => {
                self.words(
                    format!("{head}{} and {}", literal::literal(low), literal::literal(high)),
                    span,
                );
            }
        }
    }

    fn proof(&mut self, proof: &Proof) {
        let method = literal::method_use(&proof.method);
        self.words(format!("proof {method} {}", literal::age(&proof.ago)), proof.span);
    }
}

impl Weave<'_> {
    /// `password and fido2 aaguid "…"`
    fn combination(&mut self, combination: &Combination) -> Doc {
        let mut docs = Vec::new();
        let mut rest = Vec::new();
        for (at, method) in combination.methods.iter().enumerate() {
            if at == 0 {
                docs.push(self.method_use(method));
            } else {
                rest.extend(self.between(method.method.span.start, method_head_end(method)));
                rest.extend([Doc::Space, Doc::text("and "), self.method_use(method)]);
            }
        }
        docs.push(Doc::Indent(rest));
        Doc::group(docs)
    }

    fn method_use(&mut self, method: &MethodUse) -> Doc {
        let mut docs = vec![Doc::text(&method.method.node)];
        for (at, (word, values)) in method.restrictions.iter().enumerate() {
            if at == 0 {
                docs.push(Doc::text(" "));
            } else {
                let first = values.first().map_or(word.span.end, |value| value.span.end);
                docs.extend(self.between(word.span.start, first));
                docs.push(Doc::Space);
            }
            docs.push(self.restriction(word, values));
        }
        match method.restrictions.len() {
            0 | 1 => Doc::group(docs),
            _ => Doc::group(vec![Doc::Indent(docs)]),
        }
    }

    fn restriction(&mut self, word: &Name, values: &[Spanned<String>]) -> Doc {
        let strings: Vec<(String, Span)> =
            values.iter().map(|value| (literal::string(&value.node), value.span)).collect();
        self.strings(&format!("{} ", word.node), &strings)
    }
}

/// Up to where comments in a method move before it.
fn method_head_end(method: &MethodUse) -> u32 {
    let first = method.restrictions.first().and_then(|(_, values)| values.first());
    first.map_or(method.method.span.end, |value| value.span.end)
}

fn when(padded: bool) -> &'static str {
    if padded { "when   " } else { "when " }
}

/// `terms acceptable-use accepted 2 days ago`
fn claim(grant: &Name, argument: Option<&Name>, ago: Option<&Literal>) -> String {
    let verb = match grant.node.as_str() {
        "terms" => "accepted",
        "strength" | "custom-control" => "satisfied",
        "approved-app" | "protected-app" => "shown",
        _ => "done",
    };
    let argument = argument.map(|argument| format!(" {}", argument.node)).unwrap_or_default();
    let ago = ago.map(|ago| format!(" {}", literal::age(ago))).unwrap_or_default();
    format!("{}{argument} {verb}{ago}", grant.node)
}

/// `expect step-up mfa by a, b as if enforced`
fn expectation(expected: &TestExpectation) -> String {
    let outcome = match &expected.outcome {
        ExpectedOutcome::Open => "open".to_owned(),
        ExpectedOutcome::Block => "block".to_owned(),
        ExpectedOutcome::StepUp(None) => "step-up".to_owned(),
        ExpectedOutcome::StepUp(Some(grant)) => format!("step-up {}", super::format_grant(grant)),
    };
    let policies: Vec<&str> = expected.by.iter().map(|policy| policy.node.as_str()).collect();
    let by =
        if policies.is_empty() { String::new() } else { format!(" by {}", policies.join(", ")) };
    let as_if_enforced = if expected.as_if_enforced.is_some() { " as if enforced" } else { "" };
    format!("expect {outcome}{by}{as_if_enforced}")
}
