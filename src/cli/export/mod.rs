//! `latch export`: policy files as what other systems read.

mod cedar;
mod entra;

use clap::{ArgMatches, Command};

use crate::cli::console::{Console, Exit, Failure};

const EXAMPLES: &str = "\
Examples:
  latch export entra policies -o tenant
  latch export cedar policies -o cedar";

pub(super) fn command() -> Command {
    Command::new("export")
        .about("Write policies as what another system reads")
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(entra::command())
        .subcommand(cedar::command())
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let (name, matches) = matches.subcommand().expect("clap demands a subcommand");
    match name {
        "cedar" => cedar::run(matches, console),
        _ => entra::run(matches, console),
    }
}
