//! The codes of everything that Cedar cannot be told.

use crate::diagnostic::Code;

/// A version with a number that Cedar's 64 bits with a sign do not hold.
pub const LARGE_NUMBER: Code = Code { id: "L0601", name: "number-too-large-for-cedar" };
/// A text with a line break, compared with a custom security attribute.
pub const LINE_BREAK: Code = Code { id: "L0602", name: "line-break-in-cedar-pattern" };
/// A test of part of a text, on a set of texts.
pub const PART_OF_SET: Code = Code { id: "L0603", name: "part-of-a-text-in-a-set" };
/// A policy that becomes larger than a limit.
pub const LARGE_POLICY: Code = Code { id: "L0604", name: "cedar-policy-too-large" };
/// All policies together become larger than a limit.
pub const LARGE_EXPORT: Code = Code { id: "L0605", name: "cedar-export-too-large" };

/// Every code of this room, sorted.
pub const ALL: [Code; 5] = [LARGE_NUMBER, LINE_BREAK, PART_OF_SET, LARGE_POLICY, LARGE_EXPORT];

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
