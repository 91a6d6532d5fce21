//! Requests as JSON: the keys come from the table of attributes, so a new attribute needs nothing here.
//!
//! A key that is left out was not supplied, `null` is absent, anything else is the value. Under `user`, `device` and the
//! other groups, `null` for the whole group says so of every attribute in it; `"device": null` is a device that is not
//! registered. `"hidden"`, which sign-in logs give for a risk they do not show, is not supplied.
//!
//! Beside the attributes a request has
//!
//! - `id`, echoed in the decision, and `who`, a name for people who read (`user.name`, `servicePrincipal.name` and
//!   `agent.name` say the same);
//! - `attributes`: the organisation's own, by name. Their values get their kinds when the request meets the policies
//!   ([`crate::request::own::type_own`]);
//! - `evidence`: `proofs` of authentication methods and `claims` of other grants, each with the `time` or how long
//!   `ago`; `amr` and `authTime` as in an ID token stand for proofs, where a value of RFC 8176 names one method;
//! - `defaults`: a [profile](crate::request::defaults) that fills what is left out.
//!
//! Nothing is taken in silence: an unknown key, a key given twice, a value of another type are errors with the path
//! and, where the text is at hand, the line.

mod at;
mod error;
mod evidence;
mod fast;
mod lines;
mod locate;
mod strict;
#[cfg(test)]
mod tests;
mod values;
mod write;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value as Json;

use crate::request::defaults::{PROFILES, Profile};
use crate::request::{Request, RequestBuilder, RequestError, Value};
use crate::schema::attribute::{ATTRIBUTES, Attribute, Kind, Source};
use crate::value::{Slot, fold_case};

use at::At;
pub use error::JsonError;
use error::Step;
pub(crate) use evidence::{AMR, claimed};
pub use lines::{Line, Lines};
pub use strict::{MAX_DEPTH, MAX_MEMBERS};
pub use write::write;

/// The longest request, in bytes: a person in 25,000 groups, listed by GUID. The groups a Windows token can carry end
/// at 1,015, and sign-in records of busy tenants have a few kilobytes.
pub const MAX_REQUEST_BYTES: usize = 1 << 20;

/// The keys of a request that are no attributes.
pub(crate) const OTHER_KEYS: [&str; 5] = ["id", "who", "attributes", "evidence", "defaults"];
/// The groups that take a `name` for people who read.
pub(crate) const NAMED_GROUPS: [&str; 3] = ["user", "servicePrincipal", "agent"];
/// The key for a name in these.
pub(crate) const NAME_KEY: &str = "name";
/// What a risk is in logs that do not show it.
pub(crate) const HIDDEN: &str = "hidden";

/// Attributes by their keys: `time` stands in the group `""`.
pub(crate) type Keys = BTreeMap<&'static str, BTreeMap<&'static str, Attribute>>;

/// The keys of the table, as the groups and members they are in JSON.
pub(crate) static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let mut keys = Keys::new();
    for row in ATTRIBUTES {
        if let Source::Request(path) = row.source {
            let (group, key) = path.split_once('.').unwrap_or(("", path));
            keys.entry(group).or_default().insert(key, row.attribute);
        }
    }
    keys
});

/// Reads one request.
///
/// # Errors
/// When the text is longer than [`MAX_REQUEST_BYTES`], is no JSON, gives a key twice, or is no request.
pub fn read(text: &str) -> Result<Request, JsonError> {
    if text.len() > MAX_REQUEST_BYTES {
        let message =
            format!("a request of {} bytes; the limit is {MAX_REQUEST_BYTES}", text.len());
        return Err(JsonError::whole(message));
    }
    match fast::read(text) {
        Some(request) => Ok(request),
        None => read_slowly(text),
    }
}

/// The same, by way of a value: it can say what is wrong.
fn read_slowly(text: &str) -> Result<Request, JsonError> {
    let json = strict::parse(text)?;
    from_value(&json).map_err(|error| {
        let line = Some(locate::line_of(text, &error.trail));
        JsonError { line, ..error }
    })
}

/// Reads one request from a JSON value. (A key that was given twice is gone by then; [`read`] sees it.)
///
/// # Errors
/// When it is no request.
pub fn from_value(json: &Json) -> Result<Request, JsonError> {
    let root = At::root(json);
    let mut reader = Reader { builder: Request::builder(), said: Vec::new() };
    for entry in root.entries()? {
        reader.entry(&entry)?;
    }
    reader.evidence(&root)?;
    reader.defaults(&root)?;
    reader.builder.build().map_err(|error| contradiction(&error))
}

