//! `latch lsp`: the language server, for editors.
//!
//! ```text
//! editor ⇄ server ──▶ workspace ──▶ set ──▶ parse, resolve, compile ──▶ findings
//!                        │           └────▶ index ──▶ hover, complete, navigate, tokens
//!                     buffers over files
//! ```
//!
//! Messages are taken as they come. Edits only change texts; when no message waits, what changed is read again and its
//! findings are told. So a burst of keystrokes costs one reading, and an answer is always about the text as it is now.

mod aside;
mod complete;
mod findings;
mod hover;
mod index;
mod layout;
mod navigate;
mod place;
mod scene;
mod server;
mod set;
mod text;
mod tokens;
mod worker;
mod workspace;

pub use server::{Today, serve, serve_stdio};
