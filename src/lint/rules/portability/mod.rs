//! Rules of portability: what Microsoft Entra does not take, or soon will not.

mod cae_range_limit;
#[cfg(feature = "entra")]
mod entra_conflict;
#[cfg(feature = "entra")]
mod entra_limit;
#[cfg(feature = "entra")]
mod entra_unsupported;
#[cfg(feature = "entra")]
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
