//! Tests of attributes as sets of keys: which dimension each falls into, and the number of every key.

use std::collections::{BTreeMap, BTreeSet};

use crate::compile::Compiler;
use crate::hir::{
    Agents, Apps, ConditionKind, Network, NetworkId, People, Policy, PolicySet, Predicate, Probe,
    ServicePrincipals, TextTest, VersionTest, Zone,
};
use crate::program::{ClockTest, Looked, Shows, Test};
use crate::schema::attribute::{Attribute, AttributeId, Kind};
use crate::value::{Country, canonical_id, fold_case};

use Attribute as A;

/// A dimension of keys, in the order in which dimensions are walked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Subject {
    pub rank: u16,
    pub looked: Looked,
    pub name: String,
}

/// What of a dimension one input decides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SegmentName {
    pub input: AttributeId,
    pub class: Class,
}

/// How it decides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Words,
    Ids,
    /// Ids of which silence says nothing.
    Names,
    Countries,
    Addresses,
    /// Perhaps of a custom security attribute.
    Values(Option<String>),
    AppIds,
    AgentResource,
    AnyApp,
    AppValues(String),
}

/// What a key stands for. The order is that of a segment's keys.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum KeyValue {
    One,
    Words(u64),
    Id(String),
    Country(Country),
    UnknownCountry,
    Network(NetworkId),
    Text(String),
    Test(Test),
}

/// One key of a test; without a value, the mere mention of an input.
type Atom = (SegmentName, Option<KeyValue>);

/// A test, brought into the shape of a dimension.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// The state is in the mask; bit `values` is absent.
    State(AttributeId, u64),
    /// Any of these keys.
    Keys(Subject, Vec<Atom>),
}

/// The keys of one segment, by their number within the dimension.
#[derive(Debug, Clone, Default)]
pub(super) struct SegmentKeys {
    pub first: u32,
    pub silent: Option<u32>,
    pub values: BTreeMap<KeyValue, u32>,
}

/// One dimension of keys.
#[derive(Debug, Clone, Default)]
pub(super) struct SubjectKeys {
    pub number: u32,
    pub count: u32,
    pub segments: BTreeMap<SegmentName, SegmentKeys>,
}

/// All dimensions that a policy set names.
#[derive(Debug, Clone, Default)]
pub(super) struct Space {
    pub states: BTreeMap<AttributeId, u32>,
    pub subjects: BTreeMap<Subject, SubjectKeys>,
    /// Zones by the names that policies use, to their numbers.
    pub zones: BTreeMap<String, u16>,
}

/// Every test of a policy's condition.
pub(super) fn probes(policy: &Policy) -> Vec<&Probe> {
    let mut probes = Vec::new();
    let mut rest = vec![&policy.condition];
    while let Some(condition) = rest.pop() {
        match &condition.kind {
            ConditionKind::Always | ConditionKind::Never => {}
            ConditionKind::All(parts) | ConditionKind::Any(parts) => rest.extend(parts),
            ConditionKind::Not(inner) => rest.push(inner),
            ConditionKind::Test(probe) => probes.push(probe),
        }
    }
    probes
}

/// The zone that a test reads the clock in.
pub(super) fn zone_of(predicate: &Predicate) -> Option<&Zone> {
    match predicate {
        Predicate::TimeOfDay(_, _, zone) => Some(zone),
        Predicate::Words(_, zone) | Predicate::Ranges(_, zone) => zone.as_ref(),
        Predicate::Holds | Predicate::People(_) | Predicate::Apps(_) => None,
        Predicate::ServicePrincipals(_) | Predicate::Agents(_) | Predicate::Ids(_) => None,
        Predicate::Networks(_) | Predicate::Countries(_) | Predicate::Text(_) => None,
        Predicate::Version(..) | Predicate::Custom(..) => None,
    }
}

/// The place of an attribute in the walk: what changes least comes first, where the user is and the time last.
pub(super) fn rank(attribute: AttributeId) -> u16 {
    match attribute {
        AttributeId::BuiltIn(A::Ip | A::Location | A::LocationNamed) => 1_000,
        AttributeId::BuiltIn(A::Country) => 1_001,
        AttributeId::BuiltIn(A::GpsCountry) => 1_002,
        AttributeId::BuiltIn(A::Asn) => 1_003,
        AttributeId::BuiltIn(A::Anonymizer) => 1_004,
        AttributeId::BuiltIn(A::Time | A::Weekday | A::Date) => 2_000,
        // Behind who signs in, and behind the app, which rules out more.
        AttributeId::BuiltIn(A::AppAttribute) => A::App as u16,
        AttributeId::BuiltIn(A::Target) => A::AppAttribute as u16,
        AttributeId::BuiltIn(attribute) => attribute as u16,
        AttributeId::Own(number) => 500 + u16::from(number),
    }
}

