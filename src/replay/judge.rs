//! What P and Q say of one sign-in. It reads what never changes, so any number of threads may judge at once.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::decision::{Decision, Options, Outcome};
use crate::engine::{Engine, Review, Voice};
use crate::entra::log::SignIn;
use crate::eval::Ruling;
use crate::hir::{Policy, PolicySet};
use crate::replay::compare::{Made, compare};
use crate::replay::kind::Shift;
use crate::replay::meaning::meaning;
use crate::replay::report::{Decided, Difference};
use crate::request::{Request, RequestError};
use crate::schema::attribute::AttributeSet;

/// P, and Q where there is one, ready to judge sign-ins.
#[derive(Debug, Clone)]
pub struct Judge {
    now: Engine,
    against: Option<Engine>,
    /// Of each policy of P and of Q, what it is in both.
    places: [Vec<Place>; 2],
    pub(super) differing: Vec<Differing>,
}

/// What a policy of either set is in both.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// Equal for policies that mean the same.
    class: u32,
    /// Its number in [`Judge::differing`].
    entry: u32,
}

/// A policy of P, of Q, or of both, by its id where it has one, else by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Differing {
    /// Its name in Q, where it is in Q; else in P.
    pub policy: String,
    /// How the sets differ in it, if they do.
    pub why: Difference,
}

/// What was found about one sign-in, to be counted in the order of the log.
#[derive(Debug, Clone)]
pub struct Observation {
    pub(super) number: u64,
    pub(super) sign_in: SignIn,
    pub(super) now: Judged,
    pub(super) against: Option<(Judged, Compared)>,
}

/// What one set says of a sign-in.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    pub decision: Decision,
    pub voices: Vec<Voice>,
    /// What the decision hangs on; empty where it is decided.
    pub missing: AttributeSet,
}

/// How the two sets differ in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Compared {
    /// How the decision changes; `None` when the same policies apply, or may, in both.
    pub shift: Option<Shift>,
    /// The policies that had a part in it, as numbers of [`Judge::differing`], sorted.
    pub by: Vec<u32>,
}

impl Judged {
    /// What is decided, with what tables keep apart.
    pub(super) fn decided(&self) -> Decided {
        if self.decision.assumption_matters {
            return Decided::Undecided;
        }
        match self.decision.outcome {
            Outcome::Open if self.decision.unguarded => Decided::Unguarded,
            Outcome::Open => Decided::Open,
            Outcome::StepUp(_) => Decided::StepUp,
            Outcome::Blocked(_) => Decided::Blocked,
        }
    }

    fn of(engine: &Engine, request: &Request) -> Result<Judged, RequestError> {
        let review = engine.review(typed(engine, request)?.as_ref());
        let missing = missing(engine, &review);
        Ok(Judged { decision: review.decision, voices: review.voices, missing })
    }
}

/// What a decision hangs on: what policies miss that could add anything to it; where these are none, everything that
/// was assumed. A policy that is met and controls no session adds nothing, whether it applies or not, unless another
/// shortens how old its proof may be.
fn missing(engine: &Engine, review: &Review) -> AttributeSet {
    if !review.decision.assumption_matters {
        return AttributeSet::EMPTY;
    }
    let adds = |voice: &&Voice| {
        let policy = engine.policy_set().policy(voice.policy);
        voice.outcome != Ruling::Open || voice.unsure || !policy.session.is_empty()
    };
    let enforced = review.voices.iter().filter(|voice| voice.enforced);
    let missing = enforced.filter(adds).fold(AttributeSet::EMPTY, |all, it| all.union(it.missing));
    let missing = missing.intersection(review.assumed);
    if missing.is_empty() { review.assumed } else { missing }
}

/// The request as these policies read it; a copy only where they declare attributes of their own.
fn typed<'a>(engine: &Engine, request: &'a Request) -> Result<Cow<'a, Request>, RequestError> {
    if engine.policy_set().own_attributes.is_empty() {
        return Ok(Cow::Borrowed(request));
    }
    engine.typed(request.clone()).map(Cow::Owned)
}

impl Judge {
    /// Sign-ins are held against `now`, and `now` against the other, where there is one. Both decide with the options
    /// of `now`, since it is the policies that are compared.
    pub fn new(now: Engine, against: Option<Engine>) -> Judge {
        let options: Options = *now.options();
        let against = against.map(|engine| engine.with_options(options));
        let mut registry = Registry::default();
        let of_now = registry.places(now.policy_set(), Difference::Removed);
        let of_against = against.as_ref().map(Engine::policy_set);
        let of_against = of_against.map(|set| registry.places(set, Difference::Added));
        let places = [of_now, of_against.unwrap_or_default()];
        Judge { now, against, places, differing: registry.differing }
    }

    /// The policies that sign-ins are held against.
    pub fn now(&self) -> &Engine {
        &self.now
    }

    /// The policies that those are held against.
    pub fn against(&self) -> Option<&Engine> {
        self.against.as_ref()
    }

