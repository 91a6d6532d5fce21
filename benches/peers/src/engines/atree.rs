//! a-tree: all policies in one tree of expressions, searched at once.

use a_tree::{ATree, AttributeDefinition, Event};

use crate::child::Work;
use crate::engines::Engine;
use crate::facts::{Facts, Flag, List, Scalar, rules};
use crate::language::{Language, listed};
use crate::workload::Verdict;

const LANGUAGE: Language = Language {
    and: " and ",
    or: " or ",
    not: "not ",
    is: |scalar, values| match values {
        [one] => format!("{} = {one}", scalar.name()),
        all => format!("{} in [{}]", scalar.name(), listed(all)),
    },
    holds: |list, values| format!("{} one of [{}]", list.name(), listed(values)),
    flag: |flag| flag.name().to_owned(),
};

struct Tree {
    work: &'static Work,
    tree: ATree<u32>,
    /// Policies about everyone are no expression.
    always: Vec<u32>,
    events: Vec<Event>,
}

pub(crate) fn setup(work: &'static Work) -> Result<Box<dyn Engine>, String> {
    let mut fields: Vec<AttributeDefinition> =
        Scalar::ALL.iter().map(|it| AttributeDefinition::integer(it.1)).collect();
    fields.extend(List::ALL.iter().map(|it| AttributeDefinition::integer_list(it.1)));
    fields.extend(Flag::ALL.iter().map(|it| AttributeDefinition::boolean(it.1)));
    let mut tree = ATree::new(&fields).map_err(|error| format!("{error:?}"))?;
    let mut always = Vec::new();
    for (at, clauses) in rules(&work.workload) {
        if clauses.is_empty() {
            always.push(at);
            continue;
        }
        let text = LANGUAGE.all(&clauses);
        tree.insert(&at, &text).map_err(|error| format!("{error:?} in {text}"))?;
    }
    Ok(Box::new(Tree { work, tree, always, events: Vec::new() }))
}

impl Tree {
    fn event(&self, facts: &Facts) -> Result<Event, String> {
        let mut builder = self.tree.make_event();
        let failed = |error| format!("{error:?}");
        for (scalar, name) in Scalar::ALL {
            builder.with_integer(name, i64::from(facts.scalar(scalar))).map_err(failed)?;
        }
        for (list, name) in List::ALL {
            let values: Vec<i64> = facts.list(list).iter().map(|it| i64::from(*it)).collect();
            builder.with_integer_list(name, &values).map_err(failed)?;
        }
        for (flag, name) in Flag::ALL {
            builder.with_boolean(name, facts.flag(flag)).map_err(failed)?;
        }
        builder.build().map_err(failed)
    }
}

impl Engine for Tree {
    fn prepare(&mut self) -> Result<(), String> {
        self.events = self.work.facts.iter().map(|it| self.event(it)).collect::<Result<_, _>>()?;
        Ok(())
    }

    fn decide(&mut self, at: usize, applying: &mut Vec<u32>) -> Result<Verdict, String> {
        let report = self.tree.search(&self.events[at]).map_err(|error| format!("{error:?}"))?;
        applying.extend(&self.always);
        applying.extend(report.matches().iter().map(|it| **it));
        let visitor = &self.work.visitors[at];
        Ok(self.work.workload.combined(visitor, applying.iter().copied()))
    }
}
