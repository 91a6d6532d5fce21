//! How findings look: as text with the lines they speak of, as JSON, as one line that counts them.
//!
//! Nothing here writes anywhere: the caller says whether colours are welcome and how wide its screen is.

#[cfg(feature = "json")]
mod json;
mod text;
mod window;

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Severity};

#[cfg(feature = "json")]
pub use json::render_json;
pub use text::render;
pub use window::visible;

/// How the caller wants text to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// ANSI colours.
    pub color: bool,
    /// Lines and corners from Unicode instead of ASCII.
    pub unicode: bool,
    /// Columns of the screen; longer lines of source are trimmed.
    pub width: usize,
}

impl Style {
    /// For files and pipes: no colour, ASCII, 140 columns.
    pub const PLAIN: Style = Style { color: false, unicode: false, width: 140 };
}

/// `2 errors and 1 warning in 3 files`; nothing where nothing was found.
pub fn summary(diagnostics: &[Diagnostic]) -> Option<String> {
    let count = |severity| diagnostics.iter().filter(|it| it.severity == severity).count();
    let counted: Vec<String> = [
        (count(Severity::Error), "error"),
        (count(Severity::Warning), "warning"),
        (count(Severity::Info), "remark"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| plural(count, word))
    .collect();
    let files: BTreeSet<_> = diagnostics.iter().map(|it| it.primary.span.source).collect();
    let all = match counted.as_slice() {
        [] => return None,
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, rest @ ..] => format!("{one}, {}", rest.join(" and ")),
    };
    Some(format!("{all} in {}", plural(files.len(), "file")))
}

/// `1 file`, `2 files`.
fn plural(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests;
