//! One finding: the rule, what it says, what it is about, and by what it is known again when lines move.

use crate::diagnostic::Diagnostic;
use crate::lint::rule::Rule;
use crate::source::{Sources, Span};

/// One finding of one rule.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// What it says; its severity is what settings made of it.
    pub diagnostic: Diagnostic,
    /// The item it is about, as its kind and its name: `policy admins`. Empty where it stands in no item.
    pub item: String,
    /// By what it is known again: a hash of rule, item and the words at its place, so that it stays when lines move.
    pub fingerprint: String,
    /// Where its policy came from, when it was made of an export.
    pub origin: Option<Origin>,
}

/// The place of a policy in an export of another system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The file.
    pub file: String,
    /// The display name of the policy.
    pub title: String,
    /// Its id there.
    pub id: Option<String>,
    /// The field that the finding is about, from the policy's own root: `conditions.users`.
    pub path: String,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "in {}: policy \"{}\", field `{}`", self.file, self.title, self.path)
    }
}

/// The words at a place, with one space where there is any: what a person would call the same text.
pub fn region(sources: &Sources, span: Span) -> String {
    sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A hash that is the same on every machine and in every version: FNV-1a of 64 bits, in hexadecimal. The parts are
/// kept apart.
pub fn stable_hash(parts: &[&str]) -> String {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    let hash = bytes.fold(OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
    format!("{hash:016x}")
}
