//! Every policy of the corpus is taken over or refused for a reason, and what is taken over means what it did.

use std::collections::BTreeMap;
use std::path::Path;

use fastrand::Rng;
use latch::decision::Options;
use latch::entra::{Imported, import, read};
use latch::hir::{Effect, Grant, Policy, Requirement};
use latch::interpret::interpret;
use latch::schema::grant::GrantWord;
use latch::schema::session::{
    CloudAppSecurity, ContinuousEvaluation, MaxAge, PersistentBrowser, SessionControls,
};
use serde_json::{Value, json};

use super::{imported, meaning, seed, signin, slow};

/// The policies of the collection, each alone.
fn policies(folder: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join("policies.jsonl")).expect("readable");
    let row = |line: &str| serde_json::from_str::<Value>(line).expect("JSON")["policy"].clone();
    text.lines().map(row).collect()
}

/// Real named locations, as far as their ids differ.
fn locations(folder: &Path) -> Vec<Value> {
    let files = [
        "caOptics-demodata/raw/demodata/namedLocations.json",
        "Cloudshield-Conditional-Access-Framework/raw/Config/NamedLocations/HIGH RISK COUNTRIES.json",
        "Cloudshield-Conditional-Access-Framework/raw/Config/NamedLocations/ALLOWED NETWORKS - SERVICE ACCOUNTS.json",
    ];
    let mut found = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(folder.join(file)).expect("readable");
        match serde_json::from_str(text.trim_start_matches('\u{feff}')).expect("JSON") {
            Value::Array(items) => found.extend(items),
            other => found.push(other),
        }
    }
    found.push(json!({
        "@odata.type": "#microsoft.graph.compliantNetworkNamedLocation",
        "id": "3d46dbda-8382-466a-856d-eb00cbc6b910",
        "displayName": "All Compliant Network locations",
        "compliantNetworkType": "allTenantCompliantNetworks",
        "isTrusted": true,
    }));
    found
}

fn reasons(imported: &Imported) -> BTreeMap<&'static str, usize> {
    let mut reasons = BTreeMap::new();
    for refusal in &imported.refused {
        assert!(!refusal.path.is_empty() && !refusal.reason.is_empty(), "{refusal}");
        *reasons.entry(refusal.code.name).or_default() += 1;
    }
    reasons
}

#[test]
fn every_policy_is_taken_over_or_refused() {
    let Some(folder) = crate::corpus::entra() else { return };
    let export = read(&[folder.join("policies.jsonl")]).expect("readable");
    assert_eq!(export.policies(), 458);
    let all = import(&export);
    let counts = &all.counts;
    assert_eq!(counts.policies + counts.refused + counts.repeated, 458);
    assert_eq!((counts.policies, counts.refused, counts.repeated), (450, 1, 7));
    assert_eq!(reasons(&all), BTreeMap::from([("unknown-value", 1)]));
    let set = meaning(&all);
    assert_eq!(set.policies.len(), counts.policies);
    let again = import(&export);
    assert_eq!(again.files, all.files, "the same export gives the same files");
}

#[test]
fn every_export_as_its_tool_writes_it() {
    let Some(folder) = crate::corpus::entra() else { return };
    let expected = [
        ("AlexFilipin-ConditionalAccess", 214, 0),
        ("Azure-Samples-ca-apis", 6, 0),
        ("Cloudshield-Conditional-Access-Framework", 42, 0),
        ("Microsoft-ZeroTrust-CA", 74, 1),
        ("ScubaGear-tenant-export", 28, 0),
        ("caOptics-demodata", 50, 0),
        ("j0eyv-ConditionalAccessBaseline", 36, 0),
    ];
    for (name, policies, refused) in expected {
        let all = import(&read(&[folder.join(name)]).expect("readable"));
        let counts = &all.counts;
        assert_eq!(
            (counts.policies, counts.refused),
            (policies, refused),
            "{name}: {:?}",
            all.refused
        );
        assert_eq!(meaning(&all).policies.len(), policies, "{name}");
    }
}

