//! Rules of correctness: policies that mean something else than they seem to.

mod and_conflict;
pub(in crate::lint::rules) mod block_swallows_grant;
mod broad_network;
mod contradictory_session_controls;
mod dst_ambiguous_window;
mod empty_target;
mod expired;
mod frequency_without_prompt;
mod gps_report_only;
mod ipv6_forgotten;
mod negated_disjunction;
mod negative_device_test;
mod never_applies;
mod or_weakens;
mod overlapping_networks;
mod private_or_reserved_address;
pub(in crate::lint::rules) mod ranges;
mod redundant_strength;
mod risk_gap;
mod unknown_country;
mod unsatisfiable_grant;

use crate::lint::rule::Rule;

/// In the order of their codes.
pub(super) static RULES: &[&Rule] = &[
    &never_applies::RULE,
    &empty_target::RULE,
    &negative_device_test::RULE,
    &negated_disjunction::RULE,
    &frequency_without_prompt::RULE,
    &risk_gap::RULE,
    &redundant_strength::RULE,
    &overlapping_networks::RULE,
    &private_or_reserved_address::RULE,
    &broad_network::RULE,
    &ipv6_forgotten::RULE,
    &unknown_country::RULE,
    &gps_report_only::RULE,
    &unsatisfiable_grant::RULE,
    &expired::RULE,
    &contradictory_session_controls::RULE,
    &and_conflict::RULE,
    &or_weakens::RULE,
    &block_swallows_grant::RULE,
    &dst_ambiguous_window::RULE,
];
