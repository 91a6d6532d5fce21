//! Gaps: where no policy asks for anything, where only report-only ones would, where a single factor is enough.

use crate::analyze::bdd::{Bdd, Result};
use crate::analyze::cover::Patch;
use crate::analyze::model::{Freshness, Model, Subject, is_on};
use crate::analyze::region::{Assumption, MAX_REGIONS, Region, staged};
use crate::analyze::setting::Setting;
use crate::analyze::space::{FEW_MEMBERS, Input, Test, test};
use crate::analyze::witness;
use crate::analyze::worst::Wishes;
use crate::decision::{Decision, Options, Outcome};
use crate::hir::{Effect, Expectation, Grant, Policy, PolicySet, Requirement};
use crate::interpret::{interpret, meets};
use crate::request::Request;
use crate::schema::attribute::Attribute as A;
use crate::schema::grant::GrantWord;
use crate::syntax::ast::ObjectKind;

/// What is missing in a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapKind {
    /// No policy blocks or requires anything.
    Unguarded,
    /// No policy that is on does; one that is report-only would.
    ReportOnly,
    /// The latch opens without a second factor, on any device.
    SingleFactor,
    /// The latch opens without a second factor, on a compliant or hybrid-joined device.
    DeviceAlone,
}

impl GapKind {
    /// Every kind, the worst first.
    pub const ALL: [GapKind; 4] =
        [GapKind::Unguarded, GapKind::ReportOnly, GapKind::SingleFactor, GapKind::DeviceAlone];

    /// Its word in reports.
    pub fn word(self) -> &'static str {
        match self {
            GapKind::Unguarded => "unguarded",
            GapKind::ReportOnly => "report-only",
            GapKind::SingleFactor => "single-factor",
            GapKind::DeviceAlone => "device-alone",
        }
    }

    /// What it means, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            GapKind::Unguarded => "no policy asks for anything",
            GapKind::ReportOnly => "only report-only policies would ask for anything",
            GapKind::SingleFactor => "a single factor is enough",
            GapKind::DeviceAlone => "a managed device stands in for the second factor",
        }
    }
}

/// A region without what should guard it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// What is missing.
    pub kind: GapKind,
    /// Where.
    pub region: Region,
    /// What the reference interpreter decides about the region's example.
    pub decision: Decision,
}

/// All gaps, and what is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gaps {
    /// The gaps, the worst kinds first.
    pub found: Vec<Gap>,
    /// Under what they are all there are.
    pub assuming: Assumption,
    /// Whether emergency accounts were left out.
    pub without_emergency: bool,
    /// Why there may be more; empty when there are not.
    pub undecided: Vec<String>,
}

/// Where gaps are looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scope {
    /// Workloads, agents, contexts, traffic and the registration of devices too: not only users who ask for apps or
    /// register security information.
    pub everything: bool,
    /// Accounts that are declared as emergency accounts too.
    pub emergency: bool,
}

/// The regions that lack a guard.
///
/// ```
/// use latch::Engine;
/// use latch::analyze::{Setting, GapKind, Scope, gaps};
/// let policies = "
///     policy everyone-shows-two-factors {
///       when user in anyone and app in any-app
///       unless user in guests and client is browser
///       require mfa
///     }";
/// let engine = Engine::from_text([("policies.latch", policies)])?;
/// let gaps = gaps(engine.policy_set(), engine.options(), Scope::default(), Setting::default());
/// assert_eq!(gaps.found[0].kind, GapKind::Unguarded);
/// assert!(gaps.found[0].region.sentence().starts_with("guests, any app"));
/// # Ok::<(), latch::engine::LoadError>(())
/// ```
pub fn gaps(set: &PolicySet, options: &Options, scope: Scope, setting: Setting<'_>) -> Gaps {
    let multi_factor = multi_factor(set);
    let mut subject = Subject::of(set, options, setting);
    let enforced = Options { as_if_enforced: true, ..*options };
    subject.sides.push(set.policies.iter().filter(|it| is_on(it, &enforced)).collect());
    subject.grants.push(&multi_factor);
    subject.tests = emergency_tests(set);
    let mut gaps = Gaps {
        found: Vec::new(),
        assuming: Assumption::of(set, setting),
        without_emergency: !scope.emergency && !subject.tests.is_empty(),
        undecided: Vec::new(),
    };
    let crowded = setting.directory.is_none() && subject.memberships() > FEW_MEMBERS;
    if crowded {
        let (on, off): (Vec<&Policy>, Vec<&Policy>) = set
            .policies
            .iter()
            .filter(|it| is_on(it, &enforced))
            .partition(|it| is_on(it, options));
        let worst = Wishes::default().policies(set, on, false).policies(set, off, false);
        subject.worst = Some(worst);
        gaps.assuming = Assumption::WorstPlaced;
    }
    let ((found, undecided), stop) = staged(&subject, setting, |model, (found, undecided)| {
        Search { model, scope, multi_factor: &multi_factor, found, undecided }.all()
    });
    (gaps.found, gaps.undecided) = (found, undecided);
    gaps.undecided.extend(stop.map(|stop| stop.told(setting)));
    gaps
}

