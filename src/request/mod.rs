//! One sign-in: a slot for each attribute (known, absent, not supplied) and the evidence of what has been proven.
//!
//! A [`Request`] is always settled: what follows from what was said is filled in, and one that contradicts itself
//! cannot be built ([`RequestBuilder::build`]). Both evaluators read nothing else.

pub mod defaults;
#[cfg(feature = "json")]
pub mod json;
pub mod moment;
pub mod own;
#[cfg(test)]
pub(crate) mod random;
#[cfg(feature = "json")]
pub mod schema;
mod settle;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::IpAddr;

use crate::schema::attribute::{Attribute, AttributeId, AttributeSet};
use crate::schema::grant::GrantWord;
use crate::schema::method::Method;
use crate::value::{Country, Slot, Timestamp};

/// The value of one attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Of a boolean.
    Boolean(bool),
    /// Of an enumeration or an ordered one: the number of the word.
    Word(u8),
    /// Of a set of words: their numbers.
    Words(BTreeSet<u8>),
    /// Of an identifier (canonical), a text or a version.
    Text(String),
    /// Of a set of texts.
    Texts(BTreeSet<String>),
    /// Of a set of ids.
    Ids(Ids),
    /// Of a whole number.
    Integer(i64),
    /// Of an address; an IPv4-mapped IPv6 address is IPv4 here.
    Address(IpAddr),
    /// Of a country.
    Country(Country),
    /// Of a moment.
    Instant(Timestamp),
    /// Of a length of time, in seconds.
    Duration(u64),
    /// The apps asked for; at least one.
    Apps(Vec<App>),
    /// Custom security attributes: `SET.NAME`, folded, to texts.
    Custom(BTreeMap<String, BTreeSet<String>>),
}

/// A set of ids that may be known in part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ids {
    /// Certainly in, canonical.
    pub inside: BTreeSet<String>,
    /// Certainly not in, canonical.
    pub outside: BTreeSet<String>,
    /// Whether everything that is not in `inside` is outside; else it was not supplied.
    pub complete: bool,
}

impl Ids {
    /// A list that is complete, as requests carry them.
    pub fn complete(ids: impl IntoIterator<Item = impl AsRef<str>>) -> Ids {
        let inside = ids.into_iter().map(|id| crate::value::canonical_id(id.as_ref())).collect();
        Ids { inside, outside: BTreeSet::new(), complete: true }
    }
}

/// One app that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Its directory id, canonical.
    pub id: String,
    /// Whether it is a resource of agents.
    pub agent_resource: Slot<bool>,
    /// Its custom security attributes: `SET.NAME`, folded, to texts.
    pub attributes: Slot<BTreeMap<String, BTreeSet<String>>>,
}

/// What has been proven in this session, and how long ago.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// Authentication methods.
    pub proofs: Vec<Proof>,
    /// Everything else: device checks, terms, a changed password.
    pub claims: Vec<Claim>,
}

/// An authentication method that was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Which method.
    pub method: Method,
    /// How long ago, in milliseconds; a little below zero where clocks differ ([`MAX_SKEW_MS`]).
    pub age_ms: i64,
    /// The model id of the key, canonical.
    pub aaguid: Option<String>,
    /// The key id of the certificate's issuer, canonical.
    pub issuer: Option<String>,
    /// The policy ids of the certificate, canonical.
    pub policies: BTreeSet<String>,
}

/// Something else that was shown or done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Which grant it speaks of. `strength` is an opaque strength.
    pub grant: GrantWord,
    /// The id of the terms, custom control or opaque strength, canonical.
    pub id: Option<String>,
    /// How long ago, in milliseconds; a claim without a time satisfies no `within`.
    pub age_ms: Option<i64>,
}

/// How far in the future a proof may lie: clocks of issuers differ by less than the five minutes that Kerberos and
/// most token validators tolerate.
pub const MAX_SKEW_MS: i64 = 300_000;

/// One sign-in, settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// An id of the caller's, echoed in the decision.
    id: Option<String>,
    /// A name of the principal for people who read.
    who: Option<String>,
    slots: Vec<Slot<Value>>,
    /// Which attributes are known, and which were not supplied. Kept by whoever settles.
    presence: Presence,
    own: BTreeMap<String, Slot<Value>>,
    evidence: Evidence,
}

