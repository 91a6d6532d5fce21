//! One field at a time: what it becomes, and what it becomes when it is missing or says nothing.

use serde_json::{Value, json};

use super::{refused, said, sign_in};

/// A record of Graph in which everything is ordinary.
pub(super) fn ordinary() -> Value {
    json!({
        "id": "66ea54eb-6301-4ee5-be62-ff5a759b0100",
        "createdDateTime": "2026-11-23T08:00:00Z",
        "userPrincipalName": "ada@example.com",
        "userId": "A0000000-0000-4000-8000-000000000001",
        "userType": "member",
        "crossTenantAccessType": "none",
        "homeTenantId": "b0000000-0000-4000-8000-000000000001",
        "resourceTenantId": "b0000000-0000-4000-8000-000000000001",
        "appId": "de8bc8b5-d9f9-48b1-a8ad-b748da725064",
        "resourceId": "00000003-0000-0000-c000-000000000000",
        "servicePrincipalId": "",
        "clientAppUsed": "Browser",
        "ipAddress": "203.0.113.7",
        "location": {"city": "Bonn", "countryOrRegion": "DE"},
        "deviceDetail": {
            "deviceId": "C0000000-0000-4000-8000-000000000001", "displayName": "DESKTOP-1",
            "operatingSystem": "Windows 10", "isCompliant": true, "isManaged": true,
            "trustType": "Hybrid Azure AD joined"
        },
        "networkLocationDetails": [{"networkType": "namedNetwork", "networkNames": ["Corp HQ"]}],
        "isThroughGlobalSecureAccess": false,
        "autonomousSystemNumber": 64496,
        "riskLevelDuringSignIn": "low",
        "riskLevelAggregated": "high",
        "originalTransferMethod": "none",
        "authenticationProtocol": "oAuth2",
        "agent": {"agentType": "notAgentic"}
    })
}

/// Sets the value at a path, or takes it away.
pub(super) fn changed(record: &Value, changes: &[(&str, Option<Value>)]) -> Value {
    let mut record = record.clone();
    for (path, value) in changes {
        let (parent, key) = path.rsplit_once('/').expect("it begins with a slash");
        let object = record.pointer_mut(parent).and_then(Value::as_object_mut).expect(path);
        match value {
            Some(value) => drop(object.insert(key.to_owned(), value.clone())),
            None => drop(object.remove(key)),
        }
    }
    record
}

#[test]
fn an_ordinary_record() {
    let request = sign_in(&ordinary()).request;
    assert_eq!(request.id(), Some("66ea54eb-6301-4ee5-be62-ff5a759b0100"));
    assert_eq!(request.who(), Some("ada@example.com"));
    for (name, expected) in [
        ("time", "\"2026-11-23T08:00:00Z\""),
        ("principal", "\"user\""),
        ("user.id", "\"a0000000-0000-4000-8000-000000000001\""),
        ("user.type", "\"member\""),
        ("user.tenant", "absent"),
        ("user.groups", "unsaid"),
        ("user.roles", "unsaid"),
        ("service-principal.id", "absent"),
        ("agent.id", "absent"),
        ("app", "[\"00000003-0000-0000-c000-000000000000\"]"),
        ("context", "absent"),
        ("client", "\"browser\""),
        ("platform", "\"windows\""),
        ("ip", "\"203.0.113.7\""),
        ("country", "\"DE\""),
        (
            "location.named",
            r#"{"in":["corp hq","corp-hq"],"notIn":["compliant-network","mfa-trusted-ips"]}"#,
        ),
        ("asn", "64496"),
        ("device.registered", "true"),
        ("device.id", "\"C0000000-0000-4000-8000-000000000001\""),
        ("device.name", "\"DESKTOP-1\""),
        ("device.compliant", "true"),
        ("device.trust", "\"hybrid-joined\""),
        ("device.hybrid-joined", "true"),
        ("device.mdm-app", "unsaid"),
        ("device.os", "unsaid"),
        ("risk.sign-in", "\"low\""),
        ("risk.user", "unsaid"),
        ("risk.insider", "unsaid"),
        ("flow", "absent"),
    ] {
        assert_eq!(said(&request, name), expected, "{name}");
    }
}

