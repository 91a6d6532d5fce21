//! A place in a JSON value: what stands there, as the type that is expected, and the way there for the message.

use serde_json::{Map, Value as Json};

use crate::request::json::error::{JsonError, Step, clip, closest};
use crate::request::json::strict::MAX_MEMBERS;

/// A place in a JSON value.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) json: &'a Json,
    up: Option<&'a At<'a>>,
    step: StepRef<'a>,
}

#[derive(Clone, Copy)]
enum StepRef<'a> {
    Root,
    Key(&'a str),
    Item(usize),
}

impl<'a> At<'a> {
    pub(super) fn root(json: &'a Json) -> At<'a> {
        At { json, up: None, step: StepRef::Root }
    }

    /// The key it stands under; empty for others.
    pub(super) fn key(&self) -> &'a str {
        match self.step {
            StepRef::Key(key) => key,
            StepRef::Root | StepRef::Item(_) => "",
        }
    }

    fn trail(&self) -> Vec<Step> {
        let mut trail = self.up.map(At::trail).unwrap_or_default();
        match self.step {
            StepRef::Root => {}
            StepRef::Key(key) => trail.push(Step::Key(key.to_owned())),
            StepRef::Item(at) => trail.push(Step::Item(at)),
        }
        trail
    }

    pub(super) fn wrong(&self, message: impl Into<String>) -> JsonError {
        JsonError::new(self.trail(), message)
    }

    /// The error that something else was expected here.
    pub(super) fn expected(&self, what: &str) -> JsonError {
        self.wrong(format!("expected {what}, found {}", found(self.json)))
    }

    /// The error that nobody knows this key.
    pub(super) fn unknown_key<'c>(&self, known: impl IntoIterator<Item = &'c str>) -> JsonError {
        let error = self.wrong(format!("`{}` is no key that is known here", clip(self.key())));
        let mut known: Vec<_> = known.into_iter().collect();
        known.sort_unstable();
        match closest(self.key(), known.iter().copied()) {
            Some(close) => error.help(format!("did you mean `{close}`?")),
            None => error.help(format!("known are {}", listed(&known))),
        }
    }

    pub(super) fn is_null(&self) -> bool {
        self.json.is_null()
    }

    pub(super) fn boolean(&self) -> Result<bool, JsonError> {
        self.json.as_bool().ok_or_else(|| self.expected("true or false"))
    }

    pub(super) fn integer(&self) -> Result<i64, JsonError> {
        self.json.as_i64().ok_or_else(|| self.expected("a whole number"))
    }

    pub(super) fn text(&self) -> Result<&'a str, JsonError> {
        self.json.as_str().ok_or_else(|| self.expected("a text"))
    }

    /// A directory id in its canonical form.
    pub(super) fn id(&self) -> Result<String, JsonError> {
        let id = crate::value::canonical_id(self.text()?);
        if id.is_empty() {
            return Err(self.wrong("an id cannot be empty").help("write null when there is none"));
        }
        Ok(id)
    }

    /// The number of one of these words.
    pub(super) fn word(&self, words: &[&str]) -> Result<u8, JsonError> {
        let text = self.json.as_str().ok_or_else(|| self.expected("one of these words"));
        let text = text.map_err(|error| error.help(listed(words)))?;
        let number = words.iter().position(|word| *word == text);
        number.and_then(|number| u8::try_from(number).ok()).ok_or_else(|| self.no_word(text, words))
    }

    /// The error that a text is none of these words.
    pub(super) fn no_word(&self, text: &str, words: &[&str]) -> JsonError {
        let error = self.wrong(format!("`{}` is no value of it", clip(text)));
        match closest(text, words.iter().copied()) {
            Some(close) => error.help(format!("did you mean `{close}`?")),
            None => error.help(format!("it can be {}", listed(words))),
        }
    }

    fn object(&self) -> Result<&'a Map<String, Json>, JsonError> {
        let object = self.json.as_object().ok_or_else(|| self.expected("an object"))?;
        self.check_members(object.len()).map(|()| object)
    }

    fn check_members(&self, members: usize) -> Result<(), JsonError> {
        if members <= MAX_MEMBERS {
            return Ok(());
        }
        Err(self.wrong(format!("has more than {MAX_MEMBERS} members")))
    }

    /// The values of an object, by key.
    pub(super) fn entries(&'a self) -> Result<impl Iterator<Item = At<'a>>, JsonError> {
        let object = self.object()?;
        Ok(object.iter().map(|(key, json)| At { json, up: Some(self), step: StepRef::Key(key) }))
    }

    /// The value under a key.
    pub(super) fn entry(&'a self, key: &'a str) -> Result<Option<At<'a>>, JsonError> {
        let json = self.object()?.get(key);
        Ok(json.map(|json| At { json, up: Some(self), step: StepRef::Key(key) }))
    }

    /// The members of a list.
    pub(super) fn items(&'a self) -> Result<impl Iterator<Item = At<'a>>, JsonError> {
        let list = self.json.as_array().ok_or_else(|| self.expected("a list"))?;
        self.check_members(list.len())?;
        let item = |(at, json)| At { json, up: Some(self), step: StepRef::Item(at) };
        Ok(list.iter().enumerate().map(item))
    }

    /// The members of a list, each read in the same way, in any collection.
    pub(super) fn collect<T, C: FromIterator<T>>(
        &self,
        read: impl Fn(&At<'_>) -> Result<T, JsonError>,
    ) -> Result<C, JsonError> {
        self.items()?.map(|item| read(&item)).collect()
    }

    /// Refuses every key that is not among these.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), JsonError> {
        match self.entries()?.find(|entry| !known.contains(&entry.key())) {
            Some(entry) => Err(entry.unknown_key(known.iter().copied())),
            None => Ok(()),
        }
    }
}

/// What stands somewhere, in words.
fn found(json: &Json) -> String {
    match json {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Number(number) => format!("the number {number}"),
        Json::String(text) => format!("the text \"{}\"", clip(text)),
        Json::Array(_) => "a list".to_owned(),
        Json::Object(_) => "an object".to_owned(),
    }
}

/// `` `a`, `b` or `c` ``
fn listed(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
