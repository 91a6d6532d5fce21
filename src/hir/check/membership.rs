//! Lines of a test that speak of memberships: `user in finance`, `location not in office`.

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::check::facts::Facts;
use crate::hir::check::people::{KINDS, guest_types, user_type};
use crate::hir::check::subject::Subject;
use crate::hir::check::value::no_values;
use crate::hir::codes;
use crate::hir::resolve::vocabulary::{
    ANY_AGENT, ANY_AGENT_RESOURCE, ANY_APP, ANYONE, GUESTS, OWN_TENANT, TRUSTED, listed,
};
use crate::request::Value;
use crate::schema::attribute::{Attribute, AttributeId, Kind, USER_TYPES};
use crate::source::Span;
use crate::syntax::ast::{Literal, LiteralValue, Name, ObjectKind, Operand};
use crate::value::{Slot, canonical_id};

/// The number of `member` among the types of users.
const MEMBER: u8 = 0;
/// The numbers of principals.
const USER: u8 = 0;
const AGENT: u8 = 2;

impl Checker<'_, '_> {
    /// `ATTRIBUTE in SET`, `ATTRIBUTE not in SET`
    pub(super) fn member_line(
        &mut self,
        facts: &mut Facts,
        name: &Name,
        negated: bool,
        members: &[Literal],
        span: Span,
    ) -> Option<()> {
        let subject = self.any_subject(name)?;
        let values: Vec<&Literal> = members.iter().collect();
        if values.is_empty() {
            return self.report.refuse(no_values(name, span));
        }
        match subject.kind {
            Kind::Members | Kind::Apps | Kind::Networks => {
                self.add_members(facts, &subject, negated, &values)
            }
            Kind::Identifiers => {
                let AttributeId::BuiltIn(attribute) = subject.id else { return None };
                let ids = self.listed_ids(&subject, &values)?;
                self.list(facts, attribute, span)?.add(negated, ids);
                Some(())
            }
            _ if negated => self.only_what_is(&subject, span),
            _ => self.value_line(facts, name, &Operand::List(members.to_vec(), span)),
        }
    }

    /// Takes in each member.
    pub(super) fn add_members(
        &mut self,
        facts: &mut Facts,
        subject: &Subject<'_>,
        negated: bool,
        members: &[&Literal],
    ) -> Option<()> {
        let mut good = true;
        for member in members {
            let added = match subject.id {
                AttributeId::BuiltIn(Attribute::App) => {
                    self.add_app(facts, subject, negated, member)
                }
                AttributeId::BuiltIn(Attribute::Location) => {
                    self.add_location(facts, subject, negated, member)
                }
                AttributeId::BuiltIn(Attribute::User) => {
                    self.add_user(facts, subject, negated, member)
                }
                _ => self.add_program(facts, subject, negated, member),
            };
            good &= added.is_some();
        }
        good.then_some(())
    }

    fn add_user(
        &mut self,
        facts: &mut Facts,
        subject: &Subject<'_>,
        negated: bool,
        member: &Literal,
    ) -> Option<()> {
        let span = member.span;
        let word = match &member.value {
            LiteralValue::Word(word) => word.as_str(),
            LiteralValue::String(id) => return self.id_of_unknown_kind(subject, id, span),
            _ => return self.wrong_value(subject, member),
        };
        match (word, user_type(word)) {
            (ANYONE, _) if !negated => self.give_word(facts, Attribute::Principal, USER, span),
            (GUESTS, _) if negated => self.give_word(facts, Attribute::UserType, MEMBER, span),
            (GUESTS, _) => self.which_guest(span),
            (_, Some(number)) if !negated => {
                self.give_word(facts, Attribute::UserType, number, span)
            }
            (ANYONE, _) | (_, Some(_)) => self.only_what_is(subject, span),
            (_, None) => self.add_named_user(facts, subject, negated, (word, span)),
        }
    }

    fn add_named_user(
        &mut self,
        facts: &mut Facts,
        subject: &Subject<'_>,
        negated: bool,
        (word, span): (&str, Span),
    ) -> Option<()> {
        let object = self.object(subject, word, span, &KINDS)?;
        let (kind, ids) = (object.kind, object.ids.clone());
        let attribute = match kind {
            ObjectKind::User if negated => return self.only_what_is(subject, span),
            ObjectKind::User => return self.give_id(facts, Attribute::UserId, ids, span),
            ObjectKind::Group => Attribute::UserGroups,
            _ => Attribute::UserRoles,
        };
        self.list(facts, attribute, span)?.add(negated, ids);
        Some(())
    }

    /// A service principal or an agent.
    fn add_program(
        &mut self,
        facts: &mut Facts,
        subject: &Subject<'_>,
        negated: bool,
        member: &Literal,
    ) -> Option<()> {
        let span = member.span;
        let word = match &member.value {
            LiteralValue::Word(word) => word.as_str(),
            _ => "",
        };
        let (kind, id) = match subject.id {
            AttributeId::BuiltIn(Attribute::Agent) => (ObjectKind::Agent, Attribute::AgentId),
            _ => (ObjectKind::ServicePrincipal, Attribute::ServicePrincipalId),
        };
        match (kind, word) {
            (ObjectKind::ServicePrincipal, OWN_TENANT) => {
                let state = Slot::Known(Value::Boolean(!negated));
                self.give(facts, Attribute::ServicePrincipalOwnTenant, state, span)
            }
            (ObjectKind::Agent, ANY_AGENT) if !negated => {
                self.give_word(facts, Attribute::Principal, AGENT, span)
            }
            _ if negated => self.only_what_is(subject, span),
            _ => {
                let ids = self.object_ids(subject, member, kind)?;
                self.give_id(facts, id, ids, span)
            }
        }
    }

