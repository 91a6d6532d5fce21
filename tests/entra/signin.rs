//! A sign-in in Graph's words, random ones drawn from what a policy speaks of, and the same as a request.

use std::collections::BTreeSet;

use fastrand::Rng;
use latch::request::{App, Ids, Request, Value as V};
use latch::schema::attribute::Attribute as A;
use latch::value::{Country, Slot};
use serde_json::Value;

/// Who signs in.
#[derive(Debug, Clone)]
pub(super) enum Principal {
    User {
        id: String,
        groups: Vec<String>,
        roles: Vec<String>,
        kind: &'static str,
        tenant: Option<String>,
    },
    Workload {
        id: String,
        own: bool,
    },
    Agent {
        id: String,
        kind: &'static str,
        endpoint: bool,
    },
}

/// What is asked for.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// Ids, and whether each is a resource of agents.
    Apps(Vec<(String, bool)>),
    Action(&'static str),
    Contexts(Vec<String>),
    Traffic(&'static str),
}

/// A registered device.
#[derive(Debug, Clone, Default)]
pub(super) struct Device {
    pub(super) trust: &'static str,
    pub(super) compliant: bool,
    pub(super) ownership: Option<&'static str>,
    pub(super) profile: Option<&'static str>,
    pub(super) model: Option<String>,
    pub(super) id: Option<String>,
    pub(super) version: Option<String>,
    pub(super) labels: BTreeSet<String>,
}

/// One sign-in; everything is known.
#[derive(Debug, Clone)]
pub(super) struct SignIn {
    pub(super) principal: Principal,
    pub(super) target: Target,
    pub(super) client: &'static str,
    pub(super) platform: &'static str,
    pub(super) ip: String,
    pub(super) country: Option<String>,
    /// Ids of locations that are known by other means, and `mfa-trusted-ips`, `compliant-network`.
    pub(super) named: Vec<String>,
    pub(super) device: Option<Device>,
    pub(super) flow: Option<&'static str>,
    /// Sign-in, user, service principal, agent.
    pub(super) risks: [&'static str; 4],
    pub(super) insider: &'static str,
}

pub(super) const USER_KINDS: [(&str, &str); 7] = [
    ("member", "member"),
    ("internalGuest", "internal-guest"),
    ("b2bCollaborationGuest", "b2b-collaboration-guest"),
    ("b2bCollaborationMember", "b2b-collaboration-member"),
    ("b2bDirectConnectUser", "b2b-direct-connect"),
    ("otherExternalUser", "other-external"),
    ("serviceProvider", "service-provider"),
];
const CLIENTS: [(&str, &str); 4] = [
    ("browser", "browser"),
    ("mobileAppsAndDesktopClients", "mobile-desktop"),
    ("exchangeActiveSync", "exchange-active-sync"),
    ("other", "other"),
];
const PLATFORMS: [(&str, &str); 7] = [
    ("android", "android"),
    ("iOS", "ios"),
    ("windows", "windows"),
    ("windowsPhone", "windows-phone"),
    ("macOS", "macos"),
    ("linux", "linux"),
    ("somethingElse", "unknown"),
];
const TRAFFIC: [(&str, &str); 3] =
    [("m365", "microsoft-365"), ("internet", "internet"), ("private", "private")];
const ACTIONS: [(&str, &str); 2] = [
    ("urn:user:registersecurityinfo", "register-security-info"),
    ("urn:user:registerdevice", "register-device"),
];
const FLOWS: [(&str, &str); 2] =
    [("deviceCodeFlow", "device-code"), ("authenticationTransfer", "authentication-transfer")];
pub(super) const TRUSTS: [(&str, &str); 3] =
    [("AzureAD", "joined"), ("ServerAD", "hybrid-joined"), ("Workplace", "registered")];
pub(super) const OWNERSHIPS: [(&str, &str); 2] = [("Personal", "personal"), ("Company", "company")];
pub(super) const PROFILES: [(&str, &str); 5] = [
    ("RegisteredDevice", "registered-device"),
    ("SecureVM", "secure-vm"),
    ("Printer", "printer"),
    ("Shared", "shared"),
    ("IoT", "iot"),
];
const RISKS: [&str; 4] = ["none", "low", "medium", "high"];
const INSIDER: [&str; 4] = ["none", "minor", "moderate", "elevated"];

/// Ids that no policy speaks of.
const FOREIGN: [&str; 2] =
    ["ffffffff-0000-4000-8000-000000000001", "ffffffff-0000-4000-8000-000000000002"];

/// The strings of the lists under these keys, anywhere in a policy.
pub(super) fn strings(json: &Value, keys: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    collect(json, keys, &mut found);
    found.retain(|id| !KEYWORDS.contains(&id.to_lowercase().as_str()));
    found.sort();
    found.dedup();
    found
}

/// Words that stand in the place of ids and are none.
const KEYWORDS: [&str; 8] = [
    "all",
    "none",
    "alltrusted",
    "guestsorexternalusers",
    "office365",
    "microsoftadminportals",
    "allagentidresources",
    "serviceprincipalsinmytenant",
];

fn collect(json: &Value, keys: &[&str], found: &mut Vec<String>) {
    match json {
        Value::Object(entries) => {
            for (key, value) in entries {
                if keys.contains(&key.as_str()) {
                    match value {
                        Value::Array(items) => {
                            found.extend(items.iter().filter_map(Value::as_str).map(str::to_owned));
                        }
                        Value::String(text) => found.push(text.clone()),
                        _ => {}
                    }
                }
                collect(value, keys, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, keys, found)),
        _ => {}
    }
}

fn pick<T: Clone>(random: &mut Rng, from: &[T]) -> T {
    from[random.usize(0..from.len())].clone()
}

fn word(random: &mut Rng, table: &[(&'static str, &'static str)]) -> &'static str {
    pick(random, table).0
}

/// Some of these, few of the foreign ones.
fn some(random: &mut Rng, from: &[String], share: f64) -> Vec<String> {
    let mut chosen: Vec<String> = from.iter().filter(|_| random.f64() < share).cloned().collect();
    if random.f64() < 0.3 {
        chosen.push(pick(random, &FOREIGN).to_owned());
    }
    chosen
}

fn one(random: &mut Rng, from: &[String]) -> String {
    if from.is_empty() || random.f64() < 0.3 {
        pick(random, &FOREIGN).to_owned()
    } else {
        pick(random, from)
    }
}

/// A sign-in that a policy could be about.
pub(super) fn random(random: &mut Rng, policy: &Value, locations: &[Value]) -> SignIn {
    let ids = |keys: &[&str]| strings(policy, keys);
    SignIn {
        principal: principal(random, policy),
        target: target(random, policy),
        client: word(random, &CLIENTS),
        platform: word(random, &PLATFORMS),
        ip: pick(random, &["87.92.49.122", "192.168.1.2", "8.8.8.8", "2001:db8::1"]).to_owned(),
        country: country(random, locations),
        named: {
            let mut places = ids(&["includeLocations", "excludeLocations"]);
            places.extend(["mfa-trusted-ips", "compliant-network"].map(str::to_owned));
            some(random, &places, 0.25)
        },
        device: (random.f64() < 0.7).then(|| device(random)),
        flow: (random.f64() < 0.6).then(|| word(random, &FLOWS)),
        risks: [0; 4].map(|_| pick(random, &RISKS)),
        insider: pick(random, &INSIDER),
    }
}

fn country(random: &mut Rng, locations: &[Value]) -> Option<String> {
    let mut known = strings(&Value::Array(locations.to_vec()), &["countriesAndRegions"]);
    known.push("GL".to_owned());
    (random.f64() < 0.85).then(|| pick(random, &known))
}

fn principal(random: &mut Rng, policy: &Value) -> Principal {
    let ids = |keys: &[&str]| strings(policy, keys);
    let conditions = &policy["conditions"];
    let said = |key: &str| conditions.to_string().contains(&format!("\"{key}\":[\""));
    let workloads = said("includeServicePrincipals");
    let agents = said("includeAgentIdServicePrincipals") || said("includeAgentUsers");
    let roll = random.f64();
    if roll < if workloads { 0.8 } else { 0.05 } {
        let id = one(random, &ids(&["includeServicePrincipals", "excludeServicePrincipals"]));
        return Principal::Workload { id, own: random.bool() };
    }
    if roll < if agents { 0.9 } else { 0.1 } {
        let keys = ["includeAgentIdServicePrincipals", "includeAgentUsers", "excludeAgentUsers"];
        let (id, kind) =
            (one(random, &ids(&keys)), if random.bool() { "identity" } else { "user" });
        return Principal::Agent { id, kind, endpoint: random.bool() };
    }
    let kind = if random.f64() < 0.5 { "member" } else { word(random, &USER_KINDS) };
    let tenant =
        (kind != "member" && kind != "internalGuest").then(|| one(random, &ids(&["members"])));
    let groups =
        [some(random, &ids(&["includeGroups"]), 0.6), some(random, &ids(&["excludeGroups"]), 0.1)];
    let roles =
        [some(random, &ids(&["includeRoles"]), 0.3), some(random, &ids(&["excludeRoles"]), 0.05)];
    Principal::User {
        id: one(random, &ids(&["includeUsers", "excludeUsers"])),
        groups: groups.concat(),
        roles: roles.concat(),
        kind,
        tenant,
    }
}

fn target(random: &mut Rng, policy: &Value) -> Target {
    let ids = |keys: &[&str]| strings(policy, keys);
    let apps = &policy["conditions"]["applications"];
    let has = |key: &str| !strings(apps, &[key]).is_empty();
    let roll = random.f64();
    if roll < if has("includeUserActions") { 0.8 } else { 0.1 } {
        return Target::Action(word(random, &ACTIONS));
    }
    if roll < if has("includeTrafficProfiles") { 0.9 } else { 0.15 } {
        return Target::Traffic(word(random, &TRAFFIC));
    }
    if roll < 0.2 {
        let mut contexts = ids(&["includeAuthenticationContextClassReferences"]);
        contexts.push("c7".to_owned());
        return Target::Contexts(vec![pick(random, &contexts)]);
    }
    // Members of the groups of apps: Exchange and Forms of Office 365, the Azure portal.
    let mut known = ids(&["includeApplications", "excludeApplications"]);
    known.extend(
        [
            "00000002-0000-0ff1-ce00-000000000000",
            "c9a559d2-7aab-4f13-a6ed-e7e9c52aec87",
            "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
        ]
        .map(str::to_owned),
    );
    let count = random.usize(1..3);
    Target::Apps((0..count).map(|_| (one(random, &known), random.bool())).collect())
}

pub(super) fn device(random: &mut Rng) -> Device {
    let maybe = |random: &mut Rng, table: &[(&'static str, &'static str)]| {
        (random.f64() < 0.8).then(|| word(random, table))
    };
    let text = |random: &mut Rng, from: &[&str]| {
        (random.f64() < 0.7).then(|| pick(random, from).to_owned())
    };
    Device {
        trust: word(random, &TRUSTS),
        compliant: random.bool(),
        ownership: maybe(random, &OWNERSHIPS),
        profile: maybe(random, &PROFILES),
        model: text(random, &["Surface Pro", "surface laptop", "MacBook", "Pro"]),
        id: text(random, &["d1", "D2", "d3"]),
        version: text(random, &["10.0.19044", "10.0", "11"]),
        labels: some(random, &["M365Managed".to_owned(), "aad".to_owned()], 0.5)
            .into_iter()
            .collect(),
    }
}

fn number(attribute: A, word: &str) -> V {
    use latch::schema::attribute::Kind;
    let (Kind::Enumeration(words) | Kind::Ordered(words) | Kind::EnumerationSet(words)) =
        attribute.row().kind
    else {
        panic!("{} has no words", attribute.name())
    };
    let at = words.iter().position(|it| *it == word).expect("a word of the attribute");
    V::Word(u8::try_from(at).expect("few words"))
}

fn translated(table: &[(&str, &'static str)], graph: &str) -> &'static str {
    table.iter().find(|(word, _)| *word == graph).expect("a word of the table").1
}

fn canonical(id: &str) -> String {
    id.trim().to_ascii_lowercase()
}

/// The same sign-in as a request in which everything is known.
pub(super) fn request(signin: &SignIn) -> Request {
    let mut builder = Request::builder();
    let mut set = |attribute: A, value: V| {
        builder = builder.clone().set(attribute, value);
    };
    match &signin.principal {
        Principal::User { id, groups, roles, kind, tenant } => {
            set(A::UserId, V::Text(canonical(id)));
            set(A::UserGroups, V::Ids(Ids::complete(groups)));
            set(A::UserRoles, V::Ids(Ids::complete(roles)));
            set(A::UserType, number(A::UserType, translated(&USER_KINDS, kind)));
            if let Some(tenant) = tenant {
                set(A::UserTenant, V::Text(canonical(tenant)));
            }
        }
        Principal::Workload { id, own } => {
            set(A::ServicePrincipalId, V::Text(canonical(id)));
            set(A::ServicePrincipalOwnTenant, V::Boolean(*own));
        }
        Principal::Agent { id, kind, endpoint } => {
            set(A::AgentId, V::Text(canonical(id)));
            set(A::AgentKind, number(A::AgentKind, kind));
            let contexts = if *endpoint { BTreeSet::from([0]) } else { BTreeSet::new() };
            set(A::AgentContext, V::Words(contexts));
        }
    }
    match &signin.target {
        Target::Apps(apps) => {
            let app = |(id, agents): &(String, bool)| App {
                id: canonical(id),
                agent_resource: Slot::Known(*agents),
                attributes: Slot::Absent,
            };
            set(A::App, V::Apps(apps.iter().map(app).collect()));
        }
        Target::Action(action) => set(A::Action, number(A::Action, translated(&ACTIONS, action))),
        Target::Contexts(contexts) => set(A::Context, V::Ids(Ids::complete(contexts))),
        Target::Traffic(traffic) => {
            set(A::Traffic, number(A::Traffic, translated(&TRAFFIC, traffic)));
        }
    }
    set(A::Client, number(A::Client, translated(&CLIENTS, signin.client)));
    set(A::Platform, number(A::Platform, translated(&PLATFORMS, signin.platform)));
    set(A::Ip, V::Address(signin.ip.parse().expect("an address")));
    if let Some(country) = &signin.country {
        set(A::Country, V::Country(Country::parse(country).expect("a country")));
    }
    set(A::LocationNamed, V::Ids(Ids::complete(&signin.named)));
    if let Some(flow) = signin.flow {
        set(A::Flow, number(A::Flow, translated(&FLOWS, flow)));
    }
    let risks = [A::RiskSignIn, A::RiskUser, A::RiskServicePrincipal, A::RiskAgent];
    for (attribute, risk) in risks.into_iter().zip(signin.risks) {
        set(attribute, number(attribute, risk));
    }
    set(A::RiskInsider, number(A::RiskInsider, signin.insider));
    set_device(signin.device.as_ref(), &mut set);
    builder.rest_absent().build().expect("a request without contradictions")
}

fn set_device(device: Option<&Device>, set: &mut impl FnMut(A, V)) {
    let Some(device) = device else { return set(A::DeviceRegistered, V::Boolean(false)) };
    set(A::DeviceTrust, number(A::DeviceTrust, translated(&TRUSTS, device.trust)));
    set(A::DeviceCompliant, V::Boolean(device.compliant));
    if let Some(ownership) = device.ownership {
        set(A::DeviceOwnership, number(A::DeviceOwnership, translated(&OWNERSHIPS, ownership)));
    }
    if let Some(profile) = device.profile {
        set(A::DeviceProfile, number(A::DeviceProfile, translated(&PROFILES, profile)));
    }
    let texts = [
        (A::DeviceModel, &device.model),
        (A::DeviceId, &device.id),
        (A::DeviceOsVersion, &device.version),
    ];
    for (attribute, text) in texts {
        if let Some(text) = text {
            set(attribute, V::Text(text.clone()));
        }
    }
    set(A::DeviceSystemLabels, V::Texts(device.labels.clone()));
}
