//! Locations, strengths, copies, broken files, very long exports: what is beside and around policies.

use latch::entra::{Imported, from_bytes, import};
use serde_json::{Value, json};

use super::small::{body_of, flat, policy, refusals, refused};
use super::{imported, meaning, text};

#[test]
fn locations_are_declared_or_opaque_and_trust_is_the_exports() {
    let export = json!([
        policy(&json!({"conditions": {"locations": {"includeLocations": ["All"], "excludeLocations": ["AllTrusted", "office", "0dd"]}}})),
        {"@odata.type": "#microsoft.graph.ipNamedLocation", "id": "office", "displayName": "Head office", "isTrusted": true,
         "ipRanges": [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "203.0.113.7/24"},
                      {"lowerAddress": "2001:db8::1", "upperAddress": "2001:db8::9"}]},
        {"@odata.type": "#microsoft.graph.countryNamedLocation", "id": "gps", "displayName": "By position",
         "countriesAndRegions": ["de", "FR"], "includeUnknownCountriesAndRegions": true, "countryLookupMethod": "authenticatorAppGps"},
        {"@odata.type": "#microsoft.graph.compliantNetworkNamedLocation", "id": "3d46dbda-8382-466a-856d-eb00cbc6b910",
         "displayName": "All Compliant Network locations", "compliantNetworkType": "allTenantCompliantNetworks", "isTrusted": true},
    ]);
    let imported = imported(&export);
    let all = text(&imported);
    assert!(
        all.contains(
            "network head-office trusted {\n  203.0.113.0/24\n  2001:db8::1 - 2001:db8::9\n}"
        ),
        "{all}"
    );
    assert!(all.contains("network by-position {\n  country DE, FR, unknown by gps\n}"), "{all}");
    assert!(all.contains("= \"0dd\""), "{all}");
    assert!(all.contains("network multifactor-trusted-addresses trusted {"), "{all}");
    assert!(body_of(&imported).contains("location in [trusted, head-office"), "{all}");
    assert!(
        all.contains("network all-compliant-network-locations trusted {\n  compliant-network\n}"),
        "{all}"
    );
    assert!(imported.notes.iter().any(|note| note.text.contains("203.0.113.0/24")));
}

#[test]
fn a_bad_location_stays_a_name_that_nobody_is_known_to_be_in() {
    let export = json!([
        policy(&json!({"conditions": {"locations": {"includeLocations": ["bad"]}}})),
        {"id": "bad", "displayName": "Bad", "ipRanges": [{"cidrAddress": "300.1.1.1/8"}]},
    ]);
    let imported = imported(&export);
    let refusal = imported.refused.first().expect("the location is refused");
    assert_eq!((refusal.what, refusal.path.as_str()), ("network", "ipRanges[0].cidrAddress"));
    assert!(text(&imported).contains("network bad = \"bad\""));
    assert!(body_of(&imported).contains("location in bad"));
}

#[test]
fn strengths_come_from_the_export_the_policy_or_nowhere() {
    let demanding = |strength: Value| {
        policy(
            &json!({"grantControls": {"operator": "OR", "builtInControls": [], "authenticationStrength": strength}}),
        )
    };
    let built_in = imported(&demanding(json!({"id": "00000000-0000-0000-0000-000000000004"})));
    assert!(body_of(&built_in).ends_with("require strength phishing-resistant"));
    let copy = json!({"id": "s1", "displayName": "Keys", "allowedCombinations": ["fido2", "password,sms"]});
    let inline = imported(&demanding(copy.clone()));
    assert!(
        text(&inline).contains("strength keys {\n  fido2\n  password and sms\n}"),
        "{}",
        text(&inline)
    );
    let unknown = imported(&demanding(json!({"id": "s2"})));
    assert!(text(&unknown).contains("strength s2 = \"s2\"") && unknown.notes.len() == 1);
    let restricted = json!({"id": "s1", "displayName": "Keys", "policyType": "custom", "requirementsSatisfied": "mfa",
        "allowedCombinations": ["fido2", "password,sms"],
        "combinationConfigurations": [{"@odata.type": "#microsoft.graph.fido2CombinationConfiguration", "id": "c",
            "allowedAAGUIDs": ["a1", "a2"], "appliesToCombinations": ["fido2"]}]});
    let both = imported(&json!([demanding(copy.clone()), restricted]));
    assert!(
        text(&both).contains("fido2 aaguid \"a1\", \"a2\""),
        "the stricter of both: {}",
        text(&both)
    );
    assert!(both.refused.is_empty());
    let other =
        json!({"id": "s1", "displayName": "Keys", "allowedCombinations": ["password,voice"]});
    let differing = imported(&json!([demanding(copy), other]));
    assert_eq!(differing.refused.first().map(|it| it.what), Some("strength"));
    assert!(
        text(&differing).contains("strength keys = \"s1\""),
        "neither is taken: {}",
        text(&differing)
    );
    let junk = json!({"grantControls": {"authenticationStrength": {"id": "s", "allowedCombinations": ["psychic"]}}});
    refused(&junk, "grantControls.authenticationStrength.allowedCombinations", "psychic");
}

