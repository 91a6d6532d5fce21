//! What a policy set decides, as sets of points: which policies apply, what blocks, what is satisfied, what opens.
//!
//! A requirement is never multiplied out here. Who is blocked and who is asked hangs only on whether every demand is met,
//! or could be met, so each question joins one set for every policy to the region that it is about.

use std::collections::{BTreeMap, HashMap};

use crate::analyze::bdd::{Arena, Bdd, OutOfBudget, Result};
use crate::analyze::effect::demanded;
use crate::analyze::evidence::{Demands, Evidence, NEVER, claims_of};
use crate::analyze::setting::Setting;
use crate::analyze::space::test::words;
use crate::analyze::space::{self, Input, Order, Space, Test, Tests, TooLarge, valid};
use crate::analyze::worst::Wishes;
use crate::decision::Options;
use crate::hir::{
    Assert, Combination, Condition, ConditionKind, Effect, Expectation, Grant, MethodUse, Policy,
    PolicySet, PolicyState, Predicate, Requirement,
};
use crate::schema::attribute::Attribute;
use crate::schema::grant::GrantWord;

use Attribute as A;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// The diagrams outgrew the budget.
    Nodes,
    /// There are too many classes.
    Classes,
    /// Nobody wants it any more.
    Interrupted,
}

impl From<OutOfBudget> for Stop {
    fn from(why: OutOfBudget) -> Stop {
        match why {
            OutOfBudget::Nodes => Stop::Nodes,
            OutOfBudget::Interrupted => Stop::Interrupted,
        }
    }
}

impl From<TooLarge> for Stop {
    fn from(_: TooLarge) -> Stop {
        Stop::Classes
    }
}

/// How fresh something must be, beside the `within` of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Freshness {
    /// As every sign-in frequency that applies demands.
    AsPoliciesDemand,
    /// However old.
    Any,
}

/// For each bound in seconds, shortest first, where a policy applies that sets it or a shorter one.
pub(super) type Bounds = Vec<(u64, Bdd)>;

/// A policy that is on, with the points at which it applies.
#[derive(Clone, Copy)]
pub(super) struct Applying<'a> {
    pub policy: &'a Policy,
    pub applies: Bdd,
}

/// How much was worked out at some moment.
pub(super) struct Mark {
    nodes: usize,
    known: BTreeMap<(Input, Test), Bdd>,
    bounds: Vec<(Option<Bounds>, Option<Bounds>)>,
}

/// What questions are about.
pub(super) struct Subject<'a> {
    pub set: &'a PolicySet,
    pub options: Options,
    /// On what terms.
    pub setting: Setting<'a>,
    /// Policies that are on together; several such sides are compared with each other.
    pub sides: Vec<Vec<&'a Policy>>,
    /// Asserts whose conditions and evidence the space must tell apart.
    pub asserts: &'a [Assert],
    /// Grants that a question asks about beside those of policies.
    pub grants: Vec<&'a Grant>,
    /// What a question tests beside what policies test.
    pub tests: Vec<(Input, Test)>,
    /// Where only the worst placed matter, what is worst.
    pub worst: Option<Wishes>,
}

