//! Members of sets that are matched by name: apps, workloads, agents, tenants, contexts, networks, countries.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::check::comparison::Compared;
use crate::hir::check::country::country_code;
use crate::hir::check::network::address_range;
use crate::hir::check::object::directory_id;
use crate::hir::check::people::user_words;
use crate::hir::check::subject::Subject;
use crate::hir::resolve::names::NameKind;
use crate::hir::resolve::vocabulary::{
    ANY_AGENT, ANY_AGENT_RESOURCE, ANY_APP, OWN_TENANT, TRUSTED, UNKNOWN, is_context,
};
use crate::hir::{Agents, Apps, NetworkId, Object, Predicate, ServicePrincipals, codes};
use crate::schema::attribute::{Attribute, AttributeId};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Literal, LiteralValue, ObjectKind};
use crate::value::Country;

impl Checker<'_, '_> {
    /// `app in [payroll, any-agent-resource]`
    pub(super) fn apps(&mut self, subject: &Subject<'_>, members: &[&Literal]) -> Option<Apps> {
        let mut apps = Apps::default();
        let ids = self.each(members, |checker, member| match &member.value {
            LiteralValue::Word(word) if word == ANY_APP => {
                apps.any = true;
                Some(Vec::new())
            }
            LiteralValue::Word(word) if word == ANY_AGENT_RESOURCE => {
                apps.any_agent_resource = true;
                Some(Vec::new())
            }
            _ => checker.object_ids(subject, member, ObjectKind::App),
        })?;
        apps.ids = ids.into_iter().flatten().collect();
        Some(apps)
    }

    /// `service-principal in own-tenant`
    pub(super) fn service_principals(
        &mut self,
        subject: &Subject<'_>,
        members: &[&Literal],
    ) -> Option<Predicate> {
        let (own_tenant, ids) =
            self.set_or_ids(subject, members, OWN_TENANT, ObjectKind::ServicePrincipal)?;
        Some(Predicate::ServicePrincipals(ServicePrincipals { own_tenant, ids }))
    }

    /// `agent in any-agent`
    pub(super) fn agents(
        &mut self,
        subject: &Subject<'_>,
        members: &[&Literal],
    ) -> Option<Predicate> {
        let (any, ids) = self.set_or_ids(subject, members, ANY_AGENT, ObjectKind::Agent)?;
        Some(Predicate::Agents(Agents { any, ids }))
    }

    /// Whether the word for all is among the members, and the ids of the others.
    fn set_or_ids(
        &mut self,
        subject: &Subject<'_>,
        members: &[&Literal],
        all: &str,
        kind: ObjectKind,
    ) -> Option<(bool, BTreeSet<String>)> {
        let is_all =
            |member: &&Literal| matches!(&member.value, LiteralValue::Word(word) if word == all);
        let (sets, others): (Vec<&Literal>, Vec<&Literal>) =
            members.iter().partition(|it| is_all(it));
        let ids =
            self.each(&others, |checker, member| checker.object_ids(subject, member, kind))?;
        Some((!sets.is_empty(), ids.into_iter().flatten().collect()))
    }

    /// `user.tenant is contoso`, `context in [c1, payments]`
    pub(super) fn ids(
        &mut self,
        subject: &Subject<'_>,
        members: &[&Literal],
    ) -> Option<BTreeSet<String>> {
        let kind = object_kind(subject.id);
        let ids = self.each(members, |checker, member| match &member.value {
            LiteralValue::Word(word) if kind == ObjectKind::Context && is_context(word) => {
                Some(vec![word.clone()])
            }
            _ => checker.object_ids(subject, member, kind),
        })?;
        Some(ids.into_iter().flatten().collect())
    }

    /// The ids of a name, or one id in quotes.
    pub(super) fn object_ids(
        &mut self,
        subject: &Subject<'_>,
        member: &Literal,
        kind: ObjectKind,
    ) -> Option<Vec<String>> {
        match &member.value {
            LiteralValue::Word(word) => {
                self.object(subject, word, member.span, &[kind]).map(|object| object.ids.clone())
            }
            LiteralValue::String(id) => {
                let id = Spanned::new(id.clone(), member.span);
                directory_id(kind, &id, &mut self.report).map(|id| vec![id])
            }
            _ => self.wrong_value(subject, member),
        }
    }

