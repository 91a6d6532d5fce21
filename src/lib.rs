//! Latch: a language, compiler and evaluator for conditional access.

pub mod decision;
pub mod diagnostic;
pub mod hir;
#[cfg(feature = "render")]
pub mod render;
pub mod request;
pub mod schema;
pub mod source;
pub mod syntax;
pub mod value;
