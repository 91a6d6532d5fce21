//! What an import could not take over, and what it took over in another form than it was written.

use std::fmt;

use crate::diagnostic::Code;

/// Something of an export that became no policy, with the field at fault and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which kind of fault.
    pub code: Code,
    /// What was refused: `policy`, `network`, `strength`, `file`.
    pub what: &'static str,
    /// Its display name; the file's name for a file.
    pub name: String,
    /// The file it stands in.
    pub file: String,
    /// The field at fault, from the object's own root: `conditions.users.includeUsers[0]`. Empty for the whole.
    pub path: String,
    /// The field's value, shortened.
    pub value: String,
    /// Why it cannot be taken over.
    pub reason: String,
    /// What to do about it.
    pub suggestion: Option<String>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} \"{}\" is refused", self.code.id, self.what, self.name)?;
        if !self.path.is_empty() {
            write!(f, ": {}: {}", self.path, self.value)?;
        }
        write!(f, ": {} ({})", self.reason, self.file)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, "\n  help: {suggestion}"),
            None => Ok(()),
        }
    }
}

/// Something that was taken over in another form, or that its reader should know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// The display name of the object it is about, or a file's name.
    pub name: String,
    /// The file it stands in.
    pub file: String,
    /// The field it is about; empty for the whole.
    pub path: String,
    /// What there is to know.
    pub text: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "note: \"{}\"", self.name)?;
        if !self.path.is_empty() {
            write!(f, ": {}", self.path)?;
        }
        write!(f, ": {} ({})", self.text, self.file)
    }
}

/// A field at fault, before it is known what is refused for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: Code,
    pub(super) path: String,
    pub(super) value: String,
    pub(super) reason: String,
    pub(super) suggestion: Option<String>,
}

impl Fault {
    pub(super) fn suggest(mut self, suggestion: impl Into<String>) -> Fault {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// The refusal of an object for this fault.
    pub(super) fn of(self, what: &'static str, name: &str, file: &str) -> Refusal {
        Refusal {
            code: self.code,
            what,
            name: name.to_owned(),
            file: file.to_owned(),
            path: self.path,
            value: self.value,
            reason: self.reason,
            suggestion: self.suggestion,
        }
    }
}

/// What is found while one object is read.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) faults: Vec<Fault>,
    /// Path and text.
    pub(super) notes: Vec<(String, String)>,
}

impl Findings {
    pub(super) fn refuse(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    pub(super) fn note(&mut self, path: &str, text: impl Into<String>) {
        let note = (path.to_owned(), text.into());
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}
