//! Evidence, read in one pass: proofs and claims. When they were is worked out once the request's own time is known.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::request::json::evidence::claimed;
use crate::request::json::fast::value::{Made, Text, Texts, id, once};
use crate::request::json::fast::{Optional, check_members, refused};
use crate::request::moment::{parse_duration_ms, parse_time};
use crate::request::{Claim, Evidence, Proof};
use crate::schema::grant::GrantWord;
use crate::schema::method::{METHODS, Method};
use crate::value::Timestamp;

/// When something was proven.
#[derive(Debug, Clone, Copy)]
enum When {
    /// So many milliseconds ago.
    Ago(i64),
    At(Timestamp),
}

/// Evidence whose ages are not worked out yet: those that stand in it count for nothing.
#[derive(Debug, Default)]
pub(super) struct Draft {
    proofs: Vec<(Proof, When)>,
    claims: Vec<(Claim, Option<When>)>,
}

impl When {
    /// The age in a request of that time.
    fn age(self, time: Option<Timestamp>) -> Option<i64> {
        match self {
            When::Ago(age) => Some(age),
            When::At(then) => Some(time?.0.saturating_sub(then.0)),
        }
    }
}

impl Draft {
    pub(super) fn finish(self, time: Option<Timestamp>) -> Option<Evidence> {
        let proof = |(proof, when): (Proof, When)| Some(Proof { age_ms: when.age(time)?, ..proof });
        let claim = |(claim, when): (Claim, Option<When>)| {
            let age_ms = match when {
                Some(when) => Some(when.age(time)?),
                None => None,
            };
            Some(Claim { age_ms, ..claim })
        };
        Some(Evidence {
            proofs: self.proofs.into_iter().map(proof).collect::<Option<_>>()?,
            claims: self.claims.into_iter().map(claim).collect::<Option<_>>()?,
        })
    }
}

/// Evidence as an object.
pub(super) struct EvidenceSeed;

impl<'de> DeserializeSeed<'de> for EvidenceSeed {
    type Value = Draft;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Draft, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for EvidenceSeed {
    type Value = Draft;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("evidence")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Draft, A::Error> {
        let (mut proofs, mut claims) = (None, None);
        while let Some(is_proofs) = entries.next_key_seed(Text(|key: &str| list(key)))? {
            if is_proofs {
                once(&mut proofs, entries.next_value_seed(List(proof))?)?;
            } else {
                once(&mut claims, entries.next_value_seed(List(claim))?)?;
            }
        }
        Ok(Draft { proofs: proofs.unwrap_or_default(), claims: claims.unwrap_or_default() })
    }
}

/// Which list; `amr` is left to the slow reader.
fn list(key: &str) -> Option<bool> {
    match key {
        "proofs" => Some(true),
        "claims" => Some(false),
        _ => None,
    }
}

/// A list of objects with the keys of proofs and claims, and what is made of each.
struct List<F>(F);

impl<'de, T, F: Fn(Said) -> Option<T>> DeserializeSeed<'de> for List<F> {
    type Value = Vec<T>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Vec<T>, D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de, T, F: Fn(Said) -> Option<T>> Visitor<'de> for List<F> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(said) = items.next_element_seed(SaidSeed)? {
            check_members(all.len())?;
            all.push((self.0)(said).ok_or_else(refused)?);
        }
        Ok(all)
    }
}

/// All that can be said of a proof or of a claim. What may be null has an option within the one for being left out.
#[derive(Default)]
struct Said {
    method: Option<Method>,
    claim: Option<GrantWord>,
    time: Option<When>,
    ago: Option<When>,
    aaguid: Option<Option<String>>,
    issuer: Option<Option<String>>,
    policies: Option<Vec<String>>,
    id: Option<Option<String>>,
    name: Option<Option<String>>,
}

impl Said {
    /// How long ago, in one of the two ways.
    fn when(&self) -> Option<Option<When>> {
        match (self.time, self.ago) {
            (Some(_), Some(_)) => None,
            (time, ago) => Some(time.or(ago)),
        }
    }
}