#[test]
fn groups_and_locations_have_the_names_of_the_export() {
    let Some(folder) = crate::corpus::entra() else { return };
    let folder = folder.join("j0eyv-ConditionalAccessBaseline");
    let all = import(&read(&[folder]).expect("readable"));
    let text = super::text(&all);
    assert!(text.contains("group ca-break-glass-accounts-exclude"), "a group's name");
    assert!(text.contains("network allowed-countries {\n  country BE, LU, NL\n}"), "a location");
    assert!(text.contains("ca-break-glass-accounts-exclude emergency = …"), "a hint, not a fact");
    assert!(!text.contains("\ngroup ca-break-glass-accounts-exclude emergency"));
}

/// How many sign-ins each policy is tried with.
pub(super) fn tries() -> usize {
    std::env::var("LATCH_CASES").ok().and_then(|it| it.parse().ok()).unwrap_or(60)
}

#[test]
fn an_imported_policy_applies_when_its_json_does() {
    let Some(folder) = crate::corpus::entra() else { return };
    let seed = seed(0x0e17a);
    let mut random = Rng::with_seed(seed);
    let locations = locations(&folder);
    let (mut applied, mut tried) = (0usize, 0usize);
    for (at, mut policy) in policies(&folder).into_iter().enumerate() {
        policy["state"] = json!("enabled");
        let export = json!([policy, locations]);
        let imported = imported(&export);
        if imported.counts.policies == 0 {
            continue;
        }
        let set = meaning(&imported);
        for _ in 0..tries() {
            let signin = signin::random(&mut random, &policy, &locations);
            let expected = slow::applies(&policy, &signin, &locations);
            let decision = interpret(&set, &signin::request(&signin), &Options::default());
            let applies = !decision.applying.is_empty();
            assert_eq!(
                applies,
                expected,
                "policy {at}, seed {seed}: {signin:#?}\n{policy:#}\n{}",
                super::text(&imported)
            );
            assert!(
                decision.assumed.iter().all(|name| !decision_matters(name)),
                "{:?}",
                decision.assumed
            );
            applied += usize::from(applies);
            tried += 1;
        }
    }
    println!("{applied} of {tried} sign-ins met the policy they were drawn for (seed {seed})");
    assert!(
        applied * 10 > tried,
        "too few sign-ins meet their policy to say anything: {applied} of {tried}"
    );
}

/// Everything is known in these requests but what no policy of the corpus asks for.
fn decision_matters(name: &str) -> bool {
    !name.starts_with("device.") && name != "time"
}

#[test]
fn an_imported_policy_demands_what_its_json_does() {
    let Some(folder) = crate::corpus::entra() else { return };
    for (at, policy) in policies(&folder).into_iter().enumerate() {
        let imported = imported(&policy);
        if imported.counts.policies == 0 {
            continue;
        }
        let set = meaning(&imported);
        let [read] = &set.policies[..] else { panic!("one policy") };
        let shown = || format!("policy {at}: {policy:#}\n{}", super::text(&imported));
        assert_eq!(demand(&set, read), expected_demand(&policy), "{}", shown());
        assert_eq!(read.session, expected_session(&policy), "{}", shown());
    }
}

/// What a policy demands: how its parts are joined, and the parts, sorted.
fn demand(set: &latch::hir::PolicySet, policy: &Policy) -> (&'static str, Vec<String>) {
    let part = |requirement: &Requirement| match requirement.grant {
        GrantWord::Strength => {
            let strength = set.strength(requirement.strength.expect("a strength has a number"));
            let id = strength.remarks.annotation("id").map(str::to_owned);
            format!("strength {}", id.or_else(|| strength.opaque.clone()).expect("an id"))
        }
        GrantWord::Terms => {
            let object = requirement.object.as_ref().expect("terms have a name");
            format!("terms {}", object.ids.iter().next().expect("an id"))
        }
        word => word.row().name.to_owned(),
    };
    let (join, grants) = match &policy.effect {
        Effect::Block => return ("block", Vec::new()),
        Effect::Nothing => return ("nothing", Vec::new()),
        Effect::Require(Grant::All(grants)) => ("and", grants.as_slice()),
        Effect::Require(Grant::Any(grants)) => ("or", grants.as_slice()),
        Effect::Require(one) => ("one", std::slice::from_ref(one)),
    };
    let mut parts: Vec<String> =
        grants.iter().flat_map(|grant| grant.requirements()).map(part).collect();
    parts.sort();
    (join, parts)
}

