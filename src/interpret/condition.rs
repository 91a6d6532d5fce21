//! Whether a condition holds: trees evaluated in three values, one look at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::hir::{
    Agents, Apps, Condition, ConditionKind, Network, NetworkId, People, PolicySet, Predicate,
    Probe, ServicePrincipals, TextTest, VersionTest, Zone,
};
use crate::interpret::clock::{self, Local};
use crate::request::{App, Ids, Request, Value};
use crate::schema::attribute::{ACTIONS, Attribute, AttributeId, PRINCIPALS, TARGETS};
use crate::value::{Country, Slot, Timestamp, Truth, Version, canonical_id, fold_case};

/// A request, looked at for one of the apps and one of the contexts that it asks for.
#[derive(Debug, Clone)]
pub(super) struct Look<'a> {
    set: &'a PolicySet,
    request: &'a Request,
    /// The app looked at.
    pub app: Slot<&'a App>,
    /// The context looked at.
    pub context: Slot<Ids>,
}

/// What one input says about a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// Which input.
    pub input: AttributeId,
    /// What it says.
    pub truth: Truth,
}

/// The looks at a request. There is always one; there are several when it asks for several apps or contexts.
pub(super) fn looks<'a>(set: &'a PolicySet, request: &'a Request) -> Vec<Look<'a>> {
    let contexts = contexts(request);
    let look = |app: &Slot<&'a App>, context: &Slot<Ids>| Look {
        set,
        request,
        app: app.clone(),
        context: context.clone(),
    };
    apps(request)
        .iter()
        .flat_map(|app| contexts.iter().map(move |context| look(app, context)))
        .collect()
}

fn apps(request: &Request) -> Vec<Slot<&App>> {
    match request.get(Attribute::App) {
        Slot::Known(Value::Apps(apps)) => apps.iter().map(Slot::Known).collect(),
        Slot::Absent => vec![Slot::Absent],
        Slot::Known(_) | Slot::NotSupplied => vec![Slot::NotSupplied],
    }
}

/// Each context that is asked for, alone. Where the list is not complete there may be another one, of which nothing
/// is known but what it is not.
fn contexts(request: &Request) -> Vec<Slot<Ids>> {
    let ids = match request.get(Attribute::Context) {
        Slot::Known(Value::Ids(ids)) => ids,
        Slot::Absent => return vec![Slot::Absent],
        Slot::Known(_) | Slot::NotSupplied => return vec![Slot::NotSupplied],
    };
    let rest = Ids { inside: BTreeSet::new(), ..ids.clone() };
    let mut looks: Vec<_> = ids.inside.iter().map(|id| Slot::Known(Ids::complete([id]))).collect();
    if !ids.complete || looks.is_empty() {
        looks.push(Slot::Known(rest));
    }
    looks
}

