//! `latch doc`: what policies say, as a page for people and auditors.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command, value_parser};

use crate::cli::console::{Console, Exit, Failure, clean_line};
use crate::cli::load::load_sound;
use crate::cli::options;
use crate::document::{Document, describe};

const EXAMPLES: &str = "\
Examples:
  latch doc policies                              Markdown on standard output
  latch doc policies -o POLICIES.md               kept beside the policies, so that a change shows in review
  latch doc policies --format html -o policies.html --title 'Conditional access, 2027'

The page has a card for each policy, a matrix of who needs what, the emergency accounts, the laws, what the tests
cover, and every name with what it stands for. The HTML page is one file that loads nothing.";

pub(super) fn command() -> Command {
    let output = Arg::new("output")
        .long("output")
        .short('o')
        .value_name("FILE|DIR")
        .value_parser(value_parser!(PathBuf))
        .help("Where to write; in a folder, policies.md or policies.html");
    let format = Arg::new("format")
        .long("format")
        .value_name("FORMAT")
        .value_parser(PossibleValuesParser::new(["markdown", "html"]))
        .help("Markdown or HTML; follows the name of the file, else Markdown");
    let title = Arg::new("title")
        .long("title")
        .value_name("TITLE")
        .default_value("Conditional access")
        .help("The heading of the page");
    Command::new("doc")
        .about("Describe policies in plain English, as Markdown or HTML")
        .after_help(EXAMPLES)
        .arg(options::paths())
        .args([output, format, title])
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let engine = load_sound(&options::all_paths(matches, "paths"), console)?;
    let title: &String = matches.get_one("title").expect("it has a default");
    let document = describe(engine.policy_set(), engine.sources(), title);
    let output = matches.get_one::<PathBuf>("output");
    let html = wants_html(matches, output.map(PathBuf::as_path));
    let text = rendered(&document, html);
    match output {
        None => console.out().write_all(text.as_bytes())?,
        Some(output) => write(&file(output, html), &text, console)?,
    }
    Ok(Exit::Fine)
}

fn wants_html(matches: &ArgMatches, output: Option<&Path>) -> bool {
    match matches.get_one::<String>("format") {
        Some(format) => format == "html",
        None => output.and_then(Path::extension).is_some_and(|it| it == "html" || it == "htm"),
    }
}

fn rendered(document: &Document, html: bool) -> String {
    if html { document.to_html() } else { document.to_markdown() }
}

fn file(output: &Path, html: bool) -> PathBuf {
    let name = if html { "policies.html" } else { "policies.md" };
    if output.is_dir() { output.join(name) } else { output.to_owned() }
}

fn write(path: &Path, text: &str, console: &mut Console) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        Failure::unusable(format_args!("cannot write {}: {error}", path.display()))
    };
    fs::write(path, text).map_err(failed)?;
    Ok(writeln!(console.out(), "wrote {}", clean_line(&path.display().to_string()))?)
}
