//! How fast a decision is: the engine, the interpreter, and a matcher written by hand.
//!
//! | name | what is timed |
//! | --- | --- |
//! | `engine` | [`Engine::evaluate`]: a decision in numbers about a request that was prepared before |
//! | `engine-outcome` | [`Engine::rule`]: the outcome alone |
//! | `prototype` | the outcome alone, by a matcher that can do nothing but this workload; it looks up the address too |
//! | `engine-session` | `engine`, and the preparation of the request, its principal prepared before |
//! | `engine-prepare` | `engine`, and the preparation of the request, in buffers that were used before |
//! | `engine-decide` | [`Engine::decide`]: from a request to a decision with its names |
//! | `interpreter` | the reference semantics, up to a thousand policies |
//! | `by-hand` | a loop over interned rules: the outcome and which rules apply, with no challenge, no session controls, no horizon |
//!
//! Before anything is timed, all of them must agree on the outcome of many sign-ins, and on which policies apply.

#[path = "workload/corpus.rs"]
mod corpus;
mod workload;

use std::hint::black_box;
use std::time::Duration;

use corpus::Corpus;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, criterion_group, criterion_main};
use latch::decision::Options;
use latch::engine::Engine;
use latch::facts::{Facts, Principal};
use latch::interpret::interpret;
use latch::request::Request;
use workload::verify::MOST_FOR_INTERPRETER;
use workload::{Matching, SEED, SIZES, Tenant, Visitor, Workload};

/// How many sign-ins are decided in turn, so that no branch predictor learns one by heart. (Of people in 3,500 groups 64 do.)
const SIGN_INS: u64 = 4_096;

/// Sign-ins of one kind at one size, with everything that decides them.
struct Case<'a> {
    workload: &'a Workload,
    engine: &'a Engine,
    requests: Vec<Request>,
    visitors: Vec<Visitor>,
}

impl Case<'_> {
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
        group.bench_function(BenchmarkId::new("engine-outcome", policies), |bench| {
            bench.iter(|| self.engine.rule(black_box(&prepared[next()]), &mut scratch));
        });
        let prototype = self.workload.prototype(&self.visitors);
        let typed: Vec<_> = self.visitors.iter().map(|it| prototype.typed(it)).collect();
        let mut bytes = Vec::new();
        group.bench_function(BenchmarkId::new("prototype", policies), |bench| {
            bench.iter(|| prototype.decide(black_box(&typed[next()]), &mut bytes));
        });
        let mut facts = Facts::default();
        let sessions: Vec<Principal> =
            self.requests.iter().map(|it| self.engine.principal(it)).collect();
        group.bench_function(BenchmarkId::new("engine-session", policies), |bench| {
            bench.iter(|| {
                let at = next();
                let request = black_box(&self.requests[at]);
                self.engine.prepare_for(&sessions[at], request, &mut facts);
                self.engine.evaluate(&facts, &mut scratch)
            });
        });
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

fn decide(criterion: &mut Criterion) {
    let tenant = Tenant::new(SEED);
    for policies in SIZES {
        let workload = Workload::in_tenant(tenant.clone(), policies, SEED);
        let engine = workload.engine();
        for matching in Matching::ALL {
            let visitors = workload.visitors(matching, sign_ins(matching));
            workload.verify(&engine, &visitors);
            let requests = visitors.iter().map(|it| it.request(&workload.tenant)).collect();
            let case = Case { workload: &workload, engine: &engine, requests, visitors };
            let mut group = criterion.benchmark_group(format!("decide/{}", matching.name()));
            case.bench(&mut group);
            group.finish();
        }
    }
}

/// The same over real sets, where they are at hand.
fn real_sets(criterion: &mut Criterion) {
    let count = usize::try_from(sign_ins(Matching::Realistic)).expect("a few thousand");
    let Some(corpus) = Corpus::open(count) else { return };
    corpus.verify();
    let Corpus { engine, requests } = corpus;
    let policies = engine.program().policies().count();
    let prepared: Vec<Facts> = requests.iter().map(|it| engine.prepare(it)).collect();
    let (mut scratch, mut turn) = (engine.scratch(), 0);
    let mut next = || {
        turn = (turn + 1) % requests.len();
        turn
    };
    let mut group = criterion.benchmark_group("decide/corpus");
    group.bench_function(BenchmarkId::new("engine", policies), |bench| {
        bench.iter(|| engine.evaluate(black_box(&prepared[next()]), &mut scratch));
    });
    group.bench_function(BenchmarkId::new("engine-decide", policies), |bench| {
        bench.iter(|| engine.decide(black_box(&requests[next()])));
    });
    group.finish();
}

/// Under `cargo test` everything runs, and nothing is measured.
fn sign_ins(matching: Matching) -> u64 {
    if cfg!(debug_assertions) || matching == Matching::Many { 64 } else { SIGN_INS }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(500));
    targets = decide, real_sets
}
criterion_main!(benches);
