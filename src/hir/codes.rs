//! The codes of everything that can be wrong with what names and values mean.

use crate::diagnostic::Code;

macro_rules! codes {
    ($($(#[$doc:meta])* $constant:ident = $id:literal $name:literal;)*) => {
        $($(#[$doc])* pub const $constant: Code = Code { id: $id, name: $name };)*

        /// Every code of this room, sorted.
        pub const ALL: &[Code] = &[$($constant),*];
    };
}

codes! {
    /// Two items of one name.
    DUPLICATE_NAME = "L0201" "duplicate-name";
    /// An item called like a word of the language or of the prelude.
    RESERVED_NAME = "L0202" "reserved-name";
    /// A name that nothing declares.
    UNKNOWN_NAME = "L0203" "unknown-name";
    /// An attribute that is not in the table and that nothing declares.
    UNKNOWN_ATTRIBUTE = "L0204" "unknown-attribute";
    /// A name of something else than what belongs here.
    WRONG_KIND_OF_NAME = "L0205" "wrong-kind-of-name";
    /// A `let` that means itself.
    LET_CYCLE = "L0206" "let-cycle";
    /// An annotation that the language does not know.
    UNKNOWN_ANNOTATION = "L0207" "unknown-annotation";
    /// An annotation twice on one item.
    REPEATED_ANNOTATION = "L0208" "repeated-annotation";
    /// A grant that is not in the table.
    UNKNOWN_GRANT = "L0209" "unknown-grant";
    /// A session control that is not in the table.
    UNKNOWN_CONTROL = "L0210" "unknown-control";
    /// An authentication method that is not in the table.
    UNKNOWN_METHOD = "L0211" "unknown-method";
    /// A restriction that the method does not take.
    UNKNOWN_RESTRICTION = "L0212" "unknown-restriction";
    /// A time zone that the time zone database does not know.
    UNKNOWN_ZONE = "L0213" "unknown-zone";
    /// A country code that nobody was given.
    UNKNOWN_COUNTRY = "L0214" "unknown-country";
    /// A type that an own attribute cannot have.
    UNKNOWN_TYPE = "L0215" "unknown-type";
    /// A word that is no line of a network.
    UNKNOWN_NETWORK_LINE = "L0216" "unknown-network-line";
    /// A directory id whose kind nothing tells.
    ID_OF_UNKNOWN_KIND = "L0217" "id-of-unknown-kind";

    /// An operator that the attribute's kind does not take.
    WRONG_OPERATOR = "L0301" "wrong-operator";
    /// A value that the attribute cannot have.
    WRONG_VALUE = "L0302" "wrong-value";
    /// Something that is no condition by itself.
    NOT_A_CONDITION = "L0303" "not-a-condition";
    /// An attribute that no condition may name.
    NOT_IN_CONDITIONS = "L0304" "not-in-conditions";
    /// A time of day, weekday or date without a zone.
    MISSING_ZONE = "L0305" "missing-zone";
    /// A zone beside something that needs none.
    NEEDLESS_ZONE = "L0306" "needless-zone";
    /// Text that is no address.
    BAD_ADDRESS = "L0307" "bad-address";
    /// A prefix with bits set behind it.
    HOST_BITS = "L0308" "host-bits";
    /// A range whose ends do not belong together.
    BAD_RANGE = "L0309" "bad-range";
    /// A comparison that no value passes.
    NEVER_TRUE = "L0310" "never-true";
    /// A policy or assert that does not say when.
    MISSING_WHEN = "L0311" "missing-when";
    /// A clause twice.
    REPEATED_CLAUSE = "L0312" "repeated-clause";
    /// A policy that demands nothing.
    MISSING_EFFECT = "L0313" "missing-effect";
    /// Effects that exclude each other.
    CONFLICTING_EFFECTS = "L0314" "conflicting-effects";
    /// A grant without the name it needs, or with one it does not take.
    GRANT_ARGUMENT = "L0315" "grant-argument";
    /// A grant that needs another one beside it.
    INCOMPLETE_GRANT = "L0316" "incomplete-grant";
    /// A duration of nothing.
    EMPTY_DURATION = "L0317" "empty-duration";
    /// A session control with a value it cannot have.
    CONTROL_ARGUMENT = "L0318" "control-argument";
    /// A session control twice.
    REPEATED_CONTROL = "L0319" "repeated-control";
    /// An item with nothing in its braces.
    EMPTY_BODY = "L0320" "empty-body";
    /// A method twice in one combination.
    REPEATED_METHOD = "L0321" "repeated-method";
    /// An id that the directory cannot have.
    BAD_ID = "L0322" "bad-id";
    /// `emergency` on something that cannot be a break-glass account.
    NEEDLESS_EMERGENCY = "L0323" "needless-emergency";
    /// An annotation whose value is no date.
    BAD_ANNOTATION = "L0324" "bad-annotation";
    /// `trusted` where no network is.
    NOTHING_TRUSTED = "L0325" "nothing-trusted";
    /// A test or assert that expects nothing.
    MISSING_EXPECTATION = "L0326" "missing-expectation";
    /// Lines of a test, or of an archetype, that exclude each other.
    CONTRADICTION = "L0327" "contradiction";
    /// Something that one request cannot say.
    NOT_IN_REQUESTS = "L0328" "not-in-requests";
    /// An empty list.
    EMPTY_LIST = "L0329" "no-members";

    /// More policies than a set may have.
    TOO_MANY_POLICIES = "L0411" "too-many-policies";
    /// More own attributes than a set may have.
    TOO_MANY_ATTRIBUTES = "L0412" "too-many-attributes";
    /// Conditions that grow too large when their `let`s are put in place.
    EXPANDS_TOO_FAR = "L0413" "expands-too-far";
    /// A condition that is nested too deep when its `let`s are put in place.
    EXPANDS_TOO_DEEP = "L0414" "expands-too-deep";
    /// More errors than are told one by one.
    MORE_ERRORS = "L0415" "more-errors-of-meaning";
}

#[cfg(test)]
mod tests {
    use super::ALL;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_and_sorted() {
        assert!(ALL.windows(2).all(|pair| pair[0].id < pair[1].id));
        let names: BTreeSet<_> = ALL.iter().map(|code| code.name).collect();
        assert_eq!(names.len(), ALL.len());
    }

    #[test]
    fn no_code_is_the_parsers() {
        for code in crate::syntax::codes::ALL {
            assert!(
                ALL.iter().all(|own| own.id != code.id && own.name != code.name),
                "{}",
                code.id
            );
        }
    }
}
