//! Rego: `applying` is a set of numbers, a rule a way in which a policy can apply; memberships are objects.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use crate::child::Work;
use crate::facts::{Clause, Facts, Flag, List, Scalar, rules};
use crate::language::listed;

/// The whole module.
pub(crate) fn module(work: &Work) -> String {
    let mut text = String::from("package ca\n\nimport rego.v1\n\n");
    for (at, clauses) in rules(&work.workload) {
        // A body is a conjunction: each way through the alternatives gets its own.
        for body in ways(&clauses) {
            let body = if body.is_empty() { "true".to_owned() } else { body.join("; ") };
            writeln!(text, "applying contains {at} if {{ {body} }}").expect("memory");
        }
    }
    text
}

/// A conjunction of clauses as alternatives, each a list of expressions.
fn ways(clauses: &[Clause]) -> Vec<Vec<String>> {
    let mut ways: Vec<Vec<String>> = vec![Vec::new()];
    for clause in clauses {
        let alternatives = alternatives(clause);
        ways = ways
            .into_iter()
            .flat_map(|way| alternatives.iter().map(move |more| [way.as_slice(), more].concat()))
            .collect();
    }
    ways
}

fn alternatives(clause: &Clause) -> Vec<Vec<String>> {
    match clause {
        Clause::All(inner) => ways(inner),
        Clause::Any(inner) => inner.iter().flat_map(alternatives).collect(),
        Clause::Not(inner) => denied(inner),
        Clause::Is(scalar, values) => vec![vec![is(*scalar, values)]],
        Clause::Holds(list, values) => match values.as_slice() {
            [one] => vec![vec![member(*list, *one)]],
            all => {
                let (name, all) = (list.name(), quoted(all));
                vec![vec![format!("some {name}_ in [{all}]"), format!("input.{name}[{name}_]")]]
            }
        },
        Clause::Flag(flag) => vec![vec![format!("input.{}", flag.name())]],
    }
}

/// The negation, as alternatives too.
fn denied(clause: &Clause) -> Vec<Vec<String>> {
    match clause {
        Clause::All(inner) => inner.iter().flat_map(denied).collect(),
        Clause::Any(inner) => {
            let all: Vec<Clause> =
                inner.iter().map(|it| Clause::Not(Box::new(it.clone()))).collect();
            ways(&all)
        }
        Clause::Not(inner) => alternatives(inner),
        Clause::Is(scalar, values) => vec![vec![format!("not {}", is(*scalar, values))]],
        Clause::Holds(list, values) => {
            vec![values.iter().map(|it| format!("not {}", member(*list, *it))).collect()]
        }
        Clause::Flag(flag) => vec![vec![format!("not input.{}", flag.name())]],
    }
}

fn is(scalar: Scalar, values: &[u32]) -> String {
    match values {
        [one] => format!("input.{} == {one}", scalar.name()),
        all => format!("input.{} in {{{}}}", scalar.name(), listed(all)),
    }
}

fn member(list: List, value: u32) -> String {
    format!("input.{}[\"{value}\"]", list.name())
}

fn quoted(values: &[u32]) -> String {
    values.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(", ")
}

/// A sign-in as input.
pub(crate) fn input(facts: &Facts) -> Json {
    let mut input = Map::new();
    for (scalar, name) in Scalar::ALL {
        input.insert(name.to_owned(), json!(facts.scalar(scalar)));
    }
    for (list, name) in List::ALL {
        let members = facts.list(list).iter().map(|it| (it.to_string(), json!(true)));
        input.insert(name.to_owned(), Json::Object(members.collect()));
    }
    for (flag, name) in Flag::ALL {
        input.insert(name.to_owned(), json!(facts.flag(flag)));
    }
    Json::Object(input)
}
