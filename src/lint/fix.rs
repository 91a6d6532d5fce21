//! Applying fixes: safe ones, or all of them, each text changed once from front to back.

use std::collections::BTreeMap;

use crate::diagnostic::Fix;
use crate::lint::finding::Finding;
use crate::lint::rule::Safety;
use crate::source::{SourceId, Sources};

/// The texts that fixes change, with their new texts, and how many fixes were applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fixed {
    /// By source.
    pub texts: BTreeMap<SourceId, String>,
    /// How many fixes are in them.
    pub applied: usize,
    /// How many had to wait, since they touch the same words as an earlier one.
    pub waiting: usize,
}

/// Applies the fixes of these findings, unsafe ones only if they are wanted. Fixes that overlap an earlier one
/// wait for the next round.
pub fn apply<'f>(
    sources: &Sources,
    findings: impl IntoIterator<Item = &'f Finding>,
    with_unsafe: bool,
) -> Fixed {
    let mut by_source: BTreeMap<SourceId, Vec<&Fix>> = BTreeMap::new();
    for finding in findings {
        let wanted = finding.rule.fix == Some(Safety::Safe) || with_unsafe;
        let fix = finding.diagnostic.fix.as_ref().filter(|fix| wanted && is_ours(fix));
        if let Some(fix) = fix {
            by_source.entry(fix.span.source).or_default().push(fix);
        }
    }
    let mut fixed = Fixed::default();
    for (source, mut fixes) in by_source {
        fixes.sort_by_key(|fix| (fix.span.start, fix.span.end));
        fixes.dedup();
        let text = &sources.get(source).text;
        if let Some(new) = edited(text, &fixes, &mut fixed) {
            fixed.texts.insert(source, new);
        }
    }
    fixed
}

fn is_ours(fix: &Fix) -> bool {
    fix.span.source != SourceId::PRELUDE
}

fn edited(text: &str, fixes: &[&Fix], fixed: &mut Fixed) -> Option<String> {
    let mut new = String::with_capacity(text.len());
    let mut done = 0;
    for fix in fixes {
        let range = fix.span.range();
        let Some(between) = text.get(done..range.start).filter(|_| range.end <= text.len()) else {
            fixed.waiting += 1;
            continue;
        };
        new.push_str(between);
        new.push_str(&fix.text);
        done = range.end;
        fixed.applied += 1;
    }
    new.push_str(text.get(done..)?);
    (new != text).then_some(new)
}
