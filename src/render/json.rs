//! A finding as JSON, for programs.

use serde_json::{Map, Value, json};

use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::source::{Sources, Span};

/// The finding as a JSON object: `code`, `name`, `severity`, `message`, `file`, `start`, `end`, `label`, `labels`,
/// `notes`, `help`, `fix`.
///
/// A place has `line` and `column`, both counted from one, the column in characters, and `byte`, counted from zero.
///
/// # Panics
/// When a span is of another `Sources`.
pub fn render_json(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let mut object = Map::new();
    object.insert("code".to_owned(), json!(diagnostic.code.id));
    object.insert("name".to_owned(), json!(diagnostic.code.name));
    object.insert("severity".to_owned(), json!(severity(diagnostic.severity)));
    object.insert("message".to_owned(), json!(diagnostic.message));
    object.extend(place(diagnostic.primary.span, sources));
    object.insert("label".to_owned(), json!(diagnostic.primary.text));
    let labels = diagnostic.labels.iter().map(|it| label(it, sources)).collect();
    object.insert("labels".to_owned(), Value::Array(labels));
    object.insert("notes".to_owned(), json!(diagnostic.notes));
    object.insert("help".to_owned(), json!(diagnostic.help));
    let fix = diagnostic.fix.as_ref().map(|it| fix(it, sources));
    object.insert("fix".to_owned(), json!(fix));
    Value::Object(object)
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

fn place(span: Span, sources: &Sources) -> Map<String, Value> {
    let source = sources.get(span.source);
    let position = |byte: usize| {
        let byte = byte.min(source.text.len());
        let at = source.position(byte);
        json!({ "line": at.line, "column": at.column, "byte": byte })
    };
    let range = span.range();
    Map::from_iter([
        ("file".to_owned(), json!(source.name)),
        ("start".to_owned(), position(range.start)),
        ("end".to_owned(), position(range.end)),
    ])
}

fn label(label: &Label, sources: &Sources) -> Value {
    let mut object = place(label.span, sources);
    object.insert("text".to_owned(), json!(label.text));
    Value::Object(object)
}

fn fix(fix: &Fix, sources: &Sources) -> Value {
    let mut object = place(fix.span, sources);
    object.insert("text".to_owned(), json!(fix.text));
    Value::Object(object)
}
