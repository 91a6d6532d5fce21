//! `conditionalAccessUsers`, `conditionalAccessClientApplications`, `conditionalAccessAgents`: whom a policy is about.

use crate::entra::filter::{self, Subject};
use crate::entra::finding::Findings;
use crate::entra::graph::targets::say_nothing;
use crate::entra::graph::{ids, plain_ids};
use crate::entra::json::{Fields, Node};
use crate::entra::model::{Agents, Conditions, Guests, People, Users, Workloads};
use crate::entra::{codes, field, tables};

/// Reads whom a policy is about into its conditions.
pub(super) fn read(fields: &mut Fields<'_>, conditions: &mut Conditions, findings: &mut Findings) {
    let node = fields.take(field::USERS);
    conditions.users = users(&node, findings);
    read_client_applications(&fields.take(field::CLIENT_APPLICATIONS), conditions, findings);
    read_agents(&fields.take(field::AGENTS), &mut conditions.agents, findings);
    let others = !is_nobody(&conditions.service_principals) || !is_no_agent(&conditions.agents);
    if node.is_empty() && !others {
        say_nothing(&node, field::INCLUDE_USERS, findings);
    }
}

fn is_nobody(workloads: &Workloads) -> bool {
    !workloads.own_tenant && workloads.include.is_empty()
}

fn is_no_agent(agents: &Agents) -> bool {
    !agents.every_identity && !agents.every_user && agents.include.is_empty()
}

fn users(node: &Node<'_>, findings: &mut Findings) -> Users {
    let mut fields = node.fields(findings);
    let users = Users {
        include: people(
            &mut fields,
            [field::INCLUDE_USERS, field::INCLUDE_GROUPS, field::INCLUDE_ROLES],
            findings,
        ),
        exclude: people(
            &mut fields,
            [field::EXCLUDE_USERS, field::EXCLUDE_GROUPS, field::EXCLUDE_ROLES],
            findings,
        ),
    };
    fields.finish(findings);
    users
}

fn people(fields: &mut Fields<'_>, keys: [&str; 3], findings: &mut Findings) -> People {
    let includes = keys[0] == field::INCLUDE_USERS;
    let node = fields.take(keys[0]);
    let words: &[&'static str] = if includes {
        &[tables::ALL, tables::NONE, tables::ALL_GUESTS]
    } else {
        &[tables::ALL_GUESTS]
    };
    let users = ids(&node, words, findings);
    if users.has(tables::NONE) && (users.words.len() > 1 || !users.ids.is_empty()) {
        let reason = "`None` stands beside somebody";
        findings.refuse(node.fault(codes::CONTRADICTION, reason));
    }
    let mut people = People {
        everyone: users.has(tables::ALL),
        groups: plain_ids(&fields.take(keys[1]), findings),
        roles: plain_ids(&fields.take(keys[2]), findings),
        guests: Vec::new(),
        users: Vec::new(),
    };
    if users.has(tables::ALL_GUESTS) {
        people.guests.push(Guests { types: every_guest(), tenants: Vec::new() });
    }
    people.users = users.ids;
    let key = if includes {
        field::INCLUDE_GUESTS_OR_EXTERNAL_USERS
    } else {
        field::EXCLUDE_GUESTS_OR_EXTERNAL_USERS
    };
    let typed = guests(&fields.take(key), findings);
    people.guests.extend(
        typed.into_iter().filter(|typed| people.guests.first() != Some(typed)).collect::<Vec<_>>(),
    );
    people
}

/// Every word of `user.type` that is a guest.
pub(in crate::entra) fn every_guest() -> Vec<&'static str> {
    tables::GUESTS.iter().map(|row| row.latch).filter(|word| !word.is_empty()).collect()
}

fn guests(node: &Node<'_>, findings: &mut Findings) -> Option<Guests> {
    let mut fields = node.fields(findings);
    let types = fields.take(field::GUEST_OR_EXTERNAL_USER_TYPES).words(tables::GUESTS, findings);
    let types: Vec<_> = types.iter().map(|row| row.latch).filter(|it| !it.is_empty()).collect();
    let tenants_node = fields.take(field::EXTERNAL_TENANTS);
    let tenants = tenants(&tenants_node, findings);
    fields.finish(findings);
    if types.is_empty() {
        if !tenants.is_empty() {
            let reason = "tenants are named, but no types of external users";
            findings.refuse(tenants_node.fault(codes::CONTRADICTION, reason));
        }
        return None;
    }
    if !tenants.is_empty() && types.contains(&"internal-guest") {
        let text = "internal guests have no home tenant: included, they are meant whatever the tenants; \
                    excluded, they are not exempt";
        findings.note(&node.path, text);
    }
    Some(Guests { types, tenants })
}

