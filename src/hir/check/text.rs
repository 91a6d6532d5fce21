//! Text, sets of it, custom attributes, and versions.

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::check::comparison::Compared;
use crate::hir::check::subject::Subject;
use crate::hir::{Condition, ConditionKind, Predicate, Probe, TextTest, VersionTest, codes};
use crate::schema::attribute::Kind;
use crate::schema::operator::Operator;
use crate::syntax::ast::{Literal, LiteralValue};
use crate::value::{Version, fold_case};

impl Checker<'_, '_> {
    /// `device.model starts with "Surface"`
    pub(super) fn text(
        &mut self,
        subject: &Subject<'_>,
        compared: &Compared<'_>,
    ) -> Option<Predicate> {
        let texts = self.each(&compared.values, |checker, value| checker.string(subject, value))?;
        let folded = texts.iter().map(|text| fold_case(text));
        let first = fold_case(texts.first()?);
        let test = match compared.operator {
            Operator::Contains if subject.kind == Kind::TextSet => {
                TextTest::OneOf(folded.collect())
            }
            Operator::Contains => TextTest::Contains(first),
            Operator::StartsWith => TextTest::StartsWith(first),
            Operator::EndsWith => TextTest::EndsWith(first),
            Operator::In | Operator::Is => TextTest::OneOf(folded.collect()),
            Operator::Less | Operator::LessOrEqual | Operator::Greater => return None,
            Operator::GreaterOrEqual | Operator::Between => return None,
        };
        Some(match &subject.custom {
            Some(path) => Predicate::Custom(path.clone(), test),
            None => Predicate::Text(test),
        })
    }

    /// Text in quotes.
    pub(super) fn string<'l>(
        &mut self,
        subject: &Subject<'_>,
        value: &'l Literal,
    ) -> Option<&'l str> {
        match &value.value {
            LiteralValue::String(text) => Some(text),
            _ => self.wrong_value(subject, value),
        }
    }

    /// `device.os-version < "10.0.22631"`; other operators compare the text.
    pub(super) fn version(
        &mut self,
        subject: &Subject<'_>,
        compared: &Compared<'_>,
    ) -> Option<Predicate> {
        let test = match compared.operator {
            Operator::Less => VersionTest::Less,
            Operator::LessOrEqual => VersionTest::LessOrEqual,
            Operator::Greater => VersionTest::Greater,
            Operator::GreaterOrEqual => VersionTest::GreaterOrEqual,
            Operator::In | Operator::Is | Operator::StartsWith => {
                return self.text(subject, compared);
            }
            Operator::EndsWith | Operator::Contains => return self.text(subject, compared),
            Operator::Between => return None,
        };
        let version = self.version_value(subject, compared.values.first()?)?;
        Some(Predicate::Version(test, version))
    }

    /// `device.os-version between "10.0" and "11.0"`: at least the first and at most the second.
    pub(super) fn version_between(
        &mut self,
        subject: &Subject<'_>,
        compared: &Compared<'_>,
    ) -> Option<ConditionKind> {
        let versions =
            self.each(&compared.values, |checker, value| checker.version_value(subject, value))?;
        let (low, high) = (versions.first()?.clone(), versions.last()?.clone());
        if low > high {
            return self.never_true(subject, compared);
        }
        let span = compared.written.span;
        let test = |test, version| {
            let predicate = Predicate::Version(test, version);
            let kind = ConditionKind::Test(Probe { attribute: subject.id, predicate });
            Condition { kind, span }
        };
        Some(ConditionKind::All(vec![
            test(VersionTest::GreaterOrEqual, low),
            test(VersionTest::LessOrEqual, high),
        ]))
    }

    fn version_value(&mut self, subject: &Subject<'_>, value: &Literal) -> Option<Version> {
        let text = self.string(subject, value)?;
        match Version::parse(text) {
            Some(version) => Some(version),
            None => {
                let message = format!("`{text}` is no version");
                self.report.refuse(Diagnostic::error(codes::WRONG_VALUE, value.span, message).note(
                    format!(
                        "a version is up to {} numbers joined by dots: `\"10.0.22631\"`",
                        Version::MAX_PARTS
                    ),
                ))
            }
        }
    }
}
