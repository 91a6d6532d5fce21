//! What a clock on the wall shows, and when a test of it turns next, across daylight saving.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::program::{ClockTest, Program, Shows};

/// Milliseconds in a day.
const DAY_MS: i64 = 86_400_000;

/// How many moments are tried for a turn, before the last one tried is taken for one: clocks are moved twice a year,
/// so this reaches thirty years.
const MAX_MOMENTS: usize = 64;

/// A key of the clock that will turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    pub key: u32,
    /// In how many milliseconds.
    pub after: i64,
}

/// Whether the clock shows it; `None` outside of the calendar.
pub(super) fn holds(program: &Program, test: &ClockTest, now: i64) -> Option<bool> {
    holds_at(&test.shows, &program.zones.get(usize::from(test.zone))?.rules, now)
}

/// In how many milliseconds the truth of a test turns, at the earliest; `None` when it never does.
pub(super) fn turns_in(program: &Program, test: &ClockTest, now: i64) -> Option<i64> {
    turn_of(&test.shows, &program.zones.get(usize::from(test.zone))?.rules, now)
}

fn holds_at(shows: &Shows, rules: &TimeZone, at: i64) -> Option<bool> {
    Some(shown(shows, at.checked_add(offset_ms(rules, at)?)?))
}

fn turn_of(shows: &Shows, rules: &TimeZone, now: i64) -> Option<i64> {
    let (first, last) = (Timestamp::MIN.as_millisecond(), Timestamp::MAX.as_millisecond());
    if now < first {
        return first.checked_sub(now);
    }
    if now > last {
        return None;
    }
    let end_of_calendar = last.checked_add(1)?.checked_sub(now);
    let truth = holds_at(shows, rules, now);
    let mut at = now;
    for _ in 0..MAX_MOMENTS {
        match next_moment(shows, rules, at) {
            Some(next) if next <= last => at = next,
            _ => return end_of_calendar,
        }
        if holds_at(shows, rules, at) != truth {
            break;
        }
    }
    at.checked_sub(now)
}

/// The next moment after `at` at which a test may turn: when the clock comes to one of its bounds, or is moved. Between
/// these, the clock runs evenly.
fn next_moment(shows: &Shows, rules: &TimeZone, at: i64) -> Option<i64> {
    if shows.is_constant() {
        return None;
    }
    let offset = offset_ms(rules, at)?;
    let bound = next_bound(shows, at.checked_add(offset)?).map(|shown| shown - offset);
    let from = Timestamp::from_second(at.div_euclid(1_000)).ok()?;
    let moved = rules.following(from).next().map(|moved| moved.timestamp().as_millisecond());
    match (bound, moved.filter(|moved| *moved > at)) {
        (Some(bound), Some(moved)) => Some(bound.min(moved)),
        // Past its last day only a clock that is set back soon can bring it back.
        (None, Some(moved)) if moved - at <= 2 * DAY_MS => Some(moved),
        (bound, _) => bound,
    }
}

/// The next reading of the clock at which a test may turn, in milliseconds since 1970-01-01 on that clock.
fn next_bound(shows: &Shows, shown: i64) -> Option<i64> {
    let midnight = shown.div_euclid(DAY_MS).checked_mul(DAY_MS)?;
    match shows {
        Shows::TimeOfDay(from, to) => {
            let next = |second: u32| {
                let today = midnight + i64::from(second) * 1_000;
                if today > shown { today } else { today + DAY_MS }
            };
            Some(next(*from).min(next(*to)))
        }
        Shows::Weekday(_) => midnight.checked_add(DAY_MS),
        Shows::Date(ranges) => {
            let days = ranges.iter().flat_map(|(low, high)| [Some(*low), high.checked_add(1)]);
            let bounds = days.flatten().filter_map(|day| day.checked_mul(DAY_MS));
            bounds.filter(|bound| *bound > shown).min()
        }
    }
}

