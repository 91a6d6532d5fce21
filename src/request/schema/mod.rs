//! The JSON Schema of a request, generated from the tables that the reader reads.

#[cfg(test)]
pub(crate) mod checker;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value as Json, json};

use crate::request::defaults::PROFILES;
use crate::request::json::{AMR, HIDDEN, KEYS, MAX_MEMBERS, NAME_KEY, NAMED_GROUPS, claimed};
use crate::schema::attribute::{ATTRIBUTES, Attribute, Kind, Row, Source};
use crate::schema::method::METHODS;

/// The version of JSON Schema it is written in.
pub const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// What `null` says, for each group of attributes that can be null as a whole.
const GROUPS: [(&str, &str); 5] = [
    ("user", "The user who signs in; null for none."),
    ("servicePrincipal", "The workload identity that signs in; null for none."),
    ("agent", "The agent that signs in; null for none."),
    ("device", "The device; null for one that is not registered."),
    ("risk", "The levels of risk; null when none of them exists."),
];

/// The JSON Schema (draft 2020-12) of a request.
pub fn request_schema() -> Json {
    let mut properties = Map::new();
    properties.insert("id".to_owned(), json!({"type": ["string", "null"], "description": "An id of the caller's, echoed in the decision."}));
    properties.insert("who".to_owned(), name());
    for row in ATTRIBUTES {
        match row.source {
            Source::Request(path) if path.contains('.') => insert_group(&mut properties, path),
            Source::Request(key) => drop(properties.insert(key.to_owned(), attribute(row))),
            Source::Derived(_) => {}
        }
    }
    properties.insert("attributes".to_owned(), own());
    properties.insert("evidence".to_owned(), evidence());
    properties.insert("defaults".to_owned(), defaults());
    json!({
        "$schema": DIALECT,
        "$id": "urn:latch:request",
        "title": "A sign-in",
        "description": "One sign-in to be decided. A key that is left out was not supplied; null says that there is no such thing.",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "$defs": {
            "id": {"type": "string", "pattern": "\\S", "description": "A directory id, in any case."},
            "ids": ids(),
            "app": app(),
            "custom": custom(),
            "ago": ago(),
        },
    })
}

fn insert_group(properties: &mut Map<String, Json>, path: &str) {
    let group = path.split('.').next().unwrap_or(path);
    if properties.contains_key(group) {
        return;
    }
    let doc = GROUPS.iter().find(|(name, _)| *name == group).map_or("", |(_, doc)| doc);
    let mut members = Map::new();
    for (key, attribute_of) in in_table_order(group) {
        members.insert(key.to_owned(), attribute(attribute_of.row()));
    }
    if NAMED_GROUPS.contains(&group) {
        members.insert(NAME_KEY.to_owned(), name());
    }
    let object = json!({
        "description": doc,
        "type": ["object", "null"],
        "properties": members,
        "additionalProperties": false,
    });
    properties.insert(group.to_owned(), object);
}

/// The members of a group, in the order of the table.
fn in_table_order(group: &str) -> Vec<(&'static str, Attribute)> {
    let members = KEYS.get(group).into_iter().flatten();
    let mut members: Vec<_> = members.map(|(key, attribute)| (*key, *attribute)).collect();
    members.sort_by_key(|(_, attribute)| *attribute);
    members
}

fn name() -> Json {
    json!({"type": ["string", "null"], "description": "A name for people who read; decides nothing."})
}

fn attribute(row: &Row) -> Json {
    let mut schema = Map::from_iter([("description".to_owned(), json!(row.doc))]);
    if let Json::Object(kind) = kind(row.kind) {
        schema.extend(kind);
    }
    Json::Object(schema)
}

/// The schema of a value of that kind, or null.
fn kind(kind: Kind) -> Json {
    match kind {
        Kind::Boolean => json!({"type": ["boolean", "null"]}),
        Kind::Enumeration(words) => json!({"enum": words_or_null(words, &[])}),
        Kind::Ordered(words) => json!({"enum": words_or_null(words, &[HIDDEN])}),
        Kind::EnumerationSet(words) => list(&json!({"enum": words})),
        Kind::Identifier => or_null(&json!({"$ref": "#/$defs/id"})),
        Kind::Identifiers => or_null(&json!({"$ref": "#/$defs/ids"})),
        Kind::Apps => json!({
            "type": ["array", "null"],
            "items": {"$ref": "#/$defs/app"},
            "minItems": 1,
            "maxItems": MAX_MEMBERS,
        }),
        Kind::Address => or_null(&json!({
            "type": "string",
            "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}],
        })),
        Kind::Country => json!({"type": ["string", "null"], "pattern": "^[A-Za-z]{2}$"}),
        Kind::Integer => json!({"type": ["integer", "null"]}),
        Kind::Text | Kind::Version => json!({"type": ["string", "null"]}),
        Kind::TextSet => list(&json!({"type": "string"})),
        Kind::Custom => or_null(&json!({"$ref": "#/$defs/custom"})),
        Kind::Instant => json!({"type": ["string", "null"], "format": "date-time"}),
        // No request carries these.
        Kind::Members | Kind::Networks | Kind::Weekday | Kind::Date | Kind::Duration => {
            json!({"not": {}})
        }
    }
}

fn words_or_null(words: &[&str], more: &[&str]) -> Vec<Json> {
    words.iter().chain(more).map(|word| json!(word)).chain([Json::Null]).collect()
}

fn or_null(schema: &Json) -> Json {
    json!({"anyOf": [schema, {"type": "null"}]})
}

