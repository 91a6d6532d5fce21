//! Why JSON is no request: where, what, and what to write instead.

use std::fmt;

/// How much of a text from the request a message repeats: enough to find it, not enough to flood a terminal.
const SHOWN_CHARS: usize = 60;

/// Why JSON is no request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    /// Where in the request: `user.groups[3]`; empty for all of it.
    pub path: String,
    /// The line of the text, from 1, where the text is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    pub(super) trail: Vec<Step>,
}

/// One step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Item(usize),
}

impl JsonError {
    pub(super) fn new(trail: Vec<Step>, message: impl Into<String>) -> JsonError {
        JsonError {
            path: path_text(&trail),
            line: None,
            message: message.into(),
            help: None,
            trail,
        }
    }

    #[must_use]
    pub(super) fn help(mut self, help: impl Into<String>) -> JsonError {
        self.help = Some(help.into());
        self
    }

    /// An error about all of it.
    pub(super) fn whole(message: impl Into<String>) -> JsonError {
        JsonError::new(Vec::new(), message)
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for JsonError {}

fn path_text(trail: &[Step]) -> String {
    let mut path = String::new();
    for step in trail {
        match step {
            Step::Item(at) => path.push_str(&format!("[{at}]")),
            Step::Key(key) if path.is_empty() => path.push_str(&clip(key)),
            Step::Key(key) => path.push_str(&format!(".{}", clip(key))),
        }
    }
    path
}

/// A text that fits on a line: its beginning, without control characters.
pub(super) fn clip(text: &str) -> String {
    let plain = |char: char| if char.is_control() { '\u{fffd}' } else { char };
    let mut clipped: String = text.chars().take(SHOWN_CHARS).map(plain).collect();
    if clipped.len() < text.len() && text.chars().nth(SHOWN_CHARS).is_some() {
        clipped.push('…');
    }
    clipped
}

/// The candidate that was probably meant: the same word in another spelling, else one a few letters away.
pub(super) fn closest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    if word.len() > SHOWN_CHARS {
        return None;
    }
    let plain = |text: &str| text.replace(['-', '_', ' ', '.'], "").to_ascii_lowercase();
    let word = plain(word);
    // A third of the letters wrong is still readable; more is a guess.
    let limit = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &plain(candidate)), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}
