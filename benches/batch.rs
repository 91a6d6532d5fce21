//! What more threads bring: `cargo bench --bench batch -- [POLICIES]`.
//!
//! The same sign-ins with one thread and with two (and with all, where there are more), in rounds that take turns. *decide*
//! is [`Engine::decide_in_order`](latch::Engine::decide_in_order) over requests; *JSON to JSON* reads each sign-in from its bytes and
//! writes the decision as JSON in the threads, as `latch decide --format json` does. What is taken has to be equal
//! whatever the number of threads.

mod workload;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use latch::Engine;
use latch::decision::json as decision_json;
use latch::engine::in_order;
use latch::request::{Request, json};
use workload::{Matching, SEED, Workload};

/// So many sign-ins a round.
const SIGN_INS: u64 = 20_000;
const ROUNDS: usize = 15;

/// What is timed: how long it took with so many threads, and a hash of what was taken.
type Work<'a> = dyn Fn(usize) -> (Duration, u64) + 'a;

fn decide(engine: &Engine, requests: &[Request], threads: usize) -> (Duration, u64) {
    let mut hash = DefaultHasher::new();
    let begin = Instant::now();
    let end = engine.decide_in_order(threads, requests, |request, decision| {
        request.id().hash(&mut hash);
        decision.outcome.word().hash(&mut hash);
        decision.by.hash(&mut hash);
        ControlFlow::<()>::Continue(())
    });
    assert!(end.is_continue());
    (begin.elapsed(), hash.finish())
}

fn json_to_json(engine: &Engine, texts: &[String], threads: usize) -> (Duration, u64) {
    let mut hash = DefaultHasher::new();
    let begin = Instant::now();
    let answer = |text: &String| {
        let request = json::read(text).expect("it was written from a request");
        decision_json::write(&engine.decide(&request), request.id()).to_string()
    };
    let end = in_order(
        threads,
        texts,
        |text| text.len(),
        answer,
        |line| {
            line.hash(&mut hash);
            ControlFlow::<()>::Continue(())
        },
    );
    assert!(end.is_continue());
    (begin.elapsed(), hash.finish())
}

/// The median over rounds for each number of threads.
fn medians(work: &Work<'_>, threads: &[usize], rounds: usize) -> Vec<Duration> {
    let mut times = vec![Vec::new(); threads.len()];
    let (_, expected) = work(1);
    for _ in 0..rounds {
        for (threads, times) in threads.iter().zip(&mut times) {
            let (time, hash) = work(*threads);
            assert_eq!(hash, expected, "{threads} threads");
            times.push(time);
        }
    }
    let median = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    times.into_iter().map(median).collect()
}

fn main() {
    let told = std::env::args().find_map(|it| it.parse().ok());
    // Under `cargo test` nothing is measured, but everything runs once.
    let brief = std::env::args().any(|it| it == "--test") || cfg!(debug_assertions);
    let (policies, sign_ins) = if brief { (10, 300) } else { (told.unwrap_or(240), SIGN_INS) };
    let workload = Workload::new(policies, SEED);
    let engine = workload.engine();
    let visitors = workload.visitors(Matching::Realistic, sign_ins);
    let requests: Vec<Request> = visitors.iter().map(|it| it.request(&workload.tenant)).collect();
    let texts: Vec<String> = requests.iter().map(|it| json::write(it).to_string()).collect();
    let all = available_parallelism().map_or(1, usize::from);
    let mut threads = vec![1, 2];
    threads.extend((all > 2).then_some(all));
    println!("{sign_ins} sign-ins, {policies} policies, {all} processors");
    let works: [(&str, Box<Work<'_>>); 2] = [
        ("decide", Box::new(|threads| decide(&engine, &requests, threads))),
        ("JSON to JSON", Box::new(|threads| json_to_json(&engine, &texts, threads))),
    ];
    for (what, work) in &works {
        let medians = medians(work.as_ref(), &threads, if brief { 1 } else { ROUNDS });
        for (threads, median) in threads.iter().zip(&medians) {
            let rate = sign_ins as f64 / median.as_secs_f64();
            let ratio = medians[0].as_secs_f64() / median.as_secs_f64();
            println!("{what:14}{threads:>3} threads {rate:>12.0} a second {ratio:>6.2} ×");
        }
    }
}
