//! The limits of a replay. Whatever the log, its state stays within them, and the report says which were met.

/// Recorded policies that are told apart. A tenant holds at most 195 policies at a time (Microsoft's limit), so this is
/// several tenants, or years of changes in one.
pub const MAX_RECORDED_POLICIES: usize = 1_000;

/// Users, workloads and agents with changed sign-ins that are told apart. The largest single directories have a few
/// hundred thousand accounts; a change that hits more than this many of them needs no exact number.
pub const MAX_USERS: usize = 100_000;

/// Apps with changed sign-ins that are told apart. Large tenants register several thousand.
pub const MAX_APPS: usize = 10_000;

/// How many users and apps a report lists of each change, the most affected first: what fits a page.
pub const MAX_TOP: usize = 10;

/// Example records of each table cell, unless told otherwise.
pub const EXAMPLES: usize = 3;

/// The most example records of each table cell that anyone may ask for.
pub const MAX_EXAMPLES: usize = 100;

/// Example records of a whole report; a cell that fills after this has fewer. At about a kilobyte each, ten megabytes.
pub const MAX_ALL_EXAMPLES: usize = 10_000;

/// Bytes of an id or a name from the log that a report keeps. Entra's own are at most 256 characters long; longer ones
/// are cut, and those that begin alike count as one.
pub const MAX_TEXT_BYTES: usize = 512;

/// A limit that was met, so that something in the report is less than exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// More recorded policies than [`MAX_RECORDED_POLICIES`]: results of the later ones are counted and not compared.
    RecordedPolicies,
    /// More users than [`MAX_USERS`]: numbers of users are lower bounds.
    Users,
    /// More apps than [`MAX_APPS`]: numbers of apps are lower bounds.
    Apps,
    /// More examples than [`MAX_ALL_EXAMPLES`]: some cells have fewer than were asked for.
    Examples,
    /// Ids or names longer than [`MAX_TEXT_BYTES`]: they were cut.
    Text,
}

impl Limit {
    /// What it means for whoever reads the report.
    pub fn sentence(self) -> String {
        match self {
            Limit::RecordedPolicies => format!(
                "The log names more than {MAX_RECORDED_POLICIES} policies; results of the later ones are counted, not compared."
            ),
            Limit::Users => format!(
                "More than {MAX_USERS} users have changed sign-ins; numbers of users are lower bounds."
            ),
            Limit::Apps => format!(
                "More than {MAX_APPS} apps have changed sign-ins; numbers of apps are lower bounds."
            ),
            Limit::Examples => {
                format!("Only the first {MAX_ALL_EXAMPLES} example records were kept.")
            }
            Limit::Text => format!(
                "Ids or names longer than {MAX_TEXT_BYTES} bytes were cut; those that begin alike count as one."
            ),
        }
    }
}
