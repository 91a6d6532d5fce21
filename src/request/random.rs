//! Random requests for property tests: every kind of value, every state, contradictions taken out.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;

use crate::request::{App, Claim, Evidence, Ids, Proof, Request, RequestBuilder, Value};
use crate::schema::attribute::{Attribute, Kind};
use crate::schema::grant::{GRANTS, GrantWord, ProvenBy};
use crate::schema::method::METHODS;
use crate::value::{Country, Slot, Timestamp};

/// A generator, and the seed to print: `LATCH_SEED`, else the time of day.
pub(crate) fn rng() -> (Rng, u64) {
    let given = std::env::var("LATCH_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or_else(|| fastrand::u64(..));
    (Rng::with_seed(seed), seed)
}

/// How many rounds a test makes: the number in this variable, else the usual one.
#[cfg(feature = "json")]
pub(crate) fn count(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|count| count.parse().ok()).unwrap_or(usual)
}

/// Breaks some bytes: changed, taken out, doubled, cut off, put in another place.
#[cfg(feature = "json")]
pub(crate) fn garble(rng: &mut Rng, bytes: &mut Vec<u8>) {
    for _ in 0..rng.usize(1..4) {
        let at = rng.usize(..=bytes.len());
        let end = rng.usize(at..=bytes.len().min(at + 40));
        match rng.u8(..6) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.splice(at..at, bytes[at..end].to_vec()).for_each(drop),
            3 => bytes[at..end].fill_with(|| rng.u8(..)),
            4 => bytes.insert(at, b"{}[]\",:0-e.\\"[rng.usize(..12)]),
            _ => {
                let other = rng.usize(..=bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(other..other, piece).for_each(drop);
            }
        }
    }
}

/// A settled request.
pub(crate) fn request(rng: &mut Rng) -> Request {
    let mut builder = unsettled(rng);
    loop {
        match builder.clone().build() {
            Ok(request) => return request,
            Err(error) => {
                let attribute = Attribute::by_name(&error.attribute);
                let attribute = attribute.expect("only attributes contradict each other here");
                builder = builder.slot(attribute, Slot::NotSupplied);
            }
        }
    }
}

/// A request that may contradict itself.
pub(crate) fn unsettled(rng: &mut Rng) -> RequestBuilder {
    let mut builder = Request::builder();
    // From nearly nothing supplied to nearly everything.
    let supplied = rng.f64();
    for attribute in Attribute::all().filter(|it| it.inputs() == [*it]) {
        if rng.f64() < supplied {
            let absent = rng.u8(..4) == 0;
            let mut slot = || Slot::Known(value(rng, attribute.row().kind));
            builder = builder.slot(attribute, if absent { Slot::Absent } else { slot() });
        }
    }
    for name in ["badge", "shift-ends", "cost-centre"] {
        builder = builder.own(name, own(rng));
    }
    if rng.bool() {
        builder = builder.id(text(rng)).who(text(rng));
    }
    builder.request.evidence = evidence(rng);
    builder
}

/// A value of an attribute of that kind.
pub(crate) fn value(rng: &mut Rng, kind: Kind) -> Value {
    match kind {
        Kind::Boolean => Value::Boolean(rng.bool()),
        Kind::Enumeration(words) | Kind::Ordered(words) => Value::Word(word(rng, words)),
        Kind::EnumerationSet(words) => Value::Words([word(rng, words)].into()),
        Kind::Identifier => Value::Text(id(rng)),
        Kind::Identifiers => Value::Ids(ids(rng)),
        Kind::Apps => Value::Apps((0..rng.usize(1..3)).map(|_| app(rng)).collect()),
        Kind::Address => Value::Address(address(rng)),
        Kind::Country => Value::Country(country(rng)),
        Kind::Integer => Value::Integer(rng.i64(..)),
        Kind::Text | Kind::Version => Value::Text(text(rng)),
        Kind::TextSet => Value::Texts(texts(rng)),
        Kind::Custom => Value::Custom(custom(rng)),
        Kind::Instant => {
            Value::Instant(Timestamp(rng.i64(-62_000_000_000_000..250_000_000_000_000)))
        }
        Kind::Members | Kind::Networks | Kind::Weekday | Kind::Date | Kind::Duration => {
            unreachable!("no request carries these")
        }
    }
}

