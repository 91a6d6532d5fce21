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
    let rules = &program.zones.get(usize::from(test.zone))?.rules;
    Some(shown(&test.shows, now.checked_add(offset_ms(rules, now)?)?))
}

/// In how many milliseconds the truth of a test turns, at the earliest; `None` when it never does.
pub(super) fn turns_in(program: &Program, test: &ClockTest, now: i64) -> Option<i64> {
    let rules = &program.zones.get(usize::from(test.zone))?.rules;
    // Milliseconds are taken up to the last whole second only.
    let (first, last) = (Timestamp::MIN.as_second() * 1_000, Timestamp::MAX.as_second() * 1_000);
    if now < first {
        return first.checked_sub(now);
    }
    if now > last {
        return None;
    }
    let end_of_calendar = last.checked_add(1)?.checked_sub(now);
    let truth = shown(&test.shows, now.checked_add(offset_ms(rules, now)?)?);
    let mut at = now;
    for _ in 0..MAX_MOMENTS {
        match next_moment(&test.shows, rules, at) {
            Some(next) if next <= last => at = next,
            _ => return end_of_calendar,
        }
        if holds(program, test, at) != Some(truth) {
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
