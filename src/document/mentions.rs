//! Which names a policy uses: directly, and through named conditions.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::card::{Line, condition};
use crate::document::english::{English, object};
use crate::document::phrase::{Phrase, Piece};
use crate::hir::{Condition, Effect, Grant, Policy, PolicySet, Predicate, StrengthId};
use crate::page::anchor;
use crate::schema::grant::GrantWord;
use crate::syntax::ast::ObjectKind;

/// The anchors of everything that policies, asserts and named conditions use, with the names of the policies that do.
pub(super) struct Mentions(BTreeMap<String, BTreeSet<String>>);

impl Mentions {
    pub(super) fn of(set: &PolicySet) -> Mentions {
        let english = English::new(set);
        let lets: BTreeMap<String, BTreeSet<String>> = set
            .lets
            .iter()
            .map(|named| (anchor("let", &named.name), used(&english, &named.condition)))
            .collect();
        let mut mentions = Mentions(BTreeMap::new());
        for policy in &set.policies {
            let mut anchors = used(&english, &policy.condition);
            anchors.extend(demanded(set, policy));
            mentions.add(closed(anchors, &lets), Some(&policy.name));
        }
        for assert in &set.asserts {
            mentions.add(closed(used(&english, &assert.condition), &lets), None);
        }
        for anchors in lets.values() {
            mentions.add(closed(anchors.clone(), &lets), None);
        }
        for archetype in &set.archetypes {
            let people = archetype.memberships.values().map(|it| english.people(it).phrase);
            mentions.add(people.flat_map(|it| anchors(&it)).collect(), None);
        }
        mentions
    }

    fn add(&mut self, anchors: BTreeSet<String>, policy: Option<&str>) {
        for anchor in anchors {
            self.0.entry(anchor).or_default().extend(policy.map(str::to_owned));
        }
    }

    /// Whether anything uses it.
    pub(super) fn knows(&self, anchor: &str) -> bool {
        self.0.contains_key(anchor)
    }

    /// The policies that use it, by name.
    pub(super) fn policies(&self, anchor: &str) -> Vec<String> {
        self.0.get(anchor).into_iter().flatten().cloned().collect()
    }
}

/// The anchors of what a condition names, its own named parts included.
fn used(english: &English<'_>, of: &Condition) -> BTreeSet<String> {
    let mut all = networks(english.set, of);
    collect(&condition(english, of), &mut all);
    if let Some(named) = english.named(of) {
        all.insert(anchor("let", &named.name));
    }
    all
}

/// The networks that a condition tests, `trusted` spelled out.
fn networks(set: &PolicySet, of: &Condition) -> BTreeSet<String> {
    let tested = of.probes().into_iter().filter_map(|probe| match &probe.predicate {
        Predicate::Networks(networks) => Some(networks.iter()),
        _ => None,
    });
    let named = tested.flatten().map(|id| set.network(*id)).filter(|it| !it.anonymous);
    named.map(|it| anchor("network", &it.name)).collect()
}

fn collect(line: &Line, all: &mut BTreeSet<String>) {
    match line {
        Line::One(phrase) => all.extend(anchors(phrase)),
        Line::All(lines) | Line::Any(lines) => lines.iter().for_each(|line| collect(line, all)),
    }
}

fn anchors(phrase: &Phrase) -> Vec<String> {
    let anchor = |piece: &Piece| match piece {
        Piece::Name(_, anchor) => anchor.clone(),
        Piece::Words(_) => None,
    };
    phrase.0.iter().filter_map(anchor).collect()
}

/// The anchors of strengths, terms and custom controls that a policy demands.
fn demanded(set: &PolicySet, policy: &Policy) -> Vec<String> {
    let Effect::Require(grant) = &policy.effect else { return Vec::new() };
    of_grant(set, grant)
}

fn of_grant(set: &PolicySet, grant: &Grant) -> Vec<String> {
    let strength = |id: StrengthId| anchor("strength", &set.strength(id).name);
    let requirements = grant.requirements().into_iter();
    requirements
        .flat_map(|it| {
            let kind = match it.grant {
                GrantWord::Terms => Some(ObjectKind::Terms),
                GrantWord::CustomControl => Some(ObjectKind::CustomControl),
                _ => None,
            };
            let named = kind.zip(it.object.as_ref()).map(|(kind, it)| object(kind, &it.name));
            let named = named.iter().flat_map(anchors).collect::<Vec<_>>();
            it.strength.map(strength).into_iter().chain(named)
        })
        .collect()
}

/// With everything that named conditions stand for.
fn closed(
    mut anchors: BTreeSet<String>,
    lets: &BTreeMap<String, BTreeSet<String>>,
) -> BTreeSet<String> {
    let mut open: Vec<String> = anchors.iter().cloned().collect();
    while let Some(next) = open.pop() {
        for more in lets.get(&next).into_iter().flatten() {
            if anchors.insert(more.clone()) {
                open.push(more.clone());
            }
        }
    }
    anchors
}
