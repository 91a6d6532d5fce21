//! The codes of everything a tenant's export can hold that cannot become policies, and of everything policies can say
//! that Entra cannot.

use crate::diagnostic::Code;

/// A file that cannot be read: its encoding or its JSON is broken.
pub const UNREADABLE: Code = Code { id: "L0501", name: "unreadable-file" };
/// A field that is not known and says something.
pub const UNKNOWN_FIELD: Code = Code { id: "L0502", name: "unknown-field" };
/// A value that its field cannot have.
pub const UNKNOWN_VALUE: Code = Code { id: "L0503", name: "unknown-value" };
/// A value of another shape than its field has.
pub const WRONG_SHAPE: Code = Code { id: "L0504", name: "wrong-shape" };
/// A field that must be there and is not.
pub const MISSING_FIELD: Code = Code { id: "L0505", name: "missing-field" };
/// Fields that contradict each other, or whose combination has no documented meaning.
pub const CONTRADICTION: Code = Code { id: "L0506", name: "contradictory-fields" };
/// A meaning for which the language has no words.
pub const NOT_EXPRESSIBLE: Code = Code { id: "L0507", name: "not-expressible" };
/// A filter rule that cannot be read.
pub const BAD_RULE: Code = Code { id: "L0508", name: "bad-filter-rule" };
/// More than a limit allows.
pub const TOO_LARGE: Code = Code { id: "L0509", name: "export-too-large" };

/// An attribute, a comparison or a value for which Entra has no word.
pub const NOT_IN_ENTRA: Code = Code { id: "L0520", name: "not-in-entra" };
/// An exception where Entra only lists what is meant.
pub const NO_EXCEPTIONS: Code = Code { id: "L0521", name: "no-exceptions" };
/// Two demands on one condition, of which Entra takes either, not both.
pub const BOTH_AT_ONCE: Code = Code { id: "L0522", name: "both-at-once" };
/// A policy that does not say whom it is about.
pub const NO_PRINCIPAL: Code = Code { id: "L0523", name: "no-principal" };
/// A policy that does not say what it is about.
pub const NO_TARGET: Code = Code { id: "L0524", name: "no-target" };
/// A grant that Entra cannot demand.
pub const GRANT_NOT_IN_ENTRA: Code = Code { id: "L0525", name: "grant-not-in-entra" };
/// A session control that Entra does not have.
pub const CONTROL_NOT_IN_ENTRA: Code = Code { id: "L0526", name: "control-not-in-entra" };
/// What Entra has, in a combination that it refuses.
pub const REFUSED_BY_ENTRA: Code = Code { id: "L0527", name: "refused-by-entra" };
/// More than Entra takes, or than an export writes.
pub const OVER_A_LIMIT: Code = Code { id: "L0528", name: "over-a-limit-of-entra" };
/// A network or a strength that Entra cannot describe.
pub const OBJECT_NOT_IN_ENTRA: Code = Code { id: "L0529", name: "object-not-in-entra" };

/// Every code of this room, sorted.
pub const ALL: [Code; 19] = [
    UNREADABLE,
    UNKNOWN_FIELD,
    UNKNOWN_VALUE,
    WRONG_SHAPE,
    MISSING_FIELD,
    CONTRADICTION,
    NOT_EXPRESSIBLE,
    BAD_RULE,
    TOO_LARGE,
    NOT_IN_ENTRA,
    NO_EXCEPTIONS,
    BOTH_AT_ONCE,
    NO_PRINCIPAL,
    NO_TARGET,
    GRANT_NOT_IN_ENTRA,
    CONTROL_NOT_IN_ENTRA,
    REFUSED_BY_ENTRA,
    OVER_A_LIMIT,
    OBJECT_NOT_IN_ENTRA,
];

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn codes_are_unique_and_sorted() {
        assert!(ALL.windows(2).all(|pair| pair[0].id < pair[1].id));
        let names: std::collections::BTreeSet<_> = ALL.iter().map(|code| code.name).collect();
        assert_eq!(names.len(), ALL.len());
    }
}
