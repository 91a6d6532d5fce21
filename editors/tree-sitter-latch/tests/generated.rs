//! `src/parser.c` and its neighbours are what `grammar.js` makes. `UPDATE=1` writes them.

use std::fs;
use std::path::Path;

use tree_sitter_generate::{OptLevel, generate_parser_in_directory};

use crate::{package, updates};

/// The version of the format of generated parsers: the one that Neovim reads since 0.7, and every newer editor too.
const ABI: usize = 14;

const WRITTEN: [&str; 6] = [
    "grammar.json",
    "node-types.json",
    "parser.c",
    "tree_sitter/alloc.h",
    "tree_sitter/array.h",
    "tree_sitter/parser.h",
];

#[test]
fn what_is_generated_is_up_to_date() {
    let folder = tempfile::tempdir().expect("a folder");
    generate(folder.path());
    for file in WRITTEN {
        let (made, kept) = (folder.path().join(file), package().join("src").join(file));
        if updates() {
            fs::create_dir_all(kept.parent().expect("a folder")).expect("a folder");
            fs::copy(&made, &kept).expect("a file that can be written");
        }
        let read = |path: &Path| fs::read_to_string(path).unwrap_or_default();
        assert!(read(&made) == read(&kept), "src/{file} is old: run with UPDATE=1");
    }
}

fn generate(into: &Path) {
    let mut remarks = Vec::new();
    generate_parser_in_directory(
        package(),
        Some(into),
        None::<&Path>,
        ABI,
        None,
        None,
        true,
        OptLevel::default(),
        &mut remarks,
    )
    .unwrap_or_else(|error| panic!("{error}"));
    let remarks: Vec<String> = remarks.iter().map(|remark| format!("{remark:?}")).collect();
    assert_eq!(remarks, [""; 0], "the generator has something to say");
}
