//! What single policies are worth: those that never apply, those that change nothing beside others, requirements that
//! nobody can meet, session controls that disagree, and what turning a policy on would do.

use std::collections::BTreeSet;

use crate::analyze::bdd::{Bdd, Result};
use crate::analyze::effect::{Control, Imposed, controls, demanded};
use crate::analyze::merge::Incomparable;
use crate::analyze::model::{Freshness, Model, Subject};
use crate::analyze::region::{Assumption, staged};
use crate::analyze::setting::Setting;
use crate::analyze::{Diff, diff, witness};
use crate::decision::Options;
use crate::hir::{Effect, Grant, PolicyId, PolicySet, PolicyState};
use crate::request::Request;
use crate::schema::session::ContinuousEvaluation;

/// Something about one policy, or two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// There is no sign-in that it applies to.
    NeverApplies {
        /// Which policy.
        policy: String,
    },
    /// Without it nothing would be decided otherwise.
    Shadowed {
        /// Which policy.
        policy: String,
        /// Policies that impose together what it imposes, or block, none of which can be spared.
        by: Vec<String>,
    },
    /// Nobody to whom it applies can meet its requirement who has not met it already: it blocks.
    Unsatisfiable {
        /// Which policy.
        policy: String,
        /// A sign-in that it blocks.
        example: Box<Request>,
    },
    /// Two policies that apply together set a session control to values that disagree.
    Contradiction {
        /// The policies.
        policies: [String; 2],
        /// What they say.
        controls: [String; 2],
        /// A sign-in to which both apply.
        example: Box<Request>,
    },
}

/// Every flaw, in the order of policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaws {
    /// What was found.
    pub found: Vec<Flaw>,
    /// Under what it holds.
    pub assuming: Assumption,
    /// Why there may be more; empty when there is not.
    pub undecided: Vec<String>,
}

/// What single policies are worth, among those that are on.
///
/// What is called shadowed changes no decision, for sure. A demand that only several other demands imply together is not
/// recognised as theirs.
///
/// ```
/// use latch::Engine;
/// use latch::analyze::{Setting, Flaw, flaws};
/// let policies = "
///     policy everyone-strong { when user in anyone require strength phishing-resistant }
///     policy guests-weak { when user in guests and client is browser require mfa }";
/// let engine = Engine::from_text([("policies.latch", policies)])?;
/// let flaws = flaws(engine.policy_set(), engine.options(), Setting::default());
/// let shadowed = Flaw::Shadowed { policy: "guests-weak".to_owned(), by: vec!["everyone-strong".to_owned()] };
/// assert_eq!(flaws.found, [shadowed]);
/// # Ok::<(), latch::engine::LoadError>(())
/// ```
pub fn flaws(set: &PolicySet, options: &Options, setting: Setting<'_>) -> Flaws {
    let subject = Subject::of(set, options, setting);
    let (found, stop) = staged(&subject, setting, |model, found| {
        for at in 0..model.on().len() {
            model.see("policies", at, model.on().len());
            model.flaws_of(at, model.valid, found)?;
        }
        Ok(())
    });
    let undecided = stop.into_iter().map(|stop| stop.told(setting)).collect();
    Flaws { found, assuming: Assumption::of(set, setting), undecided }
}

/// What turning a policy on would change, whatever its state is.
///
/// # Errors
/// Never, since a set can be compared with itself; the type is that of [`diff`].
pub fn turned_on(
    set: &PolicySet,
    policy: PolicyId,
    options: &Options,
    setting: Setting<'_>,
) -> std::result::Result<Diff, Incomparable> {
    let mut with = set.clone();
    if let Some(policy) = with.policies.get_mut(policy.0 as usize) {
        policy.state = PolicyState::On;
    }
    diff(set, &with, options, setting)
}

