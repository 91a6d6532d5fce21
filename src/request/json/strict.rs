//! JSON text to a value, refusing what would otherwise be taken in silence: a key given twice, a list without end.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};

use crate::request::json::error::{JsonError, Step, clip};

/// How deep a request may nest. The deepest there is, an attribute of an app, lies at 7.
pub const MAX_DEPTH: usize = 16;

/// How many members a list or an object may have: what fits into a request of
/// [`MAX_REQUEST_BYTES`](super::MAX_REQUEST_BYTES) as directory ids (27,000), rounded up.
pub const MAX_MEMBERS: usize = 30_000;

/// Reads all of `text` as one JSON value.
pub(super) fn parse(text: &str) -> Result<Json, JsonError> {
    let found = RefCell::new(None);
    let seed = Seed { found: &found, up: None, step: None, depth: 0 };
    let mut reader = serde_json::Deserializer::from_str(text);
    let parsed = seed.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    parsed.map_err(|error| {
        let line = Some(error.line()).filter(|line| *line > 0);
        let ours = found.take();
        JsonError { line, ..ours.unwrap_or_else(|| JsonError::whole(syntax_message(&error))) }
    })
}

/// The message of the JSON reader without its place, which has a field of its own.
fn syntax_message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    format!("this is no JSON: {what} at column {}", error.column())
}

/// What reads one value, and where it stands.
#[derive(Clone, Copy)]
struct Seed<'a> {
    found: &'a RefCell<Option<JsonError>>,
    up: Option<&'a Seed<'a>>,
    step: Option<StepRef<'a>>,
    depth: usize,
}

#[derive(Clone, Copy)]
enum StepRef<'a> {
    Key(&'a str),
    Item(usize),
}

impl<'a> Seed<'a> {
    fn below<'b>(&'b self, step: StepRef<'b>) -> Seed<'b>
    where
        'a: 'b,
    {
        Seed { found: self.found, up: Some(self), step: Some(step), depth: self.depth + 1 }
    }

    fn trail(&self) -> Vec<Step> {
        let mut trail = self.up.map(Seed::trail).unwrap_or_default();
        match self.step {
            Some(StepRef::Key(key)) => trail.push(Step::Key(key.to_owned())),
            Some(StepRef::Item(at)) => trail.push(Step::Item(at)),
            None => {}
        }
        trail
    }

    fn refuse<E: serde::de::Error>(&self, message: String) -> E {
        self.found.replace(Some(JsonError::new(self.trail(), message)));
        E::custom("refused")
    }

    fn check_depth<E: serde::de::Error>(&self) -> Result<(), E> {
        if self.depth < MAX_DEPTH {
            return Ok(());
        }
        Err(self.refuse(format!("lists and objects nest more than {MAX_DEPTH} deep")))
    }

    fn check_members<E: serde::de::Error>(&self, members: usize) -> Result<(), E> {
        if members < MAX_MEMBERS {
            return Ok(());
        }
        Err(self.refuse(format!("has more than {MAX_MEMBERS} members")))
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Json;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Json, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        self.check_depth()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.below(StepRef::Item(list.len())))? {
            self.check_members(list.len())?;
            list.push(item);
        }
        Ok(Json::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        self.check_depth()?;
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            self.check_members(map.len())?;
            let below = self.below(StepRef::Key(&key));
            if map.contains_key(&key) {
                return Err(below.refuse(format!("`{}` is given twice", clip(&key))));
            }
            let value = entries.next_value_seed(below)?;
            map.insert(key, value);
        }
        Ok(Json::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        let error = parse(text).expect_err("it is refused");
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_key_given_twice_is_refused_with_its_place() {
        refused("{\"a\": {\n\"b\": 1,\n\"b\": 2}}", "line 3: a.b: `b` is given twice");
        refused(r#"{"a": [{}, {"\u0062": 1, "b": 2}]}"#, "line 1: a[1].b: `b` is given twice");
    }

    #[test]
    fn depth_and_length_have_limits() {
        let deep = "[".repeat(MAX_DEPTH) + &"]".repeat(MAX_DEPTH);
        assert!(parse(&deep).is_ok());
        let deeper = format!("[{deep}]");
        assert!(parse(&deeper).is_err_and(|error| error.message.contains("16 deep")));
        let deepest = "[".repeat(1_000_000);
        assert!(parse(&deepest).is_err_and(|error| error.message.contains("16 deep")));
        let long = |members: usize| format!("[{}0]", "0,".repeat(members - 1));
        assert!(parse(&long(MAX_MEMBERS)).is_ok());
        assert!(parse(&long(MAX_MEMBERS + 1)).is_err_and(|error| error.message.contains("30000")));
    }

    #[test]
    fn broken_text_is_told_with_its_line_and_column() {
        let error = parse("{\n  \"a\": trx }\n").expect_err("no JSON");
        assert_eq!(error.line, Some(2));
        assert!(error.message.starts_with("this is no JSON: expected"), "{error}");
        assert!(parse("{} {}").is_err());
        assert!(parse("").is_err());
    }
}
