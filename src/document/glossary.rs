//! Everything that has a name: what it stands for, and which policies use it.

use crate::document::card::{Line, condition, paragraphs};
use crate::document::english::English;
use crate::document::mentions::Mentions;
use crate::document::phrase::Phrase;
use crate::document::{Places, counted};
use crate::hir::{
    Combination, MethodUse, Network, Object, OwnKind, PolicySet, Strength, range_text,
};
use crate::page::anchor;
use crate::source::{SourceId, Span};
use crate::syntax::ast::{Bound, ObjectKind};

/// Names of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Where links lead.
    pub anchor: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// The entries, by name.
    pub entries: Vec<Entry>,
}

/// A name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where links lead.
    pub anchor: String,
    /// The name.
    pub name: String,
    /// Words beside it: `trusted`, `emergency`, `built in`.
    pub marks: Vec<&'static str>,
    /// What it stands for, line by line.
    pub lines: Vec<Line>,
    /// Its `///` comment, paragraph by paragraph.
    pub docs: Vec<Phrase>,
    /// The policies that use it, by name.
    pub used_by: Vec<String>,
    /// File and line; none for what is built in.
    pub place: Option<String>,
}

pub(super) fn glossary(set: &PolicySet, places: &Places<'_>) -> Vec<Group> {
    let teller = Teller { english: English::new(set), mentions: Mentions::of(set), set, places };
    let groups = [
        Group { anchor: "conditions", title: "Named conditions", entries: teller.lets() },
        Group { anchor: "networks", title: "Networks", entries: teller.networks() },
        Group {
            anchor: "strengths",
            title: "Authentication strengths",
            entries: teller.strengths(),
        },
        teller.objects("users", "Users", ObjectKind::User),
        teller.objects("groups", "Groups", ObjectKind::Group),
        teller.objects("roles", "Directory roles", ObjectKind::Role),
        teller.objects("apps", "Apps", ObjectKind::App),
        teller.objects("workloads", "Workloads", ObjectKind::ServicePrincipal),
        teller.objects("agents", "Agents", ObjectKind::Agent),
        teller.objects("tenants", "Tenants", ObjectKind::Tenant),
        teller.objects("terms", "Terms of use", ObjectKind::Terms),
        teller.objects("contexts", "Authentication contexts", ObjectKind::Context),
        teller.objects("controls", "Custom controls", ObjectKind::CustomControl),
        Group {
            anchor: "attributes",
            title: "Attributes of our own",
            entries: teller.attributes(),
        },
        Group { anchor: "archetypes", title: "Kinds of people", entries: teller.archetypes() },
    ];
    groups.into_iter().filter(|group| !group.entries.is_empty()).collect()
}

struct Teller<'a> {
    english: English<'a>,
    mentions: Mentions,
    set: &'a PolicySet,
    places: &'a Places<'a>,
}

fn words(text: impl Into<Phrase>) -> Line {
    Line::One(text.into())
}

