//! What an export writes and refuses, case by case; and whatever it writes, over random policy sets, means the same.

use fastrand::Rng;
use latch::Engine;
use latch::decision::Options;
use latch::entra::export::{Exported, export};
use latch::entra::{Imported, from_bytes, import};
use latch::interpret::interpret;
use latch::request::{Ids, Request, Value as V};
use latch::schema::attribute::Attribute as A;
use latch::value::Slot;
use serde_json::{Value, json};

use crate::random::policies::{self, WORLD};
use crate::random::{cases, percent, pick, requests};

const NAMES: &str = r#"
group staff = "0c5e9b0e-5d0c-4c8b-9a43-1c6f0b0d6d11"
group glass = "0c5e9b0e-5d0c-4c8b-9a43-1c6f0b0d6d12"
app payroll = "6b2f7f0e-3c0f-4c9b-8f5a-2f9d0c7c1b11"
tenant partner = "8f6a1f7b-1f53-4b45-8a55-7d5b3d6a9a77"
terms both = "t1", "t2"
network office trusted { 192.0.2.0/24 }
network mixed {
  198.51.100.7
  country DE, unknown
}
strength keys {
  fido2 aaguid "AB-cd"
  password and sms
}
attribute clearance: integer
"#;

fn exported(policies: &str) -> Exported {
    let engine = Engine::from_text([("names.latch", NAMES), ("p.latch", policies)]);
    let engine = engine.unwrap_or_else(|error| panic!("{policies}\n{error}"));
    export(engine.policy_set(), engine.sources())
}

fn objects(exported: &Exported, name: &str) -> Vec<Value> {
    let (_, text) = exported.files.iter().find(|(file, _)| file == name).expect("the file");
    let value: Value = serde_json::from_str(text).expect("JSON");
    value["value"].as_array().expect("a list").clone()
}

/// The policies that come of one with this body.
fn policies_of(body: &str) -> Vec<Value> {
    let out = exported(&format!("policy p \"Title\" {{ {body} }}"));
    assert!(out.diagnostics.is_empty(), "{body}: {:#?}", out.diagnostics);
    objects(&out, "conditionalAccessPolicies.json")
}

fn policy_of(body: &str) -> Value {
    let mut all = policies_of(body);
    assert_eq!(all.len(), 1, "{body}: {all:#?}");
    all.remove(0)
}

const ALL: &str = "when user in anyone and app in any-app";

#[test]
fn a_plain_policy_is_one_object() {
    let policy = policy_of(&format!("{ALL} unless user in glass require mfa or compliant-device"));
    assert_eq!(policy["displayName"], "Title");
    assert_eq!(policy["state"], "enabled");
    assert_eq!(policy["id"], Value::Null);
    let conditions = &policy["conditions"];
    assert_eq!(conditions["clientAppTypes"], json!(["all"]));
    assert_eq!(conditions["users"]["includeUsers"], json!(["All"]));
    assert_eq!(
        conditions["users"]["excludeGroups"],
        json!(["0c5e9b0e-5d0c-4c8b-9a43-1c6f0b0d6d12"])
    );
    assert_eq!(conditions["applications"]["includeApplications"], json!(["All"]));
    assert_eq!(policy["grantControls"]["operator"], "OR");
    assert_eq!(policy["grantControls"]["builtInControls"], json!(["mfa", "compliantDevice"]));
}

