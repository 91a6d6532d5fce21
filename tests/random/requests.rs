//! Random requests over the world of the random policies.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use latch::request::{App, Ids, Request, RequestBuilder, Value};
use latch::schema::attribute::{Attribute, Kind};
use latch::value::{Country, Slot, Timestamp};

use super::evidence::evidence;
use super::{percent, pick, some};

use Attribute as A;

/// How talkative a request is, in percent: that an attribute is known, and that it is absent. The rest is not supplied.
#[derive(Clone, Copy)]
struct Manner {
    known: u8,
    absent: u8,
}

const MANNERS: &[Manner] = &[
    Manner { known: 85, absent: 15 },
    Manner { known: 60, absent: 40 },
    Manner { known: 70, absent: 20 },
    Manner { known: 40, absent: 30 },
    Manner { known: 10, absent: 20 },
];

/// Moments around which clocks are moved or windows turn.
const MOMENTS: &[&str] = &[
    "2026-03-29T00:59:59.999Z",
    "2026-03-29T01:00:00Z",
    "2026-10-25T00:30:00Z",
    "2026-10-25T01:30:00Z",
    "2026-03-08T06:59:59Z",
    "2026-11-01T05:30:00Z",
    "2026-10-03T15:29:59.999Z",
    "2026-04-04T14:45:00Z",
    "2026-11-22T22:59:59.999Z",
    "2026-05-31T21:59:00Z",
];

/// A settled request.
pub(crate) fn request(rng: &mut Rng) -> Request {
    let mut builder = Request::builder();
    let manner = pick(rng, MANNERS);
    builder = principal(rng, manner, builder);
    builder = target(rng, manner, builder);
    for attribute in A::all().filter(|it| it.inputs() == [*it] && !is_chosen(*it)) {
        let slot = slot(rng, manner, |rng| value(rng, attribute));
        builder = builder.slot(attribute, slot);
    }
    if percent(rng, 10) {
        builder = named_outright(rng, builder);
    }
    builder = own(rng, manner, builder);
    let builder = evidence(rng, builder);
    settled(builder)
}

/// A sign-in of which nobody says more than the name of its network. (Who says that and an address, and the address
/// lies elsewhere, contradicts himself; no law speaks of that.)
fn named_outright(rng: &mut Rng, builder: RequestBuilder) -> RequestBuilder {
    let names = ids(rng, &["headquarters", "branch", "office-id", "roaming", "mixed"]);
    [A::Ip, A::Country, A::GpsCountry]
        .into_iter()
        .fold(builder, |builder, input| builder.slot(input, Slot::NotSupplied))
        .slot(A::LocationNamed, Slot::Known(Value::Ids(names)))
}

/// The request, with whatever contradicts the rest taken back.
pub(crate) fn settled(mut builder: RequestBuilder) -> Request {
    let mut taken_back = BTreeSet::new();
    loop {
        match builder.clone().build() {
            Ok(request) => return request,
            Err(error) => {
                let attribute = A::by_name(&error.attribute).expect("only attributes contradict");
                let again = !taken_back.insert(attribute);
                // What follows from other device attributes comes back: then all of them go.
                let all = A::of_device().filter(|_| again);
                builder = std::iter::once(attribute)
                    .chain(all)
                    .fold(builder, |builder, it| builder.slot(it, Slot::NotSupplied));
            }
        }
    }
}

/// Attributes of which a request has one group only.
fn is_chosen(attribute: A) -> bool {
    let name = attribute.name();
    let principal = ["user", "service-principal", "agent", "principal"];
    let target = ["app", "action", "context", "traffic", "target"];
    let group = name.split('.').next().unwrap_or(name);
    principal.contains(&group) || target.contains(&name)
}

fn slot<T>(rng: &mut Rng, manner: Manner, value: impl FnOnce(&mut Rng) -> T) -> Slot<T> {
    match rng.u8(..100) {
        roll if roll < manner.known => Slot::Known(value(rng)),
        roll if roll < manner.known.saturating_add(manner.absent) => Slot::Absent,
        _ => Slot::NotSupplied,
    }
}

fn principal(rng: &mut Rng, manner: Manner, builder: RequestBuilder) -> RequestBuilder {
    let group = match rng.u8(..12) {
        0..=7 => "user",
        8 => "service-principal",
        9 | 10 => "agent",
        _ => return builder,
    };
    let inside = A::all().filter(|it| it.inputs() == [*it] && it.name().starts_with(group));
    let inside = inside.filter(|it| it.name().split('.').next() == Some(group));
    inside.fold(builder, |builder, attribute| {
        let slot = slot(rng, manner, |rng| value(rng, attribute));
        builder.slot(attribute, slot)
    })
}

fn target(rng: &mut Rng, manner: Manner, builder: RequestBuilder) -> RequestBuilder {
    let attribute = match rng.u8(..12) {
        0..=6 => A::App,
        7 => A::Action,
        8 | 9 => A::Context,
        10 => A::Traffic,
        _ => return builder,
    };
    let slot = slot(rng, manner, |rng| value(rng, attribute));
    builder.slot(attribute, slot)
}

