//! `latch new`: a commented set of policies to start from.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command, value_parser};

use crate::cli::console::{Console, Exit, Failure, clean_line};

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
    if let Some((name, _)) = FILES.iter().find(|(name, _)| folder.join(name).exists()) {
        let path = folder.join(name);
        return Err(Failure::unusable(format_args!("{} is there already", path.display())));
    }
    fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    for (name, text) in FILES {
        let path = folder.join(name);
        write_new(&path, text).map_err(|error| failed(&path, &error))?;
        writeln!(console.out(), "wrote {}", clean_line(&path.display().to_string()))?;
    }
    let name = clean_line(&folder.display().to_string());
    console.note(format_args!("next: read them, then run latch test {name}"))?;
    Ok(Exit::Fine)
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::unusable(format_args!("cannot write {}: {error}", path.display()))
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}
