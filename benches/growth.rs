//! How compiling, saving and loading grow with the number of policies: `cargo bench --bench growth -- [SIZES]`.
//!
//! Each figure is the least of several runs, which is the one that others disturbed least. A set that exceeds a limit of
//! the compiler's says which.

mod workload;

use std::time::{Duration, Instant};

use latch::Engine;
use latch::engine::LoadError;
use workload::{SEED, Workload};

const SIZES: [usize; 6] = [10, 100, 240, 1_000, 10_000, 100_000];

/// How often each is done, and for how long at most.
const RUNS: usize = 20;
const PATIENCE: Duration = Duration::from_secs(20);

fn least<T>(mut work: impl FnMut() -> T) -> Duration {
    let begun = Instant::now();
    let mut least = Duration::MAX;
    for _ in 0..RUNS {
        let start = Instant::now();
        let made = work();
        least = least.min(start.elapsed());
        drop(made);
        if begun.elapsed() > PATIENCE {
            break;
        }
    }
    least
}

fn millis(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1_000.0)
}

fn row(policies: usize) -> [String; 7] {
    let text = Workload::new(policies, SEED).text;
    let compile = || Engine::from_text([("workload.latch", text.as_str())]);
    let engine = match compile() {
        Ok(engine) => engine,
        Err(error) => return refused(policies, &error),
    };
    let file = engine.to_saved();
    let compiled = least(compile);
    let saved = least(|| engine.to_saved());
    let loaded = least(|| Engine::from_saved(file.clone()));
    let program = engine.program();
    [
        policies.to_string(),
        program.rows().to_string(),
        millis(compiled),
        millis(saved),
        millis(loaded),
        format!("{} B", (file.len() - text.len()) / policies),
        format!("{} B", program.index_bytes() / policies),
    ]
}

fn refused(policies: usize, error: &LoadError) -> [String; 7] {
    let why = match error {
        LoadError::Policies(findings) => {
            findings.diagnostics.first().map_or("", |found| found.code.name)
        }
        _ => "cannot be read",
    };
    let [policies, why, nothing] = [policies.to_string(), why.to_owned(), "–".to_owned()];
    let [a, b, c, d] = std::array::from_fn(|_| nothing.clone());
    [policies, nothing, why, a, b, c, d]
}

fn main() {
    let told: Vec<usize> = std::env::args().filter_map(|it| it.parse().ok()).collect();
    // Under `cargo test` nothing is measured, but everything runs once.
    let brief = std::env::args().any(|it| it == "--test") || cfg!(debug_assertions);
    let sizes = match (brief, told.is_empty()) {
        (true, _) => SIZES[..1].to_vec(),
        (false, true) => SIZES.to_vec(),
        (false, false) => told,
    };
    let head = ["policies", "rows", "from text", "save", "load", "file a policy", "index a policy"];
    println!("| {} |\n|{}", head.join(" | "), " --- |".repeat(head.len()));
    for policies in sizes {
        println!("| {} |", row(policies).join(" | "));
    }
}
