//! One alternative of a condition as policies of Entra: includes without excludes in every dimension.
//!
//! Entra keeps users, workloads and agents apart, and apps, user actions, authentication contexts and traffic. An
//! alternative about several of these becomes a draft for each pair. What the kind of principal or target settles by
//! itself (a user has no workload's attributes) is worked out here, on attributes that are known to be absent.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::entra::codes;
use crate::entra::export::dimension;
use crate::entra::export::formula::explicit_compliance;
use crate::entra::export::literal::{Demand, Literal, Reader, Spot};
use crate::entra::export::places::Places;
use crate::entra::export::principal::{self, Principal};
use crate::entra::export::products::Product;
use crate::entra::export::target::{self, Target};
use crate::entra::export::what::What;
use crate::entra::export::who::{Meeting, Who};
use crate::entra::model::Conditions;
use crate::entra::rule::Rule;
use crate::schema::attribute::Attribute;
use crate::source::Span;

/// A filter of a draft.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    /// Whether what it matches is taken out; else it is what is let in.
    pub(super) exclude: bool,
    pub(super) rule: Rule,
}

/// The filters of a draft.
#[derive(Debug, Clone, Default)]
pub(super) struct Filters {
    pub(super) device: Option<Filter>,
    pub(super) app: Option<Filter>,
    pub(super) workload: Option<Filter>,
    pub(super) agent: Option<Filter>,
}

/// The conditions of one policy in Entra.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) conditions: Conditions,
    pub(super) filters: Filters,
}

/// Why an alternative is no draft.
pub(super) enum Miss {
    /// No sign-in is in it.
    Empty,
    /// Entra cannot say it.
    Refused(Box<Diagnostic>),
}

impl From<Box<Diagnostic>> for Miss {
    fn from(diagnostic: Box<Diagnostic>) -> Miss {
        Miss::Refused(diagnostic)
    }
}

/// Something, or why not.
pub(super) type Made<T> = Result<T, Miss>;

/// Makes drafts, and gathers why it cannot.
#[derive(Debug)]
pub(super) struct Drafter<'a, 's> {
    pub(super) reader: Reader<'a>,
    pub(super) places: &'s mut Places<'a>,
    /// The condition of the policy.
    pub(super) span: Span,
    pub(super) found: Vec<Diagnostic>,
}

impl Drafter<'_, '_> {
    /// The drafts of an alternative; none, where no sign-in is in it.
    pub(super) fn drafts(&mut self, product: &Product) -> Vec<Draft> {
        let never = product.iter().any(|literal| literal.demand == Demand::Never);
        let (who, what) = match (self.who(product, never), self.what(product, never)) {
            (Ok(who), Ok(what)) => (who, what),
            (who, what) => {
                who.err().into_iter().chain(what.err()).for_each(|miss| self.keep(miss));
                return Vec::new();
            }
        };
        let targets = Target::each(what);
        let mut drafts = Vec::new();
        for principal in Principal::each(who) {
            for target in &targets {
                match self.draft(product, &principal, target) {
                    Ok(more) => drafts.extend(more),
                    Err(miss) => self.keep(miss),
                }
            }
        }
        drafts
    }

    fn keep(&mut self, miss: Miss) {
        if let Miss::Refused(diagnostic) = miss {
            self.found.push(*diagnostic);
        }
    }

    fn who(&self, product: &Product, never: bool) -> Made<Option<Who>> {
        let mut all: Option<Who> = None;
        for literal in product {
            let Demand::Who(who) = &literal.demand else { continue };
            all = Some(match all {
                None => who.clone(),
                Some(before) => principal::meet(&before, who)
                    .map_err(|()| both_at_once(literal.span, "user lists"))?,
            });
        }
        match all {
            None if !never => Err(Miss::from(no_principal(self.span))),
            other => Ok(other),
        }
    }

    fn what(&self, product: &Product, never: bool) -> Made<Option<What>> {
        let mut all: Option<What> = None;
        for literal in product {
            let Demand::What(what) = &literal.demand else { continue };
            all = Some(match all {
                None => what.clone(),
                Some(before) => match before.meet(what) {
                    Meeting::In(both) => both,
                    Meeting::Nothing => return Err(Miss::Empty),
                    Meeting::Unsaid => {
                        return Err(Miss::from(both_at_once(literal.span, "app lists")));
                    }
                },
            });
        }
        match all {
            None if !never => Err(Miss::from(no_target(self.span))),
            // A policy that never applies is about nothing, or about nobody.
            Some(_) if never && product.iter().any(|it| matches!(it.demand, Demand::Who(_))) => {
                Ok(None)
            }
            other => Ok(other),
        }
    }

