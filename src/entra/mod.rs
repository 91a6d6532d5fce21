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
//! Where an export is ambiguous in a way that a stricter reading settles, that reading is taken and noted:
//!
//! | the export says | taken as |
//! | --- | --- |
//! | a sign-in frequency that is on and has no period | every time |
//! | a session control with a value and no `isEnabled` | on, unless it loosens |
//! | `easSupported` | every Exchange ActiveSync client |
//! | tenants beside internal guests | internal guests are included whatever the tenant, and never excluded |
//! | a filter that includes, beside `All` or alone | what it lets through of all |
//! | a location or a strength that is missing, broken or described twice | by its id alone: whether it holds comes with requests |
//! | `AllTrusted` | every trusted location, and the trusted addresses of multifactor authentication |
//! | the network of Global Secure Access, described | a network of the tenant's own, trusted as the export says |
//! | session controls beside `block` | left out: there is no session |
//! | a deleted policy | disabled |
//!
//! Refused are, beside everything unknown: filters beside ids, `block` beside other controls, `isCompliant -eq False`
//! where it would exempt, conditions on null, `All` in the place of groups or roles, plans of policies.
//!
//! [`export`] is the way back; what an import leaves out on purpose, and what an export therefore does not give back, is
//! listed there.

pub mod codes;
pub mod directory;
pub mod export;
mod field;
mod filter;
mod finding;
mod graph;
mod import;
mod json;
mod known;
pub mod log;
mod lower;
mod model;
mod names;
mod origin;
mod read;
mod rule;
mod tables;
mod tree;
mod write;

pub use finding::{Note, Refusal};
pub use import::{Counts, Imported, MAX_OBJECT_BYTES, MAX_POLICIES, MAX_VALUES, import};
pub use origin::{Origin, field_of};
pub use read::{
    Export, MAX_FILE_BYTES, MAX_FILES, MAX_FOLDER_DEPTH, MAX_TOTAL_BYTES, ReadError, from_bytes,
    read,
};
