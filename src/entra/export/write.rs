//! Policies as Graph's JSON: every field that version 1.0 always gives is there, what only beta knows is there where it
//! says something.

use serde_json::{Map, Value, json};

use crate::entra::export::draft::{Filter, Filters};
use crate::entra::field;
use crate::entra::model::{
    Agents, App, Conditions, Control, Demand, Guests, Part, People, Place, Policy, Remarks, Sieve,
    Targets, Workloads,
};
use crate::entra::tables::{self, Spelling};
use crate::schema::session::{self as schema, CONTROLS};
use crate::syntax::ast::DurationUnit;

/// An object while it is written.
pub(super) type Object = Map<String, Value>;

/// What only beta's schema knows; a policy that says one of these needs it.
const BETA: [&str; 12] = [
    field::AGENT_ID_RISK_LEVELS,
    field::AGENTS,
    field::AGENT_CONTEXT,
    field::INCLUDE_AGENT_ID_SERVICE_PRINCIPALS,
    field::EXCLUDE_AGENT_ID_SERVICE_PRINCIPALS,
    field::AGENT_ID_SERVICE_PRINCIPAL_FILTER,
    field::GLOBAL_SECURE_ACCESS,
    field::NETWORK_ACCESS,
    field::CONTINUOUS_ACCESS_EVALUATION,
    field::GLOBAL_SECURE_ACCESS_FILTERING_PROFILE,
    field::NETWORK_ACCESS_SECURITY,
    tables::AGENT_RESOURCES,
];

/// The fields and words of a policy for which version 1.0 does not suffice, in the order in which they stand.
pub(super) fn beta_fields(json: &Value) -> Vec<&'static str> {
    let mut found = Vec::new();
    collect_beta(json, &mut found);
    found
}

