//! What right texts mean.

use super::{good, read, shape, told};
use crate::hir::{ConditionKind, Effect, PolicyState, Predicate, VersionTest};
use crate::schema::session::{
    CloudAppSecurity, ContinuousEvaluation, Frequency, MaxAge, PersistentBrowser,
};
use crate::value::Version;

#[test]
fn the_prelude_means_something() {
    let set = good("");
    assert_eq!(set.strength(set.multi_factor).name, "multi-factor");
    assert_eq!(set.strength(set.multi_factor).combinations.len(), 19);
    assert!(set.objects.len() > 150);
    assert!(set.policies.is_empty());
}

#[test]
fn named_conditions_keep_their_names_and_their_places() {
    let set = good(
        "/// Nobody manages it.
         let unmanaged = not device.compliant
         let far = unmanaged and ip in 192.0.2.0/24
         policy a { when far block }",
    );
    let names: Vec<&str> = set.lets.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["far", "unmanaged"]);
    assert_eq!(set.lets[1].remarks.docs, "Nobody manages it.");
    assert_eq!(set.policies[0].condition, set.lets[0].condition);
    let ConditionKind::All(parts) = &set.lets[0].condition.kind else { panic!("two parts") };
    assert_eq!(parts[0], set.lets[1].condition);
}

#[test]
fn the_policies_that_people_can_take_mean_something() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/policies");
    for which in ["baseline", "starter"] {
        let mut texts = Vec::new();
        for entry in std::fs::read_dir(format!("{dir}/{which}")).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|it| it == "latch") {
                texts.push(std::fs::read_to_string(path).expect("a text"));
            }
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (sources, set, diagnostics) = read(&texts);
        assert!(diagnostics.is_empty(), "{:#?}", told(&sources, &diagnostics));
        assert!(!set.policies.is_empty() && !set.tests.is_empty(), "{which}");
    }
}

