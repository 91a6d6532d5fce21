//! Rules of coverage: sign-ins that are not guarded as somebody believes.

mod agents_unguarded;
mod device_code_open;
mod exclusion_unguarded;
mod guests_unguarded;
mod legacy_authentication_open;
mod newcomers_unguarded;
mod only_reported;
mod phishable_administrators;
mod platform_fallthrough;
mod reaches_workloads;
mod report_only_forever;
mod single_factor_administrators;
mod unguarded;
pub(in crate::lint::rules) mod whole;
mod workloads_unguarded;

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
    &unguarded::RULE,
    &phishable_administrators::RULE,
    &workloads_unguarded::RULE,
    &agents_unguarded::RULE,
    &platform_fallthrough::RULE,
    &exclusion_unguarded::RULE,
    &only_reported::RULE,
];
