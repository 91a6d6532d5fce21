//! Tests and values in the words of the language, with names where ids were.

use std::collections::{BTreeMap, BTreeSet};

use crate::hir::{
    Agents, Apps, NetworkId, Object, People, PolicySet, Predicate, Probe, ServicePrincipals,
    TextTest, VersionTest, Zone,
};
use crate::interpret::clock;
use crate::interpret::condition::Look;
use crate::request::{App, Ids, Value};
use crate::schema::attribute::{Attribute, AttributeId, Kind, USER_TYPES, WEEKDAYS};
use crate::syntax::ast::ObjectKind;
use crate::value::{Slot, Timestamp, duration_text};

/// How many ids of a list are shown: what fits on a line or two.
const MAX_SHOWN: usize = 8;

/// The words of one policy set.
pub(crate) struct Words<'a> {
    set: &'a PolicySet,
    /// The objects that have an id, by kind and id, those with the fewest ids first: the closest name.
    objects: BTreeMap<(ObjectKind, &'a str), Vec<&'a Object>>,
}

/// What ids are called: names, and ids that have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Called<'a, 'i> {
    /// Names, in their order; together they stand for exactly the ids they cover.
    pub(crate) names: Vec<&'a str>,
    /// The others.
    pub(crate) unnamed: Vec<&'i str>,
}

impl<'a> Words<'a> {
    pub(crate) fn new(set: &'a PolicySet) -> Words<'a> {
        let mut objects: BTreeMap<_, Vec<&'a Object>> = BTreeMap::new();
        for object in &set.objects {
            for id in &object.ids {
                objects.entry((object.kind, id.as_str())).or_default().push(object);
            }
        }
        objects.values_mut().for_each(|it| it.sort_by_key(|object| object.ids.len()));
        Words { set, objects }
    }

    /// Names for these ids. An object with several ids is named where all of them are there, a large one before the
    /// small ones in it.
    pub(crate) fn called<'i>(&self, kind: ObjectKind, ids: &'i BTreeSet<String>) -> Called<'a, 'i> {
        let mut names = BTreeSet::new();
        let mut covered: BTreeSet<&str> = BTreeSet::new();
        let mut whole: Vec<&Object> = ids
            .iter()
            .flat_map(|id| self.objects.get(&(kind, id.as_str())).into_iter().flatten().copied())
            .filter(|object| object.ids.iter().all(|id| ids.contains(id)))
            .collect();
        whole.sort_by_key(|object| (std::cmp::Reverse(object.ids.len()), &object.name));
        for object in whole {
            if object.ids.iter().any(|id| !covered.contains(id.as_str())) {
                covered.extend(object.ids.iter().map(String::as_str));
                names.insert(object.name.as_str());
            }
        }
        let unnamed = ids.iter().map(String::as_str).filter(|id| !covered.contains(id)).collect();
        Called { names: names.into_iter().collect(), unnamed }
    }

    /// A test as a policy would say it.
    pub(crate) fn test(&self, probe: &Probe) -> String {
        let name = self.set.attribute_name(probe.attribute);
        match &probe.predicate {
            Predicate::Holds => name.to_owned(),
            Predicate::People(people) => format!("{name} in {}", self.people(people)),
            Predicate::Apps(apps) => format!("{name} in {}", self.apps(apps)),
            Predicate::ServicePrincipals(wanted) => {
                format!("{name} in {}", self.service_principals(wanted))
            }
            Predicate::Agents(agents) => format!("{name} in {}", self.agents(agents)),
            Predicate::Ids(ids) => {
                let kind = the_kind(probe.attribute);
                format!("{name} in {}", list(self.ids(kind, ids)))
            }
            Predicate::Networks(networks) => {
                format!("{name} in {}", list(self.networks(networks)))
            }
            Predicate::Words(words, zone) => {
                let words = words.iter().map(|word| word_of(probe.attribute, *word));
                format!("{name} in {}{}", list(words.collect()), in_zone(zone.as_ref()))
            }
            Predicate::Countries(countries) => {
                format!("{name} in {}", list(countries.iter().map(ToString::to_string).collect()))
            }
            Predicate::Ranges(ranges, zone) => {
                let show = |number| self.number(probe.attribute, number);
                let ranges: Vec<_> =
                    ranges.iter().map(|(low, high)| range(name, *low, *high, show)).collect();
                format!("{}{}", ranges.join(" or "), in_zone(zone.as_ref()))
            }
            Predicate::Text(test) => format!("{name} {}", text_test(test)),
            Predicate::Version(test, version) => {
                format!("{name} {} \"{version}\"", version_test(*test))
            }
            Predicate::TimeOfDay(from, to, zone) => {
                format!("{name} between {} and {}{}", hour(*from), hour(*to), in_zone(Some(zone)))
            }
            Predicate::Custom(custom, test) => format!("{name}.{custom} {}", text_test(test)),
        }
    }

