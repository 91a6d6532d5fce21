//! Policy files read for a subcommand, with everything that was found in them.

use std::path::PathBuf;

use crate::cli::console::Failure;
use crate::diagnostic::{self, Diagnostic};
use crate::source::Sources;
use crate::source::read;
use crate::syntax::{ast, parse};

/// What a set of policy files says.
pub(super) struct Loaded {
    /// The texts.
    pub(super) sources: Sources,
    /// How many files were read.
    pub(super) files: usize,
    /// The trees, in the order of the files.
    pub(super) trees: Vec<ast::File>,
    /// Everything that was found, in the order of a reader.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Reads all policy files at and below these paths.
pub(super) fn load(paths: &[PathBuf]) -> Result<Loaded, Failure> {
    let found = read::find(paths)?;
    let mut sources = Sources::new();
    sources.add("prelude.latch", "");
    let mut trees = Vec::new();
    let mut diagnostics = Vec::new();
    for path in &found {
        let id = sources.add(path.display().to_string(), read::read(path)?);
        trees.push(parse(id, &sources.get(id).text, &mut diagnostics));
    }
    diagnostic::sort(&mut diagnostics);
    Ok(Loaded { sources, files: found.len(), trees, diagnostics })
}
