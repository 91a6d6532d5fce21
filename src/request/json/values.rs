//! JSON to the value of an attribute, kind by kind.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use serde_json::Value as Json;

use crate::request::json::at::At;
use crate::request::json::error::JsonError;
use crate::request::moment::parse_time;
use crate::request::{App, Ids, Value};
use crate::schema::attribute::Kind;
use crate::value::{Country, Slot, Timestamp, fold_case};

/// The value of an attribute of that kind.
pub(super) fn value(kind: Kind, at: &At<'_>) -> Result<Value, JsonError> {
    match kind {
        Kind::Boolean => at.boolean().map(Value::Boolean),
        Kind::Enumeration(words) | Kind::Ordered(words) => at.word(words).map(Value::Word),
        Kind::EnumerationSet(words) => at.collect(|item| item.word(words)).map(Value::Words),
        Kind::Identifier => at.id().map(Value::Text),
        Kind::Identifiers => ids(at).map(Value::Ids),
        Kind::Apps => apps(at).map(Value::Apps),
        Kind::Address => address(at).map(Value::Address),
        Kind::Country => country(at).map(Value::Country),
        Kind::Integer => at.integer().map(Value::Integer),
        Kind::Text | Kind::Version => text(at).map(Value::Text),
        Kind::TextSet => at.collect(text).map(Value::Texts),
        Kind::Custom => custom(at).map(Value::Custom),
        Kind::Instant => time(at).map(Value::Instant),
        Kind::Members | Kind::Networks | Kind::Weekday | Kind::Date | Kind::Duration => {
            Err(at.wrong("follows from other attributes and cannot be supplied"))
        }
    }
}

/// What is said about an attribute of the organisation's own: plain values, which get their kinds later.
pub(super) fn own(at: &At<'_>) -> Result<Slot<Value>, JsonError> {
    let value = match at.json {
        Json::Null => return Ok(Slot::Absent),
        Json::Bool(value) => Value::Boolean(*value),
        Json::Number(_) => Value::Integer(at.integer()?),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(_) => Value::Texts(at.collect(text)?),
        Json::Object(_) => {
            return Err(at.expected("true, false, a whole number, a text or a list of texts"));
        }
    };
    Ok(Slot::Known(value))
}

fn text(at: &At<'_>) -> Result<String, JsonError> {
    at.text().map(str::to_owned)
}

fn time(at: &At<'_>) -> Result<Timestamp, JsonError> {
    let text = at.json.as_str().ok_or_else(|| at.expected("a moment"));
    let text = text.map_err(|error| error.help("write it as `2026-11-23T08:02:40Z`"))?;
    parse_time(text).map_err(|help| at.expected("a moment").help(help))
}

fn address(at: &At<'_>) -> Result<IpAddr, JsonError> {
    let text = at.text()?;
    let address = text.parse::<IpAddr>().map(|address| address.to_canonical());
    address.map_err(|_| {
        let error = at.expected("an IPv4 or IPv6 address");
        if text.parse::<std::net::SocketAddr>().is_ok() {
            error.help("leave out the port")
        } else if text.contains('%') {
            error.help("leave out the zone after `%`")
        } else {
            error
        }
    })
}

fn country(at: &At<'_>) -> Result<Country, JsonError> {
    let country = Country::parse(at.text()?);
    country.ok_or_else(|| at.expected("a country as two letters (ISO 3166), like `DE`"))
}

/// A list is complete; an object says what is certainly in and not in, and leaves the rest open.
fn ids(at: &At<'_>) -> Result<Ids, JsonError> {
    if !at.json.is_object() {
        let inside = at.collect(|item| item.id())?;
        return Ok(Ids { inside, outside: BTreeSet::new(), complete: true });
    }
    at.only(&["in", "notIn"])?;
    let list = |key| -> Result<BTreeSet<String>, JsonError> {
        at.entry(key)?.map_or_else(|| Ok(BTreeSet::new()), |list| list.collect(|item| item.id()))
    };
    Ok(Ids { inside: list("in")?, outside: list("notIn")?, complete: false })
}

fn apps(at: &At<'_>) -> Result<Vec<App>, JsonError> {
    let apps: Vec<App> = at.collect(app)?;
    if apps.is_empty() {
        let error = at.wrong("a request asks for at least one app");
        return Err(error.help("write null when it asks for none, leave it out when nobody knows"));
    }
    Ok(apps)
}

fn app(at: &At<'_>) -> Result<App, JsonError> {
    if !at.json.is_object() {
        let id = at.id()?;
        return Ok(App { id, agent_resource: Slot::NotSupplied, attributes: Slot::NotSupplied });
    }
    at.only(&["id", "agentResource", "attributes"])?;
    let id = at.entry("id")?.ok_or_else(|| at.wrong("an app needs its `id`"))?.id()?;
    let agent_resource = optional(at.entry("agentResource")?.as_ref(), |at| at.boolean())?;
    let attributes = optional(at.entry("attributes")?.as_ref(), custom)?;
    Ok(App { id, agent_resource, attributes })
}

/// What may be left out, or null.
fn optional<T>(
    at: Option<&At<'_>>,
    read: impl Fn(&At<'_>) -> Result<T, JsonError>,
) -> Result<Slot<T>, JsonError> {
    match at {
        None => Ok(Slot::NotSupplied),
        Some(at) if at.is_null() => Ok(Slot::Absent),
        Some(at) => read(at).map(Slot::Known),
    }
}

/// `{"Set": {"Name": "text" or ["text", …]}}`
fn custom(at: &At<'_>) -> Result<BTreeMap<String, BTreeSet<String>>, JsonError> {
    let mut attributes = BTreeMap::new();
    for set in at.entries()? {
        if set.key().contains('.') {
            return Err(set.wrong("the name of an attribute set has no dot"));
        }
        for attribute in set.entries()? {
            let texts = match attribute.json {
                Json::Array(_) => attribute.collect(text)?,
                _ => BTreeSet::from([text(&attribute)?]),
            };
            let name = fold_case(&format!("{}.{}", set.key(), attribute.key()));
            if attributes.insert(name, texts).is_some() {
                return Err(attribute.wrong("is given twice, in upper and in lower case"));
            }
        }
    }
    Ok(attributes)
}
