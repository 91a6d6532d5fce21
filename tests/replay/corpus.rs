//! The sign-in rows of demo tenants: read whole, and nothing is invented where policies are missing.

use std::fs;

use latch::engine::Engine;
use latch::entra::log::{SignIn, read};
use latch::replay::Settings;
use latch::replay::report::Report;
use serde_json::Value;

use super::replayed;

fn rows(path: &str) -> Option<Vec<SignIn>> {
    let text = fs::read_to_string(crate::corpus::entra()?.join(path)).expect("readable");
    let records: Vec<Value> = match serde_json::from_str(&text) {
        Ok(Value::Array(records)) => records,
        _ => text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect(),
    };
    // Detection rules wrap the event that they are tested with.
    let event = |record: &Value| record.get("log").unwrap_or(record).to_string();
    let read = |record: &Value| read(event(record).as_bytes()).expect("a sign-in");
    Some(records.iter().map(read).collect())
}

fn baseline() -> Engine {
    Engine::from_paths(["policies/baseline"]).expect("sound")
}

fn report(rows: Vec<SignIn>) -> Report {
    replayed(Settings::default(), &baseline(), Some(&baseline()), rows)
}

#[test]
fn a_demo_tenant_without_its_policies() {
    let Some(rows) = rows("signins-msticpy/aad_logons.jsonl") else { return };
    let results: usize =
        rows.iter().filter_map(|row| Some(row.recorded.as_ref()?.policies.len())).sum();
    assert!(results > 0, "the rows record policies");
    let count = rows.len() as u64;
    let report = report(rows);
    assert_eq!((report.sign_ins, report.skipped), (count, 0));
    let record = report.record.expect("the rows record decisions");
    assert_eq!(record.results, results as u64);
    assert!(record.policies.iter().all(|it| it.matched.is_none() && it.cells.is_empty()));
    assert!(record.agreement.is_empty(), "there is nothing to agree with");
    assert_eq!(record.not_recorded.len(), baseline().policies().len());
    let changes = report.changes.expect("there is a Q");
    assert_eq!((changes.changed(), changes.undecided.may_change), (0, 0));
}

#[test]
fn diagnostic_events_are_read_whole() {
    let Some(rows) = rows("signins-panther/azure_signins.json") else { return };
    let count = rows.len() as u64;
    let report = report(rows);
    assert_eq!((report.sign_ins, report.skipped), (count, 0));
    let decided = report.now.outcomes.all() + report.now.undecided.sign_ins;
    assert_eq!(decided, count);
}
