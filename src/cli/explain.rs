//! `latch explain`: why a sign-in is decided as it is, policy by policy and condition by condition.

use std::io::Write;

use anstyle::Style as Paint;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::cli::console::{Console, DIM, Exit, Failure, GREEN, YELLOW, clean, clean_line};
use crate::cli::decider::Decider;
use crate::cli::input::{self, Input};
use crate::cli::options;
use crate::decision::json;
use crate::engine::Engine;
use crate::entra::log::Entry;
use crate::hir::PolicyState;
use crate::interpret::explain::{Explanation, PolicyExplanation, explain};
use crate::request::Request;
use crate::value::Truth;

const EXAMPLES: &str = "\
Examples:
  latch explain -p policies sign-in.json
  latch explain -p policies sign-ins.jsonl --line 3
  latch explain -p policies sign-ins.jsonl --line 3 --applying --format json

Each line begins with a sign: + holds or is satisfied, - does not, ? nobody can say.";

pub(super) fn command() -> Command {
    let line = Arg::new("line")
        .long("line")
        .value_name("NUMBER")
        .value_parser(value_parser!(u64).range(1..))
        .help("Which line of a file of sign-ins, or which record of a list; without it the input is one sign-in");
    let applying = Arg::new("applying")
        .long("applying")
        .action(ArgAction::SetTrue)
        .help("Only policies that apply");
    Command::new("explain")
        .about("Explain a decision: every policy, every condition, and what decided it")
        .after_help(EXAMPLES)
        .arg(
            input::argument()
                .help("A sign-in as JSON, or with --line a file of them; - is standard input"),
        )
        .args([input::shape(), line, applying])
        .arg(options::policies())
        .arg(options::geo())
        .arg(input::directory())
        .arg(options::as_if_enforced())
        .arg(options::format())
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let decider = Decider::open(matches, console)?;
    let request = match matches.get_one::<u64>("line") {
        Some(number) => on_line(*number, matches, console)?,
        None => alone(matches, console)?,
    };
    let request = decider.read(request).map_err(Failure::unusable)?;
    let engine = &decider.engine;
    let mut explanation = explain(engine.policy_set(), &request, engine.options());
    if matches.get_flag("applying") {
        explanation.policies.retain(applies);
    }
    if options::wants_json(matches) {
        let mut report = explanation.to_json(Some(engine.sources()));
        report["decision"] = json::write(&explanation.decision, request.id());
        writeln!(console.out(), "{report:#}")?;
        return Ok(Exit::Fine);
    }
    let (who, target) = (decider.names.who(&request), decider.names.target(&request));
    writeln!(console.out(), "{} for {}", clean_line(&who), clean_line(&target))?;
    write_tree(engine, &explanation, 0, console)?;
    Ok(Exit::Fine)
}

/// Whether a policy has a part in the decision or its reports.
pub(super) fn applies(policy: &PolicyExplanation) -> bool {
    policy.state != PolicyState::Disabled && policy.holds != Truth::False
}

/// The sign-in of that line, blank lines count, or the record of that place in a list.
fn on_line(number: u64, matches: &ArgMatches, console: &mut Console) -> Result<Request, Failure> {
    let Input { name, mut records } = input::open(matches, console)?;
    while let Some(entry) = records.next() {
        let entry = entry.map_err(|error| input::failure(&name, error))?;
        if entry.number == number {
            return request(entry, &name, records.unit());
        }
        if entry.number > number {
            break;
        }
    }
    let (on, unit) = if records.unit() == "line" { ("on", "line") } else { ("as", "record") };
    Err(Failure::unusable(format_args!("{name} has no sign-in {on} {unit} {number}")))
}

/// The one sign-in that the input is.
fn alone(matches: &ArgMatches, console: &mut Console) -> Result<Request, Failure> {
    let Input { name, mut records } = input::open(matches, console)?;
    let entry = match records.next() {
        Some(entry) => entry.map_err(|error| input::failure(&name, error))?,
        None => return Err(Failure::unusable(format_args!("{name} holds no sign-in"))),
    };
    match records.next() {
        None => request(entry, &name, records.unit()),
        Some(_) => {
            let hint = "--line says which of several sign-ins is meant";
            Err(Failure::unusable(format_args!("{name} holds several sign-ins; {hint}")))
        }
    }
}

fn request(entry: Entry, name: &str, unit: &str) -> Result<Request, Failure> {
    let number = entry.number;
    let sign_in = entry
        .sign_in
        .map_err(|error| Failure::unusable(format_args!("{name}: {unit} {number}: {error}")))?;
    Ok(sign_in.request)
}

/// The tree, each sign in its colour, `depth` columns in.
pub(super) fn write_tree(
    engine: &Engine,
    explanation: &Explanation,
    depth: usize,
    console: &mut Console,
) -> Result<(), Failure> {
    let text = clean(&explanation.to_text(Some(engine.sources())));
    for line in text.lines() {
        let words = line.trim_start_matches(' ');
        let indent = " ".repeat(line.len() - words.len() + if line.is_empty() { 0 } else { depth });
        let (sign, rest) = match words.split_at_checked(2) {
            Some((sign @ ("+ " | "- " | "? "), rest)) => (console.paint(color(sign), sign), rest),
            _ => (String::new(), words),
        };
        writeln!(console.out(), "{indent}{sign}{rest}")?;
    }
    Ok(())
}

fn color(sign: &str) -> Paint {
    match sign {
        "+ " => GREEN,
        "? " => YELLOW,
        _ => DIM,
    }
}
