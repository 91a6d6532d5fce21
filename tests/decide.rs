//! Decisions that were worked out by hand, on both engines: the places where it is easy to be wrong.

use latch::decision::{Blocked, Decision, Options, Outcome};
use latch::engine::Engine;
use latch::interpret::interpret;
use latch::request::{App, Claim, Ids, Proof, Request, RequestBuilder, Value};
use latch::schema::attribute::Attribute as A;
use latch::schema::grant::GrantWord;
use latch::schema::method::Method;
use latch::value::{Country, Slot, Timestamp};

/// What both engines decide, after they agreed.
fn decided(policies: &str, request: RequestBuilder) -> Decision {
    decided_with(policies, request, Options::default())
}

fn decided_with(policies: &str, request: RequestBuilder, options: Options) -> Decision {
    let engine =
        Engine::from_text([("decide", policies)]).unwrap_or_else(|error| panic!("{error}"));
    let request = request.build().expect("a request");
    let expected = interpret(engine.policy_set(), &request, &options);
    let decision = engine.with_options(options).decide(&request);
    assert_eq!(expected.to_string(), decision.to_string());
    assert_eq!(expected.outcome, decision.outcome);
    expected
}

fn outcome(policies: &str, request: RequestBuilder) -> String {
    decided(policies, request).to_string()
}

/// Whether one blocking policy with this condition applies: yes, no, or as nobody said otherwise.
fn applies(condition: &str, request: RequestBuilder) -> &'static str {
    let world = crate::random::policies::WORLD;
    let decision = decided(&format!("{world}\npolicy p {{ when {condition} block }}"), request);
    match (decision.applying.is_empty(), decision.assumed.is_empty()) {
        (true, _) => "no",
        (false, true) => "yes",
        (false, false) => "assumed",
    }
}

fn at(text: &str) -> Value {
    let time: jiff::Timestamp = text.parse().expect("a moment");
    Value::Instant(Timestamp(time.as_millisecond()))
}

