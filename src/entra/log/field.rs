//! The fields of a record, whatever tool wrote it: keys in any case, nested values as they are or as text that holds
//! JSON, one object where a list of one is meant.
//!
//! Everything borrows from the text of the record where it can, and what nobody asked for is passed over without being
//! kept: reading a record costs little more than checking that it is JSON.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

/// The longest key that any shape knows, `authenticationcontextclassreferences`, rounded up.
const MAX_KEY: usize = 48;

/// A key in lower case, without an allocation; a longer one is none that is known, and is empty.
pub(super) struct Key {
    bytes: [u8; MAX_KEY],
    length: usize,
}

impl Key {
    pub(super) fn new(text: &str) -> Key {
        let mut key = Key { bytes: [0; MAX_KEY], length: 0 };
        if let Some(bytes) = key.bytes.get_mut(..text.len()) {
            bytes.copy_from_slice(text.as_bytes());
            bytes.make_ascii_lowercase();
            key.length = text.len();
        }
        key
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

struct KeyVisitor;

impl Visitor<'_> for KeyVisitor {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, text: &str) -> Result<Key, E> {
        Ok(Key::new(text))
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// A value that is no list and no object.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum Scalar<'a> {
    /// The key is not there.
    #[default]
    Missing,
    /// `null`
    Null,
    Bool(bool),
    Integer(i64),
    Number(f64),
    Text(Cow<'a, str>),
    /// A list or an object, where none has a meaning.
    Structure,
}

impl Scalar<'_> {
    /// The text, without space around it; `None` where it says nothing.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Scalar::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// Text or number as text; `None` where it says nothing.
    pub(super) fn plain(&self) -> Option<Cow<'_, str>> {
        match self {
            Scalar::Integer(number) => Some(Cow::Owned(number.to_string())),
            _ => self.text().map(Cow::Borrowed),
        }
    }

    /// A whole number, or a text that is one.
    pub(super) fn integer(&self) -> Option<i64> {
        match self {
            Scalar::Integer(number) => Some(*number),
            _ => self.text()?.parse().ok(),
        }
    }

