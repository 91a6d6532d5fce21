//! What is written, what fails closed, and what is refused.

use std::fs;
use std::path::Path;
use std::str::FromStr;

use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};
use latch::Engine;
use latch::cedar::{Export, MAX_APPS, RequestError, export};
use latch::decision::Options;
use latch::request::{App, Request as SignIn, Value};
use latch::schema::attribute::Attribute as A;
use latch::value::Slot;
use serde_json::{Value as Json, json};

const POLICIES: &str = r#"
/// Reviewed each quarter.
group break-glass emergency = "0c5e9b0e-5d0c-4c8b-9a43-1c6f0b0d6d11"
network headquarters trusted { 203.0.113.0/24 }

/// Everybody who can change what others may do.
policy admins "CA014: admins" {
  when user in [global-administrator, security-administrator] and platform is ios
  unless user in break-glass or location in headquarters
  require strength phishing-resistant within 15 minutes or compliant-device
  sign-in frequency 4 hours
  persistent browser never
}
policy legacy { when client in [exchange-active-sync, other] block }
policy tried report-only { when always block }
policy old disabled { when always block }
"#;

fn exported(policies: &str) -> (Engine, Export) {
    let engine = Engine::from_text([("policies", policies)]).expect("they compile");
    let written = export(engine.policy_set(), &Options::default()).expect("Cedar can hold them");
    (engine, written)
}

/// `UPDATE=1` writes the page anew.
#[test]
fn a_policy_reads_as_it_did() {
    let (_, written) = exported(POLICIES);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cedar/policies.cedar");
    if std::env::var_os("UPDATE").is_some_and(|it| it == "1") {
        fs::write(&page, &written.policies).expect("writable");
    }
    assert_eq!(written.policies, fs::read_to_string(&page).expect("readable"));
    assert_eq!(written.left_out, ["old", "tried"]);
    assert_eq!(written.forbids, 2);
    let sessions = written.sessions.expect("a policy sets controls");
    let controls = "@latch_session(\"sign-in frequency 4 hours; persistent browser never\")";
    assert!(sessions.contains(controls));
}

#[test]
fn what_is_written_is_the_same_every_time() {
    let (_, first) = exported(POLICIES);
    let (_, second) = exported(POLICIES);
    assert_eq!(first.policies, second.policies);
    assert_eq!(first.schema, second.schema);
    let as_if_enforced = Options { as_if_enforced: true, ..Options::default() };
    let engine = Engine::from_text([("policies", POLICIES)]).expect("they compile");
    let enforced = export(engine.policy_set(), &as_if_enforced).expect("Cedar can hold them");
    assert_eq!((enforced.forbids, enforced.left_out), (3, vec!["old".to_owned()]));
}

/// Asks without a schema, as whoever skips validation does.
fn unchecked(written: &Export, context: Json) -> Decision {
    let uid = |text: &str| EntityUid::from_str(text).expect("a uid");
    let context = Context::from_json_value(context, None).expect("a context");
    let [principal, action, resource] =
        ["Latch::Principal::\"p\"", "Latch::Action::\"sign-in\"", "Latch::Target::\"t\""].map(uid);
    let request = Request::new(principal, action, resource, context, None).expect("a request");
    let statements = PolicySet::from_str(&written.policies).expect("statements");
    Authorizer::new().is_authorized(&request, &statements, &Entities::empty()).decision()
}

/// Cedar skips a `forbid` that fails, but the `permit` fails with it.
#[test]
fn a_context_of_another_shape_does_not_open() {
    let (_, written) =
        exported("policy p { when client is browser and ip in 203.0.113.0/24 block }\n");
    let open = json!({ "absent": [], "client": "other" });
    assert_eq!(unchecked(&written, open), Decision::Allow);
    let closed = [
        json!({}),
        json!({ "absent": [] }),
        json!({ "absent": "client" }),
        json!({ "absent": [], "client": ["other"] }),
        json!({ "absent": ["client"], "client": 7 }),
        json!({ "absent": [], "client": "browser", "ip": "192.0.2.1" }),
        json!({ "absent": ["client"], "user_groups": [] }),
        json!({ "absent": ["client"], "user_groups": { "inside": [] } }),
        json!({ "absent": ["client"], "asn": "64500" }),
        json!({ "absent": ["client"], "device_compliant": "true" }),
    ];
    for context in closed {
        assert_eq!(unchecked(&written, context.clone()), Decision::Deny, "{context}");
    }
}

#[test]
fn what_cedar_cannot_hold_is_refused() {
    let cases = [
        ("device.os-version < \"9223372036854775807\"", "L0601"),
        ("agent.attribute.Data.Class contains \"a\\nb\"", "L0602"),
    ];
    for (condition, code) in cases {
        let policies =
            format!("policy p {{ when {condition} block }}\npolicy q {{ when always block }}\n");
        let engine = Engine::from_text([("policies", policies)]).expect("it compiles");
        let refused = export(engine.policy_set(), &Options::default()).expect_err(code);
        let codes: Vec<_> = refused.iter().map(|it| it.code.id).collect();
        assert_eq!(codes, [code], "{condition}");
    }
}

#[test]
fn a_policy_too_large_is_refused() {
    let ids: Vec<String> = (0..30_000).map(|at| format!("\"user-{at:030}\"")).collect();
    let policies =
        format!("user many = {}\npolicy p {{ when user in many block }}\n", ids.join(", "));
    let Ok(engine) = Engine::from_text([("policies", policies)]) else { return };
    let refused = export(engine.policy_set(), &Options::default()).expect_err("too large");
    assert_eq!(refused[0].code.id, "L0604");
}

#[test]
fn a_sign_in_that_cedar_cannot_be_asked_about_is_refused() {
    let (engine, written) = exported("policy p { when app in any-agent-resource block }\n");
    let app = |at: usize| App {
        id: format!("app-{at}"),
        agent_resource: Slot::Known(false),
        attributes: Slot::Absent,
    };
    let asked = |count: usize| {
        let apps = Value::Apps((0..count).map(app).collect());
        let request = SignIn::builder().set(A::App, apps).build().expect("it fits");
        written.request(engine.policy_set(), &request)
    };
    assert!(asked(MAX_APPS).is_ok());
    assert_eq!(asked(MAX_APPS + 1), Err(RequestError::TooManyApps(MAX_APPS + 1)));
}
