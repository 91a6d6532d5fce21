//! The sign-ins of demo tenants, row by row: read whole, what each lacks, whether its results agree with its conditions.

use std::collections::BTreeMap;
use std::fs;

use latch::entra::log::{PolicyResult, SignIn, Status, read};
use latch::schema::attribute::Attribute;

/// What the sign-ins do not supply, and how many of them do not.
fn lacking(sign_ins: &[SignIn]) -> BTreeMap<&'static str, usize> {
    let mut lacking = BTreeMap::new();
    for sign_in in sign_ins {
        let all = Attribute::all().filter(|it| it.inputs() == [*it]);
        for attribute in all.filter(|it| sign_in.request.get(*it).is_not_supplied()) {
            *lacking.entry(attribute.name()).or_default() += 1;
        }
    }
    lacking
}

/// How many policies were recorded with which result, and how many of these disagree with their conditions.
fn results(sign_ins: &[SignIn]) -> (BTreeMap<PolicyResult, usize>, usize) {
    let recorded = sign_ins.iter().filter_map(|it| it.recorded.as_ref());
    let mut results = BTreeMap::new();
    let mut inconsistent = 0;
    for policy in recorded.flat_map(|it| &it.policies) {
        *results.entry(policy.result).or_default() += 1;
        inconsistent += usize::from(policy.inconsistency().is_some());
    }
    (results, inconsistent)
}

fn is_absent(sign_in: &SignIn, name: &str) -> bool {
    let attribute = Attribute::by_name(name).expect("an attribute");
    *sign_in.request.get(attribute) == latch::value::Slot::Absent
}

#[test]
fn a_log_analytics_table() {
    let Some(folder) = crate::corpus::entra() else { return };
    let text = fs::read_to_string(folder.join("signins-msticpy/aad_logons.jsonl")).expect("there");
    let read = |line: &str| read(line.as_bytes()).unwrap_or_else(|error| panic!("{error}: {line}"));
    let sign_ins: Vec<SignIn> = text.lines().map(read).collect();
    assert_eq!(sign_ins.len(), 86);
    // Nine rows name no resource, two no client. Nothing in this table says who is in which group, of which type a user
    // is, how the session began, or what the risk of anything but the sign-in was.
    let expected = BTreeMap::from([
        ("action", 9),
        ("anonymizer", 86),
        ("app", 9),
        ("asn", 86),
        ("client", 2),
        ("context", 9),
        ("country.gps", 86),
        ("flow", 86),
        ("risk.agent", 86),
        ("risk.insider", 86),
        ("risk.service-principal", 86),
        ("risk.user", 86),
        ("target", 9),
        ("traffic", 9),
        ("user.groups", 86),
        ("user.roles", 86),
        ("user.tenant", 86),
        ("user.type", 86),
    ]);
    assert_eq!(lacking(&sign_ins), expected);
    assert!(sign_ins.iter().all(|it| is_absent(it, "device.trust")), "no device showed itself");
    // Twelve policies a row, none in two of them; every result agrees with its conditions.
    let (results, inconsistent) = results(&sign_ins);
    let expected = BTreeMap::from([
        (PolicyResult::Success, 73),
        (PolicyResult::NotApplied, 515),
        (PolicyResult::NotEnabled, 252),
        (PolicyResult::ReportOnlyNotApplied, 168),
    ]);
    assert_eq!((results, inconsistent), (expected, 0));
}

#[test]
fn the_diagnostic_log() {
    let Some(folder) = crate::corpus::entra() else { return };
    let text =
        fs::read_to_string(folder.join("signins-panther/azure_signins.json")).expect("there");
    let rows: Vec<serde_json::Value> = serde_json::from_str(&text).expect("a list");
    let rows = rows.iter().map(|row| row["log"].to_string());
    let sign_ins: Vec<SignIn> = rows
        .map(|row| read(row.as_bytes()).unwrap_or_else(|error| panic!("{error}: {row}")))
        .collect();
    assert_eq!(sign_ins.len(), 20);
    let lacking = lacking(&sign_ins);
    // Nine service principals and eleven users; what the log leaves out differs from row to row.
    let some = [
        ("app", 1),
        ("asn", 18),
        ("client", 13),
        ("country", 5),
        ("device.registered", 18),
        ("location.named", 18),
        ("platform", 16),
        ("risk.service-principal", 11),
        ("risk.sign-in", 16),
        ("service-principal.own-tenant", 9),
        ("user.groups", 11),
        ("user.type", 9),
    ];
    for (name, count) in some {
        assert_eq!(lacking.get(name), Some(&count), "{name}");
    }
    assert_eq!(lacking.get("user.id"), None);
    assert_eq!(lacking.get("service-principal.id"), None);
    assert_eq!(lacking.get("time"), None);
    let recorded: Vec<_> =
        sign_ins.iter().map(|it| it.recorded.clone().expect("recorded")).collect();
    let statuses = [Status::Success, Status::Failure, Status::NotApplied]
        .map(|status| recorded.iter().filter(|it| it.status == Some(status)).count());
    assert_eq!(statuses, [4, 0, 16]);
    assert_eq!(recorded.iter().filter(|it| it.error == Some(7_000_215)).count(), 7);
    // Two of them call their result `Success`, which is no code.
    assert_eq!(recorded.iter().filter(|it| it.error.is_none()).count(), 2);
    assert!(recorded.iter().all(|it| it.policies.is_empty()));
}
