//! The schema of an export, as people read it and as JSON.

use serde_json::{Map, Value as Json, json};

use crate::cedar::keys::{Carries, Field, Key, Keys, Type, label};
use crate::cedar::quote;

/// Everything stands in this namespace.
pub(super) const NAMESPACE: &str = "Latch";

/// The one action.
pub(super) const ACTION: &str = "sign-in";

const HEADER: &str = "\
// What a sign-in says, as `policies.cedar` reads it. Written by `latch export cedar`.
//
// An attribute has one of three states. Known: it is given. Absent, so that nothing equals it: it is not given, and its
// name stands in `absent`. Unknown: neither; then every policy that could be about it applies.
";

/// As people read it.
pub(super) fn text(keys: &Keys) -> String {
    let mut out = String::from(HEADER);
    out.push_str(&format!("namespace {NAMESPACE} {{\n"));
    out.push_str("  // Who signs in; policies read the context alone.\n  entity Principal;\n");
    out.push_str("  // What for; policies read the context alone.\n  entity Target;\n\n");
    out.push_str(&format!("  action \"{ACTION}\" appliesTo {{\n"));
    out.push_str("    principal: [Principal],\n    resource: [Target],\n    context: {\n");
    for key in &keys.all {
        out.push_str(&wrapped(&key.doc, 6));
        let sign = if is_required(key) { "" } else { "?" };
        out.push_str(&format!("      {}{sign}: {},\n", label(&key.name), type_text(&key.kind)));
    }
    out.push_str("    },\n  };\n}\n");
    out
}

/// Comment lines of at most a hundred columns.
pub(super) fn wrapped(text: &str, indent: usize) -> String {
    const WIDTH: usize = 100;
    let start = format!("{}//", " ".repeat(indent));
    let mut out = String::new();
    let mut line = start.clone();
    for word in quote::clean(text).split_whitespace() {
        if line.len() + word.len() >= WIDTH && line != start {
            out.push_str(&line);
            out.push('\n');
            line.clone_from(&start);
        }
        line.push(' ');
        line.push_str(word);
    }
    out.push_str(&line);
    out.push('\n');
    out
}

fn is_required(key: &Key) -> bool {
    key.carries == Carries::Absent
}

fn type_text(kind: &Type) -> String {
    match kind {
        Type::Boolean => "Bool".to_owned(),
        Type::Long => "Long".to_owned(),
        Type::String => "String".to_owned(),
        Type::Strings => "Set<String>".to_owned(),
        Type::Address => "ipaddr".to_owned(),
        Type::Record(fields) => {
            let fields: Vec<_> = fields.iter().map(field_text).collect();
            format!("{{ {} }}", fields.join(", "))
        }
    }
}

fn field_text(field: &Field) -> String {
    let sign = if field.required { "" } else { "?" };
    format!("{}{sign}: {}", label(&field.name), type_text(&field.kind))
}

/// As JSON, which some stores of policies want.
pub(super) fn json(keys: &Keys) -> Json {
    let attributes: Map<String, Json> = keys
        .all
        .iter()
        .map(|key| (key.name.clone(), type_json(&key.kind, is_required(key))))
        .collect();
    let context = json!({ "type": "Record", "attributes": attributes });
    let applies = json!({
        "principalTypes": ["Principal"], "resourceTypes": ["Target"], "context": context
    });
    json!({ NAMESPACE: {
        "entityTypes": { "Principal": {}, "Target": {} },
        "actions": { ACTION: { "appliesTo": applies } }
    } })
}

fn type_json(kind: &Type, required: bool) -> Json {
    let mut json = match kind {
        Type::Boolean => json!({ "type": "Boolean" }),
        Type::Long => json!({ "type": "Long" }),
        Type::String => json!({ "type": "String" }),
        Type::Strings => json!({ "type": "Set", "element": { "type": "String" } }),
        Type::Address => json!({ "type": "Extension", "name": "ipaddr" }),
        Type::Record(fields) => {
            let fields: Map<String, Json> = fields
                .iter()
                .map(|field| (field.name.clone(), type_json(&field.kind, field.required)))
                .collect();
            json!({ "type": "Record", "attributes": fields })
        }
    };
    if let Json::Object(object) = &mut json {
        object.insert("required".to_owned(), required.into());
    }
    json
}
