//! Medians, quantiles, and how sure a difference of medians is.

use fastrand::Rng;

/// How often rounds are drawn again for an interval: its ends then rest on twenty draws each.
const RESAMPLES: usize = 4_000;
/// The share of draws that lies in an interval.
const INSIDE: f64 = 0.99;
/// Any; a fixed one, so that one report is always read the same way.
const SEED: u64 = 20_261_123;

/// An interval in which 99 of 100 draws lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Interval {
    /// Whether it has this in it.
    pub fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// The median of some figures; 0 of none.
pub fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = figures.into_iter().collect();
    sorted.sort_unstable_by(f64::total_cmp);
    quantile(&sorted, 0.5)
}

/// A quantile of sorted figures, by the nearest rank; 0 of none.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

/// In which interval a figure of two medians lies, by drawing rounds again and again (the bootstrap).
pub(super) fn interval(a: &[f64], b: &[f64], figure: impl Fn(f64, f64) -> f64) -> Interval {
    let mut rng = Rng::with_seed(SEED);
    inside((0..RESAMPLES).map(|_| figure(again(&mut rng, a), again(&mut rng, b))).collect())
}

/// In which interval the median of these lies.
pub(super) fn interval_of(figures: &[f64]) -> Interval {
    let mut rng = Rng::with_seed(SEED);
    inside((0..RESAMPLES).map(|_| again(&mut rng, figures)).collect())
}

/// The median of as many, drawn from these.
fn again(rng: &mut Rng, from: &[f64]) -> f64 {
    median((0..from.len()).map(|_| from[rng.usize(..from.len())]))
}

fn inside(mut drawn: Vec<f64>) -> Interval {
    drawn.sort_unstable_by(f64::total_cmp);
    let outside = (1.0 - INSIDE) / 2.0;
    Interval { low: quantile(&drawn, outside), high: quantile(&drawn, 1.0 - outside) }
}
