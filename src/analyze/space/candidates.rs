//! For each input, values enough that every class has one, nice ones first.

use std::collections::BTreeSet;

use crate::analyze::space::{Candidate, Input, Test, addresses, clock, text};
use crate::hir::{OwnKind, PolicySet, Predicate, is_country};
use crate::request::Value;
use crate::schema::attribute::{Attribute, Kind};
use crate::value::Country;

use Attribute as A;

/// Values of an input, with what each adds to a request.
///
/// # Errors
/// Why the classes cannot be found.
pub(super) fn candidates(
    set: &PolicySet,
    input: &Input,
    tests: &BTreeSet<Test>,
) -> Result<Vec<Candidate>, &'static str> {
    match input {
        Input::Slot(attribute) => built_in(set, *attribute, tests),
        Input::Own(number) => own(set.own_attributes[usize::from(*number)].kind, tests),
        Input::App => Ok(apps(tests)),
        Input::AgentResource => Ok(booleans()),
        Input::Custom(..) => texts(tests),
    }
}

fn built_in(
    set: &PolicySet,
    attribute: Attribute,
    tests: &BTreeSet<Test>,
) -> Result<Vec<Candidate>, &'static str> {
    match attribute.row().kind {
        Kind::Boolean if attribute == A::DeviceRegistered => Ok(registered()),
        Kind::Boolean => Ok(booleans()),
        Kind::Enumeration(words) | Kind::Ordered(words) => Ok(words_of(attribute, words)),
        Kind::EnumerationSet(words) => Ok(members(numbers(words).map(Value::Word))),
        Kind::Identifier => Ok(optional(ids(tests).map(Value::Text))),
        Kind::Identifiers if attribute == A::Context => Ok(contexts(tests)),
        Kind::Identifiers => Ok(members(ids(tests).map(Value::Text))),
        Kind::Address => {
            Ok(optional(addresses::candidates(set, tests).into_iter().map(Value::Address)))
        }
        Kind::Country => Ok(countries(tests)),
        Kind::Integer => Ok(optional(integers(tests).map(Value::Integer))),
        Kind::Text | Kind::Version | Kind::TextSet => texts(tests),
        Kind::Instant => Ok(moments(tests)),
        Kind::Members | Kind::Apps | Kind::Networks | Kind::Custom => Ok(vec![(None, 0)]),
        Kind::Weekday | Kind::Date | Kind::Duration => Ok(vec![(None, 0)]),
    }
}

fn own(kind: OwnKind, tests: &BTreeSet<Test>) -> Result<Vec<Candidate>, &'static str> {
    match kind {
        OwnKind::Boolean => Ok(booleans()),
        OwnKind::Integer => Ok(optional(integers(tests).map(Value::Integer))),
        OwnKind::Duration => {
            let seconds = integers(tests).filter_map(|it| u64::try_from(it).ok());
            Ok(optional(seconds.map(Value::Duration)))
        }
        OwnKind::String | OwnKind::SetOfString => texts(tests),
        OwnKind::Time => Ok(moments(tests)),
    }
}

/// An absent value, then these.
fn optional(values: impl Iterator<Item = Value>) -> Vec<Candidate> {
    std::iter::once((None, 0)).chain(values.map(|value| (Some(value), 1))).collect()
}

/// Members of a set: nothing stands for one that no test passes.
fn members(values: impl Iterator<Item = Value>) -> Vec<Candidate> {
    optional(values)
}

fn numbers(words: &[&str]) -> impl Iterator<Item = u8> {
    (0u8..).take(words.len())
}

fn booleans() -> Vec<Candidate> {
    optional([false, true].into_iter().map(Value::Boolean))
}

/// A device is registered or it is not.
fn registered() -> Vec<Candidate> {
    [(false, 0), (true, 1)].map(|(value, cost)| (Some(Value::Boolean(value)), cost)).into()
}

/// Words, the usual one first. Everybody has a principal and a target.
fn words_of(attribute: Attribute, words: &[&str]) -> Vec<Candidate> {
    let usual = matches!(attribute, A::UserType | A::Client);
    let always = matches!(attribute, A::Principal | A::Target);
    let cost = |number: u8| if number == 0 && (usual || always) { 0 } else { 1 };
    let known = numbers(words).map(|number| (Some(Value::Word(number)), cost(number)));
    let absent = (None, u32::from(usual));
    match (always, usual) {
        (true, _) => known.collect(),
        (false, true) => known.chain([absent]).collect(),
        (false, false) => std::iter::once(absent).chain(known).collect(),
    }
}

/// Every id that is tested.
fn ids(tests: &BTreeSet<Test>) -> impl Iterator<Item = String> {
    let wanted = tests.iter().filter_map(|test| match test {
        Test::Ids(ids) => Some(ids),
        Test::Passes(_) | Test::Countries(..) | Test::Addresses(_) | Test::Known => None,
    });
    wanted.flatten().cloned().collect::<BTreeSet<_>>().into_iter()
}

/// An app that nobody names, then those that are named.
fn apps(tests: &BTreeSet<Test>) -> Vec<Candidate> {
    let named: BTreeSet<String> = ids(tests).collect();
    let mut other = "some-app".to_owned();
    while named.contains(&other) {
        other.push('-');
    }
    let named = named.into_iter().map(|id| (Some(Value::Text(id)), 1));
    [(Some(Value::Text(other)), 0), (None, 0)].into_iter().chain(named).collect()
}

/// A context that nobody names, if there is one, then those that are named.
fn contexts(tests: &BTreeSet<Test>) -> Vec<Candidate> {
    let named: BTreeSet<String> = ids(tests).collect();
    let mut all = (1..100).rev().map(|at| format!("c{at}"));
    let other = all.find(|id| !named.contains(id)).map(|id| (Some(Value::Text(id)), 0));
    let named = named.into_iter().map(|id| (Some(Value::Text(id)), 1));
    std::iter::once((None, 0)).chain(other).chain(named).collect()
}

/// Every country. Which of two that are not told apart stands for both does not matter.
fn countries(tests: &BTreeSet<Test>) -> Vec<Candidate> {
    let named = tests.iter().flat_map(|test| match test {
        Test::Countries(wanted, _) => wanted.iter().copied().collect(),
        Test::Passes(Predicate::Countries(wanted)) => wanted.iter().copied().collect(),
        Test::Passes(_) | Test::Ids(_) | Test::Addresses(_) | Test::Known => Vec::new(),
    });
    let all = (0..676).filter_map(Country::from_index).filter(|it| is_country(&it.to_string()));
    let all: BTreeSet<Country> = named.chain(all).collect();
    optional(all.into_iter().map(Value::Country))
}

/// The ends of all ranges, and what lies beside them.
fn integers(tests: &BTreeSet<Test>) -> impl Iterator<Item = i64> {
    let mut found = BTreeSet::from([0]);
    for test in tests {
        if let Test::Passes(Predicate::Ranges(ranges, None)) = test {
            for (low, high) in ranges {
                found.extend([low.saturating_sub(1), *low, *high, high.saturating_add(1)]);
            }
        }
    }
    found.into_iter()
}

fn texts(tests: &BTreeSet<Test>) -> Result<Vec<Candidate>, &'static str> {
    Ok(optional(text::candidates(tests)?.into_iter().map(Value::Text)))
}

/// A sign-in happens at some moment; that there is none costs more.
fn moments(tests: &BTreeSet<Test>) -> Vec<Candidate> {
    let known = clock::candidates(tests).into_iter();
    let known = known.map(|time| (Some(Value::Instant(time)), 0));
    known.chain([(None, 1)]).collect()
}
