//! What an editor shows beside the text: the names of ids, and how each test goes.

use lsp_types::{CodeLens, Command, InlayHint, InlayHintKind, InlayHintLabel, Range};

use crate::decision::Options;
use crate::hir::Test;
use crate::interpret::{interpret, judge};
use crate::lsp::index::{Role, Word};
use crate::lsp::set::Set;
use crate::source::SourceId;
use crate::value::canonical_id;

/// The names of ids that stand in conditions, as far as some item gives them one.
pub(super) fn hints(set: &Set, source: SourceId, range: Range) -> Vec<InlayHint> {
    let ids = set.index().of_file(source).filter(|word| word.role == Role::Id);
    let hint = |word: &Word| {
        let at = set.range(source, word.span.range())?;
        let seen = range.start <= at.start && at.end <= range.end;
        let name = seen.then(|| name(set, &word.text)).flatten()?;
        Some(InlayHint {
            position: at.end,
            label: InlayHintLabel::String(name.to_owned()),
            kind: Some(InlayHintKind::TYPE),
            padding_left: Some(true),
            text_edits: None,
            tooltip: None,
            padding_right: None,
            data: None,
        })
    };
    ids.filter_map(hint).collect()
}

/// The name of the item that an id belongs to.
fn name<'a>(set: &'a Set, id: &str) -> Option<&'a str> {
    let id = canonical_id(id);
    let mut objects = set.meaning().objects.iter();
    objects.find(|object| object.ids.contains(&id)).map(|object| object.name.as_str())
}

/// Above each test, whether it passes; nothing while the policies have mistakes, for then nothing can be decided.
pub(super) fn lenses(set: &Set, source: SourceId) -> Vec<CodeLens> {
    if !set.is_sound() {
        return Vec::new();
    }
    let tests = set.meaning().tests.iter().filter(|test| test.span.source == source);
    let lens = |test: &Test| {
        let range = set.range(source, test.span.range())?;
        let command = Command { title: verdict(set, test), ..Command::default() };
        let range = Range { start: range.start, end: range.start };
        Some(CodeLens { range, command: Some(command), data: None })
    };
    tests.filter_map(lens).collect()
}

fn verdict(set: &Set, test: &Test) -> String {
    let meaning = set.meaning();
    for expectation in &test.expectations {
        let options = Options { as_if_enforced: expectation.as_if_enforced, ..Options::default() };
        let decision = interpret(meaning, &test.request, &options);
        if let Some(mismatch) = judge(meaning, expectation, &decision) {
            return format!("✗ {}: {}", mismatch.complaint(), decision.outcome.word());
        }
    }
    "✓ passes".to_owned()
}
