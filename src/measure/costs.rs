//! What single policies and attributes cost: the same work with and without, in turn.
//!
//! A policy's cost is what preparing and deciding take more than without it; an attribute's, what preparing takes more
//! than for the same sign-ins with that attribute absent. Costs do not add up to the whole: the first policy that names a
//! group pays for looking it up, and the second does not. A cost that the rounds do not show is not reported.
//!
//! Each turn counts by its typical batch of calls, so that one in which the machine did something else does not.

use std::time::{Duration, Instant};

use crate::engine::Engine;
use crate::facts::Facts;
use crate::hir::PolicySet;
use crate::measure::stats::{Interval, interval_of, median};
use crate::measure::typical;
use crate::request::Request;
use crate::schema::attribute::{Attribute, AttributeId};

/// How often with and without take turns.
const ROUNDS: usize = 9;
/// The shortest turn that is not all noise.
const SHORTEST_TURN: Duration = Duration::from_millis(2);

/// What something costs, in nanoseconds per sign-in.
#[derive(Debug, Clone, PartialEq)]
pub struct Cost {
    /// A policy's name, or an attribute's.
    pub name: String,
    /// The difference of the medians.
    pub nanos: f64,
    /// Where the difference lies.
    pub interval: Interval,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Costs {
    /// Policies that cost something for certain, the dearest first.
    pub policies: Vec<Cost>,
    /// How many policies were looked at: those that apply most often first, as many as there was time for.
    pub policies_examined: usize,
    /// Attributes that cost something for certain, the dearest first.
    pub attributes: Vec<Cost>,
}

/// Finds what costs most, half the time for attributes, half for policies.
pub fn costs(engine: &Engine, requests: &[Request], time: Duration) -> Costs {
    let attributes = of_attributes(engine, requests, time / 2);
    let (policies, policies_examined) = of_policies(engine, requests, time / 2);
    Costs { policies, policies_examined, attributes }
}

/// The inputs of attributes that policies read, by the name that policies call them.
fn read_attributes(set: &PolicySet) -> Vec<Attribute> {
    let probes = set.policies.iter().flat_map(|policy| policy.condition.probes());
    let inputs = probes.flat_map(|probe| probe.inputs());
    let built_in = |input| match input {
        AttributeId::BuiltIn(attribute) => Some(attribute),
        AttributeId::Own(_) => None,
    };
    let mut read: Vec<Attribute> = inputs.filter_map(built_in).collect();
    read.sort_unstable();
    read.dedup();
    // Of these two everything else hangs; a sign-in without them is another sign-in.
    read.retain(|it| !matches!(it, Attribute::Principal | Attribute::Target));
    read
}

fn of_attributes(engine: &Engine, requests: &[Request], time: Duration) -> Vec<Cost> {
    let attributes = read_attributes(engine.policy_set());
    let parts = u32::try_from(attributes.len() * ROUNDS * 2).unwrap_or(u32::MAX).max(1);
    let turn = (time / parts).max(SHORTEST_TURN);
    let mut facts = Facts::default();
    let mut costs = Vec::new();
    for attribute in attributes {
        let without: Vec<Request> = requests.iter().map(|it| silenced(it, attribute)).collect();
        let mut prepared = |requests: &[Request]| {
            typical(turn, requests.len(), |at| engine.prepare_into(&requests[at], &mut facts))
        };
        let differences = differences(|with| prepared(if with { requests } else { &without }));
        costs.extend(cost(attribute.name(), &differences));
    }
    dearest_first(costs)
}

/// The request with that attribute absent; as it was, where it contradicts itself then.
fn silenced(request: &Request, attribute: Attribute) -> Request {
    let absent = request.to_builder().slot(attribute, crate::value::Slot::Absent);
    absent.build().unwrap_or_else(|_| request.clone())
}

fn of_policies(engine: &Engine, requests: &[Request], time: Duration) -> (Vec<Cost>, usize) {
    let begin = Instant::now();
    let order = by_use(engine, requests);
    let turn = (time / u32::try_from(order.len().max(1) * ROUNDS * 2).unwrap_or(u32::MAX))
        .max(SHORTEST_TURN);
    let mut costs = Vec::new();
    let mut examined = 0;
    for number in order {
        if begin.elapsed() > time {
            break;
        }
        let mut set = engine.policy_set().clone();
        let name = set.policies.remove(number).name;
        let Ok(without) = Engine::from_set(set, engine.sources().clone()) else { continue };
        let without = without.with_options(*engine.options());
        let differences =
            differences(|with| decided(if with { engine } else { &without }, requests, turn));
        costs.extend(cost(&name, &differences));
        examined += 1;
    }
    (dearest_first(costs), examined)
}

fn decided(engine: &Engine, requests: &[Request], turn: Duration) -> f64 {
    let (mut facts, mut scratch) = (Facts::default(), engine.scratch());
    typical(turn, requests.len(), |at| {
        engine.prepare_into(&requests[at], &mut facts);
        std::hint::black_box(engine.evaluate(&facts, &mut scratch));
    })
}

/// The numbers of policies, those that apply most often first. A thousand sign-ins tell.
fn by_use(engine: &Engine, requests: &[Request]) -> Vec<usize> {
    let policies = engine.policies();
    let mut uses = vec![0_usize; policies.len()];
    for request in requests.iter().take(1_000) {
        for name in engine.decide(request).applying {
            if let Ok(at) = policies.binary_search_by(|policy| policy.name.as_str().cmp(&name)) {
                uses[at] += 1;
            }
        }
    }
    let mut order: Vec<usize> = (0..policies.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(uses[*at]));
    order
}

/// How much longer it takes with than without, in each round: the two stand side by side, and which one is first alternates,
/// so that a machine that slows down or speeds up favours neither.
fn differences(mut measured: impl FnMut(bool) -> f64) -> Vec<f64> {
    let round = |round: usize| {
        let first = round.is_multiple_of(2);
        let (one, other) = (measured(first), measured(!first));
        if first { one - other } else { other - one }
    };
    (0..ROUNDS).map(round).collect()
}

/// What the rounds show, where they show anything.
fn cost(name: &str, differences: &[f64]) -> Option<Cost> {
    let interval = interval_of(differences);
    let nanos = median(differences.iter().copied());
    (interval.low > 0.0).then(|| Cost { name: name.to_owned(), nanos, interval })
}

fn dearest_first(mut costs: Vec<Cost>) -> Vec<Cost> {
    costs.sort_by(|a, b| b.nanos.total_cmp(&a.nanos).then_with(|| a.name.cmp(&b.name)));
    costs
}
