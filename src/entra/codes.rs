//! The codes of everything an export can hold that cannot become policies.

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

/// Every code of this room, sorted.
pub const ALL: [Code; 9] = [
    UNREADABLE,
    UNKNOWN_FIELD,
    UNKNOWN_VALUE,
    WRONG_SHAPE,
    MISSING_FIELD,
    CONTRADICTION,
    NOT_EXPRESSIBLE,
    BAD_RULE,
    TOO_LARGE,
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
