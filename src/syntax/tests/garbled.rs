//! Garbled files: diagnostics and trees, never a panic, always soon.

use super::{SAMPLE, parse, seed};
use crate::syntax::format;
use fastrand::Rng;

/// How many mutations are tried: enough to meet every construct a hundred times, few enough for every run.
fn mutations() -> u64 {
    std::env::var("LATCH_MUTATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(20_000)
}

const INSERTED: [&str; 40] = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "\"",
    "\\",
    ",",
    "=",
    "==",
    "@",
    "//",
    "///",
    "\n",
    "\r",
    "\t",
    " ",
    "-",
    ".",
    ":",
    "::",
    "/",
    "<",
    ">=",
    "!",
    "0",
    "99999999999999999999",
    "not ",
    "and ",
    " policy x {",
    "when ",
    "block",
    "require ",
    "\u{202e}",
    "\u{0}",
    "é",
    "🔒",
    "\u{feff}",
    "group x = \"y\"",
];

/// A text with some bytes removed, doubled, or replaced by something else.
fn garble(text: &str, rng: &mut Rng) -> String {
    let mut text: Vec<char> = text.chars().collect();
    for _ in 0..rng.usize(1..6) {
        let start = rng.usize(..text.len());
        let end = (start + rng.usize(0..20)).min(text.len());
        match rng.u8(0..4) {
            0 => drop(text.drain(start..end)),
            1 => {
                let piece: Vec<char> = text[start..end].to_vec();
                let to = rng.usize(..text.len());
                text.splice(to..to, piece);
            }
            2 => text.truncate(end.max(1)),
            _ => {
                let inserted = INSERTED[rng.usize(..INSERTED.len())];
                text.splice(start..start, inserted.chars());
            }
        }
        if text.is_empty() {
            text.push('x');
        }
    }
    text.into_iter().collect()
}

/// One item of the sample and its neighbours: short, so that many can be tried.
fn excerpt(rng: &mut Rng) -> &'static str {
    let items: Vec<usize> = SAMPLE.match_indices("\n\n").map(|(at, _)| at + 1).collect();
    let first = rng.usize(..items.len() - 1);
    let last = (first + rng.usize(1..3)).min(items.len() - 1);
    &SAMPLE[items[first]..items[last]]
}

#[test]
fn garbled_files_do_no_harm() {
    for seed in seed()..seed() + mutations() {
        let mut rng = Rng::with_seed(seed);
        let text = garble(excerpt(&mut rng), &mut rng);
        let done = std::panic::catch_unwind(|| harmless(&text));
        assert!(done.is_ok(), "seed {seed}:\n{text}");
    }
}

/// Every span lies in the text, and what was read can be formatted and read again.
fn harmless(text: &str) {
    let (file, diagnostics) = parse(text);
    for diagnostic in &diagnostics {
        assert!(text.get(diagnostic.primary.span.range()).is_some(), "{diagnostic:?}");
        assert!(
            diagnostic.labels.iter().all(|label| text.get(label.span.range()).is_some()),
            "{diagnostic:?}"
        );
        assert!(
            diagnostic.fix.iter().all(|fix| text.get(fix.span.range()).is_some()),
            "{diagnostic:?}"
        );
    }
    let once = format(&file);
    let (again, found) = parse(&once);
    if diagnostics.is_empty() {
        assert!(found.is_empty(), "{once}\n{found:#?}");
        assert_eq!(again.items, file.items, "{once}");
        assert_eq!(format(&again), once);
    }
}