/// How many values an attribute has that is a state dimension.
pub(super) fn state_values(attribute: AttributeId) -> Option<u8> {
    let AttributeId::BuiltIn(attribute) = attribute else { return Some(2) };
    match attribute.row().kind {
        Kind::Boolean => Some(2),
        Kind::Enumeration(words) | Kind::Ordered(words) => u8::try_from(words.len()).ok(),
        Kind::EnumerationSet(_) | Kind::Members | Kind::Identifier | Kind::Identifiers => None,
        Kind::Apps | Kind::Address | Kind::Networks | Kind::Country | Kind::Integer => None,
        Kind::Text | Kind::Version | Kind::TextSet | Kind::Custom | Kind::Instant => None,
        Kind::Weekday | Kind::Date | Kind::Duration => None,
    }
}

fn mask(words: &BTreeSet<u8>) -> u64 {
    words.iter().filter(|word| **word < 63).fold(0, |mask, word| mask | (1 << word))
}

fn built_in(attribute: A) -> AttributeId {
    AttributeId::BuiltIn(attribute)
}

fn segment(input: A, class: Class) -> SegmentName {
    SegmentName { input: built_in(input), class }
}

fn subject(attribute: AttributeId, looked: Looked, name: impl Into<String>) -> Subject {
    Subject { rank: rank(attribute), looked, name: name.into() }
}

fn once(attribute: A) -> Subject {
    subject(built_in(attribute), Looked::Once, attribute.name())
}

fn words(input: A, mask: u64) -> Atom {
    (segment(input, Class::Words), Some(KeyValue::Words(mask)))
}

/// A key for each id, and the mention of the input.
fn ids<'a>(name: &SegmentName, ids: impl IntoIterator<Item = &'a String>) -> Vec<Atom> {
    let each = ids.into_iter().map(|id| (name.clone(), Some(KeyValue::Id(id.clone()))));
    each.chain([(name.clone(), None)]).collect()
}

fn ids_if_any(name: &SegmentName, wanted: &BTreeSet<String>) -> Vec<Atom> {
    if wanted.is_empty() { Vec::new() } else { ids(name, wanted) }
}

fn people(people: &People) -> Vec<Atom> {
    let mut atoms = Vec::new();
    if people.anyone {
        atoms.push(words(A::Principal, 1 << 0));
    }
    atoms.extend(ids_if_any(&segment(A::UserId, Class::Ids), &people.users));
    atoms.extend(ids_if_any(&segment(A::UserGroups, Class::Ids), &people.groups));
    atoms.extend(ids_if_any(&segment(A::UserRoles, Class::Ids), &people.roles));
    atoms
        .extend(people.types.iter().map(|word| words(A::UserType, mask(&BTreeSet::from([*word])))));
    atoms
}

fn service_principals(wanted: &ServicePrincipals) -> Vec<Atom> {
    let mut atoms = ids_if_any(&segment(A::ServicePrincipalId, Class::Ids), &wanted.ids);
    if wanted.own_tenant {
        atoms.push(words(A::ServicePrincipalOwnTenant, 1 << 1));
    }
    atoms
}

fn agents(wanted: &Agents) -> Vec<Atom> {
    let mut atoms = ids_if_any(&segment(A::AgentId, Class::Ids), &wanted.ids);
    if wanted.any {
        atoms.push(words(A::Principal, 1 << 2));
    }
    atoms
}

fn apps(wanted: &Apps) -> Vec<Atom> {
    let mut atoms = ids_if_any(&segment(A::App, Class::AppIds), &wanted.ids);
    if wanted.any_agent_resource {
        atoms.push((segment(A::App, Class::AgentResource), Some(KeyValue::One)));
    }
    if wanted.any {
        // Which of the three is at fault when it is unknown is found out for each request.
        let inputs = [A::App, A::Target, A::Action];
        atoms.extend(inputs.map(|input| (segment(input, Class::AnyApp), Some(KeyValue::One))));
    }
    atoms
}

fn countries(input: A, wanted: &BTreeSet<Country>, unknown: bool) -> Vec<Atom> {
    let name = segment(input, Class::Countries);
    if wanted.is_empty() && !unknown {
        return Vec::new();
    }
    let values = wanted.iter().map(|country| KeyValue::Country(*country));
    let absent = unknown.then_some(KeyValue::UnknownCountry);
    let values = values.chain(absent).map(|value| (name.clone(), Some(value)));
    values.chain([(name.clone(), None)]).collect()
}

