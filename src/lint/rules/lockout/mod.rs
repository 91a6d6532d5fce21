//! Rules of lockout: policies that keep out those who must get in.

mod block_everyone;
mod break_glass_undeclared;
mod device_for_everyone_everywhere;

use crate::lint::rule::Rule;

/// In the order of their codes.
pub(super) static RULES: &[&Rule] =
    &[&block_everyone::RULE, &device_for_everyone_everywhere::RULE, &break_glass_undeclared::RULE];
