//! Policy files as an engine, with everything that was found in them.

use std::path::PathBuf;

use crate::cli::console::{Console, Failure};
use crate::diagnostic::Diagnostic;
use crate::engine::{Engine, Findings, LoadError};
use crate::render;
use crate::source::Sources;

/// What became of a set of policy files.
pub(super) enum Loaded {
    /// It can decide; there may be warnings.
    Sound(Engine),
    /// It has mistakes.
    Faulty(Box<Findings>),
}

/// Reads all policy files at and below these paths.
pub(super) fn load(paths: &[PathBuf]) -> Result<Loaded, Failure> {
    Loaded::of(Engine::from_paths(paths))
}

/// Like [`load`], for subcommands that decide: mistakes are shown, and end the run.
pub(super) fn load_sound(paths: &[PathBuf], console: &mut Console) -> Result<Engine, Failure> {
    let loaded = load(paths)?;
    loaded.show(console)?;
    match loaded {
        Loaded::Sound(engine) => Ok(engine),
        Loaded::Faulty(_) => {
            Err(Failure::unusable("the policies have mistakes, so nothing can be decided"))
        }
    }
}

impl Loaded {
    /// What an engine became; mistakes in policies are no failure yet.
    pub(super) fn of(engine: Result<Engine, LoadError>) -> Result<Loaded, Failure> {
        match engine {
            Ok(engine) => Ok(Loaded::Sound(engine)),
            Err(LoadError::Policies(findings)) => Ok(Loaded::Faulty(findings)),
            Err(error @ (LoadError::Read(_) | LoadError::Saved(..) | LoadError::NotAlone(_))) => {
                Err(Failure::unusable(error))
            }
        }
    }

    /// The texts, the prelude's first.
    pub(super) fn sources(&self) -> &Sources {
        match self {
            Loaded::Sound(engine) => engine.sources(),
            Loaded::Faulty(findings) => &findings.sources,
        }
    }

    /// Everything that was found, in the order of a reader.
    pub(super) fn diagnostics(&self) -> &[Diagnostic] {
        match self {
            Loaded::Sound(engine) => engine.warnings(),
            Loaded::Faulty(findings) => &findings.diagnostics,
        }
    }

    /// How many files were read.
    pub(super) fn files(&self) -> usize {
        self.sources().iter().count().saturating_sub(1)
    }

    /// Everything that was found, and how much.
    pub(super) fn show(&self, console: &mut Console) -> Result<(), Failure> {
        for diagnostic in self.diagnostics() {
            console.diagnostic(diagnostic, self.sources())?;
        }
        match render::summary(self.diagnostics()) {
            Some(summary) => Ok(console.note(summary)?),
            None => Ok(()),
        }
    }
}
