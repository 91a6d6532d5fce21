//! Bodies of What-If evaluations, in both generations of names.

use latch::schema::attribute::Attribute;
use serde_json::{Value, json};

use super::fields::changed;
use super::{refused, said, sign_in};

fn body() -> Value {
    json!({
        "signInIdentity": {"@odata.type": "#microsoft.graph.userSignIn", "userId": "A1"},
        "signInContext": {"@odata.type": "#microsoft.graph.applicationContext", "includeApplications": ["App-1"]},
        "signInConditions": {
            "devicePlatform": "android", "clientAppType": "browser", "country": "FR", "ipAddress": "40.77.182.32",
            "signInRiskLevel": "high", "userRiskLevel": "hidden", "insiderRiskLevel": "minor",
            "authenticationFlow": {"transferMethod": "deviceCodeFlow"},
            "deviceInfo": {"deviceId": "D1", "trustType": "AzureAD", "ownership": "Company", "isCompliant": true,
                "extensionAttribute3": "lab", "systemLabels": ["M365Managed"]}
        },
        "appliedPoliciesOnly": true
    })
}

#[test]
fn a_body_of_today() {
    let sign_in = sign_in(&body());
    assert_eq!(sign_in.recorded, None);
    for (name, expected) in [
        ("user.id", "\"a1\""),
        ("user.groups", "unsaid"),
        ("app", "[\"app-1\"]"),
        ("platform", "\"android\""),
        ("client", "\"browser\""),
        ("country", "\"FR\""),
        ("ip", "\"40.77.182.32\""),
        ("risk.sign-in", "\"high\""),
        ("risk.user", "unsaid"),
        ("risk.insider", "\"minor\""),
        ("risk.service-principal", "\"none\""),
        ("flow", "\"device-code\""),
        ("device.id", "\"D1\""),
        ("device.trust", "\"joined\""),
        ("device.ownership", "\"company\""),
        ("device.compliant", "true"),
        ("device.extension-3", "\"lab\""),
        ("device.system-labels", "[\"M365Managed\"]"),
    ] {
        assert_eq!(said(&sign_in.request, name), expected, "{name}");
    }
    assert_eq!(sign_in.defaults, [Attribute::RiskServicePrincipal, Attribute::RiskAgent]);
}

#[test]
fn the_older_names_say_the_same() {
    let today = body();
    let older = json!({
        "conditionalAccessWhatIfSubject": today["signInIdentity"],
        "conditionalAccessContext": today["signInContext"],
        "conditionalAccessWhatIfConditions": today["signInConditions"],
    });
    assert_eq!(sign_in(&older), sign_in(&today));
}

#[test]
fn what_is_left_out_gets_the_documented_defaults() {
    let bare = sign_in(&json!({
        "signInIdentity": {"servicePrincipalId": "S1"},
        "signInContext": {"includeApplications": ["app-1"]},
        "signInConditions": {"clientAppType": "all", "devicePlatform": "all", "country": "", "ipAddress": null}
    }));
    for (name, expected) in [
        ("service-principal.id", "\"s1\""),
        ("client", "unsaid"),
        ("platform", "unsaid"),
        ("country", "unsaid"),
        ("flow", "absent"),
        ("device.compliant", "false"),
        ("risk.sign-in", "\"none\""),
        ("risk.agent", "\"none\""),
    ] {
        assert_eq!(said(&bare.request, name), expected, "{name}");
    }
    assert_eq!(bare.defaults.len(), 7);
}

#[test]
fn actions_contexts_agents_and_guests() {
    let with =
        |path: &str, value: Value| sign_in(&changed(&body(), &[(path, Some(value))])).request;
    for (action, expected) in [
        (json!("registerSecurityInformation"), "\"register-security-info\""),
        (json!(["registerOrJoinDevices"]), "\"register-device\""),
        (json!("urn:user:registerdevice"), "\"register-device\""),
    ] {
        let request = with("/signInContext", json!({"userAction": action}));
        assert_eq!(said(&request, "action"), expected);
        assert_eq!(said(&request, "app"), "absent");
    }
    let request = with("/signInContext", json!({"authenticationContextValue": "C3"}));
    assert_eq!(said(&request, "context"), "[\"c3\"]");
    let request = with("/signInIdentity", json!({"agentServicePrincipalId": "G1"}));
    assert_eq!(
        (said(&request, "agent.id"), said(&request, "agent.kind")),
        ("\"g1\"".into(), "\"identity\"".into())
    );
    let guest = json!({"externalTenantId": "T1", "externalUserType": "b2bCollaborationGuest"});
    let request = with("/signInIdentity", guest);
    assert_eq!(said(&request, "user.type"), "\"b2b-collaboration-guest\"");
    assert_eq!(said(&request, "user.tenant"), "\"t1\"");
}

#[test]
fn what_nobody_knows_refuses_the_body() {
    for (path, value, told) in [
        (
            "/signInConditions/moonPhase",
            json!("full"),
            "signInConditions.moonPhase: is no key that is known here",
        ),
        (
            "/signInConditions/clientAppType",
            json!("telnet"),
            "signInConditions.clientAppType: expected one of all, browser",
        ),
        (
            "/signInConditions/country",
            json!("France"),
            "signInConditions.country: expected a country as two letters",
        ),
        (
            "/signInConditions/ipAddress",
            json!("here"),
            "signInConditions.ipAddress: expected an address",
        ),
        (
            "/signInConditions/signInRiskLevel",
            json!(3),
            "signInConditions.signInRiskLevel: expected a text, found 3",
        ),
        (
            "/signInConditions/authenticationFlow",
            json!({"transferMethod": "deviceCodeFlow,authenticationTransfer"}),
            "signInConditions.authenticationFlow.transferMethod: expected one of",
        ),
        (
            "/signInContext/includeApplications",
            json!(["All"]),
            "signInContext.includeApplications: expected one id",
        ),
        ("/signInContext", json!({}), "signInContext: is missing"),
        (
            "/signInContext",
            json!({"userAction": "jump"}),
            "signInContext.userAction: expected registerSecurityInformation",
        ),
        ("/signInIdentity", json!(null), "signInIdentity: is missing"),
        ("/signInIdentity", json!({"externalTenantId": "T1"}), "signInIdentity: names no user"),
        (
            "/signInIdentity/servicePrincipalId",
            json!("s1"),
            "service-principal.id: speaks of a service-principal",
        ),
    ] {
        let error = refused(&changed(&body(), &[(path, Some(value))])).to_string();
        assert!(error.starts_with(told), "{error}");
    }
}
