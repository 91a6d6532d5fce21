//! What the lines of a test say about its request, collected until all are read.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::codes;
use crate::request::{App, Claim, Ids, Proof, Request, RequestError, Value};
use crate::schema::attribute::Attribute;
use crate::source::Span;
use crate::syntax::ast::Name;
use crate::value::Slot;

/// `SET.NAME`, folded, to texts.
type Custom = BTreeMap<String, BTreeSet<String>>;

/// What is said of a set of ids.
#[derive(Debug, Default)]
pub(super) struct Listed {
    inside: BTreeSet<String>,
    outside: BTreeSet<String>,
    /// All of it, where it was given whole.
    pub(super) whole: Option<BTreeSet<String>>,
}

/// Everything said so far.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Where each attribute was last spoken of, by its name.
    pub(super) places: BTreeMap<String, Span>,
    /// Sets of ids.
    pub(super) lists: BTreeMap<Attribute, Listed>,
    /// The ids of the apps asked for.
    pub(super) apps: BTreeSet<String>,
    /// Whether they are resources of agents.
    pub(super) agent_resource: Slot<bool>,
    /// Custom security attributes, by whose they are.
    pub(super) custom: BTreeMap<Attribute, Slot<Custom>>,
    /// Authentication methods.
    pub(super) proofs: Vec<Proof>,
    /// Everything else that was shown or done.
    pub(super) claims: Vec<Claim>,
    /// `assume rest absent`
    pub(super) rest_absent: bool,
    slots: BTreeMap<Attribute, Slot<Value>>,
    own: BTreeMap<String, Slot<Value>>,
}

impl Listed {
    /// These are in, or not in.
    pub(super) fn add(&mut self, negated: bool, ids: impl IntoIterator<Item = String>) {
        let set = if negated { &mut self.outside } else { &mut self.inside };
        set.extend(ids);
    }

    /// Whether its parts exclude each other.
    fn is_contradictory(&self) -> bool {
        match &self.whole {
            Some(whole) => !self.inside.is_subset(whole) || !self.outside.is_disjoint(whole),
            None => !self.inside.is_disjoint(&self.outside),
        }
    }

    fn ids(self) -> Ids {
        match self.whole {
            Some(whole) => Ids { inside: whole, outside: BTreeSet::new(), complete: true },
            None => Ids { inside: self.inside, outside: self.outside, complete: false },
        }
    }
}

impl Facts {
    /// An attribute is in this state; answers whether something else was said of it before.
    fn give(&mut self, attribute: Attribute, slot: Slot<Value>) -> bool {
        let other = self.slots.get(&attribute).is_some_and(|old| *old != slot);
        if other || self.is_listed(attribute) {
            return false;
        }
        self.slots.insert(attribute, slot);
        true
    }

    /// Whether an attribute was spoken of by its members.
    fn is_listed(&self, attribute: Attribute) -> bool {
        let app = attribute == Attribute::App && !self.apps.is_empty();
        app || self.lists.contains_key(&attribute) || self.custom.contains_key(&attribute)
    }

    /// The request; what was said to be not supplied stays so, whatever becomes of the rest. The rest are the
    /// attributes of the table and the own ones.
    pub(super) fn build(mut self, own_attributes: &[&str]) -> Result<Request, RequestError> {
        self.settle_apps();
        self.settle_custom();
        let lists = std::mem::take(&mut self.lists).into_iter();
        self.slots.extend(lists.map(|(it, listed)| (it, Slot::Known(Value::Ids(listed.ids())))));
        let mut builder = Request::builder();
        for (attribute, slot) in &self.slots {
            builder = builder.slot(*attribute, slot.clone());
        }
        for name in own_attributes.iter().filter(|_| self.rest_absent) {
            builder = builder.own(*name, Slot::Absent);
        }
        for (name, slot) in self.own {
            builder = builder.own(name, slot);
        }
        builder = self.proofs.into_iter().fold(builder, |builder, proof| builder.proof(proof));
        builder = self.claims.into_iter().fold(builder, |builder, claim| builder.claim(claim));
        if self.rest_absent {
            builder = builder.rest_absent();
            let unsaid = self.slots.iter().filter(|(_, slot)| slot.is_not_supplied());
            for (attribute, _) in unsaid {
                builder = builder.slot(*attribute, Slot::NotSupplied);
            }
        }
        builder.build()
    }

    /// Every app that is asked for has the attributes that were given.
    fn settle_apps(&mut self) {
        let said = self.custom.contains_key(&Attribute::AppAttribute);
        let attributes = self.custom.remove(&Attribute::AppAttribute).unwrap_or_default();
        let attributes = rest(attributes, said, self.rest_absent);
        let resource = rest(std::mem::take(&mut self.agent_resource), false, self.rest_absent);
        let apps: Vec<App> = std::mem::take(&mut self.apps)
            .into_iter()
            .map(|id| App { id, agent_resource: resource.clone(), attributes: attributes.clone() })
            .collect();
        if !apps.is_empty() {
            self.slots.insert(Attribute::App, Slot::Known(Value::Apps(apps)));
        }
    }