fn expected_demand(policy: &Value) -> (&'static str, Vec<String>) {
    let controls = &policy["grantControls"];
    let strings = |key: &str| {
        let list = controls[key].as_array().cloned().unwrap_or_default();
        list.iter().map(|it| it.as_str().expect("a string").to_lowercase()).collect::<Vec<_>>()
    };
    let mut parts: Vec<String> = Vec::new();
    for control in strings("builtInControls") {
        parts.push(match control.as_str() {
            "block" => return ("block", Vec::new()),
            "mfa" => "mfa".to_owned(),
            "compliantdevice" => "compliant-device".to_owned(),
            "domainjoineddevice" => "hybrid-joined-device".to_owned(),
            "approvedapplication" => "approved-app".to_owned(),
            "compliantapplication" => "protected-app".to_owned(),
            "passwordchange" => "password-change".to_owned(),
            "riskremediation" => "risk-remediation".to_owned(),
            other => panic!("{other} should have been refused"),
        });
    }
    parts.extend(strings("termsOfUse").iter().map(|id| format!("terms {id}")));
    if let Some(id) = controls["authenticationStrength"]["id"].as_str() {
        parts.push(format!("strength {id}"));
    }
    parts.sort();
    match (parts.len(), controls["operator"].as_str()) {
        (0, _) => ("nothing", parts),
        (1, _) => ("one", parts),
        (_, Some("AND")) => ("and", parts),
        _ => ("or", parts),
    }
}

fn expected_session(policy: &Value) -> SessionControls<String> {
    let controls = &policy["sessionControls"];
    let blocks = policy["grantControls"]["builtInControls"] == json!(["block"]);
    let mut session = SessionControls::default();
    if blocks {
        return session;
    }
    let frequency = &controls["signInFrequency"];
    let value = match &frequency["value"] {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let every = frequency["frequencyInterval"] == "everyTime"
        || controls["signInFrequencyInterval"] == "everyTime"
        || frequency["isEnabled"] == true && value.is_none();
    let unit = if frequency["type"] == "days" { 86_400 } else { 3_600 };
    session.sign_in_frequency.both = if every {
        Some(MaxAge::EveryTime)
    } else {
        value.map(|value| MaxAge::Seconds(value * unit))
    };
    session.persistent_browser = match controls["persistentBrowser"]["mode"].as_str() {
        Some("never") => Some(PersistentBrowser::Never),
        Some("always") => Some(PersistentBrowser::Always),
        _ => None,
    };
    session.app_restrictions = controls["applicationEnforcedRestrictions"]["isEnabled"] == true;
    session.cloud_app_security = match controls["cloudAppSecurity"]["cloudAppSecurityType"].as_str()
    {
        Some("monitorOnly") => Some(CloudAppSecurity::Monitor),
        Some("mcasConfigured") => Some(CloudAppSecurity::Custom),
        Some("blockDownloads") => Some(CloudAppSecurity::BlockDownloads),
        _ => None,
    };
    session.continuous_evaluation = match controls["continuousAccessEvaluation"]["mode"].as_str() {
        Some("strictLocation") => Some(ContinuousEvaluation::StrictLocation),
        Some(other) => panic!("{other} is not in the corpus"),
        None => None,
    };
    session.resilience_off = controls["disableResilienceDefaults"] == true;
    session.token_protection = controls["secureSignInSession"]["isEnabled"] == true;
    let id = |key: &str, field: &str| controls[key][field].as_str().map(str::to_owned);
    session.global_secure_access_profile = id("globalSecureAccessFilteringProfile", "profileId");
    session.network_access_policy = id("networkAccessSecurity", "policyId");
    session
}
