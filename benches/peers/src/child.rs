//! One engine at one size, measured: its own process.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use latch::measure::clock;

use crate::engines::{self, Engine};
use crate::facts::Facts;
use crate::workload::{Matching, SEED, Verdict, Visitor, Workload};

/// How many sign-ins are gone through: enough that no cache knows the users.
const SIGN_INS: u64 = 4_096;
/// The most calls that are timed.
const MOST: usize = 200_000;
/// The fewest, however slow an engine is.
const FEWEST: usize = 20;

/// What engines are asked about.
pub(crate) struct Work {
    pub(crate) workload: Workload,
    pub(crate) visitors: Vec<Visitor>,
    pub(crate) facts: Vec<Facts>,
}

/// Measures, and prints one line of figures for the parent.
pub(crate) fn run(name: &str, size: usize, seconds: u64) -> ExitCode {
    let Some(kind) = engines::ALL.iter().find(|it| it.name == name) else {
        return failed("unknown");
    };
    let workload = Workload::new(size, SEED);
    let visitors = workload.visitors(Matching::Realistic, SIGN_INS);
    let facts = visitors.iter().map(|it| Facts::of(&workload.tenant, it)).collect();
    // Engines borrow from it and live as long as the process.
    let work: &'static Work = Box::leak(Box::new(Work { workload, visitors, facts }));
    let (before, begin) = (resident(), Instant::now());
    let engine = match (kind.setup)(work) {
        Ok(engine) => engine,
        Err(why) => return failed(&why),
    };
    let (setup, memory) = (begin.elapsed(), resident().saturating_sub(before));
    match measured(engine, work, Duration::from_secs(seconds)) {
        Ok([mean, p50, p99, calls]) => {
            let setup = setup.as_nanos();
            println!("ok {setup} {memory} {mean:.1} {p50:.1} {p99:.1} {calls:.0}");
            ExitCode::SUCCESS
        }
        Err(why) => failed(&why),
    }
}

fn failed(why: &str) -> ExitCode {
    let line: String = why.split_whitespace().collect::<Vec<_>>().join(" ");
    println!("failed {}", line.chars().take(300).collect::<String>());
    ExitCode::FAILURE
}

/// Mean, median, p99 and number of calls, in nanoseconds; every call verified.
fn measured(mut engine: Box<dyn Engine>, work: &Work, time: Duration) -> Result<[f64; 4], String> {
    let clock = clock();
    engine.prepare()?;
    let mut expected = Vec::new();
    let mut applying = Vec::new();
    let mut singles = Vec::new();
    let mut warm = 0;
    let begin = Instant::now();
    while singles.len() < MOST && (begin.elapsed() < time * 2 || singles.len() < FEWEST) {
        let at = (singles.len() + warm) % work.visitors.len();
        applying.clear();
        let before = Instant::now();
        let verdict = engine.decide(at, &mut applying)?;
        let took = before.elapsed();
        let by_hand = work.workload.matched(&work.visitors[at], &mut expected);
        verify(at, verdict, by_hand, engine.names_them(), &mut applying, &expected)?;
        // The first calls find everything cold.
        if warm < FEWEST && begin.elapsed() < time {
            warm += 1;
        } else {
            singles.push((took.as_nanos() as f64 - clock).max(0.0));
        }
    }
    singles.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| singles[((singles.len() - 1) as f64 * share) as usize];
    let mean = back_to_back(engine.as_mut(), work, time, at(0.5))?;
    Ok([mean, at(0.5), at(0.99), singles.len() as f64])
}

fn verify(
    at: usize,
    verdict: Verdict,
    expected: Verdict,
    names_them: bool,
    applying: &mut [u32],
    by_hand: &[u32],
) -> Result<(), String> {
    applying.sort_unstable();
    if verdict != expected || names_them && applying != by_hand {
        return Err(format!(
            "they disagree about sign-in {at}: {verdict:?} {applying:?}, not {expected:?} {by_hand:?}"
        ));
    }
    Ok(())
}

/// Per call, without a clock between calls; for slow engines the median is as good.
fn back_to_back(
    engine: &mut dyn Engine,
    work: &Work,
    time: Duration,
    p50: f64,
) -> Result<f64, String> {
    if p50 > 1e6 {
        return Ok(p50);
    }
    let begin = Instant::now();
    let mut applying = Vec::new();
    let mut calls = 0_usize;
    while begin.elapsed() < time {
        for _ in 0..64 {
            applying.clear();
            std::hint::black_box(engine.decide(calls % work.visitors.len(), &mut applying)?);
            calls += 1;
        }
    }
    Ok(begin.elapsed().as_nanos() as f64 / calls as f64)
}

/// The bytes of this process that are in memory.
fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: usize = statm.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or_default();
    pages * 4096
}
