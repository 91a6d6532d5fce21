//! Whether a policy applies to a sign-in, read off its JSON as the documentation says: no names, no trees, no tables of
//! the library. In each dimension an exclude beats every include; all dimensions must hold.

use std::net::IpAddr;

use serde_json::Value;

use super::signin::{Device, Principal, SignIn, Target};

/// A list that may be missing, null, one string, or several joined by commas where `flags`.
fn list(json: &Value) -> Vec<String> {
    match json {
        Value::Array(items) => {
            items.iter().filter_map(Value::as_str).map(str::to_lowercase).collect()
        }
        Value::String(text) if text.is_empty() => Vec::new(),
        Value::String(text) => vec![text.to_lowercase()],
        _ => Vec::new(),
    }
}

fn flags(json: &Value) -> Vec<String> {
    list(json)
        .iter()
        .flat_map(|it| it.split(',').map(|word| word.trim().to_owned()).collect::<Vec<_>>())
        .collect()
}

fn has(list: &[String], word: &str) -> bool {
    list.contains(&word.to_lowercase())
}

/// Whether a policy that is on applies.
pub(super) fn applies(policy: &Value, signin: &SignIn, locations: &[Value]) -> bool {
    let conditions = &policy["conditions"];
    who(conditions, &signin.principal)
        && what(&conditions["applications"], &signin.target)
        && client(&conditions["clientAppTypes"], signin.client)
        && platform(&conditions["platforms"], signin.platform)
        && place(&conditions["locations"], signin, locations)
        && device(conditions, signin.device.as_ref())
        && risks(conditions, signin)
        && flow(&conditions["authenticationFlows"]["transferMethods"], signin.flow)
        && context(&conditions["agentContext"], &signin.principal)
}

fn who(conditions: &Value, principal: &Principal) -> bool {
    let included = user(conditions, principal, "include") || workload(conditions, principal);
    let clients = &conditions["clientApplications"];
    let excluded = user(conditions, principal, "exclude")
        || match principal {
            Principal::User { .. } => false,
            Principal::Workload { id, .. } => has(&list(&clients["excludeServicePrincipals"]), id),
            Principal::Agent { id, .. } => {
                has(&list(&clients["excludeAgentIdServicePrincipals"]), id)
                    || has(&list(&conditions["agents"]["excludeAgentUsers"]), id)
            }
        };
    included && !excluded
}

fn user(conditions: &Value, principal: &Principal, side: &str) -> bool {
    let Principal::User { id, groups, roles, kind, tenant } = principal else { return false };
    let users = &conditions["users"];
    let at = |what: &str| &users[format!("{side}{what}")];
    let ids = list(at("Users"));
    let guests = at("GuestsOrExternalUsers");
    let types = flags(&guests["guestOrExternalUserTypes"]);
    let tenants = list(&guests["externalTenants"]["members"]);
    let from_tenant = tenants.is_empty()
        || *kind == "internalGuest" && side == "include"
        || tenant.as_ref().is_some_and(|tenant| has(&tenants, tenant));
    has(&ids, "all")
        || has(&ids, "guestsOrExternalUsers") && *kind != "member"
        || has(&ids, id)
        || groups.iter().any(|group| has(&list(at("Groups")), group))
        || roles.iter().any(|role| has(&list(at("Roles")), role))
        || has(&types, kind) && from_tenant
}

fn workload(conditions: &Value, principal: &Principal) -> bool {
    let clients = &conditions["clientApplications"];
    match principal {
        Principal::User { .. } => false,
        Principal::Workload { id, own } => {
            let ids = list(&clients["includeServicePrincipals"]);
            has(&ids, "servicePrincipalsInMyTenant") && *own || has(&ids, id)
        }
        Principal::Agent { id, kind, .. } => {
            let identities = list(&clients["includeAgentIdServicePrincipals"]);
            let users = list(&conditions["agents"]["includeAgentUsers"]);
            has(&identities, "all") && *kind == "identity"
                || has(&users, "all") && *kind == "user"
                || has(&identities, id)
                || has(&users, id)
        }
    }
}

