//! Policy files read for a subcommand, with everything that was found in them.

use std::path::PathBuf;

use crate::cli::console::{Console, Failure};
use crate::diagnostic::{self, Diagnostic};
use crate::hir::{PolicySet, resolve};
use crate::render;
use crate::source::Sources;
use crate::source::read;
use crate::syntax::parse;

/// The prelude, first of all sources.
const PRELUDE: &str = include_str!("../prelude.latch");

/// What a set of policy files says.
pub(super) struct Loaded {
    /// The texts, the prelude's first.
    pub(super) sources: Sources,
    /// How many files were read.
    pub(super) files: usize,
    /// What they mean; only when no diagnostic is an error.
    pub(super) set: PolicySet,
    /// Everything that was found, in the order of a reader.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Reads all policy files at and below these paths.
pub(super) fn load(paths: &[PathBuf]) -> Result<Loaded, Failure> {
    let found = read::find(paths)?;
    let mut sources = Sources::new();
    sources.add("prelude.latch", PRELUDE);
    for path in &found {
        sources.add(path.display().to_string(), read::read(path)?);
    }
    let mut diagnostics = Vec::new();
    let trees: Vec<_> =
        sources.iter().map(|(id, source)| parse(id, &source.text, &mut diagnostics)).collect();
    let set = resolve(&sources, &trees, &mut diagnostics);
    diagnostic::sort(&mut diagnostics);
    Ok(Loaded { sources, files: found.len(), set, diagnostics })
}

/// Like [`load`], for subcommands that need policies without a mistake: mistakes are shown, and end the run.
pub(super) fn load_sound(paths: &[PathBuf], console: &mut Console) -> Result<Loaded, Failure> {
    let loaded = load(paths)?;
    loaded.show(console)?;
    match loaded.diagnostics.iter().any(Diagnostic::is_error) {
        true => Err(Failure::unusable("the policies have mistakes, so nothing can be decided")),
        false => Ok(loaded),
    }
}

impl Loaded {
    /// Everything that was found, and how much.
    pub(super) fn show(&self, console: &mut Console) -> Result<(), Failure> {
        for diagnostic in &self.diagnostics {
            console.diagnostic(diagnostic, &self.sources)?;
        }
        match render::summary(&self.diagnostics) {
            Some(summary) => Ok(console.note(summary)?),
            None => Ok(()),
        }
    }
}
