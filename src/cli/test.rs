//! `latch test`: the tests beside the policies, run on the engine.

use std::io::Write;

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Value, json};

use crate::cli::console::{Console, DIM, Exit, Failure, GREEN, RED, clean_line, counted};
use crate::cli::explain::{applies, write_tree};
use crate::cli::load::load_sound;
use crate::cli::terms;
use crate::cli::{cover, options};
use crate::decision::{self, Decision, Options};
use crate::engine::Engine;
use crate::hir::{Test, TestExpectation};
use crate::interpret::explain::explain;
use crate::interpret::{Mismatch, judge};

const EXAMPLES: &str = "\
Examples:
  latch test policies
  latch test policies --filter payroll --verbose
  latch test policies --suggest >> policies/suggested.latch

A failing test prints the explanation of its decision, and the exit code is 1.";

pub(super) fn command() -> Command {
    let filter = Arg::new("filter")
        .long("filter")
        .value_name("TEXT")
        .help("Only tests whose title has this text in it");
    let verbose = Arg::new("verbose")
        .long("verbose")
        .short('v')
        .action(ArgAction::SetTrue)
        .help("Name the tests that pass, too");
    let suggest = Arg::new("suggest")
        .long("suggest")
        .action(ArgAction::SetTrue)
        .conflicts_with_all(["filter", "verbose", "format"])
        .help("Print a ready test for every mistake that no test would notice");
    Command::new("test")
        .about("Run the tests that stand beside the policies")
        .after_help(EXAMPLES)
        .arg(options::paths())
        .args([filter, verbose, suggest])
        .args(terms::arguments().map(|it| it.requires("suggest")))
        .arg(options::format())
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let engine = load_sound(&options::all_paths(matches, "paths"), console)?;
    if matches.get_flag("suggest") {
        return cover::suggest(&engine, matches, console);
    }
    let filter = matches.get_one::<String>("filter").map(String::as_str);
    let tests = engine.policy_set().tests.iter();
    let chosen: Vec<_> =
        tests.filter(|it| filter.is_none_or(|text| it.title.contains(text))).collect();
    if let (Some(filter), true) = (filter, chosen.is_empty()) {
        return Err(Failure::unusable(format_args!("no test has `{filter}` in its title")));
    }
    let results: Vec<_> = chosen.into_iter().map(|test| Run::of(&engine, test)).collect();
    if options::wants_json(matches) {
        write_json(&engine, &results, console)?;
    } else {
        write_text(&engine, &results, matches.get_flag("verbose"), console)?;
    }
    let failed = results.iter().any(|run| !run.failures.is_empty());
    Ok(if failed { Exit::Findings } else { Exit::Fine })
}

/// A test and what came of it.
struct Run<'a> {
    test: &'a Test,
    failures: Vec<Unmet<'a>>,
}

/// An expectation that is not met.
struct Unmet<'a> {
    expectation: &'a TestExpectation,
    mismatch: Mismatch,
    decision: Decision,
}

impl<'a> Run<'a> {
    fn of(engine: &Engine, test: &'a Test) -> Run<'a> {
        let failures = test.expectations.iter().filter_map(|expectation| {
            let decision = if expectation.as_if_enforced {
                engine.decide_as_if_enforced(&test.request)
            } else {
                engine.decide(&test.request)
            };
            let mismatch = judge(engine.policy_set(), expectation, &decision)?;
            Some(Unmet { expectation, mismatch, decision })
        });
        Run { test, failures: failures.collect() }
    }
}

fn write_text(
    engine: &Engine,
    results: &[Run<'_>],
    verbose: bool,
    console: &mut Console,
) -> Result<(), Failure> {
    for run in results {
        if !run.failures.is_empty() {
            write_failure(engine, run, console)?;
        } else if verbose {
            let word = console.paint(GREEN, "ok  ");
            writeln!(console.out(), "{word} {}", clean_line(&run.test.title))?;
        }
    }
    write_summary(engine, results, console)
}

fn write_failure(engine: &Engine, run: &Run<'_>, console: &mut Console) -> Result<(), Failure> {
    let word = console.paint(RED, "FAIL");
    let place = console.paint(DIM, place(engine, run.test));
    writeln!(console.out(), "{word} {}  {place}", clean_line(&run.test.title))?;
    for unmet in &run.failures {
        let expected = engine.sources().text(unmet.expectation.span);
        let out = console.out();
        writeln!(out, "  {}: {}", unmet.mismatch.complaint(), clean_line(expected))?;
        write_why(engine, run.test, unmet, console)?;
    }
    Ok(())
}

/// The decision and its reasons: the policies that apply, and those that should have.
fn write_why(
    engine: &Engine,
    test: &Test,
    unmet: &Unmet<'_>,
    console: &mut Console,
) -> Result<(), Failure> {
    let set = engine.policy_set();
    let expectation = unmet.expectation;
    let options = Options { as_if_enforced: expectation.as_if_enforced, ..*engine.options() };
    let mut explanation = explain(set, &test.request, &options);
    let wanted = |name: &str| expectation.by.iter().any(|id| set.policy(*id).name == name);
    explanation.policies.retain(|policy| applies(policy) || wanted(&policy.policy));
    write_tree(engine, &explanation, 4, console)?;
    writeln!(console.out())?;
    Ok(())
}

/// `policies/risk.latch:12`
fn place(engine: &Engine, test: &Test) -> String {
    let source = engine.sources().get(test.span.source);
    let line = source.position(test.span.range().start).line;
    clean_line(&format!("{}:{line}", source.name))
}

fn write_summary(
    engine: &Engine,
    results: &[Run<'_>],
    console: &mut Console,
) -> Result<(), Failure> {
    let failed = results.iter().filter(|run| !run.failures.is_empty()).count();
    let passed = results.len() - failed;
    let tests = counted(results.len(), "test", "tests");
    let color = if failed == 0 { GREEN } else { RED };
    let line = console.paint(color, format_args!("{tests}: {passed} passed, {failed} failed"));
    writeln!(console.out(), "{line}")?;
    match engine.policy_set().asserts.len() {
        0 => Ok(()),
        count => {
            let asserts = counted(count, "assert was", "asserts were");
            let what = "checked for names and types, and not proved here: `latch prove` does that";
            writeln!(console.out(), "{asserts} {what}")?;
            Ok(())
        }
    }
}

fn write_json(engine: &Engine, results: &[Run<'_>], console: &mut Console) -> Result<(), Failure> {
    let failed = results.iter().filter(|run| !run.failures.is_empty()).count();
    let asserts = engine.policy_set().asserts.iter();
    let report = json!({
        "passed": results.len() - failed,
        "failed": failed,
        "tests": results.iter().map(|run| run_json(engine, run)).collect::<Vec<_>>(),
        "notProved": asserts.map(|it| it.name.as_str()).collect::<Vec<_>>(),
    });
    writeln!(console.out(), "{report:#}")?;
    Ok(())
}

fn run_json(engine: &Engine, run: &Run<'_>) -> Value {
    let source = engine.sources().get(run.test.span.source);
    let failures = run.failures.iter().map(|unmet| {
        json!({
            "expected": engine.sources().text(unmet.expectation.span),
            "mismatch": unmet.mismatch.complaint(),
            "decision": decision::json::write(&unmet.decision, run.test.request.id()),
        })
    });
    json!({
        "title": run.test.title,
        "file": source.name,
        "line": source.position(run.test.span.range().start).line,
        "passed": run.failures.is_empty(),
        "failures": failures.collect::<Vec<_>>(),
    })
}
