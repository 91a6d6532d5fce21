//! One policy set under the editor's hands: texts, trees, meaning, findings. What did not change is not read again.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{self, Diagnostic};
use crate::engine::PRELUDE;
use crate::hir::{self, PolicySet};
use crate::lsp::index::Index;
use crate::lsp::text::Text;
use crate::source::{SourceId, Sources, Span};
use crate::syntax::ast::{File, Item};
use crate::syntax::parse;

/// What the prelude is called in findings; no editor has it open.
const PRELUDE_NAME: &str = "prelude.latch";

/// A policy set.
#[derive(Debug, Default)]
pub(super) struct Set {
    /// Addresses and texts, sorted by address; the n-th is source `n + 1`, after the prelude.
    uris: Vec<String>,
    texts: Vec<Text>,
    /// Of each source, its tree, and what was found while reading it.
    trees: Vec<File>,
    misread: Vec<Vec<Diagnostic>>,
    /// Numbers of texts that changed since their trees were read.
    changed: BTreeSet<usize>,
    /// Whether there are texts at all, and whether all below is of these texts.
    read: bool,
    settled: bool,
    sources: Arc<Sources>,
    meaning: Arc<PolicySet>,
    found: Vec<Diagnostic>,
    /// What was found beside the conversation; of texts that changed since, nothing.
    linted: Vec<Diagnostic>,
    /// What became of asserts, by name.
    proofs: BTreeMap<String, String>,
    index: Index,
    /// Counts the states that the texts were in.
    state: u64,
}

impl Set {
    /// Nothing that was read counts any more.
    pub(super) fn forget(&mut self) {
        (self.read, self.settled) = (false, false);
    }

    pub(super) fn is_read(&self) -> bool {
        self.read
    }

    pub(super) fn is_stale(&self) -> bool {
        !self.settled
    }

    /// A text became another one.
    pub(super) fn replace(&mut self, uri: &str, text: &Text) {
        self.settled = false;
        let Ok(at) = self.uris.binary_search_by(|it| it.as_str().cmp(uri)) else {
            return self.forget();
        };
        if let Some(old) = self.texts.get_mut(at) {
            old.clone_from(text);
            self.changed.insert(at);
        }
    }

    /// Takes in all texts, sorted by address.
    pub(super) fn read(&mut self, texts: Vec<(String, Text)>) {
        (self.uris, self.texts) = texts.into_iter().unzip();
        self.changed = (0..self.texts.len()).collect();
        self.linted.clear();
        self.trees = vec![File::default(); self.texts.len() + 1];
        self.misread = vec![Vec::new(); self.texts.len() + 1];
        (self.read, self.settled) = (true, false);
        if let (Some(tree), Some(misread)) = (self.trees.first_mut(), self.misread.first_mut()) {
            *tree = parse(SourceId::PRELUDE, PRELUDE, misread);
        }
    }

    /// Reads what changed, and finds out what all of it means.
    pub(super) fn settle(&mut self) {
        if self.settled {
            return;
        }
        let mut sources = Sources::new();
        sources.add(PRELUDE_NAME, PRELUDE);
        let changed = &self.changed;
        let is_stale = |span: Span| {
            span.source.index().checked_sub(1).is_some_and(|number| changed.contains(&number))
        };
        self.linted.retain(|found| {
            let mut places = found.labels.iter().chain([&found.primary]);
            !places.any(|label| is_stale(label.span))
        });
        self.proofs.clear();
        for (number, (uri, text)) in self.uris.iter().zip(&self.texts).enumerate() {
            let id = sources.add(uri.clone(), text.as_str());
            let slots = (self.trees.get_mut(number + 1), self.misread.get_mut(number + 1));
            if let (true, (Some(tree), Some(misread))) = (self.changed.remove(&number), slots) {
                misread.clear();
                *tree = parse(id, text.as_str(), misread);
            }
        }
        self.found = self.misread.concat();
        self.meaning = Arc::new(hir::resolve(&sources, &self.trees, &mut self.found));
        self.sources = Arc::new(sources);
        self.state += 1;
        diagnostic::sort(&mut self.found);
        self.index = Index::of(&self.trees);
        self.settled = true;
    }

    pub(super) fn uris(&self) -> impl Iterator<Item = &str> {
        self.uris.iter().map(String::as_str)
    }

    /// The source of an address.
    pub(super) fn source(&self, uri: &str) -> Option<SourceId> {
        let at = self.uris.binary_search_by(|it| it.as_str().cmp(uri)).ok()?;
        self.sources.iter().nth(at + 1).map(|(id, _)| id)
    }

    /// The address and the text of a source; nothing for the prelude.
    pub(super) fn file(&self, source: SourceId) -> Option<(&str, &Text)> {
        let at = source.index().checked_sub(1)?;
        Some((self.uris.get(at)?, self.texts.get(at)?))
    }

    /// The tree of a source.
    pub(super) fn tree(&self, source: SourceId) -> Option<&File> {
        self.trees.get(source.index())
    }

    /// What was found while a source was read, before its meaning was looked for.
    pub(super) fn is_readable(&self, source: SourceId) -> bool {
        let misread = self.misread.get(source.index());
        misread.is_some_and(|found| !found.iter().any(Diagnostic::is_error))
    }

    /// The item of a name.
    pub(super) fn item(&self, name: &str) -> Option<&Item> {
        let declared = self.index.declared(name)?;
        self.trees.get(declared.file)?.items.get(declared.item)
    }

    /// The place of a span; nothing in the prelude.
    pub(super) fn place(&self, span: Span) -> Option<(&str, lsp_types::Range)> {
        let (uri, text) = self.file(span.source)?;
        Some((uri, text.range(span.range())))
    }

    /// The range in its own text.
    pub(super) fn range(&self, source: SourceId, bytes: Range<usize>) -> Option<lsp_types::Range> {
        Some(self.file(source)?.1.range(bytes))
    }

    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    pub(super) fn meaning(&self) -> &PolicySet {
        &self.meaning
    }

    pub(super) fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Whether nothing is wrong, so that requests can be decided.
    pub(super) fn is_sound(&self) -> bool {
        !self.found.iter().any(Diagnostic::is_error)
    }

    /// Everything that was found: mistakes in the order of a reader, then what was found beside the conversation.
    pub(super) fn found(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter().chain(&self.linted)
    }

    /// Which state of the texts all of this is about.
    pub(super) fn state(&self) -> u64 {
        self.state
    }

    /// What somebody needs who looks at it beside the conversation.
    pub(super) fn shared(&self) -> (Arc<Sources>, Arc<PolicySet>) {
        (Arc::clone(&self.sources), Arc::clone(&self.meaning))
    }

    /// Takes what was found beside the conversation.
    pub(super) fn take_findings(&mut self, linted: Vec<Diagnostic>) {
        self.linted = linted;
    }

    /// Takes what became of asserts.
    pub(super) fn take_proofs(&mut self, proofs: BTreeMap<String, String>) {
        self.proofs.extend(proofs);
    }

    /// What became of an assert, if it was looked at.
    pub(super) fn proof(&self, assert: &str) -> Option<&str> {
        self.proofs.get(assert).map(String::as_str)
    }
}
