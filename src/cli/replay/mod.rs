//! `latch replay`: what policies would have decided about the sign-ins of a log, where that differs from what the log
//! recorded, and whose sign-ins other policies would change.

mod changes;
mod overview;
mod page;
mod read;
mod record;
mod table;

use std::ops::ControlFlow;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::cli::console::{Console, Exit, Failure, clean_line};
use crate::cli::decider::Decider;
use crate::cli::input;
use crate::cli::load::load_sound;
use crate::cli::options;
use crate::engine::{Engine, in_order};
use crate::entra::log::RawEntry;
use crate::replay::{Direction, Kind, Replay, Report, Settings, json, limits};
use crate::value::Timestamp;

use read::Log;

const EXAMPLES: &str = "\
Examples:
  latch replay sign-ins.jsonl.gz -p policies
  latch replay sign-ins.jsonl -p policies --against changed --fail-on opens
  latch replay sign-ins.jsonl -p policies --against changed --html report.html
  latch replay sign-ins.json -p policies --format json | jq '.changes.shifts[] | {kind, signIns}'

P is what --policies names, Q what --against names. Without --against, P is held against what the log recorded.
A sign-in whose decision hangs on something that the log does not say is counted as not decidable, and not guessed.

--fail-on ends the run with exit code 1 when a sign-in changes from P to Q
  opens      from blocked or step-up to open
  weakens    so, or to less than P asks for, or to something that cannot be shown to be as much
  any        in any way that somebody would notice
  undecided  perhaps: it is not decidable, and policies that may apply to it differ

An entry that is no sign-in ends the run with exit code 2; with --keep-going the run goes on, and ends with 2, or with
1 for what --fail-on says.";

pub(super) fn command() -> Command {
    Command::new("replay")
        .about("Replay a log of sign-ins: what policies would have decided, and what a change would change")
        .after_help(EXAMPLES)
        .arg(read::argument())
        .args([input::shape(), input::directory()])
        .arg(options::policies())
        .arg(against())
        .args(when())
        .arg(options::geo())
        .arg(options::as_if_enforced())
        .args(manner())
        .arg(page::argument())
        .arg(options::format())
}

/// `--against PATH` and what goes with it.
fn against() -> Arg {
    Arg::new("against")
        .long("against")
        .value_name("PATH")
        .value_parser(value_parser!(std::path::PathBuf))
        .action(ArgAction::Append)
        .help("Other policies: what would change if they took the place of --policies")
}

fn when() -> [Arg; 2] {
    let moment = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("TIME").value_parser(moment).help(help)
    };
    [
        moment("since", "Only sign-ins at this time or later: 2026-11-23, or 2026-11-23T08:00:00Z"),
        moment("until", "Only sign-ins before this time"),
    ]
}

fn manner() -> [Arg; 4] {
    let keep_going = Arg::new("keep-going")
        .long("keep-going")
        .action(ArgAction::SetTrue)
        .help("Go on after an entry that is no sign-in");
    let fail_on = Arg::new("fail-on")
        .long("fail-on")
        .value_name("CHANGE")
        .value_delimiter(',')
        .value_parser(PossibleValuesParser::new(["opens", "weakens", "any", "undecided"]))
        .requires("against")
        .help("End with exit code 1 when a sign-in changes so");
    let threads =
        options::threads("How many threads decide; as many as there are processors by default");
    let examples = Arg::new("examples")
        .long("examples")
        .value_name("N")
        .value_parser(value_parser!(u64).range(0..=limits::MAX_EXAMPLES as u64))
        .default_value("3")
        .help("How many example records stand beside each number");
    [keep_going, fail_on, threads, examples]
}

