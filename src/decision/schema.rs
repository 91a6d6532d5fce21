//! The JSON Schema of a decision, generated from the tables that the writer reads.

use serde_json::{Map, Value as Json, json};

use crate::decision::MAX_ALTERNATIVES;
use crate::decision::json::{EVERY_TIME, FEASIBILITIES, REASONS, SIGN_IN};
use crate::schema::grant::GRANTS;
use crate::schema::session::{Argument, CONTROLS, Row};

/// The JSON Schema (draft 2020-12) of a decision.
pub fn decision_schema() -> Json {
    let names =
        |doc: &str| json!({"description": doc, "type": "array", "items": {"type": "string"}});
    let mut properties = Map::new();
    properties.insert(
        "id".to_owned(),
        json!({"description": "The id of the request.", "type": "string"}),
    );
    properties.extend(outcome());
    let more = json!({
        "unguarded": {"description": "No policy that is on applies.", "type": "boolean"},
        "by": names("The policies that decided it."),
        "applying": names("All policies that are on and apply."),
        "session": session(),
        "reportOnly": report_only(),
        "assumed": names("Attributes that were not supplied and were taken for a match."),
        "assumptionMatters": {"description": "Supplying them could change the outcome, the challenge or the session controls.", "type": "boolean"},
        "validForSeconds": {"description": "For how long passing time alone cannot change it; null for ever.", "type": ["integer", "null"], "minimum": 0},
        "validUntil": {"description": "The same as a moment, where the request has a time.", "type": ["string", "null"], "format": "date-time"},
        "dependsOn": names("The attributes that were able to influence it. A change of any other needs no new decision."),
    });
    if let Json::Object(more) = more {
        properties.extend(more);
    }
    let optional = ["id", "reason", "challenge"];
    let required = properties.keys().filter(|key| !optional.contains(&key.as_str()));
    let required: Vec<_> = required.cloned().collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:latch:decision",
        "title": "A decision",
        "description": "What is decided about one sign-in, why, and how long it holds.",
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
        "$defs": {"challenge": challenge(), "maxAge": max_age()},
    })
}

/// The keys that say how it came out; the last two where they apply.
fn outcome() -> Map<String, Json> {
    Map::from_iter([
        (
            "outcome".to_owned(),
            json!({"description": "Whether the latch opens.", "enum": ["open", "step-up", "blocked"]}),
        ),
        (
            "reason".to_owned(),
            json!({"description": "Why it stays shut: a policy blocks, or this client cannot do what is asked.", "enum": REASONS}),
        ),
        ("challenge".to_owned(), json!({"$ref": "#/$defs/challenge"})),
    ])
}

fn report_only() -> Json {
    let policy = json!({"description": "Its name.", "type": "string"});
    let mut properties = Map::from_iter([("policy".to_owned(), policy)]);
    properties.extend(outcome());
    json!({
        "description": "Report-only policies that apply, and what each would have done alone.",
        "type": "array",
        "items": {
            "type": "object",
            "properties": properties,
            "required": ["policy", "outcome"],
            "additionalProperties": false,
        },
    })
}

fn challenge() -> Json {
    json!({
        "description": "What would open the latch.",
        "type": "object",
        "properties": {
            "sentence": {"description": "What to do, for a person.", "type": "string"},
            "alternatives": {
                "description": "Each is enough.",
                "type": "array",
                "items": alternative(),
                "minItems": 1,
                "maxItems": MAX_ALTERNATIVES,
            },
            "truncated": {"description": "There are more than are listed.", "type": "boolean"},
            "wwwAuthenticate": {"description": "The value of a WWW-Authenticate header (RFC 9470).", "type": "string"},
        },
        "required": ["sentence", "alternatives", "truncated", "wwwAuthenticate"],
        "additionalProperties": false,
    })
}

fn alternative() -> Json {
    let grants: Vec<_> = [SIGN_IN].into_iter().chain(GRANTS.iter().map(|row| row.name)).collect();
    let demand = json!({
        "type": "object",
        "properties": {
            "grant": {"description": "What to prove.", "enum": grants},
            "name": {"description": "Which strength, terms or custom control.", "type": "string"},
            "within": {"description": "How old the grant itself lets the proof be, in seconds.", "type": "integer", "minimum": 0},
            "maxAge": {"$ref": "#/$defs/maxAge"},
        },
        "required": ["grant"],
        "additionalProperties": false,
    });
    json!({
        "type": "object",
        "properties": {
            "feasibility": {"description": "Whether the person can do it now, after mending something else, or not at all.", "enum": FEASIBILITIES},
            "demands": {"description": "To be met together, in this order.", "type": "array", "items": demand, "minItems": 1},
        },
        "required": ["feasibility", "demands"],
        "additionalProperties": false,
    })
}

fn max_age() -> Json {
    json!({
        "description": "How old a proof may be: seconds, or every time anew.",
        "anyOf": [{"type": "integer", "minimum": 0}, {"const": EVERY_TIME}],
    })
}

fn session() -> Json {
    let controls = CONTROLS.iter().map(|row| (row.json.to_owned(), control(row)));
    json!({
        "description": "The session controls of all applying policies, merged; only those that are set.",
        "type": "object",
        "properties": controls.collect::<Map<_, _>>(),
        "additionalProperties": false,
    })
}

fn control(row: &Row) -> Json {
    let mut schema = Map::from_iter([("description".to_owned(), json!(row.doc))]);
    let value = match row.argument {
        Argument::None => json!({"const": true}),
        Argument::Frequency => frequency(),
        Argument::Duration => json!({"type": "integer", "minimum": 0}),
        // A control that can only be turned off is named so, and set or not.
        Argument::Word(["off"]) => json!({"const": true}),
        Argument::Word(words) => json!({"enum": words}),
        Argument::Id => json!({"type": "string"}),
    };
    if let Json::Object(value) = value {
        schema.extend(value);
    }
    Json::Object(schema)
}

fn frequency() -> Json {
    let age = json!({"$ref": "#/$defs/maxAge"});
    json!({
        "type": "object",
        "properties": {"both": age, "second": age},
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::Decision;
    use crate::decision::json::{tests::step_up, write};
    use crate::request::schema::checker::{check, published};

    #[test]
    fn the_published_schema_is_the_generated_one() {
        published("decision", &decision_schema());
    }

    #[test]
    fn what_is_written_is_as_the_schema_says() {
        let schema = decision_schema();
        let full = write(&step_up(), Some("r1"));
        assert_eq!(check(&schema, &full), Ok(()));
        assert_eq!(check(&schema, &write(&Decision::open(), None)), Ok(()));
        let controls = full["session"].as_object().expect("an object");
        assert_eq!(controls.len(), CONTROLS.len(), "the sample has every control");
        let mut bent = full.clone();
        bent["outcome"] = json!("perhaps");
        assert!(check(&schema, &bent).is_err());
    }
}