/// The table of the documentation: the attribute, where the field is, and what becomes of it when it is missing, null,
/// empty, and one more value with what it becomes.
#[test]
fn what_is_missing_and_what_is_empty() {
    let rows: [(&str, &str, [&str; 3], Value, &str); 16] = [
        (
            "time",
            "/createdDateTime",
            ["unsaid"; 3],
            json!("2026-11-23 08:00:00.5"),
            "\"2026-11-23T08:00:00.5Z\"",
        ),
        (
            "user.id",
            "/userId",
            ["unsaid"; 3],
            json!("00000000-0000-0000-0000-000000000000"),
            "unsaid",
        ),
        ("user.type", "/userType", ["unsaid"; 3], json!("Guest"), "\"internal-guest\""),
        (
            "app",
            "/resourceId",
            ["unsaid"; 3],
            json!("/tenants/x/providers/Microsoft.aadiam"),
            "unsaid",
        ),
        ("client", "/clientAppUsed", ["unsaid"; 3], json!("Carrier pigeon"), "unsaid"),
        ("ip", "/ipAddress", ["unsaid"; 3], json!("[2001:db8::1]:443"), "\"2001:db8::1\""),
        (
            "country",
            "/location/countryOrRegion",
            ["unsaid", "absent", "absent"],
            json!("nl"),
            "\"NL\"",
        ),
        ("device.registered", "/deviceDetail/deviceId", ["true"; 3], json!("x"), "true"),
        (
            "device.trust",
            "/deviceDetail/trustType",
            ["unsaid"; 3],
            json!("Azure AD registered"),
            "\"registered\"",
        ),
        ("device.compliant", "/deviceDetail/isCompliant", ["unsaid"; 3], json!("False"), "false"),
        ("device.name", "/deviceDetail/displayName", ["unsaid"; 3], json!("x"), "\"x\""),
        (
            "platform",
            "/deviceDetail/operatingSystem",
            ["unsaid"; 3],
            json!("Chrome OS"),
            "\"unknown\"",
        ),
        (
            "location.named",
            "/networkLocationDetails",
            ["{\"in\":[],\"notIn\":[\"compliant-network\"]}"; 3],
            json!([{"networkType": "trusted", "networkNames": ["x"]}]),
            "{\"in\":[\"mfa-trusted-ips\",\"x\"],\"notIn\":[\"compliant-network\"]}",
        ),
        ("asn", "/autonomousSystemNumber", ["unsaid"; 3], json!(0), "unsaid"),
        ("risk.sign-in", "/riskLevelDuringSignIn", ["unsaid"; 3], json!("hidden"), "unsaid"),
        (
            "flow",
            "/originalTransferMethod",
            ["unsaid"; 3],
            json!("deviceCodeFlow"),
            "\"device-code\"",
        ),
    ];
    for (name, path, expected, other, becomes) in rows {
        let values = [None, Some(Value::Null), Some(json!(""))];
        let cases = values.into_iter().zip(expected).chain([(Some(other), becomes)]);
        for (value, expected) in cases {
            let record = changed(&ordinary(), &[(path, value.clone())]);
            assert_eq!(
                said(&sign_in(&record).request, name),
                expected,
                "{name} of {path}: {value:?}"
            );
        }
    }
}

