//! Policy sets as Microsoft Graph's JSON: the way back.
//!
//! ```text
//! hir ─ products ▶ alternatives ─ draft ▶ model ─ valid ▶ model ─ write ▶ JSON
//!         literal                  principal, target, dimension, places
//! ```
//!
//! [`export`] writes a policy whole, as several, or not at all.
//!
//! # When one policy becomes several
//!
//! A policy in Entra is a product: in each dimension a union without a union, all dimensions at once, one operator over
//! a list of controls, one sign-in frequency. What is more than that becomes several policies, each with its part, named
//! `TITLE (1 of 3)`, at most [`MAX_COPIES`]. It is exact: a policy that applies when any of several conditions holds
//! is one policy for each of them, since all that apply must be met, and the same demand twice is that demand.
//!
//! It is exact for every sign-in of which everything is known or known to be absent, and about something (an app, an
//! action, a context, traffic), as sign-ins in Entra are. An alternative that no such sign-in is in (a platform
//! that is iOS and Android) is left out.
//!
//! # What comes back after an import in another spelling
//!
//! Importing an export of Graph and exporting it again gives the same objects, up to these:
//!
//! | the tenant's export | the export of policies |
//! | --- | --- |
//! | keys that are missing, null, empty or `@odata` | as version 1.0 gives them |
//! | ids and words in any order and case, `easUnsupported`, `modern` | sorted, in the current spelling |
//! | `easSupported` | `exchangeActiveSync` |
//! | `all` clients, platforms, locations, beside others or alone | `all` alone |
//! | every type of guest of any tenant, as a word or a list, alone or beside others | the list of all types alone |
//! | internal guests excluded with tenants | without internal guests |
//! | nobody, or nothing, as `None` or an empty list | `None`; beside nobody, nothing |
//! | a filter rule in any spelling, mode `exclude` of a rule or `include` of its negation | one spelling, negations at the comparisons |
//! | `deviceId` or `trustType` compared with null | `trustType` is, or is not, one of the three |
//! | retired `deviceStates` and `devices.exclude…` | a device filter |
//! | `All` apps beside a filter that includes | the filter alone |
//! | agents by id, whatever list they stand in | identities; users of agents, where all of these are meant |
//! | the operator of one control or none | `OR` |
//! | a strength with a copy of itself | its id |
//! | session controls that are off, or beside `block` | left out |
//! | `frequencyInterval`, `authenticationType` missing | `timeBased`, `primaryAndSecondaryAuthentication` |
//! | a sign-in frequency that is on without a period | `everyTime` |
//! | `riskRemediation` without a strength, every time | with both |
//! | a deleted policy | `disabled` |
//! | `globalSecureAccess` or `networkAccess` alone | both, which say the same |
//! | a description with spaces at line ends or control characters | without them |
//! | host bits in a prefix | cleared |
//! | combinations of a strength in any order, configurations for several | sorted, one configuration for each |
//! | a strength that only policies hold a copy of | an object of its own, without a description |
//! | a location or strength that is empty or described twice | policies name its id; the object is left out |
//!
//! # What has no id yet
//!
//! Policies refer to locations and strengths by id. One without `@id` gets an id made of its name, the same in every
//! export, a GUID of version 8. Graph gives out another one when the object is created: put that into `@id`. Policies
//! without `@id` are written without an id.

mod dimension;
mod draft;
mod formula;
mod grants;
mod letters;
mod literal;
mod objects;
mod places;
mod principal;
mod products;
mod remarks;
mod session;
mod strengths;
mod target;
mod valid;
mod what;
mod who;
mod write;

use serde_json::Value;

use crate::diagnostic::{self, Diagnostic};
use crate::entra::codes;
use crate::entra::model;
use crate::hir::{self, PolicySet, PolicyState};
use crate::source::{Sources, Span};
use crate::syntax::ast::{File, State};
use crate::syntax::parse;

use draft::{Draft, Drafter};
use grants::Grants;
use letters::Letters;
use literal::Reader;
use places::Places;
use products::Alternatives;
use strengths::Strengths;

/// The most policies in Entra that may come of one policy: a sixth of what a tenant holds, and more than anyone
/// reviews at once.
pub const MAX_COPIES: usize = 32;

