//! Rules of coverage: sign-ins that are not guarded as somebody believes.

mod device_code_open;
mod guests_unguarded;
mod legacy_authentication_open;
mod newcomers_unguarded;
mod reaches_workloads;
mod report_only_forever;
mod single_factor_administrators;
mod whole;

use crate::lint::rule::Rule;

/// In the order of their codes.
pub(super) static RULES: &[&Rule] = &[
    &reaches_workloads::RULE,
    &report_only_forever::RULE,
    &legacy_authentication_open::RULE,
    &single_factor_administrators::RULE,
    &guests_unguarded::RULE,
    &device_code_open::RULE,
    &newcomers_unguarded::RULE,
];
