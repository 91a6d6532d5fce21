//! Figures: asked of children, printed as a table, written as JSON.

use std::env;
use std::process::Command;

use serde_json::json;

use crate::engines;

/// What a child said.
#[derive(Debug, Clone)]
pub(crate) struct Figures {
    pub(crate) name: &'static str,
    pub(crate) size: usize,
    /// Why there are none.
    pub(crate) failed: Option<String>,
    pub(crate) setup: f64,
    pub(crate) memory: f64,
    pub(crate) mean: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    calls: f64,
}

/// Runs a child; one that takes far too long is ended.
pub(crate) fn run_child(name: &'static str, size: usize, seconds: usize) -> Figures {
    let program = env::current_exe().expect("this program");
    // Setting up may take a minute, preparing sign-ins as long, measuring three times what was asked.
    let limit = (180 + seconds * 4).to_string();
    let output = Command::new("timeout")
        .arg(limit)
        .arg(program)
        .args(["--one", name, &size.to_string(), &seconds.to_string()])
        .output()
        .expect("a child can be run");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = said.lines().last().unwrap_or_default();
    let mut figures = Figures {
        name,
        size,
        failed: None,
        setup: 0.0,
        memory: 0.0,
        mean: 0.0,
        p50: 0.0,
        p99: 0.0,
        calls: 0.0,
    };
    let numbers: Vec<f64> = line.split(' ').skip(1).filter_map(|word| word.parse().ok()).collect();
    match (line.split(' ').next(), numbers.as_slice()) {
        (Some("ok"), [setup, memory, mean, p50, p99, calls]) => {
            (figures.setup, figures.memory) = (*setup, *memory);
            (figures.mean, figures.p50, figures.p99) = (*mean, *p50, *p99);
            figures.calls = *calls;
        }
        (Some("failed"), _) => figures.failed = Some(line["failed ".len()..].to_owned()),
        _ => {
            let why = error.lines().last().unwrap_or("it was ended: too slow, or out of memory");
            figures.failed = Some(why.to_owned());
        }
    }
    figures
}

/// `87 ns`, `3.4 µs`
pub(crate) fn time(nanos: f64) -> String {
    match nanos {
        ..1e4 => format!("{nanos:.0} ns"),
        ..1e6 => format!("{:.1} µs", nanos / 1e3),
        ..1e9 => format!("{:.1} ms", nanos / 1e6),
        _ => format!("{:.1} s", nanos / 1e9),
    }
}

/// The rows of one size, as Markdown.
pub(crate) fn print(all: &[Figures], size: usize) {
    let rows = all.iter().filter(|it| it.size == size);
    let latch = rows.clone().find(|it| it.name == "latch").map_or(0.0, |it| it.p50);
    println!(
        "\n| {size} policies | median | p99 | mean, back to back | set-up | memory | × latch |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for row in rows {
        let label = engines::label(row.name);
        if let Some(why) = &row.failed {
            println!("| {label} | – {why} | | | | | |");
            continue;
        }
        let mib = row.memory / f64::from(1 << 20);
        let ratio = row.p50 / latch.max(0.1);
        let [p50, p99, mean, setup] = [row.p50, row.p99, row.mean, row.setup].map(time);
        println!("| {label} | {p50} | {p99} | {mean} | {setup} | {mib:.1} MiB | {ratio:.1} |");
    }
}

/// All figures.
pub(crate) fn json(all: &[Figures]) -> String {
    let rows = all.iter().map(|it| {
        json!({
            "engine": it.name, "policies": it.size, "failed": it.failed, "setup_ns": it.setup,
            "memory_bytes": it.memory, "mean_ns": it.mean, "p50_ns": it.p50, "p99_ns": it.p99,
            "calls": it.calls,
        })
    });
    let report = json!({ "machine": machine(), "figures": rows.collect::<Vec<_>>() });
    format!("{report:#}\n")
}

/// Processor, cores and compiler.
pub(crate) fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let model = model.trim_start_matches([' ', '\t', ':']);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let rustc = Command::new("rustc").arg("--version").output().map(|it| it.stdout);
    let rustc = String::from_utf8_lossy(&rustc.unwrap_or_default()).trim().to_owned();
    format!("{model}, {cores} cores, {rustc}, one thread")
}