/// What became of a policy set.
#[derive(Debug, Clone, Default)]
pub struct Exported {
    /// The files: their names, without a folder, and their texts.
    pub files: Vec<(String, String)>,
    /// What became of each policy that could be exported, by name.
    pub policies: Vec<Outcome>,
    /// How many named locations are in the files.
    pub locations: usize,
    /// How many authentication strengths are in the files.
    pub strengths: usize,
    /// Titles of locations and strengths whose id was made up.
    pub made_up: Vec<String>,
    /// Every policy that could not be exported, and why; in the order of a reader.
    pub diagnostics: Vec<Diagnostic>,
}

/// What became of one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// The display names of the policies it became; none, where no sign-in would meet it.
    pub titles: Vec<String>,
    /// Fields and words for which Graph's version 1.0 does not suffice.
    pub beta: Vec<&'static str>,
}

/// Writes a policy set as Graph's JSON. `sources` are the texts that it was resolved from, for the author's own letters.
/// Only what can be said exactly is written; the rest is told.
pub fn export(set: &PolicySet, sources: &Sources) -> Exported {
    let files: Vec<File> =
        sources.iter().map(|(id, source)| parse(id, &source.text, &mut Vec::new())).collect();
    let letters = Letters::of(&files);
    let strengths = Strengths::of(set, &letters);
    let mut exporter = Exporter {
        set,
        letters: &letters,
        strengths: &strengths,
        places: Places::new(set, &letters),
        objects: Vec::new(),
        outcomes: Vec::new(),
        found: Vec::new(),
    };
    set.policies.iter().for_each(|policy| exporter.add(policy));
    exporter.finish()
}

struct Exporter<'a> {
    set: &'a PolicySet,
    letters: &'a Letters<'a>,
    strengths: &'a Strengths,
    places: Places<'a>,
    /// Each with the place of the policy that it comes of.
    objects: Vec<(Value, Span)>,
    outcomes: Vec<Outcome>,
    found: Vec<Diagnostic>,
}

