//! From paths or texts to an engine, with everything that was found on the way.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::compile::compile;
use crate::decision::Options;
use crate::diagnostic::{self, Diagnostic};
use crate::engine::{Engine, Shared, review};
use crate::hir::{self, PolicySet};
use crate::source::Sources;
use crate::source::read::{self, ReadError};
use crate::syntax::parse;

/// The names that every policy set starts with.
const PRELUDE: &str = include_str!("../prelude.latch");

/// Why there is no engine.
#[derive(Debug)]
pub enum LoadError {
    /// A file cannot be read.
    Read(ReadError),
    /// Something is wrong with the policies.
    Policies(Box<Findings>),
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
    let mut texts = Vec::new();
    for path in read::find(paths)? {
        texts.push((path.display().to_string(), read::read(&path)?));
    }
    from_text(texts)
}

pub(super) fn from_text<N, T>(texts: impl IntoIterator<Item = (N, T)>) -> Result<Engine, LoadError>
where
    N: Into<String>,
    T: Into<String>,
{
    let mut sources = Sources::new();
    sources.add("prelude.latch", PRELUDE);
    for (name, text) in texts {
        sources.add(name, text);
    }
    let mut found = Vec::new();
    let files: Vec<_> =
        sources.iter().map(|(id, source)| parse(id, &source.text, &mut found)).collect();
    let set = hir::resolve(&sources, &files, &mut found);
    drop(files);
    if found.iter().any(Diagnostic::is_error) {
        return refused(sources, found);
    }
    compiled(set, sources, found)
}

/// Compiles a set whose findings, so far, are warnings.
pub(super) fn compiled(
    set: PolicySet,
    sources: Sources,
    mut found: Vec<Diagnostic>,
) -> Result<Engine, LoadError> {
    match compile(&set) {
        Ok(program) => {
            diagnostic::sort(&mut found);
            let numbers = review::numbers(&set);
            let shared = Shared { set, program, numbers, sources, warnings: found };
            Ok(Engine { shared: Arc::new(shared), options: Options::default() })
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
