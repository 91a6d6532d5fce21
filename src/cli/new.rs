//! `latch new`: a commented set of policies to start from.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};

use crate::cli::console::{Console, Exit, Failure, clean_line};
use crate::cli::folder::{self, Taken};

const EXAMPLES: &str = "\
Examples:
  latch new policies
  latch new policies && latch test policies";

/// The starter set, by file name.
const FILES: [(&str, &str); 3] = [
    ("names.latch", include_str!("../../policies/starter/names.latch")),
    ("policies.latch", include_str!("../../policies/starter/policies.latch")),
    ("tests.latch", include_str!("../../policies/starter/tests.latch")),
];

pub(super) fn command() -> Command {
    let folder = Arg::new("folder")
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .required(true)
        .help("The folder to write to; no file in it is overwritten");
    Command::new("new")
        .about("Write a commented set of policies to start from")
        .after_help(EXAMPLES)
        .arg(folder)
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let folder: &PathBuf = matches.get_one("folder").expect("clap demands a folder");
    folder::tell(&folder::write(folder, FILES, Taken::Stays)?, console)?;
    let name = clean_line(&folder.display().to_string());
    console.note(format_args!("next: read them, then run latch test {name}"))?;
    Ok(Exit::Fine)
}
