//! `latch lint`: mistakes that compile, in policies and in exports of Entra; and their fixes.

mod diff;
mod fixing;
mod source;
mod write;

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::cli::console::{Console, Exit, Failure};
use crate::cli::options;
use crate::diagnostic::Severity;
use crate::lint::report::baseline::{self, Baseline};
use crate::lint::{Finding, Profile, Settings, find_rule};

use source::checked;
pub(super) use source::{of_engine, settings_for};
pub(super) use write::shown;

const EXAMPLES: &str = "\
Examples:
  latch lint policies
  latch lint policies --profile strict
  latch lint policies --fix --diff                         what safe fixes would change
  latch lint policies --format sarif > latch.sarif         for GitHub's code scanning
  latch lint policies --baseline known.json --write-baseline
  latch lint tenant.json                                   an export of Microsoft Graph

`latch explain-rule NAME` says what a rule is about and what to do. A finding that is right where it stands is allowed
there: `// latch: allow(rule-name) why`. latch.toml, beside the policies or above them, says which rules are on.

Exit codes:
  0  nothing but remarks
  1  errors or warnings
  2  misuse, or input that cannot be read";

/// The forms of output.
const FORMATS: [&str; 5] = ["text", "json", "sarif", "junit", "github"];

pub(super) fn command() -> Command {
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
    };
    let file = |name: &'static str, help: &'static str| {
        let parser = value_parser!(PathBuf);
        Arg::new(name).long(name).value_name("FILE").value_parser(parser).help(help)
    };
    let format = Arg::new("format")
        .long("format")
        .value_name("FORMAT")
        .value_parser(PossibleValuesParser::new(FORMATS))
        .default_value("text")
        .help("Text for people, or a format that other programs read");
    let rule = Arg::new("rule")
        .long("rule")
        .value_name("NAME")
        .action(ArgAction::Append)
        .help("Only this rule, by name or code; may be given several times");
    let profile = Arg::new("profile")
        .long("profile")
        .value_name("NAME")
        .value_parser(PossibleValuesParser::new(Profile::CHOICES.map(Profile::name)))
        .help("Which rules are on, whatever latch.toml says of that");
    Command::new("lint")
        .about("Find mistakes that compile, say why they matter, and mend them")
        .after_help(EXAMPLES)
        .arg(
            options::paths()
                .help("Policy files, folders that hold them, or exports of Microsoft Graph"),
        )
        .args([format, rule, profile])
        .arg(file("config", "The settings to take, in the place of the latch.toml that is found"))
        .arg(file("baseline", "Tell only what this file does not know yet"))
        .arg(
            flag("write-baseline", "Write what is found to the file of --baseline")
                .requires("baseline"),
        )
        .arg(flag("fix", "Apply the fixes that change no decision"))
        .arg(flag("unsafe", "Apply the other fixes too").requires("fix"))
        .arg(flag("diff", "Show what --fix would change, and change nothing").requires("fix"))
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let paths = options::all_paths(matches, "paths");
    let settings = chosen(matches, settings_for(&paths, config(matches), console)?)?;
    if matches.get_flag("fix") {
        return fixing::run(&paths, &settings, matches, console);
    }
    let mut checked = checked(&paths, &settings)?;
    if !checked.is_sound() {
        checked.show_mistakes(console)?;
        return Ok(Exit::Findings);
    }
    if let Some(path) = matches.get_one::<PathBuf>("baseline") {
        if matches.get_flag("write-baseline") {
            return write::baseline(path, &baseline::write(&checked.findings), &checked, console);
        }
        checked.known = known(path)?.without_known(&mut checked.findings);
    }
    let format = matches.get_one::<String>("format").map_or("text", String::as_str);
    write::findings(&checked, format, console)?;
    Ok(exit(&checked.findings))
}

/// Remarks are no reason to fail.
pub(super) fn exit(findings: &[Finding]) -> Exit {
    let grave = findings.iter().any(|it| it.diagnostic.severity >= Severity::Warning);
    if grave { Exit::Findings } else { Exit::Fine }
}

fn config(matches: &ArgMatches) -> Option<&PathBuf> {
    matches.get_one::<PathBuf>("config")
}

/// The settings with what the arguments say of profile and rules.
fn chosen(matches: &ArgMatches, mut settings: Settings) -> Result<Settings, Failure> {
    if let Some(name) = matches.get_one::<String>("profile") {
        let profile = Profile::CHOICES.into_iter().find(|it| it.name() == name);
        settings.profile = profile.unwrap_or(settings.profile);
    }
    let rules: Vec<&String> = matches.get_many("rule").into_iter().flatten().collect();
    if rules.is_empty() {
        return Ok(settings);
    }
    let mut levels = std::collections::BTreeMap::new();
    for name in rules {
        let unknown = || {
            Failure::unusable(format_args!(
                "there is no rule `{name}`; `latch explain-rule` lists them"
            ))
        };
        levels.extend(Settings::only(find_rule(name).ok_or_else(unknown)?).levels);
    }
    Ok(Settings { levels, paths: Vec::new(), ..settings })
}

fn known(path: &Path) -> Result<Baseline, Failure> {
    let text = crate::source::read::read(path)?;
    let failed =
        |error| Failure::unusable(format_args!("{}: no baseline: {error}", path.display()));
    Baseline::read(&text).map_err(failed)
}
