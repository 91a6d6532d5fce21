//! Graph's JSON brought into one spelling: what the documentation of the export calls the same, is the same here. It
//! shares nothing with the library.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::filter_rule;

/// Strings of a list that may be missing, null, one string, or joined by commas; lower case, each once, sorted.
fn list(json: &Value) -> BTreeSet<String> {
    let texts: Vec<&str> = match json {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        Value::String(text) => vec![text],
        _ => Vec::new(),
    };
    let trimmed = texts.into_iter().map(|text| text.trim().to_lowercase());
    trimmed.filter(|text| !text.is_empty()).collect()
}

fn flags(json: &Value) -> BTreeSet<String> {
    let joined = list(json);
    let words = joined.iter().flat_map(|text| text.split(',')).map(|word| word.trim().to_owned());
    words.filter(|word| !word.is_empty() && word != "none").collect()
}

/// The value under a key, whatever the case of its first letter.
fn at<'v>(json: &'v Value, key: &str) -> &'v Value {
    let upper = key[..1].to_uppercase() + &key[1..];
    let found = json.get(key).filter(|value| !value.is_null());
    let one = match json {
        Value::Array(items) if items.len() == 1 => return at(&items[0], key),
        _ => found.or_else(|| json.get(&upper)),
    };
    one.unwrap_or(&Value::Null)
}

