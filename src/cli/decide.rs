//! `latch decide`: a stream of sign-ins in, a decision for each out.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::cli::console::{Console, Exit, Failure, Palette, clean_line};
use crate::cli::decider::Decider;
use crate::cli::input::{self, Input};
use crate::cli::line;
use crate::cli::options;
use crate::decision::{Decision, Outcome, json};
use crate::engine::in_order;
use crate::entra::log::RawEntry;

const EXAMPLES: &str = "\
Examples:
  latch decide -p policies sign-ins.jsonl
  latch decide -p policies --geo country.mmdb --format json < sign-ins.jsonl > decisions.jsonl
  tail -f sign-ins.jsonl | latch decide -p policies
  latch decide -p policies SigninLogs.json.gz

Records are requests of Latch, signIn of Microsoft Graph, tables of Azure Monitor, the diagnostic log, or bodies of
What-If evaluations, told by their keys. A record that is no sign-in ends the run with exit code 2; with --keep-going the
run goes on, and ends with 2.";

const THREADS: &str = "How many threads decide; by default as many as there are processors for a file, and one for a pipe";

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
        .arg(options::threads(THREADS))
        .arg(options::format())
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let decider = Decider::open(matches, console)?;
    let threads = options::chosen_threads(matches).unwrap_or_else(|| usual_threads(matches));
    let Input { name, records } = input::open(matches, console)?;
    let palette = (!options::wants_json(matches)).then(|| console.palette());
    let mut run = Run {
        name,
        keep_going: matches.get_flag("keep-going"),
        json: palette.is_none(),
        tally: Tally::default(),
    };
    let progress = progress(console);
    let work = |entry: io::Result<RawEntry>| entry.map(|it| Answer::of(&decider, &it, palette));
    let end = in_order(threads, records.raw(), RawEntry::held, work, |answer| {
        progress.inc(1);
        match answer {
            Ok(answer) => run.take(answer, console),
            Err(error) => ControlFlow::Break(Err(input::failure(&run.name, error))),
        }
    });
    if let ControlFlow::Break(stopped) = end {
        return stopped;
    }
    progress.finish_and_clear();
    if !run.json {
        run.tally.write(console)?;
    }
    Ok(if run.tally.bad == 0 { Exit::Fine } else { Exit::Unusable })
}

/// All processors for a file. What comes through a pipe may come slowly, and each sign-in is answered as it comes; threads
/// would wait for more of them.
fn usual_threads(matches: &ArgMatches) -> usize {
    if input::is_file(matches) { options::all_threads() } else { 1 }
}

/// What became of one record, worked out by whichever thread got it.
struct Answer {
    number: u64,
    unit: &'static str,
    decided: Result<Decided, String>,
}

/// A decision with its line of output.
struct Decided {
    counts: Tally,
    line: String,
}

impl Answer {
    /// The answer as a line in these colours, or as JSON.
    fn of(decider: &Decider, entry: &RawEntry, palette: Option<Palette>) -> Answer {
        let read = entry.sign_in().map_err(|error| error.to_string());
        let request = read.and_then(|sign_in| decider.read(sign_in.request));
        let decided = request.map(|request| {
            let decision = decider.decide(&request);
            let line = match palette {
                Some(palette) => line::line(&decider.names, &request, &decision, palette),
                None => json::write(&decision, request.id()).to_string(),
            };
            Decided { counts: Tally::of(&decision), line }
        });
        Answer { number: entry.number, unit: entry.unit, decided }
    }
}

/// A run through the records, in their order.
struct Run {
    name: String,
    keep_going: bool,
    json: bool,
    tally: Tally,
}

impl Run {
    /// Writes what became of a record, or says how the run ends early.
    fn take(
        &mut self,
        answer: Answer,
        console: &mut Console,
    ) -> ControlFlow<Result<Exit, Failure>> {
        match self.write(answer, console) {
            Ok(true) => ControlFlow::Continue(()),
            Ok(false) => ControlFlow::Break(Ok(Exit::Unusable)),
            Err(failure) => ControlFlow::Break(Err(failure)),
        }
    }

    /// Whether to go on.
    fn write(&mut self, answer: Answer, console: &mut Console) -> Result<bool, Failure> {
        match answer.decided {
            Ok(decided) => {
                self.tally.add(&decided.counts);
                writeln!(console.out(), "{}", decided.line)?;
                Ok(true)
            }
            Err(message) => {
                self.tally.bad += 1;
                self.write_failure(answer.unit, answer.number, &message, console)?;
                Ok(self.keep_going)
            }
        }
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
        let message = clean_line(message);
        console.error(format_args!("{}: {unit} {number}: {message}", self.name))?;
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
    /// One decision.
    fn of(decision: &Decision) -> Tally {
        let is = |outcome: bool| u64::from(outcome);
        Tally {
            open: is(matches!(decision.outcome, Outcome::Open)),
            step_up: is(matches!(decision.outcome, Outcome::StepUp(_))),
            blocked: is(matches!(decision.outcome, Outcome::Blocked(_))),
            unguarded: is(decision.unguarded),
            doubtful: is(decision.assumption_matters),
            bad: 0,
        }
    }

    fn add(&mut self, more: &Tally) {
        self.open += more.open;
        self.step_up += more.step_up;
        self.blocked += more.blocked;
        self.unguarded += more.unguarded;
        self.doubtful += more.doubtful;
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
