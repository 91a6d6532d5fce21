//! Arguments that several subcommands share.

use std::path::PathBuf;

use anstream::ColorChoice;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, value_parser};

/// `--color auto|always|never`
pub(super) fn color() -> Arg {
    Arg::new("color")
        .long("color")
        .global(true)
        .value_name("WHEN")
        .value_parser(PossibleValuesParser::new(["auto", "always", "never"]))
        .default_value("auto")
        .help("Colours: on a terminal unless NO_COLOR is set, always, or never")
}

pub(super) fn chosen_color(matches: &ArgMatches) -> ColorChoice {
    match matches.get_one::<String>("color").map(String::as_str) {
        Some("always") => ColorChoice::Always,
        Some("never") => ColorChoice::Never,
        _ => ColorChoice::Auto,
    }
}

/// `--output DIR`, which must be given.
pub(super) fn output(help: &'static str) -> Arg {
    Arg::new("output")
        .long("output")
        .short('o')
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .required(true)
        .help(help)
}

/// `--force`
pub(super) fn force() -> Arg {
    Arg::new("force")
        .long("force")
        .action(ArgAction::SetTrue)
        .help("Overwrite files that are there already")
}

/// `--format text|json`
pub(super) fn format() -> Arg {
    Arg::new("format")
        .long("format")
        .value_name("FORMAT")
        .value_parser(PossibleValuesParser::new(["text", "json"]))
        .default_value("text")
        .help("Text for people or JSON for programs")
}

pub(super) fn wants_json(matches: &ArgMatches) -> bool {
    matches.get_one::<String>("format").is_some_and(|it| it == "json")
}

/// Files and folders of policies, as plain arguments.
pub(super) fn paths() -> Arg {
    Arg::new("paths")
        .value_name("PATH")
        .value_parser(value_parser!(PathBuf))
        .action(ArgAction::Append)
        .required(true)
        .help("Policy files, or folders that hold them")
}

/// All values of an argument of paths.
pub(super) fn all_paths(matches: &ArgMatches, name: &str) -> Vec<PathBuf> {
    matches.get_many::<PathBuf>(name).into_iter().flatten().cloned().collect()
}

/// `--policies PATH`, once or several times
pub(super) fn policies() -> Arg {
    Arg::new("policies")
        .long("policies")
        .short('p')
        .value_name("PATH")
        .value_parser(value_parser!(PathBuf))
        .action(ArgAction::Append)
        .default_value("policies")
        .help("Policy files, or folders that hold them")
}

/// More threads than any machine at hand has.
const MAX_THREADS: u64 = 256;

/// `--threads N`
pub(super) fn threads(help: &'static str) -> Arg {
    Arg::new("threads")
        .long("threads")
        .value_name("N")
        .value_parser(value_parser!(u64).range(1..=MAX_THREADS))
        .help(help)
}

/// What `--threads` says, where it is given.
pub(super) fn chosen_threads(matches: &ArgMatches) -> Option<usize> {
    matches.get_one::<u64>("threads").map(|it| usize::try_from(*it).unwrap_or(1))
}

/// As many as there are processors.
pub(super) fn all_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// `--as-if-enforced`
pub(super) fn as_if_enforced() -> Arg {
    Arg::new("as-if-enforced")
        .long("as-if-enforced")
        .action(ArgAction::SetTrue)
        .help("Count report-only policies as on")
}

/// `--geo DB`, once or several times
pub(super) fn geo() -> Arg {
    Arg::new("geo")
        .long("geo")
        .value_name("DB")
        .value_parser(value_parser!(PathBuf))
        .action(ArgAction::Append)
        .help("A MaxMind database of countries, networks or anonymizers")
}
