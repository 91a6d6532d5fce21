//! What the log recorded, and what it proves, in every shape.

use latch::entra::log::{PolicyResult, SignIn, Status, UNKNOWN_AGE_MS};
use latch::schema::method::Method;
use serde_json::{Value, json};

use super::fields::{changed, ordinary};
use super::sign_in;

fn graph() -> Value {
    changed(
        &ordinary(),
        &[
            ("/conditionalAccessStatus", Some(json!("failure"))),
            (
                "/status",
                Some(
                    json!({"errorCode": 53003, "failureReason": "Blocked", "additionalDetails": null}),
                ),
            ),
            (
                "/appliedConditionalAccessPolicies",
                Some(json!([
                    {"id": "AAAA0000-0000-4000-8000-000000000001", "displayName": "Block", "result": "failure",
                     "enforcedGrantControls": ["Block"], "enforcedSessionControls": [],
                     "conditionsSatisfied": "application,users", "conditionsNotSatisfied": "none"},
                    {"id": "AAAA0000-0000-4000-8000-000000000002", "displayName": "Later", "result": "reportOnlyInterrupted",
                     "enforcedGrantControls": ["Mfa"], "enforcedSessionControls": ["SignInFrequency"],
                     "conditionsSatisfied": "application,users,location", "conditionsNotSatisfied": "none"}
                ])),
            ),
            (
                "/authenticationDetails",
                Some(json!([
                    {"authenticationMethod": "Password", "succeeded": true, "authenticationStepDateTime": "2026-11-23T07:59:00Z",
                     "authenticationStepRequirement": "Primary authentication"}
                ])),
            ),
        ],
    )
}

/// The same in the columns of a table: other names, numbers for conditions, lists as texts, no offset.
fn table() -> Value {
    json!({
        "TenantId": "a-workspace", "SourceSystem": "Azure AD", "TimeGenerated": "2026-11-23T08:00:05",
        "ResourceId": "/tenants/b0000000/providers/Microsoft.aadiam", "Category": "SignInLogs", "Type": "SigninLogs",
        "Id": "66ea54eb-6301-4ee5-be62-ff5a759b0100", "CreatedDateTime": "2026-11-23T08:00:00",
        "ResultType": "53003", "ConditionalAccessStatus": "failure", "Location": "DE",
        "UserId": "a0000000-0000-4000-8000-000000000001", "UserPrincipalName": "ada@example.com",
        "UserType": "Member", "CrossTenantAccessType": "none",
        "HomeTenantId": "b0000000-0000-4000-8000-000000000001",
        "ResourceTenantId": "b0000000-0000-4000-8000-000000000001",
        "ServicePrincipalId": "", "ResourceIdentity": "00000003-0000-0000-c000-000000000000",
        "AppId": "de8bc8b5-d9f9-48b1-a8ad-b748da725064", "ClientAppUsed": "Browser", "IPAddress": "203.0.113.7",
        "LocationDetails": "{\"city\":\"Bonn\",\"countryOrRegion\":\"DE\"}",
        "DeviceDetail": json!(ordinary()["deviceDetail"]).to_string(),
        "NetworkLocationDetails": "[{\"networkType\":\"namedNetwork\",\"networkNames\":[\"Corp HQ\"]}]",
        "IsThroughGlobalSecureAccess": "False", "AutonomousSystemNumber": "64496",
        "RiskLevelDuringSignIn": "low", "OriginalTransferMethod": "none",
        "Status": "{\"errorCode\":53003}",
        "ConditionalAccessPolicies": "[{\"id\":\"aaaa0000-0000-4000-8000-000000000001\",\"displayName\":\"Block\",\
            \"result\":\"failure\",\"enforcedGrantControls\":[\"Block\"],\"enforcedSessionControls\":[],\
            \"conditionsSatisfied\":3,\"conditionsNotSatisfied\":0},\
            {\"id\":\"aaaa0000-0000-4000-8000-000000000002\",\"displayName\":\"Later\",\
            \"result\":\"reportOnlyInterrupted\",\"enforcedGrantControls\":[\"Mfa\"],\
            \"enforcedSessionControls\":[\"SignInFrequency\"],\"conditionsSatisfied\":11,\"conditionsNotSatisfied\":0}]",
        "AuthenticationDetails": "[{\"authenticationMethod\":\"Password\",\"succeeded\":true,\
            \"authenticationStepDateTime\":\"2026-11-23T07:59:00\",\"authenticationStepRequirement\":\"Primary authentication\"}]"
    })
}

/// The same as PowerShell writes Graph: capitals, its dates.
fn powershell() -> Value {
    fn capital(value: &Value) -> Value {
        match value {
            Value::Object(entries) => {
                let upper = |key: &String| key[..1].to_uppercase() + &key[1..];
                Value::Object(
                    entries.iter().map(|(key, value)| (upper(key), capital(value))).collect(),
                )
            }
            Value::Array(items) => items.iter().map(capital).collect(),
            other => other.clone(),
        }
    }
    changed(&capital(&graph()), &[("/CreatedDateTime", Some(json!("/Date(1795420800000)/")))])
}