#[test]
fn the_authors_letters_and_groups_of_apps_are_kept() {
    let policy = policy_of(
        "when user in staff and app in [office-365, payroll] and device.name in [\"Kiosk\", \"ÄB\"] block",
    );
    let conditions = &policy["conditions"];
    let apps = json!(["Office365", "6b2f7f0e-3c0f-4c9b-8f5a-2f9d0c7c1b11"]);
    assert_eq!(conditions["applications"]["includeApplications"], apps);
    let rule = "device.displayName -in [\"Kiosk\", \"ÄB\"]";
    assert_eq!(conditions["devices"]["deviceFilter"], json!({"mode": "include", "rule": rule}));
    let out = exported(&format!("policy p {{ {ALL} require strength keys }}"));
    let strengths = objects(&out, "authenticationStrengthPolicies.json");
    assert_eq!(strengths[0]["combinationConfigurations"][0]["allowedAAGUIDs"], json!(["AB-cd"]));
    assert_eq!(strengths[0]["requirementsSatisfied"], "mfa");
    assert_eq!(out.made_up, ["mixed (addresses)", "mixed (countries)", "office", "keys"]);
}

#[test]
fn conditions_on_devices_are_rules() {
    for (condition, mode, rule) in [
        ("and device.compliant", "include", "device.isCompliant -eq True"),
        (
            "unless device.compliant or device.hybrid-joined",
            "exclude",
            "device.isCompliant -eq True -or device.trustType -eq \"ServerAD\"",
        ),
        (
            "and (device.model starts with \"Surface\" or device.os is \"iOS\") and device.compliant",
            "include",
            "(device.model -startsWith \"Surface\" -or device.operatingSystem -eq \"iOS\") -and device.isCompliant -eq True",
        ),
        (
            "and device.registered and device.os is \"x\"",
            "include",
            "(device.trustType -eq \"AzureAD\" -or ",
        ),
        (
            "and device.registered and not device.compliant",
            "include",
            "device.isCompliant -eq False",
        ),
        (
            "unless not device.registered or device.compliant",
            "exclude",
            "device.isCompliant -ne False",
        ),
        (
            "and (device.registered and not device.compliant)",
            "include",
            "device.isCompliant -eq False",
        ),
        (
            "and not (device.model contains \"it's \\\"x\\\"\")",
            "exclude",
            "device.model -contains \"it''s `\"x`\"\"",
        ),
        (
            "and device.os-version not starts with \"10\"",
            "exclude",
            "device.operatingSystemVersion -startsWith \"10\"",
        ),
        (
            "and device.physical-ids contains \"[OrderId]:x\"",
            "include",
            "device.physicalIds -contains \"[OrderId]:x\"",
        ),
        (
            "and device.compliant unless device.ownership is personal",
            "include",
            "device.isCompliant -eq True -and device.deviceOwnership -ne \"Personal\"",
        ),
    ] {
        let policy = policy_of(&format!("{ALL} {condition} block"));
        let filter = &policy["conditions"]["devices"]["deviceFilter"];
        assert_eq!(filter["mode"], mode, "{condition}: {filter}");
        let written = filter["rule"].as_str().expect("a rule");
        assert!(written.starts_with(rule), "{condition}: {written}");
    }
}

#[test]
fn what_one_policy_cannot_say_becomes_several() {
    for (body, count) in [
        (format!("{ALL} and (client is browser or platform is ios) block"), 2),
        ("when (user in staff and app in payroll) or (user in guests and app in office-365) block".to_owned(), 2),
        ("when (user in staff and app in payroll) or (user in guests and app in payroll) block".to_owned(), 1),
        ("when (user in anyone or service-principal in own-tenant) and app in any-app block".to_owned(), 2),
        ("when user in staff and (app in payroll or context in c1 or traffic is internet) require mfa".to_owned(), 3),
        (format!("{ALL} require mfa and strength phishing-resistant"), 2),
        (format!("{ALL} require mfa and (compliant-device or hybrid-joined-device)"), 2),
        (format!("{ALL} require (mfa and compliant-device) or hybrid-joined-device"), 2),
        (format!("{ALL} require terms both or mfa"), 2),
        (format!("{ALL} require terms both"), 1),
        (format!("{ALL} and risk.user is high require password-change and mfa and strength phishing-resistant"), 2),
        (format!("{ALL} require mfa sign-in frequency 1 day sign-in frequency 1 hour for second factor"), 2),
        (format!("{ALL} and (platform is ios or platform is android) and platform in [ios, windows] block"), 1),
        (format!("{ALL} and (platform is ios or client is browser) and (platform is android or client is other) block"), 2),
        (format!("{ALL} and platform is ios and platform is android block"), 0),
    ] {
        let all = policies_of(&body);
        assert_eq!(all.len(), count, "{body}: {all:#?}");
        for (at, policy) in all.iter().enumerate().filter(|_| count > 1) {
            assert_eq!(policy["displayName"], format!("Title ({} of {count})", at + 1));
        }
    }
}

