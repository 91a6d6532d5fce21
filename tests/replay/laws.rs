//! Laws of replays, over random policies and requests.

use fastrand::Rng;
use latch::decision::Outcome;
use latch::engine::Engine;
use latch::entra::log::SignIn;
use latch::replay::report::{Outcomes, Report, Says};
use latch::replay::{Direction as D, Kind as K, Settings, Shift, json};
use latch::request::Request;

use super::replayed;
use crate::random::requests::request;
use crate::random::{cases, policies};

/// How many requests each pair of policy sets is asked about.
const REQUESTS: usize = 12;

fn random_engine(rng: &mut Rng) -> Engine {
    let text = policies::text(rng);
    Engine::from_text([("random", text.as_str())]).expect("valid")
}

fn requests(rng: &mut Rng) -> Vec<Request> {
    (0..REQUESTS).map(|_| request(rng)).collect()
}

fn sign_ins(requests: &[Request]) -> impl Iterator<Item = SignIn> {
    requests.iter().map(|request| SignIn {
        request: request.clone(),
        recorded: None,
        defaults: Vec::new(),
    })
}

fn run(now: &Engine, against: Option<&Engine>, requests: &[Request]) -> Report {
    replayed(Settings::default(), now, against, sign_ins(requests))
}

#[test]
fn a_replay_agrees_with_deciding_each_alone() {
    cases("replay alone", 100, |rng| {
        let (engine, requests) = (random_engine(rng), requests(rng));
        let mut outcomes = Outcomes::default();
        let mut undecided = 0;
        for request in &requests {
            let decision = engine.decide(request);
            if decision.assumption_matters {
                undecided += 1;
                continue;
            }
            outcomes.unguarded += u64::from(decision.unguarded);
            match decision.outcome {
                Outcome::Open => outcomes.open += 1,
                Outcome::StepUp(_) => outcomes.step_up += 1,
                Outcome::Blocked(_) => outcomes.blocked += 1,
            }
        }
        let report = run(&engine, None, &requests);
        assert_eq!(report.now.outcomes, outcomes);
        assert_eq!(report.now.undecided.sign_ins, undecided);
        for policy in &report.now.policies {
            assert_eq!(policy.says.values().sum::<u64>(), REQUESTS as u64, "{}", policy.policy);
        }
        held_to_decisions(&engine, &requests, &report);
    });
}

/// What each policy is counted to say is what the decisions say of it.
fn held_to_decisions(engine: &Engine, requests: &[Request], report: &Report) {
    let decisions: Vec<_> = requests.iter().map(|request| engine.decide(request)).collect();
    for policy in &report.now.policies {
        let silent = [Says::NotApplied, Says::Disabled];
        let silent = silent.map(|says| policy.says.get(&says).copied().unwrap_or_default());
        let applies = REQUESTS as u64 - silent.iter().sum::<u64>();
        let expected = decisions.iter().filter(|decision| {
            let mut reports = decision.report_only.iter();
            decision.applying.contains(&policy.policy)
                || reports.any(|it| it.policy == policy.policy)
        });
        assert_eq!(applies, expected.count() as u64, "{}", policy.policy);
    }
}

#[test]
fn nothing_changes_from_a_set_to_itself() {
    cases("replay of the same", 60, |rng| {
        let text = policies::text(rng);
        let engine = Engine::from_text([("one", text.as_str())]).expect("valid");
        let again = Engine::from_text([("two", format!("// Moved.\n\n{text}"))]).expect("valid");
        let changes = run(&engine, Some(&again), &requests(rng)).changes.expect("there is a Q");
        assert_eq!((changes.changed(), changes.by_other_policies()), (0, 0));
        assert_eq!(changes.undecided.may_change, 0);
        assert_eq!(changes.same + changes.undecided.unchanged, REQUESTS as u64);
    });
}

