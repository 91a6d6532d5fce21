//! `latch import entra`: exports of Microsoft Entra as policy files.

use std::io::Write;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::cli::console::{Console, DIM, Exit, Failure, clean, clean_line, counted};
use crate::cli::folder::{self, Taken};
use crate::cli::options;
use crate::entra::{self, Counts, Imported};

const EXAMPLES: &str = "\
Examples:
  latch import entra tenant-export/ -o policies
  latch import entra policies.json namedLocations.json groups.json -o policies --force

Reads what Microsoft Graph gives out: policies, named locations, authentication strengths, and groups, users and apps
for their names; single objects, arrays, `value` envelopes, JSON Lines, whole folders. A policy that cannot be
represented exactly is refused, with the field and the reason, and the exit code is 1.";

pub(super) fn command() -> Command {
    let output = options::output("The folder to write policy files to");
    let force = options::force();
    let quiet = Arg::new("quiet")
        .long("quiet")
        .short('q')
        .action(ArgAction::SetTrue)
        .help("Tell refusals and counts, but no notes");
    let entra = Command::new("entra")
        .about("Read exports of Microsoft Entra conditional access")
        .after_help(EXAMPLES)
        .arg(options::paths().help("Files of an export, or folders that hold them"))
        .args([output, force, quiet]);
    Command::new("import")
        .about("Make policy files of what another system exports")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(entra)
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let (_, matches) = matches.subcommand().expect("clap demands a subcommand");
    let export = entra::read(&options::all_paths(matches, "paths")).map_err(Failure::unusable)?;
    let imported = entra::import(&export);
    let folder: &PathBuf = matches.get_one("output").expect("clap demands a folder");
    if imported.files.is_empty() {
        tell(&imported, matches.get_flag("quiet"), console)?;
        return Err(Failure::unusable("there is no policy to write"));
    }
    let files = imported.files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let taken = Taken::forced(matches.get_flag("force"));
    folder::tell(&folder::write(folder, files, taken)?, console)?;
    tell(&imported, matches.get_flag("quiet"), console)?;
    Ok(if imported.refused.is_empty() { Exit::Fine } else { Exit::Findings })
}

/// Notes and refusals on standard error, counts on standard output.
fn tell(imported: &Imported, quiet: bool, console: &mut Console) -> Result<(), Failure> {
    for note in imported.notes.iter().filter(|_| !quiet) {
        console.note(clean(&note.to_string()))?;
    }
    for refusal in &imported.refused {
        console.note(clean(&refusal.to_string()))?;
    }
    let Counts { files, policies, refused, repeated, networks, strengths, named, unnamed, .. } =
        &imported.counts;
    let read = counted(*files, "file", "files");
    let policies = counted(*policies, "policy", "policies");
    let networks = counted(*networks, "network", "networks");
    let strengths = counted(*strengths, "strength", "strengths");
    let out = console.out();
    writeln!(out, "{policies}, {networks} and {strengths} from {read}")?;
    writeln!(out, "{} by name, {unnamed} by id alone", counted(*named, "object", "objects"))?;
    let told = [(*refused, "refused"), (*repeated, "given twice, taken once")];
    for (count, what) in told.into_iter().filter(|(count, _)| *count > 0) {
        writeln!(out, "{} {what}", counted(count, "policy", "policies"))?;
    }
    let skipped = imported.counts.skipped.iter();
    let skipped: Vec<_> = skipped.map(|(kind, count)| format!("{kind} ({count})")).collect();
    if !skipped.is_empty() {
        let text = format!("passed over, as policies do not use them: {}", skipped.join(", "));
        let text = console.paint(DIM, clean_line(&text));
        writeln!(console.out(), "{text}")?;
    }
    Ok(())
}