#[test]
fn every_shape_says_the_same() {
    let expected = sign_in(&graph());
    let enveloped = |category: Option<&str>, properties: Value| {
        json!({"time": "2026-11-23 08:00:09", "resourceId": "/tenants/x", "operationName": "Sign-in activity",
            "category": category, "resultType": 53003, "callerIpAddress": "203.0.113.7", "properties": properties})
    };
    let lower = |value: &Value| {
        let text = value.to_string();
        let keys = [
            "createdDateTime",
            "userId",
            "ipAddress",
            "appliedConditionalAccessPolicies",
            "errorCode",
        ];
        let text = keys.iter().fold(text, |text, key| text.replace(key, &key.to_lowercase()));
        serde_json::from_str::<Value>(&text).expect("still JSON")
    };
    let shapes = [
        ("table", table()),
        ("PowerShell", powershell()),
        ("envelope", enveloped(Some("SignInLogs"), graph())),
        ("text in an envelope", enveloped(None, graph().to_string().into())),
        ("lower case", lower(&graph())),
    ];
    for (name, record) in shapes {
        assert_eq!(sign_in(&record), expected, "{name}");
    }
}

#[test]
fn what_was_decided() {
    let recorded = sign_in(&graph()).recorded.expect("recorded");
    assert_eq!((recorded.status, recorded.error), (Some(Status::Failure), Some(53003)));
    let [block, later] = recorded.policies.as_slice() else { panic!("two policies") };
    assert_eq!(block.id.as_deref(), Some("aaaa0000-0000-4000-8000-000000000001"));
    assert_eq!(
        (block.result, block.grants.as_slice()),
        (PolicyResult::Failure, ["Block".to_owned()].as_slice())
    );
    assert_eq!(later.result, PolicyResult::ReportOnlyInterrupted);
    assert_eq!(later.satisfied.to_string(), "application,users,location");
    assert!(later.not_satisfied.is_empty() && later.inconsistency().is_none());
    assert_eq!(later.sessions, ["SignInFrequency"]);
    assert_eq!(sign_in(&ordinary()).recorded, None);
}

fn proofs(steps: Value, status: &str) -> Vec<(Method, i64)> {
    let record = changed(
        &ordinary(),
        &[
            ("/authenticationDetails", Some(steps)),
            ("/status", Some(json!({"errorCode": 0, "additionalDetails": status}))),
        ],
    );
    let SignIn { request, .. } = sign_in(&record);
    request.evidence().proofs.iter().map(|proof| (proof.method, proof.age_ms)).collect()
}

fn step(method: &str, time: &str, succeeded: bool, requirement: &str, detail: &str) -> Value {
    json!({"authenticationMethod": method, "authenticationStepDateTime": time, "succeeded": succeeded,
        "authenticationStepRequirement": requirement, "authenticationStepResultDetail": detail})
}

#[test]
fn what_was_proven() {
    use Method::{
        FederatedMultiFactor, FederatedSingleFactor, Fido2, MicrosoftAuthenticatorPush, Password,
    };
    let (primary, multi) = ("Primary authentication", "Multifactor authentication");
    let password = step("Password", "2026-11-23T07:59:00Z", true, primary, "Correct password");
    let push = step(
        "Mobile app notification",
        "2026-11-23T08:00:20Z",
        true,
        multi,
        "MFA successfully completed",
    );
    assert_eq!(
        proofs(json!([password, push]), "MFA completed in Azure AD"),
        [(Password, 60_000), (MicrosoftAuthenticatorPush, 0)]
    );
    let denied = step(
        "Mobile app notification",
        "2026-11-23T08:00:20Z",
        false,
        multi,
        "MFA denied; user declined",
    );
    assert_eq!(proofs(json!([password, denied]), ""), [(Password, 60_000)]);
    let key = step("FIDO2 security key", "2026-11-23T08:00:00Z", true, primary, "");
    assert_eq!(proofs(json!([key]), ""), [(Fido2, 0)]);
    // A token vouches: at a time of its own, at the time of the sign-in, or only in the status.
    let claim = "MFA requirement satisfied by claim in the token";
    let earlier = step("Previously satisfied", "2026-11-22T08:00:00Z", true, multi, claim);
    assert_eq!(proofs(json!([earlier]), claim), [(FederatedMultiFactor, 86_400_000)]);
    let now = step("", "2026-11-23T08:00:00.1Z", false, "MultiConditionalAccess", claim);
    assert_eq!(proofs(json!([now]), claim), [(FederatedMultiFactor, UNKNOWN_AGE_MS)]);
    assert_eq!(proofs(json!([]), claim), [(FederatedMultiFactor, UNKNOWN_AGE_MS)]);
    assert_eq!(
        proofs(json!([password]), claim),
        [(Password, 60_000), (FederatedMultiFactor, UNKNOWN_AGE_MS)]
    );
    let first = step(
        "Previously satisfied",
        "2026-11-23T08:00:00Z",
        true,
        primary,
        "First factor requirement satisfied by claim in the token",
    );
    assert_eq!(proofs(json!([first]), ""), [(FederatedSingleFactor, UNKNOWN_AGE_MS)]);
    // A second factor without a known name is one all the same; skipping for a place proves nothing.
    let new = step("Nose print", "2026-11-23T07:59:00Z", true, multi, "");
    assert_eq!(proofs(json!([new]), ""), [(FederatedMultiFactor, 60_000)]);
    assert_eq!(proofs(json!([]), "MFA requirement skipped due to location"), []);
    assert_eq!(proofs(json!([]), "MFA required in Azure AD"), []);
}

#[test]
fn a_failed_sign_in_proves_nothing_by_its_status() {
    let record = changed(
        &ordinary(),
        &[(
            "/status",
            Some(
                json!({"errorCode": 50074, "additionalDetails": "MFA requirement satisfied by claim in the token"}),
            ),
        )],
    );
    assert!(sign_in(&record).request.evidence().proofs.is_empty());
}
