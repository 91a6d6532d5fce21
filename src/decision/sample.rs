//! Small challenges for the tests of this room.

use crate::decision::{Alternative, Challenge, Demand, DemandKind, Feasibility};
use crate::schema::grant::GrantWord;

pub(super) fn demand(grant: GrantWord) -> Demand {
    Demand { kind: DemandKind::Grant(grant), name: None, within: None, max_age: None }
}

pub(super) fn alternative<const N: usize>(
    demands: [Demand; N],
    feasibility: Feasibility,
) -> Alternative {
    Alternative { demands: demands.into(), feasibility }
}

pub(super) fn challenge<const N: usize>(alternatives: [Alternative; N]) -> Challenge {
    Challenge { alternatives: alternatives.into(), truncated: false }
}