impl Model<'_> {
    fn flaws_of(&mut self, at: usize, valid: Bdd, found: &mut Vec<Flaw>) -> Result<()> {
        let it = self.on()[at];
        let policy = it.policy.name.clone();
        let here = self.arena.and(it.applies, valid)?;
        if here == Bdd::NONE {
            found.push(Flaw::NeverApplies { policy });
            return Ok(());
        }
        if let Some(by) = self.shadowed(at, here, &BTreeSet::new())? {
            found.push(Flaw::Shadowed { policy: policy.clone(), by });
        }
        if let Effect::Require(grant) = &it.policy.effect
            && let Some(example) = self.unsatisfiable(here, grant)?
        {
            found.push(Flaw::Unsatisfiable { policy, example: Box::new(example) });
        }
        for other in at + 1..self.on().len() {
            self.contradictions(at, other, here, found)?;
        }
        Ok(())
    }

    /// The policies that make one superfluous, beside those that are gone; first those that do something else.
    pub(super) fn shadowed(
        &mut self,
        at: usize,
        here: Bdd,
        gone: &BTreeSet<usize>,
    ) -> Result<Option<Vec<String>>> {
        let policy = self.on()[at].policy;
        let mut effects: Vec<Imposed> = Vec::new();
        if policy.effect == Effect::Block {
            effects.push(Imposed::Block);
        }
        effects.extend(demanded(policy).into_iter().cloned().map(Imposed::Demand));
        let own = controls(policy, &self.options);
        effects.extend(own.into_iter().map(Imposed::Control));
        let mut culprits = Vec::new();
        for effect in effects {
            let mut covering = Vec::new();
            for other in (0..self.on().len()).filter(|it| *it != at && !gone.contains(it)) {
                if self.covers(other, &effect)? {
                    let common = self.arena.and(self.on()[other].applies, here)?;
                    if common != Bdd::NONE {
                        covering.push((other, common));
                    }
                }
            }
            let Some(needed) = self.fewest(here, covering)? else { return Ok(None) };
            culprits.extend(needed);
        }
        culprits.sort_unstable();
        culprits.dedup();
        Ok(Some(culprits.into_iter().map(|it| self.on()[it].policy.name.clone()).collect()))
    }

    /// Whether where a policy applies an effect is imposed anyway, or everything is blocked.
    fn covers(&mut self, at: usize, effect: &Imposed) -> Result<bool> {
        let policy = self.on()[at].policy;
        if policy.effect == Effect::Block {
            return Ok(true);
        }
        match effect {
            Imposed::Block => Ok(false),
            Imposed::Demand(grant) => {
                for part in demanded(policy) {
                    if self.implies(part, grant)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Imposed::Control(control) => {
                Ok(controls(policy, &self.options).iter().any(|it| it.absorbs(control)))
            }
        }
    }

    /// Of sets that cover a region, some of which none can be spared; `None` when they do not cover it.
    fn fewest(&mut self, region: Bdd, mut sets: Vec<(usize, Bdd)>) -> Result<Option<Vec<usize>>> {
        if self.left(region, &sets, None)? != Bdd::NONE {
            return Ok(None);
        }
        let mut at = 0;
        while at < sets.len() {
            if sets.len() > 1 && self.left(region, &sets, Some(at))? == Bdd::NONE {
                sets.remove(at);
            } else {
                at += 1;
            }
        }
        Ok(Some(sets.into_iter().map(|(policy, _)| policy).collect()))
    }

    fn left(&mut self, region: Bdd, sets: &[(usize, Bdd)], but: Option<usize>) -> Result {
        let mut left = region;
        for (at, (_, set)) in sets.iter().enumerate() {
            if Some(at) != but {
                left = self.arena.without(left, *set)?;
            }
        }
        Ok(left)
    }

    /// A sign-in of a region, where nobody in it who has proven nothing can meet a grant.
    fn unsatisfiable(&mut self, here: Bdd, grant: &Grant) -> Result<Option<Request>> {
        let nothing = self.fixed(&[])?;
        let here = self.arena.and(here, nothing)?;
        let possible = self.satisfied(grant, Freshness::Any, true)?;
        let possible = self.arena.and(here, possible)?;
        let shut = self.exact(here)?;
        if possible != Bdd::NONE {
            return Ok(None);
        }
        let point = witness::cheapest(&self.arena, &self.space, shut);
        Ok(point.map(|point| self.request(&point)))
    }

    fn contradictions(
        &mut self,
        at: usize,
        other: usize,
        here: Bdd,
        found: &mut Vec<Flaw>,
    ) -> Result<()> {
        let pair = [self.on()[at], self.on()[other]];
        let own = pair.map(|it| controls(it.policy, &self.options));
        for one in &own[0] {
            for another in own[1].iter().filter(|it| disagree(one, it)) {
                let both = self.arena.and(here, pair[1].applies)?;
                let both = self.unblocked(both)?;
                let both = self.exact(both)?;
                let point = witness::cheapest(&self.arena, &self.space, both);
                if let Some(point) = point {
                    let policies = pair.map(|it| it.policy.name.clone());
                    let controls = [one.words(), another.words()];
                    let example = Box::new(self.request(&point));
                    found.push(Flaw::Contradiction { policies, controls, example });
                }
            }
        }
        Ok(())
    }
}

/// Values of which one wins although nobody documents which.
fn disagree(one: &Control, another: &Control) -> bool {
    match (one, another) {
        (Control::Persistent(a), Control::Persistent(b)) => a != b,
        (Control::Continuous(a), Control::Continuous(b)) => {
            a != b && [a, b].contains(&&ContinuousEvaluation::Off)
        }
        (Control::Profile(a), Control::Profile(b)) => a != b,
        (Control::NetworkPolicy(a), Control::NetworkPolicy(b)) => a != b,
        _ => false,
    }
}
