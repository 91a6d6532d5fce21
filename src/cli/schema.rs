//! `latch schema`: the JSON Schemas of requests, decisions and replays.

use std::io::Write;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command};

use crate::cli::console::{Console, Exit, Failure};
use crate::decision::schema::decision_schema;
use crate::replay::schema::report_schema;
use crate::request::schema::request_schema;

const EXAMPLES: &str = "\
Examples:
  latch schema > request.schema.json
  latch schema decision > decision.schema.json
  latch schema replay > replay.schema.json";

pub(super) fn command() -> Command {
    let what = Arg::new("what")
        .value_name("WHAT")
        .value_parser(PossibleValuesParser::new(["request", "decision", "replay"]))
        .default_value("request")
        .help("Of a sign-in that is asked about, of the answer, or of a replay's report");
    Command::new("schema")
        .about("Write the JSON Schema of requests, decisions or replays")
        .after_help(EXAMPLES)
        .arg(what)
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let schema = match matches.get_one::<String>("what").map(String::as_str) {
        Some("decision") => decision_schema(),
        Some("replay") => report_schema(),
        _ => request_schema(),
    };
    writeln!(console.out(), "{schema:#}")?;
    Ok(Exit::Fine)
}
