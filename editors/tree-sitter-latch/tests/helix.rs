//! The queries for Helix are the same ones, in the names that its themes know. `UPDATE=1` writes them.

use std::fs;

use tree_sitter::Query;

use crate::{package, updates};

/// What captures are called here and there.
const RENAMED: [(&str, &str); 3] = [
    ("@property", "@variable.other.member"),
    ("@number", "@constant.numeric"),
    ("@comment.documentation", "@comment.line.documentation"),
];

#[test]
fn queries_for_helix_are_up_to_date() {
    for name in ["highlights.scm", "indents.scm", "locals.scm"] {
        let query = fs::read_to_string(package().join("queries").join(name)).expect("a query");
        let query = RENAMED.iter().fold(query, |query, (here, there)| query.replace(here, there));
        let query = query.replace(" @indent.begin", "").replace(" @indent.end", "");
        let path = package().join("../helix/queries/latch").join(name);
        if updates() {
            fs::write(&path, &query).expect("a file that can be written");
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == query, "{}: run with UPDATE=1", path.display());
        Query::new(&tree_sitter_latch::LANGUAGE.into(), &query)
            .unwrap_or_else(|error| panic!("{error}"));
    }
}
