//! The one test binary: every suite is a module here, so that it links once.

mod bench;
mod browser;
mod cedar;
mod cli;
mod corpus;
mod decide;
mod document;
mod engine;
mod entra;
mod explain;
mod garbled;
mod geo;
mod laws;
mod lint;
mod log;
mod lsp;
mod prove;
mod random;
mod readme;
mod replay;
mod saved;
mod spec;
mod threads;
mod tidy;