    fn add_app(
        &mut self,
        facts: &mut Facts,
        subject: &Subject<'_>,
        negated: bool,
        member: &Literal,
    ) -> Option<()> {
        let span = member.span;
        match &member.value {
            LiteralValue::Word(word) if word == ANY_AGENT_RESOURCE => {
                facts.places.insert(Attribute::App.name().to_owned(), span);
                facts.agent_resource = Slot::Known(!negated);
                Some(())
            }
            LiteralValue::Word(word) if word == ANY_APP => self.which_app(span),
            _ if negated => self.only_what_is(subject, span),
            _ => {
                let ids = self.object_ids(subject, member, ObjectKind::App)?;
                self.check_apps(facts, span)?;
                facts.places.insert(Attribute::App.name().to_owned(), span);
                facts.apps.extend(ids.into_iter().next());
                Some(())
            }
        }
    }

    fn add_location(
        &mut self,
        facts: &mut Facts,
        subject: &Subject<'_>,
        negated: bool,
        member: &Literal,
    ) -> Option<()> {
        let span = member.span;
        let LiteralValue::Word(word) = &member.value else {
            return self.wrong_value(subject, member);
        };
        let names = if word == TRUSTED {
            self.charge(self.tables.networks.len(), span)?;
            self.trusted_names(negated, span)?
        } else {
            self.named_network(subject, word, span)?;
            vec![word.clone()]
        };
        for name in names {
            let ids = if negated {
                self.known_by_name_alone(&name, span)?
            } else {
                vec![canonical_id(&name)]
            };
            self.list(facts, Attribute::LocationNamed, span)?.add(negated, ids);
        }
        Some(())
    }

    fn trusted_names(&mut self, negated: bool, span: Span) -> Option<Vec<String>> {
        let trusted = self.tables.networks.iter().filter(|(_, it)| it.trusted);
        let names: Vec<String> = trusted.map(|(_, network)| network.name.clone()).collect();
        if negated || names.len() == 1 {
            return Some(names);
        }
        let some = listed(names.iter().take(8).map(String::as_str));
        let diagnostic = Diagnostic::error(
            codes::NOT_IN_REQUESTS,
            span,
            "`trusted` is the union of several networks",
        );
        self.report.refuse(if names.is_empty() {
            diagnostic.note("no network is trusted")
        } else {
            diagnostic.help(format!("name the one it is in: {some}"))
        })
    }

    /// What a request would list to be in the network; nothing but that may put it in.
    fn known_by_name_alone(&mut self, name: &str, span: Span) -> Option<Vec<String>> {
        let network = self.tables.networks.get(name)?;
        let by_place = !network.ranges.is_empty()
            || !network.countries.is_empty()
            || !network.gps_countries.is_empty()
            || network.unknown_country
            || network.gps_unknown;
        if !by_place {
            let own = [canonical_id(name)];
            return Some(own.into_iter().chain(network.named.iter().cloned()).collect());
        }
        let message = format!("`{name}` is known by address or country");
        self.report.refuse(
            Diagnostic::error(codes::NOT_IN_REQUESTS, span, message)
                .help("give an `ip` or a `country` that is not in it"),
        )
    }

    /// The id by which a request lists a network.
    pub(super) fn location_id(&mut self, subject: &Subject<'_>, value: &Literal) -> Option<String> {
        match &value.value {
            LiteralValue::Word(word) => {
                self.named_network(subject, word, value.span)?;
                Some(canonical_id(word))
            }
            LiteralValue::String(id) => Some(canonical_id(id)),
            _ => self.wrong_value(subject, value),
        }
    }

    fn give_word(
        &mut self,
        facts: &mut Facts,
        attribute: Attribute,
        number: u8,
        span: Span,
    ) -> Option<()> {
        self.give(facts, attribute, Slot::Known(Value::Word(number)), span)
    }

    fn give_id(
        &mut self,
        facts: &mut Facts,
        attribute: Attribute,
        ids: Vec<String>,
        span: Span,
    ) -> Option<()> {
        let first = ids.into_iter().next()?;
        self.give(facts, attribute, Slot::Known(Value::Text(first)), span)
    }

    fn which_guest(&mut self, span: Span) -> Option<()> {
        let types = guest_types().map(|number| USER_TYPES[usize::from(number)]);
        self.report.refuse(
            Diagnostic::error(
                codes::NOT_IN_REQUESTS,
                span,
                "`guests` are of several types, and one user has one",
            )
            .note(format!("the types are {}", listed(types)))
            .help("say which: `user.type b2b-collaboration-guest`"),
        )
    }

    fn which_app(&mut self, span: Span) -> Option<()> {
        self.report.refuse(
            Diagnostic::error(codes::NOT_IN_REQUESTS, span, "a sign-in asks for certain apps")
                .help("name one, or give any id in quotes: `app \"some-app\"`"),
        )
    }

    fn only_what_is(&mut self, subject: &Subject<'_>, span: Span) -> Option<()> {
        let name = subject.name;
        let message = format!("a test says what `{name}` is, not what it is not");
        self.report.refuse(
            Diagnostic::error(codes::NOT_IN_REQUESTS, span, message)
                .note("only groups, roles and named networks can be excluded")
                .help(format!("give `{name}` another value")),
        )
    }
}