#[test]
fn networks_become_locations() {
    let body = format!(
        "{ALL} unless location in [mixed, office] or ip in 203.0.113.0/24 or country in [FR, BE] block"
    );
    let out = exported(&format!("policy p {{ {body} }}"));
    assert!(out.diagnostics.is_empty(), "{:#?}", out.diagnostics);
    let locations = objects(&out, "namedLocations.json");
    let named = |name: &str| {
        let found = locations.iter().find(|it| it["displayName"] == name);
        found.unwrap_or_else(|| panic!("{name}: {locations:#?}")).clone()
    };
    assert_eq!(named("mixed (addresses)")["ipRanges"][0]["cidrAddress"], "198.51.100.7/32");
    assert_eq!(named("mixed (countries)")["includeUnknownCountriesAndRegions"], true);
    assert_eq!(named("office")["isTrusted"], true);
    assert_eq!(named("203.0.113.0/24")["ipRanges"][0]["cidrAddress"], "203.0.113.0/24");
    assert_eq!(named("BE, FR")["countriesAndRegions"], json!(["BE", "FR"]));
    let policy = &objects(&out, "conditionalAccessPolicies.json")[0];
    let excluded =
        policy["conditions"]["locations"]["excludeLocations"].as_array().expect("a list");
    assert_eq!(excluded.len(), 5, "{excluded:?}");
    assert_eq!(policy["conditions"]["locations"]["includeLocations"], json!(["All"]));
    let word = format!(
        "network vouched trusted {{ mfa-trusted-ips }} policy p {{ {ALL} unless location in trusted block }}"
    );
    let policy = &objects(&exported(&word), "conditionalAccessPolicies.json")[0];
    assert_eq!(policy["conditions"]["locations"]["excludeLocations"], json!(["AllTrusted"]));
    let listed = policy_of(&format!("{ALL} unless location in trusted block"));
    let office = named("office")["id"].clone();
    assert_eq!(listed["conditions"]["locations"]["excludeLocations"], json!([office]));
}

