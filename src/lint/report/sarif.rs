//! Findings as SARIF 2.1.0, within what GitHub's code scanning takes.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::diagnostic::{Label, Severity};
use crate::lint::catalogue::facts;
use crate::lint::finding::{Finding, stable_hash};
use crate::lint::page::Section;
use crate::lint::report::{Place, said};
use crate::lint::rule::Rule;
use crate::source::{Sources, Span};

/// The most results that GitHub shows of one run; it takes 25,000 and keeps the gravest 5,000.
pub const MAX_RESULTS: usize = 5_000;

/// The most rules that GitHub takes of one run.
pub const MAX_RULES: usize = 25_000;

/// The most related places of one result: GitHub takes 1,000 locations of it.
pub const MAX_RELATED: usize = 100;

/// Where the format is described.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The findings as one run. The gravest are kept where there are more than [`MAX_RESULTS`], and the run says so.
pub fn sarif(findings: &[Finding], sources: &Sources) -> Value {
    let mut kept: Vec<&Finding> = findings.iter().collect();
    if kept.len() > MAX_RESULTS {
        kept.sort_by_key(|it| std::cmp::Reverse(it.diagnostic.severity));
        kept.truncate(MAX_RESULTS);
    }
    let rules: BTreeMap<&str, &'static Rule> =
        kept.iter().map(|it| (it.rule.code.id, it.rule)).collect();
    let numbers: BTreeMap<&str, usize> =
        rules.keys().enumerate().map(|(at, id)| (*id, at)).collect();
    let mut hashes = LineHashes::default();
    let results: Vec<Value> =
        kept.iter().map(|it| result(it, numbers[it.rule.code.id], &mut hashes, sources)).collect();
    let mut run = json!({
        "tool": { "driver": {
            "name": "latch",
            "version": env!("CARGO_PKG_VERSION"),
            "rules": rules.values().map(|rule| descriptor(rule)).collect::<Vec<Value>>(),
        } },
        "columnKind": "unicodeCodePoints",
        "results": results,
    });
    if findings.len() > kept.len() {
        let text = format!("{} findings of {} are kept", kept.len(), findings.len());
        run["invocations"] = json!([{
            "executionSuccessful": true,
            "toolExecutionNotifications": [{ "level": "warning", "message": { "text": text } }],
        }]);
    }
    json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A rule as GitHub shows it, with its page.
fn descriptor(rule: &Rule) -> Value {
    let page = rule.page();
    let part = |section: Section| {
        let body = page.section(section)?;
        Some(format!("## {}\n\n{body}", section.heading()))
    };
    let markdown: Vec<String> = Section::ALL.into_iter().filter_map(part).collect();
    let why = page.section(Section::Why).unwrap_or_default();
    json!({
        "id": rule.code.id,
        "name": rule.name(),
        "shortDescription": { "text": page.finds },
        "fullDescription": { "text": why },
        "help": { "text": format!("{}\n\n{why}", page.finds), "markdown": markdown.join("\n\n") },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": {
            "tags": [rule.category.name()],
            "precision": if rule.exact { "very-high" } else { "medium" },
            "facts": facts(rule),
        },
    })
}

fn result(finding: &Finding, rule: usize, hashes: &mut LineHashes, sources: &Sources) -> Value {
    let it = &finding.diagnostic;
    let span = it.primary.span;
    let mut result = json!({
        "ruleId": finding.rule.code.id,
        "ruleIndex": rule,
        "level": level(it.severity),
        "message": { "text": said(finding) },
        "locations": [primary(finding, sources)],
        "partialFingerprints": {
            "primaryLocationLineHash": hashes.of(span, sources),
            "latch/v1": finding.fingerprint,
        },
    });
    if finding.origin.is_some() {
        return result;
    }
    if !it.labels.is_empty() {
        let related = it.labels.iter().take(MAX_RELATED);
        let related: Vec<Value> = related.enumerate().map(|it| numbered(it, sources)).collect();
        result["relatedLocations"] = json!(related);
    }
    if let Some(fix) = &it.fix {
        let help = it.help.as_deref().unwrap_or("write it like this");
        let replacement = json!({
            "deletedRegion": region(fix.span, sources),
            "insertedContent": { "text": fix.text },
        });
        result["fixes"] = json!([{
            "description": { "text": help },
            "artifactChanges": [{
                "artifactLocation": artifact(fix.span, sources),
                "replacements": [replacement],
            }],
        }]);
    }
    result
}

/// The place of a finding; of one in an export, the file and the field, since the policy's own text is nowhere.
fn primary(finding: &Finding, sources: &Sources) -> Value {
    let Some(origin) = &finding.origin else {
        return location(finding.diagnostic.primary.span, None, &finding.item, sources);
    };
    let name = format!("{}: {}", origin.title, origin.path);
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&origin.file.replace('\\', "/")) },
            "region": { "startLine": 1 },
        },
        "logicalLocations": [{ "fullyQualifiedName": name, "kind": "member" }],
    })
}

fn numbered((number, label): (usize, &Label), sources: &Sources) -> Value {
    let mut related = location(label.span, Some(&label.text), "", sources);
    related["id"] = json!(number + 1);
    related
}

fn location(span: Span, message: Option<&str>, item: &str, sources: &Sources) -> Value {
    let mut location = json!({ "physicalLocation": {
        "artifactLocation": artifact(span, sources),
        "region": region(span, sources),
    } });
    if let Some(text) = message {
        location["message"] = json!({ "text": text });
    }
    if !item.is_empty() {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": item }]);
    }
    location
}

/// The file as a relative reference, where its name is one.
fn artifact(span: Span, sources: &Sources) -> Value {
    json!({ "uri": uri(&Place::of(sources, span).file) })
}

fn region(span: Span, sources: &Sources) -> Value {
    let Place { start, end, .. } = Place::of(sources, span);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

/// A path as a URI reference: bytes that it cannot hold are written as `%20`; an absolute path becomes a `file:` one.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let mut out = String::new();
    if path.starts_with('/') {
        out.push_str("file://");
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Hashes of lines as they are, numbered where several lines are equal.
#[derive(Default)]
struct LineHashes {
    seen: BTreeMap<String, BTreeMap<(String, usize), usize>>,
}

impl LineHashes {
    /// `hash:1` of the line on which a place begins.
    fn of(&mut self, span: Span, sources: &Sources) -> String {
        let place = Place::of(sources, span);
        let text = &sources.get(span.source).text;
        let line = text.lines().nth(place.start.line - 1).unwrap_or_default();
        let hash = stable_hash(&[line.split_whitespace().collect::<Vec<_>>().join(" ").as_str()]);
        let lines = self.seen.entry(place.file).or_default();
        let equal = lines.keys().filter(|(other, _)| *other == hash).count();
        let number = *lines.entry((hash.clone(), place.start.line)).or_insert(equal + 1);
        format!("{hash}:{number}")
    }
}