/// Puts a request together.
#[derive(Debug, Clone)]
pub struct RequestBuilder {
    request: Request,
    /// The first word that its attribute does not have; told when the request is built.
    unknown: Option<RequestError>,
}

/// Why a request cannot be: an attribute has a value it cannot have, or two things said exclude each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestError {
    /// The attribute it is about, by its name in the language.
    pub attribute: String,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.attribute, self.message)
    }
}

impl std::error::Error for RequestError {}

impl Request {
    /// A request in which nothing is supplied yet.
    pub fn builder() -> RequestBuilder {
        let request = Request {
            id: None,
            who: None,
            slots: vec![Slot::NotSupplied; Attribute::COUNT],
            presence: Presence::default(),
            own: BTreeMap::new(),
            evidence: Evidence::default(),
        };
        RequestBuilder { request, unknown: None }
    }

    /// The same request, open to changes.
    pub fn to_builder(&self) -> RequestBuilder {
        RequestBuilder { request: self.clone(), unknown: None }
    }

    /// The same request, open to changes, without a copy.
    pub fn into_builder(self) -> RequestBuilder {
        RequestBuilder { request: self, unknown: None }
    }

    /// The caller's id.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// A name of the principal for people who read.
    pub fn who(&self) -> Option<&str> {
        self.who.as_deref()
    }

    /// The state of a built-in attribute. Composite ones (`user`, `location`, `weekday` …) have none of their own:
    /// read their inputs.
    pub fn get(&self, attribute: Attribute) -> &Slot<Value> {
        &self.slots[attribute as usize]
    }

    /// Which attributes are known, and which were not supplied.
    pub(crate) fn presence(&self) -> Presence {
        self.presence
    }

    /// The state of an attribute of the organisation's own, by name.
    pub fn own(&self, name: &str) -> &Slot<Value> {
        self.own.get(name).unwrap_or(&Slot::NotSupplied)
    }

    /// The own attributes that were said anything about, by name.
    pub fn own_attributes(&self) -> impl Iterator<Item = (&str, &Slot<Value>)> {
        self.own.iter().map(|(name, slot)| (name.as_str(), slot))
    }

    /// What has been proven.
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// The moment of the sign-in, where it was supplied.
    pub fn time(&self) -> Option<Timestamp> {
        match self.get(Attribute::Time) {
            Slot::Known(Value::Instant(time)) => Some(*time),
            _ => None,
        }
    }

    /// Supplies what nobody said. Only for attributes from which nothing else follows, since nothing is settled again.
    #[cfg(feature = "geo")]
    pub(crate) fn supply(&mut self, attribute: Attribute, slot: Slot<Value>) {
        let place = &mut self.slots[attribute as usize];
        if place.is_not_supplied() {
            *place = slot;
            self.presence = Presence::of(&self.slots);
        }
    }

    /// The number of the word an enumeration has.
    pub fn word(&self, attribute: Attribute) -> Slot<u8> {
        match self.get(attribute) {
            Slot::Known(Value::Word(word)) => Slot::Known(*word),
            Slot::Known(_) | Slot::NotSupplied => Slot::NotSupplied,
            Slot::Absent => Slot::Absent,
        }
    }

    /// What a boolean is.
    pub fn boolean(&self, attribute: Attribute) -> Slot<bool> {
        match self.get(attribute) {
            Slot::Known(Value::Boolean(value)) => Slot::Known(*value),
            Slot::Known(_) | Slot::NotSupplied => Slot::NotSupplied,
            Slot::Absent => Slot::Absent,
        }
    }

    /// The same sign-in `millis` later (or earlier): the time, if supplied, moves and every proof ages.
    #[must_use]
    pub fn later(&self, millis: i64) -> Request {
        let mut request = self.clone();
        if let Slot::Known(Value::Instant(time)) = &mut request.slots[Attribute::Time as usize] {
            time.0 = time.0.saturating_add(millis);
        }
        for proof in &mut request.evidence.proofs {
            proof.age_ms = proof.age_ms.saturating_add(millis);
        }
        for age in request.evidence.claims.iter_mut().filter_map(|claim| claim.age_ms.as_mut()) {
            *age = age.saturating_add(millis);
        }
        request
    }
}

/// Built-in attributes by what is known of them: those that are absent are in neither set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Presence {
    pub known: AttributeSet,
    pub silent: AttributeSet,
}

