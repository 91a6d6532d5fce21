//! What is linted: policy files or an export of Graph, with the settings that hold for them.

use std::path::{Path, PathBuf};

use crate::cli::console::{Console, Failure};
use crate::cli::load::Loaded;
use crate::diagnostic::Diagnostic;
use crate::engine::Engine;
use crate::entra::{self, Imported};
use crate::hir::PolicySet;
use crate::lint::{Finding, Settings, Subject, config, lint};
use crate::source::Sources;
use crate::source::read;

/// A policy set, linted.
pub(in crate::cli) struct Checked {
    pub sources: Sources,
    pub set: Option<PolicySet>,
    /// Mistakes that keep the policies from having a meaning, and other words of the compiler.
    pub mistakes: Vec<Diagnostic>,
    pub findings: Vec<Finding>,
    /// How many findings a baseline took out.
    pub known: usize,
    /// How many policies of an export could not be taken over.
    pub refused: usize,
}

impl Checked {
    pub(in crate::cli) fn is_sound(&self) -> bool {
        self.set.is_some()
    }

    pub(super) fn show_mistakes(&self, console: &mut Console) -> Result<(), Failure> {
        for mistake in &self.mistakes {
            console.diagnostic(mistake, &self.sources)?;
        }
        if let Some(summary) = crate::render::summary(&self.mistakes) {
            console.note(format_args!("{summary}; the rest is linted once these are mended"))?;
        }
        Ok(())
    }
}

/// Reads and lints.
pub(in crate::cli) fn checked(paths: &[PathBuf], settings: &Settings) -> Result<Checked, Failure> {
    if paths.iter().any(|path| is_export(path)) {
        return of_export(paths, settings);
    }
    let mut texts = Vec::new();
    for path in read::find(paths)? {
        texts.push((path.display().to_string(), read::read(&path)?));
    }
    of_texts(texts, settings)
}

/// Lints texts that were read.
pub(super) fn of_texts(
    texts: Vec<(String, String)>,
    settings: &Settings,
) -> Result<Checked, Failure> {
    Ok(match Loaded::of(Engine::from_text(texts))? {
        Loaded::Sound(engine) => of_engine(&engine, settings),
        Loaded::Faulty(found) => Checked {
            sources: found.sources,
            set: None,
            mistakes: found.diagnostics,
            findings: Vec::new(),
            known: 0,
            refused: 0,
        },
    })
}

/// Lints what an engine was made of.
pub(in crate::cli) fn of_engine(engine: &Engine, settings: &Settings) -> Checked {
    let (sources, set) = (engine.sources().clone(), engine.policy_set().clone());
    let settings = placed(settings, &sources);
    let findings = lint(&Subject::new(&sources, &set, &settings));
    let mistakes = engine.warnings().to_vec();
    Checked { sources, set: Some(set), mistakes, findings, known: 0, refused: 0 }
}

pub(super) fn is_export(path: &Path) -> bool {
    let ending = path.extension().map(|it| it.to_ascii_lowercase());
    ending.is_some_and(|it| it == "json" || it == "jsonl" || it == "ndjson")
}

fn of_export(paths: &[PathBuf], settings: &Settings) -> Result<Checked, Failure> {
    let export = entra::read(paths).map_err(Failure::unusable)?;
    let imported = entra::import(&export);
    if imported.files.is_empty() {
        return Err(Failure::unusable("there is no policy in it that could be looked at"));
    }
    let mut checked = of_texts(imported.files.clone(), settings)?;
    checked.refused = imported.counts.refused;
    for finding in &mut checked.findings {
        finding.origin = origin(&imported, finding, &checked.sources);
        if let Some(origin) = &mut finding.origin {
            origin.file = given(paths, &origin.file);
        }
    }
    Ok(checked)
}

/// A file of an export as whoever asks calls it.
fn given(paths: &[PathBuf], file: &str) -> String {
    let whole = paths.iter().find_map(|path| {
        if path.is_dir() {
            return Some(path.join(file)).filter(|it| it.is_file());
        }
        path.file_name().is_some_and(|name| name == file).then(|| path.clone())
    });
    whole.map_or_else(|| file.to_owned(), |path| path.display().to_string())
}

/// Where a finding's policy came from, and which field of it is meant.
fn origin(
    imported: &Imported,
    finding: &Finding,
    sources: &Sources,
) -> Option<crate::lint::Origin> {
    let name = finding.item.strip_prefix("policy ")?;
    let origin = imported.origins.iter().find(|it| it.name == name)?;
    let words = sources.text(finding.diagnostic.primary.span);
    Some(crate::lint::Origin {
        file: origin.file.clone(),
        title: origin.title.clone(),
        id: origin.id.clone(),
        path: entra::field_of(words).to_owned(),
    })
}

/// The settings for these paths: those of the file that is named, or of the latch.toml that is found above them.
pub(in crate::cli) fn settings_for(
    paths: &[PathBuf],
    named: Option<&PathBuf>,
    console: &mut Console,
) -> Result<Settings, Failure> {
    let today = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date();
    let found = named.cloned().or_else(|| paths.iter().find_map(|path| above(path)));
    let Some(path) = found else {
        return Ok(Settings { today: Some(today), ..Settings::default() });
    };
    let text = read::read(&path)?;
    let mut sources = Sources::new();
    sources.add("prelude.latch", "");
    let source = sources.add(path.display().to_string(), text.as_str());
    match config::settings(source, &text) {
        Ok(settings) => Ok(Settings { today: Some(today), ..rooted(settings, &path) }),
        Err(found) => {
            for mistake in &found {
                console.diagnostic(mistake, &sources)?;
            }
            Err(Failure::unusable(format_args!("{} has mistakes", path.display())))
        }
    }
}

/// The latch.toml of a path's folder, or the nearest one above it.
fn above(path: &Path) -> Option<PathBuf> {
    let whole = std::fs::canonicalize(path).ok()?;
    let mut folders = whole.ancestors().map(|folder| folder.join(config::FILE_NAME));
    let found = folders.find(|it| it.is_file())?;
    let here = std::env::current_dir().ok();
    // People read a short path more easily.
    let short = here.and_then(|here| found.strip_prefix(here).ok().map(Path::to_owned));
    Some(short.unwrap_or(found))
}

/// Paths in settings are meant from the folder of the settings.
fn rooted(mut settings: Settings, file: &Path) -> Settings {
    let folder = std::fs::canonicalize(file).ok().and_then(|it| it.parent().map(Path::to_owned));
    let Some(folder) = folder else { return settings };
    for path in settings.paths.iter_mut().flat_map(|it| &mut it.paths) {
        *path = folder.join(&*path).display().to_string();
    }
    settings
}

/// The names of files as they are called here, for each path of the settings that leads to them.
fn placed(settings: &Settings, sources: &Sources) -> Settings {
    let mut settings = settings.clone();
    for here in &mut settings.paths {
        let mut files = Vec::new();
        for (_, source) in sources.iter().skip(1) {
            let whole = std::fs::canonicalize(&source.name).ok();
            let below = |path: &String| whole.as_ref().is_some_and(|it| it.starts_with(path));
            if here.paths.iter().any(below) {
                files.push(source.name.clone());
            }
        }
        here.paths = files;
    }
    settings
}
