//! `latch minimise`: a smaller policy set, with a proof that it decides the same.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};
use serde_json::{Value, json};

use crate::analyze::{Minimised, diff, minimise};
use crate::cli::console::{Console, DIM, Exit, Failure, GREEN, YELLOW, clean_line, counted};
use crate::cli::load::load_sound;
use crate::cli::terms::{self, Terms};
use crate::cli::{options, region};
use crate::engine::Engine;
use crate::hir::Policy;
use crate::source::{SourceId, Span};

const EXAMPLES: &str = "\
Examples:
  latch minimise policies
  latch minimise policies --output smaller

Left out are policies that change nothing beside others; policies that differ in one list alone become one with a longer list.
What is proposed is proved to decide every possible sign-in as before. Microsoft Entra takes 195 policies.

Exit codes:
  0  nothing can go, or --output was written
  1  something can go
  2  misuse, or policies with mistakes
  3  nobody knows: the budget ended first";

pub(super) fn command() -> Command {
    let output = Arg::new("output")
        .long("output")
        .short('o')
        .value_name("FOLDER")
        .value_parser(value_parser!(PathBuf))
        .help("Write the smaller set into this folder, which must not exist yet");
    Command::new("minimise")
        .about("Propose a smaller policy set, proved to decide the same")
        .after_help(EXAMPLES)
        .arg(options::paths())
        .arg(output)
        .args(terms::arguments())
        .arg(options::format())
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let engine = load_sound(&options::all_paths(matches, "paths"), console)?;
    let terms = Terms::of(matches, console)?;
    let mut found = minimise(engine.policy_set(), engine.options(), terms.setting());
    let files = Edits::of(&engine, &found).files(&engine);
    let smaller = Engine::from_text(files.clone()).map_err(|error| {
        Failure::unusable(format_args!("the smaller set cannot be read again: {error}"))
    })?;
    let (before, after) = (engine.policy_set(), smaller.policy_set());
    let proof = diff(before, after, engine.options(), terms.setting());
    let proof = proof.map_err(Failure::unusable)?;
    terms.finish();
    found.undecided.extend(proof.undecided.iter().cloned());
    if !proof.changes.is_empty() {
        found.undecided.push("the smaller set could not be proved to decide the same".to_owned());
    }
    if options::wants_json(matches) {
        write_json(&engine, &found, proof.is_equal(), console)?;
    } else {
        write_text(&engine, &found, proof.is_equal(), console)?;
    }
    let written = write_files(matches, &files, proof.is_equal(), console)?;
    Ok(region::exit(found.fewer() > 0 && !written && proof.is_equal(), !found.undecided.is_empty()))
}

/// What is to be done to the texts: pieces that give way to others.
#[derive(Default)]
struct Edits(BTreeMap<SourceId, Vec<(std::ops::Range<usize>, String)>>);

impl Edits {
    fn of(engine: &Engine, found: &Minimised) -> Edits {
        let mut edits = Edits::default();
        let policy = |name: &str| engine.policy_set().policies.iter().find(|it| it.name == name);
        let taken = found.joined.iter().flat_map(|it| it.taken.iter().map(|(name, _)| name));
        for name in found.dropped.iter().map(|it| &it.policy).chain(taken) {
            if let Some(policy) = policy(name) {
                edits.put(whole(engine, policy), String::new());
            }
        }
        let text = |span: Span| engine.sources().text(span);
        for joined in &found.joined {
            let parts = joined.taken.iter().map(|(_, span)| text(*span));
            let parts: Vec<&str> = std::iter::once(text(joined.part)).chain(parts).collect();
            edits.put(joined.part, format!("({})", parts.join(" or ")));
        }
        edits
    }

    fn put(&mut self, span: Span, text: String) {
        self.0.entry(span.source).or_default().push((span.range(), text));
    }

    /// Every file but the prelude, with the pieces changed. Tests and asserts that name what is gone are for people to change.
    fn files(mut self, engine: &Engine) -> Vec<(String, String)> {
        let own = engine.sources().iter().filter(|(id, _)| *id != SourceId::PRELUDE);
        own.map(|(id, source)| {
            let mut text = source.text.clone();
            let mut edits = self.0.remove(&id).unwrap_or_default();
            edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
            for (range, new) in edits {
                text.replace_range(range, &new);
            }
            (source.name.clone(), text)
        })
        .collect()
    }
}