fn collect_beta(json: &Value, found: &mut Vec<&'static str>) {
    match json {
        Value::Object(entries) => {
            for (key, value) in entries.iter().filter(|(_, value)| !value.is_null()) {
                add_beta(key, found);
                collect_beta(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_beta(item, found)),
        Value::String(text) => add_beta(text, found),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn add_beta(word: &str, found: &mut Vec<&'static str>) {
    let known = BETA.into_iter().find(|it| *it == word);
    found.extend(known.filter(|word| !found.contains(word)).into_iter().collect::<Vec<_>>());
}

fn object(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let entries = entries.into_iter().map(|(key, value)| (key.to_owned(), value));
    Value::Object(entries.collect())
}

/// Graph's words for some of the language's.
fn graph(table: &'static [Spelling], words: &[&'static str]) -> Vec<&'static str> {
    let meant = table.iter().filter(|row| row.is_current() && words.contains(&row.latch));
    meant.map(|row| row.graph).collect()
}

fn graph_word(table: &'static [Spelling], word: &'static str) -> Value {
    graph(table, &[word]).first().map_or(Value::Null, |word| json!(word))
}

/// Words of an enumeration of flags, which travel joined by commas.
fn flags(table: &'static [Spelling], words: &[&'static str]) -> Value {
    match graph(table, words)[..] {
        [] => Value::Null,
        ref words => json!(words.join(",")),
    }
}

/// What an object carries beside its meaning.
pub(super) fn remarks(remarks: &Remarks) -> Object {
    let mut all = Object::new();
    let mut put = |key: &str, value: &Option<String>| {
        if let Some(value) = value {
            all.insert(key.to_owned(), json!(value));
        }
    };
    put(field::ID, &remarks.id);
    put(field::TEMPLATE_ID, &remarks.template);
    put(field::DISPLAY_NAME, &Some(remarks.origin.name.clone()));
    put(field::DESCRIPTION, &remarks.description);
    put(field::CREATED_DATE_TIME, &remarks.created);
    put(field::MODIFIED_DATE_TIME, &remarks.modified);
    put(field::DELETED_DATE_TIME, &remarks.deleted);
    all
}

/// A policy.
pub(super) fn policy(policy: &Policy, filters: &Filters) -> Value {
    let mut all = remarks(&policy.remarks);
    let state = tables::STATES.iter().find(|row| row.1 == policy.state).map(|row| row.0);
    all.insert(field::STATE.to_owned(), json!(state));
    all.insert(field::CONDITIONS.to_owned(), conditions(&policy.conditions, filters));
    all.insert(field::GRANT_CONTROLS.to_owned(), grants(&policy.demand));
    all.insert(field::SESSION_CONTROLS.to_owned(), session(&policy.session));
    Value::Object(all)
}

fn conditions(conditions: &Conditions, filters: &Filters) -> Value {
    let clients = match &conditions.clients[..] {
        [] => vec!["all"],
        clients => graph(tables::CLIENTS, clients),
    };
    let mut all = vec![
        (field::CLIENT_APP_TYPES, json!(clients)),
        (field::APPLICATIONS, targets(&conditions.targets, filters.app.as_ref())),
        (field::USERS, users(conditions)),
        (field::CLIENT_APPLICATIONS, client_applications(conditions, filters)),
        (field::PLATFORMS, platforms(&conditions.platforms)),
        (field::LOCATIONS, locations(&conditions.locations)),
        (field::DEVICES, filtered(field::DEVICE_FILTER, filters.device.as_ref())),
    ];
    all.extend(risks(conditions));
    let flows = flags(tables::FLOWS, &conditions.flows);
    let flows = if flows.is_null() { flows } else { object([(field::TRANSFER_METHODS, flows)]) };
    all.push((field::AUTHENTICATION_FLOWS, flows));
    all.extend(agents(&conditions.agents, filters).map(|agents| (field::AGENTS, agents)));
    let contexts = &conditions.agent_contexts;
    if !contexts.include.is_empty() || !contexts.exclude.is_empty() {
        let list = |words: &[&'static str]| json!(graph(tables::AGENT_CONTEXTS, words));
        let contexts = object([
            (field::INCLUDE_AGENT_CONTEXTS, list(&contexts.include)),
            (field::EXCLUDE_AGENT_CONTEXTS, list(&contexts.exclude)),
        ]);
        all.push((field::AGENT_CONTEXT, contexts));
    }
    object(all)
}

/// Three risks are lists that are always there; the others are flags.
fn risks(conditions: &Conditions) -> Vec<(&'static str, Value)> {
    let mut all = Vec::new();
    for (key, attribute, table) in tables::RISK_FIELDS {
        let risk = conditions.risks.iter().find(|risk| risk.attribute == *attribute);
        let levels = risk.map_or(&[][..], |risk| &risk.levels);
        match *key {
            field::INSIDER_RISK_LEVELS => all.push((*key, flags(table, levels))),
            field::AGENT_ID_RISK_LEVELS if levels.is_empty() => {}
            field::AGENT_ID_RISK_LEVELS => all.push((*key, flags(table, levels))),
            _ => all.push((*key, json!(graph(table, levels)))),
        }
    }
    all
}

fn filter(filter: Option<&Filter>) -> Value {
    let Some(filter) = filter else { return Value::Null };
    let mode = if filter.exclude { "exclude" } else { "include" };
    object([
        (field::MODE, graph_word(tables::FILTER_MODES, mode)),
        (field::RULE, json!(filter.rule.to_string())),
    ])
}

fn filtered(key: &'static str, of: Option<&Filter>) -> Value {
    if of.is_some() { object([(key, filter(of))]) } else { Value::Null }
}

fn targets(targets: &Targets, of: Option<&Filter>) -> Value {
    let app = |app: &App| match app {
        App::Id(id) => json!(id),
        App::AgentResources => json!(tables::AGENT_RESOURCES),
    };
    let every = targets.every_app.then(|| json!(tables::ALL));
    let mut include: Vec<Value> =
        every.into_iter().chain(targets.include.iter().map(app)).collect();
    let others = [targets.actions.len(), targets.contexts.len(), targets.traffic.len()];
    if include.is_empty() && others == [0; 3] {
        include.push(json!(tables::NONE));
    }
    let exclude: Vec<Value> = targets.exclude.iter().map(app).collect();
    let actions = graph(tables::ACTIONS, &targets.actions);
    let mut all = vec![
        (field::INCLUDE_APPLICATIONS, Value::Array(include)),
        (field::EXCLUDE_APPLICATIONS, Value::Array(exclude)),
        (field::INCLUDE_USER_ACTIONS, json!(actions)),
        (field::INCLUDE_AUTHENTICATION_CONTEXT_CLASS_REFERENCES, json!(targets.contexts)),
        (field::APPLICATION_FILTER, filter(of)),
    ];
    if !targets.traffic.is_empty() {
        let traffic = flags(tables::TRAFFIC, &targets.traffic);
        let traffic = object([(field::INCLUDE_TRAFFIC_PROFILES, traffic)]);
        all.push((field::GLOBAL_SECURE_ACCESS, traffic.clone()));
        all.push((field::NETWORK_ACCESS, traffic));
    }
    object(all)
}

fn users(conditions: &Conditions) -> Value {
    let include = &conditions.users.include;
    let exclude = &conditions.users.exclude;
    let nobody = *include == People::default();
    let mut words = Vec::new();
    words.extend(include.everyone.then_some(tables::ALL));
    words.extend(nobody.then_some(tables::NONE));
    let named = |words: Vec<&'static str>, ids: &[String]| {
        let words = words.into_iter().map(str::to_owned);
        json!(words.chain(ids.iter().cloned()).collect::<Vec<_>>())
    };
    object([
        (field::INCLUDE_USERS, named(words, &include.users)),
        (field::EXCLUDE_USERS, json!(exclude.users)),
        (field::INCLUDE_GROUPS, json!(include.groups)),
        (field::EXCLUDE_GROUPS, json!(exclude.groups)),
        (field::INCLUDE_ROLES, json!(include.roles)),
        (field::EXCLUDE_ROLES, json!(exclude.roles)),
        (field::INCLUDE_GUESTS_OR_EXTERNAL_USERS, guests(&include.guests)),
        (field::EXCLUDE_GUESTS_OR_EXTERNAL_USERS, guests(&exclude.guests)),
    ])
}

/// A draft has one list of external users at most.
fn guests(guests: &[Guests]) -> Value {
    guests.first().map_or(Value::Null, typed_guests)
}

fn typed_guests(guests: &Guests) -> Value {
    let kind = if guests.tenants.is_empty() { "all" } else { "enumerated" };
    let name = if guests.tenants.is_empty() { "All" } else { "Enumerated" };
    let mut tenants = vec![
        (TYPE, json!(format!("#microsoft.graph.conditionalAccess{name}ExternalTenants"))),
        (field::MEMBERSHIP_KIND, graph_word(tables::TENANTS, kind)),
    ];
    if !guests.tenants.is_empty() {
        tenants.push((field::MEMBERS, json!(guests.tenants)));
    }
    object([
        (field::GUEST_OR_EXTERNAL_USER_TYPES, flags(tables::GUESTS, &guests.types)),
        (field::EXTERNAL_TENANTS, object(tenants)),
    ])
}

/// The key that names an object's type.
pub(super) const TYPE: &str = "@odata.type";

fn client_applications(conditions: &Conditions, filters: &Filters) -> Value {
    let Workloads { own_tenant, include, exclude, .. } = &conditions.service_principals;
    let mut all = Vec::new();
    if *own_tenant || !include.is_empty() {
        let every = own_tenant.then_some(tables::OWN_TENANT.to_owned());
        let include: Vec<String> = every.into_iter().chain(include.iter().cloned()).collect();
        all.push((field::INCLUDE_SERVICE_PRINCIPALS, json!(include)));
        all.push((field::EXCLUDE_SERVICE_PRINCIPALS, json!(exclude)));
        let of = filters.workload.as_ref();
        all.extend(of.map(|of| (field::SERVICE_PRINCIPAL_FILTER, filter(Some(of)))));
    }
    let agents = &conditions.agents;
    if identities(agents) {
        let every = agents.every_identity.then_some(tables::ALL.to_owned());
        let include: Vec<String> =
            every.into_iter().chain(agents.include.iter().cloned()).collect();
        all.push((field::INCLUDE_AGENT_ID_SERVICE_PRINCIPALS, json!(include)));
        all.push((field::EXCLUDE_AGENT_ID_SERVICE_PRINCIPALS, json!(agents.exclude)));
        let of = filters.agent.as_ref();
        all.extend(of.map(|of| (field::AGENT_ID_SERVICE_PRINCIPAL_FILTER, filter(Some(of)))));
    }
    if all.is_empty() { Value::Null } else { object(all) }
}

/// Whether a policy lists agents as identities: one that is about all users of agents alone lists them there.
fn identities(agents: &Agents) -> bool {
    agents.every_identity || !agents.every_user && !agents.include.is_empty()
}

fn agents(agents: &Agents, filters: &Filters) -> Option<Value> {
    if !agents.every_user {
        return None;
    }
    let alone = !identities(agents);
    let mut include = vec![tables::ALL.to_owned()];
    let mut all = Vec::new();
    let mut exclude = Vec::new();
    if alone {
        include.extend(agents.include.iter().cloned());
        exclude.extend(agents.exclude.iter().cloned());
    }
    all.push((field::INCLUDE_AGENT_USERS, json!(include)));
    all.push((field::EXCLUDE_AGENT_USERS, json!(exclude)));
    let of = filters.agent.as_ref().filter(|_| alone);
    all.extend(of.map(|of| (field::AGENT_FILTER, filter(Some(of)))));
    Some(object(all))
}

fn platforms(platforms: &Sieve<&'static str>) -> Value {
    if platforms.include.is_empty() && platforms.exclude.is_empty() {
        return Value::Null;
    }
    let include = match &platforms.include[..] {
        [] => vec!["all"],
        some => graph(tables::PLATFORMS, some),
    };
    object([
        (field::INCLUDE_PLATFORMS, json!(include)),
        (field::EXCLUDE_PLATFORMS, json!(graph(tables::PLATFORMS, &platforms.exclude))),
    ])
}

fn locations(locations: &Sieve<Place>) -> Value {
    if locations.include.is_empty() && locations.exclude.is_empty() {
        return Value::Null;
    }
    let place = |place: &Place| match place {
        Place::Trusted => tables::ALL_TRUSTED.to_owned(),
        Place::Id(id) => id.clone(),
    };
    let include = match &locations.include[..] {
        [] => vec![tables::ALL.to_owned()],
        some => some.iter().map(place).collect(),
    };
    let exclude: Vec<String> = locations.exclude.iter().map(place).collect();
    object([(field::INCLUDE_LOCATIONS, json!(include)), (field::EXCLUDE_LOCATIONS, json!(exclude))])
}

fn grants(demand: &Demand) -> Value {
    let (all, parts) = match demand {
        Demand::Nothing => return Value::Null,
        Demand::Block => (false, vec![Part::Word("block")]),
        Demand::Require { all, parts } => (*all && parts.len() > 1, parts.clone()),
    };
    let words: Vec<&'static str> = parts
        .iter()
        .filter_map(|part| match part {
            Part::Word(word) => Some(*word),
            Part::Strength(_) | Part::Terms(_) | Part::CustomControl(_) => None,
        })
        .collect();
    let ids = |of: fn(&Part) -> Option<&String>| parts.iter().filter_map(of).collect::<Vec<_>>();
    let terms = ids(|part| if let Part::Terms(id) = part { Some(id) } else { None });
    let custom = ids(|part| if let Part::CustomControl(id) = part { Some(id) } else { None });
    let strengths = ids(|part| if let Part::Strength(it) = part { Some(&it.id) } else { None });
    let strength = strengths.first().map_or(Value::Null, |id| object([(field::ID, json!(id))]));
    object([
        (field::OPERATOR, graph_word(tables::OPERATORS, if all { "and" } else { "or" })),
        (field::BUILT_IN_CONTROLS, json!(graph(tables::GRANTS, &words))),
        (field::CUSTOM_AUTHENTICATION_FACTORS, json!(custom)),
        (field::TERMS_OF_USE, json!(terms)),
        (field::AUTHENTICATION_STRENGTH, strength),
    ])
}

fn session(controls: &[Control]) -> Value {
    if controls.is_empty() {
        return Value::Null;
    }
    let mut all = Object::new();
    for key in [
        field::APPLICATION_ENFORCED_RESTRICTIONS,
        field::CLOUD_APP_SECURITY,
        field::DISABLE_RESILIENCE_DEFAULTS,
        field::PERSISTENT_BROWSER,
        field::SECURE_SIGN_IN_SESSION,
        field::SIGN_IN_FREQUENCY,
    ] {
        all.insert(key.to_owned(), Value::Null);
    }
    for control in controls {
        let (key, value) = session_control(control);
        all.insert(key.to_owned(), value);
    }
    Value::Object(all)
}

fn session_control(control: &Control) -> (&'static str, Value) {
    let (words, value) = match control {
        Control::Frequency(frequency) => return (field::SIGN_IN_FREQUENCY, period(frequency)),
        Control::Word(words, value) => (*words, value.map(str::to_owned)),
        Control::Id(words, id) => (*words, Some(id.clone())),
    };
    let known = CONTROLS.iter().find(|row| row.words == words);
    let known = known.map_or(schema::Control::SignInFrequency, |row| row.control);
    on(known, value)
}

/// A control that is on, with its value.
fn on(control: schema::Control, value: Option<String>) -> (&'static str, Value) {
    use schema::Control as C;
    let enabled = |key: Option<&'static str>, value: Value| {
        let value = key.map(|key| (key, value));
        object(value.into_iter().chain([(field::IS_ENABLED, json!(true))]))
    };
    let word = |table: &'static [Spelling]| {
        let row = table.iter().find(|row| Some(row.latch) == value.as_deref());
        row.map_or(Value::Null, |row| json!(row.graph))
    };
    match control {
        C::PersistentBrowser => {
            let mode = word(tables::PERSISTENT_BROWSER);
            (field::PERSISTENT_BROWSER, enabled(Some(field::MODE), mode))
        }
        C::AppRestrictions => {
            (field::APPLICATION_ENFORCED_RESTRICTIONS, enabled(None, Value::Null))
        }
        C::CloudAppSecurity => {
            let kind = word(tables::CLOUD_APP_SECURITY);
            (field::CLOUD_APP_SECURITY, enabled(Some(field::CLOUD_APP_SECURITY_TYPE), kind))
        }
        C::ContinuousEvaluation => {
            let mode = word(tables::CONTINUOUS_EVALUATION);
            (field::CONTINUOUS_ACCESS_EVALUATION, object([(field::MODE, mode)]))
        }
        C::Resilience => (field::DISABLE_RESILIENCE_DEFAULTS, json!(true)),
        C::TokenProtection => (field::SECURE_SIGN_IN_SESSION, enabled(None, Value::Null)),
        C::GlobalSecureAccessProfile => {
            let key = field::GLOBAL_SECURE_ACCESS_FILTERING_PROFILE;
            (key, enabled(Some(field::PROFILE_ID), json!(value)))
        }
        C::NetworkAccessPolicy => {
            (field::NETWORK_ACCESS_SECURITY, enabled(Some(field::POLICY_ID), json!(value)))
        }
        // No export holds these: `session` refuses a lifetime and an idle time, and a frequency is its own kind.
        C::SignInFrequency | C::Lifetime | C::Idle => (field::SIGN_IN_FREQUENCY, Value::Null),
    }
}

fn period(frequency: &crate::entra::model::Frequency) -> Value {
    let (interval, kind, value) = match frequency.period {
        None => ("every time", Value::Null, Value::Null),
        Some((seconds, unit)) => {
            let word = if unit == DurationUnit::Days { "days" } else { "hours" };
            let value = json!(seconds / unit.seconds());
            ("", graph_word(tables::FREQUENCY_UNITS, word), value)
        }
    };
    let factor = if frequency.second_factor_only { "second factor" } else { "" };
    object([
        (field::VALUE, value),
        (field::TYPE, kind),
        (field::AUTHENTICATION_TYPE, graph_word(tables::FREQUENCY_FACTORS, factor)),
        (field::FREQUENCY_INTERVAL, graph_word(tables::FREQUENCY_INTERVALS, interval)),
        (field::IS_ENABLED, json!(true)),
    ])
}