fn new() -> RequestBuilder {
    Request::builder()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn proof(method: Method, age_seconds: i64) -> Proof {
    Proof {
        method,
        age_ms: age_seconds * 1_000,
        aaguid: None,
        issuer: None,
        policies: Default::default(),
    }
}

fn key(aaguid: &str) -> Proof {
    Proof { aaguid: Some(aaguid.to_owned()), ..proof(Method::Fido2, 0) }
}

fn app(id: &str) -> App {
    App { id: id.to_owned(), agent_resource: Slot::NotSupplied, attributes: Slot::NotSupplied }
}

fn apps(ids: &[&str]) -> Value {
    Value::Apps(ids.iter().map(|id| app(id)).collect())
}

#[test]
fn clocks_that_are_moved() {
    let window = "time between 02:00 and 03:00 zone \"Europe/Berlin\"";
    for (time, expected) in [
        // In spring the hour from two to three does not exist.
        ("2026-03-29T00:59:59.999Z", "no"),
        ("2026-03-29T01:00:00Z", "no"),
        // In autumn it comes twice.
        ("2026-10-24T23:59:59.999Z", "no"),
        ("2026-10-25T00:00:00Z", "yes"),
        ("2026-10-25T00:59:59.999Z", "yes"),
        ("2026-10-25T01:00:00Z", "yes"),
        ("2026-10-25T01:59:59.999Z", "yes"),
        ("2026-10-25T02:00:00Z", "no"),
    ] {
        assert_eq!(applies(window, new().set(A::Time, at(time))), expected, "{time}");
    }
}

#[test]
fn windows_are_half_open_and_wrap_past_midnight() {
    let night = "time between 22:00 and 05:00 zone \"Asia/Tokyo\"";
    for (time, expected) in [
        ("2026-11-23T12:59:59.999Z", "no"),
        ("2026-11-23T13:00:00Z", "yes"),
        ("2026-11-23T15:00:00Z", "yes"),
        ("2026-11-23T19:59:59.999Z", "yes"),
        ("2026-11-23T20:00:00Z", "no"),
    ] {
        assert_eq!(applies(night, new().set(A::Time, at(time))), expected, "{time}");
    }
    let day = "time between 00:00 and 24:00 zone \"UTC\"";
    assert_eq!(applies(day, new().set(A::Time, at("2026-11-23T23:59:59.999Z"))), "yes");
    let day = "time between 09:00 and 09:00 zone \"UTC\"";
    assert_eq!(applies(day, new().set(A::Time, at("2026-11-23T08:00:00Z"))), "yes");
}

#[test]
fn days_are_those_of_the_zone() {
    let midnight = || new().set(A::Time, at("2026-11-22T23:30:00Z"));
    assert_eq!(applies("weekday is monday zone \"Europe/Berlin\"", midnight()), "yes");
    assert_eq!(applies("weekday is sunday zone \"UTC\"", midnight()), "yes");
    assert_eq!(applies("date >= 2026-11-23 zone \"Europe/Berlin\"", midnight()), "yes");
    assert_eq!(applies("date >= 2026-11-23 zone \"America/New_York\"", midnight()), "no");
    let between = "date between 2026-11-20 and 2026-11-22 zone \"UTC\"";
    assert_eq!(applies(between, midnight()), "yes", "the last date is included");
}

#[test]
fn a_window_names_the_moment_it_turns_at() {
    let policies = "policy day { when time between 08:00 and 18:00 zone \"Europe/Berlin\" block }";
    for (time, until) in [
        ("2026-11-23T10:00:00Z", "2026-11-23T17:00:00Z"),
        ("2026-11-23T18:00:00Z", "2026-11-24T07:00:00Z"),
        // The night before summer time has an hour less.
        ("2026-03-28T18:00:00Z", "2026-03-29T06:00:00Z"),
    ] {
        let decision = decided(policies, new().set(A::Time, at(time)));
        let until = match at(until) {
            Value::Instant(until) => until,
            _ => unreachable!("a moment"),
        };
        assert_eq!(decision.valid_until, Some(until), "{time}");
    }
}

/// A positive test and its negation, on an attribute that is absent and on one that nobody supplied.
#[test]
fn absent_is_equal_to_nothing_and_silence_is_unknown() {
    for (test, attribute) in [
        ("user in ada", A::UserId),
        ("user in red", A::UserGroups),
        ("user in gardener", A::UserRoles),
        ("user in guests", A::UserType),
        ("user.type is member", A::UserType),
        ("user.tenant in partner", A::UserTenant),
        ("service-principal in robot", A::ServicePrincipalId),
        ("service-principal in own-tenant", A::ServicePrincipalOwnTenant),
        ("service-principal.attribute.Data.Class is \"x\"", A::ServicePrincipalAttribute),
        ("agent in helper", A::AgentId),
        ("agent.kind is user", A::AgentKind),
        ("agent.context contains endpoint-session", A::AgentContext),
        ("app in payroll", A::App),
        ("app in any-agent-resource", A::App),
        ("app.attribute.Data.Class is \"x\"", A::App),
        ("action is register-device", A::Action),
        ("context in c1", A::Context),
        ("traffic is internet", A::Traffic),
        ("client is browser", A::Client),
        ("platform is ios", A::Platform),
        ("flow is device-code", A::Flow),
        ("ip in 203.0.113.0/24", A::Ip),
        ("location in elsewhere", A::LocationNamed),
        ("country is DE", A::Country),
        ("asn is 64500", A::Asn),
        ("anonymizer is tor", A::Anonymizer),
        ("device.compliant", A::DeviceCompliant),
        ("device.hybrid-joined", A::DeviceHybridJoined),
        ("device.model contains \"x\"", A::DeviceModel),
        ("device.os-version >= \"10\"", A::DeviceOsVersion),
        ("device.physical-ids contains \"x\"", A::DevicePhysicalIds),
        ("risk.sign-in >= low", A::RiskSignIn),
    ] {
        let negated = format!("not ({test})");
        let absent = || new().slot(attribute, Slot::Absent);
        assert_eq!(applies(test, absent()), "no", "{test}");
        assert_eq!(applies(&negated, absent()), "yes", "{test}");
        assert_eq!(applies(test, new()), "assumed", "{test}");
        assert_eq!(applies(&negated, new()), "assumed", "{test}");
    }
    for test in ["on-call", "clearance < 3", "cost-centre is \"x\"", "projects contains \"x\""] {
        let name = test.split(' ').next().expect("a name");
        assert_eq!(applies(test, new().own(name, Slot::Absent)), "no", "{test}");
        assert_eq!(applies(&format!("not ({test})"), new().own(name, Slot::Absent)), "yes");
        assert_eq!(applies(&format!("not ({test})"), new()), "assumed", "{test}");
    }
}

#[test]
fn unknown_gives_way_to_what_is_certain() {
    let browser = || new().set(A::Client, Value::Word(0));
    assert_eq!(applies("client is browser or platform is ios", browser()), "yes");
    assert_eq!(applies("client is other and platform is ios", browser()), "no");
    assert_eq!(applies("client is browser and platform is ios", browser()), "assumed");
}

#[test]
fn a_version_that_is_none_compares_as_absent() {
    let with = |version| new().set(A::DeviceOsVersion, text(version));
    assert_eq!(applies("device.os-version < \"10.0.22631\"", with("10.0.9")), "yes");
    assert_eq!(applies("device.os-version < \"10.0.22631\"", with("10.0.22631.0")), "no");
    assert_eq!(applies("device.os-version < \"10.0.22631\"", with("Ten")), "no");
    assert_eq!(applies("not (device.os-version < \"10.0.22631\")", with("Ten")), "yes");
    assert_eq!(applies("device.os-version >= \"10.0.22631\"", with("Ten")), "no");
    assert_eq!(applies("device.os-version starts with \"te\"", with("Ten")), "yes");
}

#[test]
fn exclusions_are_held_against_each_app_alone() {
    let policies = "app payroll = \"p\"\nterms rules = \"t\"\n\
                    policy others { when app in any-app unless app in payroll require terms rules }";
    let with = |ids: &[&str]| new().set(A::App, apps(ids)).set(A::Client, Value::Word(0));
    assert_eq!(outcome(policies, with(&["p"])), "open, since no policy applies");
    let asked = "step-up by others: Accept the terms rules.";
    assert_eq!(outcome(policies, with(&["q"])), asked);
    assert_eq!(outcome(policies, with(&["p", "q"])), asked);
    // Two apps never meet one condition half each.
    assert_eq!(applies("app in payroll and app in wiki", with(&["payroll-id", "wiki-a"])), "no");
}

#[test]
fn exclusions_are_held_against_each_context_alone() {
    let with = |ids: &[&str]| new().set(A::Context, Value::Ids(Ids::complete(ids)));
    assert_eq!(applies("not (context in c1)", with(&["c1"])), "no");
    assert_eq!(applies("not (context in c1)", with(&["c1", "c2"])), "yes");
    assert_eq!(applies("context in c1 and context in c2", with(&["c1", "c2"])), "no");
    assert_eq!(applies("context in signing", with(&["c3"])), "yes");
}

#[test]
fn any_app_reaches_the_registration_of_security_info() {
    assert_eq!(applies("app in any-app", new().set(A::Action, Value::Word(0))), "yes");
    assert_eq!(applies("app in any-app", new().set(A::Action, Value::Word(1))), "no");
    assert_eq!(applies("app in any-app", new().set(A::Traffic, Value::Word(1))), "no");
    assert_eq!(applies("app in any-app", new().set(A::App, apps(&["x"]))), "yes");
    assert_eq!(applies("app in any-app", new()), "assumed");
    assert_eq!(applies("app in payroll", new().set(A::Action, Value::Word(0))), "no");
}

#[test]
fn anyone_is_a_user() {
    let robot = || new().set(A::ServicePrincipalId, text("robot-id"));
    assert_eq!(applies("user in anyone", new().set(A::UserId, text("x"))), "yes");
    assert_eq!(applies("user in anyone", robot()), "no");
    assert_eq!(applies("not (user in anyone)", robot()), "yes");
    assert_eq!(applies("user in guests", robot()), "no");
}

#[test]
fn membership_may_be_known_in_part() {
    let ids = |inside: &[&str], outside: &[&str], complete| {
        let set = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        Value::Ids(Ids { inside: set(inside), outside: set(outside), complete })
    };
    let with = |value| {
        let user = new().set(A::UserId, text("x")).set(A::UserType, Value::Word(0));
        user.set(A::UserGroups, value)
    };
    assert_eq!(applies("user in red", with(ids(&["red-id"], &[], false))), "yes");
    assert_eq!(applies("user in red", with(ids(&["blue-id"], &[], false))), "assumed");
    assert_eq!(applies("user in red", with(ids(&[], &["red-id"], false))), "no");
    assert_eq!(applies("user in [red, blue]", with(ids(&[], &["red-id"], false))), "assumed");
    assert_eq!(applies("user in green", with(ids(&[], &["green-a"], false))), "assumed");
    assert_eq!(applies("user in green", with(ids(&[], &["green-a", "green-b"], false))), "no");
    assert_eq!(applies("user in red", with(ids(&["blue-id"], &[], true))), "no");
}

#[test]
fn networks_are_any_of_their_lines() {
    let ip = |address: &str| new().set(A::Ip, Value::Address(address.parse().expect("an address")));
    let country = |code| Value::Country(Country::parse(code).expect("a country"));
    assert_eq!(applies("location in headquarters", ip("203.0.113.255")), "yes");
    assert_eq!(applies("location in headquarters", ip("203.0.114.0")), "no");
    assert_eq!(applies("location in headquarters", ip("::ffff:203.0.113.7")), "yes");
    assert_eq!(applies("location in headquarters", ip("2001:db8:10:ffff::1")), "yes");
    // By address or by country.
    assert_eq!(applies("location in branch", ip("198.51.100.40")), "yes");
    assert_eq!(applies("location in branch", ip("198.51.100.41")), "assumed");
    let french = ip("198.51.100.41").set(A::Country, country("FR"));
    assert_eq!(applies("location in branch", french), "yes");
    // A lookup without a result is a country of its own.
    assert_eq!(applies("location in sanctioned", new().slot(A::Country, Slot::Absent)), "yes");
    assert_eq!(applies("location in branch", ip("192.0.2.1").slot(A::Country, Slot::Absent)), "no");
    assert_eq!(applies("location in roaming", new().slot(A::GpsCountry, Slot::Absent)), "yes");
    assert_eq!(applies("location in roaming", new().set(A::GpsCountry, country("US"))), "no");
    // Known by name.
    let named = |ids: &[&str]| new().set(A::LocationNamed, Value::Ids(Ids::complete(ids)));
    assert_eq!(applies("location in elsewhere", named(&["elsewhere-id"])), "yes");
    assert_eq!(applies("location in elsewhere", named(&[])), "no");
    assert_eq!(applies("location in tunnel", named(&["compliant-network"])), "yes");
    assert_eq!(applies("location in headquarters", named(&["headquarters"])), "yes");
    assert_eq!(applies("location in office", named(&["office-id"])), "yes");
    assert_eq!(applies("location in headquarters", named(&[])), "assumed", "no address was given");
}

#[test]
fn a_frequency_bounds_what_the_requirement_uses() {
    let policies = "policy again { when always sign-in frequency 4 hours }\n\
                    policy twofold { when always require mfa }";
    let browser = || new().set(A::UserId, text("x")).set(A::Client, Value::Word(0));
    let with = |password, sms| {
        let first = browser().proof(proof(Method::Password, password));
        first.proof(proof(Method::Sms, sms))
    };
    assert_eq!(outcome(policies, with(14_400, 14_400)), "open by again, twofold");
    let stale = "Sign in with multifactor authentication no older than 4 hours.";
    assert_eq!(outcome(policies, with(14_401, 60)), format!("step-up by again, twofold: {stale}"));
    // The first factor is young enough: only the second one is asked for again.
    assert_eq!(outcome(policies, with(60, 14_401)), format!("step-up by twofold: {stale}"));
}

#[test]
fn a_frequency_for_the_second_factor_leaves_the_first_alone() {
    let policies = "policy again { when always sign-in frequency 1 hour for second factor }\n\
                    policy twofold { when always require mfa }";
    let with = |password, sms| {
        let user = new().set(A::UserId, text("x")).set(A::Client, Value::Word(0));
        user.proof(proof(Method::Password, password)).proof(proof(Method::Sms, sms))
    };
    assert_eq!(outcome(policies, with(999_999, 3_600)), "open by twofold");
    assert_eq!(
        outcome(policies, with(60, 3_601)),
        "step-up by twofold: Sign in with multifactor authentication no older than 1 hour."
    );
    // Alone it demands nothing.
    let alone = "policy again { when always sign-in frequency 1 hour for second factor }";
    assert_eq!(outcome(alone, new()), "open");
}

#[test]
fn every_time_is_five_minutes_and_a_minute_is_less() {
    let every = "policy every { when always sign-in frequency every time }\n";
    let minute = "policy minute { when always sign-in frequency 1 minute }\n";
    let with = |age| {
        let user = new().set(A::UserId, text("x")).set(A::Client, Value::Word(0));
        user.proof(proof(Method::Password, age))
    };
    assert_eq!(outcome(every, with(300)), "open by every");
    assert_eq!(outcome(every, with(301)), "step-up by every: Sign in again.");
    assert_eq!(outcome(minute, with(61)), "step-up by minute: Sign in again.");
    let both = format!("{every}{minute}");
    assert_eq!(outcome(&both, with(60)), "open by every, minute");
    assert_eq!(outcome(&both, with(61)), "step-up by minute: Sign in again.");
    let skew = Options { every_time_seconds: 10, ..Options::default() };
    let decision = decided_with(every, with(11), skew);
    assert_eq!(decision.to_string(), "step-up by every: Sign in again.");
}

#[test]
fn the_smallest_residue_is_asked_for() {
    let policies = "policy a { when always require mfa }\n\
                    policy b { when always require mfa or compliant-device }\n\
                    policy c { when always require strength phishing-resistant }";
    assert_eq!(
        outcome(policies, new()),
        "step-up by a, b, c: Sign in with phishing-resistant authentication."
    );
    let key = new().proof(key("k"));
    assert_eq!(outcome(policies, key), "open by a, b, c");
    let password = new().proof(proof(Method::Password, 0)).proof(proof(Method::Sms, 0));
    assert_eq!(
        outcome(policies, password),
        "step-up by c: Sign in with phishing-resistant authentication."
    );
}

#[test]
fn strengths_are_compared_down_to_the_model_of_a_key() {
    let world = crate::random::policies::WORLD;
    let policies = format!(
        "{world}\npolicy narrow {{ when always require strength key-a }}\n\
         policy wide {{ when always require strength hardware-key }}"
    );
    // key-a allows one of the two models that hardware-key allows.
    assert_eq!(
        outcome(&policies, new()),
        "step-up by narrow, wide: Sign in with authentication of strength key-a."
    );
    assert_eq!(outcome(&policies, new().proof(key("key-a"))), "open by narrow, wide");
    assert_eq!(
        outcome(&policies, new().proof(key("key-b"))),
        "step-up by narrow: Sign in with authentication of strength key-a."
    );
    let unnamed = new().proof(proof(Method::Fido2, 0));
    assert!(outcome(&policies, unnamed).starts_with("step-up by narrow, wide"));
    let certificate = |policy: &str| Proof {
        issuer: Some("issuer-a".to_owned()),
        policies: [policy.to_owned()].into(),
        ..proof(Method::X509MultiFactor, 0)
    };
    let wide = format!("{world}\npolicy wide {{ when always require strength hardware-key }}");
    assert_eq!(outcome(&wide, new().proof(certificate("policy-b"))), "open by wide");
    assert!(outcome(&wide, new().proof(certificate("policy-c"))).starts_with("step-up"));
}

#[test]
fn an_opaque_strength_is_proven_by_its_claim() {
    let policies = "strength outside = \"S-1\"\n\
                    policy p { when always require strength outside within 1 hour }";
    let claim = |id: &str, age: Option<i64>| Claim {
        grant: GrantWord::Strength,
        id: Some(id.to_owned()),
        age_ms: age.map(|age| age * 1_000),
    };
    assert_eq!(outcome(policies, new().claim(claim("s-1", Some(3_600)))), "open by p");
    let asked =
        "step-up by p: Sign in with authentication of strength outside no older than 1 hour.";
    assert_eq!(outcome(policies, new().claim(claim("s-1", Some(3_601)))), asked);
    assert_eq!(outcome(policies, new().claim(claim("s-1", None))), asked);
    assert_eq!(outcome(policies, new().claim(claim("s-2", Some(0)))), asked);
}

#[test]
fn all_documents_of_the_terms_are_needed() {
    let policies =
        "terms visitors = \"t-1\", \"t-2\"\npolicy p { when always require terms visitors }";
    let accepted =
        |id: &str| Claim { grant: GrantWord::Terms, id: Some(id.to_owned()), age_ms: None };
    assert!(outcome(policies, new().claim(accepted("t-1"))).starts_with("step-up"));
    assert_eq!(outcome(policies, new().claim(accepted("t-1")).claim(accepted("t-2"))), "open by p");
}

/// The feasibility of a requirement for one request.
fn feasible(grant: &str, request: RequestBuilder) -> &'static str {
    let decision = decided(&format!("policy p {{ when always require {grant} }}"), request);
    match decision.outcome {
        Outcome::Open => "open",
        Outcome::StepUp(challenge) => match challenge.alternatives[0].feasibility {
            latch::decision::Feasibility::Interactive => "interactive",
            latch::decision::Feasibility::Remediable => "remediable",
            latch::decision::Feasibility::Impossible => "impossible at first",
        },
        Outcome::Blocked(Blocked::Impossible(_)) => "impossible",
        Outcome::Blocked(Blocked::ByPolicy) => "blocked",
    }
}

