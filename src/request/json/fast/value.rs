//! Values of attributes, read in one pass.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::IpAddr;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::request::json::HIDDEN;
use crate::request::json::fast::{Optional, check_members, refused};
use crate::request::moment::parse_time;
use crate::request::{App, Ids, Value};
use crate::schema::attribute::Kind;
use crate::value::{Country, Slot, canonical_id, fold_case};

/// What makes an owned text of one.
pub(super) type Made = Text<fn(&str) -> Option<String>>;

/// A text, and what is made of it.
pub(super) struct Text<F>(pub(super) F);

impl<'de, T, F: FnOnce(&str) -> Option<T>> DeserializeSeed<'de> for Text<F> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<T, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<T, F: FnOnce(&str) -> Option<T>> Visitor<'_> for Text<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).ok_or_else(refused)
    }
}

/// Room for the members of most lists, made when there is a first.
const USUAL: usize = 16;

/// A list of texts, and what is made of each.
pub(super) struct Texts<F>(pub(super) F);

impl<'de, T, F: Fn(&str) -> Option<T>> DeserializeSeed<'de> for Texts<F> {
    type Value = Vec<T>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Vec<T>, D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de, T, F: Fn(&str) -> Option<T>> Visitor<'de> for Texts<F> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of texts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element_seed(Text(&self.0))? {
            check_members(all.len())?;
            if all.is_empty() {
                all.reserve(USUAL);
            }
            all.push(item);
        }
        Ok(all)
    }
}

/// A directory id in its canonical form.
pub(super) fn id(text: &str) -> Option<String> {
    let id = canonical_id(text);
    (!id.is_empty()).then_some(id)
}

/// The number of one of these words.
pub(super) fn word(text: &str, words: &[&str]) -> Option<u8> {
    let number = words.iter().position(|word| *word == text)?;
    u8::try_from(number).ok()
}

