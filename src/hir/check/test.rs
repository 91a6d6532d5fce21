//! Tests: one request, line by line, and what is expected of its decision.

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::check::assert::missing_expectation;
use crate::hir::check::facts::Facts;
use crate::hir::check::remarks::remarks;
use crate::hir::resolve::names::NameKind;
use crate::hir::{ExpectedOutcome, PolicyId, Test, TestExpectation, codes};
use crate::request::{Request, RequestError, Value};
use crate::schema::attribute::Attribute;
use crate::syntax::ast::{self, Name, TestLine};
use crate::value::Slot;

/// The policies by name; those that mean nothing are not in.
pub(in crate::hir) type PolicyNumbers = std::collections::BTreeMap<String, PolicyId>;

impl Checker<'_, '_> {
    /// `test "title" { … }`
    pub(in crate::hir) fn test(
        &mut self,
        item: &ast::Item,
        test: &ast::Test,
        policies: &PolicyNumbers,
    ) -> Option<Test> {
        let remarks = remarks(item, &mut self.report);
        let mut facts = Facts::default();
        let mut expectations = Vec::new();
        let mut good = true;
        for line in &test.lines {
            match line {
                TestLine::Expect(written) => {
                    let read = self.test_expectation(written, policies);
                    good &= read.is_some();
                    expectations.push(read);
                }
                line => good &= self.fact(&mut facts, line).is_some(),
            }
        }
        if expectations.is_empty() {
            let title = &test.title;
            let what = format!("the test \"{}\"", title.node);
            return self.report.refuse(missing_expectation(&what, title.span));
        }
        let request = if good { self.request(facts, &test.title) } else { None };
        Some(Test {
            title: test.title.node.clone(),
            remarks,
            request: request?,
            expectations: expectations.into_iter().collect::<Option<Vec<_>>>()?,
            span: item.span,
        })
    }

    /// Takes in a line that says something about the request.
    fn fact(&mut self, facts: &mut Facts, line: &TestLine) -> Option<()> {
        match line {
            TestLine::Member { attribute, negated, members, span } => {
                self.member_line(facts, attribute, *negated, members, *span)
            }
            TestLine::Value { attribute, operand, .. } => {
                self.value_line(facts, attribute, operand)
            }
            TestLine::Absent(attribute) => self.state_line(facts, attribute, &Slot::Absent),
            TestLine::NotSupplied(attribute) => {
                self.state_line(facts, attribute, &Slot::NotSupplied)
            }
            TestLine::DeviceUnregistered(span) => {
                let name = Name::new(Attribute::DeviceRegistered.name().to_owned(), *span);
                self.say(facts, &name)?;
                let state = Slot::Known(Value::Boolean(false));
                self.give(facts, Attribute::DeviceRegistered, state, *span)
            }
            TestLine::Proof(proof) => self.proof_line(facts, proof),
            TestLine::Claim { grant, argument, ago, .. } => {
                self.claim_line(facts, grant, argument.as_ref(), ago.as_ref())
            }
            TestLine::AssumeRestAbsent(_) => {
                facts.rest_absent = true;
                Some(())
            }
            TestLine::Expect(_) => Some(()),
        }
    }

    /// The request that all lines together describe.
    fn request(&mut self, facts: Facts, title: &Name) -> Option<Request> {
        self.check_facts(&facts)?;
        let places = facts.places.clone();
        let own = self.tables.own_attributes.iter().map(|(_, own)| own.name.as_str());
        match facts.build(&own.collect::<Vec<&str>>()) {
            Ok(request) => Some(request),
            Err(RequestError { attribute, message }) => {
                let span = places.get(&attribute).copied().unwrap_or(title.span);
                let message = format!("`{attribute}` {message}");
                self.report.refuse(
                    Diagnostic::error(codes::CONTRADICTION, span, message)
                        .note("no sign-in can be like this"),
                )
            }
        }
    }

    fn test_expectation(
        &mut self,
        written: &ast::TestExpectation,
        policies: &PolicyNumbers,
    ) -> Option<TestExpectation> {
        let outcome = match &written.outcome {
            ast::ExpectedOutcome::Open => Some(ExpectedOutcome::Open),
            ast::ExpectedOutcome::Block => Some(ExpectedOutcome::Block),
            ast::ExpectedOutcome::StepUp(None) => Some(ExpectedOutcome::StepUp(None)),
            ast::ExpectedOutcome::StepUp(Some(grant)) => {
                self.grant(grant).map(|grant| ExpectedOutcome::StepUp(Some(grant)))
            }
        };
        let by: Vec<Option<PolicyId>> =
            written.by.iter().map(|name| self.policy_of(name, policies)).collect();
        Some(TestExpectation {
            outcome: outcome?,
            by: by.into_iter().collect::<Option<Vec<_>>>()?,
            as_if_enforced: written.as_if_enforced.is_some(),
            span: written.span,
        })
    }

    /// The number of a policy.
    fn policy_of(&mut self, name: &Name, policies: &PolicyNumbers) -> Option<PolicyId> {
        let word = &name.node;
        let declared = self.names.get(word).map(|declaration| declaration.kind());
        if declared == Some(NameKind::Policy) {
            return policies.get(word).copied();
        }
        if let Some(what) = self.meaning_of(word) {
            return self.wrong_kind(word, name.span, &what, "expect … by", "policies");
        }
        let names = self.names.of_kinds(|kind| kind == NameKind::Policy);
        let near = self.report.nearest(word, names).map(str::to_owned);
        self.unknown_name(word, name.span, "policies", near, &format!("policy {word} {{ … }}"))
    }
}
