//! casbin: a matcher a policy, compiled when the enforcer is made, asked one after the other. (Rules in columns that `eval`
//! reads would be parsed again for each sign-in, which takes ten times as long.)

use casbin::rhai::Dynamic;
use casbin::{CoreApi, DefaultModel, EnforceContext, Enforcer, MemoryAdapter, Model};

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
        [one] => format!("r.{} == {one}", scalar.name()),
        all => format!("r.{} in [{}]", scalar.name(), listed(all)),
    },
    holds: |list, values| each(values, " || ", |it| format!("{it} in r.{}", list.name())),
    flag: |flag| format!("r.{}", flag.name()),
};

struct Casbin {
    work: &'static Work,
    enforcer: Enforcer,
    /// The policies in force.
    numbers: Vec<u32>,
    sign_ins: Vec<Vec<Dynamic>>,
}

pub(crate) fn setup(work: &'static Work) -> Result<Box<dyn Engine>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let made = runtime.map_err(|error| error.to_string())?.block_on(enforcer(work));
    let (enforcer, numbers) = made.map_err(|error| error.to_string())?;
    Ok(Box::new(Casbin { work, enforcer, numbers, sign_ins: Vec::new() }))
}

async fn enforcer(work: &Work) -> casbin::Result<(Enforcer, Vec<u32>)> {
    let mut model = DefaultModel::default();
    model.add_def("r", "r", &fields());
    model.add_def("p", "p", "sub");
    model.add_def("e", "e", "some(where (p.eft == allow))");
    model.add_def("m", "m", "true");
    let mut numbers = Vec::new();
    for (at, clauses) in rules(&work.workload) {
        let text = if clauses.is_empty() { "true".to_owned() } else { LANGUAGE.all(&clauses) };
        model.add_def("m", &matcher(at), &text);
        numbers.push(at);
    }
    Ok((Enforcer::new(model, MemoryAdapter::default()).await?, numbers))
}

/// What the matcher of a policy is called.
fn matcher(at: u32) -> String {
    format!("m{at}")
}

fn context(at: u32) -> EnforceContext {
    let [r_type, p_type, e_type] = ["r", "p", "e"].map(str::to_owned);
    EnforceContext { r_type, p_type, e_type, m_type: matcher(at) }
}

/// Its numbers have 32 bits.
fn number(value: u32) -> Dynamic {
    i32::try_from(value).expect("below two billion").into()
}

/// The fields of a request, in the order of [`sign_in`].
fn fields() -> String {
    let scalars = Scalar::ALL.iter().map(|it| it.1);
    let lists = List::ALL.iter().map(|it| it.1);
    let flags = Flag::ALL.iter().map(|it| it.1);
    scalars.chain(lists).chain(flags).collect::<Vec<_>>().join(", ")
}

fn sign_in(facts: &Facts) -> Vec<Dynamic> {
    let scalars = Scalar::ALL.iter().map(|it| number(facts.scalar(it.0)));
    let list = |list| facts.list(list).iter().map(|it| number(*it)).collect::<Vec<Dynamic>>();
    let lists = List::ALL.iter().map(|it| list(it.0).into());
    let flags = Flag::ALL.iter().map(|it| facts.flag(it.0).into());
    scalars.chain(lists).chain(flags).collect()
}

impl Engine for Casbin {
    fn prepare(&mut self) -> Result<(), String> {
        self.sign_ins = self.work.facts.iter().map(sign_in).collect();
        Ok(())
    }

    fn decide(&mut self, at: usize, applying: &mut Vec<u32>) -> Result<Verdict, String> {
        for number in &self.numbers {
            let sign_in = self.sign_ins[at].clone();
            let held = self.enforcer.enforce_with_context(context(*number), sign_in);
            if held.map_err(|error| error.to_string())? {
                applying.push(*number);
            }
        }
        let visitor = &self.work.visitors[at];
        Ok(self.work.workload.combined(visitor, applying.iter().copied()))
    }
}
