//! What is left to prove: a requirement multiplied out into alternatives, reduced, and how feasible each is.

use std::collections::BTreeSet;

use crate::decision::{
    Alternative, Challenge, Demand, DemandKind, Feasibility, MAX_ALTERNATIVES,
    MAX_WORKING_ALTERNATIVES,
};
use crate::hir::{
    Combination, Effect, Grant, MethodUse, Object, Policy, PolicySet, Requirement, Strength,
};
use crate::interpret::evidence::Proven;
use crate::request::Request;
use crate::schema::attribute::{Attribute, CLIENTS, FLOWS, PLATFORMS, PRINCIPALS};
use crate::schema::grant::GrantWord;
use crate::schema::session::MaxAge;
use crate::syntax::ast::ObjectKind;

/// Demands that open the latch together.
type Demands = BTreeSet<Demand>;

/// What the evidence leaves open of everything that the policies demand; `None` when nothing is.
pub(super) fn residue(proven: &Proven<'_>, policies: &[&Policy]) -> Option<Challenge> {
    let open = open(proven, policies);
    let mut rest = Residue { proven, open, alternatives: vec![Demands::new()], truncated: false };
    for policy in policies {
        if let Effect::Require(grant) = &policy.effect {
            rest.multiply(&rest.grant(grant));
        }
    }
    if !proven.signed_in() {
        rest.multiply(&[Demands::from([sign_in(proven)])]);
    }
    rest.into_challenge()
}

/// Everything that any grant of these policies names and that the evidence does not satisfy.
fn open(proven: &Proven<'_>, policies: &[&Policy]) -> Demands {
    let grants = policies.iter().filter_map(|policy| match &policy.effect {
        Effect::Require(grant) => Some(grant),
        Effect::Block | Effect::Nothing => None,
    });
    let unmet = grants.flat_map(Grant::requirements).filter(|it| !proven.satisfies(it));
    unmet.map(|requirement| demand(proven, requirement)).collect()
}

struct Residue<'a> {
    proven: &'a Proven<'a>,
    /// Everything that is not satisfied.
    open: Demands,
    /// Reduced and in order.
    alternatives: Vec<Demands>,
    truncated: bool,
}

impl Residue<'_> {
    fn multiply(&mut self, factor: &[Demands]) {
        let product = product(&self.alternatives, factor);
        self.alternatives = reduce(self.proven, product);
        self.cut(MAX_WORKING_ALTERNATIVES);
    }

    fn cut(&mut self, limit: usize) {
        self.truncated |= self.alternatives.len() > limit;
        self.alternatives.truncate(limit);
    }

    /// The alternatives that one grant leaves.
    fn grant(&self, grant: &Grant) -> Vec<Demands> {
        let alternatives = match grant {
            Grant::One(requirement) => vec![self.requirement(requirement)],
            Grant::Any(grants) => grants.iter().flat_map(|grant| self.grant(grant)).collect(),
            Grant::All(grants) => grants
                .iter()
                .fold(vec![Demands::new()], |all, grant| product(&all, &self.grant(grant))),
        };
        reduce(self.proven, alternatives)
    }

    fn requirement(&self, requirement: &Requirement) -> Demands {
        if self.proven.satisfies(requirement) {
            Demands::new()
        } else {
            Demands::from([self.stand_in(demand(self.proven, requirement))])
        }
    }

    /// Of what is open, the smallest demand that means the same.
    fn stand_in(&self, demand: Demand) -> Demand {
        let set = self.proven.set;
        let same = |it: &&Demand| implies(set, it, &demand) && implies(set, &demand, it);
        self.open.iter().find(same).cloned().unwrap_or(demand)
    }

    fn into_challenge(mut self) -> Option<Challenge> {
        if self.alternatives.iter().any(BTreeSet::is_empty) {
            return None;
        }
        self.cut(MAX_ALTERNATIVES);
        let request = self.proven.request;
        let alternatives = self
            .alternatives
            .into_iter()
            .map(|demands| Alternative {
                feasibility: worst(&demands, request),
                demands: demands.into_iter().collect(),
            })
            .collect();
        Some(Challenge { alternatives, truncated: self.truncated })
    }
}

