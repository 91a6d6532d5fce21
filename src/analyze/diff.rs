//! What a change of policies changes: for every possible sign-in, by kind of change, as few regions.
//!
//! An effect is *lost* where the old policies impose it and the new ones do not. Its regions may reach over points at which
//! both impose it, or either blocks: so a region reads *here it is no longer imposed, unless another policy
//! imposes it*, and there are few. Of demands that imply each other only the strongest that is lost is told, and only where
//! some evidence opens the latch that did not before.

use crate::analyze::bdd::{Bdd, Result};
use crate::analyze::cover::Patch;
use crate::analyze::effect::{Imposed, grant_words, imposed};
use crate::analyze::merge::{Incomparable, Merged, merge};
use crate::analyze::model::{Applying, Model, Subject, is_on};
use crate::analyze::region::{Assumption, MAX_REGIONS, Region, staged};
use crate::analyze::setting::Setting;
use crate::analyze::witness;
use crate::decision::{Blocked, Decision, Options, Outcome};
use crate::hir::{Effect, Grant, Policy, PolicySet};
use crate::interpret::interpret;
use crate::request::Request;
use crate::schema::session::SessionControls as Controls;

/// How a sign-in changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It was blocked, or something was asked, and nothing is.
    Opens,
    /// It opens with less proof than before.
    Weakens,
    /// A session control no longer holds.
    Loosens,
    /// It is blocked, and was not.
    Blocks,
    /// It needs more proof than before.
    Strengthens,
    /// A session control holds that did not.
    Tightens,
}

impl ChangeKind {
    /// Every kind, the most dangerous first.
    pub const ALL: [ChangeKind; 6] = [
        ChangeKind::Opens,
        ChangeKind::Weakens,
        ChangeKind::Loosens,
        ChangeKind::Blocks,
        ChangeKind::Strengthens,
        ChangeKind::Tightens,
    ];

    /// Its word in reports and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            ChangeKind::Opens => "opens",
            ChangeKind::Weakens => "weakens",
            ChangeKind::Loosens => "loosens",
            ChangeKind::Blocks => "blocks",
            ChangeKind::Strengthens => "strengthens",
            ChangeKind::Tightens => "tightens",
        }
    }
}

/// A region that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// How.
    pub kind: ChangeKind,
    /// What is imposed no longer, or now: `mfa is no longer required`.
    pub what: String,
    /// Where; but for what other policies impose still, or already.
    pub region: Region,
    /// What the old policies decide about the region's example.
    pub before: Decision,
    /// What the new ones do.
    pub after: Decision,
}

/// Everything that changes.
#[derive(Debug, Clone)]
pub struct Diff {
    /// The changes, the most dangerous first.
    pub changes: Vec<Change>,
    /// Under what they are all there are.
    pub assuming: Assumption,
    /// Why there may be more; empty when there are not.
    pub undecided: Vec<String>,
    /// Both policy sets in one: what [`Region::contains`] is asked with.
    pub set: PolicySet,
}

impl Diff {
    /// Whether every possible sign-in is decided as before, for sure.
    pub fn is_equal(&self) -> bool {
        self.changes.is_empty() && self.undecided.is_empty()
    }
}

/// What changes from one policy set to another.
///
/// ```
/// use latch::Engine;
/// use latch::analyze::{Setting, ChangeKind, diff};
/// let old = "policy two-factors { when user in anyone and app in any-app require mfa }";
/// let new = "policy two-factors {
///     when user in anyone and app in any-app
///     unless client is browser
///     require mfa
/// }";
/// let old = Engine::from_text([("old.latch", old)])?;
/// let new = Engine::from_text([("new.latch", new)])?;
/// let changes = diff(old.policy_set(), new.policy_set(), old.options(), Setting::default())?;
/// assert_eq!(changes.changes[0].kind, ChangeKind::Opens);
/// assert_eq!(changes.changes[0].what, "mfa is no longer required, and nothing else is");
/// assert_eq!(changes.changes[0].region.sentence(), "anyone, any app, from anywhere, browser");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the two give an attribute of their own different types.
pub fn diff(
    old: &PolicySet,
    new: &PolicySet,
    options: &Options,
    setting: Setting<'_>,
) -> std::result::Result<Diff, Incomparable> {
    let Merged { set, old: count } = merge(old, new)?;
    let on = |policies: &'_ [Policy]| -> Vec<usize> {
        let on = policies.iter().enumerate().filter(|(_, it)| is_on(it, options));
        on.map(|(at, _)| at).collect()
    };
    let (before, after) = set.policies.split_at(count);
    let mut subject = Subject::of(&set, options, setting);
    subject.sides = vec![
        on(before).into_iter().map(|at| &before[at]).collect(),
        on(after).into_iter().map(|at| &after[at]).collect(),
    ];
    let ((changes, mut undecided), stop) =
        staged(&subject, setting, |model, (changes, undecided)| {
            Comparison { model, sets: [old, new], changes, undecided, edited: Bdd::NONE }.all()
        });
    undecided.extend(stop.map(|stop| stop.told(setting)));
    let assuming = Assumption::of(&set, setting);
    Ok(Diff { changes, assuming, undecided, set })
}

