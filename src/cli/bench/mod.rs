//! `latch bench`: how long decisions take, on one's own policies and sign-ins.

mod report;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::cli::console::{Console, Exit, Failure, clean_line};
use crate::cli::decider::Decider;
use crate::cli::input;
use crate::cli::options;
use crate::measure::compare::compare;
use crate::measure::costs::costs;
use crate::measure::json::{Saved, Subject, read};
use crate::measure::{MAX_SIGN_INS, Plan, SignIns, draw, measure};
use crate::request::Request;

use report::Report;

const EXAMPLES: &str = "\
Examples:
  latch bench -p policies                                     sign-ins drawn from the policies
  latch bench -p policies --requests sign-ins.jsonl --costs   what policies and attributes cost
  latch bench -p policies --save before.json
  latch bench -p policies --baseline before.json

A difference to a saved run is told only where the rounds of both runs show it. Measure on a quiet machine: whatever else
it does is measured too.";

/// The longest saved run that is read: far beyond what any run writes.
const MAX_BASELINE_BYTES: u64 = 64 << 20;

pub(super) fn command() -> Command {
    Command::new("bench")
        .about("Measure how long decisions take, on your policies and sign-ins")
        .after_help(EXAMPLES)
        .arg(options::policies())
        .args([requests(), input::shape(), input::directory(), options::geo()])
        .args([
            number("count", "10000", "How many sign-ins to draw, or to take of those given"),
            number("seed", "1", "The seed to draw with"),
        ])
        .args([
            number("seconds", "5", "How long to measure"),
            number("rounds", "11", "In how many rounds"),
        ])
        .arg(flag("costs", "Find which policies and attributes cost most; takes as long again"))
        .args([save(), baseline()])
        .arg(options::as_if_enforced())
        .arg(options::format())
}

fn requests() -> Arg {
    Arg::new("requests")
        .long("requests")
        .short('r')
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("Sign-ins, as latch decide reads them; without, they are drawn from the policies")
}

fn save() -> Arg {
    Arg::new("save")
        .long("save")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("Keep the figures as JSON, for --baseline later; overwrites")
}

fn baseline() -> Arg {
    Arg::new("baseline")
        .long("baseline")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("A run that was saved, to compare with")
}

fn number(name: &'static str, usual: &'static str, help: &'static str) -> Arg {
    let most = match name {
        "count" => MAX_SIGN_INS as u64,
        "seconds" => 3_600,
        "rounds" => 1_000,
        _ => u64::MAX,
    };
    let least = u64::from(name != "seed");
    Arg::new(name)
        .long(name)
        .value_name("N")
        .value_parser(value_parser!(u64).range(least..=most))
        .default_value(usual)
        .help(help)
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

fn chosen(matches: &ArgMatches, name: &str) -> u64 {
    *matches.get_one::<u64>(name).expect("it has a default")
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let saved = matches.get_one::<PathBuf>("baseline").map(open_baseline).transpose()?;
    let decider = Decider::open(matches, console)?;
    let (requests, seed) = sign_ins(&decider, matches, console)?;
    let sign_ins = SignIns::new(requests)
        .ok_or_else(|| Failure::unusable("there is no sign-in to measure with"))?;
    let rounds = usize::try_from(chosen(matches, "rounds")).unwrap_or(usize::MAX);
    let time = Duration::from_secs(chosen(matches, "seconds"));
    let engine = &decider.engine;
    let measurement = measure(engine, &sign_ins, &Plan { rounds, time });
    let costs = matches.get_flag("costs").then(|| costs(engine, sign_ins.requests(), time));
    let report = Report {
        subject: Subject {
            policies: engine.program().policies().count(),
            rows: engine.program().rows(),
            index_bytes: engine.program().index_bytes(),
            sign_ins: sign_ins.requests().len(),
            json_bytes: sign_ins.json_bytes(),
            seed,
        },
        changes: saved.as_ref().map(|saved| compare(&measurement, &saved.stages)),
        measurement,
        costs,
    };
    if let Some(path) = matches.get_one::<PathBuf>("save") {
        fs::write(path, format!("{:#}\n", report.json())).map_err(|error| {
            Failure::unusable(format_args!("cannot write {}: {error}", path.display()))
        })?;
    }
    if options::wants_json(matches) {
        report.write_json(console)?;
    } else {
        report.write_text(console)?;
        saved.map_or(Ok(()), |saved| report.note_other_work(&saved, console))?;
    }
    Ok(Exit::Fine)
}

fn open_baseline(path: &PathBuf) -> Result<Saved, Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        Failure::unusable(format_args!("cannot read {}: {error}", path.display()))
    };
    let bytes = fs::metadata(path).map_err(|error| failed(&error))?.len();
    if bytes > MAX_BASELINE_BYTES {
        return Err(failed(&format!("{bytes} bytes; the limit is {MAX_BASELINE_BYTES}")));
    }
    let text = fs::read_to_string(path).map_err(|error| failed(&error))?;
    read(&text).map_err(|error| failed(&error))
}

/// The sign-ins, and the seed they were drawn with, where nobody supplied any.
fn sign_ins(
    decider: &Decider,
    matches: &ArgMatches,
    console: &mut Console,
) -> Result<(Vec<Request>, Option<u64>), Failure> {
    let count = usize::try_from(chosen(matches, "count")).unwrap_or(usize::MAX);
    match matches.get_one::<PathBuf>("requests") {
        Some(path) => Ok((supplied(decider, path, count, matches, console)?, None)),
        None => {
            let seed = chosen(matches, "seed");
            Ok((draw::sign_ins(decider.engine.policy_set(), count, seed), Some(seed)))
        }
    }
}

fn supplied(
    decider: &Decider,
    path: &Path,
    count: usize,
    matches: &ArgMatches,
    console: &mut Console,
) -> Result<Vec<Request>, Failure> {
    let mut input = input::open_path(path, matches, console)?;
    let mut requests = Vec::new();
    while requests.len() < count {
        let Some(entry) = input.records.next() else { break };
        let entry = entry.map_err(|error| input::failure(&input.name, error))?;
        let read = entry.sign_in.map_err(|error| error.to_string());
        let request = read.and_then(|sign_in| decider.read(sign_in.request));
        requests.push(request.map_err(|message| {
            let unit = input.records.unit();
            let message = clean_line(&message);
            Failure::unusable(format_args!("{}: {unit} {}: {message}", input.name, entry.number))
        })?);
    }
    Ok(requests)
}