/// Both an alternative of the first and one of the second.
fn product(first: &[Demands], second: &[Demands]) -> Vec<Demands> {
    first.iter().flat_map(|a| second.iter().map(move |b| a | b)).collect()
}

fn sign_in(proven: &Proven<'_>) -> Demand {
    let max_age = proven.bounds.frequency.both;
    Demand { kind: DemandKind::SignIn, name: None, within: None, max_age }
}

/// What a requirement that is not met asks for.
pub(super) fn demand(proven: &Proven<'_>, requirement: &Requirement) -> Demand {
    Demand {
        kind: DemandKind::Grant(requirement.grant),
        name: name(proven.set, requirement),
        within: requirement.within,
        max_age: max_age(proven, requirement),
    }
}

/// The name that a requirement's demand carries.
pub(super) fn name(set: &PolicySet, requirement: &Requirement) -> Option<String> {
    match requirement.grant {
        GrantWord::Strength => requirement.strength.map(|id| set.strength(id).name.clone()),
        _ => requirement.object.as_ref().map(|object| object.name.clone()),
    }
}

fn max_age(proven: &Proven<'_>, requirement: &Requirement) -> Option<MaxAge> {
    let frequency = proven.bounds.frequency;
    let strength = requirement.strength.map(|id| proven.set.strength(id));
    let both = frequency.both.filter(|_| strength.is_some());
    let second = frequency.second.filter(|_| strength.is_some_and(always_has_second_factor));
    [requirement.within.map(MaxAge::Seconds), both, second].into_iter().flatten().min()
}

fn always_has_second_factor(strength: &Strength) -> bool {
    every_combination(strength, |use_| use_.method.is_second_factor())
}

/// Whether every combination has such a method. Of an opaque strength nothing is known.
fn every_combination(strength: &Strength, such: impl Fn(&MethodUse) -> bool) -> bool {
    let has = |combination: &Combination| combination.methods.iter().any(&such);
    strength.opaque.is_none() && strength.combinations.iter().all(has)
}

/// The smallest alternatives, in the order of a challenge.
fn reduce(proven: &Proven<'_>, alternatives: Vec<Demands>) -> Vec<Demands> {
    let set = proven.set;
    let smallest = alternatives.iter().map(|demands| without_implied(set, demands));
    let mut smallest: Vec<_> = smallest.collect::<BTreeSet<_>>().into_iter().collect();
    smallest.sort_by_key(|demands| (worst(demands, proven.request), demands.len()));
    let kept = smallest.iter().enumerate().filter(|(at, demands)| {
        let mut others = smallest.iter().enumerate().filter(|(other, _)| other != at);
        !others.any(|(_, other)| asks_no_more(set, other, demands))
    });
    kept.map(|(_, demands)| demands.clone()).collect()
}

/// Whether everything that one alternative asks for is implied by the other.
fn asks_no_more(set: &PolicySet, one: &Demands, than: &Demands) -> bool {
    one.iter().all(|wanted| than.iter().any(|given| implies(set, given, wanted)))
}

fn without_implied(set: &PolicySet, demands: &Demands) -> Demands {
    let is_implied = |demand: &Demand| {
        demands.iter().any(|other| other != demand && implies(set, other, demand))
    };
    demands.iter().filter(|demand| !is_implied(demand)).cloned().collect()
}

/// Whether whoever meets the first freshly has met the second.
pub(super) fn implies(set: &PolicySet, given: &Demand, wanted: &Demand) -> bool {
    let as_short = match (given.within, wanted.within) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(given), Some(wanted)) => given <= wanted,
    };
    let same = given.kind == wanted.kind && given.name == wanted.name;
    as_short && (same || implies_by_strength((set, given), (set, wanted)))
}

