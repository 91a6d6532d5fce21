//! Sign-ins drawn from the policies themselves, for who has none at hand: about the people, apps and places they name.
//!
//! They are made so that conditions are met sometimes and missed sometimes; how often they are in a real tenant, they do
//! not know. Equal seeds give equal sign-ins.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use fastrand::Rng;

use crate::hir::{PolicySet, Predicate, Probe, TextTest};
use crate::request::{App, Ids, Proof, Request, RequestBuilder, Value};
use crate::schema::attribute::{Attribute, AttributeId, Kind};
use crate::schema::method::Method;
use crate::value::{Country, Slot, Timestamp};

/// Any moment at which all proofs are of the past: 2026-10-23.
const MOMENT: i64 = 1_792_713_600_000;
const DAY_MS: i64 = 86_400_000;

/// So many sign-ins about what these policies name; fewer, where some contradict themselves.
pub fn sign_ins(set: &PolicySet, count: usize, seed: u64) -> Vec<Request> {
    let world = World::of(set);
    let mut rng = Rng::with_seed(seed);
    (0..count).filter_map(|_| world.sign_in(&mut rng)).collect()
}

/// What policies name.
#[derive(Debug, Default)]
struct World {
    users: Vec<String>,
    groups: Vec<String>,
    roles: Vec<String>,
    apps: Vec<String>,
    ranges: Vec<(IpAddr, IpAddr)>,
    countries: Vec<Country>,
    /// Texts, by the attribute they are compared with.
    texts: BTreeMap<AttributeId, Vec<String>>,
    own: Vec<(String, Kind)>,
}

impl World {
    fn of(set: &PolicySet) -> World {
        let mut named = Named::default();
        let policies = set.policies.iter().flat_map(|policy| policy.condition.probes());
        policies.for_each(|probe| named.probe(set, probe));
        World {
            users: named.users.into_iter().collect(),
            groups: named.groups.into_iter().collect(),
            roles: named.roles.into_iter().collect(),
            apps: named.apps.into_iter().collect(),
            ranges: named.ranges.into_iter().collect(),
            countries: named.countries.into_iter().collect(),
            texts: named
                .texts
                .into_iter()
                .map(|(key, all)| (key, all.into_iter().collect()))
                .collect(),
            own: set.own_attributes.iter().map(|it| (it.name.clone(), it.kind.kind())).collect(),
        }
    }

    fn sign_in(&self, rng: &mut Rng) -> Option<Request> {
        let builder = self.user(rng, Request::builder());
        let builder = self.target(rng, builder);
        let builder = self.place(rng, builder);
        let builder = self.device(rng, builder);
        let builder = words(rng, builder);
        let builder = self.own(rng, builder);
        let time = MOMENT + rng.i64(0..DAY_MS);
        let builder = builder.set(Attribute::Time, Value::Instant(Timestamp(time)));
        let request = proofs(rng, builder).rest_absent();
        // What contradicts itself is a sign-in without a device.
        let bare = Attribute::of_device().fold(request.clone(), |it, at| it.slot(at, Slot::Absent));
        request.build().or_else(|_| bare.build()).ok()
    }

    fn user(&self, rng: &mut Rng, builder: RequestBuilder) -> RequestBuilder {
        let stranger = format!("user-{}", rng.u32(..50_000));
        let id = if chance(rng, 5) { pick(rng, &self.users) } else { None };
        let mut groups: Vec<String> =
            (0..3).filter_map(|_| pick(rng, &self.groups)).map(str::to_owned).collect();
        groups.extend((0..17).map(|_| format!("group-{}", rng.u32(..5_000))));
        let role = if chance(rng, 5) { pick(rng, &self.roles) } else { None };
        let kind = if chance(rng, 90) { 0 } else { rng.u8(..7) };
        builder
            .set(Attribute::UserId, Value::Text(id.map_or(stranger, str::to_owned)))
            .set(Attribute::UserGroups, Value::Ids(Ids::complete(groups)))
            .set(Attribute::UserRoles, Value::Ids(Ids::complete(role)))
            .set(Attribute::UserType, Value::Word(kind))
    }

