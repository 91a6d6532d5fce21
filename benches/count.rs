//! How many instructions a decision takes: a figure that a busy machine does not blur.
//!
//! `cargo bench --bench count` runs itself under valgrind's callgrind, which must be installed, and prints instructions per
//! decision for the ways of `decide.rs` over such sign-ins. `-- 240 1000` names other sizes; `-- --check` compares with
//! `benches/count.txt` and fails where a figure is more than 3 % above; `-- --write` writes that file anew.

mod callgrind;
mod workload;

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, fs};

use latch::engine::Engine;
use latch::facts::{Facts, Principal};
use latch::request::Request;
use workload::{Matching, SEED, Visitor, Workload};

/// The sizes that are counted when none is named: valgrind takes a minute for ten thousand.
const SIZES: [usize; 3] = [10, 240, 1_000];

/// How many sign-ins are decided, of each kind.
const SIGN_INS: u64 = 64;

/// What is counted, in this order, once for each of [`Matching::ALL`].
const WAYS: [&str; 7] = [
    "engine-outcome",
    "prototype",
    "engine",
    "engine-session",
    "engine-prepare",
    "engine-decide",
    "by-hand",
];

/// How far above the committed figure a count may be. Counts of one binary are exact; another compiler moves them.
const TOLERANCE: f64 = 1.03;

fn main() -> ExitCode {
    let mut words: Vec<String> = env::args().skip(1).filter(|it| it != "--bench").collect();
    if let Some(size) = callgrind::asked() {
        counted(size);
        return ExitCode::SUCCESS;
    }
    // Under `cargo test` nothing is counted, but everything runs once.
    if words.iter().any(|it| it == "--test") || cfg!(debug_assertions) {
        counted(SIZES[0]);
        return ExitCode::SUCCESS;
    }
    let check = take(&mut words, "--check");
    let write = take(&mut words, "--write");
    let named: Vec<usize> =
        words.iter().map(|it| it.parse().expect("a number of policies")).collect();
    let sizes = if named.is_empty() { SIZES.to_vec() } else { named };
    let table: String = sizes.iter().map(|size| rows(*size)).collect();
    print!("{table}");
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/count.txt");
    if write {
        let text = format!("{} {}\n{table}", HEAD, compiler());
        fs::write(&committed, text).expect("the file can be written");
    }
    if !check {
        return ExitCode::SUCCESS;
    }
    match fs::read_to_string(&committed) {
        Ok(committed) if compare(&table, &committed, &sizes) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(_) => {
            eprintln!(
                "NOT compared: no figures are committed; `-- --write` makes benches/count.txt"
            );
            ExitCode::SUCCESS
        }
    }
}

/// How the committed file begins, before the name of the compiler.
const HEAD: &str = "# instructions per decision, mean of 64 sign-ins, by";

/// The compiler that is at hand, as it calls itself.
fn compiler() -> String {
    let said = Command::new("rustc").arg("--version").output().map(|it| it.stdout);
    String::from_utf8_lossy(&said.unwrap_or_default()).trim().to_owned()
}

fn take(words: &mut Vec<String>, word: &str) -> bool {
    let before = words.len();
    words.retain(|it| it != word);
    words.len() < before
}

/// The rows of one size.
fn rows(size: usize) -> String {
    let of = |matching: Matching| WAYS.map(|way| (matching, way));
    let all: Vec<_> = Matching::ALL.into_iter().flat_map(of).collect();
    let counts = callgrind::counted("count", size, all.len());
    let mut table = String::new();
    for ((matching, way), count) in all.into_iter().zip(counts) {
        let count = count / SIGN_INS;
        writeln!(table, "{way:<15} {size:>6} {:<5} {count:>9}", matching.name()).expect("memory");
    }
    table
}

