//! The requests that tests describe.

use super::good;
use crate::hir::{ExpectedOutcome, PolicySet};
use crate::request::{Request, Value};
use crate::schema::attribute::Attribute;
use crate::schema::grant::GrantWord;
use crate::value::{Slot, Timestamp};

const NAMES: &str = r#"
group finance = "F-1", "F-2"
group sales = "S"
user ada = "Ada"
tenant partner = "T"
app payroll = "P-1", "P-2"
app mail = "M"
service-principal robot = "R"
agent helper = "H"
context sign-off = "c7"
terms rules = "T-1", "T-2"
custom-control duo = "D"
strength hidden = "Opaque"
network office { 203.0.113.0/24 }
network tunnel = "VPN-id"
attribute on-call: boolean
attribute level: integer
attribute projects: set of string
attribute hired: time
attribute seniority: duration
policy p { when always require mfa }
"#;

fn set(lines: &str) -> PolicySet {
    good(&format!("{NAMES}\ntest \"it\" {{ {lines} expect open }}"))
}

fn request(lines: &str) -> Request {
    set(lines).tests[0].request.clone()
}

/// Lines of a test, an attribute, and its state as it is printed.
const STATES: &[(&str, Attribute, &str)] = &[
    ("client browser", Attribute::Client, "Known(Word(0))"),
    ("client browser", Attribute::Platform, "NotSupplied"),
    ("client browser assume rest absent", Attribute::Platform, "Absent"),
    ("platform not supplied assume rest absent", Attribute::Platform, "NotSupplied"),
    ("assume rest absent time not supplied", Attribute::Time, "NotSupplied"),
    ("risk.user high", Attribute::RiskUser, "Known(Word(3))"),
    ("agent.context endpoint-session", Attribute::AgentContext, "Known(Words({0}))"),
    ("device.compliant true", Attribute::DeviceCompliant, "Known(Boolean(true))"),
    ("device.model \"Surface\"", Attribute::DeviceModel, "Known(Text(\"Surface\"))"),
    ("device.os-version \"10.1\"", Attribute::DeviceOsVersion, "Known(Text(\"10.1\"))"),
    (
        "device.physical-ids [\"a\", \"B\"]",
        Attribute::DevicePhysicalIds,
        "Known(Texts({\"B\", \"a\"}))",
    ),
    ("device unregistered", Attribute::DeviceModel, "Absent"),
    ("device unregistered", Attribute::DeviceRegistered, "Known(Boolean(false))"),
    ("ip ::ffff:192.0.2.1", Attribute::Ip, "Known(Address(192.0.2.1))"),
    ("country DE", Attribute::Country, "Known(Country(DE))"),
    ("country absent", Attribute::Country, "Absent"),
    ("asn 64500", Attribute::Asn, "Known(Integer(64500))"),
    ("time 1970-01-01T01:00:00.5+01:00", Attribute::Time, "Known(Instant(Timestamp(500)))"),
    ("user in anyone", Attribute::Principal, "Known(Word(0))"),
    ("user in ada", Attribute::UserId, "Known(Text(\"ada\"))"),
    ("user.id \"U\"", Attribute::UserId, "Known(Text(\"u\"))"),
    (
        "user in finance user not in sales",
        Attribute::UserGroups,
        "Known(Ids(Ids { inside: {\"f-1\", \"f-2\"}, outside: {\"s\"}, complete: false }))",
    ),
    (
        "user in finance assume rest absent",
        Attribute::UserGroups,
        "Known(Ids(Ids { inside: {\"f-1\", \"f-2\"}, outside: {}, complete: true }))",
    ),
    (
        "user.groups [sales, \"X\"]",
        Attribute::UserGroups,
        "Known(Ids(Ids { inside: {\"s\", \"x\"}, outside: {}, complete: true }))",
    ),
    (
        "user in global-reader",
        Attribute::UserRoles,
        "Known(Ids(Ids { inside: {\"f2ef992c-3afb-46b9-b7cf-a126ee74c451\"}, outside: {}, complete: false }))",
    ),
    ("user in member", Attribute::UserType, "Known(Word(0))"),
    ("user not in guests", Attribute::UserType, "Known(Word(0))"),
    ("user.tenant partner", Attribute::UserTenant, "Known(Text(\"t\"))"),
    ("service-principal in robot", Attribute::ServicePrincipalId, "Known(Text(\"r\"))"),
    ("service-principal in robot", Attribute::UserId, "Absent"),
    ("service-principal robot", Attribute::Principal, "Known(Word(1))"),
    (
        "service-principal not in own-tenant",
        Attribute::ServicePrincipalOwnTenant,
        "Known(Boolean(false))",
    ),
    ("agent in any-agent", Attribute::Principal, "Known(Word(2))"),
    ("agent helper", Attribute::AgentId, "Known(Text(\"h\"))"),
    (
        "app [payroll, \"Z\"] app mail",
        Attribute::App,
        "Known(Apps([App { id: \"m\", agent_resource: NotSupplied, attributes: NotSupplied }, \
         App { id: \"p-1\", agent_resource: NotSupplied, attributes: NotSupplied }, \
         App { id: \"z\", agent_resource: NotSupplied, attributes: NotSupplied }]))",
    ),
    (
        "app mail app in any-agent-resource app.attribute.Set.Name \"x\"",
        Attribute::App,
        "Known(Apps([App { id: \"m\", agent_resource: Known(true), \
         attributes: Known({\"set.name\": {\"x\"}}) }]))",
    ),
    (
        "app mail assume rest absent",
        Attribute::App,
        "Known(Apps([App { id: \"m\", agent_resource: Absent, attributes: Absent }]))",
    ),
    (
        "app mail app.attribute not supplied assume rest absent",
        Attribute::App,
        "Known(Apps([App { id: \"m\", agent_resource: Absent, attributes: NotSupplied }]))",
    ),
    (
        "app mail app.attribute.a.b absent",
        Attribute::App,
        "Known(Apps([App { id: \"m\", agent_resource: NotSupplied, attributes: Known({}) }]))",
    ),
    ("app absent", Attribute::App, "Absent"),
    (
        "agent helper agent.attribute.a.b [\"x\", \"y\"]",
        Attribute::AgentAttribute,
        "Known(Custom({\"a.b\": {\"x\", \"y\"}}))",
    ),
    ("agent absent", Attribute::AgentId, "Absent"),
    ("agent absent", Attribute::Principal, "NotSupplied"),
    ("action register-device", Attribute::App, "Absent"),
    (
        "context [c8, sign-off]",
        Attribute::Context,
        "Known(Ids(Ids { inside: {\"c7\", \"c8\"}, outside: {}, complete: true }))",
    ),
    (
        "location in office",
        Attribute::LocationNamed,
        "Known(Ids(Ids { inside: {\"office\"}, outside: {}, complete: false }))",
    ),
    (
        "location not in tunnel",
        Attribute::LocationNamed,
        "Known(Ids(Ids { inside: {}, outside: {\"tunnel\", \"vpn-id\"}, complete: false }))",
    ),
    (
        "location.named [office, \"Tag\"]",
        Attribute::LocationNamed,
        "Known(Ids(Ids { inside: {\"office\", \"tag\"}, outside: {}, complete: true }))",
    ),
    ("location not supplied assume rest absent", Attribute::Ip, "NotSupplied"),
    ("location absent", Attribute::Country, "Absent"),
];

