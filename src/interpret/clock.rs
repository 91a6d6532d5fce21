//! Local clocks: what day and time it is in a zone, and when a zone changes its offset.

use jiff::tz::TimeZone;

use crate::hir::Zone;
use crate::value::Timestamp;

/// Milliseconds in a day.
pub(super) const DAY_MS: i64 = 86_400_000;

/// What a clock on the wall shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Local {
    /// Days since 1970-01-01.
    pub day: i64,
    /// Whole seconds since midnight.
    pub second: u32,
}

/// What the clock shows in that zone; `None` outside of the calendar (years -9999 to 9999).
pub(super) fn local(time: Timestamp, zone: &Zone) -> Option<Local> {
    let zone = TimeZone::get(&zone.0).ok()?;
    let shown = time.0 + offset_ms(&zone, time.0)?;
    let second = u32::try_from(shown.rem_euclid(DAY_MS) / 1_000).ok()?;
    Some(Local { day: shown.div_euclid(DAY_MS), second })
}

impl Local {
    /// The day of the week, monday is zero.
    pub(super) fn weekday(self) -> u8 {
        // The first of January 1970 was a thursday, number three.
        u8::try_from((self.day + 3).rem_euclid(7)).expect("below seven")
    }

    /// Whether the clock stands in `[from, to)`, which wraps past midnight unless `from < to`.
    pub(super) fn is_between(self, from: u32, to: u32) -> bool {
        if from < to {
            from <= self.second && self.second < to
        } else {
            from <= self.second || self.second < to
        }
    }
}

fn offset_ms(zone: &TimeZone, time: i64) -> Option<i64> {
    // Whole seconds: within the calendar's very last one, jiff takes no milliseconds.
    let time = jiff::Timestamp::from_second(time.div_euclid(1_000)).ok()?;
    Some(i64::from(zone.to_offset(time).seconds()) * 1_000)
}

/// The moments at which the clock of a zone may show second `second` of day `day`: none, one or two of them are
/// such moments, where the clock is moved.
pub(crate) fn moments_of(zone: &Zone, day: i64, second: u32) -> Vec<i64> {
    let Ok(zone) = TimeZone::get(&zone.0) else { return Vec::new() };
    let shown = day.saturating_mul(DAY_MS).saturating_add(i64::from(second) * 1_000);
    let around = [shown.saturating_sub(DAY_MS), shown.saturating_add(DAY_MS)];
    around.into_iter().filter_map(|near| Some(shown - offset_ms(&zone, near)?)).collect()
}

/// The moments in `(from, to]` at which the clock of a zone is moved.
pub(crate) fn clock_changes(zone: &Zone, from: i64, to: i64) -> Vec<i64> {
    let zone = TimeZone::get(&zone.0);
    let (Ok(zone), Ok(start)) = (zone, jiff::Timestamp::from_second(from.div_euclid(1_000))) else {
        return Vec::new();
    };
    let changes = zone.following(start).map(|change| change.timestamp().as_millisecond());
    changes.take_while(|change| *change <= to).collect()
}

/// The first moment after the calendar's end.
pub(super) fn end_of_calendar() -> i64 {
    jiff::Timestamp::MAX.as_millisecond() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Zone {
        Zone("Europe/Berlin".to_owned())
    }

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().expect("a moment").as_millisecond())
    }

    #[test]
    fn the_clock_follows_daylight_saving() {
        let hour = |text| local(at(text), &berlin()).expect("in the calendar").second / 3_600;
        assert_eq!(hour("2026-03-29T00:59:59Z"), 1);
        assert_eq!(hour("2026-03-29T01:00:00Z"), 3);
        assert_eq!(hour("2026-10-25T00:59:59Z"), 2);
        assert_eq!(hour("2026-10-25T01:00:00Z"), 2);
    }

    #[test]
    fn days_are_counted_from_1970_and_weeks_from_monday() {
        let day = local(at("2026-11-22T23:30:00Z"), &berlin()).expect("in the calendar");
        assert_eq!(day.weekday(), 0, "23 November 2026, in Berlin, is a monday");
        let eve = local(at("1969-12-31T22:00:00Z"), &berlin()).expect("in the calendar");
        assert_eq!((eve.day, eve.weekday()), (-1, 2));
    }

    #[test]
    fn windows_wrap_past_midnight() {
        let at = |second| Local { day: 0, second };
        assert!(at(0).is_between(79_200, 21_600));
        assert!(!at(21_600).is_between(79_200, 21_600));
        assert!(at(79_200).is_between(79_200, 21_600));
        assert!(at(5).is_between(3_600, 3_600), "equal ends are the whole day");
        assert!(at(86_399).is_between(0, 86_400));
    }

    #[test]
    fn outside_of_the_calendar_no_clock_shows_anything() {
        assert_eq!(local(Timestamp(i64::MAX), &berlin()), None);
        assert_eq!(local(Timestamp(i64::MIN), &berlin()), None);
        let kolkata = Zone("Asia/Kolkata".to_owned());
        let last = local(Timestamp(end_of_calendar() - 1), &kolkata);
        assert_eq!(last, Some(Local { day: 2_932_896, second: 12_600 }));
        assert_eq!(local(Timestamp(end_of_calendar()), &kolkata), None);
    }
}