/// A condition, and its meaning as [`shape`] tells it.
pub(super) const CONDITIONS: &[(&str, &str)] = &[
    ("always", "always"),
    ("never", "never"),
    ("device.compliant", "device.compliant:Holds"),
    ("not device.compliant", "not device.compliant:Holds"),
    ("client is browser", "client:Words({0}, None)"),
    ("client is not browser", "not client:Words({0}, None)"),
    ("platform in [ios, android]", "platform:Words({0, 1}, None)"),
    ("platform in ios", "platform:Words({1}, None)"),
    ("risk.sign-in >= medium", "risk.sign-in:Words({2, 3}, None)"),
    ("risk.sign-in > medium", "risk.sign-in:Words({3}, None)"),
    ("risk.insider <= minor", "risk.insider:Words({0, 1}, None)"),
    ("risk.user < low", "risk.user:Words({0}, None)"),
    ("risk.agent in [low, high]", "risk.agent:Words({1, 3}, None)"),
    ("agent.context contains endpoint-session", "agent.context:Words({0}, None)"),
    ("weekday in [monday, sunday] zone \"UTC\"", "weekday:Words({0, 6}, Some(Zone(\"UTC\")))"),
    (
        "weekday is monday zone \"europe/berlin\"",
        "weekday:Words({0}, Some(Zone(\"Europe/Berlin\")))",
    ),
    (
        "date between 1970-01-02 and 1970-01-05 zone \"UTC\"",
        "date:Ranges([(1, 4)], Some(Zone(\"UTC\")))",
    ),
    (
        "date < 1970-01-01 zone \"UTC\"",
        "date:Ranges([(-9223372036854775808, -1)], Some(Zone(\"UTC\")))",
    ),
    ("time between 08:00 and 18:00 zone \"UTC\"", "time:TimeOfDay(28800, 64800, Zone(\"UTC\"))"),
    ("time between 22:00 and 24:00 zone \"UTC\"", "time:TimeOfDay(79200, 86400, Zone(\"UTC\"))"),
    ("time between 24:00 and 06:00 zone \"UTC\"", "time:TimeOfDay(0, 21600, Zone(\"UTC\"))"),
    ("asn is 64500", "asn:Ranges([(64500, 64500)], None)"),
    ("asn in [3, 1, 2, 9]", "asn:Ranges([(1, 3), (9, 9)], None)"),
    ("asn between 5 and 7", "asn:Ranges([(5, 7)], None)"),
    ("asn > 5", "asn:Ranges([(6, 9223372036854775807)], None)"),
    ("asn <= 5", "asn:Ranges([(-9223372036854775808, 5)], None)"),
    ("device.model is \"Surface\"", "device.model:Text(OneOf({\"surface\"}))"),
    ("device.model in [\"B\", \"a\"]", "device.model:Text(OneOf({\"a\", \"b\"}))"),
    ("device.model not starts with \"Su\"", "not device.model:Text(StartsWith(\"su\"))"),
    ("device.model ends with \"Go\"", "device.model:Text(EndsWith(\"go\"))"),
    ("device.model contains \"fac\"", "device.model:Text(Contains(\"fac\"))"),
    ("device.physical-ids contains \"[A]\"", "device.physical-ids:Text(OneOf({\"[a]\"}))"),
    ("device.os-version starts with \"10.\"", "device.os-version:Text(StartsWith(\"10.\"))"),
    ("country in [NL, DE]", "country:Countries({DE, NL})"),
    ("country is not XK", "not country:Countries({XK})"),
    (
        "user in [finance, ada, global-reader, anyone]",
        "user:People(People { anyone: true, users: {\"ada-id\"}, groups: {\"f-1\", \"f-2\"}, \
         roles: {\"f2ef992c-3afb-46b9-b7cf-a126ee74c451\"}, types: {} })",
    ),
    (
        "user in guests",
        "user:People(People { anyone: false, users: {}, groups: {}, roles: {}, types: {1, 2, 3, 4, 5, 6} })",
    ),
    ("user.type is member", "user.type:Words({0}, None)"),
    ("user.tenant in [partner, \"T-2\"]", "user.tenant:Ids({\"t-1\", \"t-2\"})"),
    (
        "app in [payroll, any-agent-resource, \"X\"]",
        "app:Apps(Apps { any: false, any_agent_resource: true, ids: {\"p\", \"x\"} })",
    ),
    ("app in any-app", "app:Apps(Apps { any: true, any_agent_resource: false, ids: {} })"),
    ("app.attribute.Set.Name is \"X\"", "app.attribute:Custom(\"set.name\", OneOf({\"x\"}))"),
    (
        "app.attribute.Set.Name contains \"X\"",
        "app.attribute:Custom(\"set.name\", Contains(\"x\"))",
    ),
    (
        "agent.attribute.a.b in [\"x\", \"y\"]",
        "agent.attribute:Custom(\"a.b\", OneOf({\"x\", \"y\"}))",
    ),
    (
        "service-principal in [own-tenant, robot]",
        "service-principal:ServicePrincipals(ServicePrincipals { own_tenant: true, ids: {\"r\"} })",
    ),
    ("agent in any-agent", "agent:Agents(Agents { any: true, ids: {} })"),
    ("context in [c1, sign-off]", "context:Ids({\"c1\", \"c7\"})"),
    ("on-call", "on-call:Holds"),
    ("level between -1 and 1", "level:Ranges([(-1, 1)], None)"),
    ("seniority < 30 days", "seniority:Ranges([(-9223372036854775808, 2591999)], None)"),
    ("hired between 08:00 and 09:00 zone \"UTC\"", "hired:TimeOfDay(28800, 32400, Zone(\"UTC\"))"),
    ("projects contains \"A\"", "projects:Text(OneOf({\"a\"}))"),
    ("centre starts with \"A\"", "centre:Text(StartsWith(\"a\"))"),
    (
        "away and not mobile",
        "((country:Countries({FR}) and not device.compliant:Holds) and not platform:Words({0}, None))",
    ),
];

const NAMES: &str = r#"
group finance = "F-1", "f-2", "F-1"
user ada = "ada-id"
tenant partner = "T-1"
app payroll = "P"
service-principal robot = "R"
context sign-off = "C7"
attribute on-call: boolean
attribute level: integer
attribute seniority: duration
attribute hired: time
attribute projects: set of string
attribute centre: string
let away = country is FR and unmanaged
let unmanaged = not device.compliant
let mobile = platform is android
"#;

