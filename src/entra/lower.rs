//! Typed objects as items of policy files: conditions as `when` and `unless`, grants, session controls.
//!
//! Inside a dimension, includes are a union and excludes are taken out of it; all dimensions must hold. So `when` is
//! the `and` of all unions of includes, and `unless` the `or` of everything that is excluded: whoever is exempt in
//! one dimension is exempt.

use crate::entra::model::{
    Agents, App, Conditions, Control, Demand, Filter, Frequency, Guests, Part, People, Place,
    Policy, Risk, StrengthRef, Targets, Workloads,
};
use crate::entra::names::Names;
use crate::entra::tree;
use crate::syntax::ast::{
    self, Clause, Condition, Grant, GrantAtom, Literal, LiteralValue, ObjectKind, Operand,
    Operator, Phrase,
};

/// What lowering needs to know of the rest of the export.
#[derive(Debug)]
pub(super) struct Context<'a> {
    pub(super) names: &'a Names,
}

impl Context<'_> {
    fn object(&self, kind: ObjectKind, id: &str) -> Literal {
        // Every id of an accepted policy was named before; a string in quotes would still be that object.
        match self.names.object(kind, id) {
            Some(name) => tree::word(name),
            None => tree::string(id),
        }
    }

    fn objects(&self, kind: ObjectKind, ids: &[String]) -> Vec<Literal> {
        ids.iter().map(|id| self.object(kind, id)).collect()
    }

    /// The item of a policy.
    pub(super) fn policy(&self, name: &str, policy: &Policy) -> ast::Item {
        let remarks = &policy.remarks;
        let mut clauses = vec![Clause::When(self.when(&policy.conditions))];
        clauses.extend(self.unless(&policy.conditions).map(Clause::Unless));
        clauses.extend(self.demand(&policy.demand));
        clauses.extend(policy.session.iter().map(|control| Clause::Session(phrase(control))));
        let kind = ast::ItemKind::Policy(ast::Policy {
            name: tree::name(name),
            title: Some(tree::name(&*remarks.origin.name)),
            state: policy.state.map(tree::spanned),
            clauses,
        });
        tree::item(description(remarks.description.as_deref()), annotations(remarks), kind)
    }

    /// Why a policy never applies, where it never does.
    pub(super) fn why_never(&self, policy: &Policy) -> Vec<&'static str> {
        let conditions = &policy.conditions;
        let mut hints = Vec::new();
        if self.principals(conditions).is_empty() {
            hints.push("It is about nobody, so that it never applies.");
        }
        if self.targets(&conditions.targets).is_empty() {
            hints.push("It guards no app and no action, so that it never applies.");
        }
        hints
    }

    fn when(&self, conditions: &Conditions) -> Condition {
        let mut parts = Vec::new();
        let principals = self.principals(conditions);
        let targets = self.targets(&conditions.targets);
        if principals.is_empty() || targets.is_empty() {
            parts.push(Condition::Never(tree::nowhere()));
        }
        parts.extend([principals, targets].into_iter().filter(|it| !it.is_empty()).map(tree::any));
        parts.extend(words("client", &conditions.clients));
        parts.extend(words("platform", &conditions.platforms.include));
        parts.extend(self.places(&conditions.locations.include));
        parts.extend(included(conditions.device_filter.as_ref()));
        parts.extend(conditions.risks.iter().map(risk));
        parts.extend(words("flow", &conditions.flows));
        parts.extend(agent_contexts(&conditions.agent_contexts.include));
        tree::all(parts)
    }

    fn unless(&self, conditions: &Conditions) -> Option<Condition> {
        let mut parts = self.people(&conditions.users.exclude, false);
        parts.extend(self.excluded_workloads(conditions));
        parts.extend(self.excluded_agents(conditions));
        parts.extend(self.excluded_targets(&conditions.targets));
        parts.extend(words("platform", &conditions.platforms.exclude));
        parts.extend(self.places(&conditions.locations.exclude));
        parts.extend(conditions.device_states.iter().map(|it| Condition::Bare(tree::name(*it))));
        parts.extend(excluded(conditions.device_filter.as_ref()));
        parts.extend(agent_contexts(&conditions.agent_contexts.exclude));
        (!parts.is_empty()).then(|| tree::any(parts))
    }

    fn principals(&self, conditions: &Conditions) -> Vec<Condition> {
        let mut parts = self.people(&conditions.users.include, true);
        parts.extend(self.workloads(&conditions.service_principals));
        parts.extend(self.agents(&conditions.agents));
        parts
    }

    /// A union of users: names in one list, types of guests that need more than that beside it.
    fn people(&self, people: &People, include: bool) -> Vec<Condition> {
        let mut names = Vec::new();
        if people.everyone {
            names.push(tree::word("anyone"));
        }
        let is_every_guest =
            |guests: &&Guests| guests.types.len() == 6 && guests.tenants.is_empty();
        if people.guests.iter().any(|guests| is_every_guest(&guests)) {
            names.push(tree::word("guests"));
        }
        names.extend(self.objects(ObjectKind::User, &people.users));
        names.extend(self.objects(ObjectKind::Group, &people.groups));
        names.extend(self.objects(ObjectKind::Role, &people.roles));
        let mut parts = Vec::new();
        if !names.is_empty() {
            parts.push(tree::member_of("user", names));
        }
        let typed = people.guests.iter().filter(|guests| !is_every_guest(guests));
        parts.extend(typed.flat_map(|guests| self.guests(guests, include)));
        parts
    }

    /// Internal guests have no home tenant: where tenants are named, they are included whatever the tenants, and not
    /// excluded.
    fn guests(&self, guests: &Guests, include: bool) -> Vec<Condition> {
        if guests.tenants.is_empty() {
            return vec![tree::one_of_words("user.type", &guests.types)];
        }
        let (internal, external): (Vec<&str>, Vec<&str>) =
            guests.types.iter().partition(|it| **it == "internal-guest");
        let mut parts = Vec::new();
        if include && !internal.is_empty() {
            parts.push(tree::one_of_words("user.type", &internal));
        }
        if !external.is_empty() {
            let tenants = self.objects(ObjectKind::Tenant, &guests.tenants);
            parts.push(tree::all(vec![
                tree::one_of_words("user.type", &external),
                tree::one_of("user.tenant", tenants, false),
            ]));
        }
        parts
    }

    fn workloads(&self, workloads: &Workloads) -> Option<Condition> {
        let mut names = Vec::new();
        if workloads.own_tenant {
            names.push(tree::word("own-tenant"));
        }
        names.extend(self.objects(ObjectKind::ServicePrincipal, &workloads.include));
        let member = (!names.is_empty()).then(|| tree::member_of("service-principal", names))?;
        Some(narrowed(member, workloads.filter.as_ref()))
    }

    fn excluded_workloads(&self, conditions: &Conditions) -> Vec<Condition> {
        let workloads = &conditions.service_principals;
        let names = self.objects(ObjectKind::ServicePrincipal, &workloads.exclude);
        let mut parts = Vec::new();
        if !names.is_empty() {
            parts.push(tree::member_of("service-principal", names));
        }
        let guard = self.workloads(&Workloads { filter: None, ..workloads.clone() });
        parts.extend(guarded(workloads.filter.as_ref(), guard));
        parts
    }

    /// Agents that sign in as themselves, and agents that use an account of their own.
    fn agents(&self, agents: &Agents) -> Option<Condition> {
        let mut parts = Vec::new();
        let mut names = Vec::new();
        match (agents.every_identity, agents.every_user) {
            (true, true) => names.push(tree::word("any-agent")),
            (true, false) => parts.push(tree::one_of_words("agent.kind", &["identity"])),
            (false, true) => parts.push(tree::one_of_words("agent.kind", &["user"])),
            (false, false) => {}
        }
        names.extend(self.objects(ObjectKind::Agent, &agents.include));
        if !names.is_empty() {
            parts.push(tree::member_of("agent", names));
        }
        let member = (!parts.is_empty()).then(|| tree::any(parts))?;
        Some(narrowed(member, agents.filter.as_ref()))
    }

    fn excluded_agents(&self, conditions: &Conditions) -> Vec<Condition> {
        let agents = &conditions.agents;
        let names = self.objects(ObjectKind::Agent, &agents.exclude);
        let mut parts = Vec::new();
        if !names.is_empty() {
            parts.push(tree::member_of("agent", names));
        }
        let guard = self.agents(&Agents { filter: None, ..agents.clone() });
        parts.extend(guarded(agents.filter.as_ref(), guard));
        parts
    }

    fn targets(&self, targets: &Targets) -> Vec<Condition> {
        let mut parts = Vec::new();
        parts.extend(self.included_apps(targets));
        parts.extend(words("action", &targets.actions));
        if !targets.contexts.is_empty() {
            let contexts = targets.contexts.iter().map(|id| {
                let name = self.names.object(ObjectKind::Context, id);
                tree::word(name.unwrap_or(id))
            });
            parts.push(tree::member_of("context", contexts.collect()));
        }
        parts.extend(words("traffic", &targets.traffic));
        parts
    }

    fn included_apps(&self, targets: &Targets) -> Option<Condition> {
        let filter = targets.filter.as_ref();
        let filtered = filter.is_some_and(|filter| !filter.exclude);
        let mut names = Vec::new();
        if targets.every_app || filtered {
            names.push(tree::word("any-app"));
        }
        names.extend(self.apps(&targets.include));
        let member = (!names.is_empty()).then(|| tree::member_of("app", names))?;
        Some(narrowed(member, filter))
    }

    fn apps(&self, apps: &[App]) -> Vec<Literal> {
        let literal = |app: &App| match app {
            App::Id(id) => self.object(ObjectKind::App, id),
            App::AgentResources => tree::word("any-agent-resource"),
        };
        apps.iter().map(literal).collect()
    }

    fn excluded_targets(&self, targets: &Targets) -> Vec<Condition> {
        let names = self.apps(&targets.exclude);
        let mut parts = Vec::new();
        if !names.is_empty() {
            parts.push(tree::member_of("app", names));
        }
        // Only an app is filtered out; `any-app` is also true of an action that has no attributes.
        let app = || tree::member_of("app", vec![tree::word("any-app")]);
        let no_action = tree::one_of("action", vec![tree::word("register-security-info")], true);
        parts.extend(guarded(targets.filter.as_ref(), Some(tree::all(vec![app(), no_action]))));
        parts
    }

    fn places(&self, places: &[Place]) -> Option<Condition> {
        let mut names = Vec::new();
        for place in places {
            match place {
                Place::Trusted => names.push(tree::word("trusted")),
                Place::Id(id) => names.push(match self.names.network(id) {
                    Some(name) => tree::word(name),
                    None => tree::string(id),
                }),
            }
        }
        names.dedup();
        (!names.is_empty()).then(|| tree::member_of("location", names))
    }

    fn demand(&self, demand: &Demand) -> Option<Clause> {
        match demand {
            Demand::Nothing => None,
            Demand::Block => Some(Clause::Block(tree::nowhere())),
            Demand::Require { all, parts } => {
                let mut grants: Vec<Grant> = parts.iter().map(|part| self.grant(part)).collect();
                Some(Clause::Require(match (grants.len(), all) {
                    (1, _) => grants.remove(0),
                    (_, true) => Grant::And(grants),
                    (_, false) => Grant::Or(grants),
                }))
            }
        }
    }

    fn grant(&self, part: &Part) -> Grant {
        let named = |kind, id: &String| {
            Some(tree::name(self.names.object(kind, id).unwrap_or(id).to_owned()))
        };
        let (grant, argument) = match part {
            Part::Word(word) => (*word, None),
            Part::Strength(strength) => ("strength", Some(tree::name(self.strength(strength)))),
            Part::Terms(id) => ("terms", named(ObjectKind::Terms, id)),
            Part::CustomControl(id) => ("custom-control", named(ObjectKind::CustomControl, id)),
        };
        let grant = tree::name(grant);
        Grant::One(GrantAtom { grant, argument, within: None, span: tree::nowhere() })
    }

    fn strength(&self, strength: &StrengthRef) -> String {
        self.names.strength(&strength.id).unwrap_or(&strength.id).to_owned()
    }
}

