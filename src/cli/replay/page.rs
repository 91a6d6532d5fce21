//! `--html FILE`: the report as a page for people who do not sit at a terminal.

use std::fs;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, value_parser};

use crate::cli::console::{Console, Failure, clean_line};
use crate::cli::options::all_paths;
use crate::document::replay_page;
use crate::replay::Report;

pub(super) fn argument() -> Arg {
    Arg::new("html")
        .long("html")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("Write the report as one HTML page too, which loads nothing")
}

/// Writes the page, where one is asked for.
pub(super) fn write(
    report: &Report,
    matches: &ArgMatches,
    console: &mut Console,
) -> Result<(), Failure> {
    let Some(path) = matches.get_one::<PathBuf>("html") else { return Ok(()) };
    let page = replay_page(report, "Replay of sign-ins", &compared(matches));
    fs::write(path, page).map_err(|error| {
        Failure::unusable(format_args!("cannot write {}: {error}", path.display()))
    })?;
    let name = clean_line(&path.display().to_string());
    Ok(console.note(format_args!("wrote {name}"))?)
}

/// What was compared, as the command was called.
fn compared(matches: &ArgMatches) -> String {
    let named = |name| {
        let paths: Vec<String> =
            all_paths(matches, name).iter().map(|it| it.display().to_string()).collect();
        paths.join(", ")
    };
    match named("against") {
        none if none.is_empty() => format!("Policies: {}", named("policies")),
        against => format!("Policies: {}; against: {against}", named("policies")),
    }
}
