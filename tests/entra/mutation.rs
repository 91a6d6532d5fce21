//! Whatever one field of a policy is replaced with, the policy is refused or its files change. Nothing is ignored.

use fastrand::Rng;
use serde_json::{Value, json};

use super::{imported, seed, text};

/// A step into a value.
#[derive(Debug, Clone)]
enum Step {
    Key(String),
    Index(usize),
}

/// Fields that describe a built-in strength to people. Their ids say what they are.
const DESCRIPTIONS: [&str; 4] =
    ["displayName", "description", "createdDateTime", "modifiedDateTime"];

fn places(json: &Value, path: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
    if !path.is_empty() {
        found.push(path.clone());
    }
    match json {
        Value::Object(entries) => {
            for (key, value) in entries {
                path.push(Step::Key(key.clone()));
                places(value, path, found);
                path.pop();
            }
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                path.push(Step::Index(at));
                places(value, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

fn at<'v>(json: &'v mut Value, path: &[Step]) -> &'v mut Value {
    path.iter().fold(json, |json, step| match step {
        Step::Key(key) => &mut json[key.as_str()],
        Step::Index(at) => &mut json[*at],
    })
}

fn is_description(path: &[Step]) -> bool {
    let key = |step: &Step, wanted: &[&str]| matches!(step, Step::Key(key) if wanted.contains(&key.as_str()));
    path.iter().any(|step| key(step, &["authenticationStrength"]))
        && path.last().is_some_and(|step| key(step, &DESCRIPTIONS))
}

fn junk() -> [Value; 6] {
    [
        json!("junk-x7"),
        json!(424_242),
        json!(true),
        json!({"junk": "x7"}),
        json!(["junk-x7"]),
        json!([["junk-x7"], {"junk": 1}]),
    ]
}

fn distinct(folder: &std::path::Path) -> Vec<Value> {
    let lines = std::fs::read_to_string(folder.join("policies.jsonl")).expect("readable");
    let rows = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let mut policies: Vec<Value> =
        rows.filter(|row| row["sameBodyAs"].is_null()).map(|row| row["policy"].clone()).collect();
    policies.dedup();
    policies
}

/// Which share of all mutations is tried: all of them with `LATCH_MUTATIONS=all`.
fn share() -> f64 {
    if std::env::var("LATCH_MUTATIONS").is_ok_and(|it| it == "all") { 1.0 } else { 0.03 }
}

#[test]
fn no_field_can_be_replaced_unnoticed() {
    let Some(folder) = crate::corpus::entra() else { return };
    let seed = seed(0x3a7);
    let mut random = Rng::with_seed(seed);
    let mut tried = 0usize;
    for policy in distinct(&folder) {
        let original = imported(&policy);
        if original.counts.policies == 0 {
            continue;
        }
        let mut found = Vec::new();
        places(&policy, &mut Vec::new(), &mut found);
        for path in found.iter().filter(|path| !is_description(path)) {
            for value in junk() {
                if random.f64() > share() {
                    continue;
                }
                let mut mutant = policy.clone();
                if *at(&mut mutant, path) == value {
                    continue;
                }
                *at(&mut mutant, path) = value.clone();
                let became = imported(&mutant);
                tried += 1;
                let noticed = became.counts.policies == 0 || text(&became) != text(&original);
                assert!(noticed, "{path:?} became {value} unnoticed (seed {seed}): {policy:#}");
            }
        }
    }
    println!("{tried} mutations, all noticed (seed {seed})");
    assert!(tried > 500);
}

#[test]
fn no_unknown_field_is_ignored() {
    let Some(folder) = crate::corpus::entra() else { return };
    for policy in distinct(&folder) {
        if imported(&policy).counts.policies == 0 {
            continue;
        }
        let mut found = vec![Vec::new()];
        places(&policy, &mut Vec::new(), &mut found);
        for path in found {
            let mut mutant = policy.clone();
            let Value::Object(entries) = at(&mut mutant, &path) else { continue };
            entries.insert("newRestriction".into(), json!(["x"]));
            let became = imported(&mutant);
            assert_eq!(became.counts.policies, 0, "{path:?}: {mutant:#}");
            let named = |it: &&latch::entra::Refusal| it.to_string().contains("newRestriction");
            let refusal = became.refused.iter().find(named);
            assert!(refusal.is_some(), "{path:?}: {:?}", became.refused);
        }
    }
}

#[test]
fn no_garbled_export_panics() {
    let Some(folder) = crate::corpus::entra() else { return };
    let seed = seed(99);
    let mut random = Rng::with_seed(seed);
    let policies = distinct(&folder);
    for _ in 0..2_000 {
        let mut bytes = policies[random.usize(0..policies.len())].to_string().into_bytes();
        for _ in 0..random.usize(1..20) {
            let at = random.usize(0..bytes.len());
            match random.u8(0..4) {
                0 => drop(bytes.remove(at)),
                1 => bytes.insert(at, random.u8(..)),
                2 => bytes[at] = random.u8(..),
                _ => bytes.truncate(bytes.len().max(2) - random.usize(0..2)),
            }
        }
        let export = latch::entra::from_bytes("garbled.json", &bytes);
        // Whatever comes of it, it is an answer (seed {seed}).
        drop(latch::entra::import(&export));
    }
}