    fn settle_custom(&mut self) {
        for (attribute, slot) in std::mem::take(&mut self.custom) {
            let slot = match slot {
                Slot::Known(custom) => Slot::Known(Value::Custom(custom)),
                Slot::Absent => Slot::Absent,
                Slot::NotSupplied => Slot::NotSupplied,
            };
            self.slots.insert(attribute, slot);
        }
    }
}

/// What nobody spoke of is absent, if the rest is.
fn rest<T>(slot: Slot<T>, said: bool, rest_absent: bool) -> Slot<T> {
    match slot {
        Slot::NotSupplied if rest_absent && !said => Slot::Absent,
        slot => slot,
    }
}

impl Checker<'_, '_> {
    /// Remembers that an attribute was spoken of; twice is once too often.
    pub(super) fn say(&mut self, facts: &mut Facts, name: &Name) -> Option<()> {
        match facts.places.insert(name.node.clone(), name.span) {
            None => Some(()),
            Some(first) => self.given_twice(&name.node, name.span, Some(first)),
        }
    }

    /// Takes in the state of an attribute, unless it contradicts what was said.
    pub(super) fn give(
        &mut self,
        facts: &mut Facts,
        attribute: Attribute,
        slot: Slot<Value>,
        span: Span,
    ) -> Option<()> {
        if facts.give(attribute, slot) {
            facts.places.entry(attribute.name().to_owned()).or_insert(span);
            return Some(());
        }
        let first = facts.places.get(attribute.name()).copied();
        self.given_twice(attribute.name(), span, first)
    }

    /// Takes in the state of an own attribute.
    pub(super) fn give_own(&mut self, facts: &mut Facts, name: &str, slot: Slot<Value>) {
        facts.own.insert(name.to_owned(), slot);
    }

    /// The list of ids that an attribute has, unless another state was given.
    pub(super) fn list<'f>(
        &mut self,
        facts: &'f mut Facts,
        attribute: Attribute,
        span: Span,
    ) -> Option<&'f mut Listed> {
        if facts.slots.contains_key(&attribute) {
            let first = facts.places.get(attribute.name()).copied();
            return self.given_twice(attribute.name(), span, first);
        }
        facts.places.insert(attribute.name().to_owned(), span);
        Some(facts.lists.entry(attribute).or_default())
    }

    /// Whether the apps may be spoken of: nobody said that there are none.
    pub(super) fn check_apps(&mut self, facts: &Facts, span: Span) -> Option<()> {
        let stated = facts.slots.contains_key(&Attribute::App);
        let first = facts.places.get(Attribute::App.name()).copied().filter(|_| stated);
        if stated { self.given_twice(Attribute::App.name(), span, first) } else { Some(()) }
    }

    fn given_twice<T>(&mut self, name: &str, span: Span, first: Option<Span>) -> Option<T> {
        let message = format!("`{name}` is given twice");
        let diagnostic = Diagnostic::error(codes::CONTRADICTION, span, message)
            .note("a sign-in has one state of each attribute")
            .help("keep one of them");
        self.report.refuse(match first {
            Some(first) => diagnostic.label(first, "first here"),
            None => diagnostic,
        })
    }

    /// Refuses what lines say only together.
    pub(super) fn check_facts(&mut self, facts: &Facts) -> Option<()> {
        self.check_lists(facts)?;
        let resource = facts.agent_resource != Slot::NotSupplied;
        let of_apps = resource || facts.custom.contains_key(&Attribute::AppAttribute);
        if of_apps && facts.apps.is_empty() {
            let prefix = Attribute::App.name();
            let place = facts.places.iter().find(|(name, _)| name.starts_with(prefix));
            let (_, span) = place?;
            return self.report.refuse(
                Diagnostic::error(
                    codes::NOT_IN_REQUESTS,
                    *span,
                    "no app is asked for that this is said of",
                )
                .help("add the app: `app NAME`"),
            );
        }
        Some(())
    }

    /// Refuses memberships that are both given and excluded.
    fn check_lists(&mut self, facts: &Facts) -> Option<()> {
        let contradictory = facts.lists.iter().find(|(_, listed)| listed.is_contradictory());
        let Some((attribute, listed)) = contradictory else { return Some(()) };
        let name = attribute.name();
        let place = facts.places.get(name).copied()?;
        let message = match listed.whole {
            Some(_) => format!("`{name}` is given whole, and otherwise too"),
            None => format!("one of `{name}` is both in and not in"),
        };
        self.report.refuse(
            Diagnostic::error(codes::CONTRADICTION, place, message)
                .note("no sign-in can be like this")
                .help("keep one of the lines"),
        )
    }
}