/// Whether no row of these sizes is missing or above its committed figure.
fn compare(table: &str, committed: &str, sizes: &[usize]) -> bool {
    let now: Vec<Row> = table.lines().filter_map(Row::read).collect();
    let before: Vec<Row> = committed.lines().filter_map(Row::read).collect();
    let wanted = before
        .iter()
        .filter(|row| sizes.contains(&row.size) && !matches!(row.way, "by-hand" | "prototype"));
    let worse: Vec<String> = wanted.clone().filter_map(|before| before.worse(&now)).collect();
    worse.iter().for_each(|line| eprintln!("{line}"));
    let compiler = compiler();
    if !worse.is_empty() && !committed.contains(&compiler) {
        eprintln!(
            "counted with {compiler}, which the committed figures were not: it may be at fault"
        );
    }
    if wanted.count() == 0 {
        eprintln!("no figures are committed for these sizes: {sizes:?}");
        return false;
    }
    worse.is_empty()
}

/// A line of the table.
struct Row<'a> {
    way: &'a str,
    size: usize,
    matching: &'a str,
    count: f64,
}

impl Row<'_> {
    fn read(line: &str) -> Option<Row<'_>> {
        let mut words = line.split_whitespace().filter(|_| !line.starts_with('#'));
        Some(Row {
            way: words.next()?,
            size: words.next()?.parse().ok()?,
            matching: words.next()?,
            count: words.next()?.parse().ok()?,
        })
    }

    /// What is wrong with this committed row, given those that were counted.
    fn worse(&self, now: &[Row<'_>]) -> Option<String> {
        let Row { way, size, matching, count } = self;
        let same = |row: &&Row<'_>| (row.way, row.size, row.matching) == (*way, *size, *matching);
        match now.iter().find(same) {
            None => Some(format!("{way} {size} {matching}: was not counted")),
            Some(row) if row.count > count * TOLERANCE => {
                Some(format!("{way} {size} {matching}: {} instructions, {count} before", row.count))
            }
            Some(_) => None,
        }
    }
}

/// What is counted: all sign-ins in turn.
#[inline(never)]
fn rounds(sign_ins: usize, work: &mut dyn FnMut(usize)) {
    for at in 0..sign_ins {
        work(at);
    }
}

/// Does everything once to warm up, and once to be counted.
fn counted(size: usize) {
    let workload = Workload::new(size, SEED);
    let engine = workload.engine();
    for matching in Matching::ALL {
        let visitors = workload.visitors(matching, SIGN_INS);
        workload.verify(&engine, &visitors);
        let requests: Vec<Request> =
            visitors.iter().map(|it| it.request(&workload.tenant)).collect();
        ways(&workload, &engine, &requests, &visitors);
    }
}

fn ways(workload: &Workload, engine: &Engine, requests: &[Request], visitors: &[Visitor]) {
    let prepared: Vec<Facts> = requests.iter().map(|it| engine.prepare(it)).collect();
    let mut scratch = engine.scratch();
    count(&mut |at| {
        black_box(engine.rule(black_box(&prepared[at]), &mut scratch));
    });
    let prototype = workload.prototype(visitors);
    let typed: Vec<_> = visitors.iter().map(|it| prototype.typed(it)).collect();
    let mut bytes = Vec::new();
    count(&mut |at| {
        black_box(prototype.decide(black_box(&typed[at]), &mut bytes));
    });
    count(&mut |at| {
        black_box(engine.evaluate(black_box(&prepared[at]), &mut scratch));
    });
    let mut facts = Facts::default();
    let sessions: Vec<Principal> = requests.iter().map(|it| engine.principal(it)).collect();
    count(&mut |at| {
        engine.prepare_for(&sessions[at], black_box(&requests[at]), &mut facts);
        black_box(engine.evaluate(&facts, &mut scratch));
    });
    count(&mut |at| {
        engine.prepare_into(black_box(&requests[at]), &mut facts);
        black_box(engine.evaluate(&facts, &mut scratch));
    });
    count(&mut |at| {
        black_box(engine.decide(black_box(&requests[at])));
    });
    let mut applying = Vec::new();
    count(&mut |at| {
        black_box(workload.matched(black_box(&visitors[at]), &mut applying));
    });
}

fn count(work: &mut dyn FnMut(usize)) {
    (0..SIGN_INS as usize).for_each(&mut *work);
    rounds(SIGN_INS as usize, work);
}
