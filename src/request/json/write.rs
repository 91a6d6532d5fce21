//! A request to JSON, so that reading it again gives the same request.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use crate::request::json::KEYS;
use crate::request::moment::{duration_ms_text, time_text};
use crate::request::{App, Claim, Evidence, Ids, Proof, Request, Value};
use crate::schema::attribute::{ATTRIBUTES, Attribute, Kind, Source};
use crate::value::Slot;

/// The request as JSON, in the order of the table of attributes. `read` gives the same request again; own attributes
/// that have got a kind that JSON lacks (durations, moments) come back as text until they are typed again.
pub fn write(request: &Request) -> Json {
    let mut top = Map::new();
    insert(&mut top, "id", request.id().map(Json::from));
    insert(&mut top, "who", request.who().map(Json::from));
    for row in ATTRIBUTES {
        if let Source::Request(path) = row.source {
            let json = slot(request.get(row.attribute), |it| value(it, row.kind));
            insert_at(&mut top, path, json);
        }
    }
    if is_unregistered(request) {
        top.insert("device".to_owned(), Json::Null);
    }
    insert(&mut top, "attributes", own(request));
    insert(&mut top, "evidence", evidence(request.evidence()));
    Json::Object(top)
}

fn insert(map: &mut Map<String, Json>, key: &str, value: Option<Json>) {
    if let Some(value) = value {
        map.insert(key.to_owned(), value);
    }
}

fn insert_at(top: &mut Map<String, Json>, path: &str, value: Option<Json>) {
    let Some(value) = value else { return };
    let Some((group, key)) = path.split_once('.') else { return insert(top, path, Some(value)) };
    let group = top.entry(group).or_insert_with(|| Json::Object(Map::new()));
    if let Json::Object(group) = group {
        group.insert(key.to_owned(), value);
    }
}

fn slot<T>(slot: &Slot<T>, json: impl FnOnce(&T) -> Json) -> Option<Json> {
    match slot {
        Slot::Known(value) => Some(json(value)),
        Slot::Absent => Some(Json::Null),
        Slot::NotSupplied => None,
    }
}

/// Whether all that is said of the device is that it is not registered.
fn is_unregistered(request: &Request) -> bool {
    let mut device = KEYS["device"].values().copied();
    request.boolean(Attribute::DeviceRegistered) == Slot::Known(false)
        && device.all(|it| it == Attribute::DeviceRegistered || *request.get(it) == Slot::Absent)
}

fn value(value: &Value, kind: Kind) -> Json {
    match value {
        Value::Boolean(value) => json!(value),
        Value::Word(number) => word(*number, kind),
        Value::Words(numbers) => numbers.iter().map(|number| word(*number, kind)).collect(),
        Value::Text(text) => json!(text),
        Value::Texts(texts) => json!(texts),
        Value::Ids(ids) => ids_json(ids),
        Value::Integer(number) => json!(number),
        Value::Address(address) => json!(address.to_string()),
        Value::Country(country) => json!(country.to_string()),
        Value::Instant(time) => json!(time_text(*time)),
        Value::Duration(seconds) => json!(format!("PT{seconds}S")),
        Value::Apps(apps) => apps.iter().map(app).collect(),
        Value::Custom(attributes) => custom(attributes),
    }
}

/// The word of that number; a settled request has no other number.
fn word(number: u8, kind: Kind) -> Json {
    match kind {
        Kind::Enumeration(words) | Kind::Ordered(words) | Kind::EnumerationSet(words) => {
            words.get(usize::from(number)).copied().into()
        }
        Kind::Boolean | Kind::Members | Kind::Identifier | Kind::Identifiers | Kind::Apps => {
            Json::Null
        }
        Kind::Address | Kind::Networks | Kind::Country | Kind::Integer | Kind::Text => Json::Null,
        Kind::Version | Kind::TextSet | Kind::Custom | Kind::Instant | Kind::Weekday => Json::Null,
        Kind::Date | Kind::Duration => Json::Null,
    }
}

fn ids_json(ids: &Ids) -> Json {
    if ids.complete { json!(ids.inside) } else { json!({"in": ids.inside, "notIn": ids.outside}) }
}

fn app(app: &App) -> Json {
    if app.agent_resource.is_not_supplied() && app.attributes.is_not_supplied() {
        return json!(app.id);
    }
    let mut object = Map::from_iter([("id".to_owned(), json!(app.id))]);
    insert(&mut object, "agentResource", slot(&app.agent_resource, |value| json!(value)));
    insert(&mut object, "attributes", slot(&app.attributes, custom));
    Json::Object(object)
}

fn custom(attributes: &BTreeMap<String, BTreeSet<String>>) -> Json {
    let mut sets = Map::new();
    for (name, texts) in attributes {
        insert_at(&mut sets, name, Some(json!(texts)));
    }
    Json::Object(sets)
}

fn own(request: &Request) -> Option<Json> {
    let entries = request.own_attributes().filter_map(|(name, it)| {
        let json = slot(it, |it| value(it, Kind::Boolean))?;
        Some((name.to_owned(), json))
    });
    let object: Map<_, _> = entries.collect();
    (!object.is_empty()).then_some(Json::Object(object))
}

fn evidence(evidence: &Evidence) -> Option<Json> {
    let mut object = Map::new();
    if !evidence.proofs.is_empty() {
        object.insert("proofs".to_owned(), evidence.proofs.iter().map(proof).collect());
    }
    if !evidence.claims.is_empty() {
        object.insert("claims".to_owned(), evidence.claims.iter().map(claim).collect());
    }
    (!object.is_empty()).then_some(Json::Object(object))
}

fn proof(proof: &Proof) -> Json {
    let mut object = Map::from_iter([
        ("method".to_owned(), json!(proof.method.name())),
        ("ago".to_owned(), ago(proof.age_ms)),
    ]);
    insert(&mut object, "aaguid", proof.aaguid.as_ref().map(|id| json!(id)));
    insert(&mut object, "issuer", proof.issuer.as_ref().map(|id| json!(id)));
    insert(&mut object, "policies", Some(json!(proof.policies)).filter(|list| *list != json!([])));
    Json::Object(object)
}

fn claim(claim: &Claim) -> Json {
    let mut object = Map::from_iter([("claim".to_owned(), json!(claim.grant.row().name))]);
    insert(&mut object, "id", claim.id.as_ref().map(|id| json!(id)));
    insert(&mut object, "ago", claim.age_ms.map(ago));
    Json::Object(object)
}

/// Whole seconds as a number, else exact to the millisecond.
fn ago(millis: i64) -> Json {
    if millis % 1_000 == 0 { json!(millis / 1_000) } else { json!(duration_ms_text(millis)) }
}
