//! The table of operators: spelling, and the kinds of attributes that take each.

use crate::schema::attribute::Kind;

/// What a comparison does; each is positive, a negated spelling is `not` around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[rustfmt::skip]
#[allow(missing_docs, reason = "each is documented by its row")]
pub enum Operator {
    In, Is, Less, LessOrEqual, Greater, GreaterOrEqual, StartsWith, EndsWith, Contains, Between,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Which operator.
    pub operator: Operator,
    /// How it is written.
    pub spelling: &'static str,
    /// How its negation is written, where it has a word of its own.
    pub negated: Option<&'static str>,
    /// Which kinds of attributes take it.
    pub takes: fn(Kind) -> bool,
    /// What it does.
    pub doc: &'static str,
}

use Operator as O;

/// Every operator; row `n` is the operator with discriminant `n`.
#[rustfmt::skip]
pub const OPERATORS: &[Row] = &[
    Row { operator: O::In, spelling: "in", negated: Some("not in"), takes: takes_in, doc: "One of a set: directory objects, networks, values in brackets." },
    Row { operator: O::Is, spelling: "is", negated: Some("is not"), takes: takes_is, doc: "Equal to one value." },
    Row { operator: O::Less, spelling: "<", negated: None, takes: is_ordered, doc: "Below." },
    Row { operator: O::LessOrEqual, spelling: "<=", negated: None, takes: is_ordered, doc: "Below or equal." },
    Row { operator: O::Greater, spelling: ">", negated: None, takes: is_ordered, doc: "Above." },
    Row { operator: O::GreaterOrEqual, spelling: ">=", negated: None, takes: is_ordered, doc: "Above or equal." },
    Row { operator: O::StartsWith, spelling: "starts with", negated: Some("not starts with"), takes: is_text, doc: "Begins with this text, whatever its case." },
    Row { operator: O::EndsWith, spelling: "ends with", negated: Some("not ends with"), takes: is_text, doc: "Ends with this text, whatever its case." },
    Row { operator: O::Contains, spelling: "contains", negated: Some("not contains"), takes: takes_contains, doc: "Has this text in it; for a set, has this whole member." },
    Row { operator: O::Between, spelling: "between", negated: Some("not between"), takes: takes_between, doc: "From the first value up to, but not including, the second; times of day may wrap past midnight. For numbers, durations, versions and dates the second is included." },
];

impl Operator {
    /// Its row.
    pub fn row(self) -> &'static Row {
        &OPERATORS[self as usize]
    }
}

fn takes_in(kind: Kind) -> bool {
    !matches!(kind, Kind::Boolean | Kind::Instant | Kind::Duration)
}

fn takes_is(kind: Kind) -> bool {
    match kind {
        Kind::Boolean | Kind::Members | Kind::Apps | Kind::Networks | Kind::Instant => false,
        Kind::Identifiers | Kind::TextSet | Kind::EnumerationSet(_) => false,
        Kind::Enumeration(_) | Kind::Ordered(_) | Kind::Identifier | Kind::Address => true,
        Kind::Country | Kind::Integer | Kind::Text | Kind::Version | Kind::Custom => true,
        Kind::Weekday | Kind::Date | Kind::Duration => true,
    }
}

fn is_ordered(kind: Kind) -> bool {
    matches!(kind, Kind::Ordered(_) | Kind::Version | Kind::Integer | Kind::Date | Kind::Duration)
}

fn is_text(kind: Kind) -> bool {
    matches!(kind, Kind::Text | Kind::Version | Kind::Custom)
}

fn takes_contains(kind: Kind) -> bool {
    is_text(kind) || matches!(kind, Kind::TextSet | Kind::EnumerationSet(_))
}

fn takes_between(kind: Kind) -> bool {
    matches!(kind, Kind::Instant | Kind::Date | Kind::Integer | Kind::Duration | Kind::Version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_their_numbers() {
        for (at, row) in OPERATORS.iter().enumerate() {
            assert_eq!(row.operator as usize, at, "{}", row.spelling);
        }
    }
}
