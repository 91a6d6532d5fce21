//! Equality of trees: what is said, not where it stands.

use super::ast::{
    AssertLine, Clause, Combination, Comparison, Condition, Expectation, GrantAtom, Item, Literal,
    Network, NetworkMember, Object, Operand, Phrase, Proof, TestExpectation, TestLine,
};

/// Compares two of a struct by the named parts; the places among the others do not count. A word that may stand
/// there or not is compared by whether it does.
macro_rules! equal_by {
    ($type:ident: $($part:ident)* $(; $word:ident)*) => {
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                true $(&& self.$part == other.$part)* $(&& self.$word.is_some() == other.$word.is_some())*
            }
        }
        impl Eq for $type {}
    };
}

equal_by!(Item: docs annotations kind);
equal_by!(Phrase: parts);
equal_by!(Comparison: attribute operator negated operand zone);
equal_by!(Literal: value);
equal_by!(GrantAtom: grant argument within);
equal_by!(Network: name body; trusted);
equal_by!(Object: kind name ids; emergency);
equal_by!(Combination: methods);
equal_by!(Proof: method ago);
equal_by!(TestExpectation: outcome by; as_if_enforced);

impl PartialEq for Clause {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Clause::When(a), Clause::When(b)) | (Clause::Unless(a), Clause::Unless(b)) => a == b,
            (Clause::Require(a), Clause::Require(b)) => a == b,
            (Clause::Session(a), Clause::Session(b)) => a == b,
            (Clause::Block(_), Clause::Block(_)) => true,
            _ => false,
        }
    }
}

impl Eq for Clause {}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Condition::And(a), Condition::And(b)) | (Condition::Or(a), Condition::Or(b)) => a == b,
            (Condition::Not(_, a), Condition::Not(_, b)) => a == b,
            (Condition::Bare(a), Condition::Bare(b)) => a == b,
            (Condition::Compare(a), Condition::Compare(b)) => a == b,
            (Condition::Always(_), Condition::Always(_))
            | (Condition::Never(_), Condition::Never(_)) => true,
            _ => false,
        }
    }
}

impl Eq for Condition {}

impl PartialEq for Operand {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Operand::One(a), Operand::One(b)) => a == b,
            (Operand::List(a, _), Operand::List(b, _)) => a == b,
            (Operand::Between(a, b), Operand::Between(c, d)) => (a, b) == (c, d),
            _ => false,
        }
    }
}

impl Eq for Operand {}

impl PartialEq for NetworkMember {
    fn eq(&self, other: &Self) -> bool {
        use NetworkMember::{Address, Country, Marker};
        match (self, other) {
            (Address(a), Address(b)) => a == b,
            (Country { codes: a, by_gps: c, .. }, Country { codes: b, by_gps: d, .. }) => {
                a == b && c.is_some() == d.is_some()
            }
            (Marker { word: a, argument: c }, Marker { word: b, argument: d }) => (a, c) == (b, d),
            _ => false,
        }
    }
}

impl Eq for NetworkMember {}

impl PartialEq for AssertLine {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (AssertLine::When(a), AssertLine::When(b)) => a == b,
            (AssertLine::Unless(a), AssertLine::Unless(b)) => a == b,
            (AssertLine::Proof(a), AssertLine::Proof(b)) => a == b,
            (AssertLine::Expect(a, _), AssertLine::Expect(b, _)) => a == b,
            _ => false,
        }
    }
}

impl Eq for AssertLine {}

impl PartialEq for Expectation {
    fn eq(&self, other: &Self) -> bool {
        use Expectation as E;
        match (self, other) {
            (E::And(a), E::And(b)) | (E::Or(a), E::Or(b)) => a == b,
            (E::Require(a), E::Require(b)) => a == b,
            (E::FrequencyAtMost(a), E::FrequencyAtMost(b)) => a == b,
            (E::Block(_), E::Block(_)) | (E::NotBlock(_), E::NotBlock(_)) => true,
            (E::Open(_), E::Open(_)) | (E::StepUp(_), E::StepUp(_)) => true,
            _ => false,
        }
    }
}

impl Eq for Expectation {}

impl PartialEq for TestLine {
    fn eq(&self, other: &Self) -> bool {
        use TestLine as L;
        match (self, other) {
            (
                L::Member { attribute: a, negated: b, members: c, .. },
                L::Member { attribute: d, negated: e, members: f, .. },
            ) => (a, b, c) == (d, e, f),
            (
                L::Value { attribute: a, operand: b, .. },
                L::Value { attribute: c, operand: d, .. },
            ) => (a, b) == (c, d),
            (L::Absent(a), L::Absent(b)) | (L::NotSupplied(a), L::NotSupplied(b)) => a == b,
            (L::Proof(a), L::Proof(b)) => a == b,
            (
                L::Claim { grant: a, argument: b, ago: c, .. },
                L::Claim { grant: d, argument: e, ago: f, .. },
            ) => (a, b, c) == (d, e, f),
            (L::Expect(a), L::Expect(b)) => a == b,
            (L::DeviceUnregistered(_), L::DeviceUnregistered(_)) => true,
            (L::AssumeRestAbsent(_), L::AssumeRestAbsent(_)) => true,
            _ => false,
        }
    }
}

impl Eq for TestLine {}
