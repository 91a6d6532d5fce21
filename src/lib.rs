//! Latch: a language, compiler and evaluator for conditional access.

pub mod diagnostic;
pub mod source;
pub mod syntax;
pub mod value;
