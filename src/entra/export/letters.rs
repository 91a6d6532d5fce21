//! The author's own letters: what the meaning of a policy set folds away, and people read in the admin center.

use std::collections::BTreeMap;

use crate::source::Span;
use crate::syntax::ast::{
    self, Clause, Comparison, Condition, DurationUnit, File, Item, ItemKind, Literal, LiteralValue,
    ObjectKind, Operand,
};
use crate::value::{canonical_id, fold_case};

/// Everything that was written, by what it is looked up by.
#[derive(Debug, Default)]
pub(super) struct Letters<'a> {
    comparisons: BTreeMap<Span, &'a Comparison>,
    ids: BTreeMap<(ObjectKind, String), &'a str>,
    objects: BTreeMap<&'a str, &'a ast::Object>,
    policies: BTreeMap<&'a str, &'a ast::Policy>,
    networks: BTreeMap<&'a str, &'a ast::Network>,
    strengths: BTreeMap<&'a str, &'a ast::Strength>,
}

impl<'a> Letters<'a> {
    /// Reads every item.
    pub(super) fn of(files: &'a [File]) -> Letters<'a> {
        let mut letters = Letters::default();
        files.iter().flat_map(|file| &file.items).for_each(|item| letters.learn(item));
        letters
    }

    fn learn(&mut self, item: &'a Item) {
        match &item.kind {
            ItemKind::Policy(policy) => {
                self.policies.insert(&policy.name.node, policy);
                policy.clauses.iter().for_each(|clause| self.learn_clause(clause));
            }
            ItemKind::Let(named) => self.learn_condition(&named.condition),
            ItemKind::Object(object) => self.learn_object(object),
            ItemKind::Network(network) => drop(self.networks.insert(&network.name.node, network)),
            ItemKind::Strength(strength) => {
                self.strengths.insert(&strength.name.node, strength);
            }
            ItemKind::Archetype(_) | ItemKind::Attribute(_) => {}
            ItemKind::Assert(_) | ItemKind::Test(_) => {}
        }
    }

    fn learn_object(&mut self, object: &'a ast::Object) {
        self.objects.insert(&object.name.node, object);
        for id in &object.ids {
            self.ids.entry((object.kind.node, canonical_id(&id.node))).or_insert(&id.node);
        }
    }

    fn learn_clause(&mut self, clause: &'a Clause) {
        match clause {
            Clause::When(condition) | Clause::Unless(condition) => self.learn_condition(condition),
            Clause::Block(_) | Clause::Require(_) | Clause::Session(_) => {}
        }
    }

    /// The parser bounds how deep a condition is nested.
    fn learn_condition(&mut self, condition: &'a Condition) {
        match condition {
            Condition::And(parts) | Condition::Or(parts) => {
                parts.iter().for_each(|part| self.learn_condition(part));
            }
            Condition::Not(_, inner) => self.learn_condition(inner),
            Condition::Compare(comparison) => {
                self.comparisons.insert(comparison.span, comparison);
            }
            Condition::Always(_) | Condition::Never(_) | Condition::Bare(_) => {}
        }
    }

    /// An id as its object was declared with it.
    pub(super) fn id(&self, kind: ObjectKind, id: &str) -> String {
        let written = self.ids.get(&(kind, id.to_owned())).copied();
        written.map_or_else(|| id.to_owned(), |id| id.trim().to_owned())
    }

    fn literals(&self, span: Span) -> &'a [Literal] {
        match self.comparisons.get(&span).map(|comparison| &comparison.operand) {
            Some(Operand::One(literal)) => std::slice::from_ref(literal),
            Some(Operand::List(literals, _)) => literals,
            Some(Operand::Between(..)) | None => &[],
        }
    }

    /// A text of the comparison at that place, before it was folded.
    pub(super) fn text(&self, span: Span, folded: &str) -> String {
        let texts = self.literals(span).iter().filter_map(|literal| match &literal.value {
            LiteralValue::String(text) => Some(text),
            _ => None,
        });
        let mut same = texts.filter(|text| fold_case(text) == folded);
        same.next().map_or_else(|| folded.to_owned(), Clone::clone)
    }

    /// The words of the comparison at that place.
    pub(super) fn words(&self, span: Span) -> impl Iterator<Item = &'a str> {
        self.literals(span).iter().filter_map(|literal| match &literal.value {
            LiteralValue::Word(word) => Some(word.as_str()),
            _ => None,
        })
    }

    /// The strings of the comparison at that place, as ids.
    pub(super) fn strings(&self, span: Span) -> impl Iterator<Item = String> + '_ {
        self.literals(span).iter().filter_map(|literal| match &literal.value {
            LiteralValue::String(text) => Some(canonical_id(text)),
            _ => None,
        })
    }

    /// The attribute of the comparison at that place: `app.attribute.Set.Name`.
    pub(super) fn attribute(&self, span: Span) -> Option<&'a str> {
        self.comparisons.get(&span).map(|comparison| comparison.attribute.node.as_str())
    }

    /// The directory objects that a name stands for.
    pub(super) fn object(&self, name: &str) -> Option<&'a ast::Object> {
        self.objects.get(name).copied()
    }

    /// The lines of a network.
    pub(super) fn network(&self, name: &str) -> Option<&'a ast::Network> {
        self.networks.get(name).copied()
    }

    /// The lines of a strength.
    pub(super) fn strength(&self, name: &str) -> Option<&'a ast::Strength> {
        self.strengths.get(name).copied()
    }

    /// Where a policy says when it applies.
    pub(super) fn when(&self, policy: &str) -> Option<Span> {
        self.clause(policy, |clause| match clause {
            Clause::When(condition) => Some(condition.span()),
            Clause::Unless(_) | Clause::Block(_) | Clause::Require(_) | Clause::Session(_) => None,
        })
    }

    /// Where a policy says what it requires.
    pub(super) fn requirement(&self, policy: &str) -> Option<Span> {
        self.clause(policy, |clause| match clause {
            Clause::Require(grant) => Some(grant.span()),
            Clause::When(_) | Clause::Unless(_) | Clause::Block(_) | Clause::Session(_) => None,
        })
    }

    /// Where a policy sets the session control of these words.
    pub(super) fn control(&self, policy: &str, words: &str) -> Option<Span> {
        let first = words.split(' ').next().unwrap_or_default();
        self.clause(policy, |clause| match clause {
            Clause::Session(phrase) => {
                let word = phrase.parts.first().map(|part| &part.value);
                (word == Some(&LiteralValue::Word(first.to_owned()))).then_some(phrase.span)
            }
            Clause::When(_) | Clause::Unless(_) | Clause::Block(_) | Clause::Require(_) => None,
        })
    }

    fn clause(&self, policy: &str, place: impl Fn(&Clause) -> Option<Span>) -> Option<Span> {
        self.policies.get(policy)?.clauses.iter().find_map(place)
    }

    /// The unit in which a policy gives a sign-in frequency of so many seconds.
    pub(super) fn unit(&self, policy: &str, seconds: u64) -> Option<DurationUnit> {
        let clauses = self.policies.get(policy)?.clauses.iter();
        let parts = clauses.filter_map(|clause| match clause {
            Clause::Session(phrase) => Some(&phrase.parts),
            Clause::When(_) | Clause::Unless(_) | Clause::Block(_) | Clause::Require(_) => None,
        });
        let mut units = parts.flatten().filter_map(|part| match part.value {
            LiteralValue::Duration(written, unit) if written == seconds => Some(unit),
            _ => None,
        });
        units.next()
    }
}
