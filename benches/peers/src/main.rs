//! Latch and other engines on the same policies and sign-ins, in one run: a table, a file of figures, a chart.
//!
//! Each engine and size has a process of its own, so that memory is its own and one that fails takes nobody along. Every
//! call that is timed is verified: who applies, and what comes of it.

mod chart;
mod child;
mod engines;
mod facts;
mod language;
mod table;
#[path = "../../workload/mod.rs"]
mod workload;

use std::process::ExitCode;
use std::{env, fs};

use table::{Figures, run_child};

const USAGE: &str = "\
usage: peers [--sizes 10,240] [--only NAME,NAME] [--seconds 5] [--svg FILE] [--json FILE]";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    if let [one, name, size, seconds] = words.as_slice()
        && one == "--one"
    {
        return child::run(name, number(size), number(seconds) as u64);
    }
    let value = |name: &str| {
        let at = words.iter().position(|word| word == name)?;
        words.get(at + 1).cloned()
    };
    if words.iter().any(|word| word == "--help") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let sizes = value("--sizes").unwrap_or_else(|| "10,100,240,1000,10000".to_owned());
    let sizes: Vec<usize> = sizes.split(',').map(number).collect();
    let seconds = value("--seconds").map_or(5, |it| number(&it));
    let only = value("--only");
    let chosen = |name: &str| {
        name == "latch" || only.as_ref().is_none_or(|only| only.split(',').any(|it| it == name))
    };
    let mut all: Vec<Figures> = Vec::new();
    for size in &sizes {
        for engine in engines::ALL.iter().filter(|it| chosen(it.name)) {
            eprintln!("{size} policies: {}", engine.name);
            all.push(run_child(engine.name, *size, seconds));
        }
        table::print(&all, *size);
    }
    if let Some(path) = value("--json") {
        fs::write(path, table::json(&all)).expect("the file can be written");
    }
    if let Some(path) = value("--svg") {
        fs::write(path, chart::svg(&all, &sizes)).expect("the file can be written");
    }
    let wrong = all.iter().any(|it| it.failed.as_ref().is_some_and(|why| why.contains("disagree")));
    if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn number(text: &str) -> usize {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is no number\n{USAGE}"))
}
