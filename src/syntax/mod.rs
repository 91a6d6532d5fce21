//! Text ⇄ tree: the grammar's shapes parsed into [`ast`], and formatted back.

pub mod ast;
pub mod codes;
pub mod limits;
mod same;
