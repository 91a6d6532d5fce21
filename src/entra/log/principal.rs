//! Who signed in: a user, a workload or an agent, and which kind of guest a user is.

use crate::entra::log::row::Row;
use crate::request::{RequestBuilder, Value};
use crate::schema::attribute::Attribute as A;
use crate::value::{Slot, canonical_id};

/// The id of whoever the log could not name.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    User,
    Workload,
    Agent,
}

pub(super) fn read(row: &Row<'_>, builder: RequestBuilder) -> RequestBuilder {
    match who(row) {
        Some(Who::User) => user(row, builder),
        Some(Who::Workload) => workload(row, builder),
        Some(Who::Agent) => agent(row, builder),
        None => builder,
    }
}

/// Ids of the two kinds that are no placeholders.
fn ids<'r>(row: &'r Row<'_>) -> (Option<&'r str>, Option<&'r str>) {
    let named = |id: &&str| *id != NOBODY;
    (row.user.text().filter(named), row.principal.text().filter(named))
}

/// The kind of agent, of a sign-in by one.
fn agent_type<'r>(row: &'r Row<'_>) -> Option<&'r str> {
    let kind = row.agent.0.as_ref()?.kind.0.text()?;
    (!kind.eq_ignore_ascii_case("notAgentic")).then_some(kind)
}

/// By the kind of agent, the log it is of, the kind of event, and at last by which ids there are.
fn who(row: &Row<'_>) -> Option<Who> {
    if agent_type(row).is_some() {
        return Some(Who::Agent);
    }
    let events = row.event_types.items().iter().filter_map(|it| it.0.text());
    let mut told = [row.category.text(), row.table.text()].into_iter().flatten().chain(events);
    let by_log = told.find_map(|word| {
        let word = word.to_ascii_lowercase();
        if word.contains("serviceprincipal") || word.contains("managedidentity") {
            Some(Who::Workload)
        } else if word.contains("signinlogs") || word.contains("interactiveuser") {
            Some(Who::User)
        } else {
            None
        }
    });
    by_log.or_else(|| match ids(row) {
        (Some(_), _) => Some(Who::User),
        (None, Some(_)) => Some(Who::Workload),
        (None, None) => None,
    })
}

fn id(builder: RequestBuilder, attribute: A, id: Option<&str>) -> RequestBuilder {
    match id {
        Some(id) => builder.set(attribute, Value::Text(canonical_id(id))),
        None => builder,
    }
}

fn named(builder: RequestBuilder, name: Option<&str>) -> RequestBuilder {
    match name {
        Some(name) => builder.who(name),
        None => builder,
    }
}

fn user(row: &Row<'_>, builder: RequestBuilder) -> RequestBuilder {
    let builder = named(builder.word(A::Principal, "user"), row.user_name.text());
    let builder = id(builder, A::UserId, ids(row).0);
    match user_type(row) {
        Some(word @ ("member" | "internal-guest")) => {
            builder.word(A::UserType, word).slot(A::UserTenant, Slot::Absent)
        }
        Some(word) => id(builder.word(A::UserType, word), A::UserTenant, row.home_tenant.text()),
        None => builder,
    }
}

/// Whether two ids are known and the same.
fn same(a: Option<&str>, b: Option<&str>) -> Option<bool> {
    Some(a?.eq_ignore_ascii_case(b?))
}

/// What the log says of a user's type, as far as it says it. A user of the tenant whose log this is, who signs in to
/// another tenant, is a member; of one that came across, how they came says the rest. A guest that crossed nothing is
/// an internal one if the home is known to be here; else nobody can say which of the six kinds.
fn user_type(row: &Row<'_>) -> Option<&'static str> {
    let guest = row.user_type.text().map(|word| word.eq_ignore_ascii_case("guest"));
    let member = row.user_type.text().is_some_and(|word| word.eq_ignore_ascii_case("member"));
    let home = row.home_tenant.text();
    let here = row.tenant.text().or(row.resource_tenant.text());
    let at_home = same(home, here);
    let crossing = row.access_type.text().map(str::to_ascii_lowercase);
    match (crossing.as_deref(), guest) {
        (Some("b2bcollaboration"), Some(true)) => Some("b2b-collaboration-guest"),
        (Some("b2bcollaboration"), _) if member => match same(home, row.tenant.text()) {
            Some(true) => Some("member"),
            Some(false) => Some("b2b-collaboration-member"),
            None => None,
        },
        (Some("b2bdirectconnect"), _) if same(home, row.tenant.text()) != Some(true) => {
            Some("b2b-direct-connect")
        }
        (Some("serviceprovider"), _) if same(home, row.tenant.text()) != Some(true) => {
            Some("service-provider")
        }
        (Some("none"), Some(true)) if at_home == Some(true) => Some("internal-guest"),
        (None | Some("none"), _) if member && at_home != Some(false) => Some("member"),
        _ => None,
    }
}

fn workload(row: &Row<'_>, builder: RequestBuilder) -> RequestBuilder {
    let builder = named(builder.word(A::Principal, "service-principal"), row.principal_name.text());
    let builder = id(builder, A::ServicePrincipalId, ids(row).1);
    let here = row.tenant.text().or(row.resource_tenant.text());
    match same(row.app_owner_tenant.text(), here) {
        Some(own) => builder.set(A::ServicePrincipalOwnTenant, Value::Boolean(own)),
        None => builder,
    }
}

fn agent(row: &Row<'_>, builder: RequestBuilder) -> RequestBuilder {
    let (user, principal) = ids(row);
    let builder = builder.word(A::Principal, "agent");
    match agent_type(row).map(str::to_ascii_lowercase).as_deref() {
        Some("agentiduser") => {
            let builder = named(builder.word(A::AgentKind, "user"), row.user_name.text());
            id(builder, A::AgentId, user)
        }
        Some("agenticappinstance") => {
            let builder = named(builder.word(A::AgentKind, "identity"), row.principal_name.text());
            id(builder, A::AgentId, principal)
        }
        _ => {
            let name = row.principal_name.text().or(row.user_name.text());
            id(named(builder, name), A::AgentId, principal.or(user))
        }
    }
}
