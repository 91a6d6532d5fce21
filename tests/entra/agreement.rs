//! Both engines and Cedar decide alike over imported tenants: each source of the corpus as it was exported, and switched on.

use std::collections::BTreeMap;
use std::path::Path;

use fastrand::Rng;
use latch::Engine;
use latch::decision::{Options, Outcome};
use latch::interpret::interpret;
use latch::request::Request;
use latch::schema::attribute::Attribute;
use latch::value::Slot;
use serde_json::{Value, json};

use super::{imported, signin};
use crate::cedar::Judge;
use crate::laws::agree;
use crate::random::{cases, evidence, percent, requests};

/// One imported tenant.
struct Tenant {
    name: String,
    policies: Vec<Value>,
    engine: Engine,
}

fn tenant(name: &str, policies: Vec<Value>) -> Tenant {
    let files = imported(&Value::Array(policies.clone())).files;
    let engine = Engine::from_text(files).expect("what is imported compiles");
    Tenant { name: name.to_owned(), policies, engine }
}

/// The sources of the collection, each twice: as exported, and with every policy enforced.
fn tenants(folder: &Path) -> Vec<Tenant> {
    let text = std::fs::read_to_string(folder.join("policies.jsonl")).expect("readable");
    let mut sources: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).expect("JSON");
        let source = row["source"].as_str().expect("a source").to_owned();
        sources.entry(source).or_default().push(row["policy"].clone());
    }
    let mut tenants = Vec::new();
    for (source, mut policies) in sources {
        tenants.push(tenant(&source, policies.clone()));
        policies.iter_mut().for_each(|policy| policy["state"] = json!("enabled"));
        tenants.push(tenant(&format!("{source}, switched on"), policies));
    }
    tenants
}

/// A sign-in that one of the tenant's policies could be about, of which not everything is known.
fn request(rng: &mut Rng, tenant: &Tenant) -> Request {
    let policy = &tenant.policies[rng.usize(..tenant.policies.len())];
    let mut builder = signin::request(&signin::random(rng, policy, &[])).into_builder();
    let silent = if percent(rng, 50) { 0 } else { 30 };
    for attribute in Attribute::all().filter(|it| it.inputs() == [*it]) {
        if percent(rng, silent) {
            let slot = if rng.bool() { Slot::NotSupplied } else { Slot::Absent };
            builder = builder.slot(attribute, slot);
        }
    }
    requests::settled(evidence::evidence(rng, builder))
}

#[test]
fn both_engines_decide_alike_over_the_corpus() {
    let Some(folder) = crate::corpus::entra() else { return };
    let tenants = tenants(&folder);
    let mut outcomes: BTreeMap<&str, u64> = BTreeMap::new();
    cases("agreement over the corpus", 2_000, |rng| {
        let tenant = &tenants[rng.usize(..tenants.len())];
        let request = request(rng, tenant);
        let options = Options { as_if_enforced: rng.bool(), ..Options::default() };
        let expected = interpret(tenant.engine.policy_set(), &request, &options);
        let decided = tenant.engine.clone().with_options(options).decide(&request);
        agree(&expected, &decided, || format!("{}: {request:#?}", tenant.name));
        *outcomes.entry(decided.outcome.word()).or_default() += 1;
    });
    println!("{outcomes:?}");
}

#[test]
fn cedar_opens_alike_over_the_corpus() {
    let Some(folder) = crate::corpus::entra() else { return };
    let options = Options::default();
    let judged = |tenant: Tenant| (Judge::new(tenant.engine.policy_set(), &options), tenant);
    let tenants: Vec<_> = tenants(&folder).into_iter().map(judged).collect();
    let mut open = [0_u64; 2];
    cases("Cedar over the corpus", 300, |rng| {
        let (judge, tenant) = &tenants[rng.usize(..tenants.len())];
        let request = request(rng, tenant);
        let set = tenant.engine.policy_set();
        let expected = judge.agrees(set, &request, &options);
        let decided = tenant.engine.decide(&request).outcome == Outcome::Open;
        assert_eq!(decided, expected, "{}: {request:#?}", tenant.name);
        open[usize::from(expected)] += 1;
    });
    println!("{} open, {} not", open[1], open[0]);
}
