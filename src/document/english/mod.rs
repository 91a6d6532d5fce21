//! Conditions, grants and session controls as an English sentence says them.
//!
//! A condition becomes a tree of [`Shown`] lines. `not` moves inward, which is exact in three values; a test becomes a
//! [`Leaf`] that knows how it stands in a sentence: "for members of `finance`", "when asking for `payroll`", "with a
//! browser". What has no English of its own is told in the words of the language.

mod effect;
mod nouns;
mod part;
mod test;

pub(super) use effect::session;
pub(super) use nouns::{called, object};
pub(super) use part::Part;

use std::collections::BTreeMap;

use crate::document::phrase::Phrase;
use crate::hir::{Condition, ConditionKind, Let, PolicySet};
use crate::interpret::explain::words::Words;
use crate::page::anchor;
use crate::source::Span;

/// How many names a sentence lists before it only counts them; tables list them all.
const MAX_LISTED: usize = 6;

/// The longest meaning of a named condition that is told beside the name, in characters: a line of a card.
const MAX_ASIDE: usize = 90;

/// The most leaves of a condition that becomes one sentence; larger ones become lists.
const MAX_LEAVES: usize = 6;

/// The sentences of one policy set.
pub(super) struct English<'a> {
    pub(super) set: &'a PolicySet,
    words: Words<'a>,
    lets: BTreeMap<Span, Vec<&'a Let>>,
    /// Whether long lists of names are told whole, and named conditions with what they mean.
    whole: bool,
}

/// How a test stands in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    /// Somebody: "everyone", "for everyone".
    Somebody,
    /// Somebody, of whom there may be several.
    Several,
    /// What they do: "asking for payroll", "when asking for payroll".
    Doing,
    /// How: "with a browser".
    Adverb,
}

/// One test as a part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaf {
    pub(super) grammar: Grammar,
    pub(super) phrase: Phrase,
}

/// A condition, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shown {
    Leaf(Leaf),
    All(Vec<Shown>),
    Any(Vec<Shown>),
}

impl Leaf {
    /// As one of several: "for everyone", "when asking for payroll", "with a browser".
    pub(super) fn among(&self) -> Phrase {
        let lead = match self.grammar {
            Grammar::Somebody | Grammar::Several => "for ",
            Grammar::Doing => "when ",
            Grammar::Adverb => "",
        };
        Phrase::from(lead).then(self.phrase.clone())
    }
}

impl Shown {
    fn leaves(&self) -> usize {
        match self {
            Shown::Leaf(_) => 1,
            Shown::All(parts) | Shown::Any(parts) => parts.iter().map(Shown::leaves).sum(),
        }
    }

    /// In one phrase, where that can be read: one word joins all of it, or `or` joins a few short `and`s.
    pub(super) fn phrase(&self) -> Option<Phrase> {
        if self.leaves() > MAX_LEAVES {
            return None;
        }
        match self {
            Shown::Leaf(leaf) => Some(leaf.among()),
            Shown::All(parts) => Some(Phrase::list(leaves(parts)?, "and")),
            Shown::Any(parts) => match leaves(parts) {
                Some(leaves) => Some(Phrase::list(leaves, "or")),
                None => {
                    let parts: Option<Vec<_>> = parts.iter().map(Shown::flat).collect();
                    Some(Phrase::joined(parts?, ", or "))
                }
            },
        }
    }

    /// Things to do, without `when`, where it is nothing else.
    pub(super) fn doing(&self) -> Option<Phrase> {
        let each = |parts: &[Shown]| parts.iter().map(Shown::doing).collect::<Option<Vec<_>>>();
        match self {
            Shown::Leaf(Leaf { grammar: Grammar::Doing, phrase }) => Some(phrase.clone()),
            Shown::Any(parts) if self.leaves() <= MAX_LEAVES => {
                Some(Phrase::from("either ").then(Phrase::list(each(parts)?, "or")))
            }
            Shown::Leaf(_) | Shown::All(_) | Shown::Any(_) => None,
        }
    }

    /// A leaf, or leaves that belong together.
    fn flat(&self) -> Option<Phrase> {
        match self {
            Shown::Leaf(leaf) => Some(leaf.among()),
            Shown::All(parts) => Some(Phrase::joined(leaves(parts)?, " ")),
            Shown::Any(_) => None,
        }
    }
}

