//! The kinds of change between two decisions, and how dangerous each is.

/// How a decision changes from P to Q. In its direction, the most dangerous first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Blocked by P, open by Q.
    BlockedToOpen,
    /// Step-up by P, open by Q.
    StepUpToOpen,
    /// Blocked by P, step-up by Q.
    BlockedToStepUp,
    /// Open by P, blocked by Q.
    OpenToBlocked,
    /// Step-up by P, blocked by Q.
    StepUpToBlocked,
    /// Open by P, step-up by Q.
    OpenToStepUp,
    /// The same outcome with another challenge: step-up by both, or blocked by both where one of them, or each, asks for
    /// something that this client cannot do.
    Challenge,
    /// The same outcome and challenge, with other session controls.
    Session,
    /// The same outcome, challenge and session controls, by other policies.
    Policies,
}

impl Kind {
    /// Every kind, in the order of [`Kind`].
    pub const ALL: [Kind; 9] = [
        Kind::BlockedToOpen,
        Kind::StepUpToOpen,
        Kind::BlockedToStepUp,
        Kind::OpenToBlocked,
        Kind::StepUpToBlocked,
        Kind::OpenToStepUp,
        Kind::Challenge,
        Kind::Session,
        Kind::Policies,
    ];

    /// Its words in tables and JSON.
    pub fn words(self) -> &'static str {
        match self {
            Kind::BlockedToOpen => "blocked → open",
            Kind::StepUpToOpen => "step-up → open",
            Kind::BlockedToStepUp => "blocked → step-up",
            Kind::OpenToBlocked => "open → blocked",
            Kind::StepUpToBlocked => "step-up → blocked",
            Kind::OpenToStepUp => "open → step-up",
            Kind::Challenge => "other challenge",
            Kind::Session => "other session controls",
            Kind::Policies => "other policies, same outcome",
        }
    }
}

/// Where a change leads, the most dangerous first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// It opens for who was blocked or asked.
    Opens,
    /// Less is asked.
    Weakens,
    /// Something else is asked, and it cannot be shown to be at least as much.
    Unclear,
    /// More is asked.
    Tightens,
    /// Nothing else is asked.
    Level,
}

impl Direction {
    /// Every direction, the most dangerous first.
    pub const ALL: [Direction; 5] = [
        Direction::Opens,
        Direction::Weakens,
        Direction::Unclear,
        Direction::Tightens,
        Direction::Level,
    ];

    /// Its word in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Direction::Opens => "opens",
            Direction::Weakens => "weakens",
            Direction::Unclear => "unclear",
            Direction::Tightens => "tightens",
            Direction::Level => "level",
        }
    }
}

/// A change: where it leads, and of which kind it is. The most dangerous comes first: what lets people in that were kept
/// out or asked, what asks less of them, what may do so; then what keeps people out or asks them more; then what nobody
/// notices at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shift {
    /// Where it leads.
    pub direction: Direction,
    /// Of which kind it is. A challenge or session controls can change in any direction but [`Direction::Opens`].
    pub kind: Kind,
}
