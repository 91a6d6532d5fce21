//! Numbers, durations, dates and times of day.

use jiff::civil::Date;

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::check::comparison::Compared;
use crate::hir::check::subject::Subject;
use crate::hir::{Predicate, codes};
use crate::schema::attribute::Kind;
use crate::schema::operator::Operator;
use crate::syntax::ast::{Literal, LiteralValue};

/// Seconds of a day; `24:00`.
const DAY: u32 = 86_400;

impl Checker<'_, '_> {
    /// `asn in [64500, 64501]`, `date >= 2026-01-01 zone "UTC"`, as closed ranges.
    pub(super) fn ranges(
        &mut self,
        subject: &Subject<'_>,
        compared: &Compared<'_>,
    ) -> Option<Predicate> {
        let numbers =
            self.each(&compared.values, |checker, value| checker.number(subject, value))?;
        let first = *numbers.first()?;
        let last = *numbers.last()?;
        let ranges = match compared.operator {
            Operator::Less => closed(i64::MIN, first.checked_sub(1)),
            Operator::LessOrEqual => closed(i64::MIN, Some(first)),
            Operator::Greater => {
                first.checked_add(1).map_or(Vec::new(), |low| vec![(low, i64::MAX)])
            }
            Operator::GreaterOrEqual => vec![(first, i64::MAX)],
            Operator::Between => closed(first, Some(last)),
            Operator::In | Operator::Is => numbers.into_iter().map(|it| (it, it)).collect(),
            Operator::StartsWith | Operator::EndsWith | Operator::Contains => return None,
        };
        if ranges.is_empty() {
            return self.never_true(subject, compared);
        }
        Some(Predicate::Ranges(merged(ranges), compared.zone.clone()))
    }

    /// A number; a duration in seconds; a date in days since 1970-01-01.
    fn number(&mut self, subject: &Subject<'_>, value: &Literal) -> Option<i64> {
        match (subject.kind, &value.value) {
            (Kind::Integer, LiteralValue::Integer(number)) => Some(*number),
            (Kind::Duration, LiteralValue::Duration(seconds, _)) => {
                Some(i64::try_from(*seconds).unwrap_or(i64::MAX))
            }
            (Kind::Date, LiteralValue::Date(text)) => match text.parse::<Date>() {
                Ok(date) => Some(days_since_1970(date)),
                Err(_) => self.no_date(text, value),
            },
            _ => self.wrong_value(subject, value),
        }
    }

    fn no_date<T>(&mut self, text: &str, value: &Literal) -> Option<T> {
        self.report.refuse(
            Diagnostic::error(codes::WRONG_VALUE, value.span, format!("there is no day `{text}`"))
                .note("dates are written year, month, day: `2026-11-23`"),
        )
    }

    /// `time between 08:00 and 18:00 zone "Europe/Berlin"`
    pub(super) fn time_of_day(
        &mut self,
        subject: &Subject<'_>,
        compared: &Compared<'_>,
    ) -> Option<Predicate> {
        let times = self.each(&compared.values, |checker, value| match value.value {
            LiteralValue::TimeOfDay(seconds) => Some(seconds),
            _ => checker.wrong_value(subject, value),
        })?;
        let (from, to) = (*times.first()? % DAY, *times.last()?);
        let zone = compared.zone.clone()?;
        Some(Predicate::TimeOfDay(from, to, zone))
    }
}

/// The range from `low` to `high`; none when it is empty.
fn closed(low: i64, high: Option<i64>) -> Vec<(i64, i64)> {
    high.filter(|high| low <= *high).map(|high| (low, high)).into_iter().collect()
}

/// How many days a date lies after 1970-01-01.
pub(super) fn days_since_1970(date: Date) -> i64 {
    let epoch = Date::constant(1970, 1, 1);
    date.duration_since(epoch).as_hours() / 24
}

/// The same numbers in as few ranges as possible, sorted.
fn merged(mut ranges: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    ranges.sort_unstable();
    let mut merged: Vec<(i64, i64)> = Vec::new();
    for (low, high) in ranges {
        match merged.last_mut() {
            Some((_, end)) if low <= end.saturating_add(1) => *end = (*end).max(high),
            _ => merged.push((low, high)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(days_since_1970(Date::constant(1970, 1, 1)), 0);
        assert_eq!(days_since_1970(Date::constant(1969, 12, 31)), -1);
        assert_eq!(days_since_1970(Date::constant(2024, 3, 1)), 19_783);
    }

    #[test]
    fn ranges_that_touch_become_one() {
        assert_eq!(merged(vec![(5, 5), (1, 2), (3, 3), (i64::MAX, i64::MAX)]).len(), 3);
        assert_eq!(merged(vec![(i64::MIN, i64::MAX), (0, 0)]), [(i64::MIN, i64::MAX)]);
    }
}
