//! The [Latch](https://docs.rs/latch) language for [tree-sitter](https://docs.rs/tree-sitter).
//!
//! ```
//! let mut parser = tree_sitter::Parser::new();
//! parser.set_language(&tree_sitter_latch::LANGUAGE.into()).expect("a language of this version");
//! let tree = parser.parse("policy a { when always block }", None).expect("a tree");
//! assert!(!tree.root_node().has_error());
//! ```

use tree_sitter_language::LanguageFn;

unsafe extern "C" {
    fn tree_sitter_latch() -> *const ();
}

/// The language, for `Parser::set_language`.
// SAFETY: the function is the one that the generated parser defines, and is called as it is meant to be.
pub const LANGUAGE: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_latch) };

/// What kinds of nodes there are, as JSON.
pub const NODE_TYPES: &str = include_str!("../../src/node-types.json");

/// The query for highlighting.
pub const HIGHLIGHTS_QUERY: &str = include_str!("../../queries/highlights.scm");

/// The query for names and where they are declared.
pub const LOCALS_QUERY: &str = include_str!("../../queries/locals.scm");
