//! The attribute on the left of a comparison.

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::codes;
use crate::hir::resolve::names::NameKind;
use crate::hir::resolve::vocabulary::{reserved_word, value_word};
use crate::schema::attribute::{ATTRIBUTES, Attribute, AttributeId, Kind};
use crate::syntax::ast;
use crate::value::fold_case;

/// An attribute as written, with its number and kind.
#[derive(Debug, Clone)]
pub(super) struct Subject<'n> {
    /// Which attribute.
    pub(super) id: AttributeId,
    /// The words of the author.
    pub(super) name: &'n str,
    /// What values it has.
    pub(super) kind: Kind,
    /// `SET.NAME` of a custom security attribute, folded.
    pub(super) custom: Option<String>,
}

impl<'a> Checker<'a, '_> {
    /// The attribute of a condition.
    pub(super) fn subject<'n>(&mut self, name: &'n ast::Name) -> Option<Subject<'n>> {
        let subject = self.any_subject(name)?;
        if subject.kind == Kind::Custom && subject.custom.is_none() {
            return self.no_custom_attribute(name);
        }
        let AttributeId::BuiltIn(attribute) = subject.id else { return Some(subject) };
        if attribute.row().in_conditions {
            return Some(subject);
        }
        let mut diagnostic = Diagnostic::error(
            codes::NOT_IN_CONDITIONS,
            name.span,
            format!("`{}` cannot stand in a condition", name.node),
        )
        .note("it comes with a request and is read through another attribute");
        if let Some(reader) = reader_of(attribute) {
            diagnostic = diagnostic.help(format!("test `{}`, with names", reader.name()));
        }
        self.report.refuse(diagnostic)
    }

    /// The attribute of a condition or of a request.
    pub(super) fn any_subject<'n>(&mut self, name: &'n ast::Name) -> Option<Subject<'n>> {
        if let Some((attribute, path)) = custom_path(&name.node) {
            return self.custom_subject(name, attribute, path);
        }
        if let Some(attribute) = Attribute::by_name(&name.node) {
            let id = AttributeId::BuiltIn(attribute);
            return Some(Subject {
                id,
                name: &name.node,
                kind: attribute.row().kind,
                custom: None,
            });
        }
        let declared = self.names.get(&name.node).map(|declaration| declaration.kind());
        if declared != Some(NameKind::Attribute) {
            return self.unknown_attribute(name);
        }
        let (number, kind) = self.tables.own_attribute(&name.node)?;
        let (id, kind) = (AttributeId::Own(number), kind.kind());
        Some(Subject { id, name: &name.node, kind, custom: None })
    }

    fn custom_subject<'n>(
        &mut self,
        name: &'n ast::Name,
        attribute: Attribute,
        path: &str,
    ) -> Option<Subject<'n>> {
        let parts = path.split('.').filter(|part| !part.is_empty()).count();
        if parts != 2 {
            return self.no_custom_attribute(name);
        }
        let (id, kind) = (AttributeId::BuiltIn(attribute), Kind::Custom);
        Some(Subject { id, name: &name.node, kind, custom: Some(fold_case(path)) })
    }

    /// Tells that a path lacks the set or the name of a custom attribute.
    pub(super) fn no_custom_attribute<T>(&mut self, name: &ast::Name) -> Option<T> {
        let message = format!("`{}` names no custom attribute", name.node);
        self.report.refuse(
            Diagnostic::error(codes::UNKNOWN_ATTRIBUTE, name.span, message)
                .note("a custom security attribute has a set and a name")
                .help("write it like `app.attribute.SET.NAME`"),
        )
    }

    fn unknown_attribute<T>(&mut self, name: &ast::Name) -> Option<T> {
        let word = &name.node;
        if let Some(what) = self.meaning_of(word) {
            let message = format!("`{word}` is {what} and no attribute");
            let mut diagnostic = Diagnostic::error(codes::UNKNOWN_ATTRIBUTE, name.span, message);
            if let Some(example) = self.condition_on(word) {
                diagnostic = diagnostic.help(format!("a condition on it reads `{example}`"));
            }
            return self.report.refuse(diagnostic);
        }
        let own = self.names.of_kinds(|kind| kind == NameKind::Attribute);
        let built_in = ATTRIBUTES.iter().filter(|row| row.in_conditions).map(|row| row.name);
        let near = self.report.nearest(word, own.chain(built_in));
        let message = format!("there is no attribute `{word}`");
        let diagnostic = Diagnostic::error(codes::UNKNOWN_ATTRIBUTE, name.span, message);
        self.report.refuse(match near {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
            None => diagnostic
                .help(format!("an attribute of your own is declared with `attribute {word}: …`")),
        })
    }

    /// What a word is, when it is anything: `a group`, `a value of `client``.
    pub(super) fn meaning_of(&self, word: &str) -> Option<String> {
        let declared = self.names.get(word).map(|declaration| declaration.kind().phrase());
        declared.or_else(|| reserved_word(word))
    }

    /// A condition in which a word would have its place.
    pub(super) fn condition_on(&self, word: &str) -> Option<String> {
        if let Some(declaration) = self.names.get(word) {
            return condition_on_name(declaration.kind(), word);
        }
        let sets = crate::hir::resolve::vocabulary::SETS;
        if let Some((_, attribute)) = sets.iter().find(|(set, _)| *set == word) {
            return Some(format!("{} in {word}", attribute.name()));
        }
        value_word(word)?;
        let has = |row: &&crate::schema::attribute::Row| {
            crate::hir::resolve::vocabulary::kind_words(row.kind).contains(&word)
        };
        let row = ATTRIBUTES.iter().filter(|row| row.in_conditions).find(has)?;
        Some(format!("{} is {word}", row.name))
    }
}

fn condition_on_name(kind: NameKind, word: &str) -> Option<String> {
    use ast::ObjectKind as O;
    let attribute = match kind {
        NameKind::Network => "location",
        NameKind::Object(O::User | O::Group | O::Role) => "user",
        NameKind::Object(O::App) => "app",
        NameKind::Object(O::ServicePrincipal) => "service-principal",
        NameKind::Object(O::Agent) => "agent",
        NameKind::Object(O::Tenant) => "user.tenant",
        NameKind::Object(O::Context) => "context",
        NameKind::Object(O::Terms | O::CustomControl) => return None,
        NameKind::Let => return Some(word.to_owned()),
        NameKind::Policy | NameKind::Archetype | NameKind::Strength => return None,
        NameKind::Attribute | NameKind::Assert => return None,
    };
    Some(format!("{attribute} in {word}"))
}

/// `app.attribute.Set.Name`: the attribute and what follows it.
fn custom_path(name: &str) -> Option<(Attribute, &str)> {
    let custom = ATTRIBUTES.iter().filter(|row| row.kind == Kind::Custom);
    custom
        .filter_map(|row| {
            let path = name.strip_prefix(row.name)?.strip_prefix('.')?;
            Some((row.attribute, path))
        })
        .next()
}

/// The attribute that is derived from this one.
fn reader_of(input: Attribute) -> Option<Attribute> {
    let mut derived = Attribute::all().filter(|attribute| attribute.row().in_conditions);
    derived.find(|attribute| attribute.inputs().contains(&input))
}