    /// What an input is, for people.
    pub(super) fn value(&self, look: &Look<'_>, probe: &Probe, input: AttributeId) -> String {
        if input == AttributeId::BuiltIn(Attribute::App) {
            return state(&look.app, |app| self.app(app));
        }
        state(look.slot(input), |value| self.known(probe, input, value))
    }

    /// Which app or context is looked at.
    pub(super) fn look(&self, look: &Look<'_>) -> String {
        match (&look.app, &look.context) {
            (Slot::Known(app), _) => format!("app {}", self.app(app)),
            (_, Slot::Known(ids)) => format!("context {}", self.members(ObjectKind::Context, ids)),
            _ => "the request".to_owned(),
        }
    }

    fn app(&self, app: &App) -> String {
        self.name(Some(ObjectKind::App), &app.id)
    }

    fn name(&self, kind: Option<ObjectKind>, id: &str) -> String {
        let named = kind.and_then(|kind| self.objects.get(&(kind, id))?.first());
        named.map_or_else(|| quoted(id), |object| object.name.clone())
    }

    /// Names of ids, each once, since an object may have several; those without a name last.
    fn ids(&self, kind: Option<ObjectKind>, ids: &BTreeSet<String>) -> Vec<String> {
        let Some(kind) = kind else { return ids.iter().map(|id| quoted(id)).collect() };
        let Called { names, unnamed } = self.called(kind, ids);
        let names = names.into_iter().map(str::to_owned);
        names.chain(unnamed.into_iter().map(quoted)).collect()
    }

    fn people(&self, people: &People) -> String {
        let guests: BTreeSet<u8> = (1..).take(USER_TYPES.len() - 1).collect();
        let mut names = words_if([(people.anyone, "anyone"), (people.types == guests, "guests")]);
        names.extend(self.ids(Some(ObjectKind::User), &people.users));
        names.extend(self.ids(Some(ObjectKind::Group), &people.groups));
        names.extend(self.ids(Some(ObjectKind::Role), &people.roles));
        let others = people.types.iter().filter(|_| people.types != guests);
        names.extend(others.map(|word| listed_word(USER_TYPES, *word)));
        list(names)
    }

    fn apps(&self, apps: &Apps) -> String {
        let words = [(apps.any, "any-app"), (apps.any_agent_resource, "any-agent-resource")];
        let mut names = words_if(words);
        names.extend(self.ids(Some(ObjectKind::App), &apps.ids));
        list(names)
    }

    fn service_principals(&self, wanted: &ServicePrincipals) -> String {
        let mut names = words_if([(wanted.own_tenant, "own-tenant")]);
        names.extend(self.ids(Some(ObjectKind::ServicePrincipal), &wanted.ids));
        list(names)
    }

    fn agents(&self, agents: &Agents) -> String {
        let mut names = words_if([(agents.any, "any-agent")]);
        names.extend(self.ids(Some(ObjectKind::Agent), &agents.ids));
        list(names)
    }

    fn networks(&self, networks: &BTreeSet<NetworkId>) -> Vec<String> {
        networks.iter().map(|id| self.set.network(*id).name.clone()).collect()
    }

