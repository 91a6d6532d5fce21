//! What policies would have decided about sign-ins that happened: held against what the log recorded, and against
//! other policies.
//!
//! ```text
//! sign-ins ─ judge ▶ Observation ─ Replay::observe ▶ tallies ─ Replay::finish ▶ Report
//! ```

pub mod kind;
pub mod limits;
pub mod record;
pub mod report;

pub use kind::{Direction, Kind, Shift};
pub use limits::Limit;
pub use report::Report;
