//! How a decision changes from P to Q: its kind, and whether Q asks for at least as much.

use std::cmp::Ordering;

use crate::decision::{Alternative, Blocked, Challenge, Decision, Demand, Options, Outcome};
use crate::hir::PolicySet;
use crate::interpret::implies_between;
use crate::replay::kind::{Direction, Kind, Shift};
use crate::schema::session::{
    CONTROLS, ContinuousEvaluation, Control, MaxAge, PersistentBrowser, SessionControls,
};

/// A decision with the policies that made it.
#[derive(Clone, Copy)]
pub(super) struct Made<'a> {
    pub set: &'a PolicySet,
    pub options: &'a Options,
    pub decision: &'a Decision,
}

/// How the decision changes, when other policies applied; `None` when they come to the same and nobody could tell.
pub(super) fn compare(now: Made<'_>, then: Made<'_>) -> Shift {
    let shift = |direction, kind| Shift { direction, kind };
    match (&now.decision.outcome, &then.decision.outcome) {
        (Outcome::Open, Outcome::Open) => alike(None, session(now, then)),
        (Outcome::StepUp(asked), Outcome::StepUp(asks)) => {
            alike(challenge((now, asked), (then, asks)), session(now, then))
        }
        (Outcome::Blocked(why), Outcome::Blocked(because)) => {
            alike(reason((now, why), (then, because)), None)
        }
        (Outcome::Blocked(_), Outcome::Open) => shift(Direction::Opens, Kind::BlockedToOpen),
        (Outcome::StepUp(_), Outcome::Open) => shift(Direction::Opens, Kind::StepUpToOpen),
        (Outcome::Blocked(_), Outcome::StepUp(_)) => {
            shift(Direction::Weakens, Kind::BlockedToStepUp)
        }
        (Outcome::Open, Outcome::Blocked(_)) => shift(Direction::Tightens, Kind::OpenToBlocked),
        (Outcome::StepUp(_), Outcome::Blocked(_)) => {
            shift(Direction::Tightens, Kind::StepUpToBlocked)
        }
        (Outcome::Open, Outcome::StepUp(_)) => shift(Direction::Tightens, Kind::OpenToStepUp),
    }
}

/// The same outcome: the challenge gives the kind, both give the direction.
fn alike(challenge: Option<Direction>, session: Option<Direction>) -> Shift {
    match (challenge, session) {
        (None, None) => Shift { direction: Direction::Level, kind: Kind::Policies },
        (None, Some(direction)) => Shift { direction, kind: Kind::Session },
        (Some(direction), None) => Shift { direction, kind: Kind::Challenge },
        (Some(one), Some(other)) => {
            Shift { direction: together(one, other), kind: Kind::Challenge }
        }
    }
}

/// Where two changes at once lead.
fn together(one: Direction, other: Direction) -> Direction {
    match (one, other) {
        (Direction::Level, other) => other,
        (one, Direction::Level) => one,
        (one, other) if one == other => one,
        _ => Direction::Unclear,
    }
}