    /// Judges the sign-in with that number in its log.
    ///
    /// # Errors
    /// When an attribute of the organisation's own is not of the kind that the policies declare.
    pub fn judge(&self, number: u64, sign_in: SignIn) -> Result<Observation, RequestError> {
        let now = Judged::of(&self.now, &sign_in.request)?;
        let against = match &self.against {
            None => None,
            Some(engine) => {
                let then = Judged::of(engine, &sign_in.request)?;
                let compared = self.compare((&self.now, &now), (engine, &then));
                Some((then, compared))
            }
        };
        Ok(Observation { number, sign_in, now, against })
    }

    /// The decision hangs on the policies that apply, or may: where they are the same, so is what becomes of it.
    fn compare(&self, now: (&Engine, &Judged), then: (&Engine, &Judged)) -> Compared {
        let [here, there] = [self.applying(0, now), self.applying(1, then)];
        let [gone, come] = [without(&here, &there), without(&there, &here)];
        if gone.is_empty() && come.is_empty() {
            return Compared::default();
        }
        let decisive = |applied: &&Applies| applied.decides;
        let mut by: Vec<u32> =
            gone.iter().chain(&come).filter(decisive).map(|it| it.entry).collect();
        if by.is_empty() {
            by = gone.iter().chain(&come).map(|it| it.entry).collect();
        }
        by.sort_unstable();
        by.dedup();
        Compared { shift: Some(compare(made(now), made(then))), by }
    }

    /// The policies of one set that are on and apply, or may.
    fn applying(&self, side: usize, (engine, judged): (&Engine, &Judged)) -> Vec<Applies> {
        let applies = |voice: &Voice| {
            let place = self.places[side].get(voice.policy.0 as usize)?;
            let name = &engine.policy_set().policy(voice.policy).name;
            let decides = judged.decision.by.contains(name);
            Some(Applies { class: place.class, entry: place.entry, decides })
        };
        judged.voices.iter().filter(|voice| voice.enforced).filter_map(applies).collect()
    }
}

fn made<'a>((engine, judged): (&'a Engine, &'a Judged)) -> Made<'a> {
    Made { set: engine.policy_set(), options: engine.options(), decision: &judged.decision }
}

/// A policy that applies, or may.
#[derive(Debug, Clone, Copy)]
struct Applies {
    class: u32,
    entry: u32,
    /// Whether it decided.
    decides: bool,
}

/// Those whose like is not among the others.
fn without(some: &[Applies], others: &[Applies]) -> Vec<Applies> {
    let missing = |one: &&Applies| !others.iter().any(|other| other.class == one.class);
    some.iter().filter(missing).copied().collect()
}

/// Numbers meanings, and finds the policies of one set in the other.
#[derive(Debug, Default)]
struct Registry {
    classes: BTreeMap<String, u32>,
    ids: BTreeMap<String, u32>,
    names: BTreeMap<String, u32>,
    differing: Vec<Differing>,
}

impl Registry {
    /// The places of a set's policies; `alone` is how the sets differ in one that only this set has.
    fn places(&mut self, set: &PolicySet, alone: Difference) -> Vec<Place> {
        let known = self.known(set);
        let mut places = Vec::with_capacity(set.policies.len());
        for (policy, known) in set.policies.iter().zip(known) {
            let entry = match known {
                Some(entry) => self.again(entry, policy),
                None => self.enter(policy, alone),
            };
            let class = self.class(meaning(set, policy));
            places.push(Place { class, entry });
        }
        places
    }

    /// Which policies of this set the other has: by id, and where that finds none, by name.
    fn known(&self, set: &PolicySet) -> Vec<Option<u32>> {
        let by_id = set.policies.iter().map(|policy| self.ids.get(id(policy)?).copied());
        let mut known: Vec<Option<u32>> = by_id.collect();
        let taken: BTreeSet<u32> = known.iter().flatten().copied().collect();
        for (policy, known) in set.policies.iter().zip(&mut known).filter(|(_, it)| it.is_none()) {
            let by_name = self.names.get(&policy.name).copied();
            *known = by_name.filter(|entry| !taken.contains(entry));
        }
        known
    }

    fn class(&mut self, meaning: String) -> u32 {
        let next = self.classes.len() as u32;
        *self.classes.entry(meaning).or_insert(next)
    }

    fn enter(&mut self, policy: &Policy, why: Difference) -> u32 {
        let entry = self.differing.len() as u32;
        self.differing.push(Differing { policy: policy.name.clone(), why });
        if let Some(id) = id(policy) {
            self.ids.entry(id.to_owned()).or_insert(entry);
        }
        self.names.insert(policy.name.clone(), entry);
        entry
    }

    /// The other set has it too, perhaps by another name.
    fn again(&mut self, entry: u32, policy: &Policy) -> u32 {
        if let Some(differing) = self.differing.get_mut(entry as usize) {
            *differing = Differing { policy: policy.name.clone(), why: Difference::Changed };
        }
        entry
    }
}

/// The id a policy has in the directory it came from.
pub(super) fn id(policy: &Policy) -> Option<&str> {
    policy.remarks.annotation("id")
}
