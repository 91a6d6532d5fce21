//! `latch cover`: which policies decide in some test, and which mistakes no test would notice.

use std::io::Write;

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Value, json};

use crate::analyze::{Coverage, Unnoticed, coverage};
use crate::cli::console::{Console, DIM, Exit, Failure, GREEN, RED, YELLOW, clean_line, counted};
use crate::cli::load::load_sound;
use crate::cli::terms::{self, Terms};
use crate::cli::{options, region};
use crate::engine::Engine;

const EXAMPLES: &str = "\
Examples:
  latch cover policies
  latch cover policies --verbose
  latch test policies --suggest >> policies/suggested.latch

A mistake is a policy, an exclusion or a member of a list left out. One that changes no possible sign-in is proved to, and not
counted. For each that no test notices there is a test that would: `latch test --suggest` prints them.

Exit codes:
  0  some test notices every mistake
  1  there are mistakes that no test notices
  2  misuse, or policies with mistakes
  3  nobody knows: the budget ended first";

pub(super) fn command() -> Command {
    let verbose = Arg::new("verbose")
        .long("verbose")
        .short('v')
        .action(ArgAction::SetTrue)
        .help("Name the tests that each policy decides in");
    Command::new("cover")
        .about("Show which policies no test covers, and which mistakes none would notice")
        .after_help(EXAMPLES)
        .arg(options::paths())
        .arg(verbose)
        .args(terms::arguments())
        .arg(options::format())
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let engine = load_sound(&options::all_paths(matches, "paths"), console)?;
    let terms = Terms::of(matches, console)?;
    let found = coverage(engine.policy_set(), engine.options(), terms.setting());
    terms.finish();
    if options::wants_json(matches) {
        write_json(&engine, &found, console)?;
    } else {
        write_text(&engine, &found, matches.get_flag("verbose"), console)?;
    }
    Ok(region::exit(!found.unnoticed.is_empty(), !found.undecided.is_empty()))
}

/// Prints a test for every mistake that no test notices, each test once.
pub(super) fn suggest(
    engine: &Engine,
    matches: &ArgMatches,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let terms = Terms::of(matches, console)?;
    let found = coverage(engine.policy_set(), engine.options(), terms.setting());
    terms.finish();
    let tests: Vec<&String> = found.unnoticed.iter().filter_map(|it| it.test.as_ref()).collect();
    for (at, test) in tests.iter().enumerate() {
        let gap = if at > 0 { "\n" } else { "" };
        writeln!(console.out(), "{gap}{test}")?;
    }
    let count = counted(tests.len(), "test", "tests");
    console
        .note(format_args!("{count} suggested, each as it is decided now: read before you keep"))?;
    for reason in &found.undecided {
        console.note(format_args!("undecided: {}", clean_line(reason)))?;
    }
    Ok(region::exit(false, !found.undecided.is_empty()))
}

fn write_text(
    engine: &Engine,
    found: &Coverage,
    verbose: bool,
    console: &mut Console,
) -> Result<(), Failure> {
    let bare: Vec<&str> = found
        .policies
        .iter()
        .filter(|it| it.tests.is_empty())
        .map(|it| it.policy.as_str())
        .collect();
    for it in found.policies.iter().filter(|it| verbose && !it.tests.is_empty()) {
        let tests = clean_line(&it.tests.join("; "));
        let tests = console.paint(DIM, tests);
        writeln!(console.out(), "{}  {tests}", it.policy)?;
    }
    for it in &found.unnoticed {
        write_unnoticed(engine, it, console)?;
    }
    region::write_undecided(&found.undecided, console)?;
    let (policies, tested) = (found.policies.len(), found.policies.len() - bare.len());
    let line =
        format!("{tested} of {} decide in some test", counted(policies, "policy", "policies"));
    let color = if bare.is_empty() { GREEN } else { YELLOW };
    let line = console.paint(color, line);
    writeln!(console.out(), "{line}")?;
    let count = found.noticed + found.unnoticed.len();
    let line = format!(
        "{} of {} would be noticed; {} more change nothing",
        found.noticed,
        counted(count, "mistake", "mistakes"),
        found.equivalent
    );
    let color = if found.unnoticed.is_empty() { GREEN } else { RED };
    let line = console.paint(color, line);
    writeln!(console.out(), "{line}")?;
    let line = console.paint(DIM, format_args!("for every sign-in with {}", found.assuming));
    writeln!(console.out(), "{line}")?;
    Ok(())
}

fn write_unnoticed(engine: &Engine, it: &Unnoticed, console: &mut Console) -> Result<(), Failure> {
    let word = console.paint(RED, "unnoticed");
    let what = match &it.without {
        Some(without) => format!("{} without {without}", it.policy),
        None => format!("all of {} left out", it.policy),
    };
    writeln!(console.out(), "{word} {}", clean_line(&what))?;
    let outcome = format!("is {}, would be {}", region::told(&it.before), region::told(&it.after));
    region::write(engine.policy_set(), &it.region, &outcome, console)
}

fn write_json(engine: &Engine, found: &Coverage, console: &mut Console) -> Result<(), Failure> {
    let policies =
        found.policies.iter().map(|it| json!({ "policy": it.policy, "tests": it.tests }));
    let unnoticed = found.unnoticed.iter().map(|it| {
        let mut report = region::json(engine.policy_set(), &it.region);
        report["policy"] = json!(it.policy);
        report["without"] = json!(it.without);
        report["test"] = json!(it.test);
        report
    });
    let report = json!({
        "policies": policies.collect::<Vec<Value>>(),
        "noticed": found.noticed,
        "equivalent": found.equivalent,
        "unnoticed": unnoticed.collect::<Vec<Value>>(),
        "assuming": found.assuming.to_string(),
        "undecided": found.undecided,
    });
    writeln!(console.out(), "{report:#}")?;
    Ok(())
}