fn multi_factor(set: &PolicySet) -> Grant {
    let strength = Some(set.multi_factor);
    Grant::One(Requirement { grant: GrantWord::Mfa, strength, object: None, within: None })
}

/// Tests for accounts that are declared as emergency accounts.
fn emergency_tests(set: &PolicySet) -> Vec<(Input, Test)> {
    let declared = set.objects.iter().filter(|object| object.emergency);
    let test = |ids: &Vec<String>| Test::Ids(ids.iter().cloned().collect());
    let tests = declared.filter_map(|object| match object.kind {
        ObjectKind::User => Some((Input::Slot(A::UserId), test(&object.ids))),
        ObjectKind::Group => Some((Input::Slot(A::UserGroups), test(&object.ids))),
        _ => None,
    });
    tests.collect()
}

/// Whether a policy blocks or requires anything.
fn guards(policy: &Policy) -> bool {
    policy.effect != Effect::Nothing
}

/// A set to cover, and how far its boxes may reach beyond it.
struct Wanted {
    kind: GapKind,
    target: Bdd,
    allowed: Bdd,
}

struct Search<'m, 'a> {
    model: &'m mut Model<'a>,
    scope: Scope,
    multi_factor: &'m Grant,
    found: &'m mut Vec<Gap>,
    undecided: &'m mut Vec<String>,
}

impl Search<'_, '_> {
    fn all(&mut self) -> Result<()> {
        let scope = self.region_of_interest()?;
        let (guarded, perhaps) = (self.guarded(0)?, self.guarded(1)?);
        self.model.turn_to(0);
        let unguarded = self.model.arena.without(scope, guarded)?;
        let reported = self.model.arena.and(unguarded, perhaps)?;
        let never = self.model.arena.without(unguarded, perhaps)?;
        let free = self.model.arena.not(guarded)?;
        let free_of_both = self.model.arena.not(perhaps)?;
        let users = self.model.word(A::Principal, &[test::USER])?;
        let all = self.model.arena.and(self.model.valid, users)?;
        let guarded = self.model.arena.and(all, guarded)?;
        let opens = self.opens(guarded)?;
        let weak = self.model.arena.shadow(opens, self.model.space.evidence_bit())?;
        let enough = self.model.arena.or(weak, free)?;
        let weak = self.model.arena.and(weak, scope)?;
        let managed = self.managed()?;
        let anywhere = self.model.arena.without(weak, managed)?;
        let alone = self.model.arena.and(weak, managed)?;
        let wanted = [
            Wanted { kind: GapKind::Unguarded, target: never, allowed: free_of_both },
            Wanted { kind: GapKind::ReportOnly, target: reported, allowed: free },
            Wanted { kind: GapKind::SingleFactor, target: anywhere, allowed: enough },
        ];
        for wanted in wanted {
            let covered = self.regions(&wanted, scope, opens)?;
            // What a region already says of any device is not said again of managed ones.
            if wanted.kind == GapKind::SingleFactor {
                let target = self.model.arena.without(alone, covered)?;
                let wanted = Wanted { kind: GapKind::DeviceAlone, target, allowed: enough };
                self.regions(&wanted, scope, opens)?;
            }
        }
        Ok(())
    }