/// Whether the condition holds for any of what is asked for.
pub(super) fn holds(looks: &[Look<'_>], condition: &Condition) -> Truth {
    looks.iter().map(|look| look.truth(condition)).max().unwrap_or(Truth::False)
}

/// The inputs whose silence makes the condition unknown.
pub(super) fn silent_inputs(looks: &[Look<'_>], condition: &Condition) -> BTreeSet<AttributeId> {
    let mut silent = BTreeSet::new();
    looks.iter().for_each(|look| look.collect_silent(condition, &mut silent));
    silent
}

impl<'a> Look<'a> {
    /// The truth of a condition.
    pub(super) fn truth(&self, condition: &Condition) -> Truth {
        match &condition.kind {
            ConditionKind::Always => Truth::True,
            ConditionKind::Never => Truth::False,
            ConditionKind::All(all) => {
                all.iter().map(|one| self.truth(one)).fold(Truth::True, Truth::and)
            }
            ConditionKind::Any(any) => {
                any.iter().map(|one| self.truth(one)).fold(Truth::False, Truth::or)
            }
            ConditionKind::Not(inner) => self.truth(inner).not(),
            ConditionKind::Test(probe) => self.test(probe),
        }
    }

    fn collect_silent(&self, condition: &Condition, silent: &mut BTreeSet<AttributeId>) {
        if self.truth(condition) != Truth::Unknown {
            return;
        }
        match &condition.kind {
            ConditionKind::Always | ConditionKind::Never => {}
            ConditionKind::All(inner) | ConditionKind::Any(inner) => {
                inner.iter().for_each(|one| self.collect_silent(one, silent));
            }
            ConditionKind::Not(inner) => self.collect_silent(inner, silent),
            ConditionKind::Test(probe) => silent.extend(self.silent_parts(probe)),
        }
    }

    fn silent_parts(&self, probe: &Probe) -> impl Iterator<Item = AttributeId> {
        let parts = self.parts(probe).into_iter();
        parts.filter(|part| part.truth == Truth::Unknown).map(|part| part.input)
    }

    /// The truth of a test: any of its inputs may say so.
    pub(super) fn test(&self, probe: &Probe) -> Truth {
        self.parts(probe).into_iter().map(|part| part.truth).fold(Truth::False, Truth::or)
    }

    /// What each input says about a test.
    pub(super) fn parts(&self, probe: &Probe) -> Vec<Part> {
        match &probe.predicate {
            Predicate::People(people) => self.people(people),
            Predicate::Apps(apps) => self.apps(apps),
            Predicate::ServicePrincipals(principals) => self.service_principals(principals),
            Predicate::Agents(agents) => self.agents(agents),
            Predicate::Networks(networks) => self.networks(networks),
            Predicate::Ids(ids) => vec![self.ids(probe.attribute, ids)],
            Predicate::Custom(name, test) => vec![self.custom(probe.attribute, name, test)],
            Predicate::Holds => vec![self.one(probe.attribute, boolean)],
            Predicate::Words(words, zone) => {
                vec![self.one(probe.attribute, |value| word_in(value, words, zone.as_ref()))]
            }
            Predicate::Countries(countries) => {
                vec![self.one(probe.attribute, |value| country_in(value, countries))]
            }
            Predicate::Ranges(ranges, zone) => {
                vec![self.one(probe.attribute, |value| number_in(value, ranges, zone.as_ref()))]
            }
            Predicate::Text(test) => vec![self.one(probe.attribute, |value| text(value, test))],
            Predicate::Version(test, version) => {
                vec![self.one(probe.attribute, |value| compare(value, *test, version))]
            }
            Predicate::TimeOfDay(from, to, zone) => {
                vec![self.one(probe.attribute, |value| time_in(value, *from, *to, zone))]
            }
        }
    }

    /// The state of the input that an attribute is read from.
    pub(super) fn slot(&self, input: AttributeId) -> &'a Slot<Value> {
        match input {
            AttributeId::BuiltIn(attribute) => self.request.get(attribute),
            AttributeId::Own(_) => self.request.own(self.set.attribute_name(input)),
        }
    }

    /// A test of an attribute with one input. A value of another kind than the test's (an own attribute can have
    /// one) says nothing, as if it was not supplied.
    fn one(&self, attribute: AttributeId, test: impl Fn(&Value) -> Option<bool>) -> Part {
        let input = the_input(attribute);
        Part { input, truth: ask(self.slot(input), test) }
    }

    fn part(&self, input: Attribute, test: impl Fn(&Value) -> Option<bool>) -> Part {
        self.one(AttributeId::BuiltIn(input), test)
    }

    fn people(&self, people: &People) -> Vec<Part> {
        let mut parts = Vec::new();
        if people.anyone {
            parts.push(self.principal_is("user"));
        }
        if !people.users.is_empty() {
            parts.push(self.part(Attribute::UserId, |value| id_in(value, &people.users)));
        }
        if !people.groups.is_empty() {
            parts.push(self.membership(Attribute::UserGroups, &people.groups));
        }
        if !people.roles.is_empty() {
            parts.push(self.membership(Attribute::UserRoles, &people.roles));
        }
        if !people.types.is_empty() {
            parts.push(self.part(Attribute::UserType, |value| word_in(value, &people.types, None)));
        }
        parts
    }

    fn service_principals(&self, wanted: &ServicePrincipals) -> Vec<Part> {
        let mut parts = Vec::new();
        if wanted.own_tenant {
            parts.push(self.part(Attribute::ServicePrincipalOwnTenant, boolean));
        }
        if !wanted.ids.is_empty() {
            parts.push(self.part(Attribute::ServicePrincipalId, |value| id_in(value, &wanted.ids)));
        }
        parts
    }

    fn agents(&self, wanted: &Agents) -> Vec<Part> {
        let mut parts = Vec::new();
        if wanted.any {
            parts.push(self.principal_is("agent"));
        }
        if !wanted.ids.is_empty() {
            parts.push(self.part(Attribute::AgentId, |value| id_in(value, &wanted.ids)));
        }
        parts
    }

    fn principal_is(&self, word: &str) -> Part {
        self.part(Attribute::Principal, |value| is_word(value, PRINCIPALS, word))
    }

    fn membership(&self, input: Attribute, wanted: &BTreeSet<String>) -> Part {
        let input = AttributeId::BuiltIn(input);
        Part { input, truth: membership(self.slot(input), wanted) }
    }

    fn apps(&self, wanted: &Apps) -> Vec<Part> {
        let mut parts = Vec::new();
        if wanted.any {
            parts.push(self.any_app());
        }
        if wanted.any_agent_resource {
            parts.push(self.app_part(|app| app.agent_resource.test(|is| *is)));
        }
        if !wanted.ids.is_empty() {
            parts.push(self.app_part(|app| wanted.ids.contains(&app.id).into()));
        }
        parts
    }

    fn app_part(&self, test: impl Fn(&App) -> Truth) -> Part {
        let truth = match &self.app {
            Slot::Known(app) => test(app),
            Slot::Absent => Truth::False,
            Slot::NotSupplied => Truth::Unknown,
        };
        Part { input: AttributeId::BuiltIn(Attribute::App), truth }
    }

    /// `any-app` is every app, and the action register-security-info.
    fn any_app(&self) -> Part {
        let app = self.app_part(|_| Truth::True);
        let action =
            self.part(Attribute::Action, |value| is_word(value, ACTIONS, "register-security-info"));
        let target = self.request.word(Attribute::Target);
        let said = match target.known().and_then(|number| TARGETS.get(usize::from(*number))) {
            Some(&"app") => Part { truth: Truth::True, ..app },
            Some(&"action") => action,
            Some(_) => Part { truth: Truth::False, ..app },
            None if target == Slot::Absent => {
                if action.truth > app.truth {
                    action
                } else {
                    app
                }
            }
            None => Part { truth: Truth::Unknown, ..app },
        };
        let blames_app = said.truth == Truth::Unknown && said.input == app.input;
        if blames_app && app.truth != Truth::Unknown {
            return Part { input: AttributeId::BuiltIn(Attribute::Target), ..said };
        }
        said
    }

    /// One id, or the context that is looked at.
    fn ids(&self, attribute: AttributeId, wanted: &BTreeSet<String>) -> Part {
        if attribute != AttributeId::BuiltIn(Attribute::Context) {
            return self.one(attribute, |value| id_in(value, wanted));
        }
        let truth = match &self.context {
            Slot::Known(ids) => ids_meet(ids, wanted),
            Slot::Absent => Truth::False,
            Slot::NotSupplied => Truth::Unknown,
        };
        Part { input: attribute, truth }
    }

    /// A custom security attribute: of the app that is looked at, or of the principal.
    fn custom(&self, attribute: AttributeId, name: &str, test: &TextTest) -> Part {
        let name = fold_case(name);
        if attribute != AttributeId::BuiltIn(Attribute::AppAttribute) {
            return self.one(attribute, |value| match value {
                Value::Custom(values) => Some(custom_text(values, &name, test)),
                _ => None,
            });
        }
        self.app_part(|app| app.attributes.test(|values| custom_text(values, &name, test)))
    }

    fn networks(&self, wanted: &BTreeSet<NetworkId>) -> Vec<Part> {
        wanted.iter().flat_map(|id| self.network(self.set.network(*id))).collect()
    }

    /// Each line of a network that says anything, by the input it reads.
    fn network(&self, network: &Network) -> Vec<Part> {
        let mut parts = Vec::new();
        if !network.ranges.is_empty() {
            parts.push(self.part(Attribute::Ip, |value| address_in(value, &network.ranges)));
        }
        if !network.countries.is_empty() || network.unknown_country {
            parts.push(self.country(
                Attribute::Country,
                &network.countries,
                network.unknown_country,
            ));
        }
        if !network.gps_countries.is_empty() || network.gps_unknown {
            parts.push(self.country(
                Attribute::GpsCountry,
                &network.gps_countries,
                network.gps_unknown,
            ));
        }
        if !network.named.is_empty() {
            parts.push(self.membership(Attribute::LocationNamed, &network.named));
        }
        if self.names(network) {
            let input = AttributeId::BuiltIn(Attribute::LocationNamed);
            parts.push(Part { input, truth: Truth::True });
        }
        parts
    }

    /// A country that is known to be unknown has a line of its own.
    fn country(&self, input: Attribute, wanted: &BTreeSet<Country>, unknown: bool) -> Part {
        match self.request.get(input) {
            Slot::Absent => Part { input: AttributeId::BuiltIn(input), truth: unknown.into() },
            Slot::Known(_) | Slot::NotSupplied => {
                self.part(input, |value| country_in(value, wanted))
            }
        }
    }

    /// Whether the request lists the network itself.
    fn names(&self, network: &Network) -> bool {
        let Slot::Known(Value::Ids(listed)) = self.request.get(Attribute::LocationNamed) else {
            return false;
        };
        let id = network.remarks.annotation("id").map(canonical_id);
        let own = [Some(canonical_id(&network.name)), id];
        !network.anonymous && own.iter().flatten().any(|name| listed.inside.contains(name))
    }
}

/// Of an attribute that is read from one input, which.
pub(super) fn the_input(attribute: AttributeId) -> AttributeId {
    match attribute {
        AttributeId::BuiltIn(Attribute::Weekday | Attribute::Date) => {
            AttributeId::BuiltIn(Attribute::Time)
        }
        AttributeId::BuiltIn(Attribute::AppAttribute) => AttributeId::BuiltIn(Attribute::App),
        AttributeId::BuiltIn(_) | AttributeId::Own(_) => attribute,
    }
}

fn ask(slot: &Slot<Value>, test: impl Fn(&Value) -> Option<bool>) -> Truth {
    match slot {
        Slot::Known(value) => test(value).map_or(Truth::Unknown, Truth::from),
        Slot::Absent => Truth::False,
        Slot::NotSupplied => Truth::Unknown,
    }
}

/// Whether a known value passes a test of one input; memberships and networks, which have several, are none.
pub(crate) fn passes(predicate: &Predicate, value: &Value) -> bool {
    let passed = match predicate {
        Predicate::Holds => boolean(value),
        Predicate::Words(words, zone) => word_in(value, words, zone.as_ref()),
        Predicate::Ids(ids) => id_in(value, ids),
        Predicate::Countries(countries) => country_in(value, countries),
        Predicate::Ranges(ranges, zone) => number_in(value, ranges, zone.as_ref()),
        Predicate::Text(test) | Predicate::Custom(_, test) => text(value, test),
        Predicate::Version(test, version) => compare(value, *test, version),
        Predicate::TimeOfDay(from, to, zone) => time_in(value, *from, *to, zone),
        Predicate::People(_) | Predicate::Apps(_) | Predicate::Networks(_) => None,
        Predicate::ServicePrincipals(_) | Predicate::Agents(_) => None,
    };
    passed.unwrap_or(false)
}

fn membership(slot: &Slot<Value>, wanted: &BTreeSet<String>) -> Truth {
    match slot {
        Slot::Known(Value::Ids(ids)) => ids_meet(ids, wanted),
        Slot::Absent => Truth::False,
        Slot::Known(_) | Slot::NotSupplied => Truth::Unknown,
    }
}

/// Whether any wanted id is inside, where some may be inside that nobody named.
fn ids_meet(ids: &Ids, wanted: &BTreeSet<String>) -> Truth {
    if !ids.inside.is_disjoint(wanted) {
        Truth::True
    } else if ids.complete || wanted.is_subset(&ids.outside) {
        Truth::False
    } else {
        Truth::Unknown
    }
}

fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Boolean(value) => Some(*value),
        _ => None,
    }
}

