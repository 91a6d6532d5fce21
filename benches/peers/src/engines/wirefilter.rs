//! wirefilter-engine: a filter a policy. It has no lists, so every group, role and network is a boolean of its own.

use std::collections::BTreeSet;

use wirefilter::{ExecutionContext, Filter, Scheme, Type};

use crate::child::Work;
use crate::engines::Engine;
use crate::facts::{Clause, Facts, Flag, List, Scalar, rules};
use crate::language::{Language, each};
use crate::workload::Verdict;

const LANGUAGE: Language = Language {
    and: " and ",
    or: " or ",
    not: "not ",
    is: |scalar, values| {
        let listed: Vec<String> = values.iter().map(u32::to_string).collect();
        match listed.as_slice() {
            [one] => format!("{} == {one}", scalar.name()),
            all => format!("{} in {{{}}}", scalar.name(), all.join(" ")),
        }
    },
    holds: |list, values| each(values, " or ", |value| member(list, value)),
    flag: |flag| flag.name().to_owned(),
};

fn member(list: List, value: u32) -> String {
    format!("{}.n{value}", list.name())
}

struct Wirefilter {
    work: &'static Work,
    scheme: &'static Scheme,
    named: BTreeSet<(usize, u32)>,
    filters: Vec<(u32, Filter<'static>)>,
    contexts: Vec<ExecutionContext<'static>>,
}

pub(crate) fn setup(work: &'static Work) -> Result<Box<dyn Engine>, String> {
    let rules = rules(&work.workload);
    let mut named = BTreeSet::new();
    rules.iter().flat_map(|(_, all)| all).for_each(|clause| collect(clause, &mut named));
    let fields = Scalar::ALL.iter().map(|it| (it.1.to_owned(), Type::Int));
    let flags = Flag::ALL.iter().map(|it| (it.1.to_owned(), Type::Bool));
    let members =
        named.iter().map(|(list, value)| (member(List::ALL[*list].0, *value), Type::Bool));
    let scheme = Scheme::try_from_iter(fields.chain(flags).chain(members));
    let scheme: &'static Scheme = Box::leak(Box::new(scheme.map_err(|error| error.to_string())?));
    let mut filters = Vec::new();
    for (at, clauses) in rules {
        let text: &'static str = Box::leak(LANGUAGE.all(&clauses).into_boxed_str());
        let ast = scheme.parse(text).map_err(|error| format!("{error} in {text}"))?;
        filters.push((at, ast.compile()));
    }
    Ok(Box::new(Wirefilter { work, scheme, named, filters, contexts: Vec::new() }))
}

/// The members of lists that a clause names.
fn collect(clause: &Clause, named: &mut BTreeSet<(usize, u32)>) {
    match clause {
        Clause::All(inner) | Clause::Any(inner) => inner.iter().for_each(|it| collect(it, named)),
        Clause::Not(inner) => collect(inner, named),
        Clause::Holds(list, values) => named.extend(values.iter().map(|it| (*list as usize, *it))),
        Clause::Is(..) | Clause::Flag(_) => {}
    }
}

impl Wirefilter {
    fn context(&self, facts: &Facts) -> Result<ExecutionContext<'static>, String> {
        let mut context = ExecutionContext::new(self.scheme);
        let mut put = |name: &str, value: wirefilter::LhsValue<'static>| {
            context.set_field_value(name, value).map_err(|error| error.to_string())
        };
        for (scalar, name) in Scalar::ALL {
            put(name, (facts.scalar(scalar) as i32).into())?;
        }
        for (flag, name) in Flag::ALL {
            put(name, facts.flag(flag).into())?;
        }
        for (list, value) in &self.named {
            let list = List::ALL[*list].0;
            put(&member(list, *value), facts.list(list).contains(value).into())?;
        }
        Ok(context)
    }
}

impl Engine for Wirefilter {
    fn prepare(&mut self) -> Result<(), String> {
        // A context has a value for each field that exists.
        self.contexts =
            self.work.facts.iter().map(|it| self.context(it)).collect::<Result<_, _>>()?;
        Ok(())
    }

    fn decide(&mut self, at: usize, applying: &mut Vec<u32>) -> Result<Verdict, String> {
        let context = &self.contexts[at];
        for (number, filter) in &self.filters {
            if filter.execute(context).map_err(|error| error.to_string())? {
                applying.push(*number);
            }
        }
        let visitor = &self.work.visitors[at];
        Ok(self.work.workload.combined(visitor, applying.iter().copied()))
    }
}
