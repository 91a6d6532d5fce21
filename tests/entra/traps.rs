//! The ways in which real policies differ from the documented shape, one by one, and the readings that are documented
//! nowhere: what is taken, what is refused, what is noted.

use latch::entra::{from_bytes, import};
use serde_json::{Value, json};

use super::small::{ALL, body, body_of, conditions, flat, notes, policy, refused};
use super::{imported, text};

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
