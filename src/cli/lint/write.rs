//! Findings on standard output, in each of their forms.

use std::io::Write;
use std::path::Path;

use serde_json::json;

use crate::cli::console::{Console, DIM, Exit, Failure, clean_line, counted};
use crate::cli::lint::source::Checked;
use crate::diagnostic::Diagnostic;
use crate::lint::report;
use crate::lint::{Finding, Safety};
use crate::render;

pub(super) fn findings(
    checked: &Checked,
    format: &str,
    console: &mut Console,
) -> Result<(), Failure> {
    let (found, sources) = (&checked.findings, &checked.sources);
    match format {
        "json" => {
            let report = json!({
                "files": sources.iter().count() - 1,
                "known": checked.known,
                "refused": checked.refused,
                "findings": report::json(found, sources),
            });
            writeln!(console.out(), "{report:#}")?;
        }
        "sarif" => writeln!(console.out(), "{:#}", report::sarif(found, sources))?,
        "junit" => console.out().write_all(report::junit(found, sources).as_bytes())?,
        "github" => console.out().write_all(report::annotations(found, sources).as_bytes())?,
        _ => text(checked, console)?,
    }
    Ok(())
}

fn text(checked: &Checked, console: &mut Console) -> Result<(), Failure> {
    for finding in &checked.findings {
        console.finding(&shown(finding), &checked.sources)?;
    }
    writeln!(console.out(), "{}", clean_line(&summary(checked)))?;
    for hint in hints(checked) {
        let hint = console.paint(DIM, hint);
        writeln!(console.out(), "{hint}")?;
    }
    Ok(())
}

/// The diagnostic with the rule's name, and where an export has it.
pub(in crate::cli) fn shown(finding: &Finding) -> Diagnostic {
    let mut it = finding.diagnostic.clone();
    it.message = format!("{} ({})", it.message, finding.rule.name());
    if let Some(origin) = &finding.origin {
        it.notes.insert(0, origin.to_string());
    }
    it
}

fn summary(checked: &Checked) -> String {
    let found: Vec<Diagnostic> = checked.findings.iter().map(|it| it.diagnostic.clone()).collect();
    let policies = checked.set.as_ref().map_or(0, |set| set.policies.len());
    let known = match checked.known {
        0 => String::new(),
        known => format!("; {known} known already"),
    };
    match render::summary(&found) {
        Some(summary) => format!("{summary}{known}"),
        None => {
            let policies = counted(policies, "policy", "policies");
            format!("nothing to complain about in {policies}{known}")
        }
    }
}

fn hints(checked: &Checked) -> Vec<String> {
    let mut hints = Vec::new();
    let fixes = |safety| {
        let such = |it: &&Finding| it.diagnostic.fix.is_some() && it.rule.fix == Some(safety);
        checked.findings.iter().filter(such).count()
    };
    let (safe, others) = (fixes(Safety::Safe), fixes(Safety::Unsafe));
    if safe > 0 {
        hints.push(format!("--fix mends {safe} of them and changes no decision"));
    }
    if others > 0 {
        hints
            .push(format!("--fix --unsafe mends {others} and changes decisions; --diff shows how"));
    }
    if let Some(first) = checked.findings.first() {
        hints.push(format!("`latch explain-rule {}` says more about the first", first.rule.name()));
    }
    if checked.refused > 0 {
        let refused = counted(checked.refused, "policy", "policies");
        hints.push(format!(
            "{refused} could not be taken over and was not looked at; `latch import` says why"
        ));
    }
    hints
}

pub(super) fn baseline(
    path: &Path,
    text: &str,
    checked: &Checked,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let failed =
        |error| Failure::unusable(format_args!("cannot write {}: {error}", path.display()));
    std::fs::write(path, text).map_err(failed)?;
    let count = counted(checked.findings.len(), "finding", "findings");
    let path = clean_line(&path.display().to_string());
    writeln!(console.out(), "{path} knows {count} now")?;
    Ok(Exit::Fine)
}
