//! `latch schema`: the JSON Schemas of requests and decisions.

use std::io::Write;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command};

use crate::cli::console::{Console, Exit, Failure};
use crate::decision::schema::decision_schema;
use crate::request::schema::request_schema;

const EXAMPLES: &str = "\
Examples:
  latch schema > request.schema.json
  latch schema decision > decision.schema.json";

pub(super) fn command() -> Command {
    let what = Arg::new("what")
        .value_name("WHAT")
        .value_parser(PossibleValuesParser::new(["request", "decision"]))
        .default_value("request")
        .help("Of a sign-in that is asked about, or of the answer");
    Command::new("schema")
        .about("Write the JSON Schema of requests or decisions")
        .after_help(EXAMPLES)
        .arg(what)
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let decision = matches.get_one::<String>("what").is_some_and(|it| it == "decision");
    let schema = if decision { decision_schema() } else { request_schema() };
    writeln!(console.out(), "{schema:#}")?;
    Ok(Exit::Fine)
}
