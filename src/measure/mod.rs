//! How long decisions take: a policy set measured on sign-ins, stage by stage, with honest bounds of what a run can tell.
//!
//! # The stages
//!
//! | stage | what is timed |
//! | --- | --- |
//! | `parse` | a request read from JSON |
//! | `prepare` | a request interned against the policies: ids looked up, the address classified, ages taken |
//! | `decide` | a prepared request evaluated: outcome, challenge, session controls, horizon, assumptions, dependencies |
//! | `named` | a request to a decision with its names: what [`Engine::decide`] does |
//! | `whole` | from JSON to a decision with its names |
//!
//! # How
//!
//! Stages are timed in turn, for as many rounds as the plan says, so that a machine that slows down slows all of them. In
//! each turn there are two measurements, both going through the sign-ins one after the other:
//!
//! - the *mean*: calls without a clock between them; it is looked at once in [`BATCH`] calls. This is the throughput.
//! - the *quantiles*: each call between two readings of the clock. What a reading itself takes is measured beforehand (the
//!   median of two readings in a row) and subtracted; it stands in the report. A quantile that is shorter than that is
//!   blurred by it: then believe the mean.
//!
//! What is reported is the median over the rounds, with the lowest and the highest round beside it. Of a difference
//! between two runs see [`compare`]; of what single policies and attributes cost, [`costs`].

pub mod compare;
pub mod costs;
pub mod draw;
pub mod json;
pub mod schema;
mod stats;

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::engine::Engine;
use crate::facts::Facts;
use crate::request::{Request, json as request_json};

pub use stats::{Interval, median};

/// How many calls there are between two looks at the clock while means are taken: at ten nanoseconds a call, the look
/// is a twentieth of it at most.
pub const BATCH: usize = 64;

/// How many requests are kept at once: prepared ones take about a kilobyte each, and more would only measure the memory.
pub const MAX_SIGN_INS: usize = 100_000;

/// How many calls are timed one by one in one turn: enough for a tail of one in a thousand.
const MAX_TIMED: usize = 100_000;

/// How many pairs of readings tell what one takes.
const CLOCK_READINGS: usize = 10_001;

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// How often every stage has its turn; at least one.
    pub rounds: usize,
    /// How long all stages together may take.
    pub time: Duration,
}

impl Default for Plan {
    fn default() -> Self {
        Plan { rounds: 11, time: Duration::from_secs(5) }
    }
}

/// What is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the module's table says it")]
pub enum Stage {
    Parse,
    Prepare,
    Decide,
    Named,
    Whole,
}

impl Stage {
    /// Every stage, in the order of the report.
    pub const ALL: [Stage; 5] =
        [Stage::Parse, Stage::Prepare, Stage::Decide, Stage::Named, Stage::Whole];

    /// Its word in the report.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Parse => "parse",
            Stage::Prepare => "prepare",
            Stage::Decide => "decide",
            Stage::Named => "named",
            Stage::Whole => "whole",
        }
    }
}

/// Sign-ins as the stages need them.
#[derive(Debug)]
pub struct SignIns {
    requests: Vec<Request>,
    texts: Vec<String>,
}

impl SignIns {
    /// These, at most [`MAX_SIGN_INS`] of them; `None` where there is none.
    pub fn new(mut requests: Vec<Request>) -> Option<SignIns> {
        requests.truncate(MAX_SIGN_INS);
        let texts = requests.iter().map(|it| request_json::write(it).to_string()).collect();
        (!requests.is_empty()).then_some(SignIns { requests, texts })
    }

    /// The requests.
    pub fn requests(&self) -> &[Request] {
        &self.requests
    }

    /// How many bytes of JSON they are.
    pub fn json_bytes(&self) -> usize {
        self.texts.iter().map(String::len).sum()
    }
}

/// What one stage took in one round, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Round {
    /// Per call, without a clock between calls.
    pub mean: f64,
    /// Of single calls, what reading the clock takes subtracted.
    pub p50: f64,
    /// Likewise.
    pub p99: f64,
    /// Likewise.
    pub p999: f64,
}

/// What one stage took.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Which.
    pub stage: Stage,
    /// Each round. Never empty.
    pub rounds: Vec<Round>,
}

impl Measured {
    /// The median over the rounds of one of their figures.
    pub fn median(&self, figure: impl Fn(&Round) -> f64) -> f64 {
        median(self.rounds.iter().map(figure))
    }

    /// The lowest and the highest round.
    pub fn range(&self, figure: impl Fn(&Round) -> f64) -> (f64, f64) {
        let figures = self.rounds.iter().map(figure);
        figures.fold((f64::MAX, f64::MIN), |(low, high), it| (low.min(it), high.max(it)))
    }
}

