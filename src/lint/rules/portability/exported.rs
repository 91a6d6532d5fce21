//! What the export to Entra says of a policy set, as findings of the rules about it.

use crate::diagnostic::{Code, Diagnostic};
use crate::entra::export::export;
use crate::lint::subject::Subject;

/// What the export finds of these kinds, under the code of the rule that asks.
pub(super) fn found_by_export(
    subject: &Subject<'_>,
    code: Code,
    kinds: &[Code],
) -> Vec<Diagnostic> {
    let found = subject.exported.get_or_init(|| export(subject.set, subject.sources).diagnostics);
    let ours = found.iter().filter(|it| kinds.contains(&it.code)).cloned();
    ours.map(|it| Diagnostic { code, ..it }).collect()
}
