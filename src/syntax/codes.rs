//! The codes of everything that can be wrong with a text before its names have a meaning.

use crate::diagnostic::Code;

/// Something else was expected here.
pub const UNEXPECTED: Code = Code { id: "L0101", name: "unexpected" };
/// A brace, bracket or parenthesis that is never closed.
pub const UNCLOSED: Code = Code { id: "L0102", name: "unclosed" };
/// A closing sign that closes nothing.
pub const UNOPENED: Code = Code { id: "L0103", name: "unopened" };
/// A string that does not end on its line.
pub const UNTERMINATED_STRING: Code = Code { id: "L0104", name: "unterminated-string" };
/// A backslash before a character that has no escape.
pub const UNKNOWN_ESCAPE: Code = Code { id: "L0105", name: "unknown-escape" };
/// A word that is nearly a keyword.
pub const MISSPELT: Code = Code { id: "L0106", name: "misspelt" };
/// An operator of another language.
pub const FOREIGN_OPERATOR: Code = Code { id: "L0107", name: "foreign-operator" };
/// A character that no file may hold outside strings and comments.
pub const FOREIGN_CHARACTER: Code = Code { id: "L0108", name: "foreign-character" };
/// A name that is not kebab-case.
pub const NAME_STYLE: Code = Code { id: "L0109", name: "name-style" };
/// A word of the language in the place of a name.
pub const RESERVED_WORD: Code = Code { id: "L0110", name: "reserved-word" };
/// A number, duration or time that no value can hold.
pub const OUT_OF_RANGE: Code = Code { id: "L0111", name: "out-of-range" };
/// A condition over a list without members.
pub const EMPTY_LIST: Code = Code { id: "L0112", name: "empty-list" };
/// A `///` comment or an annotation that stands before no item.
pub const STRAY_DOCUMENTATION: Code = Code { id: "L0113", name: "stray-documentation" };
/// More errors than are told one by one.
pub const MORE_ERRORS: Code = Code { id: "L0114", name: "more-errors" };

/// A file with too many bytes, words or items.
pub const FILE_TOO_LARGE: Code = Code { id: "L0401", name: "file-too-large" };
/// An item with too many words or lines.
pub const ITEM_TOO_LARGE: Code = Code { id: "L0402", name: "item-too-large" };
/// A list with too many members.
pub const LIST_TOO_LONG: Code = Code { id: "L0403", name: "list-too-long" };
/// Brackets or `not` nested too deep.
pub const NESTED_TOO_DEEP: Code = Code { id: "L0404", name: "nested-too-deep" };
/// A name with too many characters.
pub const NAME_TOO_LONG: Code = Code { id: "L0405", name: "name-too-long" };

/// Every code of this room, sorted.
pub const ALL: [Code; 19] = [
    UNEXPECTED,
    UNCLOSED,
    UNOPENED,
    UNTERMINATED_STRING,
    UNKNOWN_ESCAPE,
    MISSPELT,
    FOREIGN_OPERATOR,
    FOREIGN_CHARACTER,
    NAME_STYLE,
    RESERVED_WORD,
    OUT_OF_RANGE,
    EMPTY_LIST,
    STRAY_DOCUMENTATION,
    MORE_ERRORS,
    FILE_TOO_LARGE,
    ITEM_TOO_LARGE,
    LIST_TOO_LONG,
    NESTED_TOO_DEEP,
    NAME_TOO_LONG,
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
