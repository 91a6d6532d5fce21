//! Matchers that a programmer would write: with ids interned, and with strings.

use std::collections::HashSet;

use crate::child::Work;
use crate::engines::Engine;
use crate::facts::{Clause, Facts, Flag, List, Scalar, rules};
use crate::workload::prototype::Typed;
use crate::workload::{Prototype, Verdict};

/// The address is looked up in the time that is taken.
struct Interned(&'static Work);

pub(crate) fn interned(work: &'static Work) -> Result<Box<dyn Engine>, String> {
    Ok(Box::new(Interned(work)))
}

impl Engine for Interned {
    fn prepare(&mut self) -> Result<(), String> {
        Ok(())
    }

    fn decide(&mut self, at: usize, applying: &mut Vec<u32>) -> Result<Verdict, String> {
        Ok(self.0.workload.matched(&self.0.visitors[at], applying))
    }
}

/// Rows of bits, made for these policies and users: what Latch is held against. It finds the outcome alone, in the order in
/// which rows suit it best, and names nobody.
struct Rows {
    prototype: Prototype,
    sign_ins: Vec<Typed<'static>>,
    work: &'static Work,
    bytes: Vec<u32>,
}

pub(crate) fn prototype(work: &'static Work) -> Result<Box<dyn Engine>, String> {
    let prototype = work.workload.prototype(&work.visitors);
    Ok(Box::new(Rows { prototype, sign_ins: Vec::new(), work, bytes: Vec::new() }))
}

impl Engine for Rows {
    fn prepare(&mut self) -> Result<(), String> {
        self.sign_ins = self.work.visitors.iter().map(|it| self.prototype.typed(it)).collect();
        Ok(())
    }

    fn decide(&mut self, at: usize, _applying: &mut Vec<u32>) -> Result<Verdict, String> {
        Ok(self.prototype.decide(&self.sign_ins[at], &mut self.bytes))
    }

    fn names_them(&self) -> bool {
        false
    }
}

/// Ids as they come: each list of a condition is a set of strings.
struct Strings {
    work: &'static Work,
    rules: Vec<(u32, Vec<Test>)>,
    sign_ins: Vec<SignIn>,
}

enum Test {
    Any(Vec<Test>),
    All(Vec<Test>),
    Not(Box<Test>),
    Is(Scalar, HashSet<String>),
    Holds(List, HashSet<String>),
    Flag(Flag),
}

struct SignIn {
    scalars: Vec<String>,
    lists: Vec<Vec<String>>,
    facts: Facts,
}

pub(crate) fn strings(work: &'static Work) -> Result<Box<dyn Engine>, String> {
    let rules = rules(&work.workload).into_iter();
    let rules = rules.map(|(at, all)| (at, all.iter().map(test).collect())).collect();
    Ok(Box::new(Strings { work, rules, sign_ins: Vec::new() }))
}

fn text(field: &str, value: u32) -> String {
    format!("{field}-8f6a1f7b-1f53-4b45-{value:012x}")
}

fn test(clause: &Clause) -> Test {
    let texts = |field: &str, values: &[u32]| values.iter().map(|it| text(field, *it)).collect();
    match clause {
        Clause::All(inner) => Test::All(inner.iter().map(test).collect()),
        Clause::Any(inner) => Test::Any(inner.iter().map(test).collect()),
        Clause::Not(inner) => Test::Not(Box::new(test(inner))),
        Clause::Is(scalar, values) => Test::Is(*scalar, texts(scalar.name(), values)),
        Clause::Holds(list, values) => Test::Holds(*list, texts(list.name(), values)),
        Clause::Flag(flag) => Test::Flag(*flag),
    }
}

impl Test {
    fn holds(&self, sign_in: &SignIn) -> bool {
        match self {
            Test::All(inner) => inner.iter().all(|it| it.holds(sign_in)),
            Test::Any(inner) => inner.iter().any(|it| it.holds(sign_in)),
            Test::Not(inner) => !inner.holds(sign_in),
            Test::Is(scalar, texts) => texts.contains(&sign_in.scalars[*scalar as usize]),
            Test::Holds(list, texts) => {
                sign_in.lists[*list as usize].iter().any(|it| texts.contains(it))
            }
            Test::Flag(flag) => sign_in.facts.flag(*flag),
        }
    }
}

impl Engine for Strings {
    fn prepare(&mut self) -> Result<(), String> {
        let sign_in = |facts: &Facts| SignIn {
            scalars: Scalar::ALL.iter().map(|it| text(it.1, facts.scalar(it.0))).collect(),
            lists: List::ALL
                .iter()
                .map(|(list, name)| facts.list(*list).iter().map(|it| text(name, *it)).collect())
                .collect(),
            facts: facts.clone(),
        };
        self.sign_ins = self.work.facts.iter().map(sign_in).collect();
        Ok(())
    }

    fn decide(&mut self, at: usize, applying: &mut Vec<u32>) -> Result<Verdict, String> {
        let sign_in = &self.sign_ins[at];
        let hold = self.rules.iter().filter(|(_, all)| all.iter().all(|it| it.holds(sign_in)));
        applying.extend(hold.map(|(at, _)| at));
        let visitor = &self.work.visitors[at];
        Ok(self.work.workload.combined(visitor, applying.iter().copied()))
    }
}
