//! Findings as annotations of GitHub: a line each, which a workflow prints and GitHub shows beside the change.

use crate::diagnostic::Severity;
use crate::lint::finding::Finding;
use crate::lint::report::{Place, said};
use crate::source::Sources;

/// A line for each finding, as GitHub's workflow commands are written.
pub fn annotations(findings: &[Finding], sources: &Sources) -> String {
    findings.iter().map(|it| annotation(it, sources)).collect()
}

fn annotation(finding: &Finding, sources: &Sources) -> String {
    let it = &finding.diagnostic;
    let command = match it.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let Place { file, start, end, .. } = Place::of(sources, it.primary.span);
    let title = format!("{} {}", it.code.id, finding.rule.name());
    // Columns only count where both ends are on one line.
    let columns = if start.line == end.line {
        format!(",col={},endColumn={}", start.column, end.column)
    } else {
        String::new()
    };
    format!(
        "::{command} file={},line={},endLine={}{columns},title={}::{}\n",
        property(&file),
        start.line,
        end.line,
        property(&title),
        data(&said(finding))
    )
}

/// The text of a message, on one line.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The text of a property, which ends at a colon or a comma.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
