//! What is linted: the meaning of a policy set, its trees and its texts, side by side.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{self, PolicySet, PolicyState};
use crate::lint::answers::Answers;
use crate::lint::ask::Questions;
use crate::lint::settings::Settings;
use crate::source::{SourceId, Sources, Span};
use crate::syntax::ast::{self, File, Item, ItemKind};
use crate::syntax::parse;

/// A policy, as written and as meant.
#[derive(Clone, Copy)]
pub(super) struct PolicyHere<'a> {
    pub item: &'a Item,
    pub written: &'a ast::Policy,
    pub meant: &'a hir::Policy,
}

impl PolicyHere<'_> {
    /// Whether it is enforced or reported.
    pub(super) fn is_alive(&self) -> bool {
        self.meant.state != PolicyState::Disabled
    }

    /// Its title as people know it.
    pub(super) fn title(&self) -> &str {
        self.meant.title.as_deref().unwrap_or(&self.meant.name)
    }
}

/// What is linted.
pub struct Subject<'a> {
    /// The texts, the prelude first.
    pub sources: &'a Sources,
    /// What they mean.
    pub set: &'a PolicySet,
    /// What the house wants.
    pub settings: &'a Settings,
    /// The trees, one for each text.
    pub(super) files: Vec<File>,
    /// Exact questions about it.
    pub(super) ask: Questions,
    /// What the analyser said of all of it.
    pub(super) answers: Answers,
    /// What the export to Entra refuses, once a rule has asked.
    #[cfg(feature = "entra")]
    pub(super) exported: std::cell::OnceCell<Vec<Diagnostic>>,
}

impl<'a> Subject<'a> {
    /// A policy set without mistakes, with the texts it was resolved from, the prelude first among them.
    pub fn new(sources: &'a Sources, set: &'a PolicySet, settings: &'a Settings) -> Subject<'a> {
        let parsed = |(id, source): (SourceId, &crate::source::Source)| {
            parse(id, &source.text, &mut Vec::new())
        };
        let files = sources.iter().map(parsed).collect();
        Subject {
            sources,
            set,
            settings,
            files,
            ask: Questions::about(set, settings),
            answers: Answers::default(),
            #[cfg(feature = "entra")]
            exported: std::cell::OnceCell::new(),
        }
    }

    /// The same, and whoever raises the flag wants no more findings.
    #[must_use]
    pub fn unless_raised(mut self, flag: Arc<AtomicBool>) -> Subject<'a> {
        self.ask.unless_raised(flag);
        self
    }

    /// The items that people wrote, in the order of files and lines.
    pub(super) fn items(&self) -> impl Iterator<Item = &Item> {
        self.files.iter().skip(1).flat_map(|file| &file.items)
    }

    /// The texts that people wrote, with their trees.
    pub(super) fn written(&self) -> impl Iterator<Item = (SourceId, &File)> {
        self.sources.iter().map(|(id, _)| id).zip(&self.files).skip(1)
    }

    /// The policies, in the order of files and lines.
    pub(super) fn policies(&self) -> Vec<PolicyHere<'_>> {
        let by_name: BTreeMap<&str, &hir::Policy> =
            self.set.policies.iter().map(|it| (it.name.as_str(), it)).collect();
        self.items().filter_map(|item| policy_of(item, &by_name)).collect()
    }

    /// The policies that are on or report.
    pub(super) fn live_policies(&self) -> Vec<PolicyHere<'_>> {
        let mut policies = self.policies();
        policies.retain(PolicyHere::is_alive);
        policies
    }

    /// The networks that people wrote, with their lines.
    pub(super) fn networks(&self) -> Vec<(&ast::Network, &hir::Network)> {
        let meant: BTreeMap<&str, &hir::Network> =
            self.set.networks.iter().map(|it| (it.name.as_str(), it)).collect();
        self.items().filter_map(|item| both_of(item, &meant)).collect()
    }
}

fn policy_of<'s>(
    item: &'s Item,
    meant: &BTreeMap<&str, &'s hir::Policy>,
) -> Option<PolicyHere<'s>> {
    let ItemKind::Policy(written) = &item.kind else { return None };
    let meant = *meant.get(written.name.node.as_str())?;
    Some(PolicyHere { item, written, meant })
}

fn both_of<'s>(
    item: &'s Item,
    meant: &BTreeMap<&str, &'s hir::Network>,
) -> Option<(&'s ast::Network, &'s hir::Network)> {
    let ItemKind::Network(written) = &item.kind else { return None };
    Some((written, *meant.get(written.name.node.as_str())?))
}

/// A finding of that kind at that place; how grave it is, settings say.
pub(super) fn found(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::warning(code, span, message)
}
