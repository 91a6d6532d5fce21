//! Tests of one attribute as Cedar expressions: what certainly holds, and what is not ruled out.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::cedar::address::blocks;
use crate::cedar::codes;
use crate::cedar::expr::{Expr, Item};
use crate::cedar::formula::{Formula, LookTest, Looked, constant};
use crate::cedar::keys::{self, access, attribute_key, clock_key, has, numbers_key};
use crate::cedar::quote::{self, SEPARATOR};
use crate::diagnostic::Diagnostic;
use crate::hir::{
    Agents, Apps, Condition, ConditionKind, Network, NetworkId, People, PolicySet, Predicate,
    Probe, ServicePrincipals, TextTest, VersionTest, Zone,
};
use crate::schema::attribute::{Attribute, AttributeId, Kind, WEEKDAYS};
use crate::source::Span;
use crate::syntax::ast::ObjectKind;
use crate::value::{Country, Version, canonical_id, fold_case};

/// Where the attributes of a sign-in stand.
pub(super) const CONTEXT: &str = "context";

/// Writes conditions of one policy set.
pub(super) struct Writer<'a> {
    /// The set.
    pub set: &'a PolicySet,
    names: BTreeMap<(ObjectKind, &'a str), &'a str>,
}

/// A test in both readings.
struct Reading {
    certain: Expr,
    possible: Expr,
}

/// One input's say about a test.
enum Part {
    Reading(Reading),
    Look(LookTest),
}

impl Part {
    fn formula(self, positive: bool) -> Formula {
        match self {
            Part::Look(test) => Formula::Look { test, positive },
            Part::Reading(reading) if positive => Formula::Is(reading.possible),
            Part::Reading(reading) => Formula::Is(reading.certain.not()),
        }
    }
}

type Refused<T> = Result<T, Box<Diagnostic>>;

