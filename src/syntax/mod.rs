//! Text ⇄ tree: the grammar's shapes parsed into [`ast`], and formatted back.

pub mod ast;
mod character;
pub mod codes;
pub mod format;
pub mod limits;
pub mod parse;
mod same;
pub mod words;

pub use format::format;
pub use parse::parse;