impl Teller<'_> {
    /// What is declared here, and what of the prelude is used.
    fn is_listed(&self, anchor: &str, span: Span) -> bool {
        span.source != SourceId::PRELUDE || self.mentions.knows(anchor)
    }

    fn entry(&self, kind: &str, name: &str, docs: &str, span: Span) -> Entry {
        let anchor = anchor(kind, name);
        let built_in = span.source == SourceId::PRELUDE;
        Entry {
            used_by: self.mentions.policies(&anchor),
            anchor,
            name: name.to_owned(),
            marks: if built_in { vec!["built in"] } else { Vec::new() },
            lines: Vec::new(),
            docs: paragraphs(docs),
            place: (!built_in).then(|| self.places.of(span)),
        }
    }

    fn lets(&self) -> Vec<Entry> {
        let entry = |named: &crate::hir::Let| Entry {
            lines: vec![condition(&self.english, &named.condition)],
            ..self.entry("let", &named.name, &named.remarks.docs, named.span)
        };
        self.set.lets.iter().map(entry).collect()
    }

    fn networks(&self) -> Vec<Entry> {
        let named = self.set.networks.iter().filter(|it| !it.anonymous);
        let listed = named.filter(|it| self.is_listed(&anchor("network", &it.name), it.span));
        listed.map(|network| self.network(network)).collect()
    }

    fn network(&self, network: &Network) -> Entry {
        let mut entry = self.entry("network", &network.name, &network.remarks.docs, network.span);
        entry.marks.extend(network.trusted.then_some("trusted"));
        let countries = |codes: &std::collections::BTreeSet<crate::value::Country>| {
            codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        entry.lines.extend(network.ranges.iter().map(|it| words(Phrase::name(range_text(*it)))));
        if !network.countries.is_empty() {
            entry.lines.push(words(format!("countries {}", countries(&network.countries))));
        }
        if network.unknown_country {
            entry.lines.push(words("addresses without a country"));
        }
        if !network.gps_countries.is_empty() {
            let codes = countries(&network.gps_countries);
            entry.lines.push(words(format!("countries by GPS {codes}")));
        }
        if network.gps_unknown {
            entry.lines.push(words("no position by GPS"));
        }
        entry.lines.extend(network.named.iter().map(|it| words(Phrase::name(it))));
        entry
    }

    fn strengths(&self) -> Vec<Entry> {
        let all = self.set.strengths.iter();
        let listed = all.filter(|it| self.is_listed(&anchor("strength", &it.name), it.span));
        listed.map(|strength| self.strength(strength)).collect()
    }

    fn strength(&self, strength: &Strength) -> Entry {
        let docs = &strength.remarks.docs;
        let mut entry = self.entry("strength", &strength.name, docs, strength.span);
        entry.lines = strength.combinations.iter().map(|it| words(combination(it))).collect();
        if let Some(id) = &strength.opaque {
            entry.lines.push(words(Phrase::from("known by its id alone: ").then(Phrase::name(id))));
        }
        entry
    }

    fn objects(&self, anchor: &'static str, title: &'static str, kind: ObjectKind) -> Group {
        let of_kind = self.set.objects.iter().filter(|it| it.kind == kind);
        let listed = of_kind
            .filter(|it| self.is_listed(&crate::page::anchor(kind.keyword(), &it.name), it.span));
        Group { anchor, title, entries: listed.map(|it| self.object(it)).collect() }
    }

    fn object(&self, object: &Object) -> Entry {
        let docs = &object.remarks.docs;
        let mut entry = self.entry(object.kind.keyword(), &object.name, docs, object.span);
        entry.marks.extend(object.emergency.then_some("emergency"));
        entry.lines = match object.ids.len() {
            0..=MAX_IDS => object.ids.iter().map(|id| words(Phrase::name(id))).collect(),
            many => {
                let first = object.ids.first().map(Phrase::name).unwrap_or_default();
                let rest = counted(many - 1, "other id", "other ids");
                vec![words(first.then(format!(" and {rest}")))]
            }
        };
        entry
    }

    fn attributes(&self) -> Vec<Entry> {
        let entry = |own: &crate::hir::OwnAttribute| Entry {
            lines: vec![words(own_kind(own.kind))],
            ..self.entry("attribute", &own.name, &own.remarks.docs, own.span)
        };
        self.set.own_attributes.iter().map(entry).collect()
    }

    fn archetypes(&self) -> Vec<Entry> {
        let entry = |archetype: &crate::hir::Archetype| {
            let lines = archetype.memberships.iter().map(|(bound, people)| {
                let lead = match bound {
                    Bound::Always => "always among ",
                    Bound::MayBe => "perhaps among ",
                    Bound::Never => "never among ",
                };
                words(Phrase::from(lead).then(self.english.people(people).phrase))
            });
            let docs = &archetype.remarks.docs;
            Entry {
                lines: lines.collect(),
                ..self.entry("archetype", &archetype.name, docs, archetype.span)
            }
        };
        self.set.archetypes.iter().map(entry).collect()
    }
}

/// How many ids of an object are listed: the largest app group of the prelude has more, and its ids are Microsoft's.
const MAX_IDS: usize = 8;

fn combination(combination: &Combination) -> Phrase {
    Phrase::list(combination.methods.iter().map(method), "and")
}

fn method(method: &MethodUse) -> Phrase {
    let restrictions = [
        ("of the models ", &method.aaguids),
        ("from the issuers ", &method.issuers),
        ("under the policies ", &method.policies),
    ];
    let told = restrictions.into_iter().filter(|(_, ids)| !ids.is_empty());
    told.fold(Phrase::from(method.method.row().english), |all, (lead, ids)| {
        all.then(format!(" {lead}")).then(Phrase::list(ids.iter().map(Phrase::name), "or"))
    })
}

fn own_kind(kind: OwnKind) -> &'static str {
    match kind {
        OwnKind::Boolean => "true or false",
        OwnKind::Integer => "a whole number",
        OwnKind::String => "a text",
        OwnKind::SetOfString => "a set of texts",
        OwnKind::Duration => "a length of time",
        OwnKind::Time => "a moment",
    }
}