    fn number(&self, attribute: AttributeId, number: i64) -> String {
        match attribute {
            AttributeId::BuiltIn(Attribute::Date) => date(number),
            AttributeId::BuiltIn(_) => number.to_string(),
            AttributeId::Own(own) => match self.set.own_attributes[usize::from(own)].kind {
                crate::hir::OwnKind::Duration => {
                    duration_text(u64::try_from(number).unwrap_or_default())
                }
                _ => number.to_string(),
            },
        }
    }

    fn known(&self, probe: &Probe, input: AttributeId, value: &Value) -> String {
        match value {
            Value::Boolean(value) => value.to_string(),
            Value::Word(word) => word_of(input, *word),
            Value::Words(words) => shown(words.iter().map(|word| word_of(input, *word)).collect()),
            Value::Text(text) => match the_kind(input) {
                Some(kind) => self.name(Some(kind), text),
                None => format!("{text:?}"),
            },
            Value::Texts(texts) => shown(texts.iter().map(|text| format!("{text:?}")).collect()),
            Value::Ids(ids) => match the_kind(input) {
                Some(kind) => self.members(kind, ids),
                None => shown(ids.inside.iter().cloned().collect()),
            },
            Value::Integer(number) => number.to_string(),
            Value::Address(address) => address.to_string(),
            Value::Country(country) => country.to_string(),
            Value::Instant(time) => moment(*time, zone_of(probe)),
            Value::Duration(seconds) => duration_text(*seconds),
            Value::Apps(apps) => shown(apps.iter().map(|app| self.app(app)).collect()),
            Value::Custom(values) => {
                shown(values.iter().map(|(name, texts)| format!("{name}: {texts:?}")).collect())
            }
        }
    }

    fn members(&self, kind: ObjectKind, ids: &Ids) -> String {
        let each: BTreeSet<_> = ids.inside.iter().map(|id| self.name(Some(kind), id)).collect();
        let (unnamed, named): (Vec<_>, Vec<_>) =
            each.into_iter().partition(|name| name.starts_with('"'));
        let names = shown(named.into_iter().chain(unnamed).collect());
        if ids.complete { names } else { format!("{names}, perhaps others") }
    }
}

/// The kind of object that an attribute's ids name.
fn the_kind(attribute: AttributeId) -> Option<ObjectKind> {
    let AttributeId::BuiltIn(attribute) = attribute else { return None };
    match attribute {
        Attribute::UserId => Some(ObjectKind::User),
        Attribute::UserGroups => Some(ObjectKind::Group),
        Attribute::UserRoles => Some(ObjectKind::Role),
        Attribute::UserTenant => Some(ObjectKind::Tenant),
        Attribute::ServicePrincipalId => Some(ObjectKind::ServicePrincipal),
        Attribute::AgentId => Some(ObjectKind::Agent),
        Attribute::Context => Some(ObjectKind::Context),
        _ => None,
    }
}

fn quoted(id: &str) -> String {
    format!("\"{id}\"")
}

fn state<T>(slot: &Slot<T>, known: impl FnOnce(&T) -> String) -> String {
    match slot {
        Slot::Known(value) => known(value),
        Slot::Absent => "absent".to_owned(),
        Slot::NotSupplied => "not supplied".to_owned(),
    }
}

fn words_if<const N: usize>(words: [(bool, &str); N]) -> Vec<String> {
    words.into_iter().filter(|(said, _)| *said).map(|(_, word)| word.to_owned()).collect()
}

/// A list of a policy: one member needs no brackets.
fn list(mut members: Vec<String>) -> String {
    match members.len() {
        1 => members.remove(0),
        _ => format!("[{}]", members.join(", ")),
    }
}

/// A list of a request, cut where it grows too long to read.
fn shown(mut members: Vec<String>) -> String {
    if members.is_empty() {
        return "nothing".to_owned();
    }
    let rest = members.len().saturating_sub(MAX_SHOWN);
    members.truncate(MAX_SHOWN);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{}{more}", members.join(", "))
}