    /// A truth value, or a text that is one.
    pub(super) fn boolean(&self) -> Option<bool> {
        match self {
            Scalar::Bool(value) => Some(*value),
            _ if self.text()?.eq_ignore_ascii_case("true") => Some(true),
            _ if self.text()?.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// Whether it says anything at all.
    pub(super) fn is_said(&self) -> bool {
        !matches!(self, Scalar::Missing) && !self.is_blank()
    }

    /// Whether the key is there and says nothing: null or an empty text.
    pub(super) fn is_blank(&self) -> bool {
        match self {
            Scalar::Null => true,
            Scalar::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// A value that outlives the text it was read from.
    fn into_owned(self) -> Scalar<'static> {
        match self {
            Scalar::Missing => Scalar::Missing,
            Scalar::Null => Scalar::Null,
            Scalar::Bool(value) => Scalar::Bool(value),
            Scalar::Integer(value) => Scalar::Integer(value),
            Scalar::Number(value) => Scalar::Number(value),
            Scalar::Text(text) => Scalar::Text(Cow::Owned(text.into_owned())),
            Scalar::Structure => Scalar::Structure,
        }
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Scalar<'de>, E> {
        #[allow(clippy::cast_precision_loss, reason = "no field has a meaning beyond i64")]
        Ok(i64::try_from(value).map_or(Scalar::Number(value as f64), Scalar::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Number(value))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Structure)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Scalar<'de>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Structure)
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Scalar<'de>, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

/// An owned scalar, for what may stand in a text that holds JSON.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Owned(pub(super) Scalar<'static>);

impl<'de> Deserialize<'de> for Owned {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Owned, D::Error> {
        Scalar::deserialize(deserializer).map(|scalar| Owned(scalar.into_owned()))
    }
}

/// Something that is read from an object, key by key.
pub(super) trait Fields<'de>: Default {
    /// Reads the value of a key in lower case from `map`; a key that is not known must be passed over.
    fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error>;

    /// What a text says that stands where the object should, if anything.
    fn text(&mut self, _text: &str) -> bool {
        false
    }
}

/// Passes over the value of a key.
pub(super) fn skip<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    map.next_value::<IgnoredAny>().map(drop)
}

/// Reads all of an object.
pub(super) fn fields<'de, T: Fields<'de>, A: MapAccess<'de>>(mut map: A) -> Result<T, A::Error> {
    let mut read = T::default();
    while let Some(key) = map.next_key::<Key>()? {
        read.field(key.as_str(), &mut map)?;
    }
    Ok(read)
}

/// Reads JSON that stands in a text.
fn inside<T: for<'x> Deserialize<'x>, E: Error>(text: &str) -> Result<T, E> {
    serde_json::from_str(text).map_err(|error| {
        E::custom(format_args!("the text holds JSON that cannot be read: {error}"))
    })
}

/// Objects one in another, as text, at most this deep: the logs have one, `modifiedProperties` of other logs two. Each
/// level costs a copy of the text.
const MAX_INSIDE: usize = 2;

/// An object, as it is or as text that holds it; `None` where nothing stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Nested<T>(pub(super) Option<T>);

impl<T> Default for Nested<T> {
    fn default() -> Self {
        Nested(None)
    }
}

struct NestedSeed<T> {
    depth: usize,
    of: PhantomData<T>,
}

impl<'de, T: for<'x> Fields<'x>> Visitor<'de> for NestedSeed<T> {
    type Value = Nested<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E>(self) -> Result<Nested<T>, E> {
        Ok(Nested(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Nested<T>, A::Error> {
        fields(map).map(|read| Nested(Some(read)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Nested<T>, A::Error> {
        let depth = self.depth + 1;
        let first = match depth > MAX_INSIDE {
            true => None,
            false => items.next_element_seed(NestedSeed { depth, of: PhantomData })?,
        };
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(first.unwrap_or_default())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Nested<T>, E> {
        let text = text.trim();
        if text.starts_with(['{', '[']) && self.depth < MAX_INSIDE {
            let seed = NestedSeed { depth: self.depth + 1, of: PhantomData };
            return seed.deserialize(&mut serde_json::Deserializer::from_str(text)).map_err(broken);
        }
        let mut read = T::default();
        Ok(Nested(read.text(text).then_some(read)))
    }

    fn visit_bool<E>(self, _value: bool) -> Result<Nested<T>, E> {
        Ok(Nested(None))
    }

    fn visit_i64<E>(self, _value: i64) -> Result<Nested<T>, E> {
        Ok(Nested(None))
    }

    fn visit_u64<E>(self, _value: u64) -> Result<Nested<T>, E> {
        Ok(Nested(None))
    }

    fn visit_f64<E>(self, _value: f64) -> Result<Nested<T>, E> {
        Ok(Nested(None))
    }
}

fn broken<E: Error>(error: serde_json::Error) -> E {
    E::custom(format_args!("a text that holds JSON cannot be read: {error}"))
}

impl<'de, T: for<'x> Fields<'x>> DeserializeSeed<'de> for NestedSeed<T> {
    type Value = Nested<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Nested<T>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: for<'x> Fields<'x>> Deserialize<'de> for Nested<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Nested<T>, D::Error> {
        NestedSeed { depth: 0, of: PhantomData }.deserialize(deserializer)
    }
}

/// A list, as it is or as text that holds it, or the only member of one; `None` where nothing stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct List<T>(pub(super) Option<Vec<T>>);

impl<T> Default for List<T> {
    fn default() -> Self {
        List(None)
    }
}

impl<T> List<T> {
    /// Its members; of nothing, none.
    pub(super) fn items(&self) -> &[T] {
        self.0.as_deref().unwrap_or_default()
    }
}

struct ListVisitor<T>(PhantomData<T>);

/// What can be a member of a list: read from a value, or from an object that stands for the list.
pub(super) trait Member: for<'x> Deserialize<'x> {
    /// The member that an object in the place of the list is.
    fn of_map<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;
    /// The members that a text in the place of the list stands for.
    fn of_text(text: &str) -> Vec<Self>;
}

impl<T: for<'x> Fields<'x>> Member for Nested<T> {
    fn of_map<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        fields(map).map(|read| Nested(Some(read)))
    }

    fn of_text(_text: &str) -> Vec<Self> {
        Vec::new()
    }
}

impl Member for Owned {
    fn of_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Owned(Scalar::Structure))
    }

    fn of_text(text: &str) -> Vec<Self> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| Owned(Scalar::Text(Cow::Owned(part.to_owned())))).collect()
    }
}

impl<'de, T: Member> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<List<T>, E> {
        Ok(List(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<List<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(List(Some(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<List<T>, A::Error> {
        T::of_map(map).map(|one| List(Some(vec![one])))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<List<T>, E> {
        let text = text.trim();
        if text.starts_with('[') {
            return inside::<Vec<T>, E>(text).map(|list| List(Some(list)));
        }
        if text.starts_with('{') {
            return inside::<T, E>(text).map(|one| List(Some(vec![one])));
        }
        Ok(List((!text.is_empty()).then(|| T::of_text(text))))
    }

    fn visit_bool<E>(self, _value: bool) -> Result<List<T>, E> {
        Ok(List(None))
    }

    fn visit_i64<E>(self, value: i64) -> Result<List<T>, E> {
        Ok(List(Some(T::of_text(&value.to_string()))))
    }

    fn visit_u64<E>(self, value: u64) -> Result<List<T>, E> {
        Ok(List(Some(T::of_text(&value.to_string()))))
    }

    fn visit_f64<E>(self, _value: f64) -> Result<List<T>, E> {
        Ok(List(None))
    }
}

impl<'de, T: Member> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<List<T>, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}