fn list(items: &Json) -> Json {
    json!({"type": ["array", "null"], "items": items, "maxItems": MAX_MEMBERS})
}

fn ids() -> Json {
    let list = json!({"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": MAX_MEMBERS});
    json!({
        "description": "A list is complete. An object says what is certainly in and not in, and leaves the rest open.",
        "anyOf": [
            list,
            {"type": "object", "properties": {"in": list, "notIn": list}, "additionalProperties": false},
        ],
    })
}

fn app() -> Json {
    let agent = "Whether it is a resource of agents.";
    json!({
        "description": "An app by its id, or with more about it.",
        "anyOf": [
            {"$ref": "#/$defs/id"},
            {
                "type": "object",
                "properties": {
                    "id": {"$ref": "#/$defs/id"},
                    "agentResource": {"description": agent, "type": ["boolean", "null"]},
                    "attributes": or_null(&json!({"$ref": "#/$defs/custom"})),
                },
                "required": ["id"],
                "additionalProperties": false,
            },
        ],
    })
}

fn custom() -> Json {
    let texts = json!({
        "anyOf": [
            {"type": "string"},
            {"type": "array", "items": {"type": "string"}, "maxItems": MAX_MEMBERS},
        ],
    });
    json!({
        "description": "Custom security attributes: set, name, one text or several.",
        "type": "object",
        "propertyNames": {"pattern": "^[^.]*$"},
        "additionalProperties": {"type": "object", "additionalProperties": texts},
    })
}

fn own() -> Json {
    json!({
        "description": "The organisation's own attributes, by name. Durations as \"4 hours\", \"PT4H\" or seconds; moments in ISO 8601.",
        "type": "object",
        "additionalProperties": {
            "type": ["boolean", "integer", "string", "array", "null"],
            "items": {"type": "string"},
            "maxItems": MAX_MEMBERS,
        },
    })
}

fn defaults() -> Json {
    let names: Vec<_> = PROFILES.iter().map(|profile| profile.name).collect();
    let docs: Vec<_> = PROFILES.iter().map(|it| format!("`{}`: {}", it.name, it.doc)).collect();
    json!({"description": docs.join(" "), "enum": words_or_null(&names, &[])})
}

fn ago() -> Json {
    json!({
        "description": "How long before the sign-in: \"5 minutes\", \"PT5M\", or whole seconds.",
        "type": ["integer", "string"],
    })
}

fn evidence() -> Json {
    let list = |items: Json| json!({"type": "array", "items": items, "maxItems": MAX_MEMBERS});
    let methods = AMR.map(|(value, _)| value);
    json!({
        "description": "What has been proven in this session, and when.",
        "type": ["object", "null"],
        "properties": {
            "proofs": list(proof()),
            "claims": list(claim()),
            "amr": {
                "description": "Authentication method references of an ID token (RFC 8176), those that name one method.",
                "type": "array",
                "items": {"enum": methods},
                "maxItems": MAX_MEMBERS,
            },
            "authTime": {
                "description": "When these methods were used: seconds since 1970, as in an ID token, or ISO 8601.",
                "type": ["integer", "string"],
            },
        },
        "dependentRequired": {"amr": ["authTime"], "authTime": ["amr"]},
        "additionalProperties": false,
    })
}

/// When something was proven; each excludes the other.
fn time() -> Json {
    json!({"description": "When, in ISO 8601; the request needs its `time` too.", "type": "string", "format": "date-time"})
}

fn proof() -> Json {
    let methods: Vec<_> = METHODS.iter().map(|row| row.name).collect();
    let id = or_null(&json!({"$ref": "#/$defs/id"}));
    json!({
        "type": "object",
        "properties": {
            "method": {"description": "The authentication method.", "enum": methods},
            "time": time(),
            "ago": {"$ref": "#/$defs/ago"},
            "aaguid": id,
            "issuer": id,
            "policies": {"type": "array", "items": {"$ref": "#/$defs/id"}, "maxItems": MAX_MEMBERS},
        },
        "required": ["method"],
        "oneOf": [{"required": ["time"]}, {"required": ["ago"]}],
        "additionalProperties": false,
    })
}

fn claim() -> Json {
    let (named, plain): (Vec<_>, Vec<_>) = claimed().partition(|grant| grant.row().argument);
    let words = |grants: Vec<crate::schema::grant::GrantWord>| -> Vec<_> {
        grants.iter().map(|grant| grant.row().name).collect()
    };
    let id = or_null(&json!({"$ref": "#/$defs/id"}));
    json!({
        "type": "object",
        "properties": {
            "claim": {"description": "The grant it speaks of."},
            "id": id,
            "name": id,
            "time": time(),
            "ago": {"$ref": "#/$defs/ago"},
        },
        "required": ["claim"],
        "oneOf": [
            {
                "description": "One of several of its kind, by what stands in quotes behind it in a policy file.",
                "properties": {"claim": {"enum": words(named)}},
                "oneOf": [
                    {"required": ["id"], "properties": {"id": {"type": "string"}, "name": {"type": "null"}}},
                    {"required": ["name"], "properties": {"name": {"type": "string"}, "id": {"type": "null"}}},
                ],
            },
            {
                "properties": {
                    "claim": {"enum": words(plain)},
                    "id": {"type": "null"},
                    "name": {"type": "null"},
                },
            },
        ],
        "not": {"required": ["time", "ago"]},
        "additionalProperties": false,
    })
}
