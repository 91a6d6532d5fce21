//! The vocabulary of the language, as tables: attributes, operators, grants, session controls, methods.
//!
//! Each row carries what every reader of it needs: the word in a policy file, the key in a request, the kind, the
//! documentation. The type checker, the request reader, the JSON Schema and the reference read these tables and
//! nothing else, so a new attribute is one row here. The tables' laws (unique, documented, in step with their
//! enumerations) are tests beside them.

pub mod attribute;
pub mod grant;
pub mod method;
pub mod operator;
pub mod session;
