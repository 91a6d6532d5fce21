//! Finds hours of the day that begin or end where clocks are changed.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Predicate, Zone};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};
use crate::lint::walk;
use crate::source::Span;
use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use std::collections::BTreeSet;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1020", name: "dst-ambiguous-window" },
    severity: Severity::Warning,
    category: Category::Correctness,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("dst_ambiguous_window.md"),
    check,
};

/// How many changes of a clock are looked at: two years of them, which show the rule that is in force.
const CHANGES: usize = 4;

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let Some(today) = subject.settings.today else { return };
    let asserts = subject.set.asserts.iter().map(|it| &it.condition);
    let conditions = subject.set.policies.iter().map(|it| &it.condition).chain(asserts);
    // A named condition is copied wherever it is used.
    let mut seen: BTreeSet<Span> = BTreeSet::new();
    for (probe, span, _) in conditions.flat_map(walk::signed) {
        let Predicate::TimeOfDay(from, to, zone) = &probe.predicate else { continue };
        if from == to || !seen.insert(span) {
            continue;
        }
        let told = [*from, *to].into_iter().find_map(|at| changed(at, zone, today));
        let Some((date, time, what)) = told else { continue };
        let message = format!("{time} {what} in {} on {date}", zone.0);
        let finding = found(RULE.code, span, message)
            .here("begins or ends there")
            .note("clocks are changed then: the hours are longer or shorter than they seem, or turn twice")
            .help("choose an hour at which no clock is changed, or the zone \"UTC\"");
        all.push(finding);
    }
}

/// The day on which a time of day comes twice or not at all, if there is one.
fn changed(seconds: u32, zone: &Zone, today: Date) -> Option<(Date, Time, &'static str)> {
    let zone = TimeZone::get(&zone.0).ok()?;
    let part = |unit: u32, of: u32| i8::try_from(seconds / unit % of).ok();
    let time = Time::new(part(3_600, 24)?, part(60, 60)?, part(1, 60)?, 0).ok()?;
    let from = TimeZone::UTC.to_timestamp(today.at(0, 0, 0, 0)).ok()?;
    let mut days = zone.following(from).take(CHANGES).flat_map(|change| {
        let day = zone.to_datetime(change.timestamp()).date();
        // The hour that is left out may be the last one of the day before.
        [day.yesterday().ok(), Some(day)]
    });
    days.find_map(|day| {
        let day = day?;
        match zone.to_ambiguous_timestamp(day.to_datetime(time)).offset() {
            AmbiguousOffset::Unambiguous { .. } => None,
            AmbiguousOffset::Gap { .. } => Some((day, time, "does not come")),
            AmbiguousOffset::Fold { .. } => Some((day, time, "comes twice")),
        }
    })
}