/// What all stages took.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// What two readings of the clock in a row are apart, in nanoseconds.
    pub clock: f64,
    /// Every stage, in the order of [`Stage::ALL`].
    pub stages: Vec<Measured>,
}

/// Measures a policy set on sign-ins.
pub fn measure(engine: &Engine, sign_ins: &SignIns, plan: &Plan) -> Measurement {
    let clock = clock();
    let rounds = plan.rounds.max(1);
    let turns = u32::try_from(rounds * Stage::ALL.len() * 2).unwrap_or(u32::MAX);
    let turn = plan.time / turns;
    let prepared: Vec<Facts> = sign_ins.requests.iter().map(|it| engine.prepare(it)).collect();
    let bench = Bench { engine, sign_ins, prepared, clock, turn };
    let mut stages: Vec<Measured> =
        Stage::ALL.iter().map(|stage| Measured { stage: *stage, rounds: Vec::new() }).collect();
    for _ in 0..rounds {
        for measured in &mut stages {
            measured.rounds.push(bench.round(measured.stage));
        }
    }
    Measurement { clock, stages }
}

struct Bench<'a> {
    engine: &'a Engine,
    sign_ins: &'a SignIns,
    prepared: Vec<Facts>,
    clock: f64,
    turn: Duration,
}

impl Bench<'_> {
    fn round(&self, stage: Stage) -> Round {
        let (requests, texts) = (&self.sign_ins.requests, &self.sign_ins.texts);
        let count = requests.len();
        let mut facts = Facts::default();
        let mut scratch = self.engine.scratch();
        match stage {
            Stage::Parse => self.timed(count, |at| drop(black_box(request_json::read(&texts[at])))),
            Stage::Prepare => self.timed(count, |at| {
                self.engine.prepare_into(&requests[at], &mut facts);
                black_box(&facts);
            }),
            Stage::Decide => self.timed(count, |at| {
                black_box(self.engine.evaluate(&self.prepared[at], &mut scratch));
            }),
            Stage::Named => self.timed(count, |at| {
                black_box(self.engine.decide(&requests[at]));
            }),
            Stage::Whole => self.timed(count, |at| {
                // It was read before, so it can be read.
                if let Ok(request) = request_json::read(&texts[at]) {
                    black_box(self.engine.decide(&request));
                }
            }),
        }
    }

    fn timed(&self, count: usize, mut call: impl FnMut(usize)) -> Round {
        let mean = mean(self.turn, count, &mut call);
        let mut singles = singles(self.turn, count, self.clock, &mut call);
        singles.sort_unstable_by(f64::total_cmp);
        let [p50, p99, p999] = [0.5, 0.99, 0.999].map(|it| stats::quantile(&singles, it));
        Round { mean, p50, p99, p999 }
    }
}

/// What a call takes, in nanoseconds, called for as long, with one number after the other below `count`.
fn mean(time: Duration, count: usize, mut call: impl FnMut(usize)) -> f64 {
    let begin = Instant::now();
    let mut calls = 0_usize;
    loop {
        for _ in 0..BATCH {
            call(calls % count);
            calls += 1;
        }
        let elapsed = begin.elapsed();
        if elapsed >= time {
            return elapsed.as_nanos() as f64 / calls as f64;
        }
    }
}

/// What a call takes in the typical batch of [`BATCH`], in nanoseconds: the median batch, whatever else the machine did
/// during others. As many sign-ins are gone through in every batch, from the first on.
pub(crate) fn typical(time: Duration, count: usize, mut call: impl FnMut(usize)) -> f64 {
    let begin = Instant::now();
    let mut batches = Vec::new();
    let mut calls = 0_usize;
    while batches.is_empty() || begin.elapsed() < time {
        let before = Instant::now();
        for _ in 0..BATCH {
            call(calls % count);
            calls += 1;
        }
        batches.push(before.elapsed().as_nanos() as f64 / BATCH as f64);
    }
    median(batches)
}

/// What single calls take, what the clock takes subtracted.
fn singles(time: Duration, count: usize, clock: f64, call: &mut impl FnMut(usize)) -> Vec<f64> {
    let mut singles = Vec::with_capacity(MAX_TIMED);
    let begin = Instant::now();
    let mut last = begin;
    while singles.len() < MAX_TIMED && (last - begin < time || singles.is_empty()) {
        let before = Instant::now();
        call(singles.len() % count);
        last = Instant::now();
        singles.push(((last - before).as_nanos() as f64 - clock).max(0.0));
    }
    singles
}

/// What two readings of the clock in a row are apart, in nanoseconds: the median of many.
pub fn clock() -> f64 {
    let apart = (0..CLOCK_READINGS).map(|_| {
        let before = Instant::now();
        before.elapsed().as_nanos() as f64
    });
    median(apart)
}

#[cfg(test)]
mod tests;