/// Apps of Office 365 and of the admin portals that the random sign-ins ask for.
fn is_in_group(app: &str, group: &str) -> bool {
    match group {
        "office365" => {
            ["00000002-0000-0ff1-ce00-000000000000", "c9a559d2-7aab-4f13-a6ed-e7e9c52aec87"]
                .contains(&app)
                || OFFICE.contains(&app)
        }
        "microsoftadminportals" => {
            app == "c44b4083-3bb0-49c1-b47d-974e53cbdf3c" || PORTALS.contains(&app)
        }
        _ => false,
    }
}

/// Further members of the groups that policies of the corpus name one by one.
const OFFICE: [&str; 8] = [
    "00000003-0000-0ff1-ce00-000000000000",
    "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe",
    "00000004-0000-0ff1-ce00-000000000000",
    "00000005-0000-0ff1-ce00-000000000000",
    "09abbdfd-ed23-44ee-a2d9-a627aa1c90f3",
    "00000006-0000-0ff1-ce00-000000000000",
    "40775b29-2688-46b6-a3b5-b256bd04df9f",
    "d3590ed6-52b3-4102-aeff-aad2292ab01c",
];
const PORTALS: [&str; 4] = [
    "497effe9-df71-4043-a8bb-14cf78c4b63b",
    "618dd325-23f6-4b6f-8380-4df78026e39b",
    "80ccca67-54bd-44ab-8625-4b79c4dc7775",
    "2ddfbe71-ed12-4123-b99b-d5fc8a062a79",
];

fn is_app(list: &[String], app: &str, agents: bool) -> bool {
    let app = app.to_lowercase();
    list.iter()
        .any(|it| *it == app || is_in_group(&app, it) || it == "allagentidresources" && agents)
}

fn what(apps: &Value, target: &Target) -> bool {
    let include = list(&apps["includeApplications"]);
    let exclude = list(&apps["excludeApplications"]);
    let all = has(&include, "all");
    match target {
        Target::Apps(asked) => asked.iter().any(|(app, agents)| {
            (all || is_app(&include, app, *agents)) && !is_app(&exclude, app, *agents)
        }),
        Target::Action(action) => {
            has(&list(&apps["includeUserActions"]), action)
                || all && *action == "urn:user:registersecurityinfo"
        }
        Target::Contexts(asked) => {
            let contexts = list(&apps["includeAuthenticationContextClassReferences"]);
            asked.iter().any(|context| has(&contexts, context))
        }
        Target::Traffic(traffic) => ["globalSecureAccess", "networkAccess"]
            .iter()
            .any(|key| has(&flags(&apps[*key]["includeTrafficProfiles"]), traffic)),
    }
}

fn client(types: &Value, client: &str) -> bool {
    let types = list(types);
    types.is_empty() || has(&types, "all") || has(&types, client)
}

fn platform(platforms: &Value, platform: &str) -> bool {
    let include = list(&platforms["includePlatforms"]);
    let included = include.is_empty() || has(&include, "all") || has(&include, platform);
    included && !has(&list(&platforms["excludePlatforms"]), platform)
}

fn place(places: &Value, signin: &SignIn, locations: &[Value]) -> bool {
    let include = list(&places["includeLocations"]);
    let exclude = list(&places["excludeLocations"]);
    let inside = |list: &[String]| {
        list.iter().any(|id| match id.as_str() {
            "alltrusted" => is_trusted(signin, locations),
            id => is_inside(id, signin, locations),
        })
    };
    (include.is_empty() || has(&include, "all") || inside(&include)) && !inside(&exclude)
}

fn is_trusted(signin: &SignIn, locations: &[Value]) -> bool {
    let trusted = locations.iter().filter(|location| location["isTrusted"] == true);
    let mut ids = trusted.filter_map(|location| location["id"].as_str());
    signin.named.iter().any(|it| it == "mfa-trusted-ips")
        || ids.any(|id| is_inside(&id.to_lowercase(), signin, locations))
}

