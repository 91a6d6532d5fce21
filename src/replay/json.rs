//! A report as JSON: every table of it, keys in a stable order.
//!
//! Numbers of sign-ins are whole numbers; a key of a table whose number is zero is left out of `says`, `recorded`,
//! `agreement`, `shifts` and `atWorst`. Moments are ISO 8601 in UTC. The JSON Schema is in [`schema`](crate::replay::schema).

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::hir::PolicyState;
use crate::replay::kind::Shift;
use crate::replay::report::{
    Cell, Change, Changes, Distinct, Example, Missing, Outcomes, PolicyTally, Record,
    RecordedPolicy, Report, Responsible, Side, StatusCell, Top, Undecided, UndecidedChanges,
};
use crate::value::Timestamp;

/// The report as JSON.
pub fn write(report: &Report) -> Json {
    let (first, last) = report.period.unzip();
    json!({
        "signIns": report.sign_ins,
        "skipped": report.skipped,
        "outside": report.outside,
        "defaulted": report.defaulted,
        "first": first.map(moment),
        "last": last.map(moment),
        "policies": side(&report.now),
        "against": report.against.as_ref().map(side),
        "record": report.record.as_ref().map(record),
        "changes": report.changes.as_ref().map(changes),
        "limits": report.limits.iter().map(|limit| limit.sentence()).collect::<Vec<_>>(),
    })
}

/// ISO 8601 in UTC; a moment that no calendar reaches is written as the last that it does.
fn moment(time: Timestamp) -> String {
    let time = jiff::Timestamp::from_millisecond(time.0);
    time.unwrap_or(jiff::Timestamp::MAX).to_string()
}

fn list<T>(items: &[T], each: impl Fn(&T) -> Json) -> Json {
    items.iter().map(each).collect()
}

/// A table of numbers, keys in their order.
fn table<K: Copy>(counts: &BTreeMap<K, u64>, word: impl Fn(K) -> String) -> Json {
    let entries = counts.iter().map(|(key, count)| (word(*key), json!(count)));
    Json::Object(Map::from_iter(entries))
}

fn side(side: &Side) -> Json {
    json!({
        "outcomes": outcomes(&side.outcomes),
        "undecided": undecided(&side.undecided),
        "policies": list(&side.policies, policy),
    })
}

fn outcomes(outcomes: &Outcomes) -> Json {
    json!({
        "open": outcomes.open,
        "unguarded": outcomes.unguarded,
        "stepUp": outcomes.step_up,
        "blocked": outcomes.blocked,
    })
}

fn undecided(undecided: &Undecided) -> Json {
    json!({
        "signIns": undecided.sign_ins,
        "atWorst": outcomes(&undecided.at_worst),
        "missing": list(&undecided.missing, missing),
        "examples": list(&undecided.examples, example),
    })
}

fn missing(missing: &Missing) -> Json {
    json!({
        "attribute": missing.attribute,
        "signIns": missing.sign_ins,
        "policies": list(&missing.policies, |it| counted("policy", it)),
    })
}

fn counted(key: &str, (name, count): &(String, u64)) -> Json {
    json!({ key: name, "signIns": count })
}

fn policy(policy: &PolicyTally) -> Json {
    let state = match policy.state {
        PolicyState::On => "on",
        PolicyState::ReportOnly => "report-only",
        PolicyState::Disabled => "disabled",
    };
    json!({
        "policy": policy.policy,
        "title": policy.title,
        "id": policy.id,
        "state": state,
        "says": table(&policy.says, |says| says.word().to_owned()),
    })
}

fn record(record: &Record) -> Json {
    json!({
        "signIns": record.sign_ins,
        "results": record.results,
        "agreement": table(&record.agreement, |it| it.word().to_owned()),
        "policies": list(&record.policies, recorded_policy),
        "notRecorded": record.not_recorded,
        "statuses": list(&record.statuses, status),
        "inconsistent": record.inconsistent,
        "inconsistentSignIns": record.inconsistent_sign_ins,
        "beyondLimit": record.beyond_limit,
    })
}

fn recorded_policy(policy: &RecordedPolicy) -> Json {
    let matched = policy
        .matched
        .as_ref()
        .map(|matched| json!({ "policy": matched.policy, "by": matched.by.word() }));
    json!({
        "id": policy.id,
        "name": policy.name,
        "matched": matched,
        "results": policy.results,
        "recorded": table(&policy.recorded, |it| it.word().to_owned()),
        "agreement": table(&policy.agreement, |it| it.word().to_owned()),
        "cells": list(&policy.cells, cell),
        "otherState": policy.other_state,
        "missing": list(&policy.missing, |it| counted("attribute", it)),
        "inconsistent": policy.inconsistent,
        "inconsistencies": list(&policy.inconsistencies, example),
    })
}

fn cell(cell: &Cell) -> Json {
    json!({
        "recorded": cell.recorded.word(),
        "says": cell.says.word(),
        "agreement": cell.agreement.word(),
        "count": cell.count,
        "examples": list(&cell.examples, example),
    })
}

fn status(cell: &StatusCell) -> Json {
    json!({
        "status": cell.status.map(|status| status.word()),
        "decided": cell.decided.word(),
        "count": cell.count,
        "examples": list(&cell.examples, example),
    })
}

fn changes(changes: &Changes) -> Json {
    json!({
        "same": changes.same,
        "changed": changes.changed(),
        "shifts": list(&changes.shifts, change),
        "policies": list(&changes.policies, responsible),
        "undecided": undecided_changes(&changes.undecided),
    })
}

/// `weakens: other challenge`: the direction tells apart what the kind alone does not.
fn shift_words(shift: Shift) -> String {
    format!("{}: {}", shift.direction.word(), shift.kind.words())
}

fn change(change: &Change) -> Json {
    json!({
        "kind": change.shift.kind.words(),
        "direction": change.shift.direction.word(),
        "signIns": change.sign_ins,
        "users": distinct(&change.users),
        "apps": distinct(&change.apps),
        "policies": list(&change.policies, |it| counted("policy", it)),
        "examples": list(&change.examples, example),
    })
}

fn responsible(policy: &Responsible) -> Json {
    json!({
        "policy": policy.policy,
        "why": policy.why.word(),
        "shifts": table(&policy.shifts, shift_words),
    })
}

fn undecided_changes(changes: &UndecidedChanges) -> Json {
    let words = |shift: Option<Shift>| shift.map_or("the same".to_owned(), shift_words);
    json!({
        "signIns": changes.sign_ins,
        "unchanged": changes.unchanged,
        "mayChange": changes.may_change,
        "atWorst": table(&changes.at_worst, words),
        "missing": list(&changes.missing, |it| counted("attribute", it)),
        "policies": list(&changes.policies, |it| counted("policy", it)),
        "users": distinct(&changes.users),
        "apps": distinct(&changes.apps),
        "examples": list(&changes.examples, example),
    })
}

fn distinct(distinct: &Distinct) -> Json {
    json!({
        "count": distinct.count,
        "atLeast": distinct.at_least,
        "top": list(&distinct.top, top),
    })
}

fn top(top: &Top) -> Json {
    json!({ "id": top.id, "name": top.name, "signIns": top.sign_ins })
}

fn example(example: &Example) -> Json {
    json!({
        "number": example.number,
        "id": example.id,
        "time": example.time.map(moment),
        "user": example.user,
        "app": example.app,
        "was": example.was,
        "now": example.now,
        "because": example.because,
    })
}
