//! Moments and lengths of time as a request spells them.

use jiff::{SignedDuration, Span};

use crate::value::Timestamp;

const MS_PER_SECOND: i64 = 1_000;
const MS_PER_HOUR: i64 = 3_600 * MS_PER_SECOND;
const MS_PER_DAY: i64 = 24 * MS_PER_HOUR;

/// The earliest and the latest moment a request can have: what the ISO 8601 reader can express, the years -9999 to 9999.
pub(super) fn time_range() -> std::ops::RangeInclusive<Timestamp> {
    let text = |time: jiff::Timestamp| Timestamp(time.as_millisecond());
    text(jiff::Timestamp::MIN)..=text(jiff::Timestamp::MAX)
}

/// Reads ISO 8601 with an offset: `2026-11-23T08:02:40+01:00`. Parts of a millisecond are cut off.
///
/// # Errors
/// What to write instead.
pub fn parse_time(text: &str) -> Result<Timestamp, &'static str> {
    match text.parse::<jiff::Timestamp>() {
        Ok(time) => Ok(Timestamp(time.as_millisecond())),
        Err(_) if text.parse::<jiff::civil::DateTime>().is_ok() => {
            Err("say the offset from UTC too: `2026-11-23T08:02:40Z` or `…+01:00`")
        }
        Err(_) => Err("write it as `2026-11-23T08:02:40Z`"),
    }
}

/// A moment in ISO 8601, in UTC. One outside the years -9999 to 9999 is written as the nearest end of them.
pub fn time_text(time: Timestamp) -> String {
    let range = time_range();
    let time = time.clamp(*range.start(), *range.end());
    jiff::Timestamp::from_millisecond(time.0).unwrap_or(jiff::Timestamp::MAX).to_string()
}

/// Reads a length of time in milliseconds: `4 hours`, `90 min`, `2 days`, or ISO 8601, `PT4H`, `P2D`. A day is
/// 24 hours; months and years have no fixed length and are not read.
pub fn parse_duration_ms(text: &str) -> Option<i64> {
    match text.parse::<SignedDuration>() {
        Ok(duration) => i64::try_from(duration.as_millis()).ok(),
        Err(_) => span_ms(text.parse().ok()?),
    }
}

fn span_ms(span: Span) -> Option<i64> {
    if span.get_years() != 0 || span.get_months() != 0 {
        return None;
    }
    let days = i64::from(span.get_weeks()) * 7 + i64::from(span.get_days());
    let minutes = span.get_minutes().checked_mul(60 * MS_PER_SECOND)?;
    let seconds = span.get_seconds().checked_mul(MS_PER_SECOND)?;
    let rest = span.get_milliseconds().checked_add(span.get_microseconds() / 1_000)?;
    (days * MS_PER_DAY)
        .checked_add(i64::from(span.get_hours()) * MS_PER_HOUR)?
        .checked_add(minutes)?
        .checked_add(seconds)?
        .checked_add(rest)?
        .checked_add(span.get_nanoseconds() / 1_000_000)
}

/// A length of time in ISO 8601, exact to the millisecond: `PT90S`, `-PT1.5S`.
pub fn duration_ms_text(millis: i64) -> String {
    let sign = if millis < 0 { "-" } else { "" };
    let (seconds, rest) = (millis.unsigned_abs() / 1_000, millis.unsigned_abs() % 1_000);
    match rest {
        0 => format!("{sign}PT{seconds}S"),
        _ => format!("{sign}PT{seconds}.{rest:03}S"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_words_and_in_iso() {
        for (text, millis) in [
            ("4 hours", Some(14_400_000)),
            ("5 minutes", Some(300_000)),
            ("1h 30m", Some(5_400_000)),
            ("2 days", Some(172_800_000)),
            ("1 week", Some(604_800_000)),
            ("P1DT2H", Some(93_600_000)),
            ("PT5M", Some(300_000)),
            ("-PT1.5S", Some(-1_500)),
            ("1 month", None),
            ("P1Y", None),
            ("300", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(parse_duration_ms(text), millis, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for millis in [0, 1, -1, 999, -1_500, 86_400_000, i64::MAX, i64::MIN + 1] {
            assert_eq!(parse_duration_ms(&duration_ms_text(millis)), Some(millis), "{millis}");
        }
        for time in [0, -1, 1_795_000_000_123, 951_782_400_000] {
            assert_eq!(parse_time(&time_text(Timestamp(time))), Ok(Timestamp(time)), "{time}");
        }
    }

    #[test]
    fn a_time_needs_its_offset() {
        assert_eq!(parse_time("2026-11-23T09:00:00+01:00"), parse_time("2026-11-23T08:00:00Z"));
        assert!(parse_time("2026-11-23T08:02:40").is_err_and(|help| help.contains("offset")));
        assert!(parse_time("yesterday").is_err());
        assert_eq!(time_text(Timestamp(i64::MAX)), time_text(*time_range().end()));
    }
}