/// The same change, seen from the other side.
fn mirrored(shift: Shift) -> Shift {
    let kind = match shift.kind {
        K::BlockedToOpen => K::OpenToBlocked,
        K::OpenToBlocked => K::BlockedToOpen,
        K::StepUpToOpen => K::OpenToStepUp,
        K::OpenToStepUp => K::StepUpToOpen,
        K::BlockedToStepUp => K::StepUpToBlocked,
        K::StepUpToBlocked => K::BlockedToStepUp,
        same => same,
    };
    let direction = match shift.direction {
        D::Opens | D::Weakens => D::Tightens,
        D::Tightens if matches!(kind, K::BlockedToOpen | K::StepUpToOpen) => D::Opens,
        D::Tightens => D::Weakens,
        same => same,
    };
    Shift { direction, kind }
}

#[test]
fn swapped_sets_mirror_the_changes() {
    let mut seen = std::collections::BTreeSet::new();
    cases("replay mirrored", 100, |rng| {
        let (p, q, requests) = (random_engine(rng), random_engine(rng), requests(rng));
        let there = run(&p, Some(&q), &requests).changes.expect("there is a Q");
        let back = run(&q, Some(&p), &requests).changes.expect("there is a Q");
        let mut expected: Vec<_> = there
            .shifts
            .iter()
            .map(|it| (mirrored(it.shift), it.sign_ins, it.users.clone(), it.apps.clone()))
            .collect();
        expected.sort_by_key(|(shift, ..)| *shift);
        let found: Vec<_> = back
            .shifts
            .iter()
            .map(|it| (it.shift, it.sign_ins, it.users.clone(), it.apps.clone()))
            .collect();
        assert_eq!(found, expected);
        let undecided = (there.undecided.sign_ins, there.undecided.may_change, there.same);
        assert_eq!((back.undecided.sign_ins, back.undecided.may_change, back.same), undecided);
        seen.extend(there.shifts.iter().map(|it| it.shift.kind));
    });
    let rare = [K::BlockedToOpen, K::StepUpToOpen, K::Challenge, K::Session, K::Policies];
    if std::env::var_os("LATCH_CASES").is_none() {
        assert!(rare.iter().all(|kind| seen.contains(kind)), "{seen:?}");
    }
}

#[test]
fn every_sign_in_is_counted_once() {
    cases("replay counts", 60, |rng| {
        let (p, q, requests) = (random_engine(rng), random_engine(rng), requests(rng));
        let report = run(&p, Some(&q), &requests);
        let sides = [Some(&report.now), report.against.as_ref()];
        for side in sides.into_iter().flatten() {
            let all = side.outcomes.all() + side.undecided.sign_ins;
            assert_eq!(all, REQUESTS as u64);
            assert_eq!(side.undecided.at_worst.all(), side.undecided.sign_ins);
            let missing = side.undecided.sign_ins > 0;
            assert_eq!(missing, !side.undecided.missing.is_empty(), "something is missing");
        }
        let changes = report.changes.as_ref().expect("there is a Q");
        let decided = changes.same + changes.changed() + changes.by_other_policies();
        assert_eq!(decided + changes.undecided.sign_ins, REQUESTS as u64);
        for change in &changes.shifts {
            assert!(!change.policies.is_empty(), "somebody is responsible: {change:?}");
        }
        assert_eq!(json::write(&report), json::write(&run(&p, Some(&q), &requests)));
    });
}

#[test]
fn what_does_not_change_whatever_is_supplied_does_not() {
    cases("replay unchanged", 60, |rng| {
        let (p, q) = (random_engine(rng), random_engine(rng));
        let requests = requests(rng);
        for request in &requests {
            let one = std::slice::from_ref(request);
            let changes = run(&p, Some(&q), one).changes.expect("there is a Q");
            if changes.undecided.unchanged == 0 {
                continue;
            }
            // One way to supply what is missing.
            let whole = request.to_builder().rest_absent().build();
            let Ok(whole) = whole else { continue };
            let changes = run(&p, Some(&q), &[whole]).changes.expect("there is a Q");
            assert_eq!(changes.changed(), 0, "{request:#?}");
        }
    });
}
