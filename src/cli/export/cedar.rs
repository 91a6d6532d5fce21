//! `latch export cedar`: policy files as Cedar policies and schema, and sign-ins as Cedar requests.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::cedar::{Export, STORE_POLICY_BYTES, export};
use crate::cli::console::{Console, DIM, Exit, Failure, clean_line, counted};
use crate::cli::folder::{self, Taken};
use crate::cli::input::{self, Input};
use crate::cli::load::load_sound;
use crate::cli::options;
use crate::decision::Options;
use crate::engine::Engine;
use crate::geo::GeoDatabases;
use crate::request::Request;

const EXAMPLES: &str = "\
Examples:
  latch export cedar policies -o cedar
  latch export cedar policies -o cedar --requests sign-ins.jsonl --geo country.mmdb
  head -1 cedar/requests.jsonl > one.json && cedar authorize --schema cedar/schema.cedarschema \\
    --policies cedar/policies.cedar --entities cedar/entities.json --request-json one.json

Writes policies.cedar, which opens for exactly the sign-ins that the policies open for; sessions.cedar, which names the
session controls in force; schema.cedarschema, and the same as JSON. With --requests each sign-in becomes a line of
requests.jsonl. Report-only policies are left out unless --as-if-enforced. What Cedar cannot hold exactly is refused, with
the place and the reason; then nothing is written, and the exit code is 1.";

pub(super) fn command() -> Command {
    let output = options::output(
        "The folder to write to; what stands there under the same names is replaced",
    );
    let requests = Arg::new("requests")
        .long("requests")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help("Sign-ins, as `latch decide` reads them, to be written as Cedar requests; - is standard input");
    let keep_going = Arg::new("keep-going")
        .long("keep-going")
        .action(ArgAction::SetTrue)
        .help("Go on after a line that is no sign-in, or that Cedar cannot be asked about");
    Command::new("cedar")
        .about("Write Cedar policies and a schema that decide the same")
        .after_help(EXAMPLES)
        .arg(options::paths())
        .args([output, requests, keep_going])
        .arg(input::shape())
        .arg(options::geo())
        .arg(options::as_if_enforced())
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let geo = GeoDatabases::open(&options::all_paths(matches, "geo")).map_err(Failure::unusable)?;
    let engine = load_sound(&options::all_paths(matches, "paths"), console)?;
    let as_if_enforced = matches.get_flag("as-if-enforced");
    let options = Options { as_if_enforced, ..Options::default() };
    let export = match export(engine.policy_set(), &options) {
        Ok(export) => export,
        Err(refused) => {
            for diagnostic in &refused {
                console.diagnostic(diagnostic, engine.sources())?;
            }
            console.note("nothing was written: Cedar cannot hold these policies exactly")?;
            return Ok(Exit::Findings);
        }
    };
    let folder: &PathBuf = matches.get_one("output").expect("clap demands a folder");
    write(folder, &export, console)?;
    tell(&export, console)?;
    match matches.get_one::<PathBuf>("requests") {
        Some(path) => {
            let mut translation = Translation { engine, geo, export, bad: 0, good: 0 };
            let input = input::open_path(path, matches, console)?;
            translation.run(input, folder, matches.get_flag("keep-going"), console)
        }
        None => Ok(Exit::Fine),
    }
}

fn write(folder: &Path, export: &Export, console: &mut Console) -> Result<(), Failure> {
    let schema_json = format!("{:#}\n", export.schema_json);
    let sessions = export.sessions.as_ref().map(|text| ("sessions.cedar", text.as_str()));
    let files = [
        Some(("policies.cedar", export.policies.as_str())),
        sessions,
        Some(("schema.cedarschema", export.schema.as_str())),
        Some(("schema.cedarschema.json", schema_json.as_str())),
        Some(("entities.json", "[]\n")),
    ];
    let written = folder::write(folder, files.into_iter().flatten(), Taken::Overwritten)?;
    folder::tell(&written, console)?;
    let stale = folder.join("sessions.cedar");
    if export.sessions.is_none() && stale.exists() {
        fs::remove_file(&stale).map_err(|error| folder::failed(&stale, &error))?;
    }
    Ok(())
}

fn tell(export: &Export, console: &mut Console) -> Result<(), Failure> {
    let statements = counted(export.forbids, "statement that forbids", "statements that forbid");
    writeln!(console.out(), "{statements}")?;
    if !export.left_out.is_empty() {
        let text = format!("left out, since they are not on: {}", export.left_out.join(", "));
        let text = console.paint(DIM, clean_line(&text));
        writeln!(console.out(), "{text}")?;
    }
    for id in &export.large {
        console.note(format_args!(
            "`{}` has more than {STORE_POLICY_BYTES} bytes, the most that Amazon Verified Permissions takes for one policy",
            clean_line(id)
        ))?;
    }
    Ok(())
}

/// Sign-ins on their way to Cedar.
struct Translation {
    engine: Engine,
    geo: GeoDatabases,
    export: Export,
    good: u64,
    bad: u64,
}

impl Translation {
    fn run(
        &mut self,
        input: Input,
        folder: &Path,
        keep_going: bool,
        console: &mut Console,
    ) -> Result<Exit, Failure> {
        let path = folder.join("requests.jsonl");
        let file = File::create(&path).map_err(|error| folder::failed(&path, &error))?;
        let mut out = BufWriter::new(file);
        let Input { name, mut records } = input;
        while let Some(entry) = records.next() {
            let entry = entry.map_err(|error| input::failure(&name, error))?;
            let read = entry.sign_in.map_err(|error| error.to_string());
            match read.and_then(|sign_in| self.translated(sign_in.request)) {
                Ok(json) => {
                    writeln!(out, "{json}").map_err(|error| folder::failed(&path, &error))?;
                    self.good += 1;
                }
                Err(message) => {
                    let message = clean_line(&message);
                    let unit = records.unit();
                    console.error(format_args!("{name}: {unit} {}: {message}", entry.number))?;
                    self.bad += 1;
                    if !keep_going {
                        break;
                    }
                }
            }
        }
        out.flush().map_err(|error| folder::failed(&path, &error))?;
        let path = clean_line(&path.display().to_string());
        writeln!(console.out(), "wrote {path}: {} requests", self.good)?;
        Ok(if self.bad == 0 { Exit::Fine } else { Exit::Unusable })
    }

    fn translated(&self, request: Request) -> Result<serde_json::Value, String> {
        let typed = self.engine.typed(request).map_err(|error| error.to_string())?;
        let filled = self.geo.fill(typed).map_err(|error| error.to_string())?;
        let json = self.export.request(self.engine.policy_set(), &filled);
        json.map_err(|error| error.to_string())
    }
}