/// A moment, or the midnight of a date, in UTC.
fn moment(text: &str) -> Result<Timestamp, String> {
    let moment = text.parse::<jiff::Timestamp>().or_else(|_| {
        let date = text.parse::<jiff::civil::Date>()?;
        jiff::tz::TimeZone::UTC.to_timestamp(date.at(0, 0, 0, 0))
    });
    let moment = moment.map_err(|_| "a date, or a time with its zone, is expected".to_owned())?;
    Ok(Timestamp(moment.as_millisecond()))
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let against = other(matches, console)?;
    let decider = Decider::beside(against.as_ref(), matches, console)?;
    let number = |name| matches.get_one::<u64>(name).map(|it| usize::try_from(*it).unwrap_or(1));
    let settings = Settings {
        examples: number("examples").unwrap_or(limits::EXAMPLES),
        since: matches.get_one("since").copied(),
        until: matches.get_one("until").copied(),
    };
    let threads = options::chosen_threads(matches).unwrap_or_else(options::all_threads);
    let log = read::open(matches, console)?;
    let mut run = Run {
        replay: Replay::new(settings, decider.engine.clone(), against),
        keep_going: matches.get_flag("keep-going"),
        bad: 0,
    };
    if let ControlFlow::Break(stopped) = run.all(log, &decider, threads, console) {
        return stopped;
    }
    let report = run.replay.finish();
    write(&report, matches, console)?;
    page::write(&report, matches, console)?;
    Ok(exit(&report, run.bad, matches))
}

/// The policies of `--against`, if it is there.
fn other(matches: &ArgMatches, console: &mut Console) -> Result<Option<Engine>, Failure> {
    match options::all_paths(matches, "against").as_slice() {
        [] => Ok(None),
        paths => load_sound(paths, console).map(Some),
    }
}

fn write(report: &Report, matches: &ArgMatches, console: &mut Console) -> Result<(), Failure> {
    use std::io::Write;
    if options::wants_json(matches) {
        writeln!(console.out(), "{:#}", json::write(report))?;
        return Ok(());
    }
    overview::write(report, console)?;
    record::write(report, console)?;
    changes::write(report, console)
}

/// What was found counts for more than what could not be read, since whoever keeps going said so.
fn exit(report: &Report, bad: u64, matches: &ArgMatches) -> Exit {
    let asked = matches.get_many::<String>("fail-on").into_iter().flatten();
    if asked.into_iter().any(|change| fails(report, change)) {
        Exit::Findings
    } else if bad > 0 {
        Exit::Unusable
    } else {
        Exit::Fine
    }
}

/// Whether there is a change of that word of `--fail-on`.
fn fails(report: &Report, change: &str) -> bool {
    let Some(changes) = &report.changes else { return false };
    let mut shifts = changes.shifts.iter().map(|change| change.shift);
    match change {
        "opens" => shifts.any(|shift| shift.direction == Direction::Opens),
        "weakens" => shifts.any(|shift| shift.direction <= Direction::Unclear),
        "any" => shifts.any(|shift| shift.kind != Kind::Policies),
        _ => changes.undecided.may_change > 0,
    }
}

/// A run through a log.
struct Run {
    replay: Replay,
    keep_going: bool,
    bad: u64,
}

impl Run {
    /// Replays the whole log, or says how the run ends early.
    fn all(
        &mut self,
        log: Log,
        decider: &Decider,
        threads: usize,
        console: &mut Console,
    ) -> ControlFlow<Result<Exit, Failure>> {
        let judge = self.replay.judge();
        let judged = |entry: &RawEntry| {
            let sign_in = entry.sign_in().map_err(|error| error.to_string())?;
            let sign_in = decider.placed(sign_in)?;
            judge.judge(entry.number, sign_in).map_err(|error| error.to_string())
        };
        let work = |entry: std::io::Result<RawEntry>| {
            entry.map(|it| judged(&it).map_err(|why| format!("{} {}: {why}", it.unit, it.number)))
        };
        let Log { name, entries, progress } = log;
        let end = in_order(threads, entries, RawEntry::held, work, |judged| {
            progress.sign_in();
            match judged {
                Err(error) => ControlFlow::Break(Err(input::failure(&name, error))),
                Ok(Ok(observation)) => {
                    self.replay.count(&observation);
                    ControlFlow::Continue(())
                }
                Ok(Err(message)) => progress.aside(|| self.bad(&name, &message, console)),
            }
        });
        progress.finish();
        end
    }

    /// Tells of an entry that is no sign-in.
    fn bad(
        &mut self,
        name: &str,
        message: &str,
        console: &mut Console,
    ) -> ControlFlow<Result<Exit, Failure>> {
        if let Err(error) = console.error(format_args!("{name}: {}", clean_line(message))) {
            return ControlFlow::Break(Err(error.into()));
        }
        self.bad += 1;
        self.replay.skip();
        if self.keep_going {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(Ok(Exit::Unusable))
        }
    }
}