#[test]
fn what_cannot_be_done_is_not_asked_for() {
    let client = |word| new().set(A::Client, Value::Word(word));
    assert_eq!(feasible("mfa", client(0)), "interactive");
    assert_eq!(feasible("mfa", client(2)), "impossible");
    assert_eq!(feasible("mfa", client(3)), "impossible");
    assert_eq!(feasible("mfa", new().slot(A::Client, Slot::Absent)), "interactive");
    let flow = |word| new().set(A::Flow, Value::Word(word));
    assert_eq!(feasible("compliant-device", flow(0)), "impossible");
    assert_eq!(feasible("compliant-device", flow(1)), "remediable");
    assert_eq!(feasible("mfa or compliant-device", flow(0)), "interactive");
    let platform = |word| new().set(A::Platform, Value::Word(word));
    assert_eq!(feasible("hybrid-joined-device", platform(2)), "remediable");
    assert_eq!(feasible("hybrid-joined-device", platform(4)), "impossible");
    assert_eq!(feasible("approved-app", platform(0)), "remediable");
    assert_eq!(feasible("approved-app", platform(2)), "impossible");
    assert_eq!(feasible("protected-app", platform(2)), "remediable");
    assert_eq!(feasible("protected-app", platform(5)), "impossible");
    let robot = || new().set(A::ServicePrincipalId, text("robot"));
    assert_eq!(feasible("mfa", robot()), "impossible");
    let agent = |kind| new().set(A::AgentId, text("a")).slot(A::AgentKind, kind);
    assert_eq!(feasible("mfa", agent(Slot::Known(Value::Word(1)))), "impossible");
    assert_eq!(feasible("compliant-device", agent(Slot::Known(Value::Word(0)))), "impossible");
    assert_eq!(feasible("compliant-device", agent(Slot::Known(Value::Word(1)))), "remediable");
    assert_eq!(feasible("compliant-device", agent(Slot::Absent)), "remediable");
}