/// A value of a built-in attribute.
pub(crate) fn value(rng: &mut Rng, attribute: A) -> Value {
    match attribute.row().kind {
        Kind::Boolean => Value::Boolean(rng.bool()),
        Kind::Enumeration(words) | Kind::Ordered(words) => Value::Word(below(rng, words.len())),
        Kind::EnumerationSet(words) => {
            Value::Words((0..rng.usize(..=words.len())).map(|at| at as u8).collect())
        }
        Kind::Identifier => Value::Text(pick(rng, identifiers(attribute)).to_owned()),
        Kind::Identifiers => Value::Ids(ids(rng, identifiers(attribute))),
        Kind::Apps => Value::Apps(apps(rng)),
        Kind::Address => Value::Address(address(rng).parse().expect("an address")),
        Kind::Country => {
            let code = pick(rng, &["DE", "FR", "KP", "US"]);
            Value::Country(Country::parse(code).expect("a country"))
        }
        Kind::Integer => Value::Integer(64_494 + i64::from(rng.u8(..10))),
        Kind::Text => Value::Text(pick(rng, TEXTS).to_owned()),
        Kind::Version => {
            let versions = ["10.0", "10.0.22631.1", "17.4", "17.4.1.0", "9", "Surface", "10.0x"];
            Value::Text(pick(rng, &versions).to_owned())
        }
        Kind::TextSet => Value::Texts(some(rng, TEXTS).into_iter().map(str::to_owned).collect()),
        Kind::Custom => Value::Custom(custom(rng)),
        Kind::Instant => Value::Instant(moment(rng)),
        Kind::Members | Kind::Networks | Kind::Weekday | Kind::Date | Kind::Duration => {
            unreachable!("no request carries {}", attribute.name())
        }
    }
}

const TEXTS: &[&str] = &["Surface Pro", "SURFACE", "lab kiosk", "Kiosk", "10.0.19045", "x-1", "É"];

fn below(rng: &mut Rng, count: usize) -> u8 {
    u8::try_from(rng.usize(..count)).expect("few words")
}

fn identifiers(attribute: A) -> &'static [&'static str] {
    match attribute {
        A::UserId => &["ada-id", "bob-id", "eve-id"],
        A::UserGroups => &["red-id", "blue-id", "green-a", "green-b", "glass-id", "grey-id"],
        A::UserRoles => &[
            "gardener-id",
            "62e90394-69f5-4237-9190-012177145e10",
            "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
        ],
        A::UserTenant => &["partner-id", "stranger-id"],
        A::ServicePrincipalId => &["robot-id", "pipeline-id", "other-id"],
        A::AgentId => &["helper-id", "other-id"],
        A::Context => &["c1", "c2", "c3", "c4"],
        _ => &[
            "elsewhere-id",
            "link-id",
            "compliant-network",
            "edge",
            "office-id",
            "branch",
            "nowhere",
        ],
    }
}

/// Mostly a whole list, sometimes one that is known in part.
fn ids(rng: &mut Rng, from: &[&str]) -> Ids {
    let named = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<_>>();
    let mut all = from.to_vec();
    rng.shuffle(&mut all);
    let (inside, rest) = all.split_at(rng.usize(..=from.len().min(3)));
    if percent(rng, 75) {
        return Ids::complete(inside);
    }
    let outside = &rest[..rng.usize(..=rest.len())];
    Ids { inside: named(inside), outside: named(outside), complete: false }
}

fn apps(rng: &mut Rng) -> Vec<App> {
    let asked = some(rng, &["payroll-id", "wiki-a", "wiki-b", "other-app"]);
    let app = |rng: &mut Rng, id: &str| {
        let manner = Manner { known: 60, absent: 20 };
        App {
            id: id.to_owned(),
            agent_resource: slot(rng, manner, Rng::bool),
            attributes: slot(rng, manner, custom),
        }
    };
    let single = percent(rng, 60);
    let asked = if single { &asked[..1] } else { &asked[..] };
    asked.iter().map(|id| app(rng, id)).collect()
}

fn custom(rng: &mut Rng) -> BTreeMap<String, BTreeSet<String>> {
    let texts = some(rng, TEXTS).into_iter().map(str::to_owned).collect();
    let name = pick(rng, &["data.class", "data.other"]);
    [(name.to_owned(), texts)].into()
}

fn address(rng: &mut Rng) -> &'static str {
    pick(
        rng,
        &[
            "203.0.113.0",
            "203.0.113.127",
            "203.0.113.128",
            "203.0.113.255",
            "203.0.114.0",
            "198.51.100.9",
            "198.51.100.10",
            "198.51.100.40",
            "198.51.100.41",
            "192.0.2.15",
            "192.0.2.16",
            "192.0.2.200",
            "2001:db8:10::1",
            "2001:db8:11::",
        ],
    )
}

fn moment(rng: &mut Rng) -> Timestamp {
    let near: jiff::Timestamp = pick(rng, MOMENTS).parse().expect("a moment");
    let hours = i64::from(rng.i8(-30..30)) * 1_800_000;
    let jitter = if percent(rng, 50) { hours } else { rng.i64(-100_000_000..100_000_000) };
    Timestamp(near.as_millisecond() + jitter)
}

fn own(rng: &mut Rng, manner: Manner, mut builder: RequestBuilder) -> RequestBuilder {
    let names = ["clearance", "cost-centre", "on-call", "projects", "seniority", "shift-start"];
    for name in names {
        let slot = slot(rng, manner, |rng| own_value(rng, name));
        builder = builder.own(name, slot);
    }
    builder
}

fn own_value(rng: &mut Rng, name: &str) -> Value {
    match name {
        "clearance" => Value::Integer(i64::from(rng.u8(..5))),
        "cost-centre" => Value::Text(pick(rng, TEXTS).to_owned()),
        "on-call" => Value::Boolean(rng.bool()),
        "projects" => Value::Texts([pick(rng, &["lighthouse", "harbour"]).to_owned()].into()),
        "seniority" => Value::Duration(pick(rng, &[0, 86_400, 86_401, 2_592_000])),
        _ => Value::Instant(moment(rng)),
    }
}
