//! How fast a decision is: the engine, the interpreter, and a matcher written by hand.
//!
//! | name | what is timed |
//! | --- | --- |
//! | `engine` | [`Engine::evaluate`]: a decision in numbers about a request that was prepared before |
//! | `engine-prepare` | the same, and the preparation of the request, in buffers that were used before |
//! | `engine-decide` | [`Engine::decide`]: from a request to a decision with its names |
//! | `interpreter` | the reference semantics, up to a thousand policies |
//! | `by-hand` | a loop over interned rules: the outcome and which rules apply, with no challenge, no session controls, no horizon |
//!
//! Before anything is timed, all of them must agree on the outcome of many sign-ins, and on which policies apply.

mod workload;

use std::hint::black_box;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, criterion_group, criterion_main};
use latch::decision::{Decision, Options, Outcome};
use latch::engine::Engine;
use latch::facts::Facts;
use latch::interpret::interpret;
use latch::request::Request;
use workload::{Matching, SIZES, Verdict, Visitor, Workload};

const SEED: u64 = 1;

/// How many sign-ins are decided in turn, so that no branch predictor learns one by heart.
const SIGN_INS: u64 = 64;

/// The largest set for the interpreter: it takes milliseconds there already.
const MOST_FOR_INTERPRETER: usize = 1_000;

/// Sign-ins of one kind at one size, with everything that decides them.
struct Case<'a> {
    workload: &'a Workload,
    engine: &'a Engine,
    requests: Vec<Request>,
    visitors: Vec<Visitor>,
}

impl Case<'_> {
    /// All agree, or there is nothing to compare.
    fn verify(&self) {
        let mut applying = Vec::new();
        for (at, (request, visitor)) in self.requests.iter().zip(&self.visitors).enumerate() {
            let by_hand = self.workload.matched(visitor, &mut applying);
            let decision = self.engine.decide(request);
            assert_eq!(verdict(&decision), by_hand, "sign-in {at}");
            let names: Vec<String> = applying.iter().map(|it| format!("p{it:06}")).collect();
            assert_eq!(decision.applying, names, "sign-in {at}");
            if at < 4 && self.workload.rules.len() <= MOST_FOR_INTERPRETER {
                let set = self.engine.policy_set();
                let interpreted = interpret(set, request, &Options::default());
                assert_eq!(interpreted.outcome, decision.outcome, "sign-in {at}");
                assert_eq!(interpreted.applying, decision.applying, "sign-in {at}");
            }
        }
    }

    fn bench(&self, group: &mut BenchmarkGroup<'_, WallTime>) {
        let policies = self.workload.rules.len();
        let mut scratch = self.engine.scratch();
        let prepared: Vec<Facts> = self.requests.iter().map(|it| self.engine.prepare(it)).collect();
        let mut turn = 0;
        let mut next = || {
            turn = (turn + 1) % self.requests.len();
            turn
        };
        group.bench_function(BenchmarkId::new("engine", policies), |bench| {
            bench.iter(|| self.engine.evaluate(black_box(&prepared[next()]), &mut scratch));
        });
        let mut facts = Facts::default();
        group.bench_function(BenchmarkId::new("engine-prepare", policies), |bench| {
            bench.iter(|| {
                self.engine.prepare_into(black_box(&self.requests[next()]), &mut facts);
                self.engine.evaluate(&facts, &mut scratch)
            });
        });
        group.bench_function(BenchmarkId::new("engine-decide", policies), |bench| {
            bench.iter(|| self.engine.decide(black_box(&self.requests[next()])));
        });
        if policies <= MOST_FOR_INTERPRETER {
            let (set, options) = (self.engine.policy_set(), Options::default());
            group.bench_function(BenchmarkId::new("interpreter", policies), |bench| {
                bench.iter(|| interpret(set, black_box(&self.requests[next()]), &options));
            });
        }
        let mut applying = Vec::new();
        group.bench_function(BenchmarkId::new("by-hand", policies), |bench| {
            bench.iter(|| self.workload.matched(black_box(&self.visitors[next()]), &mut applying));
        });
    }
}

fn verdict(decision: &Decision) -> Verdict {
    match decision.outcome {
        Outcome::Open => Verdict::Open,
        Outcome::StepUp(_) => Verdict::StepUp,
        Outcome::Blocked(_) => Verdict::Blocked,
    }
}

fn decide(criterion: &mut Criterion) {
    for policies in SIZES {
        let workload = Workload::new(policies, SEED);
        let texts = [("workload.latch", workload.text.as_str())];
        let engine = Engine::from_text(texts).unwrap_or_else(|error| panic!("{error}"));
        for matching in Matching::ALL {
            let sign_ins = (0..SIGN_INS).map(|number| workload.sign_in(matching, number));
            let (requests, visitors) = sign_ins.unzip();
            let case = Case { workload: &workload, engine: &engine, requests, visitors };
            case.verify();
            let mut group = criterion.benchmark_group(format!("decide/{}", matching.name()));
            case.bench(&mut group);
            group.finish();
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(500));
    targets = decide
}
criterion_main!(benches);