#[test]
fn what_entra_cannot_say_is_refused_with_a_reason() {
    let names: Vec<String> = (0..200).map(|at| format!("\"a long name {at}\"")).collect();
    for (body, code, words) in [
        (
            format!("{ALL} and time between 08:00 and 18:00 zone \"Europe/Berlin\" block"),
            "L0520",
            "`time`",
        ),
        (format!("{ALL} and asn is 64496 block"), "L0520", "`asn`"),
        (format!("{ALL} and anonymizer is tor block"), "L0520", "`anonymizer`"),
        (format!("{ALL} and clearance > 2 block"), "L0520", "`clearance`"),
        (format!("{ALL} and device.os-version < \"10.0\" block"), "L0520", "`device.os-version`"),
        (format!("{ALL} and device.id starts with \"x\" block"), "L0520", "`device.id`"),
        (format!("{ALL} and device.name is \"x\\\\\" block"), "L0520", "quote"),
        (format!("{ALL} and platform is unknown block"), "L0520", "`unknown`"),
        (format!("{ALL} and risk.insider is none block"), "L0520", "`none`"),
        ("when user.type is member and app in any-app block".to_owned(), "L0520", "members"),
        (format!("{ALL} and user.tenant in partner block"), "L0520", "external users"),
        (format!("{ALL} unless client is browser block"), "L0521", "`client`"),
        (format!("{ALL} unless flow is device-code block"), "L0521", "`flow`"),
        (format!("{ALL} unless action is register-security-info block"), "L0521", "registering"),
        (
            "when user in staff and user in glass and app in any-app block".to_owned(),
            "L0522",
            "two user lists",
        ),
        (format!("{ALL} and location in office and location in mixed block"), "L0522", "places"),
        ("when app in any-app block".to_owned(), "L0523", "whom"),
        ("when always block".to_owned(), "L0523", "whom"),
        ("when user in anyone block".to_owned(), "L0524", "what it is about"),
        (format!("{ALL} require mfa within 15 minutes"), "L0525", "how old"),
        (format!("{ALL} require mfa or strength phishing-resistant"), "L0525", "one strength"),
        (format!("{ALL} require mfa lifetime 8 hours"), "L0526", "`lifetime`"),
        (format!("{ALL} require mfa idle 1 hour"), "L0526", "`idle`"),
        (format!("{ALL} require mfa sign-in frequency 90 minutes"), "L0526", "whole hours"),
        (format!("{ALL} require password-change and mfa"), "L0527", "risky users"),
        (
            format!(
                "{ALL} and risk.user is high and client is browser require password-change and mfa"
            ),
            "L0527",
            "risky users",
        ),
        (
            "when user in staff and app in payroll persistent browser never".to_owned(),
            "L0527",
            "every app",
        ),
        (format!("{ALL} app restrictions"), "L0527", "Exchange Online"),
        (format!("{ALL} and client is browser continuous evaluation off"), "L0527", "every app"),
        (
            "when service-principal in own-tenant and app in any-app require mfa".to_owned(),
            "L0527",
            "only block",
        ),
        (
            "when user in anyone and action is register-device block".to_owned(),
            "L0527",
            "registered",
        ),
        (format!("{ALL} and ip in 16.0.0.0/6 block"), "L0529", "wider"),
        (format!("{ALL} and device.name in [{}] block", names.join(", ")), "L0528", "characters"),
    ] {
        let out = exported(&format!("policy p {{ {body} }}"));
        let told: Vec<String> = out
            .diagnostics
            .iter()
            .map(|it| format!("{} {} {:?} {:?}", it.code.id, it.message, it.help, it.notes))
            .collect();
        let fits = |it: &String| it.starts_with(code) && it.contains(words);
        assert!(told.iter().any(fits), "{body}: {told:#?}");
        for diagnostic in &out.diagnostics {
            assert!(diagnostic.help.is_some(), "{body}: {diagnostic:#?}");
        }
    }
}

#[test]
fn every_mistake_is_told_in_one_run() {
    let out = exported(&format!(
        "policy a {{ {ALL} and asn is 1 and clearance > 1 require mfa within 1 hour idle 1 hour }}\n\
         policy b {{ {ALL} require mfa }}"
    ));
    let codes: Vec<&str> = out.diagnostics.iter().map(|it| it.code.id).collect();
    assert_eq!(codes, ["L0520", "L0520", "L0525", "L0526"]);
    assert_eq!(out.policies.len(), 1, "the other one is not held up");
}

#[test]
fn limits_of_a_tenant_are_told() {
    let policies = |count: usize| -> String {
        (0..count).map(|at| format!("policy p{at} {{ {ALL} require mfa }}\n")).collect()
    };
    assert!(exported(&policies(195)).diagnostics.is_empty());
    let out = exported(&policies(196));
    assert_eq!(out.diagnostics.len(), 1);
    assert!(out.diagnostics[0].message.contains("196 policies"), "{:?}", out.diagnostics);
    let ranges: String =
        (0..2_001).map(|at| format!("10.{}.{}.0/25\n", at / 256, at % 256)).collect();
    let out = exported(&format!("network big {{ {ranges} }}"));
    assert!(out.diagnostics[0].message.contains("2001 address ranges"), "{:?}", out.diagnostics);
    let alternatives: Vec<String> = (1..=33)
        .map(|at| format!("(user in staff and context in c{at} and device.name is \"{at}\")"))
        .collect();
    let out = exported(&format!("policy p {{ when {} block }}", alternatives.join(" or ")));
    assert!(out.diagnostics[0].message.contains("33 policies"), "{:?}", out.diagnostics);
}

