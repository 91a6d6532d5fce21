//! Where findings go, and the search for the word that was meant; both are bounded.

use crate::diagnostic::Diagnostic;
use crate::hir::codes;
use crate::hir::limits::{MAX_COMPARISONS, MAX_ERRORS, MAX_SUGGESTION_LENGTH, MAX_TEXT};
use crate::source::Span;

/// Collects findings. A function that answers `None` has told why, here or where a name was declared.
pub(in crate::hir) struct Report<'d> {
    diagnostics: &'d mut Vec<Diagnostic>,
    told: usize,
    comparisons: usize,
}

impl<'d> Report<'d> {
    /// Findings are added to `diagnostics`.
    pub(in crate::hir) fn new(diagnostics: &'d mut Vec<Diagnostic>) -> Self {
        Report { diagnostics, told: 0, comparisons: 0 }
    }

    /// Tells a finding. After [`MAX_ERRORS`] one more says that there are more.
    pub(in crate::hir) fn tell(&mut self, diagnostic: Diagnostic) {
        self.told += 1;
        if self.told <= MAX_ERRORS {
            self.diagnostics.push(shortened(diagnostic));
        } else if self.told == MAX_ERRORS + 1 {
            let span = diagnostic.primary.span;
            let message = format!("there are more than {MAX_ERRORS} errors of meaning");
            self.diagnostics.push(
                Diagnostic::error(codes::MORE_ERRORS, span, message)
                    .help("mend the ones that are told first; the rest are told then"),
            );
        }
    }

    /// Tells a finding and answers that there is no meaning.
    pub(in crate::hir) fn refuse<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
        self.tell(diagnostic);
        None
    }

    /// Whether nothing more will be told: looking for help is idle then.
    pub(in crate::hir) fn is_full(&self) -> bool {
        self.told > MAX_ERRORS
    }

    /// Whether something was already said about exactly this place.
    pub(in crate::hir) fn is_told(&self, span: Span) -> bool {
        !self.is_full() && self.diagnostics.iter().any(|diagnostic| diagnostic.primary.span == span)
    }

    /// The candidate that was probably meant: few letters differ, or it is the longer name of the same thing.
    pub(in crate::hir) fn nearest<'c>(
        &mut self,
        word: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Option<&'c str> {
        if word.len() > MAX_SUGGESTION_LENGTH || self.is_full() {
            return None;
        }
        let word = word.to_ascii_lowercase();
        let distances = candidates.into_iter().filter_map(|candidate| {
            let distance = self.distance(&word, candidate)?;
            Some((distance, candidate))
        });
        distances.min().map(|(_, candidate)| candidate)
    }

    /// How far a candidate is from the word; nothing when it is too far to be meant.
    fn distance(&mut self, word: &str, candidate: &str) -> Option<usize> {
        let most = most_edits(word.len());
        if last_part(candidate) == word || last_part(word) == candidate {
            return Some(1);
        }
        if word.len().abs_diff(candidate.len()) > most || self.comparisons >= MAX_COMPARISONS {
            return None;
        }
        self.comparisons += 1;
        let distance = strsim::damerau_levenshtein(word, &candidate.to_ascii_lowercase());
        (distance <= most).then_some(distance)
    }
}

/// Texts quote what was written, and what was written may be megabytes.
fn shortened(mut diagnostic: Diagnostic) -> Diagnostic {
    let texts = [&mut diagnostic.message].into_iter().chain(&mut diagnostic.notes);
    for text in texts.chain(&mut diagnostic.help) {
        if let Some((end, _)) = text.char_indices().nth(MAX_TEXT) {
            text.truncate(end);
            text.push('…');
        }
    }
    diagnostic
}

/// How many letters of a word may differ from what was meant: one in four, at least one.
fn most_edits(length: usize) -> usize {
    (length / 4).clamp(1, 3)
}

/// `compliant` of `device.compliant`.
fn last_part(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
