//! Rules of style: what a house may want to look the same everywhere.

mod naming;
mod title_missing;
mod undocumented;

use crate::lint::rule::Rule;

/// In the order of their codes.
pub(super) static RULES: &[&Rule] = &[&title_missing::RULE, &naming::RULE, &undocumented::RULE];