    fn draft(
        &mut self,
        product: &Product,
        principal: &Principal,
        target: &Target,
    ) -> Made<Vec<Draft>> {
        let mut conditions = Conditions::default();
        let mut filters = Filters::default();
        target::write(self.reader, product, target, (&mut conditions, &mut filters))?;
        dimension::words(product, principal.is_agent(), &mut conditions)?;
        filters.device = device_filter(product);
        let (include, exclude) = spots(product)?;
        conditions.locations.include = self.places.of(&include);
        conditions.locations.exclude = self.places.of(&exclude);
        let letters = self.reader.letters;
        let variants =
            principal::write(letters, product, principal, (&mut conditions, &mut filters))?;
        let draft = |include| {
            let mut conditions = conditions.clone();
            conditions.users.include = include;
            Draft { conditions, filters: filters.clone() }
        };
        Ok(variants.into_iter().map(draft).collect())
    }
}

/// Rules that let in, and those that take out, as one filter.
fn device_filter(product: &Product) -> Option<Filter> {
    let mut include = Vec::new();
    let mut exclude = Vec::new();
    for literal in product {
        match &literal.demand {
            Demand::Device(rule) => include.push(rule.clone()),
            Demand::NotDevice(rule) => exclude.push(rule.clone()),
            _ => {}
        }
    }
    filter(include, exclude)
}

/// All of the ones and none of the others.
pub(super) fn filter(mut include: Vec<Rule>, exclude: Vec<Rule>) -> Option<Filter> {
    match (include.is_empty(), exclude.is_empty()) {
        (true, true) => None,
        (true, false) => {
            let rule = Rule::any(explicit_compliance(exclude, false));
            Some(Filter { exclude: true, rule })
        }
        (false, _) => {
            include.extend(exclude.into_iter().map(Rule::negated));
            Some(Filter { exclude: false, rule: Rule::all(explicit_compliance(include, true)) })
        }
    }
}

type Spots = BTreeSet<Spot>;

/// Places: the union that is let in, and the union that is taken out. Nothing is everywhere.
fn spots(product: &Product) -> Made<(Spots, Spots)> {
    let mut include: Option<Spots> = None;
    let mut exclude = Spots::new();
    for Literal { demand, span } in product {
        match demand {
            Demand::Spots(spots) => {
                include = Some(match include {
                    None => spots.clone(),
                    Some(before) if before.is_subset(spots) => before,
                    Some(before) if spots.is_subset(&before) => spots.clone(),
                    Some(_) => return Err(Miss::from(both_at_once(*span, "lists of places"))),
                });
            }
            Demand::NotSpots(spots) => exclude.extend(spots.iter().cloned()),
            _ => {}
        }
    }
    match include {
        Some(include) if include.is_empty() => Err(Miss::Empty),
        include => Ok((include.unwrap_or_default(), exclude)),
    }
}

/// Numbers of words, by attribute.
pub(super) type Numbers = BTreeMap<Attribute, BTreeSet<u8>>;

/// Two lists of which a policy in Entra takes the union, never the intersection.
pub(super) fn both_at_once(span: Span, lists: &str) -> Box<Diagnostic> {
    let message = format!("Entra cannot demand two {lists} at once");
    let diagnostic = Diagnostic::error(codes::BOTH_AT_ONCE, span, message)
        .here("this and another one before it")
        .note("a policy there includes a union and takes a union out of it");
    Box::new(
        diagnostic
            .help("name the intersection in the directory, or take the rest out with `unless`"),
    )
}

fn no_principal(span: Span) -> Box<Diagnostic> {
    let message = "this does not say whom it is about";
    let diagnostic = Diagnostic::error(codes::NO_PRINCIPAL, span, message)
        .note("without that it reaches workloads and agents too; a policy in Entra is about users, about workloads or about agents");
    Box::new(diagnostic.help("for every user, write `user in anyone and …`"))
}

fn no_target(span: Span) -> Box<Diagnostic> {
    let message = "this does not say what it is about";
    let diagnostic = Diagnostic::error(codes::NO_TARGET, span, message)
        .note("without that it reaches apps, registering devices, authentication contexts and network traffic alike; a policy in Entra is about one of these");
    Box::new(
        diagnostic
            .help("for every app and registering security info, write `app in any-app and …`"),
    )
}