/// Changes to the ordinary record, and what comes of them.
#[test]
fn what_tells_the_user_type() {
    let here = json!("b0000000-0000-4000-8000-000000000001");
    let there = json!("d0000000-0000-4000-8000-000000000001");
    let case = |user: Value, access: Value, home: &Value, tenant: Option<&Value>| {
        let record = changed(
            &ordinary(),
            &[
                ("/userType", Some(user)),
                ("/crossTenantAccessType", Some(access)),
                ("/homeTenantId", Some(home.clone())),
                ("/AADTenantId", tenant.cloned()),
            ],
        );
        let request = sign_in(&record).request;
        (said(&request, "user.type"), said(&request, "user.tenant"))
    };
    let tenant = there.to_string();
    let of = |word: &str, tenant: &str| (format!("\"{word}\""), tenant.to_owned());
    let unsaid = || ("unsaid".to_owned(), "unsaid".to_owned());
    let (guest, member) = (json!("guest"), json!("Member"));
    let b2b = json!("b2bCollaboration");
    assert_eq!(
        case(guest.clone(), b2b.clone(), &there, None),
        of("b2b-collaboration-guest", &tenant)
    );
    assert_eq!(
        case(member.clone(), b2b.clone(), &there, Some(&here)),
        of("b2b-collaboration-member", &tenant)
    );
    assert_eq!(case(member.clone(), b2b.clone(), &there, Some(&there)), of("member", "absent"));
    assert_eq!(case(member.clone(), b2b, &there, None), unsaid());
    assert_eq!(
        case(member.clone(), json!("b2bDirectConnect"), &there, None),
        of("b2b-direct-connect", &tenant)
    );
    assert_eq!(
        case(member.clone(), json!("serviceProvider"), &there, Some(&here)),
        of("service-provider", &tenant)
    );
    assert_eq!(case(guest.clone(), json!("none"), &here, None), of("internal-guest", "absent"));
    assert_eq!(case(guest, json!("none"), &there, None), unsaid());
    assert_eq!(case(member.clone(), json!("none"), &there, None), unsaid());
    assert_eq!(case(member.clone(), json!("passthrough"), &there, None), unsaid());
    assert_eq!(case(member, json!(""), &json!(""), None), of("member", "absent"));
}

#[test]
fn workloads_and_agents() {
    let workload = json!({
        "createdDateTime": "2026-11-23T08:00:00Z", "userId": "", "signInEventTypes": ["servicePrincipal"],
        "servicePrincipalId": "E0000000-0000-4000-8000-000000000001", "servicePrincipalName": "backup",
        "appOwnerTenantId": "b0000000-0000-4000-8000-000000000001",
        "resourceTenantId": "b0000000-0000-4000-8000-000000000001",
        "riskLevelDuringSignIn": "medium", "resourceId": "00000003-0000-0000-c000-000000000000"
    });
    let request = sign_in(&workload).request;
    for (name, expected) in [
        ("principal", "\"service-principal\""),
        ("service-principal.id", "\"e0000000-0000-4000-8000-000000000001\""),
        ("service-principal.own-tenant", "true"),
        ("risk.service-principal", "\"medium\""),
        ("risk.sign-in", "unsaid"),
        ("user.groups", "absent"),
    ] {
        assert_eq!(said(&request, name), expected, "{name}");
    }
    let managed = json!({"category": "ManagedIdentitySignInLogs", "properties": {
        "servicePrincipalId": "E0000000-0000-4000-8000-000000000001", "ipAddress": "", "userId": "x"}});
    assert_eq!(said(&sign_in(&managed).request, "principal"), "\"service-principal\"");
    for (kind, id, said_kind) in [
        ("agentIDuser", "\"a0000000-0000-4000-8000-000000000001\"", "\"user\""),
        ("agenticAppInstance", "\"f0000000-0000-4000-8000-000000000001\"", "\"identity\""),
        ("somethingNew", "\"f0000000-0000-4000-8000-000000000001\"", "unsaid"),
    ] {
        let record = changed(
            &ordinary(),
            &[
                ("/agent", Some(json!({"agentType": kind}))),
                ("/servicePrincipalId", Some(json!("F0000000-0000-4000-8000-000000000001"))),
            ],
        );
        let request = sign_in(&record).request;
        assert_eq!(said(&request, "agent.id"), id, "{kind}");
        assert_eq!(said(&request, "agent.kind"), said_kind, "{kind}");
        assert_eq!(said(&request, "user.id"), "absent", "{kind}");
    }
}

