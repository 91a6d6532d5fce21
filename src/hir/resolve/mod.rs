//! Names: which words are taken, what each was declared as, and which one was probably meant.

pub(super) mod names;
pub(super) mod report;
pub(super) mod vocabulary;
