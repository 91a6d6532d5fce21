//! `latch check`: every mistake of every file, in one run.

use std::io::Write;

use clap::{ArgMatches, Command};
use serde_json::json;

use crate::cli::console::{Console, Exit, Failure, counted};
use crate::cli::lint;
use crate::cli::load::{self, Loaded};
use crate::cli::options;
use crate::engine::Engine;
use crate::lint::{Finding, report};
use crate::render;

const EXAMPLES: &str = "\
Examples:
  latch check policies
  latch check policies --format json | jq '.diagnostics[].message'

Where nothing is wrong with the language, the rules of `latch lint` are asked too: what they find as errors counts here,
their warnings are told.";

pub(super) fn command() -> Command {
    Command::new("check")
        .about("Find mistakes in policies: all of them, in all files, and what `latch lint` finds")
        .after_help(EXAMPLES)
        .arg(options::paths())
        .arg(options::format())
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let paths = options::all_paths(matches, "paths");
    let loaded = load::load(&paths)?;
    let findings = match &loaded {
        Loaded::Sound(engine) => {
            let settings = lint::settings_for(&paths, None, console)?;
            lint::of_engine(engine, &settings).findings
        }
        Loaded::Faulty(_) => Vec::new(),
    };
    if options::wants_json(matches) {
        write_json(&loaded, &findings, console)?;
    } else {
        write_text(&loaded, &findings, console)?;
    }
    let grave = findings.iter().any(|it| it.diagnostic.is_error());
    Ok(match loaded {
        Loaded::Sound(_) if !grave => Exit::Fine,
        Loaded::Sound(_) | Loaded::Faulty(_) => Exit::Findings,
    })
}

fn write_text(loaded: &Loaded, findings: &[Finding], console: &mut Console) -> Result<(), Failure> {
    loaded.show(console)?;
    for finding in findings {
        console.diagnostic(&lint::shown(finding), loaded.sources())?;
    }
    let shown: Vec<_> = findings.iter().map(|it| it.diagnostic.clone()).collect();
    if let Some(summary) = render::summary(&shown) {
        console.note(summary)?;
    }
    if let Loaded::Sound(engine) = loaded {
        writeln!(console.out(), "{}", what_is_fine(engine, loaded.files()))?;
        if !engine.policy_set().asserts.is_empty() {
            writeln!(
                console.out(),
                "the asserts are read and not proved: `latch prove` does that"
            )?;
        }
    }
    Ok(())
}

fn what_is_fine(engine: &Engine, files: usize) -> String {
    let set = engine.policy_set();
    format!(
        "no mistakes: {}, {}, {} in {}",
        counted(set.policies.len(), "policy", "policies"),
        counted(set.tests.len(), "test", "tests"),
        counted(set.asserts.len(), "assert", "asserts"),
        counted(files, "file", "files")
    )
}

fn write_json(loaded: &Loaded, findings: &[Finding], console: &mut Console) -> Result<(), Failure> {
    let found = loaded.diagnostics();
    let errors = found.iter().filter(|it| it.is_error()).count();
    let diagnostics: Vec<_> =
        found.iter().map(|it| render::render_json(it, loaded.sources())).collect();
    let report = json!({
        "files": loaded.files(),
        "errors": errors,
        "warnings": found.len() - errors,
        "diagnostics": diagnostics,
        "findings": report::json(findings, loaded.sources()),
    });
    writeln!(console.out(), "{report:#}")?;
    Ok(())
}