fn is_word(value: &Value, words: &[&str], wanted: &str) -> Option<bool> {
    match value {
        Value::Word(number) => Some(words.get(usize::from(*number)) == Some(&wanted)),
        _ => None,
    }
}

fn word_in(value: &Value, words: &BTreeSet<u8>, zone: Option<&Zone>) -> Option<bool> {
    match value {
        Value::Word(word) => Some(words.contains(word)),
        Value::Words(set) => Some(!set.is_disjoint(words)),
        Value::Instant(time) => Some(words.contains(&shown(*time, zone)?.weekday())),
        _ => None,
    }
}

fn id_in(value: &Value, wanted: &BTreeSet<String>) -> Option<bool> {
    match value {
        Value::Text(id) => Some(wanted.contains(id)),
        _ => None,
    }
}

fn country_in(value: &Value, wanted: &BTreeSet<Country>) -> Option<bool> {
    match value {
        Value::Country(country) => Some(wanted.contains(country)),
        _ => None,
    }
}

fn number_in(value: &Value, ranges: &[(i64, i64)], zone: Option<&Zone>) -> Option<bool> {
    let number = match value {
        Value::Integer(number) => *number,
        Value::Duration(seconds) => i64::try_from(*seconds).unwrap_or(i64::MAX),
        Value::Instant(time) => shown(*time, zone)?.day,
        _ => return None,
    };
    Some(ranges.iter().any(|(low, high)| (*low..=*high).contains(&number)))
}

