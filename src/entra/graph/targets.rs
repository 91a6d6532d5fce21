//! `conditionalAccessApplications`: what is asked for.

use crate::entra::filter::{self, Subject};
use crate::entra::finding::Findings;
use crate::entra::graph::{ids, people, plain_ids};
use crate::entra::json::{Fields, Node};
use crate::entra::model::{App, Targets};
use crate::entra::{codes, field, tables};

/// Reads what a policy is about.
pub(super) fn read(node: &Node<'_>, findings: &mut Findings) -> Targets {
    if node.is_empty() {
        say_nothing(node, field::INCLUDE_APPLICATIONS, findings);
    }
    let mut fields = node.fields(findings);
    let mut targets = Targets::default();
    read_apps(&mut fields, &mut targets, findings);
    let actions = fields.take(field::INCLUDE_USER_ACTIONS).words(tables::ACTIONS, findings);
    targets.actions = actions.iter().map(|row| row.latch).collect();
    targets.contexts =
        contexts(&fields.take(field::INCLUDE_AUTHENTICATION_CONTEXT_CLASS_REFERENCES), findings);
    for key in [field::GLOBAL_SECURE_ACCESS, field::NETWORK_ACCESS] {
        read_traffic(&fields.take(key), &mut targets, findings);
    }
    fields.finish(findings);
    targets
}

/// An empty list says that a policy is about nothing, which Entra allows; no list says nothing at all.
pub(super) fn say_nothing(node: &Node<'_>, key: &str, findings: &mut Findings) {
    if node.json.get(key).is_some() {
        findings.note(&node.path, "all of it is empty, so that the policy never applies");
        return;
    }
    let reason = "a policy says whom and what it is about; nothing stands here";
    findings.refuse(node.fault(codes::MISSING_FIELD, reason));
}

fn read_apps(fields: &mut Fields<'_>, targets: &mut Targets, findings: &mut Findings) {
    const GROUPS: [&str; 3] = ["Office365", "MicrosoftAdminPortals", tables::AGENT_RESOURCES];
    let include = fields.take(field::INCLUDE_APPLICATIONS);
    let [office, portals, agents] = GROUPS;
    let found = ids(&include, &[tables::ALL, tables::NONE, office, portals, agents], findings);
    if found.has(tables::NONE) && (found.words.len() > 1 || !found.ids.is_empty()) {
        findings.refuse(include.fault(codes::CONTRADICTION, "`None` stands beside an app"));
    }
    targets.every_app = found.has(tables::ALL);
    targets.include = apps(&found);
    let found = ids(&fields.take(field::EXCLUDE_APPLICATIONS), &GROUPS, findings);
    targets.exclude = apps(&found);
    let node = fields.take(field::APPLICATION_FILTER);
    targets.filter = filter::read(&node, Subject::Custom("app.attribute"), findings);
    let filtered = targets.filter.as_ref().is_some_and(|filter| !filter.exclude);
    if filtered && !targets.include.is_empty() {
        findings.refuse(people::filter_beside_ids(&node));
    }
}

fn apps(found: &super::Ids) -> Vec<App> {
    let words = found.words.iter().filter(|word| ![tables::ALL, tables::NONE].contains(word));
    let words = words.map(|word| match *word {
        tables::AGENT_RESOURCES => App::AgentResources,
        group => App::Id(group.to_owned()),
    });
    words.chain(found.ids.iter().cloned().map(App::Id)).collect()
}

fn contexts(node: &Node<'_>, findings: &mut Findings) -> Vec<String> {
    let mut contexts = plain_ids(node, findings);
    for context in &mut contexts {
        context.make_ascii_lowercase();
        let number = context.strip_prefix('c').and_then(|number| number.parse::<u8>().ok());
        let known = number
            .is_some_and(|number| (1..=99).contains(&number) && *context == format!("c{number}"));
        if !known {
            let reason = format!("`{context}` is no authentication context");
            findings.refuse(node.fault(codes::UNKNOWN_VALUE, reason).suggest("they are c1 to c99"));
        }
    }
    contexts
}

fn read_traffic(node: &Node<'_>, targets: &mut Targets, findings: &mut Findings) {
    let mut fields = node.fields(findings);
    for row in fields.take(field::INCLUDE_TRAFFIC_PROFILES).words(tables::TRAFFIC, findings) {
        if !targets.traffic.contains(&row.latch) {
            targets.traffic.push(row.latch);
        }
    }
    fields.finish(findings);
}