    fn target(&self, rng: &mut Rng, builder: RequestBuilder) -> RequestBuilder {
        if chance(rng, 3) {
            return builder.set(Attribute::Action, Value::Word(rng.u8(..2)));
        }
        let named = if chance(rng, 70) { pick(rng, &self.apps) } else { None };
        let id = named.map_or_else(|| format!("app-{}", rng.u16(..200)), str::to_owned);
        let app = App { id, agent_resource: Slot::Absent, attributes: Slot::Absent };
        builder.set(Attribute::App, Value::Apps(vec![app]))
    }

    fn place(&self, rng: &mut Rng, builder: RequestBuilder) -> RequestBuilder {
        let named = if chance(rng, 50) { some(rng, &self.ranges) } else { None };
        let ip = match named {
            Some((first, last)) => between(rng, *first, *last),
            None => IpAddr::V4(Ipv4Addr::from(rng.u32(0x0b00_0000..0xdf00_0000))),
        };
        let named = if chance(rng, 40) { some(rng, &self.countries).copied() } else { None };
        let country = named.or_else(|| Country::parse("DE")).map_or(Slot::Absent, Slot::Known);
        let country = match country {
            Slot::Known(country) if !chance(rng, 1) => Slot::Known(Value::Country(country)),
            Slot::Known(_) | Slot::Absent | Slot::NotSupplied => Slot::Absent,
        };
        builder.set(Attribute::Ip, Value::Address(ip)).slot(Attribute::Country, country)
    }

    fn device(&self, rng: &mut Rng, mut builder: RequestBuilder) -> RequestBuilder {
        if chance(rng, 30) {
            return builder;
        }
        let trust = rng.u8(..3);
        let compliant = chance(rng, 80);
        builder = builder
            .set(Attribute::DeviceTrust, Value::Word(trust))
            .set(Attribute::DeviceCompliant, Value::Boolean(compliant))
            .set(Attribute::DeviceOwnership, Value::Word(rng.u8(..2)));
        for (attribute, texts) in &self.texts {
            let AttributeId::BuiltIn(attribute) = attribute else { continue };
            if matches!(attribute.row().kind, Kind::Text | Kind::Version) && chance(rng, 50) {
                let text = pick(rng, texts).unwrap_or_default().to_owned();
                builder = builder.set(*attribute, Value::Text(text));
            }
        }
        builder
    }

    fn own(&self, rng: &mut Rng, mut builder: RequestBuilder) -> RequestBuilder {
        for (number, (name, kind)) in self.own.iter().enumerate() {
            let id = u8::try_from(number).map(AttributeId::Own);
            let texts = id.ok().and_then(|id| self.texts.get(&id)).map_or(&[][..], Vec::as_slice);
            let text = pick(rng, texts).unwrap_or("something").to_owned();
            let value = match kind {
                Kind::Boolean => Value::Boolean(rng.bool()),
                Kind::Integer => Value::Integer(rng.i64(0..100)),
                Kind::Text => Value::Text(text),
                Kind::TextSet => Value::Texts(BTreeSet::from([text])),
                Kind::Duration => Value::Duration(rng.u64(..86_400)),
                _ => continue,
            };
            builder = builder.own(name.as_str(), Slot::Known(value));
        }
        builder
    }
}

/// Client, platform, flow and risks.
fn words(rng: &mut Rng, builder: RequestBuilder) -> RequestBuilder {
    let client = if chance(rng, 95) { rng.u8(..2) } else { rng.u8(2..4) };
    let mut level = || if chance(rng, 93) { 0 } else { rng.u8(1..4) };
    let builder = builder
        .set(Attribute::RiskSignIn, Value::Word(level()))
        .set(Attribute::RiskUser, Value::Word(level()))
        .set(Attribute::RiskInsider, Value::Word(level()));
    let flow = if chance(rng, 2) { Slot::Known(Value::Word(rng.u8(..2))) } else { Slot::Absent };
    builder
        .set(Attribute::Client, Value::Word(client))
        .set(Attribute::Platform, Value::Word(rng.u8(..7)))
        .slot(Attribute::Flow, flow)
}

