//! `latch lint --fix`: fixes applied round by round until nothing is left to fix, shown or written.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ArgMatches;

use crate::cli::console::{Console, Exit, Failure, GREEN, RED, clean_line, counted};
use crate::cli::fmt::replace;
use crate::cli::lint::source::{Checked, is_export, of_texts};
use crate::cli::lint::{diff, exit, write};
use crate::lint::{Settings, fix};
use crate::source::read;

/// A fix may uncover another one. Nobody has seen a third round.
const MAX_ROUNDS: usize = 10;

pub(super) fn run(
    paths: &[PathBuf],
    settings: &Settings,
    matches: &ArgMatches,
    console: &mut Console,
) -> Result<Exit, Failure> {
    if let Some(export) = paths.iter().find(|path| is_export(path)) {
        let export = export.display();
        return Err(Failure::unusable(format_args!(
            "{export} is an export, and what is mended in it is not mended in the tenant; `latch import entra` makes policy \
             files of it, and --fix mends those"
        )));
    }
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    for path in read::find(paths)? {
        texts.insert(path.display().to_string(), read::read(&path)?);
    }
    let before = texts.clone();
    let (mut applied, mut rounds) = (0, 0);
    let mut checked = of_texts(texts.clone().into_iter().collect(), settings)?;
    while checked.is_sound() && rounds < MAX_ROUNDS {
        let fixed = fix::apply(&checked.sources, &checked.findings, matches.get_flag("unsafe"));
        if fixed.texts.is_empty() {
            break;
        }
        for (source, text) in fixed.texts {
            texts.insert(checked.sources.get(source).name.clone(), text);
        }
        applied += fixed.applied;
        rounds += 1;
        checked = of_texts(texts.clone().into_iter().collect(), settings)?;
    }
    if !checked.is_sound() {
        checked.show_mistakes(console)?;
        let why = "a file was left as it is, since it has mistakes";
        return Err(Failure::unusable(why));
    }
    let changed: Vec<&String> = texts.keys().filter(|name| texts[*name] != before[*name]).collect();
    if matches.get_flag("diff") {
        return show(&changed, &before, &texts, applied, console);
    }
    for name in &changed {
        replace(Path::new(name), &texts[*name])?;
    }
    told(&checked, applied, changed.len(), console)
}

fn told(
    checked: &Checked,
    applied: usize,
    files: usize,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let (fixes, files) = (counted(applied, "fix", "fixes"), counted(files, "file", "files"));
    console.note(format_args!("{fixes} in {files}"))?;
    write::findings(checked, "text", console)?;
    Ok(exit(&checked.findings))
}

/// What would change, and nothing does; there is something to do where anything would.
fn show(
    changed: &[&String],
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
    applied: usize,
    console: &mut Console,
) -> Result<Exit, Failure> {
    for name in changed {
        for line in diff::unified(name, &before[*name], &after[*name]) {
            let text = clean_line(&line);
            let text = match line.chars().next() {
                Some('+') => console.paint(GREEN, text),
                Some('-') => console.paint(RED, text),
                _ => text,
            };
            writeln!(console.out(), "{text}")?;
        }
    }
    let fixes = counted(applied, "fix", "fixes");
    console.note(format_args!("{fixes} in {}", counted(changed.len(), "file", "files")))?;
    Ok(if changed.is_empty() { Exit::Fine } else { Exit::Findings })
}
