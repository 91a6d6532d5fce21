//! What is read, what is refused, and that what is written is read again.

use super::*;
use crate::request::random::{self, rng};
use crate::schema::attribute::Attribute as A;

#[track_caller]
fn reads(text: &str) -> Request {
    read(text).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    let error = read(text).expect_err("it is refused");
    assert_eq!(error.to_string(), expected);
}

fn word(attribute: A, word: &str) -> Slot<Value> {
    Slot::Known(Value::Word(attribute.word(word).expect("a word of it")))
}

#[test]
fn a_whole_request_is_read() {
    let request = reads(
        r#"{
        "id": "r1", "time": "2026-11-23T09:00:00+01:00",
        "user": {"id": "A5A90801", "name": "Eva", "groups": ["G1", "g2"], "type": "member", "tenant": null},
        "apps": ["Mail", {"id": "PAY", "agentResource": true, "attributes": {"Data": {"Class": ["Secret", "HR"], "Owner": "x"}}}],
        "client": "browser", "platform": null, "ip": "::ffff:192.0.2.7", "country": "de", "asn": 64500,
        "device": {"trust": "joined", "osVersion": "10.0.22631", "physicalIds": ["[OrderId]:1"]},
        "risk": {"signIn": "hidden", "user": "medium"},
        "attributes": {"Badge": true, "shift": "4 hours", "level": 3, "sites": ["a"], "gone": null},
        "evidence": {
            "proofs": [{"method": "fido2", "time": "2026-11-23T07:59:00Z", "aaguid": "EE88", "policies": ["1.2"]}, {"method": "sms", "ago": "PT5M"}],
            "claims": [{"claim": "terms", "id": "T1", "ago": 90}, {"claim": "custom-control", "name": "Duo"}],
            "amr": ["pwd"], "authTime": 1795420740}
        }"#,
    );
    assert_eq!((request.id(), request.who()), (Some("r1"), Some("Eva")));
    assert_eq!(request.time().map(|time| time.0), Some(1_795_420_800_000));
    assert_eq!(request.get(A::UserId), &Slot::Known(Value::Text("a5a90801".to_owned())));
    assert_eq!(request.get(A::UserTenant), &Slot::Absent);
    assert_eq!(request.get(A::UserRoles), &Slot::NotSupplied);
    assert_eq!(request.get(A::AgentId), &Slot::Absent, "the principal is a user");
    assert_eq!(request.get(A::Platform), &Slot::Absent);
    assert_eq!(request.get(A::DeviceRegistered), &Slot::Known(Value::Boolean(true)));
    assert_eq!(request.get(A::RiskSignIn), &Slot::NotSupplied);
    assert_eq!(request.get(A::RiskUser), &word(A::RiskUser, "medium"));
    let address = "192.0.2.7".parse().expect("an address");
    assert_eq!(request.get(A::Ip), &Slot::Known(Value::Address(address)));
    let Slot::Known(Value::Apps(apps)) = request.get(A::App) else { panic!("apps are known") };
    assert_eq!((apps[0].id.as_str(), apps[1].id.as_str()), ("mail", "pay"));
    let custom = apps[1].attributes.known().expect("they are known");
    assert_eq!(custom["data.class"], ["HR".to_owned(), "Secret".to_owned()].into());
    assert_eq!(request.own("badge"), &Slot::Known(Value::Boolean(true)));
    assert_eq!(request.own("gone"), &Slot::Absent);
    let ages: Vec<_> = request.evidence().proofs.iter().map(|proof| proof.age_ms).collect();
    assert_eq!(ages, [60_000, 300_000, 60_000]);
    assert_eq!(request.evidence().proofs[0].aaguid.as_deref(), Some("ee88"));
    assert_eq!(request.evidence().claims[0].age_ms, Some(90_000));
    assert_eq!(request.evidence().claims[1].id.as_deref(), Some("duo"));
}

