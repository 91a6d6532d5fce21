use std::time::Duration;

use super::compare::{Earlier, Verdict, compare};
use super::{Measured, Measurement, Plan, Round, SignIns, Stage, costs, draw, json, measure};
use crate::decision::Outcome;
use crate::engine::Engine;

const POLICIES: &str = r#"
group finance = "finance-id"
group break-glass emergency = "break-glass-id"
app payroll = "payroll-id"
network office trusted { 203.0.113.0/24 }
policy a { when user in finance and app in payroll unless location in office require mfa }
policy b { when client in [exchange-active-sync, other] block }
policy c { when user in anyone unless user in break-glass require compliant-device or mfa }
policy d { when device.model starts with "Surface" require mfa within 1 hour }
"#;

fn engine() -> Engine {
    Engine::from_text([("a.latch", POLICIES)]).expect("sound")
}

fn brief() -> Plan {
    Plan { rounds: 5, time: Duration::from_millis(100) }
}

#[test]
fn drawn_sign_ins_meet_policies_and_miss_them() {
    let engine = engine();
    let drawn = draw::sign_ins(engine.policy_set(), 2_000, 1);
    assert!(drawn == draw::sign_ins(engine.policy_set(), 2_000, 1), "equal seeds");
    assert_eq!(drawn.len(), 2_000, "none contradicts itself");
    assert!(drawn != draw::sign_ins(engine.policy_set(), 2_000, 2), "other seeds");
    let decisions: Vec<_> = drawn.iter().map(|request| engine.decide(request)).collect();
    for policy in ["a", "b", "c", "d"] {
        let met = decisions.iter().filter(|it| it.applying.iter().any(|it| it == policy)).count();
        assert!((1..2_000).contains(&met), "{policy} applies to {met} of 2,000");
    }
    assert!(decisions.iter().any(|it| it.outcome == Outcome::Open));
    assert!(decisions.iter().any(|it| matches!(it.outcome, Outcome::StepUp(_))));
    assert!(decisions.iter().any(|it| matches!(it.outcome, Outcome::Blocked(_))));
}

#[test]
fn every_stage_is_measured_and_the_whole_takes_longer_than_its_parts() {
    let engine = engine();
    let sign_ins = SignIns::new(draw::sign_ins(engine.policy_set(), 100, 1)).expect("some");
    let measured = measure(&engine, &sign_ins, &brief());
    let names: Vec<_> = measured.stages.iter().map(|it| it.stage).collect();
    assert_eq!(names, Stage::ALL);
    assert!(measured.clock > 0.0);
    for stage in &measured.stages {
        assert_eq!(stage.rounds.len(), 5);
        for round in &stage.rounds {
            assert!(round.mean > 0.0 && round.p50 <= round.p99 && round.p99 <= round.p999);
        }
    }
    let mean = |stage: Stage| measured.stages[stage as usize].median(|round| round.mean);
    assert!(mean(Stage::Whole) > mean(Stage::Parse));
}

#[test]
fn nothing_is_no_sign_in() {
    assert!(SignIns::new(Vec::new()).is_none());
}

fn run(means: &[f64]) -> Measurement {
    let round = |mean: &f64| Round { mean: *mean, p50: *mean, p99: *mean, p999: *mean };
    let rounds = means.iter().map(round).collect();
    Measurement { clock: 20.0, stages: vec![Measured { stage: Stage::Decide, rounds }] }
}

fn verdict(now: &[f64], before: &[f64]) -> Verdict {
    let before = Earlier { stage: Stage::Decide, means: before.to_vec(), medians: before.to_vec() };
    compare(&run(now), &[before])[0].verdict
}

#[test]
fn a_difference_is_told_only_where_the_rounds_show_it() {
    let before = [100.0, 101.0, 99.0, 100.5, 99.5, 100.2, 99.8];
    let scaled = |by: f64| before.map(|it| it * by);
    assert_eq!(verdict(&scaled(0.8), &before), Verdict::Faster);
    assert_eq!(verdict(&scaled(1.3), &before), Verdict::Slower);
    assert_eq!(verdict(&scaled(1.01), &before), Verdict::NoDifference, "too small to believe");
    let wild = [80.0, 140.0, 95.0, 160.0, 90.0, 105.0, 130.0];
    assert_eq!(verdict(&wild, &before), Verdict::NoDifference, "too wild to believe");
    assert_eq!(verdict(&scaled(2.0)[..4], &before), Verdict::TooFewRounds);
}

#[test]
fn a_report_is_what_a_later_run_compares_with() {
    let engine = engine();
    let sign_ins = SignIns::new(draw::sign_ins(engine.policy_set(), 50, 1)).expect("some");
    let measured = measure(&engine, &sign_ins, &brief());
    let subject = json::Subject {
        policies: 4,
        rows: engine.program().rows(),
        index_bytes: engine.program().index_bytes(),
        sign_ins: 50,
        json_bytes: sign_ins.json_bytes(),
        seed: Some(1),
    };
    let found = costs::costs(&engine, sign_ins.requests(), Duration::from_millis(50));
    assert!(found.policies_examined >= 1);
    let report = json::write(&subject, &measured, Some(&found), None);
    let saved = json::read(&report.to_string()).expect("a report");
    assert_eq!((saved.policies, saved.sign_ins, saved.seed), (4, 50, Some(1)));
    let changes = compare(&measured, &saved.stages);
    assert_eq!(changes.len(), Stage::ALL.len());
    for change in &changes {
        assert_eq!(change.verdict, Verdict::NoDifference, "a run differs from itself: {change:?}");
    }
    let whole = json::write(&subject, &measured, Some(&found), Some(&changes));
    let schema = super::schema::report_schema();
    let known = schema["properties"].as_object().expect("an object");
    for key in whole.as_object().expect("an object").keys() {
        assert!(known.contains_key(key), "{key} is not in the schema");
    }
}

#[test]
fn a_cost_is_told_only_where_the_rounds_agree() {
    let certain = super::stats::interval_of(&[5.0, 6.0, 5.5, 4.9, 5.2, 6.1, 5.8, 5.0, 5.4]);
    assert!(certain.low > 0.0 && certain.high < 7.0, "{certain:?}");
    let doubtful = super::stats::interval_of(&[5.0, -6.0, 55.0, -4.9, 5.2, -6.1, 80.0, -5.0, 5.4]);
    assert!(doubtful.holds(0.0), "{doubtful:?}");
}

#[test]
fn what_is_no_report_is_refused() {
    for text in [
        "",
        "[]",
        "{}",
        r#"{"policies": 1, "sign_ins": 1, "stages": [{}]}"#,
        r#"{"policies": 1, "sign_ins": 1, "stages": [{"stage": "decide"}]}"#,
        r#"{"policies": 1, "sign_ins": 1, "stages": [{"stage": "decide", "rounds": {"mean_ns": [], "p50_ns": []}}]}"#,
        r#"{"policies": 1, "sign_ins": 1, "stages": [{"stage": "decide", "rounds": {"mean_ns": [-1], "p50_ns": [1]}}]}"#,
    ] {
        assert!(json::read(text).is_err(), "{text}");
    }
}