/// A policy with its documentation: the lines right above it.
fn whole(engine: &Engine, policy: &Policy) -> Span {
    let source = engine.sources().get(policy.span.source);
    let mut start = policy.span.range().start;
    for line in source.text[..start].lines().rev() {
        let about = line.trim_start();
        let ours = about.starts_with("///") || about.starts_with('@');
        if !ours {
            break;
        }
        start -= line.len() + 1;
    }
    Span::new(policy.span.source, start, policy.span.range().end)
}

fn write_text(
    engine: &Engine,
    found: &Minimised,
    equal: bool,
    console: &mut Console,
) -> Result<(), Failure> {
    for it in &found.dropped {
        let word = console.paint(YELLOW, "leave out");
        let why = match it.by.as_slice() {
            [] => "it never applies, or what it does others do".to_owned(),
            by => format!("what it does is done by {}", by.join(", ")),
        };
        writeln!(console.out(), "{word} {}: {}", it.policy, clean_line(&why))?;
    }
    for it in &found.joined {
        let word = console.paint(YELLOW, "join     ");
        let names: Vec<&str> = it.taken.iter().map(|(name, _)| name.as_str()).collect();
        let part = clean_line(engine.sources().text(it.part));
        writeln!(
            console.out(),
            "{word} {} with {}: they differ in `{part}`",
            it.policy,
            names.join(", ")
        )?;
    }
    region::write_undecided(&found.undecided, console)?;
    let before = engine.policy_set().policies.len();
    let line = match (found.fewer(), equal) {
        (0, _) => console.paint(GREEN, "nothing can go"),
        (fewer, true) => {
            let line =
                format!("{} instead of {before}", counted(before - fewer, "policy", "policies"));
            console.paint(
                GREEN,
                format_args!("{line}, and every possible sign-in is decided as before"),
            )
        }
        (fewer, false) => format!("perhaps {} instead of {before}", before - fewer),
    };
    writeln!(console.out(), "{line}")?;
    let line = console.paint(DIM, format_args!("for every sign-in with {}", found.assuming));
    writeln!(console.out(), "{line}")?;
    Ok(())
}

fn write_json(
    engine: &Engine,
    found: &Minimised,
    equal: bool,
    console: &mut Console,
) -> Result<(), Failure> {
    let dropped = found.dropped.iter().map(|it| json!({ "policy": it.policy, "by": it.by }));
    let joined = found.joined.iter().map(|it| {
        let taken: Vec<&str> = it.taken.iter().map(|(name, _)| name.as_str()).collect();
        json!({ "policy": it.policy, "with": taken, "part": engine.sources().text(it.part) })
    });
    let report = json!({
        "policies": engine.policy_set().policies.len(),
        "fewer": found.fewer(),
        "proved": equal,
        "leaveOut": dropped.collect::<Vec<Value>>(),
        "join": joined.collect::<Vec<Value>>(),
        "assuming": found.assuming.to_string(),
        "undecided": found.undecided,
    });
    writeln!(console.out(), "{report:#}")?;
    Ok(())
}

/// Writes the smaller set, where a folder is named; only one that is proved.
fn write_files(
    matches: &ArgMatches,
    files: &[(String, String)],
    equal: bool,
    console: &mut Console,
) -> Result<bool, Failure> {
    let Some(folder) = matches.get_one::<PathBuf>("output") else { return Ok(false) };
    if !equal {
        return Err(Failure::unusable("nothing was written: it is not proved to decide the same"));
    }
    let cannot = |error: std::io::Error| {
        Failure::unusable(format_args!("cannot write {}: {error}", folder.display()))
    };
    fs::create_dir(folder).map_err(cannot)?;
    for (number, (name, text)) in files.iter().enumerate() {
        let name = PathBuf::from(name);
        let name = name.file_name().map_or_else(|| "policies.latch".into(), ToOwned::to_owned);
        let mut path = folder.join(&name);
        if path.exists() {
            // Two folders may have files of one name.
            path = folder.join(format!("{number}-{}", name.to_string_lossy()));
        }
        fs::write(path, text).map_err(cannot)?;
    }
    let name = clean_line(&folder.display().to_string());
    console.note(format_args!("wrote {} into {name}", counted(files.len(), "file", "files")))?;
    Ok(true)
}
