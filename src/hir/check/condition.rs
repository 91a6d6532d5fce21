//! Conditions: `and`, `or`, `not`, bare booleans and `let`s put in place.

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::check::literal::takes;
use crate::hir::check::subject::Subject;
use crate::hir::limits::MAX_EXPANSION;
use crate::hir::resolve::names::NameKind;
use crate::hir::{Condition, ConditionKind, Predicate, Probe, codes};
use crate::schema::attribute::{ATTRIBUTES, Attribute, AttributeId, Kind};
use crate::schema::operator::OPERATORS;
use crate::source::Span;
use crate::syntax::ast;

impl Checker<'_, '_> {
    /// What a condition means.
    pub(super) fn condition(&mut self, written: &ast::Condition) -> Option<Condition> {
        let span = written.span();
        // A word alone may be a `let`, which leaves no node of its own.
        if !matches!(written, ast::Condition::Bare(_)) {
            self.charge(1, span)?;
        }
        match written {
            ast::Condition::Always(_) => Some(Condition { kind: ConditionKind::Always, span }),
            ast::Condition::Never(_) => Some(Condition { kind: ConditionKind::Never, span }),
            ast::Condition::And(parts) => self.chain(parts, span, ConditionKind::All),
            ast::Condition::Or(parts) => self.chain(parts, span, ConditionKind::Any),
            ast::Condition::Not(_, inner) => {
                let inner = self.condition(inner)?;
                Some(Condition { kind: ConditionKind::Not(Box::new(inner)), span })
            }
            ast::Condition::Bare(name) => self.bare(name),
            ast::Condition::Compare(comparison) => self.comparison(comparison),
        }
    }

    /// Every part is read, so that all errors are told.
    fn chain(
        &mut self,
        parts: &[ast::Condition],
        span: Span,
        kind: fn(Vec<Condition>) -> ConditionKind,
    ) -> Option<Condition> {
        let parts: Vec<Option<Condition>> = parts.iter().map(|part| self.condition(part)).collect();
        let parts = parts.into_iter().collect::<Option<Vec<Condition>>>()?;
        Some(Condition { kind: kind(parts), span })
    }

    /// A word alone: a boolean attribute or a `let`.
    fn bare(&mut self, name: &ast::Name) -> Option<Condition> {
        let declared = self.names.get(&name.node).map(|declaration| declaration.kind());
        if declared == Some(NameKind::Let) {
            return self.expanded_let(name);
        }
        let is_attribute = declared == Some(NameKind::Attribute)
            || Attribute::by_name(&name.node).is_some()
            || name.node.contains('.');
        if !is_attribute {
            return self.not_a_condition(name);
        }
        let subject = self.subject(name)?;
        if subject.kind != Kind::Boolean {
            return self.report.refuse(no_truth(name, &subject));
        }
        self.charge(1, name.span)?;
        Some(test(subject.id, Predicate::Holds, name.span))
    }

    /// A copy of what a `let` stands for.
    fn expanded_let(&mut self, name: &ast::Name) -> Option<Condition> {
        let weight = self.lets.get(name.node.as_str())?.as_ref()?.weight;
        self.charge(weight, name.span)?;
        self.lets.get(name.node.as_str())?.as_ref().map(|expansion| expansion.condition.clone())
    }

    fn not_a_condition(&mut self, name: &ast::Name) -> Option<Condition> {
        let word = &name.node;
        if let Some(what) = self.meaning_of(word) {
            let message = format!("`{word}` is {what} and no condition");
            let diagnostic = Diagnostic::error(codes::NOT_A_CONDITION, name.span, message);
            let example = self.condition_on(word);
            return self.report.refuse(match example {
                Some(example) => {
                    diagnostic.help(format!("write `{example}`")).fix(name.span, example)
                }
                None => diagnostic.note("conditions are about attributes of the sign-in"),
            });
        }
        let lets = self.names.of_kinds(|kind| kind == NameKind::Let);
        let booleans =
            ATTRIBUTES.iter().filter(|row| row.kind == Kind::Boolean && row.in_conditions);
        let own = self.names.of_kinds(|kind| kind == NameKind::Attribute);
        let near = self.report.nearest(word, lets.chain(own).chain(booleans.map(|row| row.name)));
        let message = format!("there is no condition `{word}`");
        let diagnostic = Diagnostic::error(codes::UNKNOWN_NAME, name.span, message);
        self.report.refuse(match near {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
            None => diagnostic.help(format!("give it a meaning with `let {word} = …`")),
        })
    }

    /// Counts nodes and values towards the limit of the whole set; told once.
    pub(super) fn charge(&mut self, weight: usize, span: Span) -> Option<()> {
        let before = self.expanded;
        self.expanded = before.saturating_add(weight);
        if self.expanded <= MAX_EXPANSION {
            return Some(());
        }
        if before <= MAX_EXPANSION {
            let message = format!("all conditions together have more than {MAX_EXPANSION} parts");
            self.report.tell(
                Diagnostic::error(codes::EXPANDS_TOO_FAR, span, message)
                    .here("this is one too many")
                    .note("every `let` is put in place, and every value counts")
                    .help("use large `let`s in fewer places, or groups in the directory for long lists"),
            );
        }
        None
    }
}

/// A positive test.
pub(super) fn test(attribute: AttributeId, predicate: Predicate, span: Span) -> Condition {
    Condition { kind: ConditionKind::Test(Probe { attribute, predicate }), span }
}

fn no_truth(name: &ast::Name, subject: &Subject<'_>) -> Diagnostic {
    let operators: Vec<&str> =
        OPERATORS.iter().filter(|row| (row.takes)(subject.kind)).map(|row| row.spelling).collect();
    let example = operators.first().copied().unwrap_or("is");
    Diagnostic::error(
        codes::NOT_A_CONDITION,
        name.span,
        format!("`{}` is neither true nor false by itself", name.node),
    )
    .note(format!("`{}` takes {}", name.node, takes(subject)))
    .help(format!("compare it: `{} {example} …`", name.node))
}
