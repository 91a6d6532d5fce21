//! `latch fmt`: policy files in the one form they have.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::cli::console::{Console, Exit, Failure, clean_line};
use crate::cli::options;
use crate::diagnostic::{self, Diagnostic};
use crate::render;
use crate::source::Sources;
use crate::source::read;
use crate::syntax::{format, parse};

const EXAMPLES: &str = "\
Examples:
  latch fmt policies            format every file
  latch fmt policies --check    name the files that are not formatted; exit 1 if there are any
  latch fmt - < one.latch       format standard input to standard output";

pub(super) fn command() -> Command {
    let check = Arg::new("check")
        .long("check")
        .action(ArgAction::SetTrue)
        .help("Change nothing; name the files that would change");
    Command::new("fmt")
        .about("Format policies; there is one form and no option")
        .after_help(EXAMPLES)
        .arg(options::paths().help("Policy files, folders that hold them, or - for standard input"))
        .arg(check)
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let paths = options::all_paths(matches, "paths");
    let check = matches.get_flag("check");
    if paths.iter().any(|path| path.as_os_str() == "-") {
        return if paths.len() == 1 {
            format_input(check, console)
        } else {
            Err(Failure::unusable("- stands for standard input and goes with no other path"))
        };
    }
    format_files(&read::find(paths)?, check, console)
}

fn format_input(check: bool, console: &mut Console) -> Result<Exit, Failure> {
    let name = Path::new("standard input");
    let mut bytes = io::stdin().lock().take(read::MAX_BYTES + 1);
    let text = read::read_from(name, &mut bytes)?;
    let Some(formatted) = formatted(name, &text, console)? else { return Ok(Exit::Findings) };
    if check {
        return Ok(if formatted == text { Exit::Fine } else { Exit::Findings });
    }
    console.out().write_all(formatted.as_bytes())?;
    Ok(Exit::Fine)
}

fn format_files(files: &[PathBuf], check: bool, console: &mut Console) -> Result<Exit, Failure> {
    let mut exit = Exit::Fine;
    let mut changed = 0;
    for path in files {
        let text = read::read(path)?;
        let Some(formatted) = formatted(path, &text, console)? else {
            exit = Exit::Findings;
            continue;
        };
        // What is on the disk counts, not its text: a file in UTF-16 or with a byte order mark changes too.
        if fs::read(path).is_ok_and(|bytes| bytes == formatted.as_bytes()) {
            continue;
        }
        changed += 1;
        let name = clean_line(&path.display().to_string());
        if check {
            exit = Exit::Findings;
            writeln!(console.out(), "would format {name}")?;
        } else {
            replace(path, &formatted)?;
            writeln!(console.out(), "formatted {name}")?;
        }
    }
    let verb = if check { "would change" } else { "changed" };
    console.note(format_args!("{changed} of {} files {verb}", files.len()))?;
    Ok(exit)
}

/// The formatted text, or nothing where the file has mistakes, which are shown.
fn formatted(path: &Path, text: &str, console: &mut Console) -> Result<Option<String>, Failure> {
    let mut sources = Sources::new();
    let source = sources.add(path.display().to_string(), text);
    let mut diagnostics = Vec::new();
    let file = parse(source, text, &mut diagnostics);
    if !diagnostics.iter().any(Diagnostic::is_error) {
        return Ok(Some(format(&file)));
    }
    diagnostic::sort(&mut diagnostics);
    for diagnostic in &diagnostics {
        console.diagnostic(diagnostic, &sources)?;
    }
    if let Some(summary) = render::summary(&diagnostics) {
        console.note(format_args!("{summary}; the file was left as it is"))?;
    }
    Ok(None)
}

/// Writes beside the file and then puts the new one in its place, so that a full disk leaves the old one whole.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        Failure::unusable(format_args!("cannot write {}: {error}", path.display()))
    };
    let target = fs::canonicalize(path).map_err(failed)?;
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".formatted");
    let beside = target.with_file_name(name);
    fs::write(&beside, text).map_err(failed)?;
    let permissions = fs::metadata(&target).map_err(failed)?.permissions();
    fs::set_permissions(&beside, permissions).map_err(failed)?;
    fs::rename(&beside, &target).map_err(failed)
}
