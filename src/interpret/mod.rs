//! The reference semantics: what a set of policies decides about a request, slow and readable as the specification.
//!
//! Everything that [`crate::decision`] says in words is said here in code, by the plainest means: conditions are
//! evaluated as trees in three values, evidence is compared proof by proof, alternatives are multiplied out as sets. The
//! compiled engine shares no code with it but the shapes of what goes in and comes out, and is held to it by tests.
//!
//! ```text
//! looks ──▶ which policies apply ──▶ verdict ──▶ Decision
//! (condition.rs)     (here)        (evidence.rs, challenge.rs)   (horizon.rs: for how long)
//! ```

mod challenge;
mod clock;
mod condition;
mod evidence;
mod expect;
pub mod explain;
mod horizon;
mod judge;

use std::collections::BTreeSet;

use crate::decision::{Blocked, Decision, Feasibility, Options, Outcome, ReportOnly};
use crate::hir::{Effect, Grant, Policy, PolicySet, PolicyState, Requirement};
use crate::interpret::evidence::{Bounds, Proven};
use crate::request::Request;
use crate::schema::attribute::{Attribute, AttributeId};
use crate::schema::grant::GrantWord;
use crate::schema::session::SessionControls;
use crate::value::{Timestamp, Truth};

pub(crate) use clock::{clock_changes, moments_of};
pub(crate) use condition::passes;
pub use expect::{concerns, meets};
pub use judge::{Mismatch, demanded, judge};

#[cfg(feature = "entra")]
pub(crate) use challenge::implies_between;

/// Decides about a request, by the specification.
///
/// [`Decision::valid_for_ms`] is the exact moment of the first change, unless that lies so far ahead that the
/// search gives up and names an earlier one. [`Decision::depends_on`] lists every input that a policy which is on can read.
pub fn interpret(set: &PolicySet, request: &Request, options: &Options) -> Decision {
    let case = Case { set, request, options };
    let applying = case.applying();
    let verdict = case.verdict(&applying.policies(), Reading::AsSupplied);
    let friendliest = case.verdict(&applying.certain(), Reading::Friendliest);
    let silent = case.silent_for_step_up(&verdict.outcome);
    let valid_for_ms = horizon::valid_for(&case, &verdict);
    Decision {
        unguarded: applying.0.is_empty(),
        by: case.decisive(&applying.policies(), &verdict.outcome),
        applying: names(&applying.policies()),
        report_only: case.report_only(),
        assumption_matters: verdict != friendliest || !silent.is_empty(),
        assumed: case.names_of(&case.assumed(&applying) | &silent),
        valid_for_ms,
        valid_until: valid_until(request, valid_for_ms),
        depends_on: case.names_of(case.depends_on()),
        outcome: verdict.outcome,
        session: verdict.session,
    }
}

/// Whether the condition of each policy of the set holds, in their order, whatever their state.
pub fn holding(set: &PolicySet, request: &Request) -> Vec<Truth> {
    let looks = condition::looks(set, request);
    set.policies.iter().map(|policy| condition::holds(&looks, &policy.condition)).collect()
}

/// One question: these policies, this request.
#[derive(Debug, Clone, Copy)]
struct Case<'a> {
    set: &'a PolicySet,
    request: &'a Request,
    options: &'a Options,
}

/// What is compared when a decision is said to change.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Verdict {
    outcome: Outcome,
    session: SessionControls<String>,
}

/// How what nobody supplied is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// As unknown.
    AsSupplied,
    /// As it would suit the user best.
    Friendliest,
}

/// The policies that apply, and whether that is certain.
struct Applying<'a>(Vec<(&'a Policy, Truth)>);

impl<'a> Applying<'a> {
    fn policies(&self) -> Vec<&'a Policy> {
        self.0.iter().map(|(policy, _)| *policy).collect()
    }

    fn certain(&self) -> Vec<&'a Policy> {
        self.assured(Truth::True)
    }

    fn uncertain(&self) -> Vec<&'a Policy> {
        self.assured(Truth::Unknown)
    }

    fn assured(&self, truth: Truth) -> Vec<&'a Policy> {
        self.0.iter().filter(|(_, it)| *it == truth).map(|(policy, _)| *policy).collect()
    }
}

