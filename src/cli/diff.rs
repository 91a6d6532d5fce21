//! `latch diff`: what a change of policies changes, for every possible sign-in.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Value, json};

use crate::analyze::{Change, ChangeKind, Diff, diff};
use crate::cli::console::{Console, DIM, Exit, Failure, GREEN, RED, YELLOW, clean_line, counted};
use crate::cli::side::Side;
use crate::cli::terms::{self, Terms};
use crate::cli::{options, region, side};
use crate::decision::{self, Options};

const EXAMPLES: &str = "\
Examples:
  latch diff git:main policies
  latch diff tenant-export/ policies --fail-on opens,weakens
  latch diff git:v1.2:tenants/berlin tenants/berlin --format json

Kinds of change, the most dangerous first: opens, weakens, loosens, blocks, strengthens, tightens. That nothing changes is
proved, for every possible sign-in. A region holds but for what another policy imposes still, or already.

Exit codes:
  0  compared; nothing that --fail-on names
  1  a change that --fail-on names
  2  misuse, or policies with mistakes
  3  nobody knows: the budget ended first, or something is not known exactly";

pub(super) fn command() -> Command {
    let side = |name: &'static str, shown: &'static str, help: &'static str| {
        Arg::new(name).value_name(shown).required(true).help(help)
    };
    let fail_on = Arg::new("fail-on")
        .long("fail-on")
        .value_name("KINDS")
        .value_delimiter(',')
        .action(ArgAction::Append)
        .value_parser(PossibleValuesParser::new(ChangeKind::ALL.map(ChangeKind::word)))
        .help("Kinds of change that make the exit code 1");
    Command::new("diff")
        .about("Show which sign-ins a change of policies changes, and how")
        .after_help(EXAMPLES)
        .arg(side(
            "old",
            "OLD",
            "Files, a folder, an export of Microsoft Graph, or git:REVISION[:FOLDER]",
        ))
        .arg(side("new", "NEW", "The same, after the change"))
        .arg(fail_on)
        .args(terms::arguments())
        .arg(options::as_if_enforced())
        .arg(options::format())
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let argument = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
    let (old, new) = (argument("old"), argument("new"));
    let sides = [read(&old, &new, console)?, read(&new, &old, console)?];
    let [before, after] = &sides;
    let as_if_enforced = matches.get_flag("as-if-enforced");
    let options = Options { as_if_enforced, ..*after.engine.options() };
    let (before, after) = (before.engine.policy_set(), after.engine.policy_set());
    let terms = Terms::of(matches, console)?;
    let mut diff = diff(before, after, &options, terms.setting()).map_err(Failure::unusable)?;
    terms.finish();
    let refused = sides.iter().map(|side| side.refused).sum();
    diff.undecided.extend(side::left_out(refused));
    if options::wants_json(matches) {
        write_json(&diff, console)?;
    } else {
        write_text(&diff, console)?;
    }
    let kinds = matches.get_many::<String>("fail-on").into_iter().flatten();
    let kinds: BTreeSet<&str> = kinds.map(String::as_str).collect();
    let fails = diff.changes.iter().any(|change| kinds.contains(change.kind.word()));
    Ok(region::exit(fails, !diff.undecided.is_empty()))
}

/// Reads one side; a revision without a folder has the policies where the other side has them.
fn read(argument: &str, other: &str, console: &mut Console) -> Result<Side, Failure> {
    let beside = Some(Path::new(other)).filter(|_| !other.starts_with("git:"));
    side::side(argument, beside, console)
}

fn write_text(diff: &Diff, console: &mut Console) -> Result<(), Failure> {
    let mut last = None;
    for change in &diff.changes {
        if last.replace((change.kind, &change.what)) != Some((change.kind, &change.what)) {
            let color = match change.kind {
                ChangeKind::Opens | ChangeKind::Weakens => RED,
                ChangeKind::Loosens | ChangeKind::Blocks => YELLOW,
                ChangeKind::Strengthens | ChangeKind::Tightens => GREEN,
            };
            let word = console.paint(color, change.kind.word());
            writeln!(console.out(), "{word}: {}", clean_line(&change.what))?;
        }
        let outcome =
            format!("was {}, is {}", region::told(&change.before), region::told(&change.after));
        region::write(&diff.set, &change.region, &outcome, console)?;
    }
    region::write_undecided(&diff.undecided, console)?;
    let summary = if diff.is_equal() {
        console.paint(GREEN, "equal: every possible sign-in is decided as before")
    } else {
        let changes = diff.changes.len();
        format!("{} of sign-ins change", counted(changes, "region", "regions"))
    };
    writeln!(console.out(), "{summary}")?;
    if !diff.changes.is_empty() {
        let reach = "a region also reaches over sign-ins of which other policies ask the same";
        let reach = console.paint(DIM, reach);
        writeln!(console.out(), "{reach}")?;
    }
    let line = console.paint(DIM, format_args!("for every sign-in with {}", diff.assuming));
    writeln!(console.out(), "{line}")?;
    Ok(())
}

fn write_json(diff: &Diff, console: &mut Console) -> Result<(), Failure> {
    let changes: Vec<Value> = diff.changes.iter().map(|change| json(diff, change)).collect();
    let report = json!({
        "equal": diff.is_equal(),
        "complete": diff.undecided.is_empty(),
        "assuming": diff.assuming.to_string(),
        "undecided": diff.undecided,
        "changes": changes,
    });
    writeln!(console.out(), "{report:#}")?;
    Ok(())
}

fn json(diff: &Diff, change: &Change) -> Value {
    let mut report = region::json(&diff.set, &change.region);
    report["kind"] = json!(change.kind.word());
    report["what"] = json!(change.what);
    report["before"] = decision::json::write(&change.before, None);
    report["after"] = decision::json::write(&change.after, None);
    report
}
