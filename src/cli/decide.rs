//! `latch decide`: a stream of sign-ins in, a decision for each out.

use std::io::Write;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::cli::console::{Console, Exit, Failure, clean_line};
use crate::cli::decider::Decider;
use crate::cli::input::{self, Input};
use crate::cli::line;
use crate::cli::options;
use crate::decision::{Decision, Outcome, json};
use crate::entra::log::Entry;
use crate::request::Request;

const EXAMPLES: &str = "\
Examples:
  latch decide -p policies sign-ins.jsonl
  latch decide -p policies --geo country.mmdb --format json < sign-ins.jsonl > decisions.jsonl
  tail -f sign-ins.jsonl | latch decide -p policies
  latch decide -p policies SigninLogs.json.gz

Records are requests of Latch, signIn of Microsoft Graph, tables of Azure Monitor, the diagnostic log, or bodies of
What-If evaluations, told by their keys. A record that is no sign-in ends the run with exit code 2; with --keep-going the
run goes on, and ends with 2.";

pub(super) fn command() -> Command {
    let keep_going = Arg::new("keep-going")
        .long("keep-going")
        .action(ArgAction::SetTrue)
        .help("Go on after a record that is no sign-in");
    Command::new("decide")
        .about("Decide sign-ins: one line each, and a summary")
        .after_help(EXAMPLES)
        .args([input::argument(), input::shape()])
        .arg(options::policies())
        .arg(options::geo())
        .arg(input::directory())
        .arg(options::as_if_enforced())
        .arg(keep_going)
        .arg(options::format())
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let mut run = Run {
        decider: Decider::open(matches, console)?,
        tally: Tally::default(),
        json: options::wants_json(matches),
    };
    let Input { name, mut records } = input::open(matches, console)?;
    let progress = progress(console);
    while let Some(entry) = records.next() {
        let entry = entry.map_err(|error| input::failure(&name, error))?;
        if let Err(message) = run.entry(entry, records.unit(), console)? {
            console.error(format_args!("{name}: {message}"))?;
            run.tally.bad += 1;
            if !matches.get_flag("keep-going") {
                return Ok(Exit::Unusable);
            }
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    if !run.json {
        run.tally.write(console)?;
    }
    Ok(if run.tally.bad == 0 { Exit::Fine } else { Exit::Unusable })
}

struct Run {
    decider: Decider,
    tally: Tally,
    json: bool,
}

impl Run {
    /// Decides a sign-in and writes what came of it; the inner error is about the record.
    fn entry(
        &mut self,
        entry: Entry,
        unit: &str,
        console: &mut Console,
    ) -> Result<Result<(), String>, Failure> {
        let read = entry.sign_in.map_err(|error| error.to_string());
        match read.and_then(|sign_in| self.decider.read(sign_in.request)) {
            Ok(request) => {
                let decision = self.decider.decide(&request);
                self.tally.count(&decision);
                self.write(&request, &decision, console)?;
                Ok(Ok(()))
            }
            Err(message) => {
                self.write_failure(unit, entry.number, &message, console)?;
                Ok(Err(format!("{unit} {}: {}", entry.number, clean_line(&message))))
            }
        }
    }

    fn write(
        &self,
        request: &Request,
        decision: &Decision,
        console: &mut Console,
    ) -> Result<(), Failure> {
        if self.json {
            writeln!(console.out(), "{}", json::write(decision, request.id()))?;
        } else {
            let text = line::line(&self.decider.names, request, decision, console);
            writeln!(console.out(), "{text}")?;
        }
        Ok(())
    }

    /// Programs count records, so one that is no sign-in has its line in the output.
    fn write_failure(
        &self,
        unit: &str,
        number: u64,
        message: &str,
        console: &mut Console,
    ) -> Result<(), Failure> {
        if self.json {
            writeln!(console.out(), "{}", json!({ unit: number, "error": message }))?;
        }
        Ok(())
    }
}

/// How many sign-ins had which outcome.
#[derive(Debug, Default)]
struct Tally {
    open: u64,
    step_up: u64,
    blocked: u64,
    unguarded: u64,
    doubtful: u64,
    bad: u64,
}

impl Tally {
    fn count(&mut self, decision: &Decision) {
        match decision.outcome {
            Outcome::Open => self.open += 1,
            Outcome::StepUp(_) => self.step_up += 1,
            Outcome::Blocked(_) => self.blocked += 1,
        }
        self.unguarded += u64::from(decision.unguarded);
        self.doubtful += u64::from(decision.assumption_matters);
    }

    fn write(&self, console: &mut Console) -> Result<(), Failure> {
        let all = self.open + self.step_up + self.blocked;
        let parts = [(self.open, "open"), (self.step_up, "step-up"), (self.blocked, "blocked")];
        let parts: Vec<_> = parts.iter().map(|(count, word)| format!("{count} {word}")).collect();
        writeln!(console.out(), "\n{all} sign-ins: {}", parts.join(", "))?;
        let remarks = [
            (self.unguarded, "met no policy at all"),
            (self.doubtful, "hang on something that was not supplied"),
            (self.bad, "could not be read"),
        ];
        for (count, what) in remarks.iter().filter(|(count, _)| *count > 0) {
            writeln!(console.out(), "{count:>5} {what}")?;
        }
        Ok(())
    }
}

/// A counter with its rate, where people watch and the output does not run through their screen.
fn progress(console: &Console) -> ProgressBar {
    if !console.wants_progress() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{spinner} {pos} sign-ins, {per_sec}, {elapsed}");
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(200));
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