fn text(json: &Value) -> Option<String> {
    json.as_str().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn word(json: &Value) -> Option<String> {
    text(json).map(|text| text.to_lowercase())
}

/// A moment as milliseconds and what is smaller, whether in ISO form or as PowerShell writes it.
fn moment(json: &Value) -> Option<String> {
    let text = text(json)?;
    if let Some(millis) = text.strip_prefix("/Date(").and_then(|it| it.strip_suffix(")/")) {
        let moment = jiff::Timestamp::from_millisecond(millis.parse().ok()?).ok()?;
        return Some(moment.to_string());
    }
    text.parse::<jiff::Timestamp>().ok().map(|moment| moment.to_string())
}

fn description(json: &Value) -> Option<String> {
    let text = text(json)?;
    let plain = |line: &str| {
        let line: String = line.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
        line.trim_end().to_owned()
    };
    Some(text.lines().map(plain).collect::<Vec<_>>().join("\n"))
}

/// A policy.
pub(super) fn policy(policy: &Value) -> Value {
    let deleted = moment(at(policy, "deletedDateTime"));
    let state =
        if deleted.is_some() { Some("disabled".to_owned()) } else { word(at(policy, "state")) };
    json!({
        "id": word(at(policy, "id")),
        "displayName": text(at(policy, "displayName")),
        "templateId": word(at(policy, "templateId")),
        "description": description(at(policy, "description")),
        "created": moment(at(policy, "createdDateTime")),
        "modified": moment(at(policy, "modifiedDateTime")),
        "deleted": deleted,
        "state": state,
        "conditions": conditions(at(policy, "conditions")),
        "grants": grants(at(policy, "grantControls")),
        "session": session(policy),
    })
}

fn conditions(all: &Value) -> Value {
    let nobody = !about_somebody(all);
    json!({
        "clients": clients(at(all, "clientAppTypes")),
        "users": users(at(all, "users")),
        "programs": programs(all),
        "apps": apps(at(all, "applications"), nobody),
        "platforms": sieve(at(all, "platforms"), ["includePlatforms", "excludePlatforms"]),
        "locations": sieve(at(all, "locations"), ["includeLocations", "excludeLocations"]),
        "device": device(all),
        "signIn": list(at(all, "signInRiskLevels")),
        "user": list(at(all, "userRiskLevels")),
        "servicePrincipal": list(at(all, "servicePrincipalRiskLevels")),
        "insider": flags(at(all, "insiderRiskLevels")),
        "agent": flags(at(all, "agentIdRiskLevels")),
        "flows": flags(at(at(all, "authenticationFlows"), "transferMethods")),
        "contexts": [
            list(at(at(all, "agentContext"), "includeAgentContexts")),
            list(at(at(all, "agentContext"), "excludeAgentContexts")),
        ],
    })
}

fn about_somebody(all: &Value) -> bool {
    let users = at(all, "users");
    let lists = ["includeUsers", "includeGroups", "includeRoles"];
    let named = lists.iter().any(|key| !without_none(list(at(users, key))).is_empty());
    let guests = at(at(users, "includeGuestsOrExternalUsers"), "guestOrExternalUserTypes");
    let programs = [
        at(at(all, "clientApplications"), "includeServicePrincipals"),
        at(at(all, "clientApplications"), "includeAgentIdServicePrincipals"),
        at(at(all, "agents"), "includeAgentUsers"),
    ];
    named
        || !flags(guests).is_empty()
        || programs.iter().any(|it| !without_none(list(it)).is_empty())
}

fn without_none(mut words: BTreeSet<String>) -> BTreeSet<String> {
    words.remove("none");
    words
}

fn clients(json: &Value) -> BTreeSet<String> {
    let spelled = |word: String| match word.as_str() {
        "modern" => "mobileappsanddesktopclients".to_owned(),
        "easunsupported" | "eassupported" => "exchangeactivesync".to_owned(),
        _ => word,
    };
    without_all(list(json).into_iter().map(spelled).collect())
}

/// A word for everything takes the rest in; it is the same as nothing.
fn without_all(words: BTreeSet<String>) -> BTreeSet<String> {
    if words.contains("all") { BTreeSet::new() } else { words }
}

fn sieve(json: &Value, [include, exclude]: [&str; 2]) -> Value {
    json!([without_all(list(at(json, include))), list(at(json, exclude))])
}

const GUESTS: [&str; 6] = [
    "b2bcollaborationguest",
    "b2bcollaborationmember",
    "b2bdirectconnectuser",
    "internalguest",
    "otherexternaluser",
    "serviceprovider",
];

fn users(users: &Value) -> Value {
    let side = |side: &str| {
        let key = |what: &str| format!("{side}{what}");
        let mut ids = without_none(list(at(users, &key("Users"))));
        let mut guests: BTreeSet<(BTreeSet<String>, BTreeSet<String>)> = BTreeSet::new();
        if ids.remove("guestsorexternalusers") {
            guests.insert((GUESTS.map(str::to_owned).into(), BTreeSet::new()));
        }
        let typed = at(users, &key("GuestsOrExternalUsers"));
        let mut types = flags(at(typed, "guestOrExternalUserTypes"));
        let tenants = list(at(at(typed, "externalTenants"), "members"));
        if side == "exclude" && !tenants.is_empty() {
            types.remove("internalguest");
        }
        if !types.is_empty() {
            guests.insert((types, tenants));
        }
        let all = (GUESTS.map(str::to_owned).into(), BTreeSet::new());
        if guests.contains(&all) {
            guests = BTreeSet::from([all]);
        }
        json!([ids, list(at(users, &key("Groups"))), list(at(users, &key("Roles"))), guests])
    };
    json!([side("include"), side("exclude")])
}

fn programs(all: &Value) -> Value {
    let clients = at(all, "clientApplications");
    let agents = at(all, "agents");
    let both = |one: &Value, other: &Value| -> BTreeSet<String> {
        without_none(list(one)).union(&without_none(list(other))).cloned().collect()
    };
    let (identities, agent_users) =
        (at(clients, "includeAgentIdServicePrincipals"), at(agents, "includeAgentUsers"));
    let agent_filters: Vec<String> =
        [at(clients, "agentIdServicePrincipalFilter"), at(agents, "agentFilter")]
            .into_iter()
            .filter_map(filter)
            .collect();
    json!({
        "include": without_none(list(at(clients, "includeServicePrincipals"))),
        "exclude": list(at(clients, "excludeServicePrincipals")),
        "filter": filter(at(clients, "servicePrincipalFilter")),
        "everyIdentity": list(identities).contains("all"),
        "everyUser": list(agent_users).contains("all"),
        "agents": both(identities, agent_users),
        "noAgents": both(at(clients, "excludeAgentIdServicePrincipals"), at(agents, "excludeAgentUsers")),
        "agentFilter": agent_filters,
    })
}

fn apps(apps: &Value, nobody: bool) -> Value {
    let filter = filter(at(apps, "applicationFilter"));
    let mut include = without_none(list(at(apps, "includeApplications")));
    let includes = at(at(apps, "applicationFilter"), "mode") == "include";
    if includes {
        include.insert("all".to_owned());
    }
    let traffic: BTreeSet<String> = ["globalSecureAccess", "networkAccess"]
        .iter()
        .flat_map(|key| flags(at(at(apps, key), "includeTrafficProfiles")))
        .collect();
    let actions = list(at(apps, "includeUserActions"));
    let contexts = list(at(apps, "includeAuthenticationContextClassReferences"));
    let exclude = list(at(apps, "excludeApplications"));
    if nobody {
        return json!("nothing");
    }
    json!([include, exclude, filter, actions, contexts, traffic])
}

/// A filter's rule, as one that lets in.
fn filter(json: &Value) -> Option<String> {
    let mode = word(at(json, "mode"))?;
    Some(filter_rule::canonical(&text(at(json, "rule"))?, mode == "exclude"))
}

/// The filter and the retired states, which exempt.
fn device(all: &Value) -> Option<String> {
    let states = [
        at(at(all, "deviceStates"), "excludeStates"),
        at(at(all, "devices"), "excludeDevices"),
        at(at(all, "devices"), "excludeDeviceStates"),
    ];
    let states: BTreeSet<String> = states.into_iter().flat_map(list).collect();
    let rules: Vec<&str> = states
        .iter()
        .map(|state| match state.as_str() {
            "compliant" => "device.isCompliant -eq True",
            _ => "device.trustType -eq \"ServerAD\"",
        })
        .collect();
    let given = at(at(all, "devices"), "deviceFilter");
    let (mode, rule) = (word(at(given, "mode")), text(at(given, "rule")));
    match (mode.as_deref(), rule, rules.is_empty()) {
        (None, _, true) | (_, None, true) => None,
        (Some("include"), Some(rule), false) => {
            let all = format!("({rule}) -and -not ({})", rules.join(" -or "));
            Some(filter_rule::canonical(&all, false))
        }
        (_, rule, _) if mode.as_deref() != Some("include") => {
            let all: Vec<String> =
                rule.into_iter().chain(rules.iter().map(|rule| (*rule).to_owned())).collect();
            Some(filter_rule::canonical(&format!("({})", all.join(") -or (")), true))
        }
        (_, rule, _) => rule.map(|rule| filter_rule::canonical(&rule, false)),
    }
}

fn grants(json: &Value) -> Value {
    let mut words = list(at(json, "builtInControls"));
    let strength = at(json, "authenticationStrength");
    let mut strength = word(at(strength, "id"));
    if words.contains("riskremediation") && strength.is_none() {
        strength = Some("00000000-0000-0000-0000-000000000002".to_owned());
    }
    let terms = list(at(json, "termsOfUse"));
    let custom = list(at(json, "customAuthenticationFactors"));
    let count = words.len() + usize::from(strength.is_some()) + terms.len() + custom.len();
    let operator = (count > 1).then(|| word(at(json, "operator")));
    if words.contains("block") {
        words = BTreeSet::from(["block".to_owned()]);
    }
    json!([operator, words, strength, terms, custom])
}

fn session(policy: &Value) -> Value {
    let all = at(policy, "sessionControls");
    let grants = at(policy, "grantControls");
    if list(at(grants, "builtInControls")).contains("block") {
        return json!({});
    }
    let mut kept = Map::new();
    let mut keep = |key: &str, value: Value| drop(kept.insert(key.to_owned(), value));
    let worded = [
        ("persistentBrowser", "mode"),
        ("cloudAppSecurity", "cloudAppSecurityType"),
        ("globalSecureAccessFilteringProfile", "profileId"),
        ("networkAccessSecurity", "policyId"),
    ];
    for (key, field) in worded {
        let control = at(all, key);
        if at(control, "isEnabled") != &json!(false) && text(at(control, field)).is_some() {
            keep(key, json!(word(at(control, field))));
        }
    }
    for key in ["applicationEnforcedRestrictions", "secureSignInSession"] {
        if at(at(all, key), "isEnabled") == &json!(true) {
            keep(key, json!(true));
        }
    }
    if at(all, "disableResilienceDefaults") == &json!(true) {
        keep("disableResilienceDefaults", json!(true));
    }
    if let Some(mode) = word(at(at(all, "continuousAccessEvaluation"), "mode")) {
        keep("continuousAccessEvaluation", json!(mode));
    }
    let remediation = list(at(grants, "builtInControls")).contains("riskremediation");
    if let Some(frequency) = frequency(all, remediation) {
        keep("signInFrequency", frequency);
    }
    Value::Object(kept)
}

fn frequency(session: &Value, remediation: bool) -> Option<Value> {
    let inner = at(session, "signInFrequency");
    let on = at(inner, "isEnabled");
    let said_on = on == &json!(true) || word(on).as_deref() == Some("true");
    let said_off = on == &json!(false) || word(on).as_deref() == Some("false");
    let every = [at(inner, "frequencyInterval"), at(session, "signInFrequencyInterval")]
        .iter()
        .any(|it| word(it).as_deref() == Some("everytime"));
    let value = match at(inner, "value") {
        Value::Number(number) => number.as_u64(),
        other => text(other).and_then(|text| text.parse().ok()),
    };
    if !remediation && (said_off || !said_on && !every && value.is_none()) {
        return None;
    }
    let factor = word(at(inner, "authenticationType"));
    let second = factor.as_deref() == Some("secondaryauthentication");
    let period = if every || remediation { None } else { value };
    Some(json!([period, period.and(word(at(inner, "type"))), second]))
}

/// A named location.
pub(super) fn location(location: &Value) -> Value {
    let range = |range: &Value| {
        let cidr = text(at(range, "cidrAddress")).or_else(|| text(range));
        match cidr {
            Some(cidr) => json!(cidr.to_lowercase()),
            None => json!([word(at(range, "lowerAddress")), word(at(range, "upperAddress"))]),
        }
    };
    let mut ranges: Vec<Value> =
        at(location, "ipRanges").as_array().into_iter().flatten().map(range).collect();
    ranges.sort_by_key(Value::to_string);
    json!({
        "id": word(at(location, "id")),
        "displayName": text(at(location, "displayName")),
        "created": moment(at(location, "createdDateTime")),
        "modified": moment(at(location, "modifiedDateTime")),
        "trusted": at(location, "isTrusted") == &json!(true),
        "ranges": ranges,
        "countries": list(at(location, "countriesAndRegions")),
        "unknown": at(location, "includeUnknownCountriesAndRegions") == &json!(true),
        "gps": word(at(location, "countryLookupMethod")).as_deref() == Some("authenticatorappgps"),
        "compliant": word(at(location, "compliantNetworkType")),
        "links": list(at(location, "privateLinkResourcePolicyIds")),
        "tags": list(at(location, "serviceTags")),
    })
}

/// An authentication strength.
pub(super) fn strength(strength: &Value) -> Value {
    let sorted = |text: &String| {
        let mut words: Vec<&str> = text.split(',').map(str::trim).collect();
        words.sort_unstable();
        words.join(",")
    };
    let combinations =
        |json: &Value| -> BTreeSet<String> { list(json).iter().map(sorted).collect() };
    let mut configurations: Vec<Value> = Vec::new();
    let all = at(strength, "combinationConfigurations").as_array().cloned().unwrap_or_default();
    for configuration in all {
        for combination in combinations(at(&configuration, "appliesToCombinations")) {
            configurations.push(json!([
                combination,
                list(at(&configuration, "allowedAAGUIDs")),
                list(at(&configuration, "allowedIssuerSkis")),
                list(at(&configuration, "allowedPolicyOIDs")),
            ]));
        }
    }
    configurations.sort_by_key(Value::to_string);
    json!({
        "id": word(at(strength, "id")),
        "displayName": text(at(strength, "displayName")),
        "description": description(at(strength, "description")),
        "combinations": combinations(at(strength, "allowedCombinations")),
        "configurations": configurations,
    })
}
