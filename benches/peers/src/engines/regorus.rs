//! regorus: the module compiled once, inputs as its own values.

use regorus::{CompiledPolicy, Value};

use crate::child::Work;
use crate::engines::{Engine, rego};
use crate::workload::Verdict;

struct Regorus {
    work: &'static Work,
    policy: CompiledPolicy,
    inputs: Vec<Value>,
}

pub(crate) fn setup(work: &'static Work) -> Result<Box<dyn Engine>, String> {
    let mut engine = regorus::Engine::new();
    let text = rego::module(work);
    engine.add_policy("ca.rego".to_owned(), text).map_err(|error| error.to_string())?;
    let policy = engine.compile_with_entrypoint(&"data.ca.applying".into());
    let policy = policy.map_err(|error| error.to_string())?;
    Ok(Box::new(Regorus { work, policy, inputs: Vec::new() }))
}

impl Engine for Regorus {
    fn prepare(&mut self) -> Result<(), String> {
        let value = |facts| {
            let text = rego::input(facts).to_string();
            Value::from_json_str(&text).map_err(|error| error.to_string())
        };
        self.inputs = self.work.facts.iter().map(value).collect::<Result<_, _>>()?;
        Ok(())
    }

    fn decide(&mut self, at: usize, applying: &mut Vec<u32>) -> Result<Verdict, String> {
        let failed = |error: &dyn std::fmt::Display| error.to_string();
        let result = self.policy.eval_with_input(self.inputs[at].clone());
        let result = result.map_err(|error| failed(&error))?;
        for value in result.as_set().map_err(|error| failed(&error))?.iter() {
            applying.push(value.as_u32().map_err(|error| failed(&error))?);
        }
        let visitor = &self.work.visitors[at];
        Ok(self.work.workload.combined(visitor, applying.iter().copied()))
    }
}