fn shown(shows: &Shows, shown: i64) -> bool {
    let day = shown.div_euclid(DAY_MS);
    match shows {
        Shows::TimeOfDay(from, to) => {
            let second = shown.rem_euclid(DAY_MS) / 1_000;
            let (from, to) = (i64::from(*from), i64::from(*to));
            if from < to { from <= second && second < to } else { from <= second || second < to }
        }
        // The first of January 1970 was a thursday, day three of its week.
        Shows::Weekday(days) => days & (1 << (day + 3).rem_euclid(7)) != 0,
        Shows::Date(ranges) => ranges.iter().any(|(low, high)| (*low..=*high).contains(&day)),
    }
}

fn offset_ms(rules: &TimeZone, at: i64) -> Option<i64> {
    // Whole seconds: within the calendar's very last one, jiff takes no milliseconds.
    let at = Timestamp::from_second(at.div_euclid(1_000)).ok()?;
    Some(i64::from(rules.to_offset(at).seconds()) * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").expect("a zone")
    }

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().expect("a moment").as_millisecond()
    }

    /// When the test turns, in a program that has no zone but Berlin.
    fn turn(shows: Shows, now: &str) -> Option<i64> {
        turn_of(&shows, &berlin(), at(now))
    }

    #[test]
    fn a_window_turns_when_the_clock_comes_to_its_end() {
        let office = || Shows::TimeOfDay(8 * 3_600, 18 * 3_600);
        assert_eq!(turn(office(), "2026-11-23T07:00:00Z"), Some(10 * HOUR));
        assert_eq!(turn(office(), "2026-11-23T17:00:00Z"), Some(14 * HOUR));
    }

    #[test]
    fn a_night_with_daylight_saving_is_an_hour_shorter_or_longer() {
        let office = || Shows::TimeOfDay(8 * 3_600, 18 * 3_600);
        assert_eq!(turn(office(), "2026-03-28T17:00:00Z"), Some(13 * HOUR));
        assert_eq!(turn(office(), "2026-10-24T16:00:00Z"), Some(15 * HOUR));
    }

    #[test]
    fn a_window_in_the_hour_that_is_skipped_turns_with_the_clock() {
        // From two to half past two there is no clock; at one, UTC, it shows three.
        let skipped = Shows::TimeOfDay(7_200, 9_000);
        assert_eq!(turn(skipped, "2026-03-29T00:59:00Z"), Some(23 * HOUR + 60_000));
        let reaching_over = Shows::TimeOfDay(5_400, 9_000);
        assert_eq!(turn(reaching_over, "2026-03-29T00:45:00Z"), Some(15 * 60_000));
    }

    #[test]
    fn the_hour_that_comes_twice_turns_twice() {
        // At one, UTC, the clock goes back from three to two.
        let first_half = || Shows::TimeOfDay(7_200, 9_000);
        assert_eq!(turn(first_half(), "2026-10-25T00:10:00Z"), Some(20 * 60_000));
        assert_eq!(turn(first_half(), "2026-10-25T00:40:00Z"), Some(20 * 60_000));
    }

    #[test]
    fn weekdays_and_dates_turn_at_midnight() {
        let weekend = Shows::Weekday(0b110_0000);
        assert_eq!(turn(weekend, "2026-11-23T23:00:00Z"), Some(4 * 24 * HOUR));
        let day = at("2026-11-25T00:00:00Z") / DAY_MS;
        let date = || Shows::Date(vec![(day, day)]);
        assert_eq!(turn(date(), "2026-11-23T23:00:00Z"), Some(24 * HOUR));
        assert_eq!(turn(date(), "2026-11-25T12:00:00Z"), Some(11 * HOUR));
    }

    #[test]
    fn what_never_turns_holds_to_the_end_of_the_calendar() {
        let end = Timestamp::MAX.as_millisecond() + 1;
        let now = "2026-11-23T12:00:00Z";
        let never = [Shows::TimeOfDay(5, 5), Shows::Weekday(0x7f), Shows::Date(vec![(0, 10)])];
        for shows in never {
            assert_eq!(turn(shows, now), Some(end - at(now)));
        }
        assert_eq!(turn_of(&Shows::Weekday(1), &berlin(), i64::MAX), None);
        assert!(turn_of(&Shows::Weekday(1), &berlin(), i64::MIN + 1).is_none_or(|after| after > 0));
    }
}
