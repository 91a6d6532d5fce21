//! What reading a request costs beside deciding it: `cargo bench --bench json -- [POLICIES]`.
//!
//! Each line is the mean over the same sign-ins as JSON, and its rate in relation to parsing alone: to nothing at all, which
//! is the least that a parser does, and to a tree of values. Every figure is the least of several runs.

mod workload;

use std::hint::black_box;
use std::time::{Duration, Instant};

use latch::request::json;
use serde::de::IgnoredAny;
use workload::{Matching, SEED, Workload};

/// So many sign-ins, read so often.
const SIGN_INS: u64 = 2_000;
const RUNS: usize = 15;

/// The mean time of one text.
fn mean(texts: &[String], mut read: impl FnMut(&str)) -> Duration {
    let mut least = Duration::MAX;
    for _ in 0..RUNS {
        let start = Instant::now();
        texts.iter().for_each(|text| read(black_box(text)));
        least = least.min(start.elapsed());
    }
    least / u32::try_from(texts.len()).unwrap_or(u32::MAX)
}

fn main() {
    let told = std::env::args().find_map(|it| it.parse().ok());
    // Under `cargo test` nothing is measured, but everything runs once.
    let brief = std::env::args().any(|it| it == "--test") || cfg!(debug_assertions);
    let (policies, sign_ins) = if brief { (10, 8) } else { (told.unwrap_or(240), SIGN_INS) };
    let workload = Workload::new(policies, SEED);
    let engine = workload.engine();
    let visitors = workload.visitors(Matching::Realistic, sign_ins);
    let texts: Vec<String> = visitors
        .iter()
        .map(|visitor| json::write(&visitor.request(&workload.tenant)).to_string())
        .collect();
    let (mut facts, mut scratch) = (latch::facts::Facts::default(), engine.scratch());
    let ignored = mean(&texts, |text| {
        let parsed: Result<IgnoredAny, _> = serde_json::from_str(text);
        drop(black_box(parsed));
    });
    let tree = mean(&texts, |text| {
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(text);
        drop(black_box(parsed));
    });
    let read = mean(&texts, |text| drop(black_box(json::read(text))));
    let verdict = mean(&texts, |text| {
        let request = json::read(text).expect("it was written from a request");
        engine.prepare_into(&request, &mut facts);
        black_box(engine.evaluate(&facts, &mut scratch));
    });
    let decided = mean(&texts, |text| {
        let request = json::read(text).expect("it was written from a request");
        drop(black_box(engine.decide(&request)));
    });
    let bytes: usize = texts.iter().map(String::len).sum::<usize>() / texts.len();
    println!("{bytes} bytes a sign-in, {} policies", engine.program().policies().count());
    let rows = [
        ("parse to nothing", ignored),
        ("parse to a tree", tree),
        ("read", read),
        ("read, evaluate", verdict),
        ("read, decide, with names", decided),
    ];
    for (what, time) in rows {
        let share = |of: Duration| 100.0 * of.as_secs_f64() / time.as_secs_f64();
        println!(
            "{what:26} {:>8} ns  {:>4.0} % of parsing  {:>4.0} % of a tree",
            time.as_nanos(),
            share(ignored),
            share(tree)
        );
    }
}
