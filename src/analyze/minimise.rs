//! A smaller policy set that decides the same: without policies that change nothing, and with policies in one that differ
//! in one list alone.

use std::collections::BTreeSet;

use crate::analyze::bdd::{Bdd, Result};
use crate::analyze::model::{Model, Subject};
use crate::analyze::region::{Assumption, staged};
use crate::analyze::setting::Setting;
use crate::decision::Options;
use crate::hir::{Condition, ConditionKind, Policy, PolicySet};
use crate::schema::attribute::AttributeId;
use crate::source::Span;

/// A policy that changes nothing beside those that stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// Its name.
    pub policy: String,
    /// Those that impose what it imposes, or block; none when it never applies.
    pub by: Vec<String>,
}

/// Policies that are one with a longer list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The policy that stays.
    pub policy: String,
    /// The part of its condition that grows.
    pub part: Span,
    /// The policies that are taken into it, each with the part that it adds.
    pub taken: Vec<(String, Span)>,
}

/// What can go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minimised {
    /// Policies that change nothing.
    pub dropped: Vec<Dropped>,
    /// Policies that are one.
    pub joined: Vec<Joined>,
    /// Under what it holds.
    pub assuming: Assumption,
    /// Why more may go; empty when nothing is unknown.
    pub undecided: Vec<String>,
}

impl Minimised {
    /// How many policies fewer there would be.
    pub fn fewer(&self) -> usize {
        self.dropped.len() + self.joined.iter().map(|it| it.taken.len()).sum::<usize>()
    }
}

/// What can go of the policies that are on. Those that are not on are left alone.
///
/// It is not the smallest set there is, which would take trying all; whoever takes the proposal proves it with
/// [`diff`](crate::analyze::diff).
///
/// ```
/// use latch::Engine;
/// use latch::analyze::{Setting, minimise};
/// let policies = "
///     group staff = \"s\"
///     group partners = \"p\"
///     policy all { when user in anyone require mfa }
///     policy some { when user in guests and client is browser require mfa }
///     policy staff-strong { when user in staff require strength phishing-resistant }
///     policy partners-strong { when user in partners require strength phishing-resistant }";
/// let engine = Engine::from_text([("policies.latch", policies)])?;
/// let minimised = minimise(engine.policy_set(), engine.options(), Setting::default());
/// assert_eq!(minimised.dropped[0].policy, "some");
/// assert_eq!(minimised.joined[0].taken.len(), 1);
/// # Ok::<(), latch::engine::LoadError>(())
/// ```
pub fn minimise(set: &PolicySet, options: &Options, setting: Setting<'_>) -> Minimised {
    let subject = Subject::of(set, options, setting);
    let (found, stop) = staged(&subject, setting, |model, (dropped, joined)| {
        let mut shrinking = Shrinking { model, gone: BTreeSet::new() };
        shrinking.drop_idle(dropped)?;
        shrinking.join_alike(joined)
    });
    let (dropped, joined) = found;
    let undecided = stop.into_iter().map(|stop| stop.told(setting)).collect();
    Minimised { dropped, joined, assuming: Assumption::of(set, setting), undecided }
}

struct Shrinking<'m, 'a> {
    model: &'m mut Model<'a>,
    /// Those that went, by their places among those that are on.
    gone: BTreeSet<usize>,
}

/// A part of a condition.
struct Part {
    span: Span,
    holds: Bdd,
    /// What it tests, where that is one list.
    lists: Option<AttributeId>,
}

impl Shrinking<'_, '_> {
    fn policy(&self, at: usize) -> &Policy {
        self.model.on()[at].policy
    }

