//! A small validator of JSON Schema, to hold the generated schemas against real JSON: the keywords they use, no others.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value as Json;

/// Whether `value` is as `schema` says; else the first thing that is not. Keywords it does not know are a panic, so that
/// no part of a schema goes unchecked.
pub(crate) fn check(schema: &Json, value: &Json) -> Result<(), String> {
    Checker { root: schema }.check(schema, value)
}

struct Checker<'a> {
    root: &'a Json,
}

impl Checker<'_> {
    fn check(&self, schema: &Json, value: &Json) -> Result<(), String> {
        for (keyword, argument) in schema.as_object().expect("a schema is an object") {
            if !self.holds(keyword, argument, schema, value) {
                return Err(format!("{value} breaks `{keyword}`: {argument}"));
            }
        }
        Ok(())
    }

    fn is(&self, schema: &Json, value: &Json) -> bool {
        self.check(schema, value).is_ok()
    }

    fn holds(&self, keyword: &str, argument: &Json, schema: &Json, value: &Json) -> bool {
        match keyword {
            "$schema" | "$id" | "$defs" | "title" | "description" => true,
            "$ref" => {
                let pointer = argument.as_str().and_then(|it| it.strip_prefix('#'));
                let target =
                    self.root.pointer(pointer.expect("local")).expect("it leads somewhere");
                self.is(target, value)
            }
            "type" => words(argument).iter().any(|name| is_of(name, value)),
            "enum" => list(argument).contains(value),
            "const" => argument == value,
            "anyOf" => list(argument).iter().any(|one| self.is(one, value)),
            "oneOf" => list(argument).iter().filter(|one| self.is(one, value)).count() == 1,
            "not" => !self.is(argument, value),
            "pattern" => value.as_str().is_none_or(|text| matches(argument, text)),
            "format" => value.as_str().is_none_or(|text| is_formatted(argument, text)),
            "minimum" => value.as_i64().is_none_or(|it| it >= argument.as_i64().expect("a number")),
            _ => self.holds_inside(keyword, argument, schema, value),
        }
    }

    fn holds_inside(&self, keyword: &str, argument: &Json, schema: &Json, value: &Json) -> bool {
        let length = || argument.as_u64().expect("a length") as usize;
        let has = |key: &Json| value.get(key.as_str().expect("a key")).is_some();
        let object = value.as_object();
        let array = value.as_array();
        match keyword {
            "items" => array.is_none_or(|it| it.iter().all(|item| self.is(argument, item))),
            "minItems" => array.is_none_or(|it| it.len() >= length()),
            "maxItems" => array.is_none_or(|it| it.len() <= length()),
            "required" => object.is_none() || list(argument).iter().all(has),
            "dependentRequired" => argument
                .as_object()
                .expect("an object")
                .iter()
                .all(|(key, needs)| value.get(key).is_none() || list(needs).iter().all(has)),
            "properties" => {
                argument.as_object().expect("an object").iter().all(|(key, property)| {
                    value.get(key).is_none_or(|value| self.is(property, value))
                })
            }
            "propertyNames" => object
                .is_none_or(|it| it.keys().all(|key| self.is(argument, &Json::from(key.as_str())))),
            "additionalProperties" => object.is_none_or(|it| {
                let known = |key: &str| schema["properties"].get(key).is_some();
                it.iter().filter(|(key, _)| !known(key)).all(|(_, value)| match argument {
                    Json::Bool(allowed) => *allowed,
                    schema => self.is(schema, value),
                })
            }),
            other => panic!("the checker does not know `{other}`"),
        }
    }
}

fn list(json: &Json) -> &[Json] {
    json.as_array().expect("a list")
}

fn words(json: &Json) -> Vec<&str> {
    match json {
        Json::String(one) => vec![one],
        several => list(several).iter().map(|word| word.as_str().expect("a word")).collect(),
    }
}

fn is_of(name: &str, value: &Json) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the checker does not know the type {other}"),
    }
}

fn matches(pattern: &Json, text: &str) -> bool {
    match pattern.as_str().expect("a pattern") {
        "\\S" => text.contains(|letter: char| !letter.is_whitespace()),
        "^[^.]*$" => !text.contains('.'),
        "^[A-Za-z]{2}$" => text.len() == 2 && text.chars().all(|it| it.is_ascii_alphabetic()),
        other => panic!("the checker does not know the pattern {other}"),
    }
}

fn is_formatted(format: &Json, text: &str) -> bool {
    match format.as_str().expect("a format") {
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "date-time" => text.parse::<jiff::Timestamp>().is_ok(),
        other => panic!("the checker does not know the format {other}"),
    }
}

/// Holds a generated schema against the published file; `UPDATE=1` writes the file.
pub(crate) fn published(name: &str, schema: &Json) {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("schema").join(format!("{name}.schema.json"));
    let text = format!("{schema:#}\n");
    if std::env::var_os("UPDATE").is_some_and(|update| update == "1") {
        std::fs::write(&path, &text).expect("it can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == text, "schema/{name}.schema.json is out of date; UPDATE=1 writes it anew");
}
