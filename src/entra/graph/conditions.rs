//! `conditionalAccessConditionSet`: when a policy applies.

use crate::entra::filter::{self, Subject};
use crate::entra::finding::Findings;
use crate::entra::graph::{ids, people, targets};
use crate::entra::json::{Fields, Node};
use crate::entra::model::{Conditions, Place, Risk, Sieve};
use crate::entra::tables::{self, Spelling};
use crate::entra::{codes, field};

/// Reads all conditions.
pub(super) fn read(node: &Node<'_>, findings: &mut Findings) -> Conditions {
    let mut conditions = Conditions::default();
    if node.is_empty() {
        findings.refuse(node.fault(codes::MISSING_FIELD, "a policy has conditions"));
        return conditions;
    }
    let mut fields = node.fields(findings);
    people::read(&mut fields, &mut conditions, findings);
    conditions.targets = targets::read(&fields.take(field::APPLICATIONS), findings);
    conditions.clients = clients(&fields.take(field::CLIENT_APP_TYPES), findings);
    conditions.platforms = platforms(&fields.take(field::PLATFORMS), findings);
    conditions.locations = locations(&fields.take(field::LOCATIONS), findings);
    read_devices(&mut fields, &mut conditions, findings);
    conditions.risks = tables::RISK_FIELDS
        .iter()
        .filter_map(|(key, attribute, table)| risk(&fields.take(key), attribute, table, findings))
        .collect();
    conditions.flows = flows(&fields.take(field::AUTHENTICATION_FLOWS), findings);
    conditions.agent_contexts = agent_contexts(&fields.take(field::AGENT_CONTEXT), findings);
    fields.finish(findings);
    conditions
}

/// The words of a list; nothing where a word for "no restriction" is among them.
fn restricting(rows: &[&'static Spelling]) -> Vec<&'static str> {
    if rows.iter().any(|row| row.latch.is_empty()) {
        return Vec::new();
    }
    let mut words: Vec<&'static str> = Vec::new();
    for row in rows {
        if !words.contains(&row.latch) {
            words.push(row.latch);
        }
    }
    words
}

fn clients(node: &Node<'_>, findings: &mut Findings) -> Vec<&'static str> {
    restricting(&node.words(tables::CLIENTS, findings))
}

fn platforms(node: &Node<'_>, findings: &mut Findings) -> Sieve<&'static str> {
    let mut fields = node.fields(findings);
    let include =
        restricting(&fields.take(field::INCLUDE_PLATFORMS).words(tables::PLATFORMS, findings));
    let node = fields.take(field::EXCLUDE_PLATFORMS);
    let exclude = node.words(tables::PLATFORMS, findings);
    refuse_all(&node, &exclude, findings);
    fields.finish(findings);
    Sieve { include, exclude: exclude.iter().map(|row| row.latch).collect() }
}

/// A list of exceptions that takes everything out leaves nothing; no export says that.
fn refuse_all(node: &Node<'_>, rows: &[&'static Spelling], findings: &mut Findings) {
    if let Some(row) = rows.iter().find(|row| row.latch.is_empty()) {
        let reason = format!("`{}` excludes everything", row.graph);
        findings.refuse(node.fault(codes::UNKNOWN_VALUE, reason));
    }
}

fn locations(node: &Node<'_>, findings: &mut Findings) -> Sieve<Place> {
    let mut fields = node.fields(findings);
    let include =
        ids(&fields.take(field::INCLUDE_LOCATIONS), &[tables::ALL, tables::ALL_TRUSTED], findings);
    let exclude = ids(&fields.take(field::EXCLUDE_LOCATIONS), &[tables::ALL_TRUSTED], findings);
    fields.finish(findings);
    let everywhere = include.has(tables::ALL);
    Sieve {
        include: if everywhere { Vec::new() } else { places(include) },
        exclude: places(exclude),
    }
}

fn places(found: super::Ids) -> Vec<Place> {
    let trusted = found.has(tables::ALL_TRUSTED).then_some(Place::Trusted);
    trusted.into_iter().chain(found.ids.into_iter().map(Place::Id)).collect()
}

fn read_devices(fields: &mut Fields<'_>, conditions: &mut Conditions, findings: &mut Findings) {
    let mut devices = fields.take(field::DEVICES).fields(findings);
    let mut states = fields.take(field::DEVICE_STATES).fields(findings);
    for node in [
        devices.take(field::INCLUDE_DEVICES),
        devices.take(field::INCLUDE_DEVICE_STATES),
        states.take(field::INCLUDE_STATES),
    ] {
        let rows = node.words(tables::DEVICE_STATES, findings);
        if !restricting(&rows).is_empty() {
            let reason = "a device state can only be excluded";
            findings.refuse(node.fault(codes::UNKNOWN_VALUE, reason));
        }
    }
    for node in [
        devices.take(field::EXCLUDE_DEVICES),
        devices.take(field::EXCLUDE_DEVICE_STATES),
        states.take(field::EXCLUDE_STATES),
    ] {
        let rows = node.words(tables::DEVICE_STATES, findings);
        refuse_all(&node, &rows, findings);
        let words = rows.iter().map(|row| row.latch);
        let new = words.filter(|word| !conditions.device_states.contains(word));
        let new: Vec<_> = new.collect();
        conditions.device_states.extend(new);
    }
    conditions.device_filter =
        filter::read(&devices.take(field::DEVICE_FILTER), Subject::Device, findings);
    devices.finish(findings);
    states.finish(findings);
}

fn risk(
    node: &Node<'_>,
    attribute: &'static str,
    table: &'static [Spelling],
    findings: &mut Findings,
) -> Option<Risk> {
    let levels: Vec<_> = node.words(table, findings).iter().map(|row| row.latch).collect();
    let known: Vec<_> =
        table.iter().filter(|row| row.refused.is_none()).map(|row| row.latch).collect();
    let upward = known.ends_with(&levels) && !levels.contains(&"none");
    (!levels.is_empty()).then_some(Risk { attribute, levels, upward })
}

fn flows(node: &Node<'_>, findings: &mut Findings) -> Vec<&'static str> {
    let mut fields = node.fields(findings);
    let rows = fields.take(field::TRANSFER_METHODS).words(tables::FLOWS, findings);
    fields.finish(findings);
    // `none` is the empty set of flags; beside a flag it adds nothing.
    rows.iter().map(|row| row.latch).filter(|word| !word.is_empty()).collect()
}

fn agent_contexts(node: &Node<'_>, findings: &mut Findings) -> Sieve<&'static str> {
    let mut fields = node.fields(findings);
    let mut words = |key: &str| {
        let rows = fields.take(key).words(tables::AGENT_CONTEXTS, findings);
        rows.iter().map(|row| row.latch).collect()
    };
    let sieve = Sieve {
        include: words(field::INCLUDE_AGENT_CONTEXTS),
        exclude: words(field::EXCLUDE_AGENT_CONTEXTS),
    };
    fields.finish(findings);
    sieve
}