#[test]
fn audiences_contexts_and_flows() {
    let with =
        |path: &str, value: Value| sign_in(&changed(&ordinary(), &[(path, Some(value))])).request;
    for audiences in [
        json!(["App-2", "app-1"]),
        json!([{"applicationId": "App-2", "audienceReasons": "none"}, {"applicationId": "app-1"}]),
        json!("[\"App-2\",\"app-1\"]"),
        json!("[{\"applicationId\":\"App-2\"},{\"applicationId\":\"app-1\"}]"),
        json!("App-2, app-1"),
    ] {
        let request = with("/conditionalAccessAudiences", audiences.clone());
        assert_eq!(said(&request, "app"), "[\"app-1\",\"app-2\"]", "{audiences}");
    }
    let request = with("/conditionalAccessAudiences", json!([]));
    assert_eq!(said(&request, "app"), "[\"00000003-0000-0000-c000-000000000000\"]");
    for (detail, app, context) in [
        ("required", "absent", "[\"c1\"]"),
        ("previouslySatisfied", "[\"00000003-0000-0000-c000-000000000000\"]", "absent"),
    ] {
        let listed = json!([{"id": "C1", "detail": detail}]);
        let request = with("/authenticationContextClassReferences", listed.to_string().into());
        assert_eq!(
            (said(&request, "app"), said(&request, "context")),
            (app.into(), context.into())
        );
    }
    for (transfer, protocol, flow) in [
        (json!("authenticationTransfer"), "oAuth2", "\"authentication-transfer\""),
        (json!(null), "deviceCode", "\"device-code\""),
        (json!(null), "oAuth2", "unsaid"),
        (json!("unknownFutureValue"), "oAuth2", "unsaid"),
    ] {
        let record = changed(
            &ordinary(),
            &[
                ("/originalTransferMethod", Some(transfer)),
                ("/authenticationProtocol", Some(json!(protocol))),
            ],
        );
        assert_eq!(said(&sign_in(&record).request, "flow"), flow, "{protocol}");
    }
}

#[test]
fn devices_that_show_themselves_and_devices_that_do_not() {
    let device = |device: Value| {
        let record = changed(&ordinary(), &[("/deviceDetail", Some(device))]);
        let request = sign_in(&record).request;
        ["device.registered", "device.compliant", "device.trust", "device.mdm-app", "platform"]
            .map(|name| said(&request, name))
    };
    let unregistered =
        device(json!({"deviceId": "", "operatingSystem": "Ios 17.1", "isCompliant": false}));
    assert_eq!(unregistered[1..], ["absent", "absent", "absent", "\"ios\""].map(str::to_owned));
    let null = device(json!({"deviceId": null, "trustType": null}));
    assert_eq!(null[1..4], ["absent", "absent", "absent"].map(str::to_owned));
    let nothing = device(json!({"operatingSystem": "Linux"}));
    assert_eq!(nothing[0], "unsaid");
    let managed = device(json!({"deviceId": "x", "isManaged": false, "isCompliant": false}));
    assert_eq!(managed[..4], ["true", "false", "unsaid", "absent"].map(str::to_owned));
    // Without an id, what only a registered device has tells of one too.
    assert_eq!(device(json!({"deviceId": "", "isCompliant": true}))[0], "true");
    assert_eq!(
        device(json!("{\"deviceId\":\"x\",\"trustType\":\"Azure AD joined\"}"))[2],
        "\"joined\""
    );
    assert_eq!(device(json!([{"deviceId": "x"}]))[0], "true");
    assert_eq!(device(json!(null))[0], "unsaid");
}

#[test]
fn what_is_no_value_refuses_the_record() {
    for (path, value, told) in [
        ("/ipAddress", json!("here"), "ipAddress: expected an address, found \"here\""),
        ("/createdDateTime", json!("now"), "createdDateTime: expected a moment, found \"now\""),
        (
            "/location/countryOrRegion",
            json!("Germany"),
            "location.countryOrRegion: expected a country as two letters, found \"Germany\"",
        ),
        (
            "/deviceDetail",
            json!("{\"deviceId\":"),
            "this is no sign-in record: a text that holds JSON cannot be read: EOF while parsing a value",
        ),
        (
            "/authenticationDetails",
            json!([{"succeeded": true, "authenticationStepDateTime": "then"}]),
            "authenticationDetails[0].authenticationStepDateTime: expected a moment, found \"then\"",
        ),
    ] {
        let error = refused(&changed(&ordinary(), &[(path, Some(value))])).to_string();
        assert_eq!(error, told);
    }
    assert!(latch::entra::log::read(b"{\"createdDateTime\":").is_err());
    assert!(latch::entra::log::read("\u{e9}".as_bytes()).is_err());
}
