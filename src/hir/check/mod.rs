//! Meaning, item by item: values are of their attribute's kind, effects agree, and names have become numbers.
//!
//! Every function answers `None` when it has told why there is no meaning, here or where a name was declared.
//! Nothing that has no meaning is left out of something that has: a policy with one bad value has none at all.

pub(super) mod address;
mod archetype;
mod assert;
mod claim;
mod comparison;
mod condition;
mod country;
mod facts;
pub(super) mod grant;
pub(super) mod lets;
mod literal;
mod members;
mod membership;
mod method;
pub(super) mod network;
mod object;
mod people;
mod policy;
mod range;
mod remarks;
mod session;
mod strength;
mod subject;
pub(super) mod tables;
pub(super) mod test;
mod text;
mod value;
mod words;
mod zone;

pub use country::is_country;

use std::collections::BTreeMap;

use crate::hir::check::lets::Expansion;
use crate::hir::check::network::Anonymous;
use crate::hir::check::tables::Tables;
use crate::hir::resolve::names::Names;
use crate::hir::resolve::report::Report;
use crate::source::Sources;

/// Gives items their meaning, one after the other.
pub(in crate::hir) struct Checker<'a, 'd> {
    pub(in crate::hir) sources: &'a Sources,
    pub(in crate::hir) names: &'a Names<'a>,
    pub(in crate::hir) report: Report<'d>,
    /// The items that are only names and values.
    pub(in crate::hir) tables: Tables<'a>,
    /// What each `let` stands for; nothing for a bad one.
    pub(in crate::hir) lets: BTreeMap<&'a str, Option<Expansion>>,
    /// The networks that only an address list in a condition made.
    pub(in crate::hir) anonymous: Anonymous,
    /// How many nodes and values all conditions have so far.
    pub(in crate::hir) expanded: usize,
}

impl<'a, 'd> Checker<'a, 'd> {
    /// Ready for the conditions: what they can name is already in its tables.
    pub(in crate::hir) fn new(
        sources: &'a Sources,
        names: &'a Names<'a>,
        mut report: Report<'d>,
    ) -> Self {
        let tables = Tables::collect(names, &mut report);
        let anonymous = Anonymous::after(tables.networks.len());
        Checker { sources, names, report, tables, lets: BTreeMap::new(), anonymous, expanded: 0 }
    }
}
