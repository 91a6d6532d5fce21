//! Rules of portability: what Microsoft Entra does not take, or soon will not.

#[cfg(feature = "entra")]
mod cae_range_limit;
mod entra_conflict;
mod entra_limit;
mod entra_unsupported;
pub(in crate::lint::rules) mod exported;
mod retired_control;

use crate::lint::rule::Rule;

/// In the order of their codes.
pub(super) static RULES: &[&Rule] = &[
    &retired_control::RULE,
    #[cfg(feature = "entra")]
    &entra_unsupported::RULE,
    #[cfg(feature = "entra")]
    &entra_limit::RULE,
    #[cfg(feature = "entra")]
    &entra_conflict::RULE,
    &cae_range_limit::RULE,
];
