//! From texts to policy sets, for tests: the prelude is put in front, and anything wrong ends the test.

use std::sync::OnceLock;

use latch::diagnostic::Diagnostic;
use latch::hir::{PolicySet, resolve};
use latch::source::Sources;
use latch::syntax::ast::File;
use latch::syntax::parse;

const PRELUDE: &str = include_str!("../../src/prelude.latch");

/// The prelude's tree; it is the same for everyone.
fn prelude() -> &'static File {
    static TREE: OnceLock<File> = OnceLock::new();
    TREE.get_or_init(|| trees(&[]).pop().expect("the prelude"))
}

/// The trees of the texts; the prelude's own when there are none.
pub(crate) fn trees(texts: &[&str]) -> Vec<File> {
    let mut sources = Sources::new();
    let mut found = Vec::new();
    let prelude = sources.add("prelude", PRELUDE);
    if texts.is_empty() {
        let tree = parse(prelude, PRELUDE, &mut found);
        assert!(found.is_empty(), "{found:#?}");
        return vec![tree];
    }
    let trees = texts.iter().map(|text| parse(sources.add("random", *text), text, &mut found));
    let trees = trees.collect();
    refuse(&found, texts);
    trees
}

/// What the texts mean.
pub(crate) fn compiled(texts: &[&str]) -> PolicySet {
    let mut sources = Sources::new();
    let mut found = Vec::new();
    sources.add("prelude", PRELUDE);
    let mut files = vec![prelude().clone()];
    for text in texts {
        let source = sources.add("test", *text);
        files.push(parse(source, text, &mut found));
    }
    let set = resolve(&sources, &files, &mut found);
    refuse(&found, texts);
    set
}

fn refuse(found: &[Diagnostic], texts: &[&str]) {
    let errors: Vec<_> = found.iter().filter(|one| one.is_error()).collect();
    assert!(errors.is_empty(), "{}\n{errors:#?}", texts.join("\n----\n"));
}