/// Whether whoever meets the first now has met the second, where each is a demand of a set of its own: a name counts for
/// what it means in its set. How old proofs may grow is not compared.
#[cfg_attr(
    not(feature = "entra"),
    allow(dead_code, reason = "only replays compare policies of two sets")
)]
pub(crate) fn implies_between(
    (set, given): (&PolicySet, &Demand),
    (other, wanted): (&PolicySet, &Demand),
) -> bool {
    let same = given.kind == wanted.kind
        && given.name == wanted.name
        && meaning(set, given) == meaning(other, wanted);
    same || implies_by_strength((set, given), (other, wanted))
}

/// What the name of a demand stands for: combinations and opaque id of a strength, ids of an object. Names of no other
/// kind stand for anything.
#[cfg_attr(
    not(feature = "entra"),
    allow(dead_code, reason = "only replays compare policies of two sets")
)]
fn meaning<'a>(set: &'a PolicySet, demand: &Demand) -> impl PartialEq + use<'a> {
    let kind = match demand.kind {
        DemandKind::Grant(GrantWord::Terms) => Some(ObjectKind::Terms),
        DemandKind::Grant(GrantWord::CustomControl) => Some(ObjectKind::CustomControl),
        DemandKind::Grant(_) | DemandKind::SignIn => None,
    };
    let named =
        |object: &&Object| Some(object.kind) == kind && Some(&object.name) == demand.name.as_ref();
    let object = set.objects.iter().find(named);
    let strength = strength_of(set, demand);
    (
        object.map(|object| object.ids.iter().collect::<BTreeSet<_>>()),
        strength.map(|strength| (&strength.combinations, &strength.opaque)),
    )
}

fn implies_by_strength(
    (set, given): (&PolicySet, &Demand),
    (other, wanted): (&PolicySet, &Demand),
) -> bool {
    let Some(given) = strength_of(set, given) else { return false };
    if wanted.kind == DemandKind::SignIn {
        return every_combination(given, |use_| use_.method.is_first_factor());
    }
    strength_of(other, wanted).is_some_and(|wanted| is_as_strong(given, wanted))
}

fn strength_of<'a>(set: &'a PolicySet, demand: &Demand) -> Option<&'a Strength> {
    match demand.kind {
        DemandKind::Grant(GrantWord::Mfa) => Some(set.strength(set.multi_factor)),
        DemandKind::Grant(GrantWord::Strength) => {
            set.strengths.iter().find(|strength| Some(&strength.name) == demand.name.as_ref())
        }
        DemandKind::Grant(_) | DemandKind::SignIn => None,
    }
}

fn is_as_strong(given: &Strength, wanted: &Strength) -> bool {
    let contains_one =
        |given: &Combination| wanted.combinations.iter().any(|one| contains(given, one));
    given.opaque.is_none() && wanted.opaque.is_none() && given.combinations.iter().all(contains_one)
}

fn contains(given: &Combination, wanted: &Combination) -> bool {
    let covered = |wanted: &MethodUse| given.methods.iter().any(|given| covers(given, wanted));
    wanted.methods.iter().all(covered)
}

/// Whether every proof of the first use is one of the second.
fn covers(given: &MethodUse, wanted: &MethodUse) -> bool {
    let narrower = |given: &BTreeSet<String>, wanted: &BTreeSet<String>| {
        wanted.is_empty() || (!given.is_empty() && given.is_subset(wanted))
    };
    given.method == wanted.method
        && narrower(&given.aaguids, &wanted.aaguids)
        && narrower(&given.issuers, &wanted.issuers)
        && narrower(&given.policies, &wanted.policies)
}

/// The feasibility of an alternative is that of its worst demand.
fn worst(demands: &Demands, request: &Request) -> Feasibility {
    let each = demands.iter().map(|demand| feasibility(demand.kind, request));
    each.max().unwrap_or(Feasibility::Interactive)
}

