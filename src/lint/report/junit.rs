//! Findings as JUnit's XML, which every CI shows: a suite a file, a test case a finding.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::diagnostic::Severity;
use crate::lint::finding::Finding;
use crate::lint::report::{Place, said};
use crate::source::Sources;

/// The findings as one document. Remarks pass; warnings and errors fail. A file without findings is a suite with
/// one case that passes, so that a report is never empty.
pub fn junit(findings: &[Finding], sources: &Sources) -> String {
    let mut by_file: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for (_, source) in sources.iter().skip(1) {
        by_file.insert(source.name.replace('\\', "/"), Vec::new());
    }
    for finding in findings {
        let file = Place::of(sources, finding.diagnostic.primary.span).file;
        by_file.entry(file).or_default().push(finding);
    }
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let failures = findings.iter().filter(|it| fails(it)).count();
    let cases: usize = by_file.values().map(|it| it.len().max(1)).sum();
    let _ = writeln!(
        text,
        "<testsuites name=\"latch lint\" tests=\"{cases}\" failures=\"{failures}\">"
    );
    for (file, findings) in &by_file {
        suite(file, findings, sources, &mut text);
    }
    text.push_str("</testsuites>\n");
    text
}

fn fails(finding: &Finding) -> bool {
    finding.diagnostic.severity != Severity::Info
}

fn suite(file: &str, findings: &[&Finding], sources: &Sources, text: &mut String) {
    let failures = findings.iter().filter(|it| fails(it)).count();
    let name = escaped(file);
    let _ = writeln!(
        text,
        "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{failures}\">",
        findings.len().max(1)
    );
    if findings.is_empty() {
        let _ = writeln!(text, "    <testcase classname=\"{name}\" name=\"lint\"/>");
    }
    findings.iter().for_each(|finding| case(finding, &name, sources, text));
    text.push_str("  </testsuite>\n");
}

fn case(finding: &Finding, file: &str, sources: &Sources, text: &mut String) {
    let it = &finding.diagnostic;
    let start = Place::of(sources, it.primary.span).start;
    let name = escaped(&format!("{} {} at {start}", it.code.id, finding.rule.name()));
    let _ =
        write!(text, "    <testcase classname=\"{file}\" name=\"{name}\" line=\"{}\"", start.line);
    let (message, all) = (escaped(&it.message), escaped(&said(finding)));
    let _ = if fails(finding) {
        writeln!(
            text,
            ">\n      <failure type=\"{}\" message=\"{message}\">{all}</failure>\n    </testcase>",
            finding.rule.name()
        )
    } else {
        writeln!(text, ">\n      <system-out>{all}</system-out>\n    </testcase>")
    };
}

/// Text of XML: what it cannot hold is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => {
                out.push(character);
            }
            _ => {}
        }
    }
    out
}