    /// Drops what changes nothing, the narrowest first, so that what is left is broad.
    fn drop_idle(&mut self, dropped: &mut Vec<Dropped>) -> Result<()> {
        let count = self.model.on().len();
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by_key(|at| std::cmp::Reverse(self.policy(*at).condition.probes().len()));
        for (done, at) in order.into_iter().enumerate() {
            self.model.see("policies", done, count);
            let here = self.model.arena.and(self.model.on()[at].applies, self.model.valid)?;
            let by = match here {
                Bdd::NONE => Some(Vec::new()),
                here => self.model.shadowed(at, here, &self.gone)?,
            };
            if let Some(by) = by {
                self.gone.insert(at);
                dropped.push(Dropped { policy: self.policy(at).name.clone(), by });
            }
        }
        dropped.sort_by(|a, b| a.policy.cmp(&b.policy));
        let gone: BTreeSet<&String> = dropped.iter().map(|it| &it.policy).collect();
        let gone: Vec<String> = gone.into_iter().cloned().collect();
        // Those that were named and went later are covered by what covers them.
        dropped.iter_mut().for_each(|it| it.by.retain(|name| !gone.contains(name)));
        Ok(())
    }

    fn join_alike(&mut self, joined: &mut Vec<Joined>) -> Result<()> {
        for at in 0..self.model.on().len() {
            if self.gone.contains(&at) {
                continue;
            }
            let own = self.parts(at)?;
            let mut found: Option<Joined> = None;
            for other in at + 1..self.model.on().len() {
                if self.gone.contains(&other) || !self.same_effect(at, other) {
                    continue;
                }
                let others = self.parts(other)?;
                let Some((part, adds)) = only_difference(&own, &others) else { continue };
                let inside = |at: usize, span: Span| within(self.policy(at).span, span);
                let fits = found.as_ref().is_none_or(|it| it.part == part);
                if !fits || !inside(at, part) || !inside(other, adds) {
                    continue;
                }
                let policy = self.policy(at).name.clone();
                let joined = found.get_or_insert(Joined { policy, part, taken: Vec::new() });
                joined.taken.push((self.model.on()[other].policy.name.clone(), adds));
                self.gone.insert(other);
            }
            joined.extend(found);
        }
        Ok(())
    }

    fn same_effect(&self, one: usize, other: usize) -> bool {
        let (one, other) = (self.policy(one), self.policy(other));
        one.effect == other.effect && one.session == other.session
    }

    fn parts(&mut self, at: usize) -> Result<Vec<Part>> {
        let mut conditions = Vec::new();
        flatten(&self.model.on()[at].policy.condition, &mut conditions);
        let parts = conditions.into_iter().map(|it| {
            let lists = match &it.kind {
                ConditionKind::Test(probe) => Some(probe.attribute),
                _ => None,
            };
            Ok(Part { span: it.span, holds: self.model.condition(it)?, lists })
        });
        parts.collect()
    }
}

/// Whether a part stands in the text of its policy, and not in a `let` that others use too.
fn within(policy: Span, part: Span) -> bool {
    let (outer, inner) = (policy.range(), part.range());
    policy.source == part.source && outer.start <= inner.start && inner.end <= outer.end
}

/// The conditions all of which must hold.
fn flatten<'c>(condition: &'c Condition, into: &mut Vec<&'c Condition>) {
    match &condition.kind {
        ConditionKind::All(parts) => parts.iter().for_each(|part| flatten(part, into)),
        _ => into.push(condition),
    }
}

/// The one part in which two conditions differ, where both list something of one attribute there.
fn only_difference(one: &[Part], other: &[Part]) -> Option<(Span, Span)> {
    let alone = |these: &'_ [Part], those: &'_ [Part]| -> Vec<usize> {
        let has = |part: &Part| those.iter().any(|it| it.holds == part.holds);
        (0..these.len()).filter(|at| !has(&these[*at])).collect()
    };
    let (mine, theirs) = (alone(one, other), alone(other, one));
    let ([mine], [theirs]) = (mine.as_slice(), theirs.as_slice()) else { return None };
    let (mine, theirs) = (&one[*mine], &other[*theirs]);
    let same = mine.lists.is_some() && mine.lists == theirs.lists;
    same.then_some((mine.span, theirs.span))
}