impl Exporter<'_> {
    fn add(&mut self, policy: &hir::Policy) {
        let mut found = Vec::new();
        let drafts = self.drafts(policy, &mut found);
        let grants = Grants { letters: self.letters, strengths: self.strengths };
        let demands = grants.demands(policy).unwrap_or_else(|more| told(more, &mut found));
        let sessions =
            session::controls(policy, self.letters).unwrap_or_else(|more| told(more, &mut found));
        if found.is_empty() {
            let copies = copies(policy, &drafts, &demands, &sessions);
            self.write(policy, copies, &mut found);
        }
        self.found.extend(found);
    }

    fn drafts(&mut self, policy: &hir::Policy, found: &mut Vec<Diagnostic>) -> Vec<Draft> {
        let reader = Reader { set: self.set, letters: self.letters };
        let mut alternatives = Alternatives { reader, found: Vec::new() };
        let mut products = alternatives.of(&policy.condition, true);
        found.append(&mut alternatives.found);
        if !found.is_empty() {
            return Vec::new();
        }
        let never = |product: &products::Product| {
            product.iter().any(|literal| literal.demand == literal::Demand::Never)
        };
        // What never holds beside something that does, adds nothing.
        if products.iter().any(|product| !never(product)) {
            products.retain(|product| !never(product));
        } else {
            products.truncate(1);
        }
        let span = self.letters.when(&policy.name).unwrap_or(policy.condition.span);
        let mut drafter = Drafter { reader, places: &mut self.places, span, found: Vec::new() };
        let drafts = products.iter().flat_map(|product| drafter.drafts(product)).collect();
        found.append(&mut drafter.found);
        drafts
    }

    fn write(
        &mut self,
        policy: &hir::Policy,
        copies: Vec<(model::Policy, draft::Filters)>,
        found: &mut Vec<Diagnostic>,
    ) {
        if copies.len() > MAX_COPIES {
            found.push(too_many_copies(policy, copies.len()));
            return;
        }
        for (copy, filters) in &copies {
            for diagnostic in valid::check(copy, filters, policy.span) {
                if !found.contains(&diagnostic) {
                    found.push(diagnostic);
                }
            }
        }
        if !found.is_empty() {
            return;
        }
        let mut outcome =
            Outcome { name: policy.name.clone(), titles: Vec::new(), beta: Vec::new() };
        for (copy, filters) in &copies {
            let json = write::policy(copy, filters);
            outcome.titles.push(copy.remarks.origin.name.clone());
            for word in write::beta_fields(&json) {
                if !outcome.beta.contains(&word) {
                    outcome.beta.push(word);
                }
            }
            self.objects.push((json, policy.span));
        }
        self.outcomes.push(outcome);
    }

    fn finish(mut self) -> Exported {
        self.found.append(&mut self.places.found);
        self.found.extend(self.strengths.found.iter().cloned());
        let spans = |objects: &[(Value, Span)]| -> Vec<Span> {
            objects.iter().map(|(_, span)| *span).collect()
        };
        let mut locations: Vec<(Value, Span)> = Vec::new();
        for (location, span) in &self.places.locations {
            locations.push((objects::location(location), *span));
        }
        let of_set = |strength| objects::strength(strength, self.set);
        let strengths: Vec<(Value, Span)> =
            self.strengths.own.iter().map(|(it, span)| (of_set(it), *span)).collect();
        for (what, most, all) in [
            ("policies", valid::MAX_POLICIES, &self.objects),
            ("named locations", valid::MAX_LOCATIONS, &locations),
            ("authentication strengths", valid::MAX_STRENGTHS, &strengths),
        ] {
            self.found.extend(valid::count(what, most, &spans(all)));
        }
        diagnostic::sort(&mut self.found);
        self.found.dedup();
        let mut made_up = self.places.made_up;
        made_up.extend(self.strengths.made_up.iter().cloned());
        let (locations_count, strengths_count) = (locations.len(), strengths.len());
        let named = [
            ("authenticationStrengthPolicies.json", strengths),
            ("conditionalAccessPolicies.json", self.objects),
            ("namedLocations.json", locations),
        ];
        let file = |(name, objects): (&str, Vec<(Value, Span)>)| {
            let objects = objects.into_iter().map(|(object, _)| object).collect();
            (name.to_owned(), valid::file(objects))
        };
        Exported {
            files: named.into_iter().map(file).collect(),
            policies: self.outcomes,
            locations: locations_count,
            strengths: strengths_count,
            made_up,
            diagnostics: self.found,
        }
    }
}

fn told<T>(more: Vec<Diagnostic>, found: &mut Vec<Diagnostic>) -> Vec<T> {
    found.extend(more);
    Vec::new()
}

fn too_many_copies(policy: &hir::Policy, count: usize) -> Diagnostic {
    let message = format!("`{}` would be {count} policies in Entra", policy.name);
    Diagnostic::error(codes::OVER_A_LIMIT, policy.span, message)
        .note(format!("one policy may become {MAX_COPIES}"))
        .help("write several policies, or give groups in the directory the names you need")
}

/// Every draft with every demand and every set of session controls.
fn copies(
    policy: &hir::Policy,
    drafts: &[Draft],
    demands: &[model::Demand],
    sessions: &[Vec<model::Control>],
) -> Vec<(model::Policy, draft::Filters)> {
    let remarks = remarks::of_policy(policy);
    let count = drafts.len() * demands.len() * sessions.len();
    let mut copies = Vec::new();
    for draft in drafts {
        for demand in demands {
            for session in sessions {
                let mut remarks = remarks.clone();
                if count > 1 {
                    let title = &remarks.origin.name;
                    let title = format!("{title} ({} of {count})", copies.len() + 1);
                    remarks.origin.name = title;
                }
                if !copies.is_empty() {
                    remarks.id = None;
                }
                let copy = model::Policy {
                    remarks,
                    state: state(policy.state),
                    conditions: draft.conditions.clone(),
                    demand: demand.clone(),
                    session: session.clone(),
                };
                copies.push((copy, draft.filters.clone()));
                if copies.len() > MAX_COPIES {
                    return copies;
                }
            }
        }
    }
    copies
}

fn state(state: PolicyState) -> Option<State> {
    match state {
        PolicyState::On => None,
        PolicyState::ReportOnly => Some(State::ReportOnly),
        PolicyState::Disabled => Some(State::Disabled),
    }
}
