//! A small policy whose fields tests replace, and what comes of it.

use latch::entra::{Imported, Refusal};
use serde_json::{Value, json};

use super::{imported, meaning, text};

/// A small policy, with some of its fields replaced.
pub(super) fn policy(patch: &Value) -> Value {
    let mut policy = json!({
        "id": "11111111-2222-4333-8444-555555555555",
        "displayName": "CA001: A policy",
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "users": {"includeUsers": ["All"]},
            "applications": {"includeApplications": ["All"]},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
        "sessionControls": null,
    });
    merge(&mut policy, patch);
    policy
}

fn merge(into: &mut Value, patch: &Value) {
    match (into, patch) {
        (Value::Object(into), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(into.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (into, patch) => *into = patch.clone(),
    }
}

/// The clauses of the one policy that comes of it: what stands in its braces.
pub(super) fn body_of(imported: &Imported) -> String {
    meaning(imported);
    let all = text(imported);
    let start = all.find("\npolicy ").unwrap_or_else(|| panic!("a policy: {:?}", imported.refused));
    let open = start + all[start..].find('{').expect("an open brace");
    let close = open + all[open..].find("\n}").expect("a close brace");
    all[open + 1..close].split_whitespace().collect::<Vec<_>>().join(" ")
}

/// All texts on one line.
pub(super) fn flat(imported: &Imported) -> String {
    text(imported).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands in the braces of the small policy with these fields.
pub(super) fn body(patch: &Value) -> String {
    body_of(&imported(&policy(patch)))
}

/// The same for conditions, without the grant.
pub(super) fn conditions(patch: &Value) -> String {
    let body = body(&json!({ "conditions": patch }));
    body.strip_suffix(" require mfa").expect("the grant").to_owned()
}

/// Why the small policy with these fields is refused.
pub(super) fn refusals(patch: &Value) -> Vec<Refusal> {
    let imported = imported(&policy(patch));
    assert_eq!(imported.counts.policies, 0, "{}", text(&imported));
    assert_eq!(imported.counts.refused, 1);
    imported.refused
}

/// That it is refused, for this field and with these words.
pub(super) fn refused(patch: &Value, path: &str, words: &str) {
    let found = refusals(patch);
    let fits = |it: &Refusal| it.path == path && it.to_string().contains(words);
    assert!(found.iter().any(fits), "{path}, {words}: {found:#?}");
}

/// What is noted of the small policy with these fields.
pub(super) fn notes(patch: &Value) -> String {
    let imported = imported(&policy(patch));
    meaning(&imported);
    imported.notes.iter().map(|note| format!("{note}\n")).collect()
}

/// How the small policy begins.
pub(super) const ALL: &str = "when user in anyone and app in any-app";
