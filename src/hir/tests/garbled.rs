//! Policies with words swapped at random: whatever comes out is told, and nothing panics.

use super::{CONDITIONS, MISTAKES, read};
use crate::diagnostic::Diagnostic;

/// Rounds of the ordinary test: some seconds. `LATCH_ROUNDS` asks for more.
const ROUNDS: usize = 400;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().and_then(|value| value.parse().ok())
}

/// The words and signs of a text, roughly, with the space between them.
fn pieces(text: &str) -> Vec<&str> {
    text.split_inclusive([' ', '\n', '(', ')', '[', ']', ',']).collect()
}

/// The texts of all tables, and what people can take.
fn texts() -> Vec<String> {
    let conditions = CONDITIONS.iter().map(|(it, _)| format!("policy it {{ when {it} block }}"));
    let mistakes = MISTAKES.iter().map(|(text, _)| (*text).to_owned());
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/starter");
    let mut taken = Vec::new();
    for entry in std::fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|it| it == "latch") {
            taken.push(std::fs::read_to_string(path).expect("a text"));
        }
    }
    taken.sort();
    taken.into_iter().chain(conditions).chain(mistakes).collect()
}

#[test]
fn garbled_policies_are_refused_and_nothing_else() {
    let seed = number("LATCH_SEED").unwrap_or(20_261);
    let rounds = number("LATCH_ROUNDS").map_or(ROUNDS, |rounds| rounds as usize);
    let mut random = fastrand::Rng::with_seed(seed);
    let texts = texts();
    let pool: Vec<&str> = texts.iter().flat_map(|text| pieces(text)).collect();
    let mut sound = 0;
    for round in 0..rounds {
        let chosen: Vec<&String> = (0..4).map(|_| &texts[random.usize(..texts.len())]).collect();
        let mut garbled: Vec<&str> = chosen.iter().flat_map(|text| pieces(text)).collect();
        for _ in 0..random.usize(..4) {
            let at = random.usize(..garbled.len());
            garbled[at] = pool[random.usize(..pool.len())];
        }
        let text = garbled.concat();
        let result = std::panic::catch_unwind(|| read(&[&text]));
        let Ok((_, _, diagnostics)) = result else {
            panic!("seed {seed}, round {round}:\n{text}");
        };
        sound += usize::from(!diagnostics.iter().any(Diagnostic::is_error));
    }
    assert!(sound < rounds, "seed {seed}: something is refused");
}
