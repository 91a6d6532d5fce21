//! Policies that must not meet: two that can apply together and name different profiles.

use std::collections::{BTreeMap, BTreeSet};

use crate::compile::normalise::{KeyList, Literals, Row};
use crate::compile::space::{Class, SegmentName, Space, Subject, SubjectKeys};
use crate::compile::{Compiler, Normal, codes};
use crate::diagnostic::Diagnostic;
use crate::hir::Policy;
use crate::program::Looked;
use crate::schema::attribute::{Attribute, AttributeId};

/// How many pairs of rows are compared before two policies are taken to meet. The question is quadratic in the rows of
/// policies that name profiles; Entra allows a handful of those.
const MAX_PAIRS: usize = 1 << 22;

/// Controls that two policies must agree on.
type Profile = (&'static str, fn(&Policy) -> Option<&String>);

const PROFILES: [Profile; 2] = [
    ("global secure access profile", |policy| policy.session.global_secure_access_profile.as_ref()),
    ("network access policy", |policy| policy.session.network_access_policy.as_ref()),
];

/// Reports every pair of policies that can apply to one complete request and disagree.
pub(super) fn check(
    compiler: &mut Compiler<'_>,
    policies: &[Normal<'_>],
    space: &Space,
    literals: &Literals,
) {
    let mut judge = Judge { dimensions: dimensions(space), literals, pairs: 0 };
    for (control, profile) in PROFILES {
        let naming: Vec<&Normal<'_>> =
            policies.iter().filter(|it| profile(it.policy).is_some()).collect();
        for (at, first) in naming.iter().enumerate() {
            for second in naming.iter().skip(at + 1) {
                if profile(first.policy) != profile(second.policy) && judge.meet(first, second) {
                    compiler.diagnostics.push(conflict(control, first.policy, second.policy));
                }
            }
        }
    }
}

fn conflict(control: &str, first: &Policy, second: &Policy) -> Diagnostic {
    let (one, other) = (&first.name, &second.name);
    Diagnostic::error(
        codes::CONFLICTING_PROFILES,
        second.span,
        format!("`{one}` and `{other}` can apply to one sign-in and name different profiles"),
    )
    .here(format!("another {control} here"))
    .label(first.span, format!("one {control} here"))
    .note("of most controls the strictest wins; of two profiles neither is stricter")
    .help("let one policy exclude what the other is for, or name the same profile in both")
}

/// What is known of the keys of a dimension that is looked at once. Apps and contexts have none of it: a request for
/// two of them can match two rows that no single one matches.
#[derive(Debug, Default)]
struct Keys {
    /// Keys of which a request has at most one, by segment.
    exclusive: Vec<BTreeSet<u32>>,
    /// Keys that no complete request has.
    silent: BTreeSet<u32>,
}

fn dimensions(space: &Space) -> BTreeMap<u32, Keys> {
    let once = |subject: &Subject| matches!(subject.looked, Looked::Once | Looked::AtTheClock);
    let looked_once = space.subjects.iter().filter(|(subject, _)| once(subject));
    looked_once.map(|(_, keys)| (keys.number, known(keys))).collect()
}

fn known(keys: &SubjectKeys) -> Keys {
    let exclusive = keys.segments.iter().filter(|(name, _)| has_one_value(name));
    Keys {
        exclusive: exclusive.map(|(_, it)| it.values.values().copied().collect()).collect(),
        silent: keys.segments.values().filter_map(|segment| segment.silent).collect(),
    }
}

/// Whether the input is one id or one country, so that two keys of it exclude each other.
fn has_one_value(name: &SegmentName) -> bool {
    match name.class {
        Class::Countries => true,
        Class::Ids => matches!(
            name.input,
            AttributeId::BuiltIn(
                Attribute::UserId
                    | Attribute::UserTenant
                    | Attribute::ServicePrincipalId
                    | Attribute::AgentId
            )
        ),
        Class::Words | Class::Names | Class::Addresses | Class::Values(_) => false,
        Class::AppIds | Class::AgentResource | Class::AnyApp | Class::AppValues(_) => false,
    }
}

struct Judge<'a> {
    dimensions: BTreeMap<u32, Keys>,
    literals: &'a Literals,
    pairs: usize,
}

impl Judge<'_> {
    fn meet(&mut self, first: &Normal<'_>, second: &Normal<'_>) -> bool {
        for one in &first.rows {
            for other in &second.rows {
                self.pairs += 1;
                if self.pairs > MAX_PAIRS || !self.exclude(one, other) {
                    return true;
                }
            }
        }
        false
    }

    /// Whether no request with every attribute known or absent can match both rows.
    fn exclude(&self, one: &Row, other: &Row) -> bool {
        let states = |row: &Row| -> BTreeMap<u32, u64> { row.states.iter().copied().collect() };
        let (states_of_one, states_of_other) = (states(one), states(other));
        let never = |row: &BTreeMap<u32, u64>| row.values().any(|mask| *mask == 0);
        let apart = states_of_one
            .iter()
            .any(|(at, mask)| states_of_other.get(at).is_some_and(|it| it & mask == 0));
        apart
            || never(&states_of_one)
            || never(&states_of_other)
            || self.excluded(one, other)
            || self.excluded(other, one)
            || self.have_no_key_in_common(one, other)
    }

    /// Whether one row wants nothing of a dimension but what the other does not want.
    fn excluded(&self, one: &Row, other: &Row) -> bool {
        pairs(self.literals, &one.wanted, &other.unwanted).any(|(wanted, unwanted)| {
            self.dimensions.contains_key(&wanted.dimension)
                && wanted.keys.iter().all(|key| unwanted.keys.binary_search(key).is_ok())
        })
    }

    /// Whether both rows want ids of one input that has one value, and none in common.
    fn have_no_key_in_common(&self, one: &Row, other: &Row) -> bool {
        pairs(self.literals, &one.wanted, &other.wanted).any(|(first, second)| {
            let known = self.dimensions.get(&first.dimension);
            known.is_some_and(|known| known.apart(&first.keys, &second.keys))
        })
    }
}

/// Lists of one dimension, one from each side.
fn pairs<'a>(
    literals: &'a Literals,
    first: &'a [u32],
    second: &'a [u32],
) -> impl Iterator<Item = (&'a KeyList, &'a KeyList)> {
    let all = first.iter().flat_map(move |one| {
        second.iter().map(move |other| (literals.get(*one), literals.get(*other)))
    });
    all.filter(|(one, other)| one.dimension == other.dimension)
}

impl Keys {
    fn apart(&self, first: &[u32], second: &[u32]) -> bool {
        let spoken = |keys: &[u32]| -> BTreeSet<u32> {
            keys.iter().filter(|key| !self.silent.contains(key)).copied().collect()
        };
        let (first, second) = (spoken(first), spoken(second));
        let exclude = |set: &BTreeSet<u32>| first.is_subset(set) && second.is_subset(set);
        first.is_disjoint(&second) && self.exclusive.iter().any(exclude)
    }
}