#[test]
fn null_for_a_group_is_absence_of_all_in_it() {
    let request = reads(r#"{"user": null, "device": null, "risk": null}"#);
    for key in KEYS["user"].values().chain(KEYS["risk"].values()) {
        assert_eq!(request.get(*key), &Slot::Absent);
    }
    assert_eq!(request.get(A::DeviceRegistered), &Slot::Known(Value::Boolean(false)));
    assert_eq!(request.get(A::DeviceName), &Slot::Absent);
    assert_eq!(request.get(A::Principal), &Slot::NotSupplied);
    assert_eq!(reads("{}"), Request::builder().build().expect("nothing is fine"));
}

#[test]
fn defaults_fill_what_is_left_out_and_nothing_else() {
    let request = reads(
        r#"{"defaults": "entra", "risk": {"signIn": "high", "insider": "hidden"}, "flow": "device-code"}"#,
    );
    assert_eq!(request.get(A::RiskSignIn), &word(A::RiskSignIn, "high"));
    assert_eq!(request.get(A::RiskUser), &word(A::RiskUser, "none"));
    assert_eq!(request.get(A::RiskInsider), &Slot::NotSupplied, "hidden is hidden");
    assert_eq!(request.get(A::Flow), &word(A::Flow, "device-code"));
    assert_eq!(request.get(A::Client), &Slot::NotSupplied);
    assert_eq!(reads(r#"{"defaults": "entra"}"#).get(A::Flow), &Slot::Absent);
    refused(
        r#"{"defaults": "entry"}"#,
        "line 1: defaults: `entry` is no value of it; did you mean `entra`?",
    );
}

#[test]
fn what_nobody_knows_is_refused_with_what_was_meant() {
    refused(
        "{\"user\": {\n \"gruops\": []}}",
        "line 2: user.gruops: `gruops` is no key that is known here; did you mean `groups`?",
    );
    refused(
        r#"{"device": {"os-version": "1"}}"#,
        "line 1: device.os-version: `os-version` is no key that is known here; did you mean `osVersion`?",
    );
    refused(
        r#"{"app": ["x"]}"#,
        "line 1: app: `app` is no key that is known here; did you mean `apps`?",
    );
    refused(
        r#"{"evidence": {"proof": []}}"#,
        "line 1: evidence.proof: `proof` is no key that is known here; did you mean `proofs`?",
    );
    refused(
        r#"{"client": "Browser"}"#,
        "line 1: client: `Browser` is no value of it; did you mean `browser`?",
    );
    refused(
        r#"{"evidence": {"proofs": [{"method": "fido", "ago": 1}]}}"#,
        "line 1: evidence.proofs[0].method: `fido` is no value of it; did you mean `fido2`?",
    );
}

#[test]
fn a_value_of_another_type_is_refused_with_what_was_expected() {
    refused("[]", "line 1: expected an object, found a list");
    refused(
        "{\"user\": {\"groups\":\n[\"a\",\n 5]}}",
        "line 3: user.groups[1]: expected a text, found the number 5",
    );
    refused(r#"{"asn": "x"}"#, "line 1: asn: expected a whole number, found the text \"x\"");
    refused(r#"{"asn": 1.5}"#, "line 1: asn: expected a whole number, found the number 1.5");
    refused(
        r#"{"ip": "192.0.2.1:443"}"#,
        "line 1: ip: expected an IPv4 or IPv6 address, found the text \"192.0.2.1:443\"; leave out the port",
    );
    refused(
        r#"{"time": "2026-11-23T09:00:00"}"#,
        "line 1: time: expected a moment, found the text \"2026-11-23T09:00:00\"; say the offset from UTC too: `2026-11-23T08:02:40Z` or `…+01:00`",
    );
    refused(
        r#"{"country": "Germany"}"#,
        "line 1: country: expected a country as two letters (ISO 3166), like `DE`, found the text \"Germany\"",
    );
    refused(
        r#"{"apps": []}"#,
        "line 1: apps: a request asks for at least one app; write null when it asks for none, leave it out when nobody knows",
    );
    refused(
        r#"{"user": {"id": " "}}"#,
        "line 1: user.id: an id cannot be empty; write null when there is none",
    );
    refused(
        r#"{"attributes": {"a": {}}}"#,
        "line 1: attributes.a: expected true, false, a whole number, a text or a list of texts, found an object",
    );
    refused(
        r#"{"attributes": {"a": 1, "A": 2}}"#,
        "line 1: attributes.A: is given twice, in upper and in lower case",
    );
}

#[test]
fn evidence_needs_its_times() {
    refused(
        r#"{"evidence": {"proofs": [{"method": "sms", "time": "2026-11-23T09:00:00Z"}]}}"#,
        "line 1: evidence.proofs[0].time: the request has no `time` to count from; supply `time`, or say how long `ago` it was: \"5 minutes\"",
    );
    refused(
        r#"{"evidence": {"proofs": [{"method": "sms"}]}}"#,
        "line 1: evidence.proofs[0]: a proof needs its `time`, or how long `ago`; like \"ago\": \"5 minutes\"",
    );
    refused(
        r#"{"evidence": {"proofs": [{"method": "sms", "ago": "a month"}]}}"#,
        "line 1: evidence.proofs[0].ago: expected a length of time, found the text \"a month\"; write \"5 minutes\", \"PT5M\", or whole seconds; a month has no fixed length",
    );
    refused(
        r#"{"evidence": {"proofs": [{"method": "sms", "ago": -301}]}}"#,
        "line 1: evidence: something was proven more than five minutes after the request",
    );
    assert!(read(r#"{"evidence": {"proofs": [{"method": "sms", "ago": -300}]}}"#).is_ok());
    refused(
        r#"{"evidence": {"claims": [{"claim": "terms"}]}}"#,
        "line 1: evidence.claims[0]: a claim of `terms` needs the `id` of which",
    );
    refused(
        r#"{"evidence": {"claims": [{"claim": "approved-app", "id": "x"}]}}"#,
        "line 1: evidence.claims[0]: a claim of `approved-app` has no `id`",
    );
    refused(
        r#"{"evidence": {"claims": [{"claim": "mfa"}]}}"#,
        "line 1: evidence.claims[0].claim: `mfa` is shown by `proofs` of methods, not by a claim",
    );
}

#[test]
fn a_method_reference_is_read_where_it_names_one_method() {
    refused(
        r#"{"time": "2026-11-23T09:00:00Z", "evidence": {"amr": ["pwd", "mfa"], "authTime": "2026-11-23T08:59:00Z"}}"#,
        "line 1: evidence.amr[1]: `mfa` names no single method: several factors do not say which methods; name the method in `proofs`; of RFC 8176, `pwd`, `sms` and `tel` are read",
    );
    assert!(read(r#"{"evidence": {"amr": ["pwd"]}}"#).is_err());
    assert!(
        read(
            r#"{"evidence": {"amr": ["nonsense"], "authTime": 1}, "time": "2026-11-23T09:00:00Z"}"#
        )
        .is_err()
    );
}

#[test]
fn contradictions_are_told_at_the_key() {
    refused(
        "{\"user\": {\"id\": \"u\"},\n\"servicePrincipal\": {\"id\": \"s\"}}",
        "line 2: servicePrincipal.id: speaks of a service-principal, but the principal is a user; a request has one principal",
    );
    refused(
        r#"{"device": {"trust": "joined", "hybridJoined": true}}"#,
        "line 1: device.hybridJoined: contradicts device.trust; one follows from the other",
    );
    refused(
        r#"{"user": {"groups": {"in": ["a"], "notIn": ["A"]}}}"#,
        "line 1: user.groups: an id is said to be in it and not in it",
    );
    refused(
        r#"{"user": {"name": "a"}, "who": "b"}"#,
        "line 1: who: a name for people who read is given twice",
    );
}

#[test]
fn a_request_has_a_greatest_length() {
    let long = format!("{{}}{}", " ".repeat(MAX_REQUEST_BYTES));
    assert_eq!(
        read(&long).expect_err("too long").message,
        "a request of 1048578 bytes; the limit is 1048576"
    );
    let groups = format!("[{}\"g\"]", "\"g\",".repeat(MAX_MEMBERS));
    let json = serde_json::from_str::<Json>(&format!("{{\"user\":{{\"groups\":{groups}}}}}"));
    let error = from_value(&json.expect("JSON")).expect_err("too many");
    assert_eq!(error.to_string(), "user.groups: has more than 30000 members");
}

#[test]
fn what_is_written_is_read_again() {
    let (mut rng, seed) = rng();
    for _ in 0..3_000 {
        let request = random::request(&mut rng);
        let text = write(&request).to_string();
        let again = read(&text).unwrap_or_else(|error| panic!("seed {seed}: {error}\n{text}"));
        assert_eq!(request, again, "seed {seed}: {text}");
    }
}

#[test]
fn typed_own_attributes_come_back_by_their_declarations() {
    let declared = [("shift", Kind::Duration), ("hired", Kind::Instant)];
    let request = reads(r#"{"attributes": {"shift": "4 hours", "hired": "2020-02-29T00:00:00Z"}}"#);
    let typed = crate::request::own::type_own(request, declared).expect("they fit");
    assert_eq!(typed.own("shift"), &Slot::Known(Value::Duration(14_400)));
    let again = from_value(&write(&typed)).expect("it was written");
    assert_eq!(crate::request::own::type_own(again, declared), Ok(typed));
}

#[test]
fn garbled_requests_are_refused_in_peace() {
    let count = crate::request::random::count("LATCH_GARBLED", 3_000);
    let (mut rng, seed) = rng();
    for _ in 0..count {
        let mut bytes = write(&random::request(&mut rng)).to_string().into_bytes();
        random::garble(&mut rng, &mut bytes);
        // No panic is all that is asked; whatever is read can be written and read again.
        let Ok(request) = read(&String::from_utf8_lossy(&bytes)) else { continue };
        assert_eq!(read(&write(&request).to_string()).as_ref(), Ok(&request), "seed {seed}");
    }
}

#[test]
fn lines_are_read_one_by_one() {
    let long = "x".repeat(MAX_REQUEST_BYTES + 100);
    let mut text = b"\xef\xbb\xbf{\"id\": \"1\"}\r\n\n  \r\n{\"id\": 2}\n".to_vec();
    text.extend(long.as_bytes());
    text.extend(b"\n{\"id\": \"\xff\"}\n{\"id\": \"7\"}");
    let small = std::io::BufReader::with_capacity(7, text.as_slice());
    let lines: Vec<_> = Lines::new(small).map(|line| line.expect("it can be read")).collect();
    let told: Vec<_> = lines
        .iter()
        .map(|line| match &line.request {
            Ok(request) => format!("{} {}", line.number, request.id().unwrap_or("-")),
            Err(error) => format!("{} {error}", line.number),
        })
        .collect();
    assert_eq!(
        told,
        [
            "1 1",
            "4 id: expected a text, found the number 2",
            "5 a line of 1048676 bytes; the limit is 1048576",
            "6 byte 9 of the line is no UTF-8",
            "7 7",
        ]
    );
}

#[test]
fn a_long_line_is_not_kept_and_a_broken_stream_ends() {
    struct Broken(u32);
    impl std::io::Read for Broken {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0 += 1;
            if self.0 > 5_000 {
                return Err(std::io::Error::other("unplugged"));
            }
            buffer.fill(b'x');
            Ok(buffer.len())
        }
    }
    let mut lines = Lines::new(std::io::BufReader::new(Broken(0)));
    assert!(lines.next().is_some_and(|line| line.is_err()));
    assert!(lines.next().is_none());
    assert!(lines.kept() <= 2 * MAX_REQUEST_BYTES, "40 MB passed, {} kept", lines.kept());
}

#[test]
fn the_sample_sign_ins_are_requests() {
    let samples = include_str!("../../../policies/baseline/sign-ins.jsonl");
    let mut read = 0;
    for line in Lines::new(samples.as_bytes()) {
        let line = line.expect("it is in memory");
        if let Err(error) = line.request {
            panic!("line {}: {error}", line.number);
        }
        read += 1;
    }
    assert!(read > 30, "{read} were read");
}
