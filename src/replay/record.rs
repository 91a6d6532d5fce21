//! What a log says of a sign-in, as a replay needs it.

use crate::request::Request;

/// One sign-in of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// What was asked.
    pub request: Request,
    /// What the log says was decided.
    pub recorded: Option<Recorded>,
}

/// What the log says was decided.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recorded {
    /// The status of conditional access as a whole.
    pub status: Option<Status>,
    /// Every policy with its result.
    pub policies: Vec<Applied>,
}

/// One policy and its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// Its result.
    pub result: PolicyResult,
}

impl Applied {
    /// What about the result contradicts the conditions recorded beside it.
    pub fn inconsistency(&self) -> Option<String> {
        None
    }
}

/// `conditionalAccessStatus`
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the words of the log")]
pub enum Status {
    Success,
    Failure,
    NotApplied,
}

/// The result of one policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the words of the log")]
pub enum PolicyResult {
    Success,
    Failure,
    NotApplied,
    NotEnabled,
    Unknown,
    ReportOnlySuccess,
    ReportOnlyFailure,
    ReportOnlyNotApplied,
    ReportOnlyInterrupted,
}
