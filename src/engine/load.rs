//! From paths or texts to an engine, with everything that was found on the way.

use std::fmt;
use std::path::Path;
#[cfg(feature = "save")]
use std::path::PathBuf;

use crate::compile::compile;
use crate::diagnostic::{self, Diagnostic};
use crate::engine::{Engine, Meaning, Origin, Shared};
use crate::hir::{self, PolicySet};
#[cfg(feature = "save")]
use crate::program::file::{self, FileError};
use crate::source::Sources;
use crate::source::read::{self, ReadError};
use crate::syntax::parse;

/// The names that every policy set starts with.
pub(crate) const PRELUDE: &str = include_str!("../prelude.latch");

/// Why there is no engine.
#[derive(Debug)]
pub enum LoadError {
    /// A file cannot be read.
    Read(ReadError),
    /// Something is wrong with the policies.
    Policies(Box<Findings>),
    /// A compiled policy set cannot be used.
    #[cfg(feature = "save")]
    Saved(PathBuf, FileError),
    /// A compiled policy set stands beside other files; it is complete by itself.
    #[cfg(feature = "save")]
    NotAlone(PathBuf),
}

/// What was found in policy files, with the texts it speaks of.
#[derive(Debug)]
pub struct Findings {
    /// The texts.
    pub sources: Sources,
    /// Every finding, warnings included, in the order of a reader.
    pub diagnostics: Vec<Diagnostic>,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Read(error) => error.fmt(f),
            LoadError::Policies(findings) => findings.fmt(f),
            #[cfg(feature = "save")]
            LoadError::Saved(path, error) => write!(f, "cannot use {}: {error}", path.display()),
            #[cfg(feature = "save")]
            LoadError::NotAlone(path) => {
                let path = path.display();
                write!(
                    f,
                    "{path} is a compiled policy set, which is complete by itself; leave out the other files"
                )
            }
        }
    }
}

/// A line for each finding: place, code, message.
impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, found) in self.diagnostics.iter().enumerate() {
            let source = self.sources.get(found.primary.span.source);
            let position = source.position(found.primary.span.start as usize);
            let newline = if at == 0 { "" } else { "\n" };
            write!(f, "{newline}{}:{position}: {} {}", source.name, found.code.id, found.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for LoadError {}

impl From<ReadError> for LoadError {
    fn from(error: ReadError) -> Self {
        LoadError::Read(error)
    }
}

pub(super) fn from_paths<P: AsRef<Path>>(
    paths: impl IntoIterator<Item = P>,
) -> Result<Engine, LoadError> {
    let found = read::find(paths)?;
    #[cfg(feature = "save")]
    if let Some(path) = saved_among(&found)? {
        return if found.len() == 1 {
            from_file(path)
        } else {
            Err(LoadError::NotAlone(path.clone()))
        };
    }
    let mut texts = Vec::new();
    for path in found {
        texts.push((path.display().to_string(), read::read(&path)?));
    }
    from_text(texts)
}

/// The first of these files that begins like a compiled policy set. One with the ending of a policy file is none: it is
/// not worth opening each twice.
#[cfg(feature = "save")]
fn saved_among(paths: &[PathBuf]) -> Result<Option<&PathBuf>, ReadError> {
    for path in paths.iter().filter(|path| path.extension().is_none_or(|it| it != read::EXTENSION))
    {
        if file::is_policy_set(&read::bytes(path, file::MAGIC.len() as u64)?) {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// The engine that a file holds.
#[cfg(feature = "save")]
fn from_file(path: &Path) -> Result<Engine, LoadError> {
    let bytes = read::bytes(path, file::MAX_FILE_BYTES + 1)?;
    Engine::from_saved(bytes).map_err(|error| LoadError::Saved(path.to_owned(), error))
}

pub(super) fn from_text<N, T>(texts: impl IntoIterator<Item = (N, T)>) -> Result<Engine, LoadError>
where
    N: Into<String>,
    T: Into<String>,
{
    let sources = with_prelude(texts);
    let mut found = Vec::new();
    match resolved(&sources, &mut found) {
        Some(set) => compiled(set, sources, found),
        None => refused(sources, found),
    }
}

/// These texts behind the prelude.
pub(super) fn with_prelude<N, T>(texts: impl IntoIterator<Item = (N, T)>) -> Sources
where
    N: Into<String>,
    T: Into<String>,
{
    let mut sources = Sources::new();
    sources.add("prelude.latch", PRELUDE);
    for (name, text) in texts {
        sources.add(name, text);
    }
    sources
}

/// What these texts mean; `None` where anything is wrong with them.
pub(super) fn resolved(sources: &Sources, found: &mut Vec<Diagnostic>) -> Option<PolicySet> {
    let files: Vec<_> = sources.iter().map(|(id, source)| parse(id, &source.text, found)).collect();
    let set = hir::resolve(sources, &files, found);
    (!found.iter().any(Diagnostic::is_error)).then_some(set)
}

/// Compiles a set whose findings, so far, are warnings.
pub(super) fn compiled(
    set: PolicySet,
    sources: Sources,
    mut found: Vec<Diagnostic>,
) -> Result<Engine, LoadError> {
    match compile(&set) {
        Ok(program) => {
            let own = set.own_attributes.iter().map(|own| (own.name.clone(), own.kind)).collect();
            let meaning = Origin::Texts(Box::new(Meaning::new(set, sources, found)));
            Ok(Engine::of(Shared { program, own, origin: meaning }))
        }
        Err(more) => {
            found.extend(more);
            refused(sources, found)
        }
    }
}

fn refused<T>(sources: Sources, mut diagnostics: Vec<Diagnostic>) -> Result<T, LoadError> {
    diagnostic::sort(&mut diagnostics);
    Err(LoadError::Policies(Box::new(Findings { sources, diagnostics })))
}