fn tenants(node: &Node<'_>, findings: &mut Findings) -> Vec<String> {
    let mut fields = node.fields(findings);
    let kind_node = fields.take(field::MEMBERSHIP_KIND);
    let kind = kind_node.word(tables::TENANTS, findings).map(|row| row.latch);
    let members = plain_ids(&fields.take(field::MEMBERS), findings);
    fields.finish(findings);
    let fits = match kind {
        Some("enumerated") => !members.is_empty(),
        Some(_) => members.is_empty(),
        None => true,
    };
    if !fits {
        let reason = "the kind of membership and the list of tenants do not belong together";
        findings.refuse(kind_node.fault(codes::CONTRADICTION, reason));
    }
    members
}

fn read_client_applications(node: &Node<'_>, conditions: &mut Conditions, findings: &mut Findings) {
    let mut fields = node.fields(findings);
    let workloads = &mut conditions.service_principals;
    let include = fields.take(field::INCLUDE_SERVICE_PRINCIPALS);
    let found = ids(&include, &[tables::OWN_TENANT, tables::NONE], findings);
    workloads.own_tenant = found.has(tables::OWN_TENANT);
    workloads.include = found.ids;
    workloads.exclude = plain_ids(&fields.take(field::EXCLUDE_SERVICE_PRINCIPALS), findings);
    let filter_node = fields.take(field::SERVICE_PRINCIPAL_FILTER);
    workloads.filter =
        filter::read(&filter_node, Subject::Custom("service-principal.attribute"), findings);
    if let Some(filter) = &workloads.filter {
        if !filter.exclude && !workloads.include.is_empty() {
            findings.refuse(filter_beside_ids(&filter_node));
        }
        // A filter alone chooses among the service principals of the tenant.
        workloads.own_tenant |= workloads.include.is_empty();
    }
    read_agent_identities(&mut fields, &mut conditions.agents, findings);
    fields.finish(findings);
}

/// Whether a filter adds to the ids beside it or narrows them is documented nowhere.
pub(super) fn filter_beside_ids(node: &Node<'_>) -> crate::entra::finding::Fault {
    node.fault(
        codes::CONTRADICTION,
        "a filter that includes stands beside ids; whether it adds to them or narrows them is not documented",
    )
    .suggest("split the policy: one for the ids, one for the filter")
}

fn read_agent_identities(fields: &mut Fields<'_>, agents: &mut Agents, findings: &mut Findings) {
    let found = ids(
        &fields.take(field::INCLUDE_AGENT_ID_SERVICE_PRINCIPALS),
        &[tables::ALL, tables::NONE],
        findings,
    );
    agents.every_identity = found.has(tables::ALL);
    agents.include.extend(found.ids);
    agents
        .exclude
        .extend(plain_ids(&fields.take(field::EXCLUDE_AGENT_ID_SERVICE_PRINCIPALS), findings));
    let node = fields.take(field::AGENT_ID_SERVICE_PRINCIPAL_FILTER);
    read_agent_filter(&node, agents, findings);
}

fn read_agents(node: &Node<'_>, agents: &mut Agents, findings: &mut Findings) {
    let mut fields = node.fields(findings);
    let found =
        ids(&fields.take(field::INCLUDE_AGENT_USERS), &[tables::ALL, tables::NONE], findings);
    agents.every_user = found.has(tables::ALL);
    agents.include.extend(found.ids);
    agents.exclude.extend(plain_ids(&fields.take(field::EXCLUDE_AGENT_USERS), findings));
    let node = fields.take(field::AGENT_FILTER);
    read_agent_filter(&node, agents, findings);
    fields.finish(findings);
}

fn read_agent_filter(node: &Node<'_>, agents: &mut Agents, findings: &mut Findings) {
    let Some(filter) = filter::read(node, Subject::Custom("agent.attribute"), findings) else {
        return;
    };
    if !filter.exclude && !agents.include.is_empty() {
        findings.refuse(filter_beside_ids(node));
    }
    if agents.filter.is_some() {
        let reason = "agents are filtered twice; how both filters combine is not documented";
        findings.refuse(node.fault(codes::CONTRADICTION, reason));
    }
    let nobody = is_no_agent(agents);
    if nobody {
        let reason = "a filter of agents stands where no agents are included";
        findings.refuse(node.fault(codes::CONTRADICTION, reason));
    }
    agents.filter = Some(filter);
}