#[test]
fn copies_are_told_apart_by_what_they_say() {
    let first = policy(&json!({}));
    let shuffled = json!({"sessionControls": null, "grantControls": first["grantControls"], "conditions": first["conditions"],
        "state": "enabled", "displayName": first["displayName"], "id": first["id"], "description": ""});
    let same = imported(&json!([first, shuffled]));
    assert_eq!((same.counts.policies, same.counts.repeated), (1, 1));
    let other = policy(&json!({"state": "disabled"}));
    let differing = imported(&json!([first, other]));
    assert_eq!((differing.counts.policies, differing.counts.repeated), (2, 0));
    assert_eq!(meaning(&differing).policies.len(), 2);
    assert!(flat(&differing).contains("policy ca001-a-policy-2 \"CA001: A policy\" disabled"));
    assert!(differing.notes.iter().any(|note| note.text.contains("has this id and differs")));
}

#[test]
fn a_deleted_policy_decides_nothing() {
    let deleted = policy(&json!({"deletedDateTime": "2026-01-02T03:04:05Z"}));
    let imported = imported(&deleted);
    assert!(text(&imported).contains("@deleted(\"2026-01-02T03:04:05Z\")"));
    assert!(flat(&imported).contains("\"CA001: A policy\" disabled {"));
    assert_eq!(imported.notes.len(), 1);
}

#[test]
fn a_plan_is_refused_whole() {
    let rule = policy(&json!({}));
    let plan = json!({"displayName": "Plan", "sharedConditions": {"users": {"includeUsers": ["All"]}}, "rules": [rule]});
    let imported = imported(&plan);
    assert_eq!((imported.counts.policies, imported.counts.refused), (0, 1));
    assert_eq!(imported.refused[0].what, "plan");
}

#[test]
fn texts_that_could_break_a_file_do_not() {
    let evil = "A \"title\"\\ with }\n// lines\u{0} and \u{202e}more";
    let patch = json!({"displayName": evil, "description": "first\n\n/// second */ }", "conditions": {"users": {"excludeGroups": ["\"]\n}", "}\" //"]}}});
    let imported = imported(&policy(&patch));
    let set = meaning(&imported);
    assert_eq!(set.policies[0].title.as_deref(), Some(evil.trim()));
    let refused = imported_refusal(evil);
    assert!(meaning(&refused).policies.is_empty());
}

fn imported_refusal(name: &str) -> Imported {
    imported(&policy(&json!({"displayName": name, "state": "a\nb"})))
}

#[test]
fn large_exports_stay_within_limits() {
    let many: Vec<Value> = (0..4_000)
        .map(|at| policy(&json!({"id": format!("p{at}"), "description": "x".repeat(600)})))
        .collect();
    let imported = imported(&Value::Array(many));
    assert_eq!(imported.counts.policies, 4_000);
    assert_eq!(meaning(&imported).policies.len(), 4_000);
    let files: Vec<&str> = imported.files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(files, ["everyone-2.latch", "everyone.latch"]);

    let people = |count: usize| -> Vec<String> {
        (0..count).map(|at| format!("{at:08x}-0000-4000-8000-000000000000")).collect()
    };
    let long = json!({"conditions": {"users": {"excludeUsers": people(20_000)}}});
    assert_eq!(meaning(&super::imported(&policy(&long))).policies.len(), 1);
    let longer = json!({"conditions": {"users": {"excludeUsers": people(30_000)}}});
    refused(&longer, "", "1048576 bytes");
    let unknown: serde_json::Map<String, Value> =
        (0..20_000).map(|at| (format!("k{at}"), json!("x"))).collect();
    assert!(refusals(&Value::Object(unknown)).len() <= 20);
}

#[test]
fn what_no_policy_file_could_hold_is_refused_here() {
    let terms: Vec<String> = (0..65).map(|at| format!("t{at}")).collect();
    let patch =
        json!({"grantControls": {"operator": "OR", "builtInControls": [], "termsOfUse": terms}});
    refused(&patch, "grantControls", "64 alternatives");
    let nowhere = json!({"id": "n", "displayName": "Nowhere", "countriesAndRegions": ["ZZ"]});
    let imported = imported(&nowhere);
    assert_eq!(imported.refused[0].path, "countriesAndRegions");
    meaning(&imported);
    let strength =
        json!({"id": "s", "displayName": "S", "allowedCombinations": ["password,sms,password"]});
    meaning(&super::imported(&strength));
}

#[test]
fn files_that_are_no_json_are_refused_beside_the_rest() {
    let mut export = from_bytes("good.json", policy(&json!({})).to_string().as_bytes());
    export.add("bad.json", b"{");
    let imported = import(&export);
    assert_eq!((imported.counts.policies, imported.counts.files), (1, 2));
    assert_eq!(imported.refused[0].what, "file");
    assert!(text(&imported).contains("# not-imported.latch"));
}
