//! Apps, user actions, authentication contexts and traffic of one draft.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::entra::codes;
use crate::entra::export::dimension::named;
use crate::entra::export::draft::{Filter, Filters, Made, Miss, filter};
use crate::entra::export::letters::Letters;
use crate::entra::export::literal::{Demand, Literal, Reader};
use crate::entra::export::products::Product;
use crate::entra::export::what::{Apps, REGISTER_SECURITY_INFO, What};
use crate::entra::export::who::Ids;
use crate::entra::model::{App, Conditions, Targets};
use crate::entra::rule::Rule;
use crate::schema::attribute::Attribute;
use crate::source::Span;
use crate::syntax::ast::ObjectKind;

/// What one draft is about.
#[derive(Debug, Clone)]
pub(super) enum Target {
    Apps(Apps),
    Actions(BTreeSet<u8>),
    Contexts(Ids),
    Traffic(BTreeSet<u8>),
    /// Of a policy that never applies.
    Nothing,
}

impl Target {
    /// One for each kind.
    pub(super) fn each(what: Option<What>) -> Vec<Target> {
        let Some(what) = what else { return vec![Target::Nothing] };
        let actions = Some(what.actions).filter(|it| !it.is_empty()).map(Target::Actions);
        let contexts = Some(what.contexts).filter(|it| !it.is_empty()).map(Target::Contexts);
        let traffic = Some(what.traffic).filter(|it| !it.is_empty()).map(Target::Traffic);
        let apps = what.apps.map(Target::Apps).into_iter();
        apps.chain(actions).chain(contexts).chain(traffic).collect()
    }
}

/// Writes what a draft is about.
pub(super) fn write(
    reader: Reader<'_>,
    product: &Product,
    target: &Target,
    (conditions, filters): (&mut Conditions, &mut Filters),
) -> Made<()> {
    let targets = &mut conditions.targets;
    match target {
        Target::Apps(apps) => {
            filters.app = app_filter(product, apps)?;
            write_apps(reader.letters, product, apps, targets)?;
            // What a filter lets in of every app is that, whatever else is named beside.
            if apps.any && filters.app.as_ref().is_some_and(|filter| !filter.exclude) {
                targets.include.clear();
            }
        }
        Target::Nothing => {
            let apps = Apps::default();
            write_apps(reader.letters, product, &apps, targets)?;
        }
        Target::Actions(actions) => {
            without_app_attributes(product)?;
            let left = rest(actions, product, |what| {
                let every_app = |apps: &Apps| apps.any && apps.filter.is_none();
                let implied = what.apps.as_ref().is_some_and(every_app);
                let implied = implied.then_some(REGISTER_SECURITY_INFO);
                what.actions.iter().copied().chain(implied).collect()
            })?;
            targets.actions = named(Attribute::Action, &left);
        }
        Target::Contexts(contexts) => {
            without_app_attributes(product)?;
            let left = rest(contexts, product, |what| what.contexts.clone())?;
            targets.contexts = checked_contexts(product, &left)?;
        }
        Target::Traffic(traffic) => {
            without_app_attributes(product)?;
            let left = rest(traffic, product, |what| what.traffic.clone())?;
            targets.traffic = named(Attribute::Traffic, &left);
        }
    }
    Ok(())
}

/// What is left of a list when all exceptions are taken out.
fn rest<T: Ord + Clone>(
    all: &BTreeSet<T>,
    product: &Product,
    out: impl Fn(&What) -> BTreeSet<T>,
) -> Made<BTreeSet<T>> {
    let mut left = all.clone();
    for literal in product {
        if let Demand::NotWhat(what) = &literal.demand {
            let out = out(what);
            left.retain(|it| !out.contains(it));
        }
    }
    if left.is_empty() { Err(Miss::Empty) } else { Ok(left) }
}

/// What is no app has no attributes of one.
fn without_app_attributes(product: &Product) -> Made<()> {
    let empty = product.iter().any(|literal| match &literal.demand {
        Demand::Custom(Attribute::AppAttribute, rule) => !rule.holds_on_absent(),
        Demand::NotCustom(Attribute::AppAttribute, rule) => rule.holds_on_absent(),
        _ => false,
    });
    if empty { Err(Miss::Empty) } else { Ok(()) }
}

