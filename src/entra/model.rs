//! A tenant's objects with their types, free of JSON and of names: what is between an export and policy files.

use crate::syntax::ast::{Condition, DurationUnit, State};

/// Where an object was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Origin {
    /// The file.
    pub(super) file: String,
    /// Its display name.
    pub(super) name: String,
}

/// What every object carries beside its meaning.
#[derive(Debug, Clone)]
pub(super) struct Remarks {
    pub(super) origin: Origin,
    pub(super) id: Option<String>,
    pub(super) template: Option<String>,
    pub(super) description: Option<String>,
    pub(super) created: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) deleted: Option<String>,
    /// What there is to know of how it was taken over: paths and texts.
    pub(super) notes: Vec<(String, String)>,
}

/// A policy.
#[derive(Debug, Clone)]
pub(super) struct Policy {
    pub(super) remarks: Remarks,
    pub(super) state: Option<State>,
    pub(super) conditions: Conditions,
    pub(super) demand: Demand,
    pub(super) session: Vec<Control>,
}

/// When a policy applies: in each dimension a union of includes without a union of excludes; all dimensions hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Conditions {
    pub(super) users: Users,
    pub(super) service_principals: Workloads,
    pub(super) agents: Agents,
    pub(super) targets: Targets,
    /// Words of `client`; empty for all.
    pub(super) clients: Vec<&'static str>,
    pub(super) platforms: Sieve<&'static str>,
    pub(super) locations: Sieve<Place>,
    /// Attributes of the device that exempt, from the retired device states.
    pub(super) device_states: Vec<&'static str>,
    pub(super) device_filter: Option<Filter>,
    pub(super) risks: Vec<Risk>,
    /// Words of `flow`; empty for all.
    pub(super) flows: Vec<&'static str>,
    pub(super) agent_contexts: Sieve<&'static str>,
}

/// What is let in, empty for all, and what is taken out of that again.
#[derive(Debug, Clone)]
pub(super) struct Sieve<T> {
    pub(super) include: Vec<T>,
    pub(super) exclude: Vec<T>,
}

impl<T> Default for Sieve<T> {
    fn default() -> Self {
        Sieve { include: Vec::new(), exclude: Vec::new() }
    }
}

/// Users, included and excluded.
#[derive(Debug, Clone, Default)]
pub(super) struct Users {
    pub(super) include: People,
    pub(super) exclude: People,
}

/// A union of users.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct People {
    pub(super) everyone: bool,
    pub(super) users: Vec<String>,
    pub(super) groups: Vec<String>,
    pub(super) roles: Vec<String>,
    pub(super) guests: Vec<Guests>,
}

/// External users of some types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Guests {
    /// Words of `user.type`; at least one.
    pub(super) types: Vec<&'static str>,
    /// Ids of their home tenants; empty for any.
    pub(super) tenants: Vec<String>,
}

/// Workload identities.
#[derive(Debug, Clone, Default)]
pub(super) struct Workloads {
    pub(super) own_tenant: bool,
    pub(super) include: Vec<String>,
    pub(super) exclude: Vec<String>,
    pub(super) filter: Option<Filter>,
}

/// Agents: identities, and users of agents.
#[derive(Debug, Clone, Default)]
pub(super) struct Agents {
    pub(super) every_identity: bool,
    pub(super) every_user: bool,
    pub(super) include: Vec<String>,
    pub(super) exclude: Vec<String>,
    pub(super) filter: Option<Filter>,
}

/// A filter rule as a condition.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    /// Whether what it matches is taken out; else it is what is let in.
    pub(super) exclude: bool,
    pub(super) condition: Condition,
}

/// What is asked for: a union of apps, actions, authentication contexts and traffic.
#[derive(Debug, Clone, Default)]
pub(super) struct Targets {
    pub(super) every_app: bool,
    pub(super) include: Vec<App>,
    pub(super) exclude: Vec<App>,
    pub(super) filter: Option<Filter>,
    pub(super) actions: Vec<&'static str>,
    pub(super) contexts: Vec<String>,
    pub(super) traffic: Vec<&'static str>,
}

/// An app or a group of apps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum App {
    /// By its id, or by Graph's word for a group of apps.
    Id(String),
    /// Every resource of agents.
    AgentResources,
}

/// A location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// Every trusted one.
    Trusted,
    /// By its id.
    Id(String),
}

/// A condition on risk.
#[derive(Debug, Clone)]
pub(super) struct Risk {
    /// The attribute.
    pub(super) attribute: &'static str,
    /// Its words, lowest first; at least one.
    pub(super) levels: Vec<&'static str>,
    /// Whether they are the highest ones, without a gap.
    pub(super) upward: bool,
}

/// What a policy demands.
#[derive(Debug, Clone)]
pub(super) enum Demand {
    Nothing,
    Block,
    /// All of the parts, or any of them; at least one.
    Require {
        all: bool,
        parts: Vec<Part>,
    },
}

/// One grant.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    /// A grant without an argument, by its word in the language.
    Word(&'static str),
    Strength(StrengthRef),
    /// By the agreement's id.
    Terms(String),
    /// By the custom control's id.
    CustomControl(String),
}

/// A strength as a policy names it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct StrengthRef {
    pub(super) id: String,
    /// Its display name, where the policy's own copy has one.
    pub(super) name: Option<String>,
    /// What it is made of, where the policy's own copy says so.
    pub(super) combinations: Option<Vec<Combination>>,
}

/// A strength.
#[derive(Debug, Clone)]
pub(super) struct Strength {
    pub(super) remarks: Remarks,
    /// `None` when only its id is known.
    pub(super) combinations: Option<Vec<Combination>>,
}

/// Methods that are needed together.
pub(super) type Combination = Vec<MethodUse>;

/// A method with what its proof must show.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MethodUse {
    /// Its word in the language.
    pub(super) method: &'static str,
    /// Its word in Graph.
    pub(super) graph: &'static str,
    /// `aaguid`, `issuer`, `policy` with their values.
    pub(super) restrictions: Vec<(&'static str, Vec<String>)>,
}

/// A session control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Control {
    Frequency(Frequency),
    /// Its words and the word after them.
    Word(&'static str, Option<&'static str>),
    /// Its words and the string after them.
    Id(&'static str, String),
}

/// A sign-in frequency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frequency {
    /// Seconds and the unit they were given in; `None` for every time.
    pub(super) period: Option<(u64, DurationUnit)>,
    pub(super) second_factor_only: bool,
}

/// A named location.
#[derive(Debug, Clone)]
pub(super) struct Network {
    pub(super) remarks: Remarks,
    pub(super) trusted: bool,
    /// `None` when only its id is known.
    pub(super) members: Option<Vec<Member>>,
}

/// A line of a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Member {
    /// An address or a prefix.
    Address(String),
    /// From one address to another.
    Range(String, String),
    /// Countries, by address or by GPS.
    Countries { codes: Vec<String>, unknown: bool, gps: bool },
    /// A word and the string after it.
    Marker(&'static str, Option<String>),
}