fn time_in(value: &Value, from: u32, to: u32, zone: &Zone) -> Option<bool> {
    match value {
        Value::Instant(time) => Some(shown(*time, Some(zone))?.is_between(from, to)),
        _ => None,
    }
}

fn shown(time: Timestamp, zone: Option<&Zone>) -> Option<Local> {
    clock::local(time, zone?)
}

fn address_in(value: &Value, ranges: &[(IpAddr, IpAddr)]) -> Option<bool> {
    let Value::Address(address) = value else { return None };
    let lies_in = |(low, high): &(IpAddr, IpAddr)| {
        low.is_ipv4() == address.is_ipv4() && (low..=high).contains(&address)
    };
    Some(ranges.iter().any(lies_in))
}

fn text(value: &Value, test: &TextTest) -> Option<bool> {
    match value {
        Value::Text(text) => Some(matches(test, text)),
        Value::Texts(texts) => Some(texts.iter().any(|text| matches(test, text))),
        _ => None,
    }
}

fn matches(test: &TextTest, text: &str) -> bool {
    let text = fold_case(text);
    match test {
        TextTest::OneOf(wanted) => wanted.contains(&text),
        TextTest::StartsWith(start) => text.starts_with(start),
        TextTest::EndsWith(end) => text.ends_with(end),
        TextTest::Contains(part) => text.contains(part),
    }
}

/// An attribute that a known record lacks is absent.
fn custom_text(values: &BTreeMap<String, BTreeSet<String>>, name: &str, test: &TextTest) -> bool {
    values.get(name).is_some_and(|texts| texts.iter().any(|text| matches(test, text)))
}

/// A text that is no version compares as absent.
fn compare(value: &Value, test: VersionTest, wanted: &Version) -> Option<bool> {
    let Value::Text(text) = value else { return None };
    let Some(version) = Version::parse(text) else { return Some(false) };
    Some(match test {
        VersionTest::Less => version < *wanted,
        VersionTest::LessOrEqual => version <= *wanted,
        VersionTest::Greater => version > *wanted,
        VersionTest::GreaterOrEqual => version >= *wanted,
    })
}