#[test]
fn what_needs_beta_is_said() {
    let out = exported(&format!(
        "policy a {{ {ALL} require mfa }}\n\
         policy b {{ {ALL} continuous evaluation strict-location }}\n\
         policy c {{ when agent in any-agent and app in any-app block }}"
    ));
    let beta: Vec<_> = out.policies.iter().map(|it| it.beta.first().copied()).collect();
    assert_eq!(
        beta,
        [None, Some("continuousAccessEvaluation"), Some("includeAgentIdServicePrincipals")]
    );
}

// ── Random policy sets ──

/// A condition of the kinds that Entra has, nested at most so deep.
fn condition(rng: &mut Rng, depth: u8) -> String {
    if depth == 0 || percent(rng, 30) {
        return atom(rng).to_owned();
    }
    let (a, b) = (condition(rng, depth - 1), condition(rng, depth - 1));
    match rng.u8(..6) {
        0..=2 => format!("({a} and {b})"),
        3 | 4 => format!("({a} or {b})"),
        _ => format!("not ({a})"),
    }
}

fn atom(rng: &mut Rng) -> &'static str {
    pick(
        rng,
        &[
            "client is browser",
            "client in [mobile-desktop, other]",
            "platform in [ios, android]",
            "platform is windows",
            "location in headquarters",
            "location in [branch, office]",
            "location not in sanctioned",
            "location in trusted",
            "ip in 203.0.113.0/25",
            "country in [DE, FR]",
            "device.compliant",
            "device.hybrid-joined",
            "not device.registered",
            "device.trust in [joined, registered]",
            "device.ownership is personal",
            "device.model starts with \"Surface\"",
            "device.physical-ids contains \"kiosk\"",
            "device.os-version is not \"10.0\"",
            "risk.sign-in >= medium",
            "risk.user in [none, high]",
            "flow is device-code",
            "user in [ada, red]",
            "user not in glass",
            "user.type in [b2b-collaboration-guest, service-provider]",
            "(user.type is b2b-collaboration-guest and user.tenant in partner)",
            "user in gardener",
            "app in payroll",
            "app not in wiki",
            "app.attribute.Data.Class is \"x\"",
            "app.attribute.Data.Class is not \"X\"",
            "service-principal.attribute.Data.Class is \"x\"",
            "agent.kind is user",
        ],
    )
}

fn head(rng: &mut Rng) -> &'static str {
    pick(
        rng,
        &[
            "user in anyone and app in any-app",
            "user in anyone and app in [payroll, wiki]",
            "user in [ada, red, blue] and app in any-app",
            "user in guests and app in office-365",
            "(user in anyone or service-principal in own-tenant) and app in any-app",
            "service-principal in [robot, pipeline] and app in any-app",
            "agent in any-agent and app in any-app",
            "user in anyone and (app in payroll or context in [c1, c2] or action is register-security-info)",
            "user in anyone and traffic in [internet, private]",
            "user in red and app in any-agent-resource",
        ],
    )
}

fn effect(rng: &mut Rng) -> String {
    match rng.u8(..8) {
        0..=3 => "block".to_owned(),
        4 => "require mfa\n sign-in frequency 4 hours".to_owned(),
        5 => "require mfa and strength hardware-key".to_owned(),
        6 => "require (mfa and compliant-device) or strength typed or terms visitors".to_owned(),
        _ => format!("require {}", policies::grant(rng, 2)),
    }
}

