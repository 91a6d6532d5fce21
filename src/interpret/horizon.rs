//! For how long a decision holds: every moment at which something could turn is tried, in order.

use std::collections::BTreeSet;

use crate::hir::{Effect, Policy, Predicate, Probe, Requirement, Zone};
use crate::interpret::clock::{self, DAY_MS};
use crate::interpret::{Case, Reading, Verdict, condition};
use crate::schema::attribute::{Attribute, AttributeId};
use crate::value::{Slot, Truth};

/// For how many days times of day and weekdays are followed: a week and a day show every weekday once.
const FOLLOWED_DAYS: i64 = 8;

/// How many moments are tried: a week of two windows a day in ten zones, and as many proofs growing old.
const MAX_MOMENTS: usize = 512;

/// For how many milliseconds the verdict stays what it is; `None` for ever. Past the last moment that is tried it
/// may well hold on, but nobody looked: that moment is the answer then.
pub(super) fn valid_for(case: &Case<'_>, verdict: &Verdict) -> Option<u64> {
    let policies = possible(case);
    let mut moments = ages(case, &policies);
    let end = turns(case, &policies, &mut moments);
    let tried = moments.iter().copied().filter(|after| end.is_none_or(|end| *after < end));
    let tried: Vec<i64> = tried.take(MAX_MOMENTS).collect();
    let cut = (tried.len() == MAX_MOMENTS).then(|| tried[MAX_MOMENTS - 1]);
    let change = tried.into_iter().find(|after| changes(case, verdict, *after));
    change.or(cut).or(end).and_then(|after| u64::try_from(after).ok())
}

fn changes(case: &Case<'_>, verdict: &Verdict, after: i64) -> bool {
    let later = case.request.later(after);
    let case = case.with(&later);
    case.verdict(&case.applying().policies(), Reading::AsSupplied) != *verdict
}

/// The policies that are on and apply now or may at another time of day.
fn possible<'a>(case: &Case<'a>) -> Vec<&'a Policy> {
    let Ok(timeless) = case.request.to_builder().slot(Attribute::Time, Slot::NotSupplied).build()
    else {
        return case.on().collect();
    };
    let looks = condition::looks(case.set, &timeless);
    let policies = case.on();
    policies.filter(|policy| condition::holds(&looks, &policy.condition) != Truth::False).collect()
}

/// In how many milliseconds any proof outgrows any bound.
fn ages(case: &Case<'_>, policies: &[&Policy]) -> BTreeSet<i64> {
    let bounds: BTreeSet<u64> = policies.iter().flat_map(|policy| bounds(case, policy)).collect();
    let evidence = case.request.evidence();
    let proofs = evidence.proofs.iter().map(|proof| proof.age_ms);
    let ages = proofs.chain(evidence.claims.iter().filter_map(|claim| claim.age_ms));
    ages.flat_map(|age| bounds.iter().filter_map(move |bound| outgrown(age, *bound))).collect()
}

fn bounds(case: &Case<'_>, policy: &Policy) -> Vec<u64> {
    let frequency = policy.session.sign_in_frequency;
    let words = [frequency.both, frequency.second].into_iter().flatten();
    let requirements = match &policy.effect {
        Effect::Require(grant) => grant.requirements(),
        Effect::Block | Effect::Nothing => Vec::new(),
    };
    let within = requirements.into_iter().filter_map(|one: &Requirement| one.within);
    words.map(|bound| case.options.seconds(bound)).chain(within).collect()
}

/// When something of that age is too old, if that is ahead and in the age of the world.
fn outgrown(age_ms: i64, bound: u64) -> Option<i64> {
    let bound_ms = i64::try_from(bound).ok()?.checked_mul(1_000)?;
    bound_ms.checked_sub(age_ms)?.checked_add(1).filter(|after| *after > 0)
}

/// Adds the moments at which a clock on the wall turns a test, and says when it stops following them.
fn turns(case: &Case<'_>, policies: &[&Policy], moments: &mut BTreeSet<i64>) -> Option<i64> {
    let now = case.request.time()?.0;
    let tests = policies.iter().flat_map(|policy| policy.condition.probes());
    let tests: Vec<_> = tests.filter_map(WallTest::of).collect();
    let mut add = |found: Vec<i64>| {
        moments.extend(found.into_iter().filter_map(|at| at.checked_sub(now)).filter(|it| *it > 0));
    };
    if tests.is_empty() {
        return None;
    }
    add(vec![clock::end_of_calendar()]);
    tests.iter().for_each(|test| add(test.turns(now)));
    let daily = tests.iter().any(|test| test.days.is_none());
    daily.then_some(FOLLOWED_DAYS * DAY_MS)
}

/// A test of a clock on the wall: at which seconds of which days it may turn.
struct WallTest<'a> {
    zone: &'a Zone,
    seconds: Vec<u32>,
    /// `None` for every day.
    days: Option<Vec<i64>>,
}

impl<'a> WallTest<'a> {
    /// Tests of an own attribute stand still: its moment does not move with the time of the sign-in.
    fn of(probe: &'a Probe) -> Option<WallTest<'a>> {
        if matches!(probe.attribute, AttributeId::Own(_)) {
            return None;
        }
        match &probe.predicate {
            Predicate::TimeOfDay(from, to, zone) => {
                Some(WallTest { zone, seconds: vec![*from, *to], days: None })
            }
            Predicate::Words(_, Some(zone)) => {
                Some(WallTest { zone, seconds: vec![0], days: None })
            }
            Predicate::Ranges(ranges, Some(zone)) => {
                let days = ranges.iter().flat_map(|(low, high)| [*low, high.saturating_add(1)]);
                Some(WallTest { zone, seconds: vec![0], days: Some(days.collect()) })
            }
            _ => None,
        }
    }

    /// Moments at which it may turn: when the clock shows one of the seconds, and when the clock is moved.
    fn turns(&self, now: i64) -> Vec<i64> {
        let today = now.div_euclid(DAY_MS);
        let week = || (today - 1..=today + FOLLOWED_DAYS + 1).collect();
        let days = self.days.clone().unwrap_or_else(week);
        days.into_iter().flat_map(|day| self.turns_of_day(day)).collect()
    }

    fn turns_of_day(&self, day: i64) -> Vec<i64> {
        let midnight = day.saturating_mul(DAY_MS);
        let (from, to) = (midnight.saturating_sub(DAY_MS), midnight.saturating_add(2 * DAY_MS));
        let mut moments = clock::clock_changes(self.zone, from, to);
        let shown =
            self.seconds.iter().flat_map(|second| clock::moments_of(self.zone, day, *second));
        moments.extend(shown);
        moments
    }
}