fn copied(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// What a value says about an attribute of that kind.
pub(super) struct SlotSeed(pub(super) Kind);

impl<'de> DeserializeSeed<'de> for SlotSeed {
    type Value = Slot<Value>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Slot<Value>, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for SlotSeed {
    type Value = Slot<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value of an attribute")
    }

    fn visit_unit<E>(self) -> Result<Slot<Value>, E> {
        Ok(Slot::Absent)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Slot<Value>, E> {
        match self.0 {
            Kind::Boolean => Ok(Slot::Known(Value::Boolean(value))),
            _ => Err(refused()),
        }
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Slot<Value>, E> {
        match self.0 {
            Kind::Integer => Ok(Slot::Known(Value::Integer(value))),
            _ => Err(refused()),
        }
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Slot<Value>, E> {
        self.visit_i64(i64::try_from(value).map_err(|_| refused())?)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Slot<Value>, E> {
        if matches!(self.0, Kind::Ordered(_)) && text == HIDDEN {
            return Ok(Slot::NotSupplied);
        }
        text_value(self.0, text).map(Slot::Known).ok_or_else(refused)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Slot<Value>, A::Error> {
        let value = match self.0 {
            Kind::EnumerationSet(words) => {
                let numbers = Texts(|text: &str| word(text, words)).visit_seq(items)?;
                Value::Words(numbers.into_iter().collect())
            }
            Kind::Identifiers => Value::Ids(Ids {
                inside: Texts(id).visit_seq(items)?.into_iter().collect(),
                outside: BTreeSet::new(),
                complete: true,
            }),
            Kind::TextSet => Value::Texts(Texts(copied).visit_seq(items)?.into_iter().collect()),
            Kind::Apps => Value::Apps(apps(items)?),
            _ => return Err(refused()),
        };
        Ok(Slot::Known(value))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Slot<Value>, A::Error> {
        let value = match self.0 {
            Kind::Identifiers => Value::Ids(ids(entries)?),
            Kind::Custom => Value::Custom(CustomSeed.visit_map(entries)?),
            _ => return Err(refused()),
        };
        Ok(Slot::Known(value))
    }
}

/// What a text is, as the value of an attribute of that kind.
fn text_value(kind: Kind, text: &str) -> Option<Value> {
    match kind {
        Kind::Enumeration(words) | Kind::Ordered(words) => word(text, words).map(Value::Word),
        Kind::Identifier => id(text).map(Value::Text),
        Kind::Address => {
            text.parse().ok().map(|address: IpAddr| Value::Address(address.to_canonical()))
        }
        Kind::Country => Country::parse(text).map(Value::Country),
        Kind::Text | Kind::Version => copied(text).map(Value::Text),
        Kind::Instant => parse_time(text).ok().map(Value::Instant),
        Kind::Boolean | Kind::EnumerationSet(_) | Kind::Identifiers | Kind::Apps => None,
        Kind::Integer | Kind::TextSet | Kind::Custom | Kind::Members | Kind::Networks => None,
        Kind::Weekday | Kind::Date | Kind::Duration => None,
    }
}

/// What certainly is in and is not in.
fn ids<'de, A: MapAccess<'de>>(mut entries: A) -> Result<Ids, A::Error> {
    let (mut inside, mut outside) = (None, None);
    while let Some(is_inside) = entries.next_key_seed(Text(|key: &str| side(key)))? {
        let list = entries.next_value_seed(Texts(id))?;
        let place = if is_inside { &mut inside } else { &mut outside };
        once(place, list.into_iter().collect())?;
    }
    let (inside, outside) = (inside.unwrap_or_default(), outside.unwrap_or_default());
    Ok(Ids { inside, outside, complete: false })
}

fn side(key: &str) -> Option<bool> {
    match key {
        "in" => Some(true),
        "notIn" => Some(false),
        _ => None,
    }
}

/// Takes down what may be given once.
pub(super) fn once<T, E: Error>(place: &mut Option<T>, value: T) -> Result<(), E> {
    match place.replace(value) {
        Some(_) => Err(refused()),
        None => Ok(()),
    }
}

fn apps<'de, A: SeqAccess<'de>>(mut items: A) -> Result<Vec<App>, A::Error> {
    let mut apps = Vec::new();
    while let Some(app) = items.next_element_seed(AppSeed)? {
        check_members(apps.len())?;
        apps.push(app);
    }
    if apps.is_empty() { Err(refused()) } else { Ok(apps) }
}

/// An app by its id, or with more about it.
struct AppSeed;

impl<'de> DeserializeSeed<'de> for AppSeed {
    type Value = App;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<App, D::Error> {
        reader.deserialize_any(self)
    }
}

/// What is said of an app.
enum AppKey {
    Id,
    AgentResource,
    Attributes,
}

fn app_key(key: &str) -> Option<AppKey> {
    match key {
        "id" => Some(AppKey::Id),
        "agentResource" => Some(AppKey::AgentResource),
        "attributes" => Some(AppKey::Attributes),
        _ => None,
    }
}

impl<'de> Visitor<'de> for AppSeed {
    type Value = App;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an app")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<App, E> {
        let id = id(text).ok_or_else(refused)?;
        Ok(App { id, agent_resource: Slot::NotSupplied, attributes: Slot::NotSupplied })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<App, A::Error> {
        let (mut known, mut agent, mut attributes) = (None, None, None);
        while let Some(key) = entries.next_key_seed(Text(app_key))? {
            match key {
                AppKey::Id => once(&mut known, entries.next_value_seed(Text(id))?)?,
                AppKey::AgentResource => once(&mut agent, entries.next_value()?)?,
                AppKey::Attributes => {
                    once(&mut attributes, entries.next_value_seed(Optional(CustomSeed))?)?;
                }
            }
        }
        let id = known.ok_or_else(refused)?;
        Ok(App { id, agent_resource: slot(agent), attributes: slot(attributes) })
    }
}

/// What was left out, null, or said.
fn slot<T>(said: Option<Option<T>>) -> Slot<T> {
    match said {
        None => Slot::NotSupplied,
        Some(None) => Slot::Absent,
        Some(Some(value)) => Slot::Known(value),
    }
}

/// `{"Set": {"Name": "text" or ["text", …]}}`
struct CustomSeed;

/// Custom security attributes by `SET.NAME`.
type Custom = BTreeMap<String, BTreeSet<String>>;

impl<'de> DeserializeSeed<'de> for CustomSeed {
    type Value = Custom;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Custom, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for CustomSeed {
    type Value = Custom;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("custom security attributes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut sets: A) -> Result<Custom, A::Error> {
        let (mut custom, mut met) = (Custom::new(), BTreeSet::new());
        while let Some(set) = sets.next_key::<String>()? {
            check_members(met.len())?;
            if set.contains('.') {
                return Err(refused());
            }
            sets.next_value_seed(SetSeed { set: &set, custom: &mut custom })?;
            if !met.insert(set) {
                return Err(refused());
            }
        }
        Ok(custom)
    }
}

/// The attributes of one set.
struct SetSeed<'a> {
    set: &'a str,
    custom: &'a mut Custom,
}

impl<'de> DeserializeSeed<'de> for SetSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for SetSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("attributes of a set")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut attributes: A) -> Result<(), A::Error> {
        let mut members = 0;
        while let Some(name) = attributes.next_key::<String>()? {
            check_members(members)?;
            members += 1;
            let texts = attributes.next_value_seed(OneOrMore)?;
            let name = fold_case(&format!("{}.{name}", self.set));
            if self.custom.insert(name, texts).is_some() {
                return Err(refused());
            }
        }
        Ok(())
    }
}

/// A text or a list of texts.
struct OneOrMore;

impl<'de> DeserializeSeed<'de> for OneOrMore {
    type Value = BTreeSet<String>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OneOrMore {
    type Value = BTreeSet<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of texts")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(BTreeSet::from([text.to_owned()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        Ok(Texts(copied).visit_seq(items)?.into_iter().collect())
    }
}

/// The organisation's own attributes, by name.
pub(super) struct OwnSeed<'a>(pub(super) &'a mut BTreeMap<String, Slot<Value>>);

impl<'de> DeserializeSeed<'de> for OwnSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OwnSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("own attributes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some(name) = entries.next_key::<String>()? {
            check_members(self.0.len())?;
            let slot = entries.next_value_seed(PlainSeed)?;
            if self.0.insert(fold_case(&name), slot).is_some() {
                return Err(refused());
            }
        }
        Ok(())
    }
}

/// A plain value, which gets its kind later.
struct PlainSeed;

impl<'de> DeserializeSeed<'de> for PlainSeed {
    type Value = Slot<Value>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Slot<Value>, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for PlainSeed {
    type Value = Slot<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plain value")
    }

    fn visit_unit<E>(self) -> Result<Slot<Value>, E> {
        Ok(Slot::Absent)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Slot<Value>, E> {
        Ok(Slot::Known(Value::Boolean(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Slot<Value>, E> {
        Ok(Slot::Known(Value::Integer(value)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Slot<Value>, E> {
        self.visit_i64(i64::try_from(value).map_err(|_| refused())?)
    }

    fn visit_str<E>(self, text: &str) -> Result<Slot<Value>, E> {
        Ok(Slot::Known(Value::Text(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Slot<Value>, A::Error> {
        let texts = Texts(copied).visit_seq(items)?;
        Ok(Slot::Known(Value::Texts(texts.into_iter().collect())))
    }
}
