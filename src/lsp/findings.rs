//! Findings as an editor shows them, and their fixes as what it offers to do.

use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, DiagnosticRelatedInformation,
    DiagnosticSeverity, Location, NumberOrString, Range, TextEdit, Uri, WorkspaceEdit,
};

use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::lint::{Safety, find_rule};
use crate::lsp::set::Set;
use crate::source::SourceId;

/// The most findings that one file shows: more are no help to anyone, and slow an editor down.
const MAX_SHOWN: usize = 500;

/// The findings of every file of a set, those without any included: an editor forgets nothing by itself.
pub(super) fn of(set: &Set) -> BTreeMap<String, Vec<lsp_types::Diagnostic>> {
    let mut all: BTreeMap<String, Vec<_>> =
        set.uris().map(|uri| (uri.to_owned(), Vec::new())).collect();
    for found in set.found() {
        let Some((uri, _)) = set.place(found.primary.span) else { continue };
        let Some(shown) = all.get_mut(uri) else { continue };
        if shown.len() < MAX_SHOWN {
            shown.extend(shown_as(set, found));
        }
    }
    all
}

/// One finding.
fn shown_as(set: &Set, found: &Diagnostic) -> Option<lsp_types::Diagnostic> {
    let (_, range) = set.place(found.primary.span)?;
    let related: Vec<_> = found.labels.iter().filter_map(|label| related(set, label)).collect();
    Some(lsp_types::Diagnostic {
        range,
        severity: Some(severity(found.severity)),
        code: Some(NumberOrString::String(found.code.id.to_owned())),
        source: Some("latch".to_owned()),
        message: message(found),
        related_information: (!related.is_empty()).then_some(related),
        ..lsp_types::Diagnostic::default()
    })
}

/// What it is, why it is so and what to do, each on its line.
fn message(found: &Diagnostic) -> String {
    let mut lines = vec![found.message.clone()];
    if !found.primary.text.is_empty() {
        lines.push(found.primary.text.clone());
    }
    lines.extend(found.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(found.help.iter().map(|help| format!("help: {help}")));
    lines.join("\n")
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Info => DiagnosticSeverity::INFORMATION,
    }
}

fn related(set: &Set, label: &Label) -> Option<DiagnosticRelatedInformation> {
    let (uri, range) = set.place(label.span)?;
    let location = Location { uri: Uri::from_str(uri).ok()?, range };
    Some(DiagnosticRelatedInformation { location, message: label.text.clone() })
}

/// The fixes of findings that touch a range of a file.
pub(super) fn fixes(set: &Set, source: SourceId, range: Range) -> Vec<CodeActionOrCommand> {
    let here = set.found().filter(|found| found.primary.span.source == source);
    let touched = here.filter_map(|found| {
        let at = set.range(source, found.primary.span.range())?;
        (at.start <= range.end && range.start <= at.end).then_some(found)
    });
    touched
        .filter_map(|found| Some((found, found.fix.as_ref()?)))
        .filter_map(|(found, fix)| action(set, found, fix))
        .collect()
}

fn action(set: &Set, found: &Diagnostic, fix: &Fix) -> Option<CodeActionOrCommand> {
    let (uri, range) = set.place(fix.span)?;
    let edit = TextEdit { range, new_text: fix.text.clone() };
    Some(CodeActionOrCommand::CodeAction(CodeAction {
        title: title(set, found, fix),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: shown_as(set, found).map(|shown| vec![shown]),
        edit: Some(edits([(uri.to_owned(), vec![edit])])?),
        is_preferred: Some(!changes_decisions(found)),
        ..CodeAction::default()
    }))
}

/// What a fix does, in a few words.
fn title(set: &Set, found: &Diagnostic, fix: &Fix) -> String {
    let title = deed(set, found, fix);
    if changes_decisions(found) { format!("{title} (changes decisions)") } else { title }
}

/// Whether a fix may change what is decided, as far as a rule says so.
fn changes_decisions(found: &Diagnostic) -> bool {
    find_rule(found.code.id).is_some_and(|rule| rule.fix == Some(Safety::Unsafe))
}

fn deed(set: &Set, found: &Diagnostic, fix: &Fix) -> String {
    let old = set.sources().text(fix.span);
    match (old.is_empty(), fix.text.is_empty()) {
        _ if fix.text.contains('\n') || old.contains('\n') => {
            found.help.clone().unwrap_or_else(|| format!("mend: {}", found.message))
        }
        (true, _) => format!("insert `{}`", fix.text.trim()),
        (_, true) => format!("remove `{}`", old.trim()),
        _ => format!("write `{}` for `{}`", fix.text.trim(), old.trim()),
    }
}

/// Edits by address. Nothing when an address is none.
#[allow(clippy::mutable_key_type, reason = "the protocol's type of addresses; nobody changes one")]
pub(super) fn edits(
    all: impl IntoIterator<Item = (String, Vec<TextEdit>)>,
) -> Option<WorkspaceEdit> {
    let mut changes = HashMap::new();
    for (uri, edits) in all {
        changes.insert(Uri::from_str(&uri).ok()?, edits);
    }
    Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
}
