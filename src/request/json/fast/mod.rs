//! Requests in one pass, from text into slots: for what is right, which nearly all requests are.
//!
//! [`read`] says what [`super::read`] would say of a request that is right, or nothing at all. It knows no messages: whatever
//! it cannot take is read again, slowly, by the reader that can say what is wrong with it. (`amr` is left to that one too.)
//! No tree of values stands in between, keys are not copied, and a text becomes what it means where it stands.

mod evidence;
mod keys;
mod text;
mod value;

use std::fmt;
use std::sync::LazyLock;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use crate::request::defaults::Profile;
use crate::request::json::{KEYS, MAX_MEMBERS, NAME_KEY, NAMED_GROUPS, OTHER_KEYS};
use crate::request::{Request, Value};
use crate::schema::attribute::{Attribute, Kind};
use crate::value::Slot;

use evidence::{Draft as EvidenceDraft, EvidenceSeed};
use keys::Keys;
use text::Reader;
use value::{Made, OwnSeed, SlotSeed, Text};

/// What stands under a key.
#[derive(Debug, Clone)]
enum Entry {
    Attribute(Attribute, Kind),
    Group(Keys),
    Name,
    Id,
    Own,
    Evidence,
    Defaults,
}

/// The keys of a request.
static TOP: LazyLock<Keys> = LazyLock::new(|| {
    let mut top = Vec::new();
    for (group, members) in KEYS.iter() {
        let attribute =
            |(key, it): (&&'static str, &Attribute)| (*key, Entry::Attribute(*it, it.row().kind));
        let mut entries: Vec<_> = members.iter().map(attribute).collect();
        if group.is_empty() {
            top.append(&mut entries);
            continue;
        }
        entries.extend(NAMED_GROUPS.contains(group).then_some((NAME_KEY, Entry::Name)));
        top.push((group, Entry::Group(Keys::new(entries))));
    }
    let others = [Entry::Id, Entry::Name, Entry::Own, Entry::Evidence, Entry::Defaults];
    top.extend(OTHER_KEYS.into_iter().zip(others));
    top.sort_by_key(|(key, _)| *key);
    // A key that is both an attribute and a group, or given to both, is the attribute: the first.
    top.dedup_by_key(|(key, _)| *key);
    Keys::new(top)
});

/// The request that a text is; `None` where anything about it is not as expected.
pub(super) fn read(text: &str) -> Option<Request> {
    let mut draft = Draft::new();
    let mut reader = Reader::new(text);
    let entries = Entries { keys: &TOP, draft: &mut draft };
    reader.deserialize_map(entries).ok()?;
    reader.end().ok()?;
    draft.finish()
}

/// Whatever stands in the way. What it is, the slow reader finds out.
fn refused<E: Error>() -> E {
    E::custom("")
}

/// Refuses a list or an object that is too long.
fn check_members<E: Error>(members: usize) -> Result<(), E> {
    if members < MAX_MEMBERS { Ok(()) } else { Err(refused()) }
}

/// A request that is being read.
struct Draft {
    request: Request,
    /// The attributes that were said anything about, a bit each.
    said: u128,
    evidence: EvidenceDraft,
    defaults: Option<&'static Profile>,
}

impl Draft {
    fn new() -> Draft {
        let request = Request::builder().request;
        Draft { request, said: 0, evidence: EvidenceDraft::default(), defaults: None }
    }

    fn say(&mut self, attribute: Attribute, slot: Slot<Value>) {
        self.said |= 1 << attribute as u32;
        self.request.slots[attribute as usize] = slot;
    }

    fn absent(&mut self, members: &Keys) {
        for (_, member) in members.iter() {
            let Entry::Attribute(attribute, _) = member else { continue };
            let slot = match attribute {
                Attribute::DeviceRegistered => Slot::Known(Value::Boolean(false)),
                _ => Slot::Absent,
            };
            self.say(*attribute, slot);
        }
    }

    fn finish(mut self) -> Option<Request> {
        self.request.evidence = self.evidence.finish(self.request.time())?;
        for (attribute, slot) in self.defaults.map_or(&[][..], |profile| profile.fills) {
            if self.said & 1 << *attribute as u32 == 0 {
                self.request.slots[*attribute as usize] = slot.clone();
            }
        }
        self.request.into_builder().build().ok()
    }
}

/// The number of a key among these, and what stands under it.
#[derive(Clone, Copy)]
struct Key<'a>(&'a Keys);

impl<'de, 'a> DeserializeSeed<'de> for Key<'a> {
    type Value = (usize, &'a Entry);

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<'a> Visitor<'_> for Key<'a> {
    type Value = (usize, &'a Entry);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        self.0.find(key).ok_or_else(refused)
    }
}

/// An object with these keys, each at most once.
struct Entries<'a> {
    keys: &'a Keys,
    draft: &'a mut Draft,
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut met = 0_u64;
        while let Some((at, entry)) = entries.next_key_seed(Key(self.keys))? {
            let bit = 1 << at;
            if met & bit != 0 {
                return Err(refused());
            }
            met |= bit;
            self.draft.entry(entry, &mut entries)?;
        }
        Ok(())
    }
}

impl Draft {
    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        entry: &Entry,
        entries: &mut A,
    ) -> Result<(), A::Error> {
        match entry {
            Entry::Attribute(attribute, kind) => {
                let slot = entries.next_value_seed(SlotSeed(*kind))?;
                self.say(*attribute, slot);
            }
            Entry::Group(keys) => entries.next_value_seed(Group { keys, draft: self })?,
            Entry::Name => self.name(entries.next_value_seed(Optional(copied()))?)?,
            Entry::Id => self.request.id = entries.next_value_seed(Optional(copied()))?,
            Entry::Own => entries.next_value_seed(OwnSeed(&mut self.request.own))?,
            Entry::Evidence => {
                let evidence = entries.next_value_seed(Optional(EvidenceSeed))?;
                self.evidence = evidence.unwrap_or_default();
            }
            Entry::Defaults => {
                self.defaults = entries.next_value_seed(Optional(Text(Profile::by_name)))?;
            }
        }
        Ok(())
    }

    /// A name for people who read is given once, wherever that is.
    fn name<E: Error>(&mut self, name: Option<String>) -> Result<(), E> {
        match name {
            Some(name) => match self.request.who.replace(name) {
                Some(_) => Err(refused()),
                None => Ok(()),
            },
            None => Ok(()),
        }
    }
}

fn copied() -> Made {
    Text(|text| Some(text.to_owned()))
}

/// The members of a group, or null for all of them.
struct Group<'a> {
    keys: &'a Keys,
    draft: &'a mut Draft,
}

impl<'de> DeserializeSeed<'de> for Group<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Group<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or null")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.draft.absent(self.keys);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<(), A::Error> {
        Entries { keys: self.keys, draft: self.draft }.visit_map(entries)
    }
}

/// What may be null.
struct Optional<S>(S);

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Optional<S> {
    type Value = Option<S::Value>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_option(self)
    }
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for Optional<S> {
    type Value = Option<S::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("something or null")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        self.0.deserialize(reader).map(Some)
    }
}

#[cfg(test)]
mod tests;
