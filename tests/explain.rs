//! Explanations, as people read them.

use latch::decision::Options;
use latch::hir::PolicySet;
use latch::interpret::explain::explain;
use latch::request::{App, Claim, Ids, Proof, Request, RequestBuilder, Value};
use latch::schema::attribute::Attribute as A;
use latch::schema::grant::GrantWord;
use latch::schema::method::Method;
use latch::value::{Slot, Timestamp};

use crate::random::compiled::compiled;

fn explained(set: &PolicySet, builder: RequestBuilder) -> String {
    let request = builder.build().expect("a request");
    explain(set, &request, &Options::default()).to_text(None)
}

fn app(id: &str) -> App {
    App { id: id.to_owned(), agent_resource: Slot::Absent, attributes: Slot::Absent }
}

fn proof(method: Method, minutes: i64) -> Proof {
    Proof {
        method,
        age_ms: minutes * 60_000,
        aaguid: None,
        issuer: None,
        policies: Default::default(),
    }
}

#[test]
fn every_condition_says_what_decided_it() {
    let set = compiled(&[r#"
        group finance = "f-1"
        app payroll = "p-1"
        network office { 203.0.113.0/24 }
        policy fresh-for-payroll "Payroll" {
          when app in payroll and user in [finance, guests]
          unless location in office
          require mfa within 15 minutes or compliant-device
          sign-in frequency 8 hours
        }
        policy not-now report-only {
          when time between 18:00 and 08:00 zone "Europe/Berlin"
          block
        }
        policy tablets disabled { when platform in [ios, android] block }
    "#]);
    let request = Request::builder()
        .set(A::UserId, Value::Text("ada".into()))
        .set(A::UserGroups, Value::Ids(Ids::complete(["f-1", "x-9"])))
        .set(A::App, Value::Apps(vec![app("p-1")]))
        .set(A::Ip, Value::Address("192.0.2.1".parse().expect("an address")))
        .set(A::Client, Value::Word(0))
        .set(A::DeviceCompliant, Value::Boolean(false))
        .set(A::Time, Value::Instant(Timestamp(1_795_420_800_000)))
        .proof(proof(Method::Password, 20))
        .proof(proof(Method::Sms, 3));
    assert_eq!(
        explained(&set, request),
        r#"step-up by fresh-for-payroll: Sign in with multifactor authentication no older than 15 minutes, or use a compliant device.

+ fresh-for-payroll "Payroll": applies
  + all of
    + app in payroll  [app is payroll]
    + user in [guests, finance]
      + user.groups is finance, "x-9"
      ? user.type is not supplied
    + not
      - location in office  [ip is 192.0.2.1]
  require
    - any of
      - sign in with multifactor authentication no older than 15 minutes
        - password (20 minutes ago, too long) and sms (3 minutes ago)
      - use a compliant device  [device.compliant is false]
  sign-in frequency 8 hours

- not-now: would not apply, reports only
  - time between 18:00 and 08:00 zone "Europe/Berlin"  [time is monday 2026-11-23 09:00 in Europe/Berlin]
  block

? tablets: is disabled
  ? platform in [android, ios]  [platform is not supplied]
  block

? nobody supplied flow, which may matter
"#
    );
}

#[test]
fn each_app_is_looked_at_alone() {
    let set = compiled(&[r#"
        app payroll = "p-1"
        terms visitors = "t-1", "t-2"
        policy others {
          when app not in payroll
          require terms visitors
        }
    "#]);
    let request = Request::builder()
        .set(A::App, Value::Apps(vec![app("p-1"), app("q-1")]))
        .claim(Claim { grant: GrantWord::Terms, id: Some("t-2".into()), age_ms: None });
    let text = explained(&set, request);
    assert!(
        text.contains(
            r#"
+ others: applies
  - for app payroll
    - not
      + app in payroll  [app is payroll]
  + for app "q-1"
    + not
      - app in payroll  [app is "q-1"]
  require
    - accept the terms visitors
      + shown at an unknown time
"#
        ),
        "{text}"
    );
}

#[test]
fn an_app_is_called_by_its_own_name_and_not_by_that_of_its_group() {
    let set = compiled(&[r#"
        policy mail { when app in exchange-online require mfa }
        policy all { when app in [exchange-online, office-365] require mfa }
    "#]);
    let mail = "00000002-0000-0ff1-ce00-000000000000";
    let text = explained(&set, Request::builder().set(A::App, Value::Apps(vec![app(mail)])));
    assert!(text.contains("+ app in exchange-online  [app is exchange-online]"), "{text}");
    assert!(text.contains("+ app in office-365  [app is exchange-online]"), "{text}");
}

#[test]
fn every_predicate_has_words() {
    let set = compiled(&[crate::random::policies::WORLD, EVERYTHING]);
    let request = Request::builder().build().expect("an empty request");
    let text = explain(&set, &request, &Options::default()).to_text(None);
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    for wanted in [
        "? country in [DE, FR]  [country is not supplied]",
        "? date >= 2026-03-30 zone \"Asia/Kolkata\"  [time is not supplied]",
        "? weekday in [monday, sunday] zone \"Europe/Berlin\"  [time is not supplied]",
        "? device.os-version >= \"10.0.22631\"  [device.os-version is not supplied]",
        "? seniority < 30 days  [seniority is not supplied]",
        "? app.attribute.data.class starts with \"x\"  [app is not supplied]",
        "? projects is \"lighthouse\"  [projects is not supplied]",
        "? service-principal in own-tenant  [service-principal.own-tenant is not supplied]",
        "? agent in any-agent  [principal is not supplied]",
        "? context in signing  [context is not supplied]",
        "? user.tenant in partner  [user.tenant is not supplied]",
        "? asn between 64496 and 64499  [asn is not supplied]",
        "? ip in 203.0.113.0/25  [ip is not supplied]",
    ] {
        assert!(lines.contains(&wanted), "{wanted}\n{text}");
    }
}

const EVERYTHING: &str = r#"
policy everything {
  when country in [DE, FR] or date > 2026-03-29 zone "Asia/Kolkata"
    or weekday in [sunday, monday] zone "Europe/Berlin"
    or device.os-version >= "10.0.22631" or seniority < 30 days
    or app.attribute.Data.Class starts with "X" or projects contains "Lighthouse"
    or service-principal in own-tenant or agent in any-agent or context in signing
    or user.tenant in partner or asn between 64496 and 64499 or ip in 203.0.113.0/25
  require mfa
}
"#;

#[test]
fn programs_read_the_same_as_json() {
    let set = compiled(&["policy all { when always unless client is other require mfa }"]);
    let request = Request::builder().set(A::Client, Value::Word(0)).build().expect("a request");
    let json = explain(&set, &request, &Options::default()).to_json(None);
    let policy = &json["policies"][0];
    assert_eq!(policy["holds"], "true");
    let condition = &policy["looks"][0]["condition"];
    assert_eq!(condition["all"][0]["always"], true);
    assert_eq!(condition["all"][1]["not"]["test"], "client in other");
    assert_eq!(condition["all"][1]["not"]["inputs"][0]["value"], "browser");
    assert_eq!(policy["effect"]["require"]["satisfied"], false);
    assert_eq!(json["decision"]["outcome"], "step-up");
}
