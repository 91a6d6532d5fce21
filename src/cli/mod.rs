//! The command `latch`: arguments, one file per subcommand. Only here is anything printed, and only here does a
//! process end.

mod bench;
mod check;
mod compile;
mod completions;
mod console;
mod cover;
mod decide;
mod decider;
mod diff;
mod doc;
mod explain;
mod explain_rule;
mod export;
mod fmt;
mod folder;
mod gaps;
mod import;
mod input;
mod line;
mod lint;
mod load;
mod lockout;
mod lsp;
mod man;
mod minimise;
mod new;
mod options;
mod prove;
mod region;
mod replay;
mod schema;
mod side;
mod terms;
mod test;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{ArgMatches, Command};

use console::{Console, Exit, Failure};

/// What a subcommand is: its arguments and what it does.
struct Subcommand {
    command: fn() -> Command,
    run: fn(&ArgMatches, &mut Console) -> Result<Exit, Failure>,
}

/// Every subcommand, in the order of the help.
const SUBCOMMANDS: [Subcommand; 24] = [
    Subcommand { command: check::command, run: check::run },
    Subcommand { command: lint::command, run: lint::run },
    Subcommand { command: explain_rule::command, run: explain_rule::run },
    Subcommand { command: fmt::command, run: fmt::run },
    Subcommand { command: compile::command, run: compile::run },
    Subcommand { command: decide::command, run: decide::run },
    Subcommand { command: replay::command, run: replay::run },
    Subcommand { command: import::command, run: import::run },
    Subcommand { command: export::command, run: export::run },
    Subcommand { command: explain::command, run: explain::run },
    Subcommand { command: test::command, run: test::run },
    Subcommand { command: doc::command, run: doc::run },
    Subcommand { command: prove::command, run: prove::run },
    Subcommand { command: gaps::command, run: gaps::run },
    Subcommand { command: diff::command, run: diff::run },
    Subcommand { command: lockout::command, run: lockout::run },
    Subcommand { command: minimise::command, run: minimise::run },
    Subcommand { command: cover::command, run: cover::run },
    Subcommand { command: bench::command, run: bench::run },
    Subcommand { command: lsp::command, run: lsp::run },
    Subcommand { command: schema::command, run: schema::run },
    Subcommand { command: new::command, run: new::run },
    Subcommand { command: completions::command, run: completions::run },
    Subcommand { command: man::command, run: man::run },
];

const AFTER_HELP: &str = "\
Exit codes:
  0  fine
  1  findings: mistakes in policies, failing tests, gaps, refused imports and exports, files to format
  2  misuse, or input that cannot be read
  3  undecided: a proof or an analysis that ran out of its budget

Examples:
  latch new policies                          a commented set to start from
  latch check policies                        find mistakes
  latch decide -p policies sign-ins.jsonl     decide a file of sign-ins
  latch help decide                           more about one command";

/// The whole command, from which help, man page and completions come.
fn command() -> Command {
    let command = Command::new("latch")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Conditional access: policies in, decisions out")
        .after_help(AFTER_HELP)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(options::color());
    command.subcommands(SUBCOMMANDS.iter().map(|it| (it.command)()))
}

/// Runs the command with these arguments, the first of which is its own name, and says how it went.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let matches = match command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return show(&error),
    };
    let mut console = Console::new(options::chosen_color(&matches));
    let outcome = dispatch(&matches, &mut console);
    console.end(outcome)
}

fn dispatch(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let (name, matches) = matches.subcommand().expect("clap demands a subcommand");
    let known = SUBCOMMANDS.iter().find(|it| (it.command)().get_name() == name);
    let subcommand = known.expect("clap lets no other subcommand pass");
    (subcommand.run)(matches, console)
}

/// Help, version and misuse, as clap words them. A closed pipe is no reason to fail.
fn show(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    if error.use_stderr() { Exit::Unusable.into() } else { Exit::Fine.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_agree_with_each_other() {
        command().debug_assert();
    }

    #[test]
    fn every_subcommand_has_examples() {
        for subcommand in SUBCOMMANDS {
            let command = (subcommand.command)();
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Example"), "{}", command.get_name());
        }
    }
}
