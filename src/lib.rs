//! Latch: a language, compiler and evaluator for conditional access.

#[cfg(feature = "cli")]
pub mod cli;
pub mod compile;
pub mod decision;
pub mod diagnostic;
pub mod engine;
#[cfg(feature = "entra")]
pub mod entra;
pub mod eval;
pub mod facts;
#[cfg(feature = "geo")]
pub mod geo;
pub mod hir;
pub mod interpret;
pub mod latch;
pub mod program;
#[cfg(feature = "render")]
pub mod render;
pub mod request;
pub mod schema;
pub mod source;
pub mod syntax;
pub mod value;
