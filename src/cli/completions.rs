//! `latch completions`: a script that completes the command in a shell.

use std::io::Write;

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;

use crate::cli::console::{Console, Exit, Failure};

const EXAMPLES: &str = "\
Examples:
  latch completions bash > ~/.local/share/bash-completion/completions/latch
  latch completions fish > ~/.config/fish/completions/latch.fish";

pub(super) fn command() -> Command {
    let shell = Arg::new("shell")
        .value_name("SHELL")
        .value_parser(value_parser!(Shell))
        .required(true)
        .help("The shell");
    Command::new("completions")
        .about("Write the completions of a shell")
        .after_help(EXAMPLES)
        .arg(shell)
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let shell = *matches.get_one::<Shell>("shell").expect("clap demands a shell");
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut super::command(), "latch", &mut script);
    console.out().write_all(&script)?;
    Ok(Exit::Fine)
}
