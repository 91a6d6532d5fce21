//! cedar-policy: a `forbid` a policy; those that are satisfied apply. Users, groups and roles are entities, prepared.

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Authorizer, Context, Entities, Entity, EntityUid, Policy, PolicyId, PolicySet, Request,
    RestrictedExpression,
};

use crate::child::Work;
use crate::engines::Engine;
use crate::facts::{Clause, Facts, Flag, List, Scalar, rules};
use crate::language::{Language, each, listed};
use crate::workload::Verdict;

const LANGUAGE: Language = Language {
    and: " && ",
    or: " || ",
    not: "!",
    is: |scalar, values| match (scalar, values) {
        (Scalar::User, all) => each(all, " || ", |it| format!("principal == User::\"{it}\"")),
        (Scalar::App, [one]) => format!("resource == App::\"{one}\""),
        (Scalar::App, all) => {
            let apps: Vec<String> = all.iter().map(|it| format!("App::\"{it}\"")).collect();
            format!("[{}].contains(resource)", apps.join(", "))
        }
        (_, [one]) => format!("context.{} == {one}", scalar.name()),
        (_, all) => format!("[{}].contains(context.{})", listed(all), scalar.name()),
    },
    holds: |list, values| match list {
        List::Groups => entities("Group", values),
        List::Roles => entities("Role", values),
        List::Places => match values {
            [one] => format!("context.places.contains({one})"),
            all => format!("context.places.containsAny([{}])", listed(all)),
        },
    },
    flag: |flag| format!("context.{}", flag.name()),
};

fn entities(kind: &str, values: &[u32]) -> String {
    match values {
        [one] => format!("principal in {kind}::\"{one}\""),
        all => {
            let all: Vec<String> = all.iter().map(|it| format!("{kind}::\"{it}\"")).collect();
            format!("principal in [{}]", all.join(", "))
        }
    }
}

struct Cedar {
    work: &'static Work,
    authorizer: Authorizer,
    /// One for all, or one for each app with the policies that can be about it.
    sets: HashMap<u32, PolicySet>,
    sliced: bool,
    sign_ins: Vec<(Request, Entities)>,
}

/// All policies in one set.
pub(crate) fn whole(work: &'static Work) -> Result<Box<dyn Engine>, String> {
    let mut all = PolicySet::new();
    for (at, clauses) in rules(&work.workload) {
        all.add(policy(at, &clauses)?).map_err(|error| error.to_string())?;
    }
    cedar(work, HashMap::from([(0, all)]), false)
}

/// A set for each app that is asked for: what whoever knows Cedar well does by hand.
pub(crate) fn sliced(work: &'static Work) -> Result<Box<dyn Engine>, String> {
    let mut policies = Vec::new();
    for (at, clauses) in rules(&work.workload) {
        policies.push((policy(at, &clauses)?, apps(&clauses).cloned()));
    }
    let asked: HashSet<u32> = work.facts.iter().map(|it| it.scalar(Scalar::App)).collect();
    let mut sets = HashMap::new();
    for app in asked {
        let mut set = PolicySet::new();
        let about =
            policies.iter().filter(|(_, apps)| apps.as_ref().is_none_or(|it| it.contains(&app)));
        for (policy, _) in about {
            set.add(policy.clone()).map_err(|error| error.to_string())?;
        }
        sets.insert(app, set);
    }
    cedar(work, sets, true)
}

fn cedar(
    work: &'static Work,
    sets: HashMap<u32, PolicySet>,
    sliced: bool,
) -> Result<Box<dyn Engine>, String> {
    let (authorizer, sign_ins) = (Authorizer::new(), Vec::new());
    Ok(Box::new(Cedar { work, authorizer, sets, sliced, sign_ins }))
}

/// The apps that a policy names; `None` for any.
fn apps(clauses: &[Clause]) -> Option<&Vec<u32>> {
    clauses.iter().find_map(|clause| match clause {
        Clause::Is(Scalar::App, apps) => Some(apps),
        _ => None,
    })
}

fn policy(at: u32, clauses: &[Clause]) -> Result<Policy, String> {
    let when = if clauses.is_empty() { "true".to_owned() } else { LANGUAGE.all(clauses) };
    let text = format!("forbid(principal, action, resource) when {{ {when} }};");
    Policy::parse(Some(PolicyId::new(at.to_string())), &text)
        .map_err(|error| format!("{error} in {text}"))
}

fn uid(kind: &str, value: u32) -> EntityUid {
    let kind = kind.parse().expect("a name");
    EntityUid::from_type_name_and_id(kind, value.to_string().parse().expect("an id"))
}

fn sign_in(facts: &Facts) -> Result<(Request, Entities), String> {
    let principal = uid("User", facts.scalar(Scalar::User));
    let groups = facts.list(List::Groups).iter().map(|it| uid("Group", *it));
    let roles = facts.list(List::Roles).iter().map(|it| uid("Role", *it));
    let parents: HashSet<EntityUid> = groups.chain(roles).collect();
    let parents_too = parents.iter().map(|it| Entity::new_no_attrs(it.clone(), HashSet::new()));
    let mut all: Vec<Entity> = parents_too.collect();
    all.push(Entity::new_no_attrs(principal.clone(), parents));
    let entities = Entities::from_entities(all, None).map_err(|error| error.to_string())?;
    let number = |value: u32| RestrictedExpression::new_long(i64::from(value));
    let scalars = Scalar::ALL.iter().map(|(it, name)| (*name, number(facts.scalar(*it))));
    let flags =
        Flag::ALL.iter().map(|(it, name)| (*name, RestrictedExpression::new_bool(facts.flag(*it))));
    let places = facts.list(List::Places).iter().map(|it| number(*it));
    let places = [("places", RestrictedExpression::new_set(places))];
    let pairs = scalars.chain(flags).chain(places).map(|(name, it)| (name.to_owned(), it));
    let context = Context::from_pairs(pairs).map_err(|error| error.to_string())?;
    let (action, resource) = (uid("Action", 0), uid("App", facts.scalar(Scalar::App)));
    let request = Request::new(principal, action, resource, context, None);
    Ok((request.map_err(|error| error.to_string())?, entities))
}

impl Engine for Cedar {
    fn prepare(&mut self) -> Result<(), String> {
        self.sign_ins = self.work.facts.iter().map(sign_in).collect::<Result<_, _>>()?;
        Ok(())
    }

    fn decide(&mut self, at: usize, applying: &mut Vec<u32>) -> Result<Verdict, String> {
        let app = if self.sliced { self.work.facts[at].scalar(Scalar::App) } else { 0 };
        let (request, entities) = &self.sign_ins[at];
        let response = self.authorizer.is_authorized(request, &self.sets[&app], entities);
        if let Some(error) = response.diagnostics().errors().next() {
            return Err(error.to_string());
        }
        for id in response.diagnostics().reason() {
            let text: &str = id.as_ref();
            applying.push(text.parse().map_err(|_| "no number".to_owned())?);
        }
        let visitor = &self.work.visitors[at];
        Ok(self.work.workload.combined(visitor, applying.iter().copied()))
    }
}