/// A sign-in as Entra has them: everything is known or known to be absent, it is about something, and a registered
/// device has a trust type. Places are not named outright.
fn complete(rng: &mut Rng) -> Option<Request> {
    let request = requests::request(rng);
    let mut builder = request.into_builder();
    builder = builder.slot(A::LocationNamed, Slot::Known(V::Ids(named(rng))));
    let request = builder.rest_absent().build().ok()?;
    let absent = |attribute: A| !matches!(request.get(attribute), Slot::Known(_));
    let aimless = [A::App, A::Action, A::Context, A::Traffic].into_iter().all(absent);
    let principals = [A::UserId, A::UserGroups, A::ServicePrincipalId, A::AgentId];
    let registered = matches!(request.get(A::DeviceRegistered), Slot::Known(V::Boolean(true)));
    let odd = registered && absent(A::DeviceTrust);
    let half = |ids: &Slot<V>| matches!(ids, Slot::Known(V::Ids(ids)) if !ids.complete);
    let incomplete =
        [A::UserGroups, A::UserRoles, A::Context].into_iter().any(|it| half(request.get(it)));
    let nobody = principals.into_iter().all(absent);
    (!aimless && !odd && !incomplete && !nobody).then_some(request)
}

fn named(rng: &mut Rng) -> Ids {
    let all = ["elsewhere-id", "link-id", "edge", "compliant-network"];
    Ids::complete(all.into_iter().filter(|_| percent(rng, 20)).collect::<Vec<_>>())
}

fn again(exported: &Exported) -> Imported {
    let mut export = from_bytes("none", b"[]");
    exported.files.iter().for_each(|(name, text)| export.add(name, text.as_bytes()));
    import(&export)
}

#[test]
fn whatever_is_exported_comes_back_with_the_same_meaning() {
    let (mut written, mut refused, mut copies, mut applied) = (0u32, 0u32, 0usize, 0u32);
    cases("export and import", 250, |rng| {
        let body = match percent(rng, 15) {
            true => policies::policy(rng, "p").replacen("policy p report-only", "policy p", 1),
            false => format!(
                "policy p {{\n  when {} and {}\n  {}\n}}\n",
                head(rng),
                condition(rng, 2),
                effect(rng)
            ),
        };
        let lets = "let first = device.compliant\nlet second = user in glass\n";
        let text = format!("{WORLD}{lets}{body}");
        let before = Engine::from_text([("p.latch", text)])
            .unwrap_or_else(|error| panic!("{body}\n{error}"));
        let out = export(before.policy_set(), before.sources());
        if !out.policies.iter().any(|policy| policy.name == "p") {
            assert!(!out.diagnostics.is_empty(), "{body}");
            refused += 1;
            return;
        }
        written += 1;
        copies += out.policies[0].titles.len();
        let back = again(&out);
        assert!(back.refused.is_empty(), "{:#?}\n{body}\n{:#?}", back.refused, out.files);
        let after =
            Engine::from_text(back.files.clone()).unwrap_or_else(|error| panic!("{body}\n{error}"));
        let options = Options { as_if_enforced: true, ..Options::default() };
        for _ in 0..60 {
            let Some(request) = complete(rng) else { continue };
            let [one, other] =
                [&before, &after].map(|it| interpret(it.policy_set(), &request, &options));
            let shown = || {
                let texts: Vec<&String> = back.files.iter().map(|(_, text)| text).collect();
                format!("{body}\n{}\n{request:#?}", texts.into_iter().cloned().collect::<String>())
            };
            assert_eq!(one.applying.is_empty(), other.applying.is_empty(), "{}", shown());
            assert_eq!(one.outcome.word(), other.outcome.word(), "{}", shown());
            assert_eq!(one.session, other.session, "{}", shown());
            applied += u32::from(!one.applying.is_empty());
        }
    });
    println!(
        "{written} sets exported, {copies} policies, {applied} sign-ins met; {refused} refused"
    );
    assert!(
        written > refused / 4 && applied > written,
        "too few to say anything: {written}, {refused}, {applied}"
    );
}