    /// The requests among which gaps are looked for.
    fn region_of_interest(&mut self) -> Result {
        let mut region = self.model.valid;
        if !self.scope.everything {
            let users = self.model.word(A::Principal, &[test::USER])?;
            let apps = self.model.word(A::Target, &[test::APP])?;
            let registering = self.model.word(A::Action, &[test::REGISTER_SECURITY_INFO])?;
            let asked = self.model.arena.or(apps, registering)?;
            let asked = self.model.arena.and(users, asked)?;
            region = self.model.arena.and(region, asked)?;
        }
        if !self.scope.emergency {
            for (input, test) in emergency_tests(self.model.set) {
                let members = self.model.test(input, test)?;
                region = self.model.arena.without(region, members)?;
            }
        }
        Ok(region)
    }

    fn guarded(&mut self, side: usize) -> Result {
        self.model.turn_to(side);
        let guarding = self.model.such(guards);
        self.model.asked(self.model.valid, &guarding)
    }

    /// Where the latch opens for evidence without a second factor.
    fn opens(&mut self, region: Bdd) -> Result {
        let proven = self.model.satisfied(self.multi_factor, Freshness::Any, false)?;
        let region = self.model.arena.without(region, proven)?;
        self.model.open(region)
    }

    fn managed(&mut self) -> Result {
        let holds = Test::Passes(crate::hir::Predicate::Holds);
        let compliant = self.model.test(Input::Slot(A::DeviceCompliant), holds)?;
        let hybrid = self.model.word(A::DeviceTrust, &[test::HYBRID_JOINED])?;
        self.model.arena.or(compliant, hybrid)
    }

    /// Adds the regions of a kind, and says what they cover.
    fn regions(&mut self, wanted: &Wanted, scope: Bdd, opens: Bdd) -> Result {
        let known = self.model.exact(wanted.target)?;
        let covering = self.model.cover(known, wanted.allowed, MAX_REGIONS)?;
        let mut covered = Bdd::NONE;
        for patch in &covering.patches {
            let product = self.model.product(&patch.area)?;
            covered = self.model.arena.or(covered, product)?;
            let gap = self.gap(wanted.kind, patch, scope, opens)?;
            self.found.push(gap);
        }
        if covering.rest.is_some() {
            let word = wanted.kind.word();
            self.undecided.push(format!(
                "more than {MAX_REGIONS} regions are {word}; the rest is not listed"
            ));
        } else if self.model.arena.without(wanted.target, covered)? != Bdd::NONE {
            self.undecided.push(self.model.vagueness());
        }
        Ok(covered)
    }

    fn gap(&mut self, kind: GapKind, patch: &Patch, scope: Bdd, opens: Bdd) -> Result<Gap> {
        let mut point = patch.point.clone();
        if matches!(kind, GapKind::SingleFactor | GapKind::DeviceAlone) {
            let here = self.model.whatever_proven(&point)?;
            let here = self.model.arena.and(opens, here)?;
            let proven = witness::cheapest(&self.model.arena, &self.model.space, here);
            point = proven.expect("what opens for some evidence opens at a point");
        }
        let example = self.model.request(&point);
        let decision = self.decided(kind, &example);
        let region = self.model.region(&patch.area, scope, example)?;
        Ok(Gap { kind, region, decision })
    }

    /// The example as the interpreter decides it, which must be what its region says.
    fn decided(&self, kind: GapKind, request: &Request) -> Decision {
        let (set, options) = (self.model.set, self.model.options);
        let decision = interpret(set, request, &options);
        let enforced = Options { as_if_enforced: true, ..options };
        let guarded = |names: &[String]| {
            let named = |policy: &&Policy| names.contains(&policy.name);
            set.policies.iter().filter(named).any(guards)
        };
        let silent = !guarded(&decision.applying);
        let would = guarded(&interpret(set, request, &enforced).applying);
        let second = Expectation::Require(self.multi_factor.clone());
        let weak = decision.outcome == Outcome::Open && !meets(set, request, &options, &second);
        let holds = match kind {
            GapKind::Unguarded => silent && !would,
            GapKind::ReportOnly => silent && would,
            GapKind::SingleFactor | GapKind::DeviceAlone => !silent && weak,
        };
        assert!(
            holds,
            "the analysis and the interpreter disagree about a {kind:?} gap: {request:#?}"
        );
        decision
    }
}
