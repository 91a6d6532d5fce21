//! Tests in words: what passes them, and what does not.

use crate::analyze::phrase::list;
use crate::analyze::space::{Input, Test};
use crate::hir::{Network, PolicySet, Predicate, TextTest, VersionTest, Zone};
use crate::request::Value;
use crate::request::moment::time_text;
use crate::schema::attribute::{Attribute, WEEKDAYS};
use crate::syntax::format::quoted;
use crate::value::duration_text;

use Attribute as A;

/// What a clause about an input begins with.
pub(super) fn subject(name: &str, input: &Input) -> String {
    match input {
        Input::Slot(A::Ip) => "from an address".to_owned(),
        Input::Slot(A::Country) => "from a country".to_owned(),
        Input::Slot(A::GpsCountry) => "at a position".to_owned(),
        Input::Slot(A::LocationNamed) => "over a network".to_owned(),
        _ => name.to_owned(),
    }
}

/// That any of these tests is passed, or none.
pub(super) fn told(
    set: &PolicySet,
    name: &str,
    input: &Input,
    tests: &[&Test],
    passed: bool,
) -> String {
    let each = tests.iter().map(|test| told_of(set, input, test)).collect();
    let all = list(each, "or");
    let (inside, outside) = match input {
        Input::Slot(A::Ip) => ("from addresses in", "from addresses outside"),
        Input::Slot(A::Country) => ("from countries in", "from countries outside"),
        Input::Slot(A::GpsCountry) => ("at a position in", "at a position outside"),
        Input::Slot(A::LocationNamed) => ("over", "not over"),
        _ if passed => return format!("{name} {all}"),
        _ => return format!("{name} not {all}"),
    };
    format!("{} {all}", if passed { inside } else { outside })
}

fn told_of(set: &PolicySet, input: &Input, test: &Test) -> String {
    match test {
        Test::Known => "known".to_owned(),
        Test::Ids(ids) => {
            let over = set
                .networks
                .iter()
                .find(|it| *input == Input::Slot(A::LocationNamed) && it.named == *ids);
            over.map_or_else(|| list(ids.iter().map(|id| quoted(id)).collect(), "or"), network)
        }
        Test::Addresses(id) => network(set.network(*id)),
        Test::Countries(wanted, unknown) => {
            let gps = *input == Input::Slot(A::GpsCountry);
            let same = |it: &&Network| match gps {
                true => it.gps_countries == *wanted && it.gps_unknown == *unknown,
                false => it.countries == *wanted && it.unknown_country == *unknown,
            };
            let codes = wanted.iter().map(ToString::to_string);
            let codes = codes.chain(unknown.then(|| "no known country".to_owned()));
            let named = set.networks.iter().find(same);
            named.map_or_else(|| list(codes.collect(), "or"), network)
        }
        Test::Passes(predicate) => passed(input, predicate),
    }
}

fn network(network: &Network) -> String {
    network.name.clone()
}

fn passed(input: &Input, predicate: &Predicate) -> String {
    match predicate {
        Predicate::Holds => "true".to_owned(),
        Predicate::Words(words, zone) => {
            let all = match input {
                Input::Slot(A::Time) => WEEKDAYS,
                Input::Slot(attribute) => attribute.words(),
                Input::Own(_) | Input::App | Input::AgentResource | Input::Custom(..) => &[],
            };
            let named = words.iter().filter_map(|it| all.get(usize::from(*it)));
            format!(
                "{}{}",
                list(named.map(|it| (*it).to_owned()).collect(), "or"),
                in_zone(zone.as_ref())
            )
        }
        Predicate::Ids(ids) => list(ids.iter().map(|id| quoted(id)).collect(), "or"),
        Predicate::Countries(wanted) => {
            list(wanted.iter().map(ToString::to_string).collect(), "or")
        }
        Predicate::Ranges(ranges, zone) => {
            let each = ranges.iter().map(|(low, high)| range(*low, *high, zone.is_some()));
            format!("{}{}", list(each.collect(), "or"), in_zone(zone.as_ref()))
        }
        Predicate::Text(test) | Predicate::Custom(_, test) => text(test),
        Predicate::Version(test, version) => {
            let sign = match test {
                VersionTest::Less => "<",
                VersionTest::LessOrEqual => "<=",
                VersionTest::Greater => ">",
                VersionTest::GreaterOrEqual => ">=",
            };
            format!("{sign} {}", quoted(&version.to_string()))
        }
        Predicate::TimeOfDay(from, to, zone) => {
            format!("between {} and {}{}", clock(*from), clock(*to), in_zone(Some(zone)))
        }
        // They come apart into tests of one input each.
        Predicate::People(_) | Predicate::Apps(_) | Predicate::ServicePrincipals(_) => {
            String::new()
        }
        Predicate::Agents(_) | Predicate::Networks(_) => String::new(),
    }
}

fn in_zone(zone: Option<&Zone>) -> String {
    zone.map_or_else(String::new, |zone| format!(" in {}", zone.0))
}

fn clock(seconds: u32) -> String {
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match rest {
        0 => format!("{hours:02}:{minutes:02}"),
        rest => format!("{hours:02}:{minutes:02}:{rest:02}"),
    }
}

fn range(low: i64, high: i64, days: bool) -> String {
    let shown = |it: i64| if days { day(it) } else { it.to_string() };
    match (low, high) {
        (i64::MIN, high) => format!("up to {}", shown(high)),
        (low, i64::MAX) => format!("from {} on", shown(low)),
        (low, high) if low == high => shown(low),
        (low, high) => format!("{} to {}", shown(low), shown(high)),
    }
}

/// A day as a date, where the calendar reaches so far.
fn day(days: i64) -> String {
    let moment = days.checked_mul(86_400_000).map(crate::value::Timestamp);
    let text = moment.map(time_text).unwrap_or_default();
    text.split_once('T').map_or_else(|| format!("day {days}"), |(date, _)| date.to_owned())
}

fn text(test: &TextTest) -> String {
    match test {
        TextTest::OneOf(texts) => list(texts.iter().map(|it| quoted(it)).collect(), "or"),
        TextTest::StartsWith(text) => format!("starting with {}", quoted(text)),
        TextTest::EndsWith(text) => format!("ending with {}", quoted(text)),
        TextTest::Contains(text) => format!("containing {}", quoted(text)),
    }
}

/// A value as an example.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::Boolean(value) => value.to_string(),
        Value::Text(text) => quoted(text),
        Value::Integer(number) => number.to_string(),
        Value::Address(address) => address.to_string(),
        Value::Country(country) => country.to_string(),
        Value::Instant(time) => time_text(*time),
        Value::Duration(seconds) => duration_text(*seconds),
        Value::Word(number) => number.to_string(),
        Value::Words(_) | Value::Ids(_) | Value::Apps(_) | Value::Texts(_) | Value::Custom(_) => {
            "some".to_owned()
        }
    }
}
