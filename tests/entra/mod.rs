//! Exports of Microsoft Entra: what is read means what the export says, and what is not understood is refused.

mod agreement;
mod corpus;
mod exporting;
mod filter_rule;
mod mutation;
mod normal;
mod objects;
mod round_trip;
mod rules;
mod schema;
mod signin;
mod slow;
mod small;
mod traps;

use latch::diagnostic::Diagnostic;
use latch::entra::{Imported, from_bytes, import};
use latch::hir::{PolicySet, resolve};
use latch::source::Sources;
use latch::syntax::ast::File;
use latch::syntax::parse;
use serde_json::Value;

/// Imports one JSON value.
fn imported(export: &Value) -> Imported {
    import(&from_bytes("export.json", export.to_string().as_bytes()))
}

/// What the imported files mean. They must mean something: no mistake, and one layout.
fn meaning(imported: &Imported) -> PolicySet {
    let mut sources = Sources::new();
    sources.add("prelude.latch", include_str!("../../src/prelude.latch"));
    for (name, text) in &imported.files {
        sources.add(name.as_str(), text.as_str());
    }
    let mut found: Vec<Diagnostic> = Vec::new();
    let trees: Vec<File> =
        sources.iter().map(|(id, source)| parse(id, &source.text, &mut found)).collect();
    let set = resolve(&sources, &trees, &mut found);
    let shown: Vec<String> = found
        .iter()
        .filter(|it| it.is_error())
        .map(|it| format!("{}: {} at `{}`", it.code.id, it.message, sources.text(it.primary.span)))
        .collect();
    assert!(
        shown.is_empty(),
        "the import has no meaning:\n{}\n{:?}",
        shown.join("\n"),
        imported.files
    );
    for ((name, text), tree) in imported.files.iter().zip(&trees[1..]) {
        assert_eq!(latch::syntax::format(tree), *text, "{name} is formatted");
    }
    set
}

/// All texts after each other.
fn text(imported: &Imported) -> String {
    imported.files.iter().map(|(name, text)| format!("# {name}\n{text}")).collect()
}

/// The seed of a random test: `LATCH_SEED`, or the one given.
fn seed(default: u64) -> u64 {
    std::env::var("LATCH_SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(default)
}