#[test]
fn a_legacy_client_can_send_its_password_again() {
    let policies = "policy again { when always sign-in frequency 1 hour }";
    let legacy = || new().set(A::Client, Value::Word(3)).proof(proof(Method::Password, 9_999));
    assert_eq!(outcome(policies, legacy()), "step-up by again: Sign in again.");
    let more = format!("{policies}\npolicy twofold {{ when always require mfa }}");
    assert_eq!(
        outcome(&more, legacy()),
        "blocked by again, twofold, since this client cannot do what is asked: \
         Sign in with multifactor authentication no older than 1 hour."
    );
}

#[test]
fn report_only_policies_report_and_disabled_ones_are_silent() {
    let policies = "policy a report-only { when always block }\n\
                    policy b report-only { when client is browser require mfa }\n\
                    policy c disabled { when always block }";
    let request = || new().set(A::Client, Value::Word(0)).set(A::UserId, text("x"));
    let decision = decided(policies, request());
    assert_eq!(decision.to_string(), "open, since no policy applies");
    let reports = decision.report_only.iter().map(|it| (it.policy.as_str(), it.would.word()));
    assert_eq!(reports.collect::<Vec<_>>(), [("a", "blocked"), ("b", "step-up")]);
    let enforced = Options { as_if_enforced: true, ..Options::default() };
    let decision = decided_with(policies, request(), enforced);
    assert_eq!(decision.to_string(), "blocked by a");
    assert_eq!(decision.applying, ["a", "b"]);
    assert_eq!(decision.report_only, []);
}

