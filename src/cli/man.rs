//! `latch man`: the manual page.

use std::io::Write;

use clap::{Arg, ArgMatches, Command};
use clap_mangen::Man;

use crate::cli::console::{Console, Exit, Failure};

const EXAMPLES: &str = "\
Examples:
  latch man > latch.1
  latch man decide > latch-decide.1";

pub(super) fn command() -> Command {
    let subcommand = Arg::new("command").value_name("COMMAND").help("One subcommand's own page");
    Command::new("man").about("Write the manual page").after_help(EXAMPLES).arg(subcommand)
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let mut whole = super::command();
    whole.build();
    let page = match matches.get_one::<String>("command") {
        None => whole,
        Some(name) => whole
            .find_subcommand(name)
            .cloned()
            .ok_or_else(|| Failure::unusable(format_args!("there is no subcommand {name}")))?,
    };
    let mut text = Vec::new();
    Man::new(page).render(&mut text)?;
    console.out().write_all(&text)?;
    Ok(Exit::Fine)
}