    /// The object of a name, which must be of one of these kinds. Its ids are counted: they will be copied.
    pub(super) fn object(
        &mut self,
        subject: &Subject<'_>,
        word: &str,
        span: Span,
        kinds: &[ObjectKind],
    ) -> Option<&Object> {
        self.check_object(subject, word, span, kinds)?;
        let weight = self.tables.objects.get(word)?.ids.len();
        self.charge(weight, span)?;
        self.tables.objects.get(word)
    }

    fn check_object(
        &mut self,
        subject: &Subject<'_>,
        word: &str,
        span: Span,
        kinds: &[ObjectKind],
    ) -> Option<()> {
        let declared = self.names.get(word).map(|declaration| declaration.kind());
        let fits = |kind: &NameKind| matches!(kind, NameKind::Object(kind) if kinds.contains(kind));
        if declared.filter(fits).is_some() {
            return Some(());
        }
        let takes = taken_nouns(kinds);
        if let Some(what) = self.meaning_of(word) {
            return self.wrong_kind(word, span, &what, subject.name, &takes);
        }
        let names = self.names.of_kinds(|kind| fits(&kind));
        let near = if kinds.contains(&ObjectKind::User) {
            self.report.nearest(word, names.chain(user_words()))
        } else {
            self.report.nearest(word, names)
        };
        let near = near.map(str::to_owned);
        let kind = kinds.iter().find(|kind| **kind != ObjectKind::User).copied();
        let keyword = kind.unwrap_or(ObjectKind::User).keyword();
        self.unknown_name(word, span, &takes, near, &format!("{keyword} {word} = \"…\""))
    }

    /// Tells that a name is of something else.
    pub(super) fn wrong_kind<T>(
        &mut self,
        word: &str,
        span: Span,
        what: &str,
        taker: &str,
        takes: &str,
    ) -> Option<T> {
        let message = format!("`{word}` is {what}; `{taker}` takes {takes}");
        let diagnostic = Diagnostic::error(codes::WRONG_KIND_OF_NAME, span, message);
        let declared = self.names.get(word).map(|declaration| declaration.name.span);
        let diagnostic = match declared {
            Some(place) => diagnostic.label(place, "declared here"),
            None => diagnostic,
        };
        let example = self.condition_on(word).filter(|_| !taker.contains(' '));
        self.report.refuse(match example {
            Some(example) => diagnostic.help(format!("a condition on it reads `{example}`")),
            None => diagnostic,
        })
    }

    /// Tells that nothing has that name.
    pub(super) fn unknown_name<T>(
        &mut self,
        word: &str,
        span: Span,
        takes: &str,
        near: Option<String>,
        declare: &str,
    ) -> Option<T> {
        let message = format!("nothing is called `{word}`");
        let diagnostic = Diagnostic::error(codes::UNKNOWN_NAME, span, message)
            .here(format!("expected one of the {takes}"));
        self.report.refuse(match near {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(span, near),
            None => diagnostic.help(format!("declare it: `{declare}`")),
        })
    }

    /// `location in [headquarters, trusted]`
    pub(super) fn networks(
        &mut self,
        subject: &Subject<'_>,
        compared: &Compared<'_>,
    ) -> Option<Predicate> {
        let ids = self.each(&compared.values, |checker, value| checker.location(subject, value))?;
        Some(Predicate::Networks(ids.into_iter().flatten().collect()))
    }

    fn location(&mut self, subject: &Subject<'_>, member: &Literal) -> Option<Vec<NetworkId>> {
        let LiteralValue::Word(word) = &member.value else {
            return self.wrong_value(subject, member);
        };
        if word == TRUSTED {
            self.charge(self.tables.networks.len(), member.span)?;
            return Some(self.trusted_networks(member.span));
        }
        self.named_network(subject, word, member.span).map(|id| vec![id])
    }

    /// The number of a named network.
    pub(super) fn named_network(
        &mut self,
        subject: &Subject<'_>,
        word: &str,
        span: Span,
    ) -> Option<NetworkId> {
        let declared = self.names.get(word).map(|declaration| declaration.kind());
        if declared == Some(NameKind::Network) {
            return self.tables.network(word);
        }
        let takes = "networks";
        if let Some(what) = self.meaning_of(word) {
            return self.wrong_kind(word, span, &what, subject.name, takes);
        }
        let names = self.names.of_kinds(|kind| kind == NameKind::Network);
        let near = self.report.nearest(word, names.chain([TRUSTED])).map(str::to_owned);
        self.unknown_name(word, span, takes, near, &format!("network {word} {{ … }}"))
    }

