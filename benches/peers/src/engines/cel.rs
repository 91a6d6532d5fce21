//! cel: a compiled program a policy; memberships are maps, so that each is one lookup.

use std::collections::HashMap;

use cel::{Context, Program, Value};

use crate::child::Work;
use crate::engines::Engine;
use crate::facts::{Facts, Flag, List, Scalar, rules};
use crate::language::{Language, each, listed};
use crate::workload::Verdict;

const LANGUAGE: Language = Language {
    and: " && ",
    or: " || ",
    not: "!",
    is: |scalar, values| match values {
        [one] => format!("{} == {one}", scalar.name()),
        all => format!("{} in [{}]", scalar.name(), listed(all)),
    },
    holds: |list, values| each(values, " || ", |value| format!("{value} in {}", list.name())),
    flag: |flag| flag.name().to_owned(),
};

struct Cel {
    work: &'static Work,
    programs: Vec<(u32, Program)>,
    contexts: Vec<Context<'static, 'static>>,
}

pub(crate) fn setup(work: &'static Work) -> Result<Box<dyn Engine>, String> {
    let mut programs = Vec::new();
    for (at, clauses) in rules(&work.workload) {
        let text = if clauses.is_empty() { "true".to_owned() } else { LANGUAGE.all(&clauses) };
        programs.push((at, Program::compile(&text).map_err(|error| format!("{error} in {text}"))?));
    }
    Ok(Box::new(Cel { work, programs, contexts: Vec::new() }))
}

fn context(facts: &Facts) -> Context<'static, 'static> {
    let mut context = Context::default();
    for (scalar, name) in Scalar::ALL {
        context.add_variable_from_value(name, i64::from(facts.scalar(scalar)));
    }
    for (list, name) in List::ALL {
        let members: HashMap<i64, bool> =
            facts.list(list).iter().map(|it| (i64::from(*it), true)).collect();
        context.add_variable_from_value(name, members);
    }
    for (flag, name) in Flag::ALL {
        context.add_variable_from_value(name, facts.flag(flag));
    }
    context
}

impl Engine for Cel {
    fn prepare(&mut self) -> Result<(), String> {
        self.contexts = self.work.facts.iter().map(context).collect();
        Ok(())
    }

    fn decide(&mut self, at: usize, applying: &mut Vec<u32>) -> Result<Verdict, String> {
        for (number, program) in &self.programs {
            match program.execute(&self.contexts[at]).map_err(|error| error.to_string())? {
                Value::Bool(true) => applying.push(*number),
                Value::Bool(false) => {}
                other => return Err(format!("no truth value: {other:?}")),
            }
        }
        let visitor = &self.work.visitors[at];
        Ok(self.work.workload.combined(visitor, applying.iter().copied()))
    }
}
