//! Every property of every conditional access type of Graph's schema, version 1.0 and beta: read, with an example; left
//! out, because it says nothing; or refused by name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use latch::entra::{from_bytes, import};
use serde_json::{Value, json};

use super::{imported, meaning, small, text};

/// What becomes of a property.
enum Fate {
    /// Read: the policy with this patch (or this location, this strength) has these words.
    Read(Value, &'static str),
    /// Read and of no effect on policy files, for the reason.
    Known(&'static str),
}

use Fate::{Known, Read};

fn read(patch: Value, words: &'static str) -> Fate {
    Read(patch, words)
}

fn condition(patch: Value, words: &'static str) -> Fate {
    read(json!({ "conditions": patch }), words)
}

fn session(patch: Value, words: &'static str) -> Fate {
    read(json!({ "sessionControls": patch }), words)
}

fn grant(patch: Value, words: &'static str) -> Fate {
    read(json!({ "grantControls": patch }), words)
}

/// An object beside the small policy.
fn beside(object: Value, words: &'static str) -> Fate {
    read(json!({ "beside": object }), words)
}

const ID: &str = "aaaaaaaa-1111-4222-8333-444444444444";

/// Conditions, by type and property.
#[rustfmt::skip]
fn conditions() -> Vec<(&'static str, &'static str, Fate)> {
    let set = "conditionalAccessConditionSet";
    let apps = "conditionalAccessApplications";
    let users = "conditionalAccessUsers";
    let clients = "conditionalAccessClientApplications";
    let devices = "conditionalAccessDevices";
    let include = |key: &str| json!({"applications": {"includeApplications": null, key: ["c3"]}});
    let filter = |rule: &str| json!({"mode": "include", "rule": rule});
    let nobody = |clients: Value| json!({"users": {"includeUsers": ["None"]}, "clientApplications": clients});
    let guests = |tenants: Value| json!({"users": {"includeUsers": null, "includeGuestsOrExternalUsers":
        {"guestOrExternalUserTypes": "b2bCollaborationGuest", "externalTenants": tenants}}});
    let enumerated = || json!({"membershipKind": "enumerated", "members": [ID]});
    vec![
        (set, "applications", condition(json!({"applications": {"includeApplications": ["Office365"]}}), "app in office-365")),
        (set, "authenticationFlows", condition(json!({"authenticationFlows": {"transferMethods": "deviceCodeFlow"}}), "flow is device-code")),
        ("conditionalAccessAuthenticationFlows", "transferMethods", condition(json!({"authenticationFlows": {"transferMethods": "authenticationTransfer"}}), "flow is authentication-transfer")),
        (set, "clientApplications", condition(nobody(json!({"includeServicePrincipals": [ID]})), "service-principal in")),
        (set, "clientAppTypes", condition(json!({"clientAppTypes": ["browser"]}), "client is browser")),
        (set, "devices", condition(json!({"devices": {"deviceFilter": filter("device.model -eq \"x\"")}}), "device.model is \"x\"")),
        (set, "deviceStates", condition(json!({"deviceStates": {"includeStates": ["All"], "excludeStates": ["Compliant"]}}), "unless device.compliant")),
        ("conditionalAccessDeviceStates", "includeStates", condition(json!({"deviceStates": {"includeStates": ["All"], "excludeStates": ["Compliant"]}}), "unless device.compliant")),
        ("conditionalAccessDeviceStates", "excludeStates", condition(json!({"deviceStates": {"excludeStates": ["DomainJoined"]}}), "unless device.hybrid-joined")),
        (set, "insiderRiskLevels", condition(json!({"insiderRiskLevels": "elevated"}), "risk.insider is elevated")),
        (set, "locations", condition(json!({"locations": {"includeLocations": ["AllTrusted"]}}), "location in trusted")),
        ("conditionalAccessLocations", "includeLocations", condition(json!({"locations": {"includeLocations": ["x"]}}), "and location in")),
        ("conditionalAccessLocations", "excludeLocations", condition(json!({"locations": {"includeLocations": ["All"], "excludeLocations": ["x"]}}), "unless location in")),
        (set, "platforms", condition(json!({"platforms": {"includePlatforms": ["iOS"]}}), "platform is ios")),
        ("conditionalAccessPlatforms", "includePlatforms", condition(json!({"platforms": {"includePlatforms": ["linux"]}}), "platform is linux")),
        ("conditionalAccessPlatforms", "excludePlatforms", condition(json!({"platforms": {"includePlatforms": ["all"], "excludePlatforms": ["macOS"]}}), "unless platform is macos")),
        (set, "servicePrincipalRiskLevels", condition(json!({"servicePrincipalRiskLevels": ["high"]}), "risk.service-principal is high")),
        (set, "signInRiskLevels", condition(json!({"signInRiskLevels": ["low", "medium", "high"]}), "risk.sign-in >= low")),
        (set, "userRiskLevels", condition(json!({"userRiskLevels": ["none"]}), "risk.user is none")),
        (set, "agentIdRiskLevels", condition(json!({"agentIdRiskLevels": "medium,high"}), "risk.agent >= medium")),
        (set, "users", condition(json!({"users": {"includeUsers": [ID]}}), "user in user-aaaaaaaa")),
        (users, "includeUsers", condition(json!({"users": {"includeUsers": ["GuestsOrExternalUsers"]}}), "user in guests")),
        (users, "excludeUsers", condition(json!({"users": {"excludeUsers": [ID]}}), "unless user in user-aaaaaaaa")),
        (users, "includeGroups", condition(json!({"users": {"includeUsers": null, "includeGroups": [ID]}}), "user in group-aaaaaaaa")),
        (users, "excludeGroups", condition(json!({"users": {"excludeGroups": [ID]}}), "unless user in group-aaaaaaaa")),
        (users, "includeRoles", condition(json!({"users": {"includeUsers": null, "includeRoles": [ID]}}), "user in role-aaaaaaaa")),
        (users, "excludeRoles", condition(json!({"users": {"excludeRoles": [ID]}}), "unless user in role-aaaaaaaa")),
        (users, "includeGuestsOrExternalUsers", condition(guests(json!({"membershipKind": "all"})), "user.type is b2b-collaboration-guest")),
        (users, "excludeGuestsOrExternalUsers", condition(json!({"users": {"excludeGuestsOrExternalUsers": {"guestOrExternalUserTypes": "serviceProvider"}}}), "unless user.type is service-provider")),
        ("conditionalAccessGuestsOrExternalUsers", "guestOrExternalUserTypes", condition(guests(json!(null)), "user.type is b2b-collaboration-guest")),
        ("conditionalAccessGuestsOrExternalUsers", "externalTenants", condition(guests(enumerated()), "user.tenant is tenant-aaaaaaaa")),
        ("conditionalAccessExternalTenants", "membershipKind", condition(guests(json!({"membershipKind": "all"})), "user.type is b2b-collaboration-guest")),
        ("conditionalAccessEnumeratedExternalTenants", "members", condition(guests(enumerated()), "user.tenant is tenant-aaaaaaaa")),
        (apps, "includeApplications", condition(json!({"applications": {"includeApplications": ["AllAgentIdResources"]}}), "app in any-agent-resource")),
        (apps, "excludeApplications", condition(json!({"applications": {"excludeApplications": ["MicrosoftAdminPortals"]}}), "unless app in microsoft-admin-portals")),
        (apps, "applicationFilter", condition(json!({"applications": {"includeApplications": null, "applicationFilter": filter("CustomSecurityAttribute.Data_Class -eq \"x\"")}}), "app.attribute.Data.Class is \"x\"")),
        (apps, "includeUserActions", condition(json!({"applications": {"includeApplications": null, "includeUserActions": ["urn:user:registerdevice"]}}), "action is register-device")),
        (apps, "includeAuthenticationContextClassReferences", condition(include("includeAuthenticationContextClassReferences"), "context in c3")),
        (apps, "globalSecureAccess", condition(json!({"applications": {"includeApplications": null, "globalSecureAccess": {"includeTrafficProfiles": "internet"}}}), "traffic is internet")),
        (apps, "networkAccess", condition(json!({"applications": {"includeApplications": null, "networkAccess": {"includeTrafficProfiles": "private"}}}), "traffic is private")),
        (clients, "includeServicePrincipals", condition(nobody(json!({"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]})), "service-principal in own-tenant")),
        (clients, "excludeServicePrincipals", condition(nobody(json!({"includeServicePrincipals": ["ServicePrincipalsInMyTenant"], "excludeServicePrincipals": [ID]})), "unless service-principal in service-principal-aaaaaaaa")),
        (clients, "servicePrincipalFilter", condition(nobody(json!({"servicePrincipalFilter": filter("CustomSecurityAttribute.A_B -contains \"x\"")})), "service-principal.attribute.A.B contains \"x\"")),
        (clients, "includeAgentIdServicePrincipals", condition(nobody(json!({"includeAgentIdServicePrincipals": ["All"]})), "agent.kind is identity")),
        (clients, "excludeAgentIdServicePrincipals", condition(nobody(json!({"includeAgentIdServicePrincipals": ["All"], "excludeAgentIdServicePrincipals": [ID]})), "unless agent in agent-aaaaaaaa")),
        (clients, "agentIdServicePrincipalFilter", condition(nobody(json!({"includeAgentIdServicePrincipals": ["All"], "agentIdServicePrincipalFilter": filter("CustomSecurityAttribute.A_B -eq \"x\"")})), "agent.attribute.A.B is \"x\"")),
        (devices, "deviceFilter", condition(json!({"devices": {"deviceFilter": {"mode": "exclude", "rule": "device.isCompliant -eq True"}}}), "unless device.compliant")),
        (devices, "includeDevices", condition(json!({"devices": {"includeDevices": ["All"], "excludeDevices": ["Compliant"]}}), "unless device.compliant")),
        (devices, "excludeDevices", condition(json!({"devices": {"excludeDevices": ["Compliant"]}}), "unless device.compliant")),
        (devices, "includeDeviceStates", condition(json!({"devices": {"includeDeviceStates": ["All"], "excludeDeviceStates": ["Compliant"]}}), "unless device.compliant")),
        (devices, "excludeDeviceStates", condition(json!({"devices": {"excludeDeviceStates": ["DomainJoined"]}}), "unless device.hybrid-joined")),
        ("conditionalAccessFilter", "mode", condition(json!({"devices": {"deviceFilter": filter("device.model -ne \"x\"")}}), "and device.model is not \"x\"")),
        ("conditionalAccessFilter", "rule", condition(json!({"devices": {"deviceFilter": filter("device.deviceId -in [\"x\", \"y\"]")}}), "device.id in [\"x\", \"y\"]")),
    ]
}

/// Policies, grants and session controls.
#[rustfmt::skip]
fn controls() -> Vec<(&'static str, &'static str, Fate)> {
    let policy = "conditionalAccessPolicy";
    let grants = "conditionalAccessGrantControls";
    let all = "conditionalAccessSessionControls";
    let frequency = "signInFrequencySessionControl";
    let hours = || json!({"signInFrequency": {"isEnabled": true, "type": "hours", "value": 4}});
    let every = || json!({"signInFrequency": {"isEnabled": true, "frequencyInterval": "everyTime", "authenticationType": "secondaryAuthentication"}});
    let never = || json!({"persistentBrowser": {"isEnabled": true, "mode": "never"}});
    let proxy = || json!({"cloudAppSecurity": {"isEnabled": true, "cloudAppSecurityType": "monitorOnly"}});
    let strict = || json!({"continuousAccessEvaluation": {"mode": "strictLocation"}});
    let profile = || json!({"globalSecureAccessFilteringProfile": {"isEnabled": true, "profileId": "p"}});
    let restricted = || json!({"applicationEnforcedRestrictions": {"isEnabled": true}});
    let strength = "00000000-0000-0000-0000-000000000004";
    vec![
        (policy, "conditions", condition(json!({"clientAppTypes": ["other"]}), "client is other")),
        (policy, "createdDateTime", read(json!({"createdDateTime": "2026-01-02T03:04:05Z"}), "@created(\"2026-01-02T03:04:05Z\")")),
        (policy, "modifiedDateTime", read(json!({"modifiedDateTime": "2026-01-02T03:04:05Z"}), "@modified(\"2026-01-02T03:04:05Z\")")),
        ("policyDeletableItem", "deletedDateTime", read(json!({"deletedDateTime": "2026-01-02T03:04:05Z"}), "@deleted(\"2026-01-02T03:04:05Z\")")),
        (policy, "description", read(json!({"description": "Why it is."}), "/// Why it is.")),
        (policy, "displayName", read(json!({"displayName": "Shown"}), "\"Shown\"")),
        (policy, "grantControls", grant(json!({"builtInControls": ["block"]}), "block")),
        (policy, "id", read(json!({"id": ID}), "@id(\"aaaaaaaa-1111-4222-8333-444444444444\")")),
        (policy, "sessionControls", session(hours(), "sign-in frequency 4 hours")),
        (policy, "state", read(json!({"state": "disabled"}), "disabled {")),
        (policy, "templateId", read(json!({"templateId": ID}), "@template(\"aaaaaaaa-1111-4222-8333-444444444444\")")),
        (grants, "builtInControls", grant(json!({"builtInControls": ["compliantDevice"]}), "require compliant-device")),
        (grants, "customAuthenticationFactors", grant(json!({"builtInControls": [], "customAuthenticationFactors": ["duo"]}), "require custom-control duo")),
        (grants, "operator", grant(json!({"operator": "AND", "builtInControls": ["mfa", "compliantDevice"]}), "require mfa and compliant-device")),
        (grants, "termsOfUse", grant(json!({"builtInControls": [], "termsOfUse": ["house"]}), "require terms house")),
        (grants, "authenticationStrength", grant(json!({"builtInControls": [], "authenticationStrength": {"id": strength}}), "require strength phishing-resistant")),
        (all, "applicationEnforcedRestrictions", session(restricted(), "app restrictions")),
        (all, "cloudAppSecurity", session(proxy(), "cloud app security monitor")),
        (all, "continuousAccessEvaluation", session(strict(), "continuous evaluation strict-location")),
        (all, "disableResilienceDefaults", session(json!({"disableResilienceDefaults": true}), "resilience off")),
        (all, "globalSecureAccessFilteringProfile", session(profile(), "global secure access profile \"p\"")),
        (all, "persistentBrowser", session(never(), "persistent browser never")),
        (all, "secureSignInSession", session(json!({"secureSignInSession": {"isEnabled": true}}), "token protection")),
        (all, "signInFrequency", session(hours(), "sign-in frequency 4 hours")),
        ("conditionalAccessSessionControl", "isEnabled", session(restricted(), "app restrictions")),
        ("cloudAppSecuritySessionControl", "cloudAppSecurityType", session(proxy(), "monitor")),
        ("continuousAccessEvaluationSessionControl", "mode", session(strict(), "strict-location")),
        ("globalSecureAccessFilteringProfileSessionControl", "profileId", session(profile(), "\"p\"")),
        ("persistentBrowserSessionControl", "mode", session(never(), "never")),
        (frequency, "authenticationType", session(every(), "for second factor")),
        (frequency, "frequencyInterval", session(every(), "every time")),
        (frequency, "type", session(json!({"signInFrequency": {"isEnabled": true, "type": "days", "value": 2}}), "2 days")),
        (frequency, "value", session(hours(), "4 hours")),
        ("conditionalAccessPolicyDetail", "conditions", Known("of templates, which are no policies")),
        ("conditionalAccessPolicyDetail", "grantControls", Known("of templates, which are no policies")),
        ("conditionalAccessPolicyDetail", "sessionControls", Known("of templates, which are no policies")),
        ("conditionalAccessPolicyRuleControls", "grantControls", Known("of plans, which are refused whole")),
        ("conditionalAccessPolicyRuleControls", "sessionControls", Known("of plans, which are refused whole")),
        ("conditionalAccessTemplate", "description", Known("of templates, which are no policies")),
        ("conditionalAccessTemplate", "details", Known("of templates, which are no policies")),
        ("conditionalAccessTemplate", "name", Known("of templates, which are no policies")),
        ("conditionalAccessTemplate", "scenarios", Known("of templates, which are no policies")),
        ("conditionalAccessRuleSatisfied", "conditionalAccessCondition", Known("of sign-in logs")),
        ("conditionalAccessRuleSatisfied", "ruleSatisfied", Known("of sign-in logs")),
        ("appliedConditionalAccessPolicy", "", Known("of sign-in logs")),
    ]
}

/// Locations and strengths.
#[rustfmt::skip]
fn objects() -> Vec<(&'static str, &'static str, Fate)> {
    let location = |patch: Value| {
        let mut location = json!({"id": "l", "displayName": "Somewhere", "ipRanges": [{"cidrAddress": "192.0.2.0/24"}]});
        location.as_object_mut().expect("an object").extend(patch.as_object().expect("an object").clone());
        location
    };
    let named = |patch: Value, words: &'static str| beside(location(patch), words);
    let country = |patch: Value, words: &'static str| {
        let mut patch = patch;
        patch["ipRanges"] = json!([]);
        named(patch, words)
    };
    let strength = |patch: Value| {
        let mut strength = json!({"id": "s", "displayName": "Strong", "allowedCombinations": ["fido2", "password,sms", "x509CertificateMultiFactor"]});
        strength.as_object_mut().expect("an object").extend(patch.as_object().expect("an object").clone());
        strength
    };
    let made = |patch: Value, words: &'static str| beside(strength(patch), words);
    let configured = |key: &str| json!({"combinationConfigurations": [{"appliesToCombinations": [if key == "allowedAAGUIDs" { "fido2" } else { "x509CertificateMultiFactor" }], key: ["v"]}]});
    let range = |low: &str, high: &str| json!({"ipRanges": [{"lowerAddress": low, "upperAddress": high}]});
    let policy = "authenticationStrengthPolicy";
    vec![
        ("namedLocation", "createdDateTime", named(json!({"createdDateTime": "2026-01-02T03:04:05Z"}), "@created(")),
        ("namedLocation", "modifiedDateTime", named(json!({"modifiedDateTime": "2026-01-02T03:04:05Z"}), "@modified(")),
        ("namedLocation", "displayName", named(json!({}), "network somewhere {")),
        ("namedLocation", "id", named(json!({}), "@id(\"l\")")),
        ("ipNamedLocation", "ipRanges", named(json!({}), "192.0.2.0/24")),
        ("ipNamedLocation", "isTrusted", named(json!({"isTrusted": true}), "network somewhere trusted {")),
        ("iPv4CidrRange", "cidrAddress", named(json!({}), "192.0.2.0/24")),
        ("iPv6CidrRange", "cidrAddress", named(json!({"ipRanges": [{"cidrAddress": "2001:db8::/32"}]}), "2001:db8::/32")),
        ("iPv4Range", "lowerAddress", named(range("192.0.2.1", "192.0.2.9"), "192.0.2.1 - 192.0.2.9")),
        ("iPv4Range", "upperAddress", named(range("192.0.2.1", "192.0.2.9"), "192.0.2.1 - 192.0.2.9")),
        ("iPv6Range", "lowerAddress", named(range("2001:db8::1", "2001:db8::9"), "2001:db8::1 - 2001:db8::9")),
        ("iPv6Range", "upperAddress", named(range("2001:db8::1", "2001:db8::9"), "2001:db8::1 - 2001:db8::9")),
        ("countryNamedLocation", "countriesAndRegions", country(json!({"countriesAndRegions": ["DE"]}), "country DE")),
        ("countryNamedLocation", "includeUnknownCountriesAndRegions", country(json!({"countriesAndRegions": ["DE"], "includeUnknownCountriesAndRegions": true}), "country DE, unknown")),
        ("countryNamedLocation", "countryLookupMethod", country(json!({"countriesAndRegions": ["DE"], "countryLookupMethod": "authenticatorAppGps"}), "by gps")),
        ("compliantNetworkNamedLocation", "compliantNetworkType", country(json!({"compliantNetworkType": "allTenantCompliantNetworks"}), "compliant-network")),
        ("compliantNetworkNamedLocation", "isTrusted", country(json!({"compliantNetworkType": "allTenantCompliantNetworks", "isTrusted": true}), "trusted {\n  compliant-network")),
        ("privateLinkNamedLocation", "privateLinkResourcePolicyIds", country(json!({"privateLinkResourcePolicyIds": ["p"]}), "private-link \"p\"")),
        ("privateLinkNamedLocation", "isTrusted", country(json!({"privateLinkResourcePolicyIds": ["p"], "isTrusted": true}), "trusted {\n  private-link")),
        ("serviceTagNamedLocation", "serviceTags", country(json!({"serviceTags": ["Edge"]}), "service-tag \"Edge\"")),
        ("serviceTagNamedLocation", "isTrusted", country(json!({"serviceTags": ["Edge"], "isTrusted": true}), "trusted {\n  service-tag")),
        (policy, "allowedCombinations", made(json!({}), "password and sms")),
        (policy, "createdDateTime", made(json!({"createdDateTime": "2026-01-02T03:04:05Z"}), "@created(")),
        (policy, "modifiedDateTime", made(json!({"modifiedDateTime": "2026-01-02T03:04:05Z"}), "@modified(")),
        (policy, "description", made(json!({"description": "Why."}), "/// Why.")),
        (policy, "displayName", made(json!({}), "strength strong {")),
        (policy, "policyType", made(json!({"policyType": "custom"}), "strength strong {")),
        (policy, "requirementsSatisfied", made(json!({"requirementsSatisfied": "mfa"}), "strength strong {")),
        (policy, "combinationConfigurations", made(configured("allowedAAGUIDs"), "fido2 aaguid \"v\"")),
        ("authenticationCombinationConfiguration", "appliesToCombinations", made(configured("allowedAAGUIDs"), "fido2 aaguid \"v\"")),
        ("fido2CombinationConfiguration", "allowedAAGUIDs", made(configured("allowedAAGUIDs"), "fido2 aaguid \"v\"")),
        ("x509CertificateCombinationConfiguration", "allowedIssuerSkis", made(configured("allowedIssuerSkis"), "issuer \"v\"")),
        ("x509CertificateCombinationConfiguration", "allowedPolicyOIDs", made(configured("allowedPolicyOIDs"), "policy \"v\"")),
    ]
}

fn fates() -> BTreeMap<(&'static str, &'static str), Fate> {
    let all = conditions().into_iter().chain(controls()).chain(objects());
    all.map(|(kind, property, fate)| ((kind, property), fate)).collect()
}

#[test]
fn every_property_that_is_read_is_read() {
    for ((kind, property), fate) in fates() {
        let (patch, words) = match fate {
            Fate::Read(patch, words) => (patch, words),
            Fate::Known(reason) => {
                assert!(reason.starts_with("of "), "{kind}.{property}");
                continue;
            }
        };
        let all = match patch.get("beside") {
            Some(object) => imported(&json!([small::policy(&json!({})), object])),
            None => imported(&small::policy(&patch)),
        };
        assert!(all.refused.is_empty(), "{kind}.{property}: {:?}", all.refused);
        meaning(&all);
        let text = text(&all);
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(words) || flat.contains(words), "{kind}.{property}: {words}\n{text}");
    }
}

/// What payloads have and no schema does: it may be null, and is refused by name where it says something.
#[test]
fn what_no_schema_has_may_only_be_empty() {
    let unknown = [
        "partialEnablementStrategy",
        "conditions.times",
        "conditions.clients",
        "sessionControls.blockSensitiveActions",
        "conditions.users.includeMoons",
        "conditions.applications.moons",
        "grantControls.moons",
        "sessionControls.signInFrequency.moons",
    ];
    for path in unknown {
        let patch = |value: Value| path.rsplit('.').fold(value, |inner, key| json!({ key: inner }));
        for empty in [json!(null), json!([]), json!({}), json!("")] {
            assert!(imported(&small::policy(&patch(empty))).refused.is_empty(), "{path}");
        }
        small::refused(&patch(json!("full")), path, "not known");
    }
}

/// The types that say something about policies, locations or strengths.
fn concerns(kind: &str) -> bool {
    let named = ["conditionalAccess", "iPv", "policyDeletableItem", "authenticationStrengthPolicy"];
    let ends = ["amedLocation", "SessionControl", "CombinationConfiguration"];
    let others = ["conditionalAccessRoot", "authenticationStrengthPolicyType"];
    let logs = ["conditionalAccessStatus", "conditionalAccessWhatIf", "conditionalAccessContext"];
    let is_ours =
        named.iter().any(|it| kind.starts_with(it)) || ends.iter().any(|it| kind.ends_with(it));
    is_ours && !others.contains(&kind) && !logs.iter().any(|it| kind.starts_with(it))
}

#[test]
fn no_property_of_the_schema_is_forgotten() {
    let Some(folder) = crate::corpus::entra() else { return };
    let folder = folder.join("graph-schema");
    let mut wanted = listed(&folder.join("v1.0-Prod.types.txt"));
    wanted.extend(listed(&folder.join("beta-USSec.types.txt")));
    wanted.extend(named(&folder.join("beta-Prod.names.json")));
    let fates = fates();
    let missing: Vec<_> = wanted
        .iter()
        .filter(|(kind, property)| !fates.contains_key(&(kind.as_str(), property.as_str())))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
    println!("{} properties of the schema, {} with an example", wanted.len(), fates.len());
}

/// `### ComplexType microsoft.graph.NAME : BASE`, then a line a property.
fn listed(file: &Path) -> BTreeSet<(String, String)> {
    let text = std::fs::read_to_string(file).expect("readable");
    let mut found = BTreeSet::new();
    let mut kind = None;
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("### ") {
            let mut words = head.split_whitespace();
            let is_type = words.next().is_some_and(|it| it == "ComplexType" || it == "EntityType");
            let name = words.next().and_then(|it| it.strip_prefix("microsoft.graph."));
            kind = name.filter(|name| is_type && concerns(name));
        } else if let (Some(kind), Some((property, _))) = (kind, line.trim().split_once(": ")) {
            let property = property.trim_start_matches("nav ").to_owned();
            found.insert((kind.to_owned(), property));
        }
    }
    found
}

fn named(file: &Path) -> BTreeSet<(String, String)> {
    let text = std::fs::read_to_string(file).expect("readable");
    let json: Value = serde_json::from_str(&text).expect("JSON");
    let mut found = BTreeSet::new();
    for kinds in [&json["complex"], &json["entity"]] {
        for (kind, lists) in kinds.as_object().expect("types") {
            for list in ["properties", "navigationProperties"].iter().filter(|_| concerns(kind)) {
                let names = lists[*list].as_array().into_iter().flatten().filter_map(Value::as_str);
                found.extend(names.map(|name| (kind.clone(), name.to_owned())));
            }
        }
    }
    found
}

/// Both files of the folder import by themselves, and every policy of each is accounted for.
#[test]
fn converted_exports_of_other_tools_import_from_disk() {
    let Some(folder) = crate::corpus::entra() else { return };
    for (file, policies) in [("dsc-as-graph.json", 0), ("terraform-as-json.json", 0)] {
        let path = folder.join("Microsoft-ZeroTrust-CA").join(file);
        let bytes = std::fs::read(&path).expect("readable");
        let given: Vec<Value> = serde_json::from_slice(&bytes).expect("a list");
        let all = import(&from_bytes(file, &bytes));
        let counts = &all.counts;
        assert_eq!(counts.policies + counts.refused + counts.repeated, given.len(), "{file}");
        assert!(counts.policies > policies && counts.refused <= 1, "{file}: {:?}", all.refused);
        assert_eq!(meaning(&all).policies.len(), counts.policies, "{file}");
    }
}