/// Blocked stays blocked; what this client cannot do may be asked of another, so that is compared too.
fn reason(
    (now, why): (Made<'_>, &Blocked),
    (then, because): (Made<'_>, &Blocked),
) -> Option<Direction> {
    match (why, because) {
        (Blocked::ByPolicy, Blocked::ByPolicy) => None,
        (Blocked::Impossible(asked), Blocked::Impossible(asks)) => {
            challenge((now, asked), (then, asks))
        }
        (Blocked::ByPolicy, Blocked::Impossible(_)) => Some(Direction::Weakens),
        (Blocked::Impossible(_), Blocked::ByPolicy) => Some(Direction::Tightens),
    }
}

/// How a challenge changes: whoever meets any alternative of the stricter one has met one of the other.
fn challenge(now: (Made<'_>, &Challenge), then: (Made<'_>, &Challenge)) -> Option<Direction> {
    let stricter = at_least(then, now);
    let laxer = at_least(now, then);
    let same_words = now.1 == then.1;
    match (stricter, laxer) {
        (true, true) if same_words => None,
        _ if same_words && (now.1.truncated || then.1.truncated) => None,
        (true, true) => Some(Direction::Level),
        (true, false) => Some(Direction::Tightens),
        (false, true) => Some(Direction::Weakens),
        (false, false) => Some(Direction::Unclear),
    }
}

/// Whether the first challenge asks for at least as much as the second. Of one that was cut nobody knows.
fn at_least(first: (Made<'_>, &Challenge), second: (Made<'_>, &Challenge)) -> bool {
    let told_whole = !first.1.truncated && !second.1.truncated;
    let meets_one = |given: &Alternative| {
        let mut wanted = second.1.alternatives.iter();
        wanted.any(|wanted| meets((first.0, given), (second.0, wanted)))
    };
    told_whole && first.1.alternatives.iter().all(meets_one)
}

fn meets(
    (set, given): (Made<'_>, &Alternative),
    (other, wanted): (Made<'_>, &Alternative),
) -> bool {
    wanted.demands.iter().all(|wanted| {
        given.demands.iter().any(|given| {
            implies_between((set.set, given), (other.set, wanted))
                && as_fresh((set, given), (other, wanted))
        })
    })
}

fn as_fresh((set, given): (Made<'_>, &Demand), (other, wanted): (Made<'_>, &Demand)) -> bool {
    shorter(set.age(given.max_age), other.age(wanted.max_age)) != Ordering::Less
}

impl Made<'_> {
    fn age(&self, bound: Option<MaxAge>) -> Option<u64> {
        bound.map(|bound| self.options.seconds(bound))
    }
}

/// Which of two bounds is the stricter: greater is stricter. No bound is the least strict.
fn shorter(one: Option<u64>, other: Option<u64>) -> Ordering {
    match (one, other) {
        (None, None) => Ordering::Equal,
        (Some(_), None) => Ordering::Greater,
        (None, Some(_)) => Ordering::Less,
        (Some(one), Some(other)) => other.cmp(&one),
    }
}

/// How the session controls change, all together.
fn session(now: Made<'_>, then: Made<'_>) -> Option<Direction> {
    if now.decision.session == then.decision.session && now.options == then.options {
        return None;
    }
    let each = CONTROLS.iter().flat_map(|row| control(row.control, now, then));
    each.fold(None, |all, one| match (all, direction(one)) {
        (all, None) => all,
        (None, one) => one,
        (Some(all), Some(one)) => Some(together(all, one)),
    })
}

/// Where it leads when the new is this much stricter than the old; incomparable is unclear.
fn direction(stricter: Option<Ordering>) -> Option<Direction> {
    match stricter {
        Some(Ordering::Equal) => None,
        Some(Ordering::Greater) => Some(Direction::Tightens),
        Some(Ordering::Less) => Some(Direction::Weakens),
        None => Some(Direction::Unclear),
    }
}

/// How much stricter a control has become, each of its two bounds by itself where it has two; `None` where nobody can
/// compare.
fn control(control: Control, now: Made<'_>, then: Made<'_>) -> Vec<Option<Ordering>> {
    let (old, new) = (&now.decision.session, &then.decision.session);
    let age = |of: &dyn Fn(&SessionControls<String>) -> Option<MaxAge>| {
        Some(shorter(then.age(of(new)), now.age(of(old))))
    };
    match control {
        Control::SignInFrequency => vec![
            age(&|session| session.sign_in_frequency.both),
            age(&|session| session.sign_in_frequency.second),
        ],
        Control::PersistentBrowser => {
            vec![Some(browser(new.persistent_browser).cmp(&browser(old.persistent_browser)))]
        }
        Control::Lifetime => vec![Some(shorter(new.lifetime, old.lifetime))],
        Control::Idle => vec![Some(shorter(new.idle, old.idle))],
        Control::AppRestrictions => vec![Some(new.app_restrictions.cmp(&old.app_restrictions))],
        Control::CloudAppSecurity => {
            vec![Some(new.cloud_app_security.cmp(&old.cloud_app_security))]
        }
        Control::ContinuousEvaluation => vec![Some(
            continuous(new.continuous_evaluation).cmp(&continuous(old.continuous_evaluation)),
        )],
        Control::Resilience => vec![Some(new.resilience_off.cmp(&old.resilience_off))],
        Control::TokenProtection => vec![Some(new.token_protection.cmp(&old.token_protection))],
        Control::GlobalSecureAccessProfile => {
            vec![profile(&new.global_secure_access_profile, &old.global_secure_access_profile)]
        }
        Control::NetworkAccessPolicy => {
            vec![profile(&new.network_access_policy, &old.network_access_policy)]
        }
    }
}

/// `always` is laxer than what the product does by itself, `never` stricter.
fn browser(control: Option<PersistentBrowser>) -> i8 {
    match control {
        Some(PersistentBrowser::Always) => -1,
        None => 0,
        Some(PersistentBrowser::Never) => 1,
    }
}

/// `off` is laxer than what the product does by itself, the others stricter.
fn continuous(control: Option<ContinuousEvaluation>) -> i8 {
    match control {
        Some(ContinuousEvaluation::Off) => -1,
        None => 0,
        Some(ContinuousEvaluation::Strict) => 1,
        Some(ContinuousEvaluation::StrictLocation) => 2,
    }
}

/// A profile filters; what another one filters, its id does not tell.
fn profile(new: &Option<String>, old: &Option<String>) -> Option<Ordering> {
    match (new, old) {
        (Some(new), Some(old)) => (new == old).then_some(Ordering::Equal),
        (new, old) => Some(new.is_some().cmp(&old.is_some())),
    }
}
