//! Rules of hygiene: leftovers, and what the next reader stumbles over.

mod assert_without_scope;
pub(in crate::lint) mod bad_suppression;
mod borrowed_exclusion;
mod confusable_identifier;
mod covered_line;
mod duplicate_policy;
mod id_literal;
mod mergeable;
mod name_mismatch;
pub(in crate::lint) mod not_decided;
mod placeholder_address;
mod repeated_member;
mod shadowed;
mod subsumed_condition;
mod test_depends_on_missing;
mod untested_policy;
mod unused_declaration;
pub(in crate::lint) mod unused_suppression;
mod vacuous_assert;
mod vacuous_test;

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
    &shadowed::RULE,
    &duplicate_policy::RULE,
    &subsumed_condition::RULE,
    &mergeable::RULE,
    &vacuous_test::RULE,
    &test_depends_on_missing::RULE,
    &assert_without_scope::RULE,
    &not_decided::RULE,
];
