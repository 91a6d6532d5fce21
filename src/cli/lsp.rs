//! `latch lsp`: the language server, at standard input and output.

use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::cli::console::{Console, Exit, Failure};
use crate::lsp;

const EXAMPLES: &str = "\
Examples:
  latch lsp               what an editor runs; it speaks the Language Server Protocol";

pub(super) fn command() -> Command {
    Command::new("lsp")
        .about("Serve an editor: findings as you type, completion, names, layout")
        .after_help(EXAMPLES)
        // Some editors always add it.
        .arg(Arg::new("stdio").long("stdio").action(ArgAction::SetTrue).hide(true))
}

fn today() -> Option<jiff::civil::Date> {
    Some(jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date())
}

pub(super) fn run(_: &ArgMatches, _: &mut Console) -> Result<Exit, Failure> {
    lsp::serve_stdio(today)
        .map(|()| Exit::Fine)
        .map_err(|error| Failure::unusable(format!("the editor broke off: {error}")))
}