#[test]
fn conditions_mean_what_they_say() {
    for (condition, meaning) in CONDITIONS {
        let set = good(&format!("{NAMES}\npolicy it {{ when {condition} block }}"));
        assert_eq!(shape(&set, &set.policies[0].condition), *meaning, "{condition}");
    }
}

#[test]
fn versions_are_compared_as_numbers() {
    let set = good(
        "policy a { when device.os-version < \"10.0\" block }
         policy b { when device.os-version not between \"1.2\" and \"1.3\" block }",
    );
    let test = |test, version| {
        let version = Version::parse(version).expect("a version");
        format!("device.os-version:{:?}", Predicate::Version(test, version))
    };
    let below = test(VersionTest::Less, "10.0");
    assert_eq!(shape(&set, &set.policies[0].condition), below);
    let (low, high) =
        (test(VersionTest::GreaterOrEqual, "1.2"), test(VersionTest::LessOrEqual, "1.3"));
    assert_eq!(shape(&set, &set.policies[1].condition), format!("not ({low} and {high})"));
}

#[test]
fn unless_is_and_not() {
    let set = good("policy it { when device.compliant unless country is DE block }");
    let shape = shape(&set, &set.policies[0].condition);
    assert_eq!(shape, "(device.compliant:Holds and not country:Countries({DE}))");
}

#[test]
fn networks_are_numbered_by_name_the_anonymous_ones_too() {
    let set = good(
        "network b trusted { 10.0.1.0/24 10.0.0.0/24 country DE, unknown country FR by gps }
         network a trusted = \"Opaque\"
         network z { private-link \"PL\" service-tag \"ST\" mfa-trusted-ips ::ffff:192.0.2.0/120 }
         policy p {
           when location in [trusted, z] and ip in [2001:db8::/32, 10.0.0.9 - 10.0.0.11]
             and ip in [10.0.0.11, 10.0.0.9 - 10.0.0.10, 2001:db8::/32] and ip is not ::ffff:192.0.2.1
           block
         }",
    );
    let names: Vec<&str> = set.networks.iter().map(|network| network.name.as_str()).collect();
    let anonymous = "10.0.0.9 - 10.0.0.11, 2001:db8::/32";
    assert_eq!(names, [anonymous, "192.0.2.1", "a", "all-compliant-networks", "b", "z"]);
    let shape = shape(&set, &set.policies[0].condition);
    assert_eq!(
        shape,
        "(location:Networks({NetworkId(2), NetworkId(4), NetworkId(5)}) and ip:Networks({NetworkId(0)}) \
         and ip:Networks({NetworkId(0)}) and not ip:Networks({NetworkId(1)}))"
    );
    let [_, _, a, _, b, z] = set.networks.as_slice() else { panic!("six networks") };
    assert_eq!(format!("{:?}", a.named), "{\"opaque\"}");
    assert_eq!(format!("{:?}", b.ranges), "[(10.0.0.0, 10.0.1.255)]");
    assert_eq!(format!("{:?} {:?}", b.countries, b.gps_countries), "{DE} {FR}");
    assert!(b.unknown_country && !b.gps_unknown && b.trusted && !z.trusted);
    assert_eq!(format!("{:?}", z.named), "{\"mfa-trusted-ips\", \"pl\", \"st\"}");
    assert_eq!(format!("{:?}", z.ranges), "[(192.0.2.0, 192.0.2.255)]");
}

#[test]
fn effects_and_sessions() {
    let set = good(
        "terms rules = \"T\"
         custom-control duo = \"D\"
         strength key { fido2 aaguid \"A\", \"B\" x509-multi-factor issuer \"I\" policy \"1.2\" }
         strength hidden = \"Opaque\"
         policy a \"Title\" report-only { when always block }
         policy b disabled {
           when always
           require (mfa within 15 minutes or strength key) and terms rules and custom-control duo
           sign-in frequency every time
           sign-in frequency 1 hour for second factor
           persistent browser never
           lifetime 2 days
           idle 90 minutes
           app restrictions
           cloud app security block-downloads
           continuous evaluation strict-location
           resilience off
           token protection
           global secure access profile \"Profile\"
           network access policy \"Net\"
         }
         policy c { when always sign-in frequency 4 hours }
         policy d { when always require password-change and (mfa or strength hidden) }
         policy e { when always require risk-remediation and strength key sign-in frequency every time }",
    );
    let [a, b, c, d, e] = set.policies.as_slice() else { panic!("five policies") };
    assert_eq!((a.state, &a.effect), (PolicyState::ReportOnly, &Effect::Block));
    assert_eq!(a.title.as_deref(), Some("Title"));
    assert_eq!(b.state, PolicyState::Disabled);
    let grant = format!("{:?}", b.effect);
    for piece in
        ["within: Some(900)", "name: \"rules\", ids: {\"t\"}", "name: \"duo\", ids: {\"d\"}"]
    {
        assert!(grant.contains(piece), "{piece}: {grant}");
    }
    let session = &b.session;
    let frequency =
        Frequency { both: Some(MaxAge::EveryTime), second: Some(MaxAge::Seconds(3_600)) };
    assert_eq!(session.sign_in_frequency, frequency);
    assert_eq!(session.persistent_browser, Some(PersistentBrowser::Never));
    assert_eq!((session.lifetime, session.idle), (Some(172_800), Some(5_400)));
    assert_eq!(session.cloud_app_security, Some(CloudAppSecurity::BlockDownloads));
    assert_eq!(session.continuous_evaluation, Some(ContinuousEvaluation::StrictLocation));
    assert!(session.app_restrictions && session.resilience_off && session.token_protection);
    assert_eq!(session.global_secure_access_profile.as_deref(), Some("Profile"));
    assert_eq!(session.network_access_policy.as_deref(), Some("Net"));
    assert_eq!(c.effect, Effect::Nothing);
    assert!(matches!((&d.effect, &e.effect), (Effect::Require(_), Effect::Require(_))));
    let hidden = set.strengths.iter().find(|it| it.name == "hidden").expect("it is there");
    assert_eq!((hidden.opaque.as_deref(), hidden.combinations.len()), (Some("opaque"), 0));
    let key = set.strengths.iter().find(|it| it.name == "key").expect("it is there");
    assert_eq!(format!("{:?}", key.combinations[0].methods[0].aaguids), "{\"a\", \"b\"}");
}

#[test]
fn remarks_asserts_and_archetypes() {
    let set = good(
        "/// First line.
         ///
         /// Third.
         @id(\"X\") @created(\"2025-03-04T10:00:00Z\") @until(\"2027-03-31\")
         group finance emergency = \"F\"
         archetype clerk { always in finance may be in [global-reader] never in [guests, member] }
         assert law {
           when user in finance unless device.compliant
           proof fido2 aaguid \"A\" now
           proof password 1 hour ago
           expect not block or require mfa and sign-in frequency at most 4 hours
           expect open
         }",
    );
    let finance = set.objects.iter().find(|it| it.name == "finance").expect("it is there");
    assert_eq!(finance.remarks.docs, "First line.\n\nThird.");
    assert_eq!(finance.remarks.annotation("until"), Some("2027-03-31"));
    assert!(finance.emergency);
    let clerk = format!("{:?}", set.archetypes[0].memberships);
    assert!(
        clerk.contains("Always: People { anyone: false, users: {}, groups: {\"f\"}"),
        "{clerk}"
    );
    assert!(clerk.contains("types: {0, 1, 2, 3, 4, 5, 6}"), "{clerk}");
    let law = &set.asserts[0];
    assert_eq!(law.proofs.iter().map(|(_, age)| *age).collect::<Vec<_>>(), [0, 3_600]);
    let expectation = format!("{:?}", law.expectation);
    assert!(expectation.starts_with("All([Any([NotBlock, All([Require("), "{expectation}");
    assert!(expectation.ends_with("FrequencyAtMost(14400)])]), Open])"), "{expectation}");
}