/// An effect with where, of what was edited, each side imposes it.
struct Compared {
    effect: Imposed,
    sides: [Bdd; 2],
}

/// A policy without its name: where it applies and what it does there.
type Says<'a> = (Bdd, &'a Effect, &'a Controls<String>);

struct Comparison<'m, 'a> {
    model: &'m mut Model<'a>,
    sets: [&'m PolicySet; 2],
    changes: &'m mut Vec<Change>,
    undecided: &'m mut Vec<String>,
    /// Where any policy applies that only one side has: everywhere else both decide the same.
    edited: Bdd,
}

/// What went, or came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Lost,
    Gained,
}

impl Way {
    /// The side on which it is imposed, and the one on which it is not.
    fn sides(self) -> (usize, usize) {
        match self {
            Way::Lost => (0, 1),
            Way::Gained => (1, 0),
        }
    }
}

/// Regions to find: of this kind, covering that, reaching no further than there.
struct Wanted {
    kind: ChangeKind,
    what: String,
    target: Bdd,
    allowed: Bdd,
    /// Evidence that tells, where it takes any.
    telling: Option<Bdd>,
}

impl<'a> Comparison<'_, 'a> {
    fn all(&mut self) -> Result<()> {
        self.edited = self.edited()?;
        if self.edited == Bdd::NONE {
            return Ok(());
        }
        let policies = [self.policies(0), self.policies(1)].concat();
        let effects = imposed(policies, &self.model.options);
        let mut compared = Vec::new();
        for effect in effects {
            let sides = [self.imposed(0, &effect)?, self.imposed(1, &effect)?];
            compared.push(Compared { effect, sides });
        }
        let blocks = compared.iter().find(|it| it.effect == Imposed::Block);
        let blocks = blocks.map_or([Bdd::NONE; 2], |it| it.sides);
        let mut wanted = Vec::new();
        for way in [Way::Lost, Way::Gained] {
            self.blocks(way, blocks, &mut wanted)?;
            self.demands(way, blocks, &compared, &mut wanted)?;
            self.controls(way, blocks, &compared, &mut wanted)?;
        }
        wanted.sort_by_key(|it| it.kind);
        for wanted in wanted {
            self.regions(&wanted)?;
        }
        Ok(())
    }

    fn policies(&mut self, side: usize) -> Vec<&'a Policy> {
        self.model.turn_to(side);
        self.model.on().iter().map(|it| it.policy).collect()
    }

    fn imposed(&mut self, side: usize, effect: &Imposed) -> Result {
        self.model.turn_to(side);
        self.model.imposed(effect, self.edited)
    }

    /// Where policies apply of which the other side has none that says the same.
    fn edited(&mut self) -> Result {
        let mut sides = [Vec::new(), Vec::new()];
        for (side, says) in sides.iter_mut().enumerate() {
            self.model.turn_to(side);
            let of = |it: &Applying<'a>| (it.applies, &it.policy.effect, &it.policy.session);
            says.extend(self.model.on().iter().map(of));
        }
        let [old, mut new]: [Vec<Says<'_>>; 2] = sides;
        let mut alone = Vec::new();
        for says in old {
            match new.iter().position(|it| *it == says) {
                Some(at) => drop(new.swap_remove(at)),
                None => alone.push(says.0),
            }
        }
        alone.extend(new.iter().map(|says| says.0));
        let edited = self.model.arena.any(alone)?;
        self.model.arena.and(edited, self.model.valid)
    }

    /// How far regions may reach in which an effect moved: over all points at which the side that has it imposes it, or either
    /// blocks. Where memberships are free and many, that would be too much to work out, and regions stay within the edit.
    fn may(&mut self, way: Way, effect: &Imposed) -> Result {
        let (with, _) = way.sides();
        let reach = if self.model.space.has_few_members() { self.model.valid } else { self.edited };
        self.model.turn_to(with);
        let mut may = self.model.imposed(effect, reach)?;
        if *effect != Imposed::Block {
            for side in [0, 1] {
                self.model.turn_to(side);
                let blocked = self.model.imposed(&Imposed::Block, reach)?;
                may = self.model.arena.or(may, blocked)?;
            }
        }
        Ok(may)
    }

    /// Where of a region a side blocks or requires anything.
    fn guarded(&mut self, side: usize, region: Bdd) -> Result {
        self.model.turn_to(side);
        let guarding = self.model.such(|policy| policy.effect != Effect::Nothing);
        self.model.asked(region, &guarding)
    }

    fn blocks(&mut self, way: Way, blocks: [Bdd; 2], wanted: &mut Vec<Wanted>) -> Result<()> {
        let (with, without) = way.sides();
        let target = self.model.arena.without(blocks[with], blocks[without])?;
        let (kind, what) = match way {
            Way::Lost => (ChangeKind::Opens, "it is no longer blocked"),
            Way::Gained => (ChangeKind::Blocks, "it is blocked"),
        };
        if target != Bdd::NONE {
            let (what, allowed) = (what.to_owned(), self.may(way, &Imposed::Block)?);
            wanted.push(Wanted { kind, what, target, allowed, telling: None });
        }
        Ok(())
    }

    /// Where one side imposes an effect, the other does not, and neither blocks.
    fn moved(&mut self, way: Way, blocks: [Bdd; 2], sides: [Bdd; 2]) -> Result {
        let (with, without) = way.sides();
        let arena = &mut self.model.arena;
        let blocked = arena.or(blocks[0], blocks[1])?;
        let moved = arena.without(sides[with], sides[without])?;
        arena.without(moved, blocked)
    }

    fn demands(
        &mut self,
        way: Way,
        blocks: [Bdd; 2],
        compared: &[Compared],
        wanted: &mut Vec<Wanted>,
    ) -> Result<()> {
        let mut moved = Vec::new();
        let mut anywhere = Bdd::NONE;
        for it in compared {
            let Imposed::Demand(grant) = &it.effect else { continue };
            let target = self.moved(way, blocks, it.sides)?;
            if target != Bdd::NONE {
                anywhere = self.model.arena.or(anywhere, target)?;
                moved.push((grant, target));
            }
        }
        if anywhere == Bdd::NONE {
            return Ok(());
        }
        let telling = self.telling(way, anywhere)?;
        let matters = self.model.arena.shadow(telling, self.model.space.evidence_bit())?;
        let guarded = self.guarded(1, anywhere)?;
        let mut told: Vec<(&Grant, Bdd)> = Vec::new();
        for at in self.strongest_first(&moved)? {
            let (grant, target) = moved[at];
            let mut target = self.model.arena.and(target, matters)?;
            for (stronger, here) in &told {
                if self.model.implies(stronger, grant)? {
                    target = self.model.arena.without(target, *here)?;
                }
            }
            if target == Bdd::NONE {
                continue;
            }
            told.push((grant, target));
            let may = self.may(way, &Imposed::Demand(grant.clone()))?;
            let words = grant_words(self.model.set, grant);
            let mut add = |kind, what, target| {
                wanted.push(Wanted { kind, what, target, allowed: may, telling: Some(telling) });
            };
            if way == Way::Gained {
                add(ChangeKind::Strengthens, format!("{words} is required"), target);
                continue;
            }
            let open = self.model.arena.without(target, guarded)?;
            add(
                ChangeKind::Opens,
                format!("{words} is no longer required, and nothing else is"),
                open,
            );
            let less = self.model.arena.and(target, guarded)?;
            add(ChangeKind::Weakens, format!("{words} is no longer required"), less);
        }
        Ok(())
    }

    /// Where, and with which evidence, one side opens and the other does not.
    fn telling(&mut self, way: Way, region: Bdd) -> Result {
        let (closed, open) = way.sides();
        self.model.turn_to(open);
        let opens = self.model.open(region)?;
        self.model.turn_to(closed);
        let opened = self.model.open(opens)?;
        self.model.arena.without(opens, opened)
    }

    /// Demands so that none comes after one that it implies.
    fn strongest_first(&mut self, moved: &[(&Grant, Bdd)]) -> Result<Vec<usize>> {
        let mut implied = Vec::new();
        for (grant, _) in moved {
            let mut by = 0;
            for (other, _) in moved {
                by += usize::from(self.model.implies(other, grant)?);
            }
            implied.push(by);
        }
        let mut order: Vec<usize> = (0..moved.len()).collect();
        order.sort_by_key(|at| implied[*at]);
        Ok(order)
    }

    fn controls(
        &mut self,
        way: Way,
        blocks: [Bdd; 2],
        compared: &[Compared],
        wanted: &mut Vec<Wanted>,
    ) -> Result<()> {
        let controls = compared.iter().filter_map(|it| match &it.effect {
            Imposed::Control(control) => Some((control, it.sides)),
            Imposed::Block | Imposed::Demand(_) => None,
        });
        let controls: Vec<_> = controls.collect();
        for (control, sides) in &controls {
            let mut target = self.moved(way, blocks, *sides)?;
            for (stricter, others) in &controls {
                if stricter != control && stricter.absorbs(control) {
                    let told = self.moved(way, blocks, *others)?;
                    target = self.model.arena.without(target, told)?;
                }
            }
            if target == Bdd::NONE {
                continue;
            }
            let allowed = self.may(way, &Imposed::Control((*control).clone()))?;
            let kind = match (way == Way::Lost, control.loosens()) {
                (true, false) | (false, true) => ChangeKind::Loosens,
                (true, true) | (false, false) => ChangeKind::Tightens,
            };
            let is = if way == Way::Lost { "no longer holds" } else { "holds" };
            let what = format!("{} {is}", control.words());
            wanted.push(Wanted { kind, what, target, allowed, telling: None });
        }
        Ok(())
    }

    fn regions(&mut self, wanted: &Wanted) -> Result<()> {
        let known = self.model.exact(wanted.target)?;
        let allowed = self.model.arena.or(wanted.allowed, wanted.target)?;
        let covering = self.model.cover(known, allowed, MAX_REGIONS)?;
        let mut covered = Bdd::NONE;
        for Patch { point, area } in covering.patches {
            let area = self.model.tightened(&area, known)?;
            let product = self.model.product(&area)?;
            covered = self.model.arena.or(covered, product)?;
            let change = self.change(wanted, &Patch { point, area })?;
            self.changes.push(change);
        }
        if covering.rest.is_some() {
            let what = &wanted.what;
            self.undecided.push(format!(
                "more than {MAX_REGIONS} regions in which {what}; the rest is not listed"
            ));
        } else if self.model.arena.without(wanted.target, covered)? != Bdd::NONE {
            let what = &wanted.what;
            self.undecided.push(format!("perhaps {what}: {}", self.model.vagueness()));
        }
        Ok(())
    }

    fn change(&mut self, wanted: &Wanted, patch: &Patch) -> Result<Change> {
        let mut point = patch.point.clone();
        if let Some(telling) = wanted.telling {
            let here = self.model.whatever_proven(&point)?;
            let here = self.model.arena.and(telling, here)?;
            let told = witness::cheapest(&self.model.arena, &self.model.space, here);
            point = told.expect("evidence tells at every point of the region");
        }
        let example = self.model.request(&point);
        let [before, after] = self.sets.map(|set| interpret(set, &example, &self.model.options));
        self.check(wanted, &example, &before, &after);
        let region = self.model.region(&patch.area, self.model.valid, example)?;
        let Wanted { kind, what, .. } = wanted;
        Ok(Change { kind: *kind, what: what.clone(), region, before, after })
    }

    /// The interpreter must see the change too.
    fn check(&self, wanted: &Wanted, request: &Request, before: &Decision, after: &Decision) {
        let blocked = |it: &Decision| matches!(it.outcome, Outcome::Blocked(_));
        let by_policy = |it: &Decision| it.outcome == Outcome::Blocked(Blocked::ByPolicy);
        let open = |it: &Decision| it.outcome == Outcome::Open;
        let seen = match (wanted.kind, wanted.telling.is_some()) {
            (ChangeKind::Opens, false) => by_policy(before) && !by_policy(after),
            (ChangeKind::Opens | ChangeKind::Weakens, _) => open(after) && !open(before),
            (ChangeKind::Blocks, _) => by_policy(after) && !by_policy(before),
            (ChangeKind::Strengthens, _) => open(before) && !open(after),
            (ChangeKind::Loosens | ChangeKind::Tightens, _) => {
                before.session != after.session || blocked(before) || blocked(after)
            }
        };
        assert!(
            seen,
            "the analysis and the interpreter disagree about a change, {}: {request:#?}",
            wanted.what
        );
    }
}
