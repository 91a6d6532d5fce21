//! What a condition tests, input by input: a probe of memberships or networks comes apart into tests of one input each,
//! any of which is enough.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::hir::{
    Agents, Apps, Network, NetworkId, People, PolicySet, Predicate, Probe, ServicePrincipals,
};
use crate::request::Value;
use crate::schema::attribute::{Attribute, AttributeId};
use crate::value::Country;

use Attribute as A;

/// One input of a request that tests can tell values of apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::analyze) enum Input {
    /// A built-in attribute.
    Slot(Attribute),
    /// An attribute of the organisation's own, by number.
    Own(u8),
    /// The id of the app that is asked for.
    App,
    /// Whether that app is a resource of agents.
    AgentResource,
    /// A custom security attribute `SET.NAME` of the app, the service principal or the agent.
    Custom(Attribute, String),
}

/// A test of one input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::analyze) enum Test {
    /// As a policy writes it.
    Passes(Predicate),
    /// Any of these ids.
    Ids(BTreeSet<String>),
    /// In one of these countries; the flag says whether no country is in.
    Countries(BTreeSet<Country>, bool),
    /// Inside the addresses of a network.
    Addresses(NetworkId),
    /// There is a value.
    Known,
}

/// Words as a test.
pub(in crate::analyze) fn words(words: impl IntoIterator<Item = u8>) -> Test {
    Test::Passes(Predicate::Words(words.into_iter().collect(), None))
}

/// The tests of a probe, any of which is enough.
pub(in crate::analyze) fn tests(set: &PolicySet, probe: &Probe) -> Vec<(Input, Test)> {
    match &probe.predicate {
        Predicate::People(people) => of_people(people),
        Predicate::Apps(apps) => of_apps(apps),
        Predicate::ServicePrincipals(wanted) => of_service_principals(wanted),
        Predicate::Agents(wanted) => of_agents(wanted),
        Predicate::Networks(networks) => {
            networks.iter().flat_map(|id| of_network(*id, set.network(*id))).collect()
        }
        Predicate::Ids(ids) => vec![(input(probe.attribute), Test::Ids(ids.clone()))],
        Predicate::Custom(name, _) => {
            let folded = crate::value::fold_case(name);
            vec![(custom(probe.attribute, folded), Test::Passes(probe.predicate.clone()))]
        }
        Predicate::Holds if probe.attribute == AttributeId::BuiltIn(A::DeviceHybridJoined) => {
            vec![(Input::Slot(A::DeviceTrust), words([HYBRID_JOINED]))]
        }
        Predicate::Holds
        | Predicate::Words(..)
        | Predicate::Countries(_)
        | Predicate::Ranges(..) => {
            vec![(input(probe.attribute), Test::Passes(probe.predicate.clone()))]
        }
        Predicate::Text(_) | Predicate::Version(..) | Predicate::TimeOfDay(..) => {
            vec![(input(probe.attribute), Test::Passes(probe.predicate.clone()))]
        }
    }
}

/// The number of `hybrid-joined` among the trusts of devices.
pub(in crate::analyze) const HYBRID_JOINED: u8 = 1;
/// The numbers of the principals.
pub(in crate::analyze) const USER: u8 = 0;
pub(in crate::analyze) const AGENT: u8 = 2;
/// The number of apps among the targets.
pub(in crate::analyze) const APP: u8 = 0;
/// The number of `register-security-info` among the actions.
pub(in crate::analyze) const REGISTER_SECURITY_INFO: u8 = 0;

fn input(attribute: AttributeId) -> Input {
    match attribute {
        AttributeId::BuiltIn(A::Weekday | A::Date) => Input::Slot(A::Time),
        AttributeId::BuiltIn(attribute) => Input::Slot(attribute),
        AttributeId::Own(number) => Input::Own(number),
    }
}

fn custom(attribute: AttributeId, name: String) -> Input {
    match attribute {
        AttributeId::BuiltIn(attribute) => Input::Custom(attribute, name),
        AttributeId::Own(number) => Input::Own(number),
    }
}

/// A test of ids, where any are wanted.
fn ids(input: Input, wanted: &BTreeSet<String>) -> Option<(Input, Test)> {
    (!wanted.is_empty()).then(|| (input, Test::Ids(wanted.clone())))
}

fn of_people(people: &People) -> Vec<(Input, Test)> {
    let anyone = people.anyone.then(|| (Input::Slot(A::Principal), words([USER])));
    let types = (!people.types.is_empty())
        .then(|| (Input::Slot(A::UserType), words(people.types.iter().copied())));
    [
        anyone,
        ids(Input::Slot(A::UserId), &people.users),
        ids(Input::Slot(A::UserGroups), &people.groups),
        ids(Input::Slot(A::UserRoles), &people.roles),
        types,
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn of_apps(apps: &Apps) -> Vec<(Input, Test)> {
    let any = [
        (Input::Slot(A::Target), words([APP])),
        (Input::Slot(A::Action), words([REGISTER_SECURITY_INFO])),
    ];
    let any = any.into_iter().filter(|_| apps.any);
    let resource =
        apps.any_agent_resource.then_some((Input::AgentResource, Test::Passes(Predicate::Holds)));
    any.chain(resource).chain(ids(Input::App, &apps.ids)).collect()
}

fn of_service_principals(wanted: &ServicePrincipals) -> Vec<(Input, Test)> {
    let own = wanted
        .own_tenant
        .then_some((Input::Slot(A::ServicePrincipalOwnTenant), Test::Passes(Predicate::Holds)));
    own.into_iter().chain(ids(Input::Slot(A::ServicePrincipalId), &wanted.ids)).collect()
}

fn of_agents(wanted: &Agents) -> Vec<(Input, Test)> {
    let any = wanted.any.then(|| (Input::Slot(A::Principal), words([AGENT])));
    any.into_iter().chain(ids(Input::Slot(A::AgentId), &wanted.ids)).collect()
}

fn of_network(id: NetworkId, network: &Network) -> Vec<(Input, Test)> {
    let country = |input: A, wanted: &BTreeSet<Country>, unknown: bool| {
        (unknown || !wanted.is_empty())
            .then(|| (Input::Slot(input), Test::Countries(wanted.clone(), unknown)))
    };
    let addresses =
        (!network.ranges.is_empty()).then_some((Input::Slot(A::Ip), Test::Addresses(id)));
    [
        addresses,
        country(A::Country, &network.countries, network.unknown_country),
        country(A::GpsCountry, &network.gps_countries, network.gps_unknown),
        ids(Input::Slot(A::LocationNamed), &network.named),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Test {
    /// Whether a value passes; `None` is an absent one.
    pub(in crate::analyze) fn passes(&self, set: &PolicySet, value: Option<&Value>) -> bool {
        match self {
            Test::Known => value.is_some(),
            Test::Passes(predicate) => {
                value.is_some_and(|value| crate::interpret::passes(predicate, value))
            }
            Test::Ids(wanted) => matches!(value, Some(Value::Text(id)) if wanted.contains(id)),
            Test::Countries(wanted, unknown) => match value {
                Some(Value::Country(country)) => wanted.contains(country),
                Some(_) => false,
                None => *unknown,
            },
            Test::Addresses(network) => {
                matches!(value, Some(Value::Address(it)) if contains(set.network(*network), *it))
            }
        }
    }
}

/// Ranges are sorted and of one family each, but they may overlap.
fn contains(network: &Network, address: IpAddr) -> bool {
    network.ranges.iter().any(|(low, high)| {
        low.is_ipv4() == address.is_ipv4() && *low <= address && address <= *high
    })
}
