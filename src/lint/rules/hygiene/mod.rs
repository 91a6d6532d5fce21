//! Rules of hygiene: leftovers, and what the next reader stumbles over.

pub(in crate::lint) mod bad_suppression;
mod borrowed_exclusion;
mod confusable_identifier;
mod covered_line;
mod id_literal;
mod name_mismatch;
mod placeholder_address;
mod repeated_member;
mod untested_policy;
mod unused_declaration;
pub(in crate::lint) mod unused_suppression;
mod vacuous_assert;

use crate::lint::rule::Rule;

/// In the order of their codes.
pub(super) static RULES: &[&Rule] = &[
    &borrowed_exclusion::RULE,
    &name_mismatch::RULE,
    &confusable_identifier::RULE,
    &unused_declaration::RULE,
    &repeated_member::RULE,
    &covered_line::RULE,
    &placeholder_address::RULE,
    &id_literal::RULE,
    &vacuous_assert::RULE,
    &bad_suppression::RULE,
    &unused_suppression::RULE,
    &untested_policy::RULE,
];
