//! Rules of lockout: policies that keep out those who must get in.

mod admin_lockout;
mod block_everyone;
mod break_glass_not_excluded;
mod break_glass_undeclared;
mod device_for_everyone_everywhere;
mod no_break_glass;
mod registration_loop;

use crate::lint::rule::Rule;

/// In the order of their codes.
pub(super) static RULES: &[&Rule] = &[
    &block_everyone::RULE,
    &device_for_everyone_everywhere::RULE,
    &break_glass_undeclared::RULE,
    &no_break_glass::RULE,
    &break_glass_not_excluded::RULE,
    &admin_lockout::RULE,
    &registration_loop::RULE,
];
