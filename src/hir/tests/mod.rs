//! Policy texts and what they mean, or why they mean nothing.

mod meaning;

use crate::diagnostic::Diagnostic;
use crate::hir::{PolicySet, resolve};
use crate::source::Sources;
use crate::syntax::parse;

/// The prelude's text.
const PRELUDE: &str = include_str!("../../prelude.latch");

/// What the files mean, and everything that is said about them.
fn read(texts: &[&str]) -> (Sources, PolicySet, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let mut diagnostics = Vec::new();
    let files: Vec<_> = std::iter::once(&PRELUDE)
        .chain(texts)
        .enumerate()
        .map(|(at, text)| {
            let id = sources.add(format!("file-{at}.latch"), *text);
            parse(id, text, &mut diagnostics)
        })
        .collect();
    let set = resolve(&sources, &files, &mut diagnostics);
    (sources, set, diagnostics)
}

/// Everything that is said, a line each: code, words at the place, message, help.
fn told(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let line = |it: &Diagnostic| {
        let words = sources.text(it.primary.span);
        let help = it.help.as_deref().map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{} [{words}] {}{help}\n", it.code.id, it.message)
    };
    diagnostics.iter().map(line).collect()
}

/// What a text means that nothing is wrong with.
fn good(text: &str) -> PolicySet {
    let (sources, set, diagnostics) = read(&[text]);
    assert!(diagnostics.is_empty(), "{}", told(&sources, &diagnostics));
    set
}
