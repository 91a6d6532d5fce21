//! The one namespace of a policy set: every declared name, once.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::hir::codes;
use crate::hir::resolve::report::Report;
use crate::hir::resolve::vocabulary::{reserved_word, with_article};
use crate::source::SourceId;
use crate::syntax::ast::{self, ItemKind, ObjectKind};

/// An item that has a name.
#[derive(Debug, Clone, Copy)]
pub(in crate::hir) struct Declaration<'a> {
    /// The item.
    pub(in crate::hir) item: &'a ast::Item,
    /// Its name.
    pub(in crate::hir) name: &'a ast::Name,
}

/// What a name was declared as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::hir) enum NameKind {
    Policy,
    Network,
    Object(ObjectKind),
    Archetype,
    Strength,
    Let,
    Attribute,
    Assert,
}

impl NameKind {
    /// The noun for it, without an article.
    pub(in crate::hir) fn noun(self) -> &'static str {
        match self {
            NameKind::Policy => "policy",
            NameKind::Network => "network",
            NameKind::Object(ObjectKind::ServicePrincipal) => "service principal",
            NameKind::Object(ObjectKind::CustomControl) => "custom control",
            NameKind::Object(ObjectKind::Context) => "authentication context",
            NameKind::Object(kind) => kind.keyword(),
            NameKind::Archetype => "archetype",
            NameKind::Strength => "strength",
            NameKind::Let => "let",
            NameKind::Attribute => "attribute",
            NameKind::Assert => "assert",
        }
    }

    /// `a group`, `an app`; terms have no article.
    pub(in crate::hir) fn phrase(self) -> String {
        match self {
            NameKind::Object(ObjectKind::Terms) => "terms".to_owned(),
            kind => with_article(kind.noun()),
        }
    }
}

impl Declaration<'_> {
    /// What it was declared as.
    pub(in crate::hir) fn kind(&self) -> NameKind {
        match &self.item.kind {
            ItemKind::Policy(_) => NameKind::Policy,
            ItemKind::Network(_) => NameKind::Network,
            ItemKind::Object(object) => NameKind::Object(object.kind.node),
            ItemKind::Archetype(_) => NameKind::Archetype,
            ItemKind::Strength(_) => NameKind::Strength,
            ItemKind::Let(_) => NameKind::Let,
            ItemKind::Attribute(_) => NameKind::Attribute,
            ItemKind::Assert(_) => NameKind::Assert,
            ItemKind::Test(_) => unreachable!("a test has a title and no name"),
        }
    }
}

/// Every name with what declares it.
#[derive(Debug, Default)]
pub(in crate::hir) struct Names<'a> {
    declared: BTreeMap<&'a str, Declaration<'a>>,
    /// Items that lost their name to another one; they are checked and left out.
    unnamed: Vec<Declaration<'a>>,
}

impl<'a> Names<'a> {
    /// Collects the names of all files. The first place in the order of sources keeps a name that stands twice.
    pub(in crate::hir) fn collect(files: &'a [ast::File], report: &mut Report<'_>) -> Self {
        let mut all: Vec<Declaration<'a>> =
            files.iter().flat_map(|file| &file.items).filter_map(declaration).collect();
        all.sort_by_key(|declaration| declaration.name.span);
        let mut names = Names::default();
        for declaration in all {
            names.declare(declaration, report);
        }
        names
    }

    fn declare(&mut self, declaration: Declaration<'a>, report: &mut Report<'_>) {
        let name = declaration.name;
        if let Some(what) = reserved_word(&name.node) {
            report.tell(reserved(name, &what));
            self.unnamed.push(declaration);
            return;
        }
        match self.declared.get(name.node.as_str()) {
            Some(first) => {
                report.tell(duplicate(first, declaration));
                self.unnamed.push(declaration);
            }
            None => {
                self.declared.insert(&name.node, declaration);
            }
        }
    }

    /// What declares a name.
    pub(in crate::hir) fn get(&self, name: &str) -> Option<Declaration<'a>> {
        self.declared.get(name).copied()
    }

    /// Every declaration, by name.
    pub(in crate::hir) fn iter(&self) -> impl Iterator<Item = Declaration<'a>> + '_ {
        self.declared.values().copied()
    }

    /// Items that are checked, but have no name to be found under.
    pub(in crate::hir) fn unnamed(&self) -> impl Iterator<Item = Declaration<'a>> + '_ {
        self.unnamed.iter().copied()
    }

    /// Names of some kinds, sorted.
    pub(in crate::hir) fn of_kinds<'s>(
        &'s self,
        wanted: impl Fn(NameKind) -> bool + 's,
    ) -> impl Iterator<Item = &'a str> + 's {
        let found = self.declared.values().filter(move |declaration| wanted(declaration.kind()));
        found.map(|declaration| declaration.name.node.as_str())
    }
}

fn declaration(item: &ast::Item) -> Option<Declaration<'_>> {
    Some(Declaration { item, name: item.name()? })
}

fn reserved(name: &ast::Name, what: &str) -> Diagnostic {
    let word = &name.node;
    Diagnostic::error(codes::RESERVED_NAME, name.span, format!("`{word}` is {what}"))
        .here("cannot be declared")
        .note("words of the language cannot be names, so that a policy reads the same everywhere")
        .help("choose another name, here and where it is used")
}

fn duplicate(first: &Declaration<'_>, second: Declaration<'_>) -> Diagnostic {
    let (name, span) = (&second.name.node, second.name.span);
    if first.name.span.source == SourceId::PRELUDE {
        let message = format!("the prelude already has {} `{name}`", first.kind().phrase());
        return Diagnostic::error(codes::RESERVED_NAME, span, message)
            .here("cannot be declared again")
            .label(first.name.span, "declared here, for every policy set")
            .help("use the prelude's, or choose another name");
    }
    Diagnostic::error(codes::DUPLICATE_NAME, span, format!("`{name}` is declared twice"))
        .here(format!("declared again, as {}", second.kind().phrase()))
        .label(first.name.span, format!("first declared here, as {}", first.kind().phrase()))
        .note("all files share one namespace")
        .help("give one of them another name")
}
