//! Exports of Microsoft Graph read into policy files: conditional access policies, named locations, authentication
//! strengths, and the names of everything they speak of.
//!
//! ```text
//! bytes → Json → model → ast → text
//! read     graph   lower    write
//! ```
//!
//! [`read`] opens files in every shape that tools write them in, [`import`] makes files of them. A policy comes over
//! whole or not at all: a field that is not understood and says something refuses the policy, with its path and why.
//! Where an export is ambiguous in a way that a stricter reading settles, that reading is taken and noted.

pub mod codes;
mod filter;
mod finding;
mod graph;
mod import;
mod json;
mod known;
mod lower;
mod model;
mod names;
mod read;
mod rule;
mod tables;
mod tree;
mod write;

pub use finding::{Note, Refusal};
pub use import::{Counts, Imported, import};
pub use read::{
    Export, MAX_FILE_BYTES, MAX_FILES, MAX_FOLDER_DEPTH, MAX_TOTAL_BYTES, ReadError, from_bytes,
    read,
};
