//! Running the rules: which, with which level, less what is allowed.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::lint::allow::{Allows, Extent};
use crate::lint::finding::{Finding, region, stable_hash};
use crate::lint::rule::Rule;
use crate::lint::rules::{RULES, hygiene};
use crate::lint::subject::Subject;
use crate::source::Span;

/// Everything that the rules find which are on, in the order of a reader.
pub fn lint(subject: &Subject<'_>) -> Vec<Finding> {
    let allows = Allows::of(subject);
    let mut kept: Vec<(&'static Rule, Diagnostic)> = Vec::new();
    let mut used = vec![false; allows.list.len()];
    for rule in RULES.iter().copied() {
        let on = subject.settings.is_on_somewhere(rule);
        if !on && !allows.names(rule) {
            continue;
        }
        let mut found = Vec::new();
        (rule.check)(subject, &mut found);
        for diagnostic in found {
            match allows.covering(rule, diagnostic.primary.span) {
                Some(at) => used[at] = true,
                None if on => kept.push((rule, diagnostic)),
                None => {}
            }
        }
    }
    let mut unused = Vec::new();
    allows.unused(&used, &mut unused);
    kept.extend(unused.into_iter().map(|it| (&hygiene::unused_suppression::RULE, it)));
    let findings = kept.into_iter().filter_map(|(rule, it)| finding(subject, &allows, rule, it));
    numbered(findings.collect())
}

/// The finding, with the level that its file gives it.
fn finding(
    subject: &Subject<'_>,
    allows: &Allows,
    rule: &'static Rule,
    mut diagnostic: Diagnostic,
) -> Option<Finding> {
    let span = diagnostic.primary.span;
    let file = &subject.sources.get(span.source).name;
    diagnostic.severity = subject.settings.level_in(rule, file).severity()?;
    let item = item_at(&allows.extents, span);
    Some(Finding { rule, diagnostic, item, fingerprint: String::new(), origin: None })
        .map(|it| fingerprinted(subject, it))
}

fn item_at(extents: &[Extent], span: Span) -> String {
    let around = extents.iter().find(|it| it.covers(span));
    around.map_or_else(String::new, |it| it.name.clone())
}

fn fingerprinted(subject: &Subject<'_>, mut finding: Finding) -> Finding {
    let words = region(subject.sources, finding.diagnostic.primary.span);
    finding.fingerprint = stable_hash(&[finding.rule.name(), &finding.item, &words]);
    finding
}

/// In the order of a reader; equal fingerprints get a number, so that each is known by itself.
fn numbered(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| {
        let key = |it: &Finding| (it.diagnostic.primary.span, it.diagnostic.code);
        (key(a), &a.diagnostic.message).cmp(&(key(b), &b.diagnostic.message))
    });
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for finding in &mut findings {
        let count = seen.entry(finding.fingerprint.clone()).or_default();
        *count += 1;
        if *count > 1 {
            let number = count.to_string();
            finding.fingerprint = stable_hash(&[&finding.fingerprint, &number]);
        }
    }
    findings
}