fn proofs(rng: &mut Rng, mut builder: RequestBuilder) -> RequestBuilder {
    let methods = [
        (95, Method::Password),
        (55, Method::MicrosoftAuthenticatorPush),
        (15, Method::Fido2),
        (10, Method::WindowsHelloForBusiness),
    ];
    for (often, method) in methods {
        if chance(rng, often) {
            let age_ms = rng.i64(0..DAY_MS);
            let policies = BTreeSet::new();
            builder = builder.proof(Proof { method, age_ms, aaguid: None, issuer: None, policies });
        }
    }
    builder
}

/// The names, each once.
#[derive(Default)]
struct Named {
    users: BTreeSet<String>,
    groups: BTreeSet<String>,
    roles: BTreeSet<String>,
    apps: BTreeSet<String>,
    ranges: BTreeSet<(IpAddr, IpAddr)>,
    countries: BTreeSet<Country>,
    texts: BTreeMap<AttributeId, BTreeSet<String>>,
}

impl Named {
    fn probe(&mut self, set: &PolicySet, probe: &Probe) {
        match &probe.predicate {
            Predicate::People(people) => {
                self.users.extend(people.users.iter().cloned());
                self.groups.extend(people.groups.iter().cloned());
                self.roles.extend(people.roles.iter().cloned());
            }
            Predicate::Apps(apps) => self.apps.extend(apps.ids.iter().cloned()),
            Predicate::Networks(networks) => {
                for network in networks.iter().map(|id| set.network(*id)) {
                    self.ranges.extend(network.ranges.iter().copied());
                    self.countries.extend(network.countries.iter().copied());
                }
            }
            Predicate::Countries(countries) => self.countries.extend(countries.iter().copied()),
            Predicate::Text(test) => self.text(probe.attribute, test),
            Predicate::Version(_, version) => {
                self.texts.entry(probe.attribute).or_default().insert(version.to_string());
            }
            Predicate::Holds
            | Predicate::Words(..)
            | Predicate::ServicePrincipals(_)
            | Predicate::Agents(_)
            | Predicate::Ids(_)
            | Predicate::Ranges(..)
            | Predicate::TimeOfDay(..)
            | Predicate::Custom(..) => {}
        }
    }

    fn text(&mut self, attribute: AttributeId, test: &TextTest) {
        let texts = self.texts.entry(attribute).or_default();
        match test {
            TextTest::OneOf(all) => texts.extend(all.iter().cloned()),
            TextTest::StartsWith(text) => _ = texts.insert(format!("{text} and more")),
            TextTest::EndsWith(text) => _ = texts.insert(format!("more and {text}")),
            TextTest::Contains(text) => _ = texts.insert(format!("more {text} and more")),
        }
    }
}

fn chance(rng: &mut Rng, percent: u8) -> bool {
    rng.u8(..100) < percent
}

fn some<'a, T>(rng: &mut Rng, from: &'a [T]) -> Option<&'a T> {
    if from.is_empty() { None } else { from.get(rng.usize(..from.len())) }
}

fn pick<'a>(rng: &mut Rng, from: &'a [String]) -> Option<&'a str> {
    some(rng, from).map(String::as_str)
}

/// An address of a range.
fn between(rng: &mut Rng, first: IpAddr, last: IpAddr) -> IpAddr {
    match (first, last) {
        (IpAddr::V4(first), IpAddr::V4(last)) => {
            IpAddr::V4(Ipv4Addr::from(rng.u32(u32::from(first)..=u32::from(last))))
        }
        (IpAddr::V6(first), IpAddr::V6(last)) => {
            IpAddr::V6(Ipv6Addr::from(rng.u128(u128::from(first)..=u128::from(last))))
        }
        // A range is of one family.
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => first,
    }
}