impl<'a> Subject<'a> {
    /// The policies that are on.
    pub(super) fn of(set: &'a PolicySet, options: &Options, setting: Setting<'a>) -> Subject<'a> {
        let options = *options;
        let on = set.policies.iter().filter(|it| is_on(it, &options)).collect();
        let (grants, tests) = (Vec::new(), Vec::new());
        Subject { set, options, setting, sides: vec![on], asserts: &[], grants, tests, worst: None }
    }

    /// Every test that tells requests apart.
    fn tests(&self) -> Tests {
        let mut tests = Tests::new();
        for policy in self.sides.iter().flatten() {
            space::survey(self.set, &policy.condition, &mut tests);
        }
        for assert in self.asserts {
            space::survey(self.set, &assert.condition, &mut tests);
        }
        for (input, test) in &self.tests {
            tests.entry(input.clone()).or_default().insert(test.clone());
        }
        valid::basic_tests(self.set, &mut tests);
        tests
    }

    /// How many groups and roles are told apart.
    pub(super) fn memberships(&self) -> usize {
        let tests = self.tests();
        let of = |input| tests.get(&Input::Slot(input)).into_iter().flatten();
        let tested = of(A::UserGroups).chain(of(A::UserRoles)).flat_map(|test| match test {
            Test::Ids(ids) => ids.iter().collect(),
            Test::Passes(_) | Test::Countries(..) | Test::Addresses(_) | Test::Known => Vec::new(),
        });
        tested.collect::<std::collections::BTreeSet<_>>().len()
    }

    /// The groups and roles that an archetype is always in.
    pub(super) fn always_in(&self) -> std::collections::BTreeSet<&'a String> {
        let said = self.set.archetypes.iter().flat_map(|it| &it.memberships);
        let always = said.filter(|(bound, _)| **bound == crate::syntax::ast::Bound::Always);
        always.flat_map(|(_, people)| people.groups.iter().chain(&people.roles)).collect()
    }

    /// Everything that policies and asserts demand.
    fn demands(&self) -> Demands<'a> {
        let mut demands = Demands::default();
        self.grants.iter().for_each(|grant| demands.add(grant));
        for policy in self.sides.iter().flatten() {
            if let Effect::Require(grant) = &policy.effect {
                demands.add(grant);
            }
            let frequency = policy.session.sign_in_frequency;
            let bounds = [frequency.both, frequency.second].into_iter().flatten();
            demands.frequencies.extend(bounds.map(|it| self.options.seconds(it)));
            demands.first_factor |= frequency.both.is_some();
        }
        for assert in self.asserts {
            expected(&assert.expectation, &mut demands);
        }
        demands
    }
}

/// Policies that are on together.
#[derive(Clone, Default)]
pub(super) struct Side<'a> {
    /// Where each applies.
    pub on: Vec<Applying<'a>>,
    /// Where some policy bounds both factors by so many seconds or less, for each bound.
    both: Option<Bounds>,
    /// The same of the second factor.
    second: Option<Bounds>,
}

/// Policies as sets.
pub(super) struct Model<'a> {
    pub set: &'a PolicySet,
    pub options: Options,
    setting: Setting<'a>,
    pub arena: Arena<'a>,
    pub space: Space<'a>,
    pub evidence: Evidence,
    pub demands: Demands<'a>,
    /// The points that are requests.
    pub valid: Bdd,
    /// Every test that tells requests apart.
    pub tests: Tests,
    sides: Vec<Side<'a>>,
    /// The side that questions are about now.
    current: usize,
    /// Tests that were met before.
    known: BTreeMap<(Input, Test), Bdd>,
    /// Which grants imply which, as far as anybody asked.
    pub implications: BTreeMap<(Grant, Grant), bool>,
}