fn leaves(parts: &[Shown]) -> Option<Vec<Phrase>> {
    let leaf = |part: &Shown| match part {
        Shown::Leaf(leaf) => Some(leaf.among()),
        Shown::All(_) | Shown::Any(_) => None,
    };
    parts.iter().map(leaf).collect()
}

impl<'a> English<'a> {
    pub(super) fn new(set: &'a PolicySet) -> English<'a> {
        let mut lets: BTreeMap<Span, Vec<&Let>> = BTreeMap::new();
        for named in &set.lets {
            lets.entry(named.condition.span).or_default().push(named);
        }
        English { set, words: Words::new(set), lets, whole: true }
    }

    /// The same, counting names where they are many.
    pub(super) fn brief(set: &'a PolicySet) -> English<'a> {
        English { whole: false, ..English::new(set) }
    }

    /// The `let` that this condition is a copy of.
    pub(super) fn named(&self, condition: &Condition) -> Option<&'a Let> {
        let known = self.lets.get(&condition.span)?;
        known.iter().find(|named| named.condition == *condition).copied()
    }

    /// A condition, or what it is when it does not hold.
    pub(super) fn shown(&self, condition: &Condition, holds: bool) -> Shown {
        match self.named(condition) {
            Some(named) => Shown::Leaf(self.by_name(named, holds)),
            None => self.spelled(condition, holds),
        }
    }

    /// The same, without its own name.
    pub(super) fn spelled(&self, condition: &Condition, holds: bool) -> Shown {
        let each = |parts: &[Condition]| parts.iter().map(|it| self.shown(it, holds)).collect();
        match (&condition.kind, holds) {
            (ConditionKind::Always, true) | (ConditionKind::Never, false) => adverb("always"),
            (ConditionKind::Never, true) | (ConditionKind::Always, false) => adverb("never"),
            (ConditionKind::Not(inner), holds) => self.shown(inner, !holds),
            (ConditionKind::All(parts), true) | (ConditionKind::Any(parts), false) => {
                all(each(parts))
            }
            (ConditionKind::Any(parts), true) | (ConditionKind::All(parts), false) => {
                any(each(parts))
            }
            (ConditionKind::Test(probe), holds) => Shown::Leaf(self.test(probe, holds)),
        }
    }

    fn by_name(&self, named: &Let, holds: bool) -> Leaf {
        let name = Phrase::link(&named.name, anchor("let", &named.name));
        if Part::of(&named.condition) == Some(Part::Who) {
            let lead = if holds { "whoever is " } else { "whoever is not " };
            let phrase = Phrase::from(lead).then(name);
            return Leaf { grammar: Grammar::Somebody, phrase };
        }
        if let Shown::Leaf(leaf) = self.spelled(&named.condition, holds) {
            return self.beside(leaf, name);
        }
        let phrase = match holds {
            true => Phrase::from("where ").then(name).then(" holds"),
            false => Phrase::from("where ").then(name).then(" does not hold"),
        };
        let aside = self.spelled(&named.condition, holds).phrase();
        let aside = aside.filter(|it| self.whole && it.plain().chars().count() <= MAX_ASIDE);
        let phrase = match aside {
            Some(aside) => phrase.then(" (").then(aside).then(")"),
            None => phrase,
        };
        Leaf { grammar: Grammar::Adverb, phrase }
    }

    /// What a name stands for, where that is one test: the test says more than the name.
    fn beside(&self, leaf: Leaf, name: Phrase) -> Leaf {
        if !self.whole {
            return leaf;
        }
        Leaf { phrase: leaf.phrase.then(" (").then(name).then(")"), ..leaf }
    }
}

fn adverb(words: &str) -> Shown {
    Shown::Leaf(Leaf { grammar: Grammar::Adverb, phrase: words.into() })
}

fn all(parts: Vec<Shown>) -> Shown {
    let splice = |part| match part {
        Shown::All(inner) => inner,
        other => vec![other],
    };
    one_or(parts.into_iter().flat_map(splice).collect(), Shown::All)
}

fn any(parts: Vec<Shown>) -> Shown {
    let splice = |part| match part {
        Shown::Any(inner) => inner,
        other => vec![other],
    };
    one_or(parts.into_iter().flat_map(splice).collect(), Shown::Any)
}

fn one_or(mut parts: Vec<Shown>, several: fn(Vec<Shown>) -> Shown) -> Shown {
    if parts.len() == 1 { parts.remove(0) } else { several(parts) }
}