    fn trusted_networks(&mut self, span: Span) -> Vec<NetworkId> {
        let networks = self.tables.networks.iter();
        let ids: Vec<NetworkId> =
            networks.filter(|(_, it)| it.trusted).map(|(id, _)| NetworkId(id)).collect();
        if ids.is_empty() {
            self.report.tell(
                Diagnostic::warning(codes::NOTHING_TRUSTED, span, "no network is trusted")
                    .here("no sign-in is in it")
                    .help("mark the networks you trust: `network NAME trusted { … }`"),
            );
        }
        ids
    }

    /// `ip in [203.0.113.0/24, 2001:db8::/32]`, as a network without a name.
    pub(super) fn addresses(
        &mut self,
        subject: &Subject<'_>,
        compared: &Compared<'_>,
    ) -> Option<Predicate> {
        let ranges = self.each(&compared.values, |checker, value| match &value.value {
            LiteralValue::Address(_) | LiteralValue::AddressRange(..) => {
                address_range(value, &mut checker.report)
            }
            _ => checker.wrong_value(subject, value),
        })?;
        let id = self.anonymous.number(ranges, compared.written.span);
        Some(Predicate::Networks(BTreeSet::from([id])))
    }

    /// `country in [DE, FR]`
    pub(super) fn countries(
        &mut self,
        subject: &Subject<'_>,
        members: &[&Literal],
    ) -> Option<Predicate> {
        let countries =
            self.each(members, |checker, value| checker.country_value(subject, value))?;
        Some(Predicate::Countries(countries.into_iter().collect()))
    }

    /// A country code.
    pub(super) fn country_value(
        &mut self,
        subject: &Subject<'_>,
        value: &Literal,
    ) -> Option<Country> {
        match &value.value {
            LiteralValue::Word(word) if word == UNKNOWN => self.report.refuse(
                Diagnostic::error(codes::WRONG_VALUE, value.span, "`unknown` is no country")
                    .note("an address without a country has none, and equals nothing")
                    .help(
                        "declare `network NAME { country unknown }`, and write `location in NAME`",
                    ),
            ),
            LiteralValue::Word(word) => country_code(word, value.span, &mut self.report),
            LiteralValue::String(text) => country_code(text, value.span, &mut self.report),
            _ => self.wrong_value(subject, value),
        }
    }
}

/// The kind of the objects whose ids an attribute has.
pub(super) fn object_kind(attribute: AttributeId) -> ObjectKind {
    match attribute {
        AttributeId::BuiltIn(Attribute::Context) => ObjectKind::Context,
        AttributeId::BuiltIn(Attribute::UserId) => ObjectKind::User,
        AttributeId::BuiltIn(Attribute::UserGroups) => ObjectKind::Group,
        AttributeId::BuiltIn(Attribute::UserRoles) => ObjectKind::Role,
        AttributeId::BuiltIn(Attribute::App) => ObjectKind::App,
        AttributeId::BuiltIn(Attribute::ServicePrincipal | Attribute::ServicePrincipalId) => {
            ObjectKind::ServicePrincipal
        }
        AttributeId::BuiltIn(Attribute::Agent | Attribute::AgentId) => ObjectKind::Agent,
        AttributeId::BuiltIn(_) | AttributeId::Own(_) => ObjectKind::Tenant,
    }
}

/// `users, groups and roles`
pub(super) fn taken_nouns(kinds: &[ObjectKind]) -> String {
    match kinds {
        [ObjectKind::App] => "apps".to_owned(),
        [ObjectKind::ServicePrincipal] => "service principals".to_owned(),
        [ObjectKind::Agent] => "agents".to_owned(),
        [ObjectKind::Tenant] => "tenants".to_owned(),
        [ObjectKind::Context] => "authentication contexts".to_owned(),
        [ObjectKind::User] => "users".to_owned(),
        [ObjectKind::Group] => "groups".to_owned(),
        [ObjectKind::Role] => "roles".to_owned(),
        _ => "users, groups and roles".to_owned(),
    }
}
