//! `latch schema`: the JSON Schemas of requests, decisions, replays and measurements.

use std::io::Write;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command};

use crate::cli::console::{Console, Exit, Failure};
use crate::decision::schema::decision_schema;
use crate::measure;
use crate::replay;
use crate::request::schema::request_schema;

const EXAMPLES: &str = "\
Examples:
  latch schema > request.schema.json
  latch schema decision > decision.schema.json
  latch schema replay > replay.schema.json
  latch schema bench > bench.schema.json";

pub(super) fn command() -> Command {
    let what = Arg::new("what")
        .value_name("WHAT")
        .value_parser(PossibleValuesParser::new(["request", "decision", "replay", "bench"]))
        .default_value("request")
        .help("Of a sign-in that is asked about, of the answer, of a replay's report, or of a measurement");
    Command::new("schema")
        .about("Write the JSON Schema of requests, decisions, replays or measurements")
        .after_help(EXAMPLES)
        .arg(what)
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let schema = match matches.get_one::<String>("what").map(String::as_str) {
        Some("decision") => decision_schema(),
        Some("replay") => replay::schema::report_schema(),
        Some("bench") => measure::schema::report_schema(),
        _ => request_schema(),
    };
    writeln!(console.out(), "{schema:#}")?;
    Ok(Exit::Fine)
}
