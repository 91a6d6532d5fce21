//! Archetypes: kinds of people, by the memberships they have, may have, never have.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::check::remarks::remarks;
use crate::hir::check::subject::Subject;
use crate::hir::{Archetype, People, codes};
use crate::schema::attribute::{Attribute, AttributeId};
use crate::source::Span;
use crate::syntax::ast::{self, Bound};

/// The members that were read, by how certain they are, each with its place.
type Read<'n> = BTreeMap<&'n str, (Bound, Span)>;

impl Checker<'_, '_> {
    /// `archetype accountant { … }`
    pub(in crate::hir) fn archetype(
        &mut self,
        item: &ast::Item,
        archetype: &ast::Archetype,
    ) -> Option<Archetype> {
        let remarks = remarks(item, &mut self.report);
        let name = &archetype.name;
        if archetype.lines.is_empty() {
            let message = format!("the archetype `{}` has no lines", name.node);
            return self.report.refuse(
                Diagnostic::error(codes::EMPTY_BODY, name.span, message)
                    .note("it would say nothing about anybody")
                    .help("add a line: `always in …`, `may be in …` or `never in …`"),
            );
        }
        let mut read = Read::new();
        let mut memberships: BTreeMap<Bound, People> = BTreeMap::new();
        let mut good = true;
        for line in &archetype.lines {
            let people = memberships.entry(line.bound.node).or_default();
            for member in &line.members {
                good &= self.add_certain(&mut read, people, line.bound.node, member).is_some();
            }
        }
        let (name, span) = (name.node.clone(), item.span);
        good.then_some(Archetype { name, remarks, memberships, span })
    }

    fn add_certain<'n>(
        &mut self,
        read: &mut Read<'n>,
        people: &mut People,
        bound: Bound,
        member: &'n ast::Name,
    ) -> Option<()> {
        let word = member.node.as_str();
        if let Some((other, place)) = read.get(word).filter(|(other, _)| *other != bound) {
            let message =
                format!("`{word}` is {} and {} in it", bound_words(bound), bound_words(*other));
            return self.report.refuse(
                Diagnostic::error(codes::CONTRADICTION, member.span, message)
                    .label(*place, format!("{} in it here", bound_words(*other)))
                    .help("keep one of them"),
            );
        }
        read.insert(word, (bound, member.span));
        let (id, kind) = (AttributeId::BuiltIn(Attribute::User), Attribute::User.row().kind);
        let subject = Subject { id, name: "archetype", kind, custom: None };
        self.add_person(people, &subject, word, member.span)
    }
}

fn bound_words(bound: Bound) -> &'static str {
    match bound {
        Bound::Always => "always",
        Bound::MayBe => "perhaps",
        Bound::Never => "never",
    }
}