impl<'a> Model<'a> {
    /// The sides of a subject as sets of points; the first one is looked at.
    pub(super) fn of(
        subject: &Subject<'a>,
        order: Order,
        budget: usize,
    ) -> std::result::Result<Model<'a>, Stop> {
        let set = subject.set;
        let tests = subject.tests();
        let mut space = Space::of(set, &tests, order, subject.setting.directory)?;
        if let Some(worst) = &subject.worst {
            space.settle(set, worst);
        }
        let demands = subject.demands();
        let mut evidence = Evidence::of(set, &demands);
        evidence.enter(&mut space);
        space.number()?;
        let mut model = Model {
            set,
            options: subject.options,
            setting: subject.setting,
            arena: Arena::new(budget, subject.setting.watch),
            space,
            evidence,
            demands,
            valid: Bdd::ALL,
            tests,
            sides: Vec::new(),
            current: 0,
            known: BTreeMap::new(),
            implications: BTreeMap::new(),
        };
        model.valid = model.space.valid(&mut model.arena, set)?;
        let mut seen = HashMap::new();
        for policies in &subject.sides {
            let mut on = Vec::with_capacity(policies.len());
            for policy in policies {
                on.push(model.applying(policy, &mut seen)?);
            }
            model.sides.push(Side { on, ..Side::default() });
        }
        Ok(model)
    }

    /// Where a policy applies, worked out once however many sides it is on.
    fn applying(
        &mut self,
        policy: &'a Policy,
        seen: &mut HashMap<*const Policy, Applying<'a>>,
    ) -> Result<Applying<'a>> {
        if let Some(known) = seen.get(&std::ptr::from_ref(policy)) {
            return Ok(*known);
        }
        self.see("policies", seen.len(), self.set.policies.len());
        // What is said of memberships that nobody has would only make unions large.
        let applies = self.condition(&policy.condition)?;
        let applies = self.arena.simplified(applies, self.valid)?;
        let applying = Applying { policy, applies };
        seen.insert(policy, applying);
        Ok(applying)
    }

    /// Tells whoever watches what is being done.
    pub(super) fn see(&self, doing: &str, done: usize, of: usize) {
        self.setting.see(doing, done, of);
    }

    /// Turns to another side.
    pub(super) fn turn_to(&mut self, side: usize) {
        self.current = side;
    }

    /// The policies that are on, on this side.
    pub(super) fn on(&self) -> &[Applying<'a>] {
        &self.sides[self.current].on
    }

    /// What is worked out from here on can be forgotten by [`Model::release`].
    pub(super) fn mark(&self) -> Mark {
        let bounds = self.sides.iter().map(|side| (side.both.clone(), side.second.clone()));
        Mark { nodes: self.arena.len(), known: self.known.clone(), bounds: bounds.collect() }
    }

    /// Forgets what was worked out since.
    pub(super) fn release(&mut self, mark: Mark) {
        if self.arena.len() < self.arena.budget() / 4 {
            // There is room, and what is known may help the next question.
            self.arena.refresh();
            return;
        }
        self.arena.shrink(mark.nodes);
        self.known = mark.known;
        for (side, bounds) in self.sides.iter_mut().zip(mark.bounds) {
            (side.both, side.second) = bounds;
        }
    }

    /// The points at which a condition holds, among others that are no requests.
    pub(super) fn condition(&mut self, condition: &Condition) -> Result {
        match &condition.kind {
            ConditionKind::Always => Ok(Bdd::ALL),
            ConditionKind::Never => Ok(Bdd::NONE),
            ConditionKind::All(parts) => {
                let parts = self.conditions(parts)?;
                self.arena.all(parts)
            }
            ConditionKind::Any(parts) => {
                let parts = self.conditions(parts)?;
                self.arena.any(parts)
            }
            ConditionKind::Not(inner) => {
                let inner = self.condition(inner)?;
                self.arena.not(inner)
            }
            ConditionKind::Test(probe) => {
                let tests = space::test::tests(self.set, probe);
                let passed: Result<Vec<Bdd>> =
                    tests.into_iter().map(|(input, test)| self.test(input, test)).collect();
                self.arena.any(passed?)
            }
        }
    }

    fn conditions(&mut self, parts: &[Condition]) -> Result<Vec<Bdd>> {
        parts.iter().map(|part| self.condition(part)).collect()
    }

    pub(super) fn test(&mut self, input: Input, test: Test) -> Result {
        let key = (input, test);
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let passed = self.space.passing(&mut self.arena, self.set, &key.0, &key.1)?;
        self.known.insert(key, passed);
        Ok(passed)
    }

    /// Where a word is among these.
    pub(super) fn word(&mut self, attribute: Attribute, of: &[u8]) -> Result {
        self.test(Input::Slot(attribute), words(of.iter().copied()))
    }

    /// For each bound, where a policy applies that sets it or a shorter one.
    fn bounds(&mut self, bound: impl Fn(&Policy) -> Option<u64>) -> Result<Bounds> {
        let mut by_bound: BTreeMap<u64, Vec<Bdd>> = BTreeMap::new();
        for it in self.on() {
            if let Some(seconds) = bound(it.policy) {
                by_bound.entry(seconds).or_default().push(it.applies);
            }
        }
        let (mut shorter, mut found) = (Bdd::NONE, Vec::new());
        for (seconds, applying) in by_bound {
            let here = self.arena.any(applying)?;
            shorter = self.arena.or(shorter, here)?;
            found.push((seconds, shorter));
        }
        Ok(found)
    }

    /// The bounds on both factors, worked out when they are first asked for.
    pub(super) fn both(&mut self) -> Result<Bounds> {
        if self.sides[self.current].both.is_none() {
            let options = self.options;
            let bound = |policy: &Policy| policy.session.sign_in_frequency.both;
            let bounds = self.bounds(|policy| bound(policy).map(|it| options.seconds(it)))?;
            self.sides[self.current].both = Some(bounds);
        }
        Ok(self.sides[self.current].both.clone().unwrap_or_default())
    }

    /// The bounds on the second factor alone.
    fn second(&mut self) -> Result<Bounds> {
        if self.sides[self.current].second.is_none() {
            let options = self.options;
            let bound = |policy: &Policy| policy.session.sign_in_frequency.second;
            let bounds = self.bounds(|policy| bound(policy).map(|it| options.seconds(it)))?;
            self.sides[self.current].second = Some(bounds);
        }
        Ok(self.sides[self.current].second.clone().unwrap_or_default())
    }

    /// Where a frequency of at most so many seconds is in force.
    pub(super) fn frequency_at_most(&mut self, seconds: u64) -> Result {
        let both = self.both()?;
        let within = both.iter().take_while(|(bound, _)| *bound <= seconds);
        Ok(within.last().map_or(Bdd::NONE, |(_, here)| *here))
    }

    /// Where a proof or claim was given and is of that class or fresher.
    pub(super) fn aged(&mut self, dimension: usize, from: usize) -> Result {
        let dimension = &self.space.dimensions[dimension];
        let classes = dimension.classes.len();
        let marked: Vec<bool> = (0..classes).map(|class| class >= from.max(1)).collect();
        self.arena.numbers(dimension.first, dimension.bits, &marked)
    }

    /// Where something was given, no older than every bound that is in force.
    fn fresh(
        &mut self,
        dimensions: &[usize],
        within: Option<u64>,
        bounds: &[(u64, Bdd)],
    ) -> Result {
        let mut fresh = Vec::new();
        for dimension in dimensions {
            let from = within.map_or(1, |seconds| self.evidence.fresh_from(seconds));
            let mut here = self.aged(*dimension, from)?;
            for (seconds, in_force) in bounds {
                let young = self.aged(*dimension, self.evidence.fresh_from(*seconds))?;
                let old = self.arena.without(*in_force, young)?;
                here = self.arena.without(here, old)?;
            }
            fresh.push(here);
        }
        self.arena.any(fresh)
    }

    pub(super) fn bounds_for(
        &mut self,
        freshness: Freshness,
        second_factor: bool,
    ) -> Result<Bounds> {
        let mut bounds = Bounds::new();
        if freshness == Freshness::AsPoliciesDemand {
            bounds = self.both()?;
            if second_factor {
                bounds.extend(self.second()?);
            }
        }
        Ok(bounds)
    }

    /// Where a grant is satisfied; where feasibility counts, also where it could be.
    pub(super) fn satisfied(
        &mut self,
        grant: &Grant,
        freshness: Freshness,
        or_feasible: bool,
    ) -> Result {
        match grant {
            Grant::All(grants) => {
                let all: Result<Vec<Bdd>> = grants
                    .iter()
                    .map(|grant| self.satisfied(grant, freshness, or_feasible))
                    .collect();
                self.arena.all(all?)
            }
            Grant::Any(grants) => {
                let any: Result<Vec<Bdd>> = grants
                    .iter()
                    .map(|grant| self.satisfied(grant, freshness, or_feasible))
                    .collect();
                self.arena.any(any?)
            }
            Grant::One(requirement) => {
                let met = self.requirement(requirement, freshness)?;
                if !or_feasible {
                    return Ok(met);
                }
                let feasible = self.feasible(requirement.grant)?;
                self.arena.or(met, feasible)
            }
        }
    }

    fn requirement(&mut self, it: &Requirement, freshness: Freshness) -> Result {
        match it.grant {
            GrantWord::Mfa | GrantWord::Strength => self.strength(it, freshness),
            GrantWord::CompliantDevice => {
                let holds = Test::Passes(Predicate::Holds);
                let device = self.test(Input::Slot(A::DeviceCompliant), holds)?;
                let claimed = self.claimed(it, Freshness::Any)?;
                self.arena.and(device, claimed)
            }
            GrantWord::HybridJoinedDevice => {
                let device = self.word(A::DeviceTrust, &[space::test::HYBRID_JOINED])?;
                let claimed = self.claimed(it, Freshness::Any)?;
                self.arena.and(device, claimed)
            }
            GrantWord::ApprovedApp | GrantWord::ProtectedApp => self.claimed(it, Freshness::Any),
            GrantWord::PasswordChange | GrantWord::RiskRemediation => {
                self.claimed(it, Freshness::Any)
            }
            GrantWord::Terms | GrantWord::CustomControl => self.claimed(it, Freshness::Any),
        }
    }

    /// Where every claim that a requirement reads was made in time.
    fn claimed(&mut self, it: &Requirement, freshness: Freshness) -> Result {
        let bounds = self.bounds_for(freshness, false)?;
        let mut all = Vec::new();
        for (grant, id) in claims_of(self.set, it) {
            let at = self.evidence.claim(grant, id.as_deref());
            let at: Vec<usize> = at.into_iter().collect();
            all.push(self.fresh(&at, it.within, &bounds)?);
        }
        self.arena.all(all)
    }

    fn strength(&mut self, it: &Requirement, freshness: Freshness) -> Result {
        let Some(id) = it.strength else { return Ok(Bdd::NONE) };
        let set = self.set;
        if set.strength(id).opaque.is_some() {
            return self.claimed(it, freshness);
        }
        let mut any = Vec::new();
        for combination in &set.strength(id).combinations {
            any.push(self.combination(combination, it.within, freshness)?);
        }
        self.arena.any(any)
    }

    fn combination(
        &mut self,
        combination: &Combination,
        within: Option<u64>,
        freshness: Freshness,
    ) -> Result {
        let mut all = Vec::new();
        for wanted in &combination.methods {
            all.push(self.method(wanted, within, freshness)?);
        }
        self.arena.all(all)
    }

    fn method(&mut self, wanted: &MethodUse, within: Option<u64>, freshness: Freshness) -> Result {
        let bounds = self.bounds_for(freshness, wanted.method.is_second_factor())?;
        let showing = self.evidence.showing(wanted);
        self.fresh(&showing, within, &bounds)
    }

    /// Where a grant could be met by this principal with this client, as [`crate::decision`] says.
    pub(super) fn feasible(&mut self, grant: GrantWord) -> Result {
        let of_device = matches!(grant, GrantWord::CompliantDevice | GrantWord::HybridJoinedDevice);
        let of_app = matches!(grant, GrantWord::ApprovedApp | GrantWord::ProtectedApp);
        let mut ruled_out = vec![self.word(A::Client, &[2, 3])?, self.word(A::Principal, &[1])?];
        let agent = self.word(A::Principal, &[2])?;
        ruled_out.push(match of_device {
            true => {
                let identity = self.word(A::AgentKind, &[0])?;
                self.arena.and(agent, identity)?
            }
            false => agent,
        });
        if of_device || of_app {
            ruled_out.push(self.word(A::Flow, &[0])?);
        }
        let possible: &[u8] = match grant {
            GrantWord::HybridJoinedDevice => &[2],
            GrantWord::ApprovedApp => &[0, 1],
            GrantWord::ProtectedApp => &[0, 1, 2],
            _ => &[],
        };
        if !possible.is_empty() {
            ruled_out.push(self.other_platform(possible)?);
        }
        let ruled_out = self.arena.any(ruled_out)?;
        self.arena.not(ruled_out)
    }

    /// Where the platform is known, and none of these.
    fn other_platform(&mut self, possible: &[u8]) -> Result {
        let known = self.test(Input::Slot(A::Platform), Test::Known)?;
        let possible = self.word(A::Platform, possible)?;
        self.arena.without(known, possible)
    }

    /// Where signing in again is possible: for everyone but programs.
    fn can_sign_in(&mut self) -> Result {
        let programs = self.word(A::Principal, &[1, 2])?;
        self.arena.not(programs)
    }

    /// The part of a region that no policy blocks.
    pub(super) fn unblocked(&mut self, region: Bdd) -> Result {
        let such = self.such(|policy| policy.effect == Effect::Block);
        let blocked = self.asked(region, &such)?;
        self.arena.without(region, blocked)
    }

    /// Where in a region any of these policies applies: only there their union is worked out.
    pub(super) fn asked(&mut self, region: Bdd, policies: &[usize]) -> Result {
        let mut here = Vec::with_capacity(policies.len());
        for at in policies {
            let applies = self.on()[*at].applies;
            here.push(self.arena.and(region, applies)?);
        }
        self.arena.any(here)
    }

    /// The part of a region in which everything that is demanded is met or, where feasibility counts, could be.
    ///
    /// Demands take their part away one by one, each once however many policies make it, the broadest first: where those
    /// leave nothing, what the others say is never worked out.
    pub(super) fn all_met(&mut self, mut region: Bdd, or_feasible: bool) -> Result {
        for (grant, policies) in self.by_demand() {
            let asked = self.asked(region, &policies)?;
            if asked != Bdd::NONE {
                let unmet = self.unmet(asked, grant, or_feasible)?;
                region = self.arena.without(region, unmet)?;
            }
        }
        if region == Bdd::NONE {
            return Ok(region);
        }
        let mut unsigned = self.unsigned(region)?;
        if or_feasible {
            let can = self.can_sign_in()?;
            unsigned = self.arena.without(unsigned, can)?;
        }
        self.arena.without(region, unsigned)
    }

    /// What is demanded, with the policies that demand it; first what the shortest condition demands.
    fn by_demand(&self) -> Vec<(&'a Grant, Vec<usize>)> {
        let mut demands: Vec<(&'a Grant, Vec<usize>)> = Vec::new();
        for at in self.such(|policy| matches!(policy.effect, Effect::Require(_))) {
            for part in demanded(self.on()[at].policy) {
                match demands.iter_mut().find(|(grant, _)| *grant == part) {
                    Some((_, policies)) => policies.push(at),
                    None => demands.push((part, vec![at])),
                }
            }
        }
        demands
    }

    /// The policies of a kind that are on, those with the shortest conditions first.
    pub(super) fn such(&self, such: impl Fn(&Policy) -> bool) -> Vec<usize> {
        let of_kind = (0..self.on().len()).filter(|at| such(self.on()[*at].policy));
        let mut order: Vec<usize> = of_kind.collect();
        order.sort_by_key(|at| self.on()[*at].policy.condition.probes().len());
        order
    }

    /// The part of a region in which the latch opens.
    pub(super) fn open(&mut self, region: Bdd) -> Result {
        let region = self.unblocked(region)?;
        self.all_met(region, false)
    }

    /// The part of a region that is not blocked: no policy blocks, and what is demanded is met or possible.
    pub(super) fn not_blocked(&mut self, region: Bdd) -> Result {
        let region = self.unblocked(region)?;
        self.all_met(region, true)
    }

    /// The points at which the evidence is exactly this.
    pub(super) fn fixed(&mut self, given: &[crate::request::Proof]) -> Result {
        let mut all = Vec::new();
        for kind in 0..self.evidence.proofs.len() {
            let class = self.evidence.fixed(self.set, kind, given, &self.demands);
            all.push(self.exactly(self.evidence.proof_dimensions[kind], class)?);
        }
        for at in self.evidence.claim_dimensions.clone() {
            all.push(self.exactly(at, NEVER)?);
        }
        self.arena.all(all)
    }

    /// The points at which everything that can be proven was proven just now.
    pub(super) fn everything_proven(&mut self) -> Result {
        let mut all = Vec::new();
        let both = [self.evidence.proof_dimensions.clone(), self.evidence.claim_dimensions.clone()];
        for at in both.concat() {
            let last = self.space.dimensions[at].classes.len() - 1;
            all.push(self.exactly(at, last)?);
        }
        self.arena.all(all)
    }

    fn exactly(&mut self, dimension: usize, class: usize) -> Result {
        let dimension = &self.space.dimensions[dimension];
        let marked: Vec<bool> = (0..dimension.classes.len()).map(|at| at == class).collect();
        self.arena.numbers(dimension.first, dimension.bits, &marked)
    }
}

pub(super) fn is_on(policy: &Policy, options: &Options) -> bool {
    match policy.state {
        PolicyState::On => true,
        PolicyState::ReportOnly => options.as_if_enforced,
        PolicyState::Disabled => false,
    }
}

fn expected<'a>(expectation: &'a Expectation, demands: &mut Demands<'a>) {
    match expectation {
        Expectation::All(parts) | Expectation::Any(parts) => {
            parts.iter().for_each(|part| expected(part, demands));
        }
        Expectation::Require(grant) => demands.add(grant),
        Expectation::Block | Expectation::NotBlock | Expectation::Open => {}
        Expectation::StepUp | Expectation::FrequencyAtMost(_) => {}
    }
}