fn word_of(attribute: AttributeId, word: u8) -> String {
    let kind = match attribute {
        AttributeId::BuiltIn(attribute) => attribute.row().kind,
        AttributeId::Own(_) => return word.to_string(),
    };
    match kind {
        Kind::Enumeration(words) | Kind::Ordered(words) | Kind::EnumerationSet(words) => {
            listed_word(words, word)
        }
        Kind::Weekday => listed_word(WEEKDAYS, word),
        _ => word.to_string(),
    }
}

fn listed_word(words: &[&str], word: u8) -> String {
    words.get(usize::from(word)).map_or_else(|| word.to_string(), |word| (*word).to_owned())
}

fn range(name: &str, low: i64, high: i64, show: impl Fn(i64) -> String) -> String {
    match (low, high) {
        (low, high) if low == high => format!("{name} is {}", show(low)),
        (i64::MIN, high) => {
            // `< 30 days` was resolved to a second less: the shorter text is what was written.
            let (to, below) = (show(high), show(high.saturating_add(1)));
            if below.len() < to.len() {
                format!("{name} < {below}")
            } else {
                format!("{name} <= {to}")
            }
        }
        (low, i64::MAX) => {
            let (from, above) = (show(low), show(low.saturating_sub(1)));
            if above.len() < from.len() {
                format!("{name} > {above}")
            } else {
                format!("{name} >= {from}")
            }
        }
        (low, high) => format!("{name} between {} and {}", show(low), show(high)),
    }
}

fn text_test(test: &TextTest) -> String {
    match test {
        TextTest::OneOf(texts) => {
            let quoted: Vec<_> = texts.iter().map(|text| format!("{text:?}")).collect();
            match quoted.as_slice() {
                [one] => format!("is {one}"),
                _ => format!("in {}", list(quoted)),
            }
        }
        TextTest::StartsWith(text) => format!("starts with {text:?}"),
        TextTest::EndsWith(text) => format!("ends with {text:?}"),
        TextTest::Contains(text) => format!("contains {text:?}"),
    }
}

fn version_test(test: VersionTest) -> &'static str {
    match test {
        VersionTest::Less => "<",
        VersionTest::LessOrEqual => "<=",
        VersionTest::Greater => ">",
        VersionTest::GreaterOrEqual => ">=",
    }
}

fn in_zone(zone: Option<&Zone>) -> String {
    zone.map_or_else(String::new, |zone| format!(" zone \"{}\"", zone.0))
}

/// The zone that a test speaks of.
fn zone_of(probe: &Probe) -> Option<&Zone> {
    match &probe.predicate {
        Predicate::Words(_, zone) | Predicate::Ranges(_, zone) => zone.as_ref(),
        Predicate::TimeOfDay(_, _, zone) => Some(zone),
        _ => None,
    }
}

fn hour(second: u32) -> String {
    let (hours, minutes, seconds) = (second / 3_600, second / 60 % 60, second % 60);
    match seconds {
        0 => format!("{hours:02}:{minutes:02}"),
        _ => format!("{hours:02}:{minutes:02}:{seconds:02}"),
    }
}

fn date(day: i64) -> String {
    let midnight = day.saturating_mul(clock::DAY_MS);
    match jiff::Timestamp::from_millisecond(midnight) {
        Ok(time) => jiff::tz::TimeZone::UTC.to_datetime(time).date().to_string(),
        Err(_) => format!("day {day}"),
    }
}

/// A moment as the clock of the test's zone shows it.
fn moment(time: Timestamp, zone: Option<&Zone>) -> String {
    let shown = zone.and_then(|zone| Some((zone, clock::local(time, zone)?)));
    match (shown, jiff::Timestamp::from_millisecond(time.0)) {
        (Some((zone, local)), _) => {
            let weekday = listed_word(WEEKDAYS, local.weekday());
            format!("{weekday} {} {} in {}", date(local.day), hour(local.second), zone.0)
        }
        (None, Ok(time)) => time.to_string(),
        (None, Err(_)) => "outside of the calendar".to_owned(),
    }
}
