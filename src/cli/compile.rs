//! `latch compile`: policies as one file that is loaded in milliseconds.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command, value_parser};
use serde_json::json;

use crate::cli::console::{Console, Exit, Failure, clean_line};
use crate::cli::load::{Loaded, load};
use crate::cli::options;

const EXAMPLES: &str = "\
Examples:
  latch compile policies -o policies.latchset
  latch decide -p policies.latchset sign-ins.jsonl

Whatever takes policies takes the file: nothing is parsed or compiled again before the first decision. It holds the texts
too, for explanations and documents. The same policies make the same bytes. Its checksum tells damage, and not malice: take
it only from where you would take the policies. Another version of Latch refuses it.";

pub(super) fn command() -> Command {
    let output = Arg::new("output")
        .long("output")
        .short('o')
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .required(true)
        .help("The file to write");
    Command::new("compile")
        .about("Compile policies into one file that is loaded in milliseconds")
        .after_help(EXAMPLES)
        .arg(options::paths())
        .arg(output)
        .arg(options::force())
        .arg(options::format())
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let loaded = load(&options::all_paths(matches, "paths"))?;
    loaded.show(console)?;
    let Loaded::Sound(engine) = loaded else {
        console.note("nothing was written: the policies have mistakes")?;
        return Ok(Exit::Findings);
    };
    let path: &PathBuf = matches.get_one("output").expect("clap demands a file");
    let bytes = engine.to_saved();
    write(path, &bytes, matches.get_flag("force"))?;
    let (policies, rows) = (engine.program().policies().count(), engine.program().rows());
    let size = bytes.len();
    let path = path.display().to_string();
    if options::wants_json(matches) {
        let report = json!({ "file": path, "bytes": size, "policies": policies, "rows": rows });
        writeln!(console.out(), "{report:#}")?;
    } else {
        let path = clean_line(&path);
        writeln!(console.out(), "wrote {path}: {policies} policies, {rows} rows, {size} bytes")?;
    }
    Ok(Exit::Fine)
}

/// Beside its place first, so that whoever reads it there finds all of it, the old one or the new one.
fn write(path: &Path, bytes: &[u8], force: bool) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        Failure::unusable(format_args!("cannot write {}: {error}", path.display()))
    };
    if !force {
        return match File::create_new(path) {
            Ok(mut file) => file.write_all(bytes).map_err(failed),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let path = path.display();
                Err(Failure::unusable(format_args!(
                    "{path} is there already; --force overwrites it"
                )))
            }
            Err(error) => Err(failed(error)),
        };
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    std::fs::write(&beside, bytes).map_err(failed)?;
    std::fs::rename(&beside, path).map_err(failed)
}