impl<'a> Writer<'a> {
    pub(super) fn new(set: &'a PolicySet) -> Writer<'a> {
        let named = set.objects.iter().flat_map(|object| {
            object.ids.iter().map(|id| ((object.kind, id.as_str()), object.name.as_str()))
        });
        Writer { set, names: named.collect() }
    }

    /// That a condition is not definitely false; or, where `positive` is not said, not definitely true.
    pub(super) fn formula(&self, condition: &Condition, positive: bool) -> Refused<Formula> {
        let each = |parts: &[Condition]| -> Refused<Vec<Formula>> {
            parts.iter().map(|part| self.formula(part, positive)).collect()
        };
        Ok(match &condition.kind {
            ConditionKind::Always => constant(positive),
            ConditionKind::Never => constant(!positive),
            ConditionKind::All(parts) if positive => Formula::all(each(parts)?),
            ConditionKind::All(parts) => Formula::any(each(parts)?),
            ConditionKind::Any(parts) if positive => Formula::any(each(parts)?),
            ConditionKind::Any(parts) => Formula::all(each(parts)?),
            ConditionKind::Not(inner) => self.formula(inner, !positive)?,
            ConditionKind::Test(probe) => {
                let parts = self.parts(probe, condition.span)?;
                let parts = parts.into_iter().map(|part| part.formula(positive));
                if positive { Formula::any(parts) } else { Formula::all(parts) }
            }
        })
    }

    /// What each input says about a test; any of them is enough.
    fn parts(&self, probe: &Probe, span: Span) -> Refused<Vec<Part>> {
        let one = |test| vec![self.said(keys::input(probe.attribute), test)];
        let key = access(CONTEXT, &attribute_key(self.set, probe.attribute));
        Ok(match &probe.predicate {
            Predicate::Holds => one(Expr::leaf(key)),
            Predicate::People(people) => self.people(people),
            Predicate::Apps(apps) => self.apps(apps),
            Predicate::ServicePrincipals(wanted) => self.service_principals(wanted),
            Predicate::Agents(wanted) => self.agents(wanted),
            Predicate::Networks(networks) => self.networks(networks),
            Predicate::Ids(ids) => vec![self.ids(probe.attribute, ids)],
            Predicate::Custom(name, test) => {
                vec![self.custom(probe.attribute, name, test, span)?]
            }
            Predicate::Words(words, zone) => {
                vec![self.words(probe.attribute, words, zone.as_ref())]
            }
            Predicate::Countries(countries) => one(Expr::one_of(&key, codes_of(countries))),
            Predicate::Ranges(ranges, None) => one(numbers(&key, ranges)),
            Predicate::Ranges(ranges, Some(zone)) => {
                vec![self.dates(probe.attribute, ranges, zone)]
            }
            Predicate::Text(test) => one(self.text(probe.attribute, &key, test, span)?),
            Predicate::Version(test, version) => {
                vec![self.version(probe.attribute, *test, version, span)?]
            }
            Predicate::TimeOfDay(from, to, zone) => {
                vec![self.time_of_day(probe.attribute, (*from, *to), zone)]
            }
        })
    }

    /// False on what is absent, unknown on what is neither given nor absent.
    fn said(&self, input: AttributeId, test: Expr) -> Part {
        let key = attribute_key(self.set, input);
        Part::Reading(reading(CONTEXT, &key, &key, test))
    }

    fn principal_is(&self, word: &str) -> Part {
        self.word_is(Attribute::Principal, word)
    }

    fn word_is(&self, attribute: Attribute, word: &str) -> Part {
        let input = AttributeId::BuiltIn(attribute);
        let key = access(CONTEXT, &attribute_key(self.set, input));
        self.said(input, Expr::one_of(&key, vec![word.into()]))
    }

    fn id_is(&self, input: Attribute, kind: ObjectKind, wanted: &BTreeSet<String>) -> Option<Part> {
        let input = AttributeId::BuiltIn(input);
        let key = access(CONTEXT, &attribute_key(self.set, input));
        let test = Expr::one_of(&key, self.items(Some(kind), wanted));
        (!wanted.is_empty()).then(|| self.said(input, test))
    }

    /// The ids with the names that people gave them.
    pub(super) fn items(&self, kind: Option<ObjectKind>, ids: &BTreeSet<String>) -> Vec<Item> {
        let name = |id: &String| {
            let name = self.names.get(&(kind?, id.as_str()))?;
            Some((*name).to_owned())
        };
        ids.iter().map(|id| Item { text: id.clone(), name: name(id) }).collect()
    }

    fn people(&self, people: &People) -> Vec<Part> {
        let types = people.types.iter().copied().collect();
        let parts = [
            people.anyone.then(|| self.principal_is("user")),
            self.id_is(Attribute::UserId, ObjectKind::User, &people.users),
            self.membership(Attribute::UserGroups, Some(ObjectKind::Group), &people.groups),
            self.membership(Attribute::UserRoles, Some(ObjectKind::Role), &people.roles),
            (!people.types.is_empty())
                .then(|| self.words(AttributeId::BuiltIn(Attribute::UserType), &types, None)),
        ];
        parts.into_iter().flatten().collect()
    }

    fn service_principals(&self, wanted: &ServicePrincipals) -> Vec<Part> {
        let own = AttributeId::BuiltIn(Attribute::ServicePrincipalOwnTenant);
        let holds = || Expr::leaf(access(CONTEXT, &attribute_key(self.set, own)));
        let kind = ObjectKind::ServicePrincipal;
        let parts = [
            wanted.own_tenant.then(|| self.said(own, holds())),
            self.id_is(Attribute::ServicePrincipalId, kind, &wanted.ids),
        ];
        parts.into_iter().flatten().collect()
    }

    fn agents(&self, wanted: &Agents) -> Vec<Part> {
        let parts = [
            wanted.any.then(|| self.principal_is("agent")),
            self.id_is(Attribute::AgentId, ObjectKind::Agent, &wanted.ids),
        ];
        parts.into_iter().flatten().collect()
    }

    /// `any-app` is every app, and the action register-security-info. Where the kind of target is not known, nor is
    /// this; where it is another, both tests are false.
    fn apps(&self, wanted: &Apps) -> Vec<Part> {
        let mut parts = Vec::new();
        if wanted.any {
            parts.push(self.word_is(Attribute::Target, "app"));
            parts.push(self.word_is(Attribute::Action, "register-security-info"));
        }
        if wanted.any_agent_resource {
            parts.push(Part::Look(LookTest::AgentResource));
        }
        if !wanted.ids.is_empty() {
            parts.push(Part::Look(LookTest::Id(Looked::App, wanted.ids.clone())));
        }
        parts
    }

    /// One id, or the context that is looked at.
    fn ids(&self, attribute: AttributeId, wanted: &BTreeSet<String>) -> Part {
        if attribute == AttributeId::BuiltIn(Attribute::Context) {
            return Part::Look(LookTest::Id(Looked::Context, wanted.clone()));
        }
        let key = access(CONTEXT, &attribute_key(self.set, attribute));
        let kind = Some(ObjectKind::Tenant);
        self.said(attribute, Expr::one_of(&key, self.items(kind, wanted)))
    }

    /// A list of ids that may be known in part.
    fn membership(
        &self,
        input: Attribute,
        kind: Option<ObjectKind>,
        wanted: &BTreeSet<String>,
    ) -> Option<Part> {
        let key = attribute_key(self.set, AttributeId::BuiltIn(input));
        let base = access(CONTEXT, &key);
        let items = || self.items(kind, wanted);
        let inside = Expr::has_any(&format!("{base}.inside"), items());
        let outside = Expr::has_all(&format!("{base}.outside"), items());
        let open = Expr::all([Expr::leaf(format!("{base}.complete")).not(), outside.not()]);
        let possible = Expr::any([inside.clone(), open]);
        (!wanted.is_empty()).then(|| {
            Part::Reading(Reading {
                certain: reading(CONTEXT, &key, &key, inside).certain,
                possible: reading(CONTEXT, &key, &key, possible).possible,
            })
        })
    }

    fn networks(&self, wanted: &BTreeSet<NetworkId>) -> Vec<Part> {
        wanted.iter().flat_map(|id| self.network(self.set.network(*id))).collect()
    }

    /// Each line of a network that says anything.
    fn network(&self, network: &Network) -> Vec<Part> {
        let parts = [
            self.addresses(&network.ranges),
            self.country(Attribute::Country, &network.countries, network.unknown_country),
            self.country(Attribute::GpsCountry, &network.gps_countries, network.gps_unknown),
            self.membership(Attribute::LocationNamed, None, &network.named),
            self.named(network),
        ];
        parts.into_iter().flatten().collect()
    }

    fn addresses(&self, ranges: &[(IpAddr, IpAddr)]) -> Option<Part> {
        let input = AttributeId::BuiltIn(Attribute::Ip);
        let key = access(CONTEXT, &attribute_key(self.set, input));
        let within = |block: String| Expr::leaf(format!("{key}.isInRange(ip(\"{block}\"))"));
        let test = Expr::any(ranges.iter().flat_map(|range| blocks(*range)).map(within));
        (!ranges.is_empty()).then(|| self.said(input, test))
    }

    /// A country that is known to be unknown has a line of its own.
    fn country(&self, input: Attribute, wanted: &BTreeSet<Country>, unknown: bool) -> Option<Part> {
        if wanted.is_empty() && !unknown {
            return None;
        }
        let input = AttributeId::BuiltIn(input);
        let key = attribute_key(self.set, input);
        let test = Expr::one_of(&access(CONTEXT, &key), codes_of(wanted));
        if !unknown {
            return Some(self.said(input, test));
        }
        let given = || Expr::leaf(has(CONTEXT, &key));
        Some(Part::Reading(Reading {
            certain: Expr::choice(given(), test.clone(), is_absent(CONTEXT, &key)),
            possible: Expr::choice(given(), test, Expr::Const(true)),
        }))
    }

    /// A request may list the network itself; that it does not says nothing.
    fn named(&self, network: &Network) -> Option<Part> {
        if network.anonymous {
            return None;
        }
        let id = network.remarks.annotation("id").map(canonical_id);
        let names: BTreeSet<_> = id.into_iter().chain([canonical_id(&network.name)]).collect();
        let key = attribute_key(self.set, AttributeId::BuiltIn(Attribute::LocationNamed));
        let listed =
            Expr::has_any(&format!("{}.inside", access(CONTEXT, &key)), self.items(None, &names));
        let certain = Expr::all([Expr::leaf(has(CONTEXT, &key)), listed]);
        Some(Part::Reading(Reading { possible: certain.clone(), certain }))
    }

    fn kind(&self, attribute: AttributeId) -> Kind {
        match attribute {
            AttributeId::BuiltIn(attribute) => attribute.row().kind,
            AttributeId::Own(number) => self.set.own_attributes[usize::from(number)].kind.kind(),
        }
    }

    fn words(&self, attribute: AttributeId, words: &BTreeSet<u8>, zone: Option<&Zone>) -> Part {
        let kind = self.kind(attribute);
        let known: &[&str] = match kind {
            Kind::Enumeration(words) | Kind::Ordered(words) | Kind::EnumerationSet(words) => words,
            _ => WEEKDAYS,
        };
        let chosen = words.iter().filter_map(|word| known.get(usize::from(*word)));
        let items = chosen.map(|word| Item::from(*word)).collect();
        if let Some(zone) = zone {
            return self
                .clock(attribute, zone, |clock| Expr::one_of(&format!("{clock}.weekday"), items));
        }
        let key = access(CONTEXT, &attribute_key(self.set, attribute));
        let test = match kind {
            Kind::EnumerationSet(_) => Expr::has_any(&key, items),
            _ => Expr::one_of(&key, items),
        };
        self.said(attribute, test)
    }

    /// A test of what clocks show in a zone.
    fn clock(&self, attribute: AttributeId, zone: &Zone, test: impl FnOnce(&str) -> Expr) -> Part {
        let input = keys::input(attribute);
        let key = clock_key(self.set, input, zone);
        let absent = attribute_key(self.set, input);
        Part::Reading(reading(CONTEXT, &key, &absent, test(&access(CONTEXT, &key))))
    }

    fn dates(&self, attribute: AttributeId, ranges: &[(i64, i64)], zone: &Zone) -> Part {
        let ranges: Vec<_> =
            ranges.iter().map(|(low, high)| (date_number(*low), date_number(*high))).collect();
        self.clock(attribute, zone, |clock| numbers(&format!("{clock}.date"), &ranges))
    }

    fn time_of_day(&self, attribute: AttributeId, (from, to): (u32, u32), zone: &Zone) -> Part {
        let show = |seconds: u32| seconds / 3_600 * 10_000 + seconds / 60 % 60 * 100 + seconds % 60;
        self.clock(attribute, zone, |clock| {
            let after = Expr::leaf(format!("{clock}.time >= {}", show(from)));
            let before = Expr::leaf(format!("{clock}.time < {}", show(to)));
            if from < to { Expr::all([after, before]) } else { Expr::any([after, before]) }
        })
    }

    fn text(
        &self,
        attribute: AttributeId,
        key: &str,
        test: &TextTest,
        span: Span,
    ) -> Refused<Expr> {
        let of_set = self.kind(attribute) == Kind::TextSet;
        Ok(match test {
            TextTest::OneOf(texts) if of_set => Expr::has_any(key, self.items(None, texts)),
            TextTest::OneOf(texts) => Expr::one_of(key, self.items(None, texts)),
            _ if of_set => return Err(Box::new(part_of_set(span))),
            TextTest::StartsWith(start) => like(key, &format!("{}*", quote::literal(start))),
            TextTest::EndsWith(end) => like(key, &format!("*{}", quote::literal(end))),
            TextTest::Contains(part) => like(key, &format!("*{}*", quote::literal(part))),
        })
    }

    /// A custom security attribute: of the app that is looked at, or of the principal.
    fn custom(
        &self,
        attribute: AttributeId,
        name: &str,
        test: &TextTest,
        span: Span,
    ) -> Refused<Part> {
        if texts_of(test).any(|text| text.contains(SEPARATOR)) {
            return Err(Box::new(line_break(span)));
        }
        let name = fold_case(name);
        if attribute == AttributeId::BuiltIn(Attribute::AppAttribute) {
            return Ok(Part::Look(LookTest::Custom(name, test.clone())));
        }
        let key = access(CONTEXT, &attribute_key(self.set, attribute));
        Ok(self.said(attribute, custom_test(&key, &name, test)))
    }

    fn version(
        &self,
        attribute: AttributeId,
        test: VersionTest,
        version: &Version,
        span: Span,
    ) -> Refused<Part> {
        let key = numbers_key(self.set, attribute);
        let compared = compared(&access(CONTEXT, &key), test, version)
            .ok_or_else(|| Box::new(large_number(version, span)))?;
        let test = Expr::all([Expr::leaf(has(CONTEXT, &key)), compared]);
        Ok(self.said(attribute, test))
    }
}

/// Both readings of a positive test: false on what is absent, unknown on what is neither given nor absent.
fn reading(base: &str, key: &str, absent: &str, test: Expr) -> Reading {
    let given = || Expr::leaf(has(base, key));
    Reading {
        certain: Expr::all([given(), test.clone()]),
        possible: Expr::choice(given(), test, is_absent(base, absent).not()),
    }
}

/// That an attribute is known not to exist.
pub(super) fn is_absent(base: &str, key: &str) -> Expr {
    Expr::leaf(format!("{base}.absent.contains({})", quote::text(key)))
}

/// A test of what is looked at, of the app of that number.
pub(super) fn app_literal(
    writer: &Writer<'_>,
    base: &str,
    test: &LookTest,
    positive: bool,
) -> Expr {
    let reading = match test {
        LookTest::Id(_, ids) => {
            let items = writer.items(Some(ObjectKind::App), ids);
            let inside = Expr::one_of(&format!("{base}.id"), items);
            return if positive { inside } else { inside.not() };
        }
        LookTest::AgentResource => {
            let key = "agent_resource";
            reading(base, key, key, Expr::leaf(access(base, key)))
        }
        LookTest::Custom(name, test) => {
            let key = "attributes";
            reading(base, key, key, custom_test(&access(base, key), name, test))
        }
    };
    if positive { reading.possible } else { reading.certain.not() }
}

/// An attribute that a known record lacks is absent.
fn custom_test(record: &str, name: &str, test: &TextTest) -> Expr {
    let key = access(record, name);
    let line = quote::literal(&SEPARATOR.to_string());
    let pattern = |before: &str, text: &str, after: &str| {
        like(&key, &format!("*{before}{}{after}*", quote::literal(text)))
    };
    let test = match test {
        TextTest::OneOf(texts) => Expr::any(texts.iter().map(|text| pattern(&line, text, &line))),
        TextTest::StartsWith(start) => pattern(&line, start, ""),
        TextTest::EndsWith(end) => pattern("", end, &line),
        TextTest::Contains(part) => pattern("", part, ""),
    };
    Expr::all([Expr::leaf(has(record, name)), test])
}

fn texts_of(test: &TextTest) -> impl Iterator<Item = &String> {
    let (many, one) = match test {
        TextTest::OneOf(texts) => (Some(texts), None),
        TextTest::StartsWith(text) | TextTest::EndsWith(text) | TextTest::Contains(text) => {
            (None, Some(text))
        }
    };
    many.into_iter().flatten().chain(one)
}

fn like(key: &str, pattern: &str) -> Expr {
    Expr::leaf(format!("{key} like \"{pattern}\""))
}

fn codes_of(countries: &BTreeSet<Country>) -> Vec<Item> {
    countries.iter().map(|country| Item::from(country.to_string().as_str())).collect()
}

/// Any of these closed ranges.
fn numbers(key: &str, ranges: &[(i64, i64)]) -> Expr {
    Expr::any(ranges.iter().map(|(low, high)| {
        if low == high {
            return Expr::leaf(format!("{key} == {low}"));
        }
        let above = (*low > i64::MIN).then(|| Expr::leaf(format!("{key} >= {low}")));
        let below = (*high < i64::MAX).then(|| Expr::leaf(format!("{key} <= {high}")));
        Expr::all([above, below].into_iter().flatten())
    }))
}

/// A day since 1970 as a number that reads as a date: 20261123. It grows with the day.
pub(super) fn date_number(day: i64) -> i64 {
    let start = jiff::civil::date(1970, 1, 1);
    let date = jiff::Span::new().try_days(day).and_then(|days| start.checked_add(days));
    match date {
        Ok(date) => {
            let (year, month, day) = (date.year(), date.month(), date.day());
            i64::from(year) * 10_000 + i64::from(month) * 100 + i64::from(day)
        }
        Err(_) if day < 0 => i64::MIN,
        Err(_) => i64::MAX,
    }
}

/// Number by number; `None` when a number is too large for Cedar. A request's are cut off at the largest that Cedar has,
/// which compares alike with anything below it.
fn compared(record: &str, test: VersionTest, version: &Version) -> Option<Expr> {
    let wanted: Vec<i64> =
        version.to_string().split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    if wanted.contains(&i64::MAX) {
        return None;
    }
    let less = less(record, 1, &wanted);
    let equal = || {
        let padded = wanted.iter().copied().chain(std::iter::repeat(0)).take(Version::MAX_PARTS);
        Expr::all((1..).zip(padded).map(|(at, it)| Expr::leaf(format!("{record}.n{at} == {it}"))))
    };
    Some(match test {
        VersionTest::Less => less,
        VersionTest::LessOrEqual => Expr::any([less, equal()]),
        VersionTest::Greater => Expr::any([less, equal()]).not(),
        VersionTest::GreaterOrEqual => less.not(),
    })
}

/// Numbers behind the wanted ones are zero there, and nothing is below zero.
fn less(record: &str, at: usize, wanted: &[i64]) -> Expr {
    let Some((first, rest)) = wanted.split_first() else { return Expr::Const(false) };
    let below = Expr::leaf(format!("{record}.n{at} < {first}"));
    let same = Expr::leaf(format!("{record}.n{at} == {first}"));
    Expr::any([below, Expr::all([same, less(record, at + 1, rest)])])
}

fn large_number(version: &Version, span: Span) -> Diagnostic {
    let message = format!("`{version}` has a number that Cedar cannot hold");
    Diagnostic::error(codes::LARGE_NUMBER, span, message)
        .note(format!("Cedar's whole numbers end at {}", i64::MAX))
        .help("compare with a smaller version")
}

fn line_break(span: Span) -> Diagnostic {
    let message = "a text with a line break cannot be compared in Cedar";
    Diagnostic::error(codes::LINE_BREAK, span, message)
        .note("Cedar gets the texts of a custom security attribute as one, with line breaks between them")
        .help("leave the line break out; a request with one is refused in the same way")
}

fn part_of_set(span: Span) -> Diagnostic {
    let message = "Cedar cannot look for a part of a text in a set of texts";
    Diagnostic::error(codes::PART_OF_SET, span, message).help("compare with whole texts")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_grow_with_the_day() {
        assert_eq!(date_number(0), 19_700_101);
        assert_eq!(date_number(20_780), 20_261_123);
        assert_eq!(date_number(i64::MAX), i64::MAX);
        assert_eq!(date_number(i64::MIN), i64::MIN);
        let days: Vec<_> = (-800_000..800_000).step_by(7).map(date_number).collect();
        assert!(days.is_sorted());
    }

    #[test]
    fn versions_are_compared_number_by_number() {
        let version = Version::parse("10.0.5").expect("a version");
        let written = compared("v", VersionTest::Less, &version).expect("small").write(0);
        let expected = "v.n1 < 10 || v.n1 == 10 && (v.n2 < 0 || v.n2 == 0 && v.n3 < 5)";
        assert_eq!(written, expected);
        let large = Version::parse("9223372036854775807").expect("a version");
        assert_eq!(compared("v", VersionTest::Less, &large), None);
    }
}
