//! One policy that applies, as if it were the only one: what it comes to, and what that hangs on.

use crate::eval::combine::Reading;
use crate::eval::scratch::Applied;
use crate::eval::{Case, Ruling, Scratch, fault};
use crate::schema::attribute::AttributeSet;

/// What a policy comes to alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Alone {
    pub outcome: Ruling,
    /// Supplying what is missing could change the outcome, even though the policy applies.
    pub unsure: bool,
    /// The attributes that were not supplied and that its condition, its grant or its challenge hangs on.
    pub missing: AttributeSet,
}

/// What this policy comes to alone.
pub(crate) fn alone(case: &Case<'_>, applied: &Applied, scratch: &mut Scratch) -> Alone {
    let consequence = case.policy(applied).map(|policy| policy.consequence);
    let result = case.combine(consequence.as_slice(), Reading::AsSupplied, scratch);
    let mut hangs_on = fault::silent_devices(case, consequence.as_slice());
    if !hangs_on.is_empty() && !case.is_friendlier(&result, consequence.as_slice(), scratch) {
        hangs_on = AttributeSet::EMPTY;
    }
    let hangs_on = hangs_on.union(fault::silent_feasibility(case, &result));
    let missing = hangs_on.union(fault::silent_condition(case, applied, scratch));
    Alone { outcome: result.outcome, unsure: !hangs_on.is_empty(), missing }
}
