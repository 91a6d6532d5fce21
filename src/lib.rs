//! Latch: a language, compiler and evaluator for conditional access.

#[cfg(feature = "cli")]
pub mod cli;
pub mod decision;
pub mod diagnostic;
#[cfg(feature = "entra")]
pub mod entra;
pub mod hir;
pub mod interpret;
pub mod latch;
#[cfg(feature = "render")]
pub mod render;
pub mod request;
pub mod schema;
pub mod source;
pub mod syntax;
pub mod value;