/// Whether this principal can meet such a demand with this client.
pub(super) fn feasibility(kind: DemandKind, request: &Request) -> Feasibility {
    if rules_out(kind, request) {
        Feasibility::Impossible
    } else if is_of_device(kind) || is_of_app(kind) {
        Feasibility::Remediable
    } else {
        Feasibility::Interactive
    }
}

fn is_of_device(kind: DemandKind) -> bool {
    matches!(kind, DemandKind::Grant(GrantWord::CompliantDevice | GrantWord::HybridJoinedDevice))
}

fn is_of_app(kind: DemandKind) -> bool {
    matches!(kind, DemandKind::Grant(GrantWord::ApprovedApp | GrantWord::ProtectedApp))
}

fn rules_out(kind: DemandKind, request: &Request) -> bool {
    principal_rules_out(kind, request)
        || client_rules_out(kind, request)
        || flow_rules_out(kind, request)
        || platform_rules_out(kind, request)
}

/// The word a request has for an attribute, where it has one.
fn word<'a>(request: &Request, attribute: Attribute, words: &[&'a str]) -> Option<&'a str> {
    let number = request.word(attribute).known().copied()?;
    words.get(usize::from(number)).copied()
}

fn principal_rules_out(kind: DemandKind, request: &Request) -> bool {
    match word(request, Attribute::Principal, PRINCIPALS) {
        Some("service-principal") => true,
        // Only an agent that is known to have no user account cannot have a device.
        Some("agent") => {
            !is_of_device(kind)
                || word(request, Attribute::AgentKind, &["identity", "user"]) == Some("identity")
        }
        _ => false,
    }
}

fn client_rules_out(kind: DemandKind, request: &Request) -> bool {
    let client = word(request, Attribute::Client, CLIENTS);
    matches!(client, Some("exchange-active-sync" | "other")) && kind != DemandKind::SignIn
}

fn flow_rules_out(kind: DemandKind, request: &Request) -> bool {
    let flow = word(request, Attribute::Flow, FLOWS);
    flow == Some("device-code") && (is_of_device(kind) || is_of_app(kind))
}

fn platform_rules_out(kind: DemandKind, request: &Request) -> bool {
    let Some(platform) = word(request, Attribute::Platform, PLATFORMS) else { return false };
    let possible: &[&str] = match kind {
        DemandKind::Grant(GrantWord::HybridJoinedDevice) => &["windows"],
        DemandKind::Grant(GrantWord::ApprovedApp) => &["ios", "android"],
        DemandKind::Grant(GrantWord::ProtectedApp) => &["ios", "android", "windows"],
        DemandKind::Grant(_) | DemandKind::SignIn => return false,
    };
    !possible.contains(&platform)
}

/// The attributes that a demand's feasibility reads and that nobody supplied.
pub(super) fn silent_inputs(kind: DemandKind, request: &Request) -> Vec<Attribute> {
    let read = feasibility_inputs(kind, request);
    read.into_iter().filter(|attribute| request.get(*attribute).is_not_supplied()).collect()
}

/// The attributes that a demand's feasibility reads.
pub(super) fn feasibility_inputs(kind: DemandKind, request: &Request) -> Vec<Attribute> {
    let principal = word(request, Attribute::Principal, PRINCIPALS);
    let may_be_agent = principal.is_none_or(|principal| principal == "agent");
    let by_platform = matches!(
        kind,
        DemandKind::Grant(
            GrantWord::HybridJoinedDevice | GrantWord::ApprovedApp | GrantWord::ProtectedApp
        )
    );
    let read = [
        (true, Attribute::Principal),
        (true, Attribute::Client),
        (is_of_device(kind) || is_of_app(kind), Attribute::Flow),
        (by_platform, Attribute::Platform),
        (is_of_device(kind) && may_be_agent, Attribute::AgentKind),
    ];
    read.into_iter().filter(|(reads, _)| *reads).map(|(_, attribute)| attribute).collect()
}
