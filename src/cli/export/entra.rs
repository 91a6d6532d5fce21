//! `latch export entra`: policy files as JSON of Microsoft Graph.

use std::io::Write;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::json;

use crate::cli::console::{Console, DIM, Exit, Failure, clean_line, counted};
use crate::cli::folder::{self, Taken};
use crate::cli::{load, options};
use crate::engine::Engine;
use crate::entra::export::{Exported, Outcome, export};
use crate::render;

const EXAMPLES: &str = "\
Examples:
  latch export entra policies -o tenant
  latch export entra policies -o tenant --force --format json

Writes conditionalAccessPolicies.json, namedLocations.json and authenticationStrengthPolicies.json, as Microsoft Graph
gives them out. A policy of which Entra knows no equal is refused, with the place and the reason, and nothing is
written; --partial writes the others, which guard less than all of them. A policy that Entra can only say in several
parts becomes several. Refusals give exit code 1.";

pub(super) fn command() -> Command {
    let output = options::output("The folder to write JSON files to");
    let force = options::force();
    let partial = Arg::new("partial")
        .long("partial")
        .action(ArgAction::SetTrue)
        .help("Write what can be exported, though some policies are refused");
    Command::new("entra")
        .about("Write policies as JSON of Microsoft Graph, for Microsoft Entra")
        .after_help(EXAMPLES)
        .arg(options::paths())
        .args([output, force, partial, options::format()])
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let engine = load::load_sound(&options::all_paths(matches, "paths"), console)?;
    let exported = export(engine.policy_set(), engine.sources());
    let folder: &PathBuf = matches.get_one("output").expect("clap demands a folder");
    let refused = !exported.diagnostics.is_empty();
    let writes = !refused || matches.get_flag("partial");
    if writes {
        let files = exported.files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        folder::write(folder, files, Taken::forced(matches.get_flag("force")))?;
    }
    if options::wants_json(matches) {
        tell_json(&exported, &engine, writes, console)?;
    } else {
        tell(&exported, &engine, writes.then_some(folder), console)?;
    }
    Ok(if refused { Exit::Findings } else { Exit::Fine })
}

/// Refusals on standard error; what became of each policy on standard output.
fn tell(
    exported: &Exported,
    engine: &Engine,
    folder: Option<&PathBuf>,
    console: &mut Console,
) -> Result<(), Failure> {
    for diagnostic in &exported.diagnostics {
        console.diagnostic(diagnostic, engine.sources())?;
    }
    for outcome in &exported.policies {
        let text = clean_line(&became(outcome));
        writeln!(console.out(), "{text}")?;
    }
    if !exported.made_up.is_empty() {
        let text = format!(
            "no @id yet, so that one was made: {}. Graph gives another one when it creates them",
            exported.made_up.join(", ")
        );
        let text = console.paint(DIM, clean_line(&text));
        writeln!(console.out(), "{text}")?;
    }
    let count = exported.policies.iter().map(|outcome| outcome.titles.len()).sum();
    let policies = counted(count, "policy", "policies");
    let locations = counted(exported.locations, "named location", "named locations");
    let strengths =
        counted(exported.strengths, "authentication strength", "authentication strengths");
    let refused = engine.policies().len() - exported.policies.len();
    match folder {
        Some(folder) => {
            let folder = clean_line(&folder.display().to_string());
            writeln!(console.out(), "{policies}, {locations} and {strengths} in {folder}")?;
        }
        None => console.note("nothing was written; --partial writes what can be exported")?,
    }
    if refused > 0 {
        console.note(format!("{} refused", counted(refused, "policy", "policies")))?;
    }
    Ok(())
}

/// `name: v1.0`, `name: beta, for agents; 3 policies`
fn became(outcome: &Outcome) -> String {
    let version = match &outcome.beta[..] {
        [] => "v1.0".to_owned(),
        fields => format!("beta, for {}", fields.join(", ")),
    };
    let copies = match outcome.titles.len() {
        0 => "; no sign-in would meet it, so it is left out".to_owned(),
        1 => String::new(),
        several => format!("; {several} policies"),
    };
    format!("{}: {version}{copies}", outcome.name)
}

fn tell_json(
    exported: &Exported,
    engine: &Engine,
    written: bool,
    console: &mut Console,
) -> Result<(), Failure> {
    let policies: Vec<_> = exported
        .policies
        .iter()
        .map(|outcome| {
            let version = if outcome.beta.is_empty() { "v1.0" } else { "beta" };
            json!({"name": outcome.name, "titles": outcome.titles, "version": version, "beta": outcome.beta})
        })
        .collect();
    let files: Vec<&String> = exported.files.iter().map(|(name, _)| name).collect();
    let diagnostics: Vec<_> =
        exported.diagnostics.iter().map(|it| render::render_json(it, engine.sources())).collect();
    let report = json!({
        "written": if written { json!(files) } else { json!([]) },
        "policies": policies,
        "namedLocations": exported.locations,
        "authenticationStrengths": exported.strengths,
        "madeUpIds": exported.made_up,
        "diagnostics": diagnostics,
    });
    let text = serde_json::to_string_pretty(&report).unwrap_or_default();
    Ok(writeln!(console.out(), "{text}")?)
}