fn write_apps(
    letters: &Letters<'_>,
    product: &Product,
    apps: &Apps,
    targets: &mut Targets,
) -> Made<()> {
    let mut exclude = Apps::default();
    for Literal { demand, span } in product {
        let Demand::NotWhat(what) = demand else { continue };
        if apps.any && what.actions.contains(&REGISTER_SECURITY_INFO) {
            return Err(Miss::from(registration(*span)));
        }
        let Some(out) = what.apps.as_ref().filter(|out| out.filter.is_none()) else { continue };
        if out.any {
            return Err(Miss::Empty);
        }
        exclude.agent_resources |= out.agent_resources;
        exclude.groups.extend(&out.groups);
        exclude.ids.extend(out.ids.iter().cloned());
    }
    targets.every_app = apps.any;
    targets.include = listed(letters, apps);
    targets.exclude = listed(letters, &exclude);
    Ok(())
}

fn registration(span: Span) -> Box<Diagnostic> {
    let message = "Entra cannot take registering security info out of every app";
    let diagnostic = Diagnostic::error(codes::NO_EXCEPTIONS, span, message)
        .note("a policy on every app is about that action too");
    Box::new(diagnostic.help("name the apps that are meant"))
}

fn listed(letters: &Letters<'_>, apps: &Apps) -> Vec<App> {
    let groups = apps.groups.iter().map(|word| App::Id((*word).to_owned()));
    let agents = apps.agent_resources.then_some(App::AgentResources);
    let ids = apps.ids.iter().map(|id| App::Id(letters.id(ObjectKind::App, id)));
    groups.chain(agents).chain(ids).collect()
}

/// The filter on apps. What is no app has no attributes, and registering security info comes with every app.
fn app_filter(product: &Product, apps: &Apps) -> Made<Option<Filter>> {
    let mut include: Vec<Rule> = Vec::new();
    let mut exclude: Vec<Rule> = Vec::new();
    let mut guarded: Vec<(Rule, Span)> = Vec::new();
    for Literal { demand, span } in product {
        match demand {
            Demand::Custom(Attribute::AppAttribute, rule) => include.push(rule.clone()),
            Demand::NotCustom(Attribute::AppAttribute, rule) => {
                // A filter that takes out leaves that action alone; one that lets in does not.
                if apps.any && rule.holds_on_absent() {
                    include.push(rule.clone().negated());
                } else {
                    exclude.push(rule.clone());
                }
            }
            Demand::NotWhat(What { apps: Some(Apps { filter: Some(rule), .. }), .. }) => {
                guarded.push((rule.clone(), *span));
            }
            _ => {}
        }
    }
    if !apps.any {
        exclude.extend(include.drain(..).map(Rule::negated));
    }
    let reaches_action = include.iter().all(Rule::holds_on_absent);
    for (rule, span) in guarded {
        if !include.is_empty() && reaches_action && rule.holds_on_absent() {
            return Err(Miss::from(two_filters(span)));
        }
        exclude.push(rule);
    }
    Ok(filter(include, exclude))
}

fn two_filters(span: Span) -> Box<Diagnostic> {
    let message = "Entra has one filter of apps, which lets in or takes out";
    let diagnostic = Diagnostic::error(codes::BOTH_AT_ONCE, span, message).note(
        "of registering security info, which has no attributes, both would have to say something",
    );
    Box::new(diagnostic.help("write a policy for each, or say both in one filter"))
}

/// Contexts are c1 to c99.
fn checked_contexts(product: &Product, ids: &Ids) -> Made<Vec<String>> {
    let number = |id: &String| {
        let number = id.strip_prefix('c')?.parse::<u8>().ok()?;
        ((1..=99).contains(&number) && *id == format!("c{number}")).then_some(number)
    };
    if let Some(id) = ids.iter().find(|id| number(id).is_none()) {
        let span = product.iter().find(
            |literal| matches!(&literal.demand, Demand::What(what) if what.contexts.contains(id)),
        );
        let span = span.map_or_else(crate::entra::tree::nowhere, |literal| literal.span);
        let message = format!("`{id}` is no authentication context of Entra");
        let diagnostic = Diagnostic::error(codes::NOT_IN_ENTRA, span, message);
        return Err(Miss::from(Box::new(diagnostic.help("they are c1 to c99"))));
    }
    let mut contexts: Vec<String> = ids.iter().cloned().collect();
    contexts.sort_by_key(number);
    Ok(contexts)
}
