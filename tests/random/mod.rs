//! Random worlds: policy sets as text, requests about the same people and things, and seeds that bring them back.

pub(crate) mod compiled;
pub(crate) mod evidence;
pub(crate) mod policies;
pub(crate) mod requests;
pub(crate) mod shuffle;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use fastrand::Rng;

/// Runs a law on `usual` random cases (`LATCH_CASES` overrides). They are the same in every run unless `LATCH_SEED` says
/// otherwise. Each case has a seed of its own, which is printed when it fails; `LATCH_SEED` with `LATCH_CASES=1` runs that
/// case alone.
pub(crate) fn cases(law: &str, usual: u64, mut case: impl FnMut(&mut Rng)) {
    let base = number("LATCH_SEED").unwrap_or(USUAL_SEED);
    for at in 0..number("LATCH_CASES").unwrap_or(usual) {
        let seed = base + at;
        let run = AssertUnwindSafe(|| case(&mut Rng::with_seed(seed)));
        if let Err(panic) = catch_unwind(run) {
            eprintln!("{law}: case {at} fails; LATCH_SEED={seed} LATCH_CASES=1 runs it alone");
            resume_unwind(panic);
        }
    }
}

/// Where cases begin when nobody says: a run that passed passes again.
const USUAL_SEED: u64 = 20_261_123;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// One of these.
pub(crate) fn pick<T: Copy>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.usize(..from.len())]
}

/// At least one of these, in any order.
pub(crate) fn some<T: Copy>(rng: &mut Rng, from: &[T]) -> Vec<T> {
    let mut all = from.to_vec();
    rng.shuffle(&mut all);
    all.truncate(rng.usize(1..=from.len().min(3)));
    all
}

/// Whether something of that many percent happens.
pub(crate) fn percent(rng: &mut Rng, chance: u8) -> bool {
    rng.u8(..100) < chance
}
