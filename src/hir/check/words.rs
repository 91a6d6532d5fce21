//! Words of enumerations, sets of them, and ordered ones.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::check::comparison::Compared;
use crate::hir::check::subject::Subject;
use crate::hir::{Predicate, codes};
use crate::schema::operator::Operator;
use crate::syntax::ast::{Literal, LiteralValue};

impl Checker<'_, '_> {
    /// `platform in [ios, android]`, `agent.context contains endpoint-session`
    pub(super) fn words(
        &mut self,
        subject: &Subject<'_>,
        words: &[&str],
        compared: &Compared<'_>,
    ) -> Option<Predicate> {
        let numbers =
            self.each(&compared.values, |checker, value| checker.word(subject, words, value))?;
        Some(Predicate::Words(numbers.into_iter().collect(), compared.zone.clone()))
    }

    /// `risk.sign-in >= medium`, as the explicit set of words.
    pub(super) fn ordered(
        &mut self,
        subject: &Subject<'_>,
        words: &[&str],
        compared: &Compared<'_>,
    ) -> Option<Predicate> {
        let bounds =
            self.each(&compared.values, |checker, value| checker.word(subject, words, value))?;
        let bound = *bounds.first()?;
        let all = (0u8..).take(words.len());
        let set: BTreeSet<u8> = match compared.operator {
            Operator::Less => all.filter(|word| *word < bound).collect(),
            Operator::LessOrEqual => all.filter(|word| *word <= bound).collect(),
            Operator::Greater => all.filter(|word| *word > bound).collect(),
            Operator::GreaterOrEqual => all.filter(|word| *word >= bound).collect(),
            Operator::In | Operator::Is | Operator::StartsWith => bounds.into_iter().collect(),
            Operator::EndsWith | Operator::Contains | Operator::Between => return None,
        };
        if set.is_empty() {
            return self.never_true(subject, compared);
        }
        Some(Predicate::Words(set, None))
    }

    /// The number of a word.
    pub(super) fn word(
        &mut self,
        subject: &Subject<'_>,
        words: &[&str],
        value: &Literal,
    ) -> Option<u8> {
        let LiteralValue::Word(word) = &value.value else {
            return self.wrong_value(subject, value);
        };
        let number = words.iter().position(|known| known == word);
        match number.and_then(|number| u8::try_from(number).ok()) {
            Some(number) => Some(number),
            None => self.wrong_value(subject, value),
        }
    }

    /// Tells that nothing passes a comparison.
    pub(super) fn never_true<T>(
        &mut self,
        subject: &Subject<'_>,
        compared: &Compared<'_>,
    ) -> Option<T> {
        let message = format!("no value of `{}` passes this comparison", subject.name);
        self.report.refuse(
            Diagnostic::error(codes::NEVER_TRUE, compared.written.span, message)
                .here("never true")
                .help("a condition that is never true is written `never`"),
        )
    }
}