impl<'a> Case<'a> {
    /// The same question at another time or with other inputs.
    fn with(self, request: &'a Request) -> Case<'a> {
        Case { request, ..self }
    }

    fn is_on(&self, policy: &Policy) -> bool {
        match policy.state {
            PolicyState::On => true,
            PolicyState::ReportOnly => self.options.as_if_enforced,
            PolicyState::Disabled => false,
        }
    }

    /// The policies that are on.
    fn on(&self) -> impl Iterator<Item = &'a Policy> {
        let case = *self;
        self.set.policies.iter().filter(move |policy| case.is_on(policy))
    }

    /// The policies that are on and whose condition is not definitely false.
    fn applying(&self) -> Applying<'a> {
        let looks = condition::looks(self.set, self.request);
        let judged = self.on().map(|policy| (policy, condition::holds(&looks, &policy.condition)));
        Applying(judged.filter(|(_, truth)| *truth != Truth::False).collect())
    }

    /// What policies that apply together come to.
    fn verdict(&self, applying: &[&Policy], reading: Reading) -> Verdict {
        if applying.iter().any(|policy| policy.effect == Effect::Block) {
            return Verdict::blocked(Blocked::ByPolicy);
        }
        let Some(challenge) = challenge::residue(&self.proven(applying, reading), applying) else {
            return Verdict { outcome: Outcome::Open, session: merged(applying) };
        };
        let impossible = |feasibility| feasibility == Feasibility::Impossible;
        if challenge.alternatives.iter().all(|one| impossible(one.feasibility)) {
            return Verdict::blocked(Blocked::Impossible(challenge));
        }
        Verdict { outcome: Outcome::StepUp(challenge), session: merged(applying) }
    }

    fn proven(&self, applying: &[&Policy], reading: Reading) -> Proven<'a> {
        Proven {
            set: self.set,
            request: self.request,
            bounds: Bounds::of(applying, self.options),
            trusting: reading == Reading::Friendliest,
        }
    }

    /// Who decided.
    fn decisive(&self, applying: &[&Policy], outcome: &Outcome) -> Vec<String> {
        let proven = self.proven(applying, Reading::AsSupplied);
        let decides = |policy: &Policy| match outcome {
            Outcome::Blocked(Blocked::ByPolicy) => policy.effect == Effect::Block,
            Outcome::Open => demands_anything(policy),
            Outcome::StepUp(_) | Outcome::Blocked(Blocked::Impossible(_)) => {
                !self.is_met(policy, &proven)
            }
        };
        names(&applying.iter().copied().filter(|policy| decides(policy)).collect::<Vec<_>>())
    }

    /// Whether the evidence satisfies a policy's grant and its own frequency.
    fn is_met(&self, policy: &Policy, proven: &Proven<'_>) -> bool {
        let own = policy.session.sign_in_frequency.both.map(|bound| self.options.seconds(bound));
        let granted = match &policy.effect {
            Effect::Require(grant) => is_satisfied(grant, proven),
            Effect::Block | Effect::Nothing => true,
        };
        granted && (own.is_none() || proven.has_first_factor(own))
    }

    /// What each report-only policy would have done alone.
    fn report_only(&self) -> Vec<ReportOnly> {
        let looks = condition::looks(self.set, self.request);
        let reported = self.set.policies.iter().filter(|policy| {
            policy.state == PolicyState::ReportOnly
                && !self.is_on(policy)
                && condition::holds(&looks, &policy.condition) != Truth::False
        });
        reported
            .map(|policy| ReportOnly {
                policy: policy.name.clone(),
                would: self.verdict(&[policy], Reading::AsSupplied).outcome,
            })
            .collect()
    }

    /// The inputs whose silence made a policy apply or leaves a device grant unmet.
    fn assumed(&self, applying: &Applying<'_>) -> BTreeSet<AttributeId> {
        let looks = condition::looks(self.set, self.request);
        let uncertain = applying.uncertain();
        let conditions = uncertain.iter().map(|policy| &policy.condition);
        let of_conditions = conditions.flat_map(|one| condition::silent_inputs(&looks, one));
        let grants = applying.policies();
        let of_grants = grants.iter().flat_map(|policy| device_inputs(policy));
        let silent = of_grants.filter(|input| self.request.get(*input).is_not_supplied());
        of_conditions.chain(silent.map(AttributeId::BuiltIn)).collect()
    }

    /// The inputs whose silence leaves open whether a challenge can be met.
    fn silent_for_step_up(&self, outcome: &Outcome) -> BTreeSet<AttributeId> {
        let Outcome::StepUp(challenge) = outcome else { return BTreeSet::new() };
        let demands = challenge.alternatives.iter().flat_map(|one| &one.demands);
        let silent = demands.flat_map(|demand| challenge::silent_inputs(demand.kind, self.request));
        silent.map(AttributeId::BuiltIn).collect()
    }

    /// Every input that a policy which is on can read: in its condition, in its grants, and for the feasibility of
    /// what it demands. Plain, and never too small.
    fn depends_on(&self) -> BTreeSet<AttributeId> {
        let policies: Vec<_> = self.on().collect();
        let probes = policies.iter().flat_map(|policy| policy.condition.probes());
        let of_grants = policies.iter().flat_map(|policy| device_inputs(policy));
        let demands = policies.iter().any(|policy| demands_anything(policy));
        probes
            .flat_map(|probe| probe.inputs())
            .chain(of_grants.map(AttributeId::BuiltIn))
            .chain(FEASIBILITY.into_iter().filter(|_| demands).map(AttributeId::BuiltIn))
            .collect()
    }

    fn names_of(&self, attributes: impl IntoIterator<Item = AttributeId>) -> Vec<String> {
        let names = attributes.into_iter().map(|it| self.set.attribute_name(it).to_owned());
        names.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// What feasibility reads.
const FEASIBILITY: [Attribute; 5] = [
    Attribute::Principal,
    Attribute::AgentKind,
    Attribute::Client,
    Attribute::Platform,
    Attribute::Flow,
];

impl Verdict {
    fn blocked(why: Blocked) -> Verdict {
        Verdict { outcome: Outcome::Blocked(why), session: SessionControls::default() }
    }
}

fn names(policies: &[&Policy]) -> Vec<String> {
    policies.iter().map(|policy| policy.name.clone()).collect()
}

fn merged(policies: &[&Policy]) -> SessionControls<String> {
    let each = policies.iter().map(|policy| policy.session.clone());
    each.fold(SessionControls::default(), SessionControls::merge)
}

fn demands_anything(policy: &Policy) -> bool {
    matches!(policy.effect, Effect::Require(_)) || policy.session.sign_in_frequency.both.is_some()
}

fn is_satisfied(grant: &Grant, proven: &Proven<'_>) -> bool {
    match grant {
        Grant::All(grants) => grants.iter().all(|grant| is_satisfied(grant, proven)),
        Grant::Any(grants) => grants.iter().any(|grant| is_satisfied(grant, proven)),
        Grant::One(requirement) => proven.satisfies(requirement),
    }
}

/// The device attributes that a policy's grants read.
fn device_inputs(policy: &Policy) -> Vec<Attribute> {
    let requirements = match &policy.effect {
        Effect::Require(grant) => grant.requirements(),
        Effect::Block | Effect::Nothing => Vec::new(),
    };
    requirements.into_iter().filter_map(device_input).collect()
}

fn device_input(requirement: &Requirement) -> Option<Attribute> {
    match requirement.grant {
        GrantWord::CompliantDevice => Some(Attribute::DeviceCompliant),
        GrantWord::HybridJoinedDevice => Some(Attribute::DeviceHybridJoined),
        _ => None,
    }
}

fn valid_until(request: &Request, valid_for_ms: Option<u64>) -> Option<Timestamp> {
    let millis = i64::try_from(valid_for_ms?).ok()?;
    request.time()?.0.checked_add(millis).map(Timestamp)
}
