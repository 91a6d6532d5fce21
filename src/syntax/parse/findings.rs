//! What is wrong with one file: the first findings in full, the others as a number.

use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::codes;
use crate::syntax::limits::{MAX_COUNTED_ERRORS, MAX_ERRORS};

/// The findings of one file.
#[derive(Debug, Default)]
pub(super) struct Findings {
    told: Vec<Diagnostic>,
    /// How many there were beyond those.
    more: usize,
}

impl Findings {
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.push_with(|| diagnostic);
    }

    /// Adds a finding that is only put into words if it is told.
    pub(super) fn push_with(&mut self, diagnostic: impl FnOnce() -> Diagnostic) {
        if self.told.len() < MAX_ERRORS {
            self.told.push(diagnostic());
        } else {
            self.more += 1;
        }
    }

    /// Whether there are so many that the file is none of policies.
    pub(super) fn are_hopeless(&self) -> bool {
        self.more >= MAX_COUNTED_ERRORS
    }

    /// Hands them on; `end` is the end of the file.
    pub(super) fn tell(mut self, end: Span, diagnostics: &mut Vec<Diagnostic>) {
        let rest = if self.are_hopeless() { ", and the rest of it was not read" } else { "" };
        diagnostics.append(&mut self.told);
        if self.more > 0 {
            let message = format!("{} more errors in this file are not shown{rest}", self.more);
            diagnostics.push(Diagnostic::error(codes::MORE_ERRORS, end, message));
        }
    }
}