/// What puts a request into a network: any of its lines.
fn network(id: NetworkId, network: &Network) -> Vec<Atom> {
    let mut atoms = Vec::new();
    if !network.ranges.is_empty() {
        atoms.push((segment(A::Ip, Class::Addresses), Some(KeyValue::Network(id))));
    }
    atoms.extend(countries(A::Country, &network.countries, network.unknown_country));
    atoms.extend(countries(A::GpsCountry, &network.gps_countries, network.gps_unknown));
    atoms.extend(ids_if_any(&segment(A::LocationNamed, Class::Ids), &network.named));
    if !network.anonymous {
        let by_id = network.remarks.annotation("id").map(canonical_id);
        let names = [Some(canonical_id(&network.name)), by_id].into_iter().flatten();
        let name = segment(A::LocationNamed, Class::Names);
        atoms.extend(names.map(|id| (name.clone(), Some(KeyValue::Id(id)))));
    }
    atoms
}

/// Tests of text; equality has a key for each text.
fn text(name: &SegmentName, test: &TextTest) -> Vec<Atom> {
    let values = match test {
        TextTest::OneOf(texts) => texts.iter().cloned().map(KeyValue::Text).collect(),
        TextTest::StartsWith(text) => vec![KeyValue::Test(Test::StartsWith(text.clone()))],
        TextTest::EndsWith(text) => vec![KeyValue::Test(Test::EndsWith(text.clone()))],
        TextTest::Contains(text) => vec![KeyValue::Test(Test::Contains(text.clone()))],
    };
    let values = values.into_iter().map(|value| (name.clone(), Some(value)));
    values.chain([(name.clone(), None)]).collect()
}

fn version(test: VersionTest, version: &crate::value::Version) -> Test {
    let version = version.clone();
    match test {
        VersionTest::Less => Test::Less(version),
        VersionTest::LessOrEqual => Test::LessOrEqual(version),
        VersionTest::Greater => Test::Greater(version),
        VersionTest::GreaterOrEqual => Test::GreaterOrEqual(version),
    }
}

impl Space {
    fn zone(&self, zone: &Zone) -> u16 {
        self.zones.get(&zone.0).copied().unwrap_or_default()
    }

    fn clock(&self, zone: &Zone, shows: Shows) -> Test {
        Test::Clock(ClockTest { zone: self.zone(zone), shows })
    }

    /// The shape of a test. Zones must be known.
    pub(super) fn shape(&self, set: &PolicySet, probe: &Probe) -> Shape {
        match &probe.predicate {
            Predicate::Holds => Shape::State(probe.attribute, 1 << 1),
            Predicate::Words(words, None) => self.words(probe.attribute, words),
            Predicate::Words(words, Some(zone)) => {
                let days = u8::try_from(mask(words) & 0x7f).unwrap_or_default();
                self.test(probe, self.clock(zone, Shows::Weekday(days)))
            }
            Predicate::People(wanted) => Shape::Keys(once(A::User), people(wanted)),
            Predicate::Apps(wanted) => {
                let subject = subject(built_in(A::App), Looked::PerApp, A::App.name());
                Shape::Keys(subject, apps(wanted))
            }
            Predicate::ServicePrincipals(wanted) => {
                Shape::Keys(once(A::ServicePrincipal), service_principals(wanted))
            }
            Predicate::Agents(wanted) => Shape::Keys(once(A::Agent), agents(wanted)),
            Predicate::Ids(wanted) => self.ids(probe.attribute, wanted),
            Predicate::Networks(wanted) => {
                let atoms = wanted.iter().flat_map(|id| network(*id, set.network(*id)));
                Shape::Keys(once(A::Location), atoms.collect())
            }
            Predicate::Countries(wanted) => self.countries(probe.attribute, wanted),
            Predicate::Ranges(ranges, None) => self.test(probe, Test::Ranges(ranges.clone())),
            Predicate::Ranges(days, Some(zone)) => {
                self.test(probe, self.clock(zone, Shows::Date(days.clone())))
            }
            Predicate::Text(test) => {
                let name = self.values(probe.attribute);
                Shape::Keys(self.of(probe.attribute), text(&name, test))
            }
            Predicate::Version(test, wanted) => self.test(probe, version(*test, wanted)),
            Predicate::TimeOfDay(from, to, zone) => {
                self.test(probe, self.clock(zone, Shows::TimeOfDay(*from, *to)))
            }
            Predicate::Custom(name, test) => self.custom(probe.attribute, name, test),
        }
    }

    fn words(&self, attribute: AttributeId, wanted: &BTreeSet<u8>) -> Shape {
        match state_values(attribute) {
            Some(values) => Shape::State(attribute, mask(wanted) & ((1 << values) - 1)),
            None => {
                let name = SegmentName { input: attribute, class: Class::Words };
                let key = (name, Some(KeyValue::Words(mask(wanted))));
                Shape::Keys(self.of(attribute), vec![key])
            }
        }
    }

    fn ids(&self, attribute: AttributeId, wanted: &BTreeSet<String>) -> Shape {
        let name = SegmentName { input: attribute, class: Class::Ids };
        Shape::Keys(self.of(attribute), ids(&name, wanted))
    }

