//! The one test binary: every suite is a module here, so that it links once.

mod entra;
mod spec;
mod tidy;
