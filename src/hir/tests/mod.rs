//! Policy texts and what they mean, or why they mean nothing.

mod garbled;
mod limits;
mod meaning;
mod mistakes;
mod order;
mod requests;

use crate::diagnostic::Diagnostic;
use crate::hir::{Condition, ConditionKind, PolicySet, resolve};
use crate::source::Sources;
use crate::syntax::parse;
use meaning::CONDITIONS;
use mistakes::MISTAKES;

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

/// Everything that is said, a line each: code, words at the place, message.
fn told(sources: &Sources, diagnostics: &[Diagnostic]) -> Vec<String> {
    let line = |it: &Diagnostic| {
        let words = sources.text(it.primary.span);
        format!("{} [{words}] {}", it.code.id, it.message)
    };
    diagnostics.iter().map(line).collect()
}

/// What a text means that nothing is wrong with.
fn good(text: &str) -> PolicySet {
    let (sources, set, diagnostics) = read(&[text]);
    let start: String = text.chars().take(400).collect();
    assert!(diagnostics.is_empty(), "{start}\n{:#?}", told(&sources, &diagnostics));
    set
}

/// A condition in a few words: the shape, with the predicates as they are printed.
fn shape(set: &PolicySet, condition: &Condition) -> String {
    let join = |parts: &[Condition], word: &str| {
        let parts: Vec<String> = parts.iter().map(|part| shape(set, part)).collect();
        format!("({})", parts.join(word))
    };
    match &condition.kind {
        ConditionKind::Always => "always".to_owned(),
        ConditionKind::Never => "never".to_owned(),
        ConditionKind::All(parts) => join(parts, " and "),
        ConditionKind::Any(parts) => join(parts, " or "),
        ConditionKind::Not(inner) => format!("not {}", shape(set, inner)),
        ConditionKind::Test(probe) => {
            format!("{}:{:?}", set.attribute_name(probe.attribute), probe.predicate)
        }
    }
}
