//! The codes of everything that compiling can find.

use crate::diagnostic::Code;

/// A condition that becomes too many rows.
pub const TOO_MANY_ROWS: Code = Code { id: "L0451", name: "too-many-rows" };
/// Conditions that together become too many rows.
pub const TOO_MANY_ROWS_IN_ALL: Code = Code { id: "L0452", name: "too-many-rows-in-all" };
/// A condition that joins too many lists of one dimension with `and`.
pub const TOO_MANY_LISTS: Code = Code { id: "L0453", name: "too-many-lists" };
/// An index that grows too large.
pub const INDEX_TOO_LARGE: Code = Code { id: "L0454", name: "index-too-large" };
/// More different demands than can be told apart.
pub const TOO_MANY_DEMANDS: Code = Code { id: "L0455", name: "too-many-demands" };
/// A grant with too many alternatives.
pub const TOO_MANY_ALTERNATIVES: Code = Code { id: "L0456", name: "too-many-alternatives" };
/// A condition that is nested too deep once its `let`s are written out.
pub const TOO_DEEP: Code = Code { id: "L0457", name: "condition-too-deep" };
/// Networks that overlap in too many ways.
pub const TOO_MANY_OVERLAPS: Code = Code { id: "L0458", name: "too-many-overlaps" };
/// A time zone that the time zone database does not have.
pub const UNKNOWN_ZONE: Code = Code { id: "L0459", name: "zone-not-found" };
/// Two policies that can apply together and name different profiles.
pub const CONFLICTING_PROFILES: Code = Code { id: "L0460", name: "conflicting-profiles" };

/// Every code of this room, sorted.
pub const ALL: &[Code] = &[
    TOO_MANY_ROWS,
    TOO_MANY_ROWS_IN_ALL,
    TOO_MANY_LISTS,
    INDEX_TOO_LARGE,
    TOO_MANY_DEMANDS,
    TOO_MANY_ALTERNATIVES,
    TOO_DEEP,
    TOO_MANY_OVERLAPS,
    UNKNOWN_ZONE,
    CONFLICTING_PROFILES,
];
