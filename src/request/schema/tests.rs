//! The published schema is the generated one, and says what the reader says.

use fastrand::Rng;
use serde_json::json;

use super::checker::check;
use super::*;
use crate::request::json::{from_value, write};
use crate::request::random::{self, rng};

#[test]
fn the_published_schema_is_the_generated_one() {
    checker::published("request", &request_schema());
}

#[test]
fn every_request_that_is_written_is_as_the_schema_says() {
    let schema = request_schema();
    let (mut rng, seed) = rng();
    for _ in 0..500 {
        let json = write(&random::request(&mut rng));
        assert_eq!(check(&schema, &json), Ok(()), "seed {seed}");
    }
}

#[test]
fn the_samples_are_as_the_schema_says() {
    let schema = request_schema();
    let samples = include_str!("../../../policies/baseline/sign-ins.jsonl");
    for line in samples.lines() {
        let json = serde_json::from_str(line).expect("JSON");
        assert_eq!(check(&schema, &json), Ok(()));
    }
}

/// What no schema can say: two values that exclude each other, a text that is no moment or length of time.
const BEYOND_A_SCHEMA: [&str; 14] = [
    "; a request has one ",
    "is said to be absent",
    "the device is not registered",
    "contradicts device.trust",
    "an id is said to be in it and not in it",
    "is given twice",
    "has no `time` to count from",
    "proven more than five minutes after",
    "expected a moment",
    "expected a length of time",
    "expected a whole number, found the number",
    "expected seconds since 1970",
    "lies outside the years",
    "follows from other attributes",
];

#[test]
fn schema_and_reader_refuse_the_same() {
    let schema = request_schema();
    let (mut rng, seed) = rng();
    let (mut read, mut refused) = (0, 0);
    for _ in 0..5_000 {
        let mut json = write(&random::request(&mut rng));
        for _ in 0..rng.usize(0..3) {
            bend(&mut rng, &mut json);
        }
        let checked = check(&schema, &json);
        match from_value(&json) {
            Ok(_) => {
                assert_eq!(checked, Ok(()), "seed {seed}: {json}");
                read += 1;
            }
            Err(error) => {
                let message = error.to_string();
                let beyond = BEYOND_A_SCHEMA.iter().any(|part| message.contains(part));
                assert!(beyond || checked.is_err(), "seed {seed}: {message}: {json}");
                refused += 1;
            }
        }
    }
    assert!(read > 500 && refused > 500, "{read} read, {refused} refused");
}

/// Changes one thing somewhere: another value, another key, one key less or more.
fn bend(rng: &mut Rng, json: &mut Json) {
    let members = match json {
        Json::Object(object) => object.len(),
        Json::Array(list) => list.len(),
        _ => 0,
    };
    if members == 0 || rng.u8(..6) == 0 {
        *json = other(rng);
        return;
    }
    let at = rng.usize(..members);
    match json {
        Json::Array(list) => bend(rng, &mut list[at]),
        Json::Object(object) => {
            let key = object.keys().nth(at).expect("a member").clone();
            match rng.u8(..12) {
                0 => drop(object.shift_remove(&key)),
                1 => drop(object.insert(format!("{key}s"), other(rng))),
                2 => drop(object.insert(key_of(rng).to_owned(), other(rng))),
                _ => bend(rng, &mut object[&key]),
            }
        }
        _ => {}
    }
}

fn key_of(rng: &mut Rng) -> &'static str {
    let keys = ["id", "name", "who", "time", "ago", "in", "notIn", "defaults", "amr", "authTime"];
    keys[rng.usize(..keys.len())]
}

fn other(rng: &mut Rng) -> Json {
    let others = [
        json!(null),
        json!(true),
        json!(5),
        json!(u64::MAX),
        json!(1.5),
        json!(""),
        json!("none"),
        json!("hidden"),
        json!("entra"),
        json!("DE"),
        json!("PT5M"),
        json!("2026-11-23T08:02:40Z"),
        json!("192.0.2.1"),
        json!([]),
        json!(["pwd"]),
        json!([null]),
        json!({}),
        json!({"id": "x"}),
        json!({"a.b": {"c": "d"}}),
        json!({"a": {"c": ["d"]}}),
    ];
    others[rng.usize(..others.len())].clone()
}
