//! Text ⇄ tree: the grammar's shapes parsed into [`ast`], and formatted back.

pub mod ast;
mod called;
mod character;
pub mod codes;
pub mod format;
pub mod limits;
pub mod parse;
mod same;
pub mod words;

pub use format::{format, format_condition, format_grant, format_item};
pub use parse::parse;

#[cfg(test)]
mod tests;