/// What is wrong with the request as a whole, at the key of the attribute it is about.
fn contradiction(error: &RequestError) -> JsonError {
    let path = match Attribute::by_name(&error.attribute).map(|attribute| attribute.row().source) {
        Some(Source::Request(path)) => path,
        Some(Source::Derived(_)) | None => error.attribute.as_str(),
    };
    let trail = path.split('.').map(|key| Step::Key(key.to_owned())).collect();
    JsonError::new(trail, error.message.as_str())
}

/// A request that is being read.
struct Reader {
    builder: RequestBuilder,
    /// The attributes that were said anything about, were it `hidden`: no default fills them.
    said: Vec<Attribute>,
}

impl Reader {
    fn entry(&mut self, at: &At<'_>) -> Result<(), JsonError> {
        match at.key() {
            "id" => self.id(at),
            "who" => self.who(at),
            "attributes" => self.own(at),
            "evidence" | "defaults" => Ok(()),
            key => match (KEYS[""].get(key), KEYS.get(key)) {
                (Some(attribute), _) => self.attribute(*attribute, at),
                (None, Some(members)) => self.group(members, at),
                (None, None) => Err(at.unknown_key(top_keys())),
            },
        }
    }

    fn id(&mut self, at: &At<'_>) -> Result<(), JsonError> {
        if !at.is_null() {
            self.builder.request.id = Some(at.text()?.to_owned());
        }
        Ok(())
    }

    fn who(&mut self, at: &At<'_>) -> Result<(), JsonError> {
        if at.is_null() {
            return Ok(());
        }
        match self.builder.request.who.replace(at.text()?.to_owned()) {
            Some(_) => Err(at.wrong("a name for people who read is given twice")),
            None => Ok(()),
        }
    }

    fn attribute(&mut self, attribute: Attribute, at: &At<'_>) -> Result<(), JsonError> {
        self.said.push(attribute);
        self.builder.request.slots[attribute as usize] = slot(attribute.row().kind, at)?;
        Ok(())
    }

    fn group(
        &mut self,
        members: &BTreeMap<&'static str, Attribute>,
        at: &At<'_>,
    ) -> Result<(), JsonError> {
        if at.is_null() {
            members.values().for_each(|attribute| self.absent(*attribute));
            return Ok(());
        }
        let named = NAMED_GROUPS.contains(&at.key());
        for entry in at.entries()? {
            match members.get(entry.key()) {
                Some(attribute) => self.attribute(*attribute, &entry)?,
                None if named && entry.key() == NAME_KEY => self.who(&entry)?,
                None => {
                    let name = named.then_some(NAME_KEY);
                    return Err(entry.unknown_key(members.keys().copied().chain(name)));
                }
            }
        }
        Ok(())
    }

    fn absent(&mut self, attribute: Attribute) {
        self.said.push(attribute);
        self.builder.request.slots[attribute as usize] = match attribute {
            Attribute::DeviceRegistered => Slot::Known(Value::Boolean(false)),
            _ => Slot::Absent,
        };
    }

    fn own(&mut self, at: &At<'_>) -> Result<(), JsonError> {
        for entry in at.entries()? {
            let slot = values::own(&entry)?;
            let name = fold_case(entry.key());
            if self.builder.request.own.insert(name, slot).is_some() {
                return Err(entry.wrong("is given twice, in upper and in lower case"));
            }
        }
        Ok(())
    }

    fn evidence(&mut self, root: &At<'_>) -> Result<(), JsonError> {
        let time = self.builder.request.time();
        if let Some(at) = root.entry("evidence")?.filter(|at| !at.is_null()) {
            self.builder.request.evidence = evidence::read(&at, time)?;
        }
        Ok(())
    }

    fn defaults(&mut self, root: &At<'_>) -> Result<(), JsonError> {
        let Some(at) = root.entry("defaults")?.filter(|at| !at.is_null()) else { return Ok(()) };
        let name = at.text()?;
        let names: Vec<_> = PROFILES.iter().map(|profile| profile.name).collect();
        let profile = Profile::by_name(name).ok_or_else(|| at.no_word(name, &names))?;
        for (attribute, slot) in profile.fills {
            if !self.said.contains(attribute) {
                self.builder.request.slots[*attribute as usize] = slot.clone();
            }
        }
        Ok(())
    }
}

/// Every key that can stand in a request.
fn top_keys() -> impl Iterator<Item = &'static str> {
    let groups = KEYS.keys().copied().filter(|group| !group.is_empty());
    KEYS[""].keys().copied().chain(groups).chain(OTHER_KEYS)
}

/// What a value says about an attribute of that kind.
fn slot(kind: Kind, at: &At<'_>) -> Result<Slot<Value>, JsonError> {
    if at.is_null() {
        return Ok(Slot::Absent);
    }
    if matches!(kind, Kind::Ordered(_)) && at.json == HIDDEN {
        return Ok(Slot::NotSupplied);
    }
    values::value(kind, at).map(Slot::Known)
}
