//! Users: by name, group, role or type.

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::check::subject::Subject;
use crate::hir::resolve::vocabulary::{ANYONE, GUESTS};
use crate::hir::{Object, People, codes};
use crate::schema::attribute::USER_TYPES;
use crate::source::Span;
use crate::syntax::ast::{Literal, LiteralValue, ObjectKind};
use crate::value::canonical_id;

/// The kinds of objects that users are matched by.
pub(super) const KINDS: [ObjectKind; 3] = [ObjectKind::User, ObjectKind::Group, ObjectKind::Role];

impl Checker<'_, '_> {
    /// `user in [finance, alice, guests]`
    pub(super) fn people(&mut self, subject: &Subject<'_>, members: &[&Literal]) -> Option<People> {
        let mut people = People::default();
        let mut good = true;
        for member in members {
            good &= self.add_member(&mut people, subject, member).is_some();
        }
        good.then_some(people)
    }

    fn add_member(
        &mut self,
        people: &mut People,
        subject: &Subject<'_>,
        member: &Literal,
    ) -> Option<()> {
        match &member.value {
            LiteralValue::Word(word) => self.add_person(people, subject, word, member.span),
            LiteralValue::String(id) => self.id_of_unknown_kind(subject, id, member.span),
            _ => self.wrong_value(subject, member),
        }
    }

    /// Adds what a word stands for: everyone, a type, or the ids of a name.
    pub(super) fn add_person(
        &mut self,
        people: &mut People,
        subject: &Subject<'_>,
        word: &str,
        span: Span,
    ) -> Option<()> {
        if add_set(people, word) {
            return Some(());
        }
        let object = self.object(subject, word, span, &KINDS)?;
        let ids = object.ids.iter().cloned();
        match object.kind {
            ObjectKind::User => people.users.extend(ids),
            ObjectKind::Group => people.groups.extend(ids),
            _ => people.roles.extend(ids),
        }
        Some(())
    }

    /// The user, group or role that has this id.
    fn person_with_id(&self, id: &str) -> Option<&Object> {
        let id = canonical_id(id);
        let idle = self.report.is_full();
        let mut objects = self.tables.objects.iter().map(|(_, object)| object).filter(|_| !idle);
        objects.find(|object| KINDS.contains(&object.kind) && object.ids.contains(&id))
    }

    /// Tells that an id in quotes does not say of what it is one.
    pub(super) fn id_of_unknown_kind<T>(
        &mut self,
        subject: &Subject<'_>,
        id: &str,
        span: Span,
    ) -> Option<T> {
        let known = self.person_with_id(id);
        let message = format!("`{id}` may be the id of a user, a group or a role");
        let diagnostic = Diagnostic::error(codes::ID_OF_UNKNOWN_KIND, span, message);
        let name = subject.name;
        let told = match known {
            Some(object) => diagnostic
                .help(format!("write its name: `{name} in {}`", object.name))
                .fix(span, object.name.clone()),
            None => diagnostic
                .note(format!(
                    "`{name}` takes users, groups and roles by name, so that their kind is known"
                ))
                .help(format!("give it a name: `group NAME = \"{id}\"`, or `user` or `role`")),
        };
        self.report.refuse(told)
    }
}

/// Adds a word that stands for a set of users.
fn add_set(people: &mut People, word: &str) -> bool {
    if word == ANYONE {
        people.anyone = true;
    } else if word == GUESTS {
        people.types.extend(guest_types());
    } else if let Some(number) = user_type(word) {
        people.types.insert(number);
    } else {
        return false;
    }
    true
}

/// The numbers of all types but member.
pub(super) fn guest_types() -> impl Iterator<Item = u8> {
    (0u8..).take(USER_TYPES.len()).skip(1)
}

/// The number of a type of users.
pub(super) fn user_type(word: &str) -> Option<u8> {
    let number = USER_TYPES.iter().position(|known| *known == word)?;
    u8::try_from(number).ok()
}

/// Words that can stand for users, beside names.
pub(super) fn user_words<'w>() -> impl Iterator<Item = &'w str> {
    [ANYONE, GUESTS].into_iter().chain(USER_TYPES.iter().copied())
}
