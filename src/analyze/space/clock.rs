//! Moments: one for every way in which tests of clocks on walls can turn out together.
//!
//! A calendar repeats itself every 28 years, weekday by weekday; zones move their clocks by the same rules in each. So all
//! days from [`FIRST_DAY`] on for 28 years are looked at, and those around every named date; days that show the same to
//! all tests (weekday, offsets, clock changes, place among the dates) are looked at once.

use std::collections::BTreeSet;

use crate::analyze::space::Test;
use crate::hir::{Predicate, Zone};
use crate::interpret::{clock_changes, moments_of};
use crate::value::Timestamp;

/// 2024-01-01, in days since 1970-01-01.
pub(in crate::analyze) const FIRST_DAY: i64 = 19_723;
/// Twenty-eight years.
const DAYS: i64 = 10_227;
/// So many days around a named date have every weekday in every season.
const AROUND: i64 = 400;

const DAY_MS: i64 = 86_400_000;

/// What the tests read.
#[derive(Default)]
struct Read {
    zones: BTreeSet<Zone>,
    seconds: BTreeSet<u32>,
    /// Days on which a test of dates turns.
    turns: BTreeSet<i64>,
}

impl Read {
    fn take(&mut self, test: &Test) {
        let Test::Passes(predicate) = test else { return };
        match predicate {
            Predicate::TimeOfDay(from, to, zone) => {
                self.zones.insert(zone.clone());
                self.seconds.extend([*from, *to]);
            }
            Predicate::Words(_, Some(zone)) => drop(self.zones.insert(zone.clone())),
            Predicate::Ranges(days, Some(zone)) => {
                self.zones.insert(zone.clone());
                self.turns
                    .extend(days.iter().flat_map(|(low, high)| [*low, high.saturating_add(1)]));
            }
            _ => {}
        }
    }

    fn days(&self) -> BTreeSet<i64> {
        // Years -9999 to 9999.
        let told = self.turns.iter().filter(|day| (-4_000_000..3_000_000).contains(*day));
        let near = told.flat_map(|day| day - AROUND..=day + AROUND);
        (FIRST_DAY..FIRST_DAY + DAYS).chain(near).collect()
    }
}

/// What a day shows to all tests.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Shown {
    weekday: i64,
    /// For each zone: the moment of its midnight, and its clock changes, within the day.
    zones: Vec<(Vec<i64>, Vec<i64>)>,
    /// Among the named dates, where the days around stand.
    segments: [usize; 3],
}

/// A moment for every outcome of the tests.
pub(super) fn candidates(tests: &BTreeSet<Test>) -> Vec<Timestamp> {
    let mut read = Read { seconds: BTreeSet::from([0]), ..Read::default() };
    tests.iter().for_each(|test| read.take(test));
    let changes: Vec<Vec<i64>> = read.zones.iter().map(|zone| all_changes(zone, &read)).collect();
    let mut seen = BTreeSet::new();
    let mut moments = BTreeSet::new();
    for day in read.days() {
        if seen.insert(shown(&read, &changes, day)) {
            moments.extend(turns(&read, &changes, day));
        }
    }
    moments.into_iter().map(Timestamp).collect()
}

/// Every moment at which a zone moves its clock, over all days that are looked at.
fn all_changes(zone: &Zone, read: &Read) -> Vec<i64> {
    let mut found = BTreeSet::new();
    let mut add = |from: i64, to: i64| {
        found.extend(clock_changes(zone, from * DAY_MS, to * DAY_MS));
    };
    add(FIRST_DAY - 3, FIRST_DAY + DAYS + 3);
    for day in read.turns.iter().filter(|day| (-4_000_000..3_000_000).contains(*day)) {
        add(day - AROUND - 3, day + AROUND + 3);
    }
    found.into_iter().collect()
}

fn near(changes: &[i64], day: i64) -> impl Iterator<Item = i64> + '_ {
    let (from, to) = ((day - 1) * DAY_MS, (day + 2) * DAY_MS);
    let first = changes.partition_point(|at| *at < from);
    changes[first..].iter().copied().take_while(move |at| *at <= to)
}

fn shown(read: &Read, changes: &[Vec<i64>], day: i64) -> Shown {
    let start = day * DAY_MS;
    let zones = read.zones.iter().zip(changes).map(|(zone, changes)| {
        let midnights = moments_of(zone, day, 0).into_iter().map(|at| at - start).collect();
        (midnights, near(changes, day).map(|at| at - start).collect())
    });
    let segment = |day: i64| read.turns.range(..=day).count();
    Shown {
        weekday: day.rem_euclid(7),
        zones: zones.collect(),
        segments: [segment(day - 1), segment(day), segment(day + 1)],
    }
}

/// The moments of a day and its neighbours at which any test may turn.
fn turns(read: &Read, changes: &[Vec<i64>], day: i64) -> Vec<i64> {
    let mut found = Vec::new();
    for (zone, changes) in read.zones.iter().zip(changes) {
        for day in day - 1..=day + 1 {
            let shown = read.seconds.iter().flat_map(|second| moments_of(zone, day, *second));
            found.extend(shown);
        }
        found.extend(near(changes, day));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone(name.to_owned())
    }

    fn time(from: u32, to: u32, name: &str) -> Test {
        Test::Passes(Predicate::TimeOfDay(from * 3_600, to * 3_600, zone(name)))
    }

    fn outcomes(tests: &BTreeSet<Test>) -> BTreeSet<Vec<bool>> {
        let set = crate::hir::PolicySet::default();
        let passed = |at: Timestamp| {
            let value = crate::request::Value::Instant(at);
            tests.iter().map(|test| test.passes(&set, Some(&value))).collect()
        };
        candidates(tests).into_iter().map(passed).collect()
    }

    #[test]
    fn clocks_of_two_towns_go_apart_only_while_summers_differ() {
        // Noon in Berlin is six in New York, but for some weeks in spring and autumn, when it is seven.
        let tests = [time(12, 13, "Europe/Berlin"), time(6, 7, "America/New_York")];
        let found = outcomes(&tests.into());
        assert_eq!(found.len(), 4);
        let tests = [time(12, 13, "Europe/Berlin"), time(12, 13, "Europe/Paris")];
        assert_eq!(outcomes(&tests.into()).len(), 2, "and in one zone never");
    }
}