fn is_inside(id: &str, signin: &SignIn, locations: &[Value]) -> bool {
    let named = signin.named.iter().any(|it| it.to_lowercase() == id);
    if id == "3d46dbda-8382-466a-856d-eb00cbc6b910" {
        return named || signin.named.iter().any(|it| it == "compliant-network");
    }
    let found =
        locations.iter().find(|it| it["id"].as_str().is_some_and(|it| it.to_lowercase() == id));
    let Some(location) = found else { return named };
    let countries = list(&location["countriesAndRegions"]);
    let by_country = match &signin.country {
        Some(country) => has(&countries, country),
        None => location["includeUnknownCountriesAndRegions"] == true,
    };
    let ranges = location["ipRanges"].as_array().cloned().unwrap_or_default();
    let by_address = ranges.iter().any(|range| in_range(range["cidrAddress"].as_str(), &signin.ip));
    named || by_country || by_address
}

/// The corpus has whole addresses only: `/32`.
fn in_range(cidr: Option<&str>, ip: &str) -> bool {
    let Some((address, bits)) = cidr.and_then(|cidr| cidr.split_once('/')) else { return false };
    assert_eq!(bits, "32", "this reading knows whole addresses");
    address.parse::<IpAddr>().ok() == ip.parse().ok()
}

fn device(conditions: &Value, device: Option<&Device>) -> bool {
    let states = [
        &conditions["deviceStates"]["excludeStates"],
        &conditions["devices"]["excludeDevices"],
        &conditions["devices"]["excludeDeviceStates"],
    ];
    let exempt = states.iter().flat_map(|it| list(it)).any(|state| match state.as_str() {
        "compliant" => device.is_some_and(|it| it.compliant),
        "domainjoined" => device.is_some_and(|it| it.trust == "ServerAD"),
        other => panic!("{other} is no device state"),
    });
    let filter = &conditions["devices"]["deviceFilter"];
    let filtered = match (filter["mode"].as_str(), filter["rule"].as_str()) {
        (Some("include"), Some(rule)) => matches(rule, device),
        (Some("exclude"), Some(rule)) => !matches(rule, device),
        _ => true,
    };
    !exempt && filtered
}

/// A rule of comparisons joined by `-or` and `-and`, without parentheses: all that the corpus has.
fn matches(rule: &str, device: Option<&Device>) -> bool {
    assert!(!rule.contains(['(', '[']), "this reading knows no parentheses: {rule}");
    rule.split(" -or ").any(|part| part.split(" -and ").all(|test| compare(test, device)))
}

fn compare(test: &str, device: Option<&Device>) -> bool {
    let words: Vec<&str> = test.split_whitespace().collect();
    let [property, operator, value] = words[..] else { panic!("no comparison: {test}") };
    let value = value.trim_matches(['"', '\'']).to_lowercase();
    let actual = device.and_then(|device| match property {
        "device.isCompliant" => Some(device.compliant.to_string()),
        "device.trustType" => Some(device.trust.to_lowercase()),
        "device.deviceOwnership" => device.ownership.map(str::to_lowercase),
        other => panic!("this reading does not know {other}"),
    });
    // Nothing is a value equal to nothing.
    let equal = actual == Some(value);
    match operator {
        "-eq" => equal,
        "-ne" => !equal,
        other => panic!("this reading does not know {other}"),
    }
}

fn risks(conditions: &Value, signin: &SignIn) -> bool {
    let [sign_in, user, service_principal, agent] = signin.risks;
    [
        (list(&conditions["signInRiskLevels"]), sign_in),
        (list(&conditions["userRiskLevels"]), user),
        (list(&conditions["servicePrincipalRiskLevels"]), service_principal),
        (flags(&conditions["agentIdRiskLevels"]), agent),
        (flags(&conditions["insiderRiskLevels"]), signin.insider),
    ]
    .iter()
    .all(|(levels, risk)| levels.is_empty() || has(levels, risk))
}

fn flow(methods: &Value, flow: Option<&str>) -> bool {
    let methods = flags(methods);
    methods.is_empty() || flow.is_some_and(|flow| has(&methods, flow))
}

fn context(contexts: &Value, principal: &Principal) -> bool {
    let here = matches!(principal, Principal::Agent { endpoint: true, .. });
    let word = "agentUserSessionsInitiatedFromEndpoints";
    let include = list(&contexts["includeAgentContexts"]);
    (include.is_empty() || here && has(&include, word))
        && !(here && has(&list(&contexts["excludeAgentContexts"]), word))
}