#[test]
fn lines_say_states() {
    for (lines, attribute, state) in STATES {
        assert_eq!(format!("{:?}", request(lines).get(*attribute)), *state, "{lines}");
    }
}

#[test]
fn own_attributes_have_states_too() {
    let said = request(
        "on-call true level -1 projects \"a\" hired 1970-01-01T00:00:01Z seniority not supplied \
         assume rest absent",
    );
    assert_eq!(said.own("on-call"), &Slot::Known(Value::Boolean(true)));
    assert_eq!(said.own("level"), &Slot::Known(Value::Integer(-1)));
    assert_eq!(said.own("hired"), &Slot::Known(Value::Instant(Timestamp(1_000))));
    assert_eq!(format!("{:?}", said.own("projects")), "Known(Texts({\"a\"}))");
    assert_eq!(said.own("seniority"), &Slot::NotSupplied);
    let rest = request("seniority 2 weeks assume rest absent");
    assert_eq!(rest.own("seniority"), &Slot::Known(Value::Duration(1_209_600)));
    assert_eq!(rest.own("level"), &Slot::Absent);
}

#[test]
fn evidence_is_collected() {
    let request = request(
        "proof password 5 minutes ago proof fido2 aaguid \"AA\" now
         terms rules accepted 1 day ago
         password-change done
         custom-control duo satisfied 1 hour ago
         strength hidden satisfied
         compliant-device shown now",
    );
    let evidence = request.evidence();
    let ages: Vec<i64> = evidence.proofs.iter().map(|proof| proof.age_ms).collect();
    assert_eq!(ages, [300_000, 0]);
    assert_eq!(evidence.proofs[1].aaguid.as_deref(), Some("aa"));
    let claims: Vec<_> = evidence
        .claims
        .iter()
        .map(|claim| (claim.grant, claim.id.as_deref(), claim.age_ms))
        .collect();
    assert_eq!(
        claims,
        [
            (GrantWord::Terms, Some("t-1"), Some(86_400_000)),
            (GrantWord::Terms, Some("t-2"), Some(86_400_000)),
            (GrantWord::PasswordChange, None, None),
            (GrantWord::CustomControl, Some("d"), Some(3_600_000)),
            (GrantWord::Strength, Some("opaque"), None),
            (GrantWord::CompliantDevice, None, Some(0)),
        ]
    );
}

#[test]
fn expectations_name_policies_and_grants() {
    let set = set("client browser expect step-up mfa by p expect block by p as if enforced");
    let test = &set.tests[0];
    assert_eq!(test.title, "it");
    assert_eq!(test.expectations.len(), 3);
    assert!(matches!(test.expectations[0].outcome, ExpectedOutcome::StepUp(Some(_))));
    assert_eq!(set.policy(test.expectations[0].by[0]).name, "p");
    assert!(test.expectations[1].as_if_enforced);
}