#[test]
fn what_nobody_supplied_is_named_and_weighed() {
    let policies = "policy risky { when risk.sign-in is high require mfa }\n\
                    policy all { when always require mfa }";
    let user = || new().set(A::UserId, text("x")).set(A::Client, Value::Word(0));
    let decision = decided(policies, user());
    assert_eq!(
        (decision.assumed.as_slice(), decision.assumption_matters),
        (&["risk.sign-in".to_owned()][..], false)
    );
    let alone = "policy risky { when risk.sign-in is high require mfa }";
    let decision = decided(alone, user());
    assert!(decision.assumption_matters, "low risk would open");
    let device = "policy device { when always require compliant-device }";
    let decision = decided(device, user());
    assert_eq!(decision.assumed, ["device.compliant", "flow"]);
    assert!(decision.assumption_matters);
    let known = user().set(A::DeviceCompliant, Value::Boolean(true));
    assert_eq!(outcome(device, known), "open by device");
}

#[test]
fn the_strictest_session_control_wins() {
    let policies = "policy a { when always persistent browser always lifetime 8 hours }\n\
                    policy b { when always persistent browser never lifetime 1 day idle 1 hour }\n\
                    policy c { when client is other cloud app security block-downloads }";
    let decision = decided(policies, new().set(A::Client, Value::Word(0)));
    assert_eq!(
        decision.session.lines(),
        ["persistent browser never", "lifetime 8 hours", "idle 1 hour"]
    );
    let blocked = format!("{policies}\npolicy d {{ when always block }}");
    assert!(decided(&blocked, new()).session.is_empty());
}

#[test]
fn a_proof_from_a_clock_ahead_is_of_this_moment() {
    let policies = "policy p { when always require mfa within 1 minute }";
    let ahead = || new().proof(proof(Method::Fido2, -299));
    let decision = decided(policies, ahead());
    assert_eq!(decision.to_string(), "open by p");
    assert_eq!(decision.valid_for_ms, Some(359_001));
}
