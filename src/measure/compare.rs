//! Two runs against each other: which stages differ, as far as these runs can show it.
//!
//! A run says what a machine did during some seconds. Rounds of one run vary less than runs do: memory lies elsewhere, the
//! machine is busier or hotter. So a difference counts only when 99 of 100 redrawings of the rounds of both runs show
//! it, and when it is larger than [`BETWEEN_RUNS`], what equal programs differ by from start to start.

use crate::measure::stats::{Interval, interval, median};
use crate::measure::{Measurement, Stage};

/// By how much medians of equal work differ between runs of one program on a quiet machine: where code and data come to
/// lie is worth a few percent.
pub const BETWEEN_RUNS: f64 = 0.03;

/// The fewest rounds of which a difference can be told: with four, one in 35 equal pairs would lie apart entirely.
pub const FEWEST_ROUNDS: usize = 5;

/// The rounds of a stage in an earlier run: means and medians in nanoseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Earlier {
    /// Which stage.
    pub stage: Stage,
    /// The mean of each round.
    pub means: Vec<f64>,
    /// The median of each round.
    pub medians: Vec<f64>,
}

/// What became of a stage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Which stage.
    pub stage: Stage,
    /// The mean now over the mean then.
    pub ratio: f64,
    /// Where the ratio lies.
    pub interval: Interval,
    /// What can be said of it.
    pub verdict: Verdict,
}

/// What two runs show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It takes less time.
    Faster,
    /// It takes more time.
    Slower,
    /// No difference that these runs can show.
    NoDifference,
    /// Too few rounds.
    TooFewRounds,
}

impl Verdict {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Faster => "faster",
            Verdict::Slower => "slower",
            Verdict::NoDifference => "no difference that these runs can show",
            Verdict::TooFewRounds => "too few rounds to tell",
        }
    }
}

/// Compares a run with an earlier one, stage by stage.
pub fn compare(now: &Measurement, earlier: &[Earlier]) -> Vec<Change> {
    let stages = now.stages.iter();
    let pairs = stages.filter_map(|stage| {
        let before = earlier.iter().find(|it| it.stage == stage.stage)?;
        let means: Vec<f64> = stage.rounds.iter().map(|round| round.mean).collect();
        Some(change(stage.stage, &means, &before.means))
    });
    pairs.collect()
}

fn change(stage: Stage, now: &[f64], before: &[f64]) -> Change {
    let divided = |now: f64, before: f64| if before > 0.0 { now / before } else { 1.0 };
    let ratio = divided(median(now.iter().copied()), median(before.iter().copied()));
    let interval = interval(now, before, divided);
    let enough = now.len().min(before.len()) >= FEWEST_ROUNDS;
    let verdict = match (ratio - 1.0).abs() > BETWEEN_RUNS && !interval.holds(1.0) {
        _ if !enough => Verdict::TooFewRounds,
        true if ratio < 1.0 => Verdict::Faster,
        true => Verdict::Slower,
        false => Verdict::NoDifference,
    };
    Change { stage, ratio, interval, verdict }
}
