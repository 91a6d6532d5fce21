//! What holds of the tree-sitter grammar: it is generated, it makes the trees it should, its queries fit, and it reads
//! what Latch reads.

mod agreement;
mod corpus;
mod generated;
mod helix;
mod queries;
mod snippets;
mod texts;

use std::path::{Path, PathBuf};

/// This package's folder.
fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the whole project.
fn project() -> PathBuf {
    package().join("../..")
}

/// Whether files that tests compare with are to be written instead.
fn updates() -> bool {
    std::env::var_os("UPDATE").is_some_and(|value| value == "1")
}

/// A parser of Latch.
fn parser() -> tree_sitter::Parser {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_latch::LANGUAGE.into()).expect("a language of this version");
    parser
}
