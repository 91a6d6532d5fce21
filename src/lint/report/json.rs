//! Findings as JSON: what a diagnostic says, with the rule's category, the item and the fingerprint.

use serde_json::{Value, json};

use crate::lint::catalogue::severity_word;
use crate::lint::finding::Finding;
use crate::lint::report::Place;
use crate::lint::rule::Safety;
use crate::source::{Sources, Span};

/// The findings as a list of objects.
pub fn json(findings: &[Finding], sources: &Sources) -> Value {
    findings.iter().map(|it| one(it, sources)).collect()
}

fn one(finding: &Finding, sources: &Sources) -> Value {
    let it = &finding.diagnostic;
    let labels: Vec<Value> = it.labels.iter().map(|it| label(it.span, &it.text, sources)).collect();
    let fix = it.fix.as_ref().map(|fix| {
        let mut object = place(fix.span, sources);
        object["text"] = json!(fix.text);
        object["safe"] = json!(finding.rule.fix == Some(Safety::Safe));
        object
    });
    let mut object = json!({
        "code": it.code.id,
        "rule": finding.rule.name(),
        "category": finding.rule.category.name(),
        "severity": severity_word(it.severity),
        "message": it.message,
        "item": finding.item,
        "fingerprint": finding.fingerprint,
        "label": it.primary.text,
        "labels": labels,
        "notes": it.notes,
        "help": it.help,
        "fix": fix,
    });
    if let Some(origin) = &finding.origin {
        let (file, policy) = (&origin.file, &origin.title);
        let (id, path) = (&origin.id, &origin.path);
        object["origin"] = json!({ "file": file, "policy": policy, "id": id, "path": path });
    }
    let at = place(it.primary.span, sources);
    for key in ["file", "start", "end"] {
        object[key] = at[key].clone();
    }
    object
}

fn label(span: Span, text: &str, sources: &Sources) -> Value {
    let mut object = place(span, sources);
    object["text"] = json!(text);
    object
}

fn place(span: Span, sources: &Sources) -> Value {
    let Place { file, start, end, .. } = Place::of(sources, span);
    json!({
        "file": file,
        "start": { "line": start.line, "column": start.column, "byte": span.start },
        "end": { "line": end.line, "column": end.column, "byte": span.end },
    })
}