impl Presence {
    fn of(slots: &[Slot<Value>]) -> Presence {
        let (mut known, mut silent) = (0, 0);
        for (at, slot) in slots.iter().enumerate() {
            known |= u128::from(matches!(slot, Slot::Known(_))) << at;
            silent |= u128::from(slot.is_not_supplied()) << at;
        }
        Presence { known: AttributeSet::built_in(known), silent: AttributeSet::built_in(silent) }
    }
}

impl RequestBuilder {
    /// An id to be echoed in the decision.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.request.id = Some(id.into());
        self
    }

    /// A name of the principal for people who read.
    #[must_use]
    pub fn who(mut self, who: impl Into<String>) -> Self {
        self.request.who = Some(who.into());
        self
    }

    /// What has been said about an attribute so far.
    pub fn get(&self, attribute: Attribute) -> &Slot<Value> {
        self.request.get(attribute)
    }

    /// Supplies a value.
    #[must_use]
    pub fn set(mut self, attribute: Attribute, value: Value) -> Self {
        self.request.slots[attribute as usize] = Slot::Known(value);
        self
    }

    /// Supplies a word of an enumeration or of an ordered attribute, as policies write it: `"browser"`, `"high"`. A word
    /// that the attribute does not have is told by [`RequestBuilder::build`].
    #[must_use]
    pub fn word(mut self, attribute: Attribute, word: &str) -> Self {
        match attribute.word(word) {
            Some(number) => self.set(attribute, Value::Word(number)),
            None => {
                self.unknown.get_or_insert_with(|| unknown_word(attribute, word));
                self
            }
        }
    }

    /// Says anything about an attribute: a value, absent, or not supplied.
    #[must_use]
    pub fn slot(mut self, attribute: Attribute, slot: Slot<Value>) -> Self {
        self.request.slots[attribute as usize] = slot;
        self
    }

    /// Says anything about an attribute of the organisation's own, by name.
    #[must_use]
    pub fn own(mut self, name: impl Into<String>, slot: Slot<Value>) -> Self {
        match slot {
            Slot::NotSupplied => self.request.own.remove(&name.into()),
            said => self.request.own.insert(name.into(), said),
        };
        self
    }

    /// Adds a proof.
    #[must_use]
    pub fn proof(mut self, proof: Proof) -> Self {
        self.request.evidence.proofs.push(proof);
        self
    }

    /// Adds a claim.
    #[must_use]
    pub fn claim(mut self, claim: Claim) -> Self {
        self.request.evidence.claims.push(claim);
        self
    }

    /// Everything that is not supplied becomes absent (`assume rest absent`); what follows from what was said is
    /// settled first, so that a user who was named stays the principal.
    #[must_use]
    pub fn rest_absent(mut self) -> Self {
        settle::settle(&mut self.request);
        settle::registered_if_known(&mut self.request);
        for (attribute, slot) in Attribute::all().zip(&mut self.request.slots) {
            let carried = attribute.inputs() == [attribute];
            if carried && attribute != Attribute::Time && slot.is_not_supplied() {
                *slot = Slot::Absent;
            }
            if let Slot::Known(Value::Ids(ids)) = slot {
                ids.complete = true;
            }
        }
        self
    }

    /// The request, with everything filled in that follows from what was said.
    ///
    /// # Errors
    /// When a value is not of its attribute's kind, a word is none of its attribute's, or two things said exclude each
    /// other.
    pub fn build(mut self) -> Result<Request, RequestError> {
        if let Some(error) = self.unknown {
            return Err(error);
        }
        settle::verify_device(&self.request)?;
        settle::settle(&mut self.request);
        settle::verify(&self.request)?;
        Ok(self.request)
    }
}

fn unknown_word(attribute: Attribute, word: &str) -> RequestError {
    let words = attribute.words();
    let known = if words.is_empty() { "it takes no words".to_owned() } else { words.join(", ") };
    let message = format!("`{word}` is none of its words: {known}");
    RequestError { attribute: attribute.name().to_owned(), message }
}

/// What an input of an attribute is called in `depends_on` and `assumed`.
pub fn input_name(attribute: AttributeId, own: &[String]) -> &str {
    match attribute {
        AttributeId::BuiltIn(attribute) => attribute.name(),
        AttributeId::Own(number) => own.get(usize::from(number)).map_or("", String::as_str),
    }
}
