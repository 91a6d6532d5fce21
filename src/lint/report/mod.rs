//! Findings for programs: SARIF, JUnit, annotations of GitHub, JSON, and a baseline of those that are known.

pub mod baseline;
mod github;
mod json;
mod junit;
mod sarif;

pub use github::annotations;
pub use json::json;
pub use junit::junit;
pub use sarif::{MAX_RELATED, MAX_RESULTS, MAX_RULES, sarif};

use crate::lint::finding::Finding;
use crate::source::{Position, Sources, Span};

/// Where something is, for programs.
pub(super) struct Place {
    /// The file's name with slashes.
    pub file: String,
    pub start: Position,
    pub end: Position,
}

impl Place {
    pub(super) fn of(sources: &Sources, span: Span) -> Place {
        let source = sources.get(span.source);
        let range = span.range();
        Place {
            file: source.name.replace('\\', "/"),
            start: source.position(range.start),
            end: source.position(range.end),
        }
    }
}

/// What a finding says, in a few lines of plain text.
pub(super) fn said(finding: &Finding) -> String {
    let it = &finding.diagnostic;
    let mut lines = vec![it.message.clone()];
    lines.extend(it.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(it.help.iter().map(|help| format!("help: {help}")));
    lines.join("\n")
}

#[cfg(test)]
mod tests;
