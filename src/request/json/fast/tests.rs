//! The fast reader says what the slow one says, or nothing; and of what is right, it says it.

use super::*;
use crate::request::json::{read_slowly, write};
use crate::request::random::{count, garble, request, rng};

#[test]
fn every_key_has_a_bit() {
    let groups = TOP.iter().filter_map(|(_, entry)| match entry {
        Entry::Group(keys) => Some(keys),
        _ => None,
    });
    for keys in groups.chain([&*TOP]) {
        assert!(keys.iter().count() <= 64);
        for (at, (key, _)) in keys.iter().enumerate() {
            assert_eq!(keys.find(key).map(|(number, _)| number), Some(at), "{key}");
        }
        assert!(["", "a", "ide", "extension16"].iter().all(|it| keys.find(it).is_none()));
    }
    const { assert!(Attribute::COUNT <= 128) }
}

#[test]
fn what_is_written_is_read_at_once_and_as_by_the_slow_reader() {
    let (mut rng, seed) = rng();
    for _ in 0..count("LATCH_CASES", 300) {
        let text = write(&request(&mut rng)).to_string();
        let slow = read_slowly(&text).unwrap_or_else(|error| panic!("{error} in {text}"));
        assert_eq!(read(&text), Some(slow), "LATCH_SEED={seed}: {text}");
    }
}

#[test]
fn what_is_garbled_is_read_as_by_the_slow_reader_or_not_at_all() {
    let (mut rng, seed) = rng();
    for _ in 0..count("LATCH_CASES", 3_000) {
        let mut bytes = write(&request(&mut rng)).to_string().into_bytes();
        garble(&mut rng, &mut bytes);
        let text = String::from_utf8_lossy(&bytes);
        if let Some(fast) = read(&text) {
            assert_eq!(Ok(fast), read_slowly(&text), "LATCH_SEED={seed}: {text}");
        }
    }
}

/// Spellings that writing does not bring about, each taken by both readers.
#[test]
fn every_spelling_that_is_right_is_read_at_once() {
    for text in [
        r#"{}"#,
        r#" { "id" : null , "who" : null, "evidence": null, "defaults": null } "#,
        r#"{"user": null, "device": null, "evidence": {}}"#,
        r#"{"\u0075ser": {"i\u0064": "\u00c4", "name": "Eva"}}"#,
        r#"{"user": {"groups": {"in": ["G1"], "notIn": ["g2"]}, "name": null}, "who": "E"}"#,
        r#"{"evidence": {"proofs": [{"ago": 5, "method": "sms"}]}, "risk": {"signIn": "hidden"}}"#,
        r#"{"evidence": {"proofs": [{"method": "fido2", "time": "2026-11-23T07:59:00Z", "issuer": null, "policies": []}]}, "time": "2026-11-23T09:00:00+01:00"}"#,
        r#"{"evidence": {"claims": [{"claim": "terms", "id": "T"}, {"claim": "custom-control", "name": "Duo", "id": null, "ago": "5 minutes ago"}, {"claim": "compliant-device", "ago": "PT5M"}]}}"#,
        r#"{"apps": ["A", {"id": "b", "agentResource": null, "attributes": {"S": {"N": ["x", "y"], "M": "z"}}}]}"#,
        r#"{"attributes": {"A": true, "b": -3, "c": "x", "d": ["y"], "e": null}, "defaults": "entra", "risk": {"user": "high"}}"#,
        r#"{"country": "de", "ip": "::ffff:192.0.2.1", "asn": 5, "context": []}"#,
    ] {
        let slow = read_slowly(text).unwrap_or_else(|error| panic!("{error} in {text}"));
        assert_eq!(read(text), Some(slow), "{text}");
    }
}

/// What the slow reader refuses for a reason that a reader in one pass could miss.
#[test]
fn nothing_is_taken_that_the_slow_reader_refuses() {
    let long = format!(r#"{{"user": {{"groups": [{}"a"]}}}}"#, r#""a","#.repeat(MAX_MEMBERS));
    for text in [
        long.as_str(),
        r#"{} {}"#,
        r#"[]"#,
        r#"{"id": "a", "id": "b"}"#,
        r#"{"user": {"id": "a", "id": "a"}}"#,
        r#"{"user": null, "user": null}"#,
        r#"{"who": "a", "user": {"name": "b"}}"#,
        r#"{"user": {"id": ""}}"#,
        r#"{"user": {"groups": {"in": [], "in": []}}}"#,
        r#"{"user": {"groups": {"in": ["a"], "notIn": ["a"]}}}"#,
        r#"{"client": "Browser"}"#,
        r#"{"asn": 1.0}"#,
        r#"{"asn": 18446744073709551615}"#,
        r#"{"apps": []}"#,
        r#"{"apps": [{"id": "a", "id": "a"}]}"#,
        r#"{"apps": [{"agentResource": true}]}"#,
        r#"{"apps": [{"id": "a", "attributes": {"S": {"A": "x"}, "S": {"B": "y"}}}]}"#,
        r#"{"apps": [{"id": "a", "attributes": {"S": {"A": "x", "a": "y"}}}]}"#,
        r#"{"apps": [{"id": "a", "attributes": {"S.T": {"A": "x"}}}]}"#,
        r#"{"attributes": {"a": 1, "A": 2}}"#,
        r#"{"attributes": null}"#,
        r#"{"evidence": {"proofs": [{"method": "sms"}]}}"#,
        r#"{"evidence": {"proofs": [{"method": "sms", "ago": 1, "claim": "terms"}]}}"#,
        r#"{"evidence": {"proofs": [{"method": "sms", "time": "2026-11-23T07:59:00Z"}]}}"#,
        r#"{"evidence": {"proofs": [{"method": "sms", "ago": 1, "time": "2026-11-23T07:59:00Z"}]}, "time": "2026-11-23T07:59:00Z"}"#,
        r#"{"evidence": {"claims": [{"claim": "mfa"}]}}"#,
        r#"{"evidence": {"claims": [{"claim": "terms"}]}}"#,
        r#"{"evidence": {"claims": [{"claim": "password-change", "id": "a"}]}}"#,
        r#"{"evidence": {"claims": [{"claim": "terms", "id": "a", "name": "b"}]}}"#,
        r#"{"evidence": {"claims": [{"claim": "terms", "id": "a", "aaguid": null}]}}"#,
        r#"{"defaults": "none"}"#,
        r#"{"device": {"registered": false, "trust": "joined"}}"#,
    ] {
        assert!(read_slowly(text).is_err(), "{text}");
        assert_eq!(read(text), None, "{text}");
    }
}
