//! Why a record is no sign-in: where in it, and what is wrong.

use std::fmt;

use crate::request::RequestError;
use crate::request::json::JsonError;

/// How much of a text from a record a message repeats: enough to find it, not enough to flood a terminal.
const SHOWN_CHARS: usize = 60;

/// Why a record is no sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogError {
    /// The field of the record; empty for all of it.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

impl LogError {
    pub(in crate::entra) fn whole(message: impl Into<String>) -> LogError {
        LogError { path: String::new(), message: message.into() }
    }

    pub(in crate::entra) fn at(path: &str, message: impl Into<String>) -> LogError {
        LogError { path: path.to_owned(), message: message.into() }
    }

    /// A field holds a text that is not what stands there.
    pub(super) fn expected(path: &str, what: &str, found: &str) -> LogError {
        let shown: String = found.chars().take(SHOWN_CHARS).collect();
        let dots = if shown.len() < found.len() { "…" } else { "" };
        LogError::at(path, format!("expected {what}, found \"{shown}{dots}\""))
    }

    /// Text that is no JSON, or JSON that is no record.
    pub(super) fn json(error: &serde_json::Error) -> LogError {
        let text = error.to_string();
        let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
        LogError::whole(match error.classify() {
            serde_json::error::Category::Data => format!("this is no sign-in record: {what}"),
            _ => format!("this is no JSON: {what} at column {}", error.column()),
        })
    }
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for LogError {}

/// The line is said by who counts the lines of the stream.
impl From<JsonError> for LogError {
    fn from(error: JsonError) -> LogError {
        let message = match error.help {
            Some(help) => format!("{}; {help}", error.message),
            None => error.message,
        };
        LogError { path: error.path, message }
    }
}

/// What was read contradicts itself.
impl From<RequestError> for LogError {
    fn from(error: RequestError) -> LogError {
        LogError { path: error.attribute, message: error.message }
    }
}
