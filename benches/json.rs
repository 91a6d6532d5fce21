//! What reading a request costs beside deciding it: `cargo bench --bench json -- [POLICIES]`, in time, and `-- --count` in
//! instructions, which a busy machine does not blur (valgrind must be installed).
//!
//! Each line is the mean over the same sign-ins as JSON, and its rate in relation to parsing alone with serde_json: to nothing at
//! all, which is the least that a parser does; into structs that borrow the texts; and to a tree of values. Every time is
//! the least of several runs.

mod callgrind;
#[path = "workload/typed.rs"]
mod typed;
mod workload;

use std::env;
use std::hint::black_box;
use std::time::Instant;

use latch::Engine;
use latch::eval::Scratch;
use latch::facts::Facts;
use latch::request::{Request, json};
use serde::de::IgnoredAny;
use typed::SignIn;
use workload::{Matching, SEED, Workload};

/// So many sign-ins, read so often.
const SIGN_INS: u64 = 2_000;
const RUNS: usize = 15;

/// So many are counted.
const COUNTED: u64 = 200;

/// What is measured, in this order.
const STAGES: [&str; 8] = [
    "parse to nothing",
    "parse into structs",
    "parse to a tree",
    "read",
    "read, evaluate",
    "read, decide, with names",
    "evaluate a native request",
    "evaluate a prepared one",
];

/// Sign-ins in every form, and what decides them.
struct Subject {
    engine: Engine,
    texts: Vec<String>,
    requests: Vec<Request>,
    prepared: Vec<Facts>,
    facts: Facts,
    scratch: Scratch,
}

impl Subject {
    fn new(policies: usize, sign_ins: u64) -> Subject {
        let workload = Workload::new(policies, SEED);
        let engine = workload.engine();
        let visitors = workload.visitors(Matching::Realistic, sign_ins);
        let requests: Vec<Request> =
            visitors.iter().map(|it| it.request(&workload.tenant)).collect();
        Subject {
            texts: requests.iter().map(|it| json::write(it).to_string()).collect(),
            prepared: requests.iter().map(|it| engine.prepare(it)).collect(),
            requests,
            facts: Facts::default(),
            scratch: engine.scratch(),
            engine,
        }
    }

    /// One stage about one sign-in.
    fn run(&mut self, stage: usize, at: usize) {
        let text = black_box(self.texts[at].as_str());
        match stage {
            0 => drop(black_box(serde_json::from_str::<IgnoredAny>(text).expect("JSON"))),
            1 => drop(black_box(serde_json::from_str::<SignIn<'_>>(text).expect("a sign-in"))),
            2 => drop(black_box(serde_json::from_str::<serde_json::Value>(text).expect("JSON"))),
            3 => drop(black_box(read(text))),
            4 => {
                let request = read(text);
                self.engine.prepare_into(&request, &mut self.facts);
                black_box(self.engine.evaluate(&self.facts, &mut self.scratch));
            }
            5 => drop(black_box(self.engine.decide(&read(text)))),
            6 => {
                self.engine.prepare_into(black_box(&self.requests[at]), &mut self.facts);
                black_box(self.engine.evaluate(&self.facts, &mut self.scratch));
            }
            _ => {
                let facts = black_box(&self.prepared[at]);
                black_box(self.engine.evaluate(facts, &mut self.scratch));
            }
        }
    }
}

fn read(text: &str) -> Request {
    json::read(text).expect("it was written from a request")
}

/// All sign-ins in turn: what callgrind counts.
#[inline(never)]
fn rounds(subject: &mut Subject, stage: usize) {
    (0..subject.texts.len()).for_each(|at| subject.run(stage, at));
}

/// The mean time of each stage, in nanoseconds.
fn timed(mut subject: Subject) -> Vec<f64> {
    let mean = |stage| {
        let run = |_| {
            let start = Instant::now();
            rounds(&mut subject, stage);
            start.elapsed()
        };
        let least = (0..RUNS).map(run).min().unwrap_or_default();
        least.as_nanos() as f64 / SIGN_INS as f64
    };
    (0..STAGES.len()).map(mean).collect()
}

/// The mean instructions of each stage. Each runs twice, and the first time is to warm up.
fn counted(policies: usize) -> Vec<f64> {
    let counts = callgrind::counted("json", policies, 2 * STAGES.len());
    counts.chunks(2).map(|both| both[1] as f64 / COUNTED as f64).collect()
}

fn main() {
    if let Some(policies) = callgrind::asked() {
        let mut subject = Subject::new(policies, COUNTED);
        (0..2 * STAGES.len()).for_each(|run| rounds(&mut subject, run / 2));
        return;
    }
    let told = env::args().find_map(|it| it.parse().ok());
    let count = env::args().any(|it| it == "--count");
    // Under `cargo test` nothing is measured, but everything runs once.
    if env::args().any(|it| it == "--test") || cfg!(debug_assertions) {
        let mut subject = Subject::new(10, 8);
        return (0..STAGES.len()).for_each(|stage| rounds(&mut subject, stage));
    }
    let policies = told.unwrap_or(240);
    let subject = Subject::new(policies, SIGN_INS);
    let bytes: usize = subject.texts.iter().map(String::len).sum::<usize>() / subject.texts.len();
    println!("{bytes} bytes a sign-in, {policies} policies; the rate of each in % of");
    let unit = if count { "instructions" } else { "ns" };
    let means = if count { counted(policies) } else { timed(subject) };
    println!("{:26}{:>10} {unit:<13} {:>8} {:>8} {:>8}", "", "", "nothing", "structs", "a tree");
    for (what, mean) in STAGES.iter().zip(&means) {
        let [nothing, structs, tree] = [0, 1, 2].map(|of| 100.0 * means[of] / mean);
        println!("{what:26}{mean:>10.0} {unit:<13} {nothing:>8.0} {structs:>8.0} {tree:>8.0}");
    }
    println!("a native request costs {:.1} × a prepared one", means[6] / means[7]);
}
