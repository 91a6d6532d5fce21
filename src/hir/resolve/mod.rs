//! Names: which words are taken, what each was declared as, and which one was probably meant.

pub(in crate::hir) mod names;
pub(in crate::hir) mod report;
pub(in crate::hir) mod vocabulary;
