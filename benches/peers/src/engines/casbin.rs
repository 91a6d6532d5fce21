//! casbin: a rule a policy, evaluated by its matcher. It says yes or no for all rules together, so a function of ours
//! notes which ones held.

use std::cell::RefCell;

use casbin::function_map::OperatorFunction;
use casbin::rhai::{Dynamic, Map};
use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi, Model};

use crate::child::Work;
use crate::engines::Engine;
use crate::facts::{Facts, Flag, List, Scalar, rules};
use crate::language::{Language, each, listed};
use crate::workload::Verdict;

thread_local! {
    static HELD: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

const LANGUAGE: Language = Language {
    and: " && ",
    or: " || ",
    not: "!",
    is: |scalar, values| match values {
        [one] => format!("r.sub.{} == {one}", scalar.name()),
        all => format!("r.sub.{} in [{}]", scalar.name(), listed(all)),
    },
    holds: |list, values| each(values, " || ", |it| format!("{it} in r.sub.{}", list.name())),
    flag: |flag| format!("r.sub.{}", flag.name()),
};

struct Casbin {
    work: &'static Work,
    enforcer: Enforcer,
    sign_ins: Vec<Dynamic>,
}

pub(crate) fn setup(work: &'static Work) -> Result<Box<dyn Engine>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let enforcer = runtime.map_err(|error| error.to_string())?.block_on(enforcer(work));
    let enforcer = enforcer.map_err(|error| error.to_string())?;
    Ok(Box::new(Casbin { work, enforcer, sign_ins: Vec::new() }))
}

async fn enforcer(work: &Work) -> casbin::Result<Enforcer> {
    let mut model = DefaultModel::default();
    model.add_def("r", "r", "sub");
    model.add_def("p", "p", "rule, id");
    // This effect looks at every rule, as long as none denies.
    model.add_def("e", "e", "some(where (p.eft == allow)) && !some(where (p.eft == deny))");
    model.add_def("m", "m", "eval(p.rule) && held(p.id)");
    let mut enforcer = Enforcer::new(model, MemoryAdapter::default()).await?;
    enforcer.add_function("held", OperatorFunction::Arg1(held));
    let rules = rules(&work.workload).into_iter().map(|(at, clauses)| {
        let text = if clauses.is_empty() { "true".to_owned() } else { LANGUAGE.all(&clauses) };
        vec![text, at.to_string()]
    });
    enforcer.add_policies(rules.collect()).await?;
    Ok(enforcer)
}

fn held(id: Dynamic) -> Dynamic {
    let number: Option<u32> = id.into_string().ok().and_then(|id| id.parse().ok());
    HELD.with_borrow_mut(|held| held.extend(number));
    true.into()
}

/// Its numbers have 32 bits.
fn number(value: u32) -> Dynamic {
    i32::try_from(value).expect("below two billion").into()
}

fn sign_in(facts: &Facts) -> Dynamic {
    let mut map = Map::new();
    for (scalar, name) in Scalar::ALL {
        map.insert(name.into(), number(facts.scalar(scalar)));
    }
    for (list, name) in List::ALL {
        let values: Vec<Dynamic> = facts.list(list).iter().map(|it| number(*it)).collect();
        map.insert(name.into(), values.into());
    }
    for (flag, name) in Flag::ALL {
        map.insert(name.into(), facts.flag(flag).into());
    }
    map.into()
}

impl Engine for Casbin {
    fn prepare(&mut self) -> Result<(), String> {
        self.sign_ins = self.work.facts.iter().map(sign_in).collect();
        Ok(())
    }

    fn decide(&mut self, at: usize, applying: &mut Vec<u32>) -> Result<Verdict, String> {
        HELD.with_borrow_mut(Vec::clear);
        let sign_in = vec![self.sign_ins[at].clone()];
        self.enforcer.enforce(sign_in).map_err(|error| error.to_string())?;
        HELD.with_borrow(|held| applying.extend(held));
        let visitor = &self.work.visitors[at];
        Ok(self.work.workload.combined(visitor, applying.iter().copied()))
    }
}