/// A description as documentation, a line each.
pub(super) fn description(text: Option<&str>) -> Vec<String> {
    let plain = |line: &str| {
        line.chars().map(|it| if it.is_control() { ' ' } else { it }).collect::<String>()
    };
    text.unwrap_or_default().lines().map(|line| plain(line).trim_end().to_owned()).collect()
}

/// The annotations of an object.
pub(super) fn annotations(
    remarks: &crate::entra::model::Remarks,
) -> Vec<(&'static str, Option<String>)> {
    vec![
        ("id", remarks.id.clone()),
        ("template", remarks.template.clone()),
        ("created", remarks.created.clone()),
        ("modified", remarks.modified.clone()),
        ("deleted", remarks.deleted.clone()),
    ]
}

fn words(attribute: &str, words: &[&'static str]) -> Option<Condition> {
    (!words.is_empty()).then(|| tree::one_of_words(attribute, words))
}

fn included(filter: Option<&Filter>) -> Option<Condition> {
    filter.filter(|filter| !filter.exclude).map(|filter| filter.condition.clone())
}

fn excluded(filter: Option<&Filter>) -> Option<Condition> {
    filter.filter(|filter| filter.exclude).map(|filter| filter.condition.clone())
}

/// Members, as far as a filter lets them in.
fn narrowed(member: Condition, filter: Option<&Filter>) -> Condition {
    match included(filter) {
        Some(condition) => tree::all(vec![member, condition]),
        None => member,
    }
}

/// What a filter takes out. A filter that holds where attributes are absent would take out what it does not speak of,
/// so it stands beside what it speaks of.
fn guarded(filter: Option<&Filter>, guard: Option<Condition>) -> Option<Condition> {
    let condition = excluded(filter)?;
    match guard {
        Some(guard) if tree::holds_on_absent(&condition) => Some(tree::all(vec![guard, condition])),
        _ => Some(condition),
    }
}

/// Levels that are the highest ones are a threshold.
fn risk(risk: &Risk) -> Condition {
    match risk.levels.first() {
        Some(lowest) if risk.upward && risk.levels.len() > 1 => tree::compare(
            risk.attribute,
            Operator::GreaterOrEqual,
            false,
            Operand::One(tree::word(*lowest)),
        ),
        _ => tree::one_of_words(risk.attribute, &risk.levels),
    }
}

fn agent_contexts(words: &[&'static str]) -> Option<Condition> {
    let contains = |it: &&'static str| {
        tree::compare("agent.context", Operator::Contains, false, Operand::One(tree::word(*it)))
    };
    (!words.is_empty()).then(|| tree::any(words.iter().map(contains).collect()))
}

fn phrase(control: &Control) -> Phrase {
    let split = |words: &str| words.split(' ').map(tree::word).collect::<Vec<_>>();
    let parts = match control {
        Control::Frequency(frequency) => frequency_words(frequency),
        Control::Word(words, value) => {
            let mut parts = split(words);
            parts.extend(value.map(tree::word));
            parts
        }
        Control::Id(words, id) => {
            let mut parts = split(words);
            parts.push(tree::string(id));
            parts
        }
    };
    Phrase { parts, span: tree::nowhere() }
}

fn frequency_words(frequency: &Frequency) -> Vec<Literal> {
    let mut parts = vec![tree::word("sign-in"), tree::word("frequency")];
    match frequency.period {
        Some((seconds, unit)) => {
            parts.push(tree::literal(LiteralValue::Duration(seconds, unit)));
        }
        None => parts.extend(["every", "time"].map(tree::word)),
    }
    if frequency.second_factor_only {
        parts.extend(["for", "second", "factor"].map(tree::word));
    }
    parts
}
