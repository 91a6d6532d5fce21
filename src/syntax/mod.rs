//! Text ⇄ tree: the grammar's shapes parsed into [`ast`], and formatted back.

pub mod ast;
pub mod codes;
pub mod limits;
pub mod parse;
mod same;
pub mod words;

pub use parse::parse;