    fn countries(&self, attribute: AttributeId, wanted: &BTreeSet<Country>) -> Shape {
        let name = SegmentName { input: attribute, class: Class::Countries };
        let values = wanted.iter().map(|one| (name.clone(), Some(KeyValue::Country(*one))));
        let atoms = values.chain([(name.clone(), None)]).collect();
        Shape::Keys(self.of(attribute), atoms)
    }

    fn custom(&self, attribute: AttributeId, name: &str, test: &TextTest) -> Shape {
        let folded = fold_case(name);
        let called = format!("{}.{folded}", attribute_name(attribute));
        if attribute == built_in(A::AppAttribute) {
            let segment = segment(A::App, Class::AppValues(folded));
            return Shape::Keys(subject(attribute, Looked::PerApp, called), text(&segment, test));
        }
        let segment = SegmentName { input: attribute, class: Class::Values(Some(folded)) };
        Shape::Keys(subject(attribute, Looked::Once, called), text(&segment, test))
    }

    fn test(&self, probe: &Probe, test: Test) -> Shape {
        let name = self.values(probe.attribute);
        let atoms = vec![(name.clone(), Some(KeyValue::Test(test))), (name, None)];
        Shape::Keys(self.of(probe.attribute), atoms)
    }

    /// The tests of an attribute's value; of weekday and date, those of the time.
    fn values(&self, attribute: AttributeId) -> SegmentName {
        let input = match attribute {
            AttributeId::BuiltIn(A::Weekday | A::Date) => built_in(A::Time),
            other => other,
        };
        SegmentName { input, class: Class::Values(None) }
    }

    /// The dimension of an attribute that is one by itself.
    fn of(&self, attribute: AttributeId) -> Subject {
        let looked = match attribute {
            AttributeId::BuiltIn(A::Context) => Looked::PerContext,
            AttributeId::BuiltIn(A::Time | A::Weekday | A::Date) => Looked::AtTheClock,
            AttributeId::BuiltIn(_) | AttributeId::Own(_) => Looked::Once,
        };
        let name = match attribute {
            AttributeId::BuiltIn(A::Weekday | A::Date) => A::Time.name().to_owned(),
            other => attribute_name(other),
        };
        subject(attribute, looked, name)
    }

    /// The keys of a test, sorted.
    pub(super) fn keys(&self, subject: &Subject, atoms: &[Atom]) -> (u32, Vec<u32>) {
        let Some(dimension) = self.subjects.get(subject) else { return (0, Vec::new()) };
        let mut keys = BTreeSet::new();
        for (name, value) in atoms {
            let Some(segment) = dimension.segments.get(name) else { continue };
            keys.extend(value.as_ref().and_then(|value| segment.values.get(value)));
            keys.extend(segment.silent);
        }
        (dimension.number, keys.into_iter().collect())
    }
}

/// A name for a dimension. Own attributes go by their numbers, which are in the order of their names.
fn attribute_name(attribute: AttributeId) -> String {
    match attribute {
        AttributeId::BuiltIn(attribute) => attribute.name().to_owned(),
        AttributeId::Own(number) => format!("own attribute {number}"),
    }
}

/// Finds every dimension and every key that policies name, and numbers them.
pub(super) fn survey(compiler: &mut Compiler<'_>, policies: &[&Policy]) -> Space {
    let mut space = Space { zones: compiler.survey_zones(policies), ..Space::default() };
    for probe in policies.iter().flat_map(|policy| probes(policy)) {
        match space.shape(compiler.set, probe) {
            Shape::State(attribute, _) => {
                space.states.insert(attribute, 0);
            }
            Shape::Keys(subject, atoms) => {
                let segments = &mut space.subjects.entry(subject).or_default().segments;
                for (name, value) in atoms {
                    let values = &mut segments.entry(name).or_default().values;
                    values.extend(value.map(|value| (value, 0)));
                }
            }
        }
    }
    space.number();
    space
}

impl Space {
    fn number(&mut self) {
        self.states.values_mut().zip(0..).for_each(|(number, at)| *number = at);
        for (subject, number) in self.subjects.values_mut().zip(0..) {
            subject.number = number;
            subject.number_keys();
        }
    }
}

impl SubjectKeys {
    fn number_keys(&mut self) {
        for (name, segment) in &mut self.segments {
            if name.class == Class::Countries {
                // The last key of such a segment is always "no country".
                segment.values.insert(KeyValue::UnknownCountry, 0);
            }
            segment.first = self.count;
            for number in segment.values.values_mut() {
                *number = self.count;
                self.count += 1;
            }
            if name.class != Class::Names {
                segment.silent = Some(self.count);
                self.count += 1;
            }
        }
    }
}