fn word(rng: &mut Rng, words: &[&str]) -> u8 {
    u8::try_from(rng.usize(..words.len())).expect("short lists")
}

fn id(rng: &mut Rng) -> String {
    format!("id-{}", rng.u8(..20))
}

fn ids(rng: &mut Rng) -> Ids {
    let inside: BTreeSet<_> = (0..rng.usize(..4)).map(|_| id(rng)).collect();
    let complete = rng.bool();
    let outside = (0..if complete { 0 } else { 3 }).map(|_| id(rng));
    let outside = outside.filter(|id| !inside.contains(id)).collect();
    Ids { inside, outside, complete }
}

fn text(rng: &mut Rng) -> String {
    let letters = ['a', 'Z', '1', '.', ' ', '"', '\\', 'ß', '日', '\u{1f511}', '\n', '\0'];
    (0..rng.usize(..6)).map(|_| letters[rng.usize(..letters.len())]).collect()
}

fn texts(rng: &mut Rng) -> BTreeSet<String> {
    (0..rng.usize(..3)).map(|_| text(rng)).collect()
}

fn custom(rng: &mut Rng) -> BTreeMap<String, BTreeSet<String>> {
    let name = |rng: &mut Rng| format!("set{}.name.{}", rng.u8(..3), rng.u8(..3));
    (0..rng.usize(..3)).map(|_| (name(rng), texts(rng))).collect()
}

fn slot<T>(rng: &mut Rng, value: impl FnOnce(&mut Rng) -> T) -> Slot<T> {
    match rng.u8(..3) {
        0 => Slot::NotSupplied,
        1 => Slot::Absent,
        _ => Slot::Known(value(rng)),
    }
}

fn app(rng: &mut Rng) -> App {
    App { id: id(rng), agent_resource: slot(rng, Rng::bool), attributes: slot(rng, custom) }
}

fn address(rng: &mut Rng) -> std::net::IpAddr {
    match rng.u8(..3) {
        0 => rng.u32(..).to_be_bytes().into(),
        1 => rng.u128(..).to_be_bytes().into(),
        _ => (0xffff_0000_0000 | u128::from(rng.u32(..))).to_be_bytes().into(),
    }
}

fn country(rng: &mut Rng) -> Country {
    Country::from_index(rng.usize(..676)).expect("below 676")
}

fn own(rng: &mut Rng) -> Slot<Value> {
    slot(rng, |rng| match rng.u8(..4) {
        0 => Value::Boolean(rng.bool()),
        1 => Value::Integer(rng.i64(..)),
        2 => Value::Text(text(rng)),
        _ => Value::Texts(texts(rng)),
    })
}

fn evidence(rng: &mut Rng) -> Evidence {
    Evidence {
        proofs: (0..rng.usize(..3)).map(|_| proof(rng)).collect(),
        claims: (0..rng.usize(..3)).map(|_| claim(rng)).collect(),
    }
}

fn age(rng: &mut Rng) -> i64 {
    match rng.u8(..3) {
        0 => rng.i64(-300..1_000_000) * 1_000,
        1 => rng.i64(-300_000..1_000_000_000),
        _ => rng.i64(0..),
    }
}

fn proof(rng: &mut Rng) -> Proof {
    Proof {
        method: METHODS[rng.usize(..METHODS.len())].method,
        age_ms: age(rng),
        aaguid: rng.bool().then(|| id(rng)),
        issuer: rng.bool().then(|| id(rng)),
        policies: (0..rng.usize(..3)).map(|_| id(rng)).collect(),
    }
}

fn claim(rng: &mut Rng) -> Claim {
    let grants: Vec<_> = GRANTS.iter().filter(|row| row.proven_by != ProvenBy::Methods).collect();
    let row = grants[rng.usize(..grants.len())];
    let grant = if rng.u8(..8) == 0 { GrantWord::Strength } else { row.grant };
    let id = grant.row().argument.then(|| id(rng));
    Claim { grant, id, age_ms: rng.bool().then(|| age(rng)) }
}
