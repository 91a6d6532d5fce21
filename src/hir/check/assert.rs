//! Asserts: for which requests, with which evidence, what must hold.

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::check::method::method_use;
use crate::hir::check::remarks::remarks;
use crate::hir::{Assert, Expectation, MethodUse, codes};
use crate::source::Span;
use crate::syntax::ast::{self, AssertLine, Literal, LiteralValue};

/// The lines of an assert, by kind.
#[derive(Default)]
struct Lines<'l> {
    whens: Vec<&'l ast::Condition>,
    unlesses: Vec<&'l ast::Condition>,
    proofs: Vec<&'l ast::Proof>,
    expectations: Vec<&'l ast::Expectation>,
}

impl<'l> Lines<'l> {
    fn of(assert: &'l ast::Assert) -> Self {
        let mut lines = Lines::default();
        for line in &assert.lines {
            match line {
                AssertLine::When(condition) => lines.whens.push(condition),
                AssertLine::Unless(condition) => lines.unlesses.push(condition),
                AssertLine::Proof(proof) => lines.proofs.push(proof),
                AssertLine::Expect(expectation, _) => lines.expectations.push(expectation),
            }
        }
        lines
    }
}

impl Checker<'_, '_> {
    /// `assert NAME { when …; expect … }`
    pub(in crate::hir) fn assert(
        &mut self,
        item: &ast::Item,
        assert: &ast::Assert,
    ) -> Option<Assert> {
        let remarks = remarks(item, &mut self.report);
        let lines = Lines::of(assert);
        let name = &assert.name;
        let condition = self.when_unless(name, &lines.whens, &lines.unlesses);
        let proofs: Vec<Option<(MethodUse, u64)>> =
            lines.proofs.iter().map(|proof| self.assumed_proof(proof)).collect();
        let expectation = self.all_expectations(name, &lines.expectations);
        Some(Assert {
            name: name.node.clone(),
            remarks,
            condition: condition?,
            proofs: proofs.into_iter().collect::<Option<Vec<_>>>()?,
            expectation: expectation?,
            span: item.span,
        })
    }

    fn assumed_proof(&mut self, proof: &ast::Proof) -> Option<(MethodUse, u64)> {
        let method = method_use(&proof.method, &mut self.report);
        let age = self.age(&proof.ago);
        Some((method?, age?))
    }

    /// How long ago something was, in seconds; now is nought.
    pub(super) fn age(&mut self, literal: &Literal) -> Option<u64> {
        match literal.value {
            LiteralValue::Duration(seconds, _) => Some(seconds),
            _ => self.duration(literal),
        }
    }

    fn all_expectations(
        &mut self,
        name: &ast::Name,
        written: &[&ast::Expectation],
    ) -> Option<Expectation> {
        if written.is_empty() {
            return self.report.refuse(missing_expectation(&format!("`{}`", name.node), name.span));
        }
        let read: Vec<Option<Expectation>> =
            written.iter().map(|expectation| self.expectation(expectation)).collect();
        let mut all = read.into_iter().collect::<Option<Vec<Expectation>>>()?;
        if all.len() == 1 { all.pop() } else { Some(Expectation::All(all)) }
    }

    fn expectation(&mut self, written: &ast::Expectation) -> Option<Expectation> {
        match written {
            ast::Expectation::And(parts) => self.expectations(parts).map(Expectation::All),
            ast::Expectation::Or(parts) => self.expectations(parts).map(Expectation::Any),
            ast::Expectation::Block(_) => Some(Expectation::Block),
            ast::Expectation::NotBlock(_) => Some(Expectation::NotBlock),
            ast::Expectation::Open(_) => Some(Expectation::Open),
            ast::Expectation::StepUp(_) => Some(Expectation::StepUp),
            ast::Expectation::Require(grant) => self.grant(grant).map(Expectation::Require),
            ast::Expectation::FrequencyAtMost(duration) => {
                self.duration(duration).map(Expectation::FrequencyAtMost)
            }
        }
    }

    fn expectations(&mut self, parts: &[ast::Expectation]) -> Option<Vec<Expectation>> {
        let read: Vec<Option<Expectation>> =
            parts.iter().map(|part| self.expectation(part)).collect();
        read.into_iter().collect()
    }
}

/// Something that is checked and expects nothing.
pub(super) fn missing_expectation(what: &str, span: Span) -> Diagnostic {
    Diagnostic::error(codes::MISSING_EXPECTATION, span, format!("{what} expects nothing"))
        .note("it would pass whatever the policies say")
        .help("add a line: `expect block`, `expect open` or `expect step-up`")
}
