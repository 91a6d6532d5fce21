//! The ways in which real exports differ from the documented shape, one by one, and the readings that are documented
//! nowhere: what is taken, what is refused, what is noted.

use latch::entra::{Imported, Refusal, from_bytes, import};
use serde_json::{Value, json};

use super::{imported, meaning, text};

/// A small policy, with some of its fields replaced.
fn policy(patch: &Value) -> Value {
    let mut policy = json!({
        "id": "11111111-2222-4333-8444-555555555555",
        "displayName": "CA001: A policy",
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "users": {"includeUsers": ["All"]},
            "applications": {"includeApplications": ["All"]},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
        "sessionControls": null,
    });
    merge(&mut policy, patch);
    policy
}

fn merge(into: &mut Value, patch: &Value) {
    match (into, patch) {
        (Value::Object(into), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (into, patch) => *into = patch.clone(),
    }
}

/// The clauses of the one policy that comes of it: what stands in its braces.
fn body_of(imported: &Imported) -> String {
    meaning(imported);
    let all = text(imported);
    let start = all.find("\npolicy ").unwrap_or_else(|| panic!("a policy: {:?}", imported.refused));
    let open = start + all[start..].find('{').expect("an open brace");
    let close = open + all[open..].find("\n}").expect("a close brace");
    all[open + 1..close].split_whitespace().collect::<Vec<_>>().join(" ")
}

/// All texts on one line.
fn flat(imported: &Imported) -> String {
    text(imported).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn body(patch: &Value) -> String {
    body_of(&imported(&policy(patch)))
}

fn conditions(patch: &Value) -> String {
    let body = body(&json!({ "conditions": patch }));
    body.strip_suffix(" require mfa").expect("the grant").to_owned()
}

fn refusals(patch: &Value) -> Vec<Refusal> {
    let imported = imported(&policy(patch));
    assert_eq!(imported.counts.policies, 0, "{}", text(&imported));
    assert_eq!(imported.counts.refused, 1);
    imported.refused
}

/// That it is refused, for this field and with these words.
fn refused(patch: &Value, path: &str, words: &str) {
    let found = refusals(patch);
    let fits = |it: &Refusal| it.path == path && it.to_string().contains(words);
    assert!(found.iter().any(fits), "{path}, {words}: {found:#?}");
}

fn notes(patch: &Value) -> String {
    let imported = imported(&policy(patch));
    meaning(&imported);
    imported.notes.iter().map(|note| format!("{note}\n")).collect()
}

const ALL: &str = "when user in anyone and app in any-app";

#[test]
fn the_plain_policy_reads_as_a_sentence() {
    assert_eq!(body(&json!({})), format!("{ALL} require mfa"));
    let imported = imported(&policy(&json!({})));
    assert!(flat(&imported).contains("policy ca001-a-policy \"CA001: A policy\" {"));
    assert!(text(&imported).contains("@id(\"11111111-2222-4333-8444-555555555555\")"));
    assert!(imported.notes.is_empty() && imported.refused.is_empty());
}

#[test]
fn keys_and_words_may_be_in_any_case() {
    let shouted = json!({
        "Id": "x", "DisplayName": "CA001: A policy", "State": "Enabled",
        "CreatedDateTime": "/Date(1647536088205)/",
        "Conditions": {
            "ClientAppTypes": ["All"],
            "Users": {"IncludeUsers": ["all"], "ExcludeUsers": ["guestsorexternalusers"]},
            "Applications": {"IncludeApplications": "office365"},
            "Locations": {"IncludeLocations": ["all"], "ExcludeLocations": ["alltrusted"]},
        },
        "GrantControls": {"Operator": "and", "BuiltInControls": ["Mfa", "CompliantApplication"]},
    });
    let imported = imported(&shouted);
    let expected = "when user in anyone and app in office-365 unless user in guests or location in trusted \
                    require mfa and protected-app";
    assert_eq!(body_of(&imported), expected);
    assert!(text(&imported).contains("@created(\"2022-03-17T16:54:48.205Z\")"));
}

#[test]
fn a_list_may_be_null_missing_bare_or_an_object() {
    let users = |users: Value| conditions(&json!({ "users": users }));
    let plain = users(json!({"includeUsers": ["All"], "excludeGroups": ["g"]}));
    assert_eq!(
        users(json!({"includeUsers": "All", "excludeGroups": "g", "includeRoles": null})),
        plain
    );
    assert_eq!(
        users(
            json!({"includeUsers": ["All"], "excludeGroups": ["g", "g", null], "excludeUsers": {}})
        ),
        plain
    );
    assert_eq!(conditions(&json!({"clientAppTypes": []})), ALL);
    assert_eq!(conditions(&json!({"clientAppTypes": null})), ALL);
    let one = imported(&json!({"value": policy(&json!({}))}));
    assert_eq!(one.counts.policies, 1, "an object where a list of one is meant");
}

#[test]
fn flags_come_joined_by_commas() {
    let flow =
        |words: &str| conditions(&json!({"authenticationFlows": {"transferMethods": words}}));
    assert_eq!(flow("deviceCodeFlow"), format!("{ALL} and flow is device-code"));
    let both = format!("{ALL} and flow in [device-code, authentication-transfer]");
    assert_eq!(flow("authenticationTransfer, deviceCodeFlow"), both);
    assert_eq!(flow("none"), ALL);
    let insider = conditions(&json!({"insiderRiskLevels": "moderate,elevated"}));
    assert_eq!(insider, format!("{ALL} and risk.insider >= moderate"));
    let gap = conditions(&json!({"insiderRiskLevels": "minor,elevated"}));
    assert_eq!(gap, format!("{ALL} and risk.insider in [minor, elevated]"));
}

#[test]
fn risk_levels_are_sets_and_read_as_thresholds_where_they_are() {
    let risk = |levels: Value| conditions(&json!({ "signInRiskLevels": levels }));
    assert_eq!(risk(json!(["high", "medium"])), format!("{ALL} and risk.sign-in >= medium"));
    assert_eq!(risk(json!(["high"])), format!("{ALL} and risk.sign-in is high"));
    assert_eq!(risk(json!(["high", "low"])), format!("{ALL} and risk.sign-in in [low, high]"));
    assert_eq!(risk(json!(["none"])), format!("{ALL} and risk.sign-in is none"));
    let every = risk(json!(["none", "low", "medium", "high"]));
    assert_eq!(every, format!("{ALL} and risk.sign-in in [none, low, medium, high]"));
    refused(
        &json!({"conditions": {"userRiskLevels": ["hidden"]}}),
        "conditions.userRiskLevels[0]",
        "nobody supplies",
    );
}

#[test]
fn older_spellings_are_read_and_noted() {
    let clients = json!({"conditions": {"clientAppTypes": ["modern", "easUnsupported"]}});
    assert!(body(&clients).contains("client in [mobile-desktop, exchange-active-sync]"));
    assert!(notes(&clients).contains("older spelling of mobileAppsAndDesktopClients"));
    let supported = json!({"conditions": {"clientAppTypes": ["easSupported"]}});
    assert!(body(&supported).contains("client is exchange-active-sync"));
    assert!(notes(&supported).contains("the stricter"));
    let states = json!({"conditions": {"deviceStates": {"includeStates": ["All"], "excludeStates": ["Compliant", "DomainJoined"]}}});
    assert!(body(&states).contains("unless device.compliant or device.hybrid-joined"));
    assert!(notes(&states).contains("retired condition"));
    let states = json!({"conditions": {"devices": {"includeDeviceStates": "All", "excludeDeviceStates": "Compliant"}}});
    assert!(body(&states).contains("unless device.compliant"));
    refused(
        &json!({"conditions": {"deviceStates": {"includeStates": ["Compliant"]}}}),
        "conditions.deviceStates.includeStates",
        "only be excluded",
    );
}

#[test]
fn sign_in_frequency_in_all_its_shapes() {
    let session = |frequency: Value| {
        let body = body(&json!({"sessionControls": {"signInFrequency": frequency}}));
        body.strip_prefix(&format!("{ALL} require mfa")).expect("the rest").trim().to_owned()
    };
    assert_eq!(
        session(json!({"value": 4, "type": "hours", "isEnabled": true})),
        "sign-in frequency 4 hours"
    );
    assert_eq!(
        session(json!({"value": "4", "type": "Hours", "isEnabled": "true"})),
        "sign-in frequency 4 hours"
    );
    assert_eq!(
        session(json!({"value": 1, "type": "days", "isEnabled": true})),
        "sign-in frequency 1 day"
    );
    assert_eq!(session(json!({"value": 4, "type": "hours", "isEnabled": false})), "");
    let nothing = json!({"value": null, "type": null, "isEnabled": null, "frequencyInterval": null, "authenticationType": null});
    assert_eq!(session(nothing), "");
    let every = json!({"value": null, "type": null, "isEnabled": true, "frequencyInterval": "everyTime", "authenticationType": "secondaryAuthentication"});
    assert_eq!(session(every), "sign-in frequency every time for second factor");
    let undated = json!({"isEnabled": true, "type": "", "value": ""});
    assert_eq!(session(undated.clone()), "sign-in frequency every time");
    let said = notes(&json!({"sessionControls": {"signInFrequency": undated}}));
    assert!(said.contains("the strictest"), "{said}");
    let beside = body(&json!({"sessionControls": {"signInFrequencyInterval": "everyTime"}}));
    assert!(beside.ends_with("sign-in frequency every time"));
    for (frequency, path) in [
        (json!({"value": 4, "isEnabled": true}), "type"),
        (json!({"type": "hours", "isEnabled": true}), "value"),
        (json!({"value": 0, "type": "hours", "isEnabled": true}), "value"),
        (json!({"value": "soon", "type": "hours", "isEnabled": true}), "value"),
        (json!({"value": 4, "type": "weeks", "isEnabled": true}), "type"),
        (json!({"frequencyInterval": "timeBased", "isEnabled": true}), "value"),
        (
            json!({"value": 4, "type": "hours", "isEnabled": true, "authenticationType": "none"}),
            "authenticationType",
        ),
    ] {
        let path = format!("sessionControls.signInFrequency.{path}");
        refused(&json!({"sessionControls": {"signInFrequency": frequency}}), &path, "L05");
    }
}

#[test]
fn session_controls_are_on_off_or_refused() {
    let on = json!({
        "applicationEnforcedRestrictions": {"isEnabled": true},
        "cloudAppSecurity": {"isEnabled": true, "cloudAppSecurityType": "mcasConfigured"},
        "persistentBrowser": {"isEnabled": true, "mode": "always"},
        "continuousAccessEvaluation": {"mode": "disabled"},
        "disableResilienceDefaults": true,
        "secureSignInSession": {"isEnabled": true},
        "globalSecureAccessFilteringProfile": {"isEnabled": true, "profileId": "p"},
        "networkAccessSecurity": {"isEnabled": true, "policyId": "n"},
    });
    let body = body(&json!({ "sessionControls": on, "grantControls": null }));
    assert_eq!(
        body,
        format!(
            "{ALL} persistent browser always app restrictions cloud app security custom \
             continuous evaluation off resilience off token protection \
             global secure access profile \"p\" network access policy \"n\""
        )
    );
    for (control, path, words) in [
        (
            json!({"persistentBrowser": {"mode": "always"}}),
            "persistentBrowser.isEnabled",
            "would loosen",
        ),
        (
            json!({"persistentBrowser": {"isEnabled": true}}),
            "persistentBrowser.mode",
            "does not say what",
        ),
        (
            json!({"cloudAppSecurity": {"isEnabled": false, "cloudAppSecurityType": "junk"}}),
            "cloudAppSecurity.cloudAppSecurityType",
            "known are",
        ),
        (
            json!({"networkAccessSecurity": {"isEnabled": true}}),
            "networkAccessSecurity.policyId",
            "does not name",
        ),
        (
            json!({"blockSensitiveActions": {"isEnabled": false}}),
            "blockSensitiveActions",
            "not known",
        ),
    ] {
        refused(&json!({ "sessionControls": control }), &format!("sessionControls.{path}"), words);
    }
}

#[test]
fn a_block_has_no_session() {
    let patch = json!({
        "grantControls": {"builtInControls": ["block"]},
        "sessionControls": {"persistentBrowser": {"isEnabled": true, "mode": "never"}},
    });
    assert_eq!(body(&patch), format!("{ALL} block"));
    assert!(notes(&patch).contains("no session to control"));
}

#[test]
fn values_that_no_schema_has_are_named() {
    for (control, words) in [
        ("MfaAndChangePassword", "`MfaAndChangePassword`"),
        ("compliantNetwork", "`compliantNetwork`"),
    ] {
        let patch = json!({"grantControls": {"operator": "OR", "builtInControls": [control]}});
        refused(&patch, "grantControls.builtInControls[0]", words);
    }
    refused(&json!({"state": "partiallyEnabled"}), "state", "known are: enabled");
    refused(&json!({"conditions": {"times": {"a": "b"}}}), "conditions.times", "not known");
    refused(
        &json!({"partialEnablementStrategy": "half"}),
        "partialEnablementStrategy",
        "not known",
    );
    refused(
        &json!({"conditions": {"users": {"includeRoles": ["All"]}}}),
        "conditions.users.includeRoles",
        "`All` is no id",
    );
    refused(
        &json!({"conditions": {"users": {"excludeUsers": ["All"]}}}),
        "conditions.users.excludeUsers",
        "`All` is no id",
    );
    refused(
        &json!({"conditions": {"platforms": {"includePlatforms": ["chromeOS"]}}}),
        "conditions.platforms.includePlatforms[0]",
        "chromeOS",
    );
    let context = json!({"conditions": {"applications": {"includeApplications": [], "includeAuthenticationContextClassReferences": ["c100"]}}});
    refused(
        &context,
        "conditions.applications.includeAuthenticationContextClassReferences",
        "c1 to c99",
    );
}

#[test]
fn what_is_missing_is_named() {
    refused(&json!({"conditions": null}), "conditions", "has conditions");
    refused(&json!({"conditions": {"users": null}}), "conditions.users", "nothing stands here");
    refused(
        &json!({"conditions": {"applications": null}}),
        "conditions.applications",
        "nothing stands here",
    );
    refused(&json!({"state": null}), "state", "has a state");
    refused(&json!({"grantControls": null}), "", "neither demands nor controls");
    let two =
        json!({"grantControls": {"operator": null, "builtInControls": ["mfa", "compliantDevice"]}});
    refused(&two, "grantControls.operator", "need an operator");
}

#[test]
fn contradictions_are_not_settled_by_guessing() {
    let grant = |controls: Value| json!({ "grantControls": controls });
    refused(
        &grant(json!({"operator": "AND", "builtInControls": ["block", "mfa"]})),
        "grantControls.builtInControls",
        "beside",
    );
    refused(
        &grant(json!({"operator": "OR", "builtInControls": ["passwordChange", "mfa"]})),
        "grantControls.builtInControls",
        "operator AND",
    );
    refused(
        &grant(json!({"operator": "AND", "builtInControls": ["passwordChange"]})),
        "grantControls.builtInControls",
        "together with `mfa`",
    );
    let nobody = json!({"conditions": {"users": {"includeUsers": ["None", "someone"]}}});
    refused(&nobody, "conditions.users.includeUsers", "`None` stands beside");
    let mut twice = policy(&json!({})).to_string();
    twice =
        twice.replacen("\"state\":\"enabled\"", "\"state\":\"enabled\",\"State\":\"disabled\"", 1);
    let imported = import(&from_bytes("x", twice.as_bytes()));
    assert!(
        imported.refused.iter().any(|it| it.path == "state" && it.reason.contains("twice")),
        "{:?}",
        imported.refused
    );
}

#[test]
fn risk_remediation_brings_what_it_needs() {
    let patch =
        json!({"grantControls": {"operator": "OR", "builtInControls": ["riskRemediation"]}});
    let expected = format!(
        "{ALL} require risk-remediation and strength multi-factor sign-in frequency every time"
    );
    assert_eq!(body(&patch), expected);
    assert!(notes(&patch).contains("multi-factor is added"));
}

#[test]
fn a_policy_about_nobody_or_nothing_never_applies() {
    let nobody = json!({"conditions": {"users": {"includeUsers": ["None"]}}});
    assert_eq!(body(&nobody), "when never and app in any-app require mfa");
    let nothing = json!({"conditions": {"applications": {"includeApplications": ["None"]}}});
    assert_eq!(body(&nothing), "when never and user in anyone require mfa");
    assert!(
        text(&imported(&policy(&nothing)))
            .contains("// It guards no app and no action, so that it never applies.")
    );
    let empty = json!({"conditions": {"applications": {"includeApplications": []}}});
    assert_eq!(body(&empty), "when never and user in anyone require mfa");
    assert!(notes(&empty).contains("never applies"));
}

#[test]
fn workloads_and_agents_are_principals_of_their_own() {
    let workload = json!({
        "users": {"includeUsers": ["None"]},
        "clientApplications": {"includeServicePrincipals": ["ServicePrincipalsInMyTenant"], "excludeServicePrincipals": ["s"]},
        "servicePrincipalRiskLevels": ["high"],
    });
    assert_eq!(
        conditions(&workload),
        "when service-principal in own-tenant and app in any-app and risk.service-principal is high unless service-principal in s"
    );
    let filtered = json!({
        "users": {"includeUsers": ["None"]},
        "clientApplications": {
            "includeServicePrincipals": ["ServicePrincipalsInMyTenant"],
            "servicePrincipalFilter": {"mode": "exclude", "rule": "CustomSecurityAttribute.Gov_Tier -ne \"low\""},
        },
    });
    assert_eq!(
        conditions(&filtered),
        "when service-principal in own-tenant and app in any-app unless service-principal in own-tenant \
         and service-principal.attribute.Gov.Tier is not \"low\"",
        "the filter holds of who has no attributes: it stands beside what it is about"
    );
    let agents = json!({
        "users": {"includeUsers": ["None"]},
        "agents": {"includeAgentUsers": ["All"]},
        "agentContext": {"includeAgentContexts": ["agentUserSessionsInitiatedFromEndpoints"]},
        "clientApplications": {"includeAgentIdServicePrincipals": ["All"], "excludeAgentIdServicePrincipals": ["a"]},
        "agentIdRiskLevels": "medium,high",
    });
    assert_eq!(
        conditions(&agents),
        "when agent in any-agent and app in any-app and risk.agent >= medium and agent.context contains endpoint-session unless agent in a"
    );
}

#[test]
fn guests_by_type_and_tenant() {
    let guests = |guests: Value| {
        conditions(&json!({"users": {"includeUsers": [], "includeGuestsOrExternalUsers": guests}}))
    };
    let every = "internalGuest,b2bCollaborationGuest,b2bCollaborationMember,b2bDirectConnectUser,otherExternalUser,serviceProvider";
    let all = json!({"membershipKind": "all", "members": []});
    assert_eq!(
        guests(json!({"guestOrExternalUserTypes": every, "externalTenants": all})),
        "when user in guests and app in any-app"
    );
    let some = json!({"membershipKind": "enumerated", "members": ["tenant-a"]});
    assert_eq!(
        guests(
            json!({"guestOrExternalUserTypes": "b2bCollaborationGuest", "externalTenants": some})
        ),
        "when user.type is b2b-collaboration-guest and user.tenant is tenant-a and app in any-app"
    );
    assert_eq!(
        guests(
            json!({"guestOrExternalUserTypes": "internalGuest,serviceProvider", "externalTenants": some})
        ),
        "when (user.type is internal-guest or user.type is service-provider and user.tenant is tenant-a) and app in any-app"
    );
    let both = conditions(
        &json!({"users": {"includeUsers": ["u"], "includeGuestsOrExternalUsers": {"guestOrExternalUserTypes": "serviceProvider"}}}),
    );
    assert_eq!(both, "when (user in u or user.type is service-provider) and app in any-app");
    let none =
        json!({"includeUsers": ["All"], "excludeGuestsOrExternalUsers": {"externalTenants": some}});
    let path = "conditions.users.excludeGuestsOrExternalUsers.externalTenants";
    refused(&json!({"conditions": {"users": none}}), path, "no types");
}

#[test]
fn filters_beside_ids_are_refused_and_beside_all_narrow() {
    let filter =
        json!({"mode": "include", "rule": "CustomSecurityAttribute.Apps.Tier -eq \"gold\""});
    let apps = |apps: Value| json!({"applications": {"includeApplications": apps, "applicationFilter": filter}});
    let narrowed = "when user in anyone and app in any-app and app.attribute.Apps.Tier is \"gold\"";
    assert_eq!(conditions(&apps(json!(["All"]))), narrowed);
    assert_eq!(conditions(&apps(json!([]))), narrowed);
    let path = "conditions.applications.applicationFilter";
    refused(&json!({"conditions": apps(json!(["an-app"]))}), path, "split the policy");
    let negative = json!({"applications": {"applicationFilter": {"mode": "exclude", "rule": "CustomSecurityAttribute.Apps_Tier -ne \"gold\""}}});
    assert_eq!(
        conditions(&negative),
        format!(
            "{ALL} unless app in any-app and action is not register-security-info and app.attribute.Apps.Tier is not \"gold\""
        )
    );
}

#[test]
fn what_no_condition_says_of_devices_is_refused() {
    let filter = |mode: &str, rule: &str| json!({"conditions": {"devices": {"deviceFilter": {"mode": mode, "rule": rule}}}});
    let path = "conditions.devices.deviceFilter.rule";
    refused(&filter("exclude", "device.isCompliant -eq False"), path, "-ne True");
    let included = body(&filter("include", "device.isCompliant -eq False"));
    assert!(included.contains("device.registered and not device.compliant"), "{included}");
    refused(&filter("include", "device.model -eq null"), path, "is null");
    refused(&filter("include", "device.trustType -eq \"Cloud\""), path, "known are: AzureAD");
    refused(&filter("include", "device.colour -eq \"red\""), path, "no property");
    refused(&filter("include", "device.deviceId -startsWith \"a\""), path, "does not take");
    refused(&filter("include", "user.department -eq \"x\""), path, "no property");
    refused(
        &filter("perhaps", "device.isCompliant -eq True"),
        "conditions.devices.deviceFilter.mode",
        "known are: include",
    );
    refused(
        &json!({"conditions": {"devices": {"deviceFilter": {"mode": "include"}}}}),
        path,
        "a mode and a rule",
    );
    let unregistered = body(&filter(
        "include",
        "device.trustType -ne 'AzureAD' -and device.trustType -ne 'ServerAD' -and device.deviceId -eq null",
    ));
    assert!(
        unregistered
            .contains("device.trust not in [joined, hybrid-joined] and not device.registered"),
        "{unregistered}"
    );
}

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
    assert!(
        body_of(&imported).contains("location in [trusted, all-compliant-networks, head-office"),
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