fn proof(said: Said) -> Option<(Proof, When)> {
    if said.claim.is_some() || said.id.is_some() || said.name.is_some() {
        return None;
    }
    let when = said.when()??;
    let proof = Proof {
        method: said.method?,
        age_ms: 0,
        aaguid: said.aaguid.flatten(),
        issuer: said.issuer.flatten(),
        policies: said.policies.unwrap_or_default().into_iter().collect(),
    };
    Some((proof, when))
}

fn claim(said: Said) -> Option<(Claim, Option<When>)> {
    let of_proofs = said.aaguid.is_some() || said.issuer.is_some() || said.policies.is_some();
    if of_proofs || said.method.is_some() {
        return None;
    }
    let when = said.when()?;
    let grant = said.claim?;
    let id = match (said.id.flatten(), said.name.flatten()) {
        (Some(_), Some(_)) => return None,
        (id, name) => id.or(name),
    };
    (id.is_some() == grant.row().argument).then_some((Claim { grant, id, age_ms: None }, when))
}

/// One object with the keys of a proof or a claim.
struct SaidSeed;

impl<'de> DeserializeSeed<'de> for SaidSeed {
    type Value = Said;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Said, D::Error> {
        reader.deserialize_map(self)
    }
}

enum Key {
    Method,
    Claim,
    Time,
    Ago,
    Aaguid,
    Issuer,
    Policies,
    Id,
    Name,
}

fn key(key: &str) -> Option<Key> {
    match key {
        "method" => Some(Key::Method),
        "claim" => Some(Key::Claim),
        "time" => Some(Key::Time),
        "ago" => Some(Key::Ago),
        "aaguid" => Some(Key::Aaguid),
        "issuer" => Some(Key::Issuer),
        "policies" => Some(Key::Policies),
        "id" => Some(Key::Id),
        "name" => Some(Key::Name),
        _ => None,
    }
}

impl<'de> Visitor<'de> for SaidSeed {
    type Value = Said;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a proof or a claim")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Said, A::Error> {
        let mut said = Said::default();
        while let Some(key) = entries.next_key_seed(Text(key))? {
            match key {
                Key::Method => once(&mut said.method, entries.next_value_seed(Text(method))?)?,
                Key::Claim => once(&mut said.claim, entries.next_value_seed(Text(grant))?)?,
                Key::Time => once(&mut said.time, entries.next_value_seed(Text(time))?)?,
                Key::Ago => once(&mut said.ago, entries.next_value_seed(AgoSeed)?)?,
                Key::Aaguid => once(&mut said.aaguid, entries.next_value_seed(optional_id())?)?,
                Key::Issuer => once(&mut said.issuer, entries.next_value_seed(optional_id())?)?,
                Key::Policies => once(&mut said.policies, entries.next_value_seed(Texts(id))?)?,
                Key::Id => once(&mut said.id, entries.next_value_seed(optional_id())?)?,
                Key::Name => once(&mut said.name, entries.next_value_seed(optional_id())?)?,
            }
        }
        Ok(said)
    }
}

fn optional_id() -> Optional<Made> {
    Optional(Text(id))
}

fn method(text: &str) -> Option<Method> {
    METHODS.iter().find(|row| row.name == text).map(|row| row.method)
}

fn grant(text: &str) -> Option<GrantWord> {
    claimed().find(|grant| grant.row().name == text)
}

fn time(text: &str) -> Option<When> {
    parse_time(text).ok().map(When::At)
}

/// A length of time: in words, in ISO 8601, or in seconds.
struct AgoSeed;

impl<'de> DeserializeSeed<'de> for AgoSeed {
    type Value = When;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<When, D::Error> {
        reader.deserialize_any(self)
    }
}

impl Visitor<'_> for AgoSeed {
    type Value = When;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a length of time")
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<When, E> {
        seconds.checked_mul(1_000).map(When::Ago).ok_or_else(refused)
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<When, E> {
        self.visit_i64(i64::try_from(seconds).map_err(|_| refused())?)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<When, E> {
        let length = parse_duration_ms(text.trim_end_matches(" ago"));
        length.map(When::Ago).ok_or_else(refused)
    }
}
