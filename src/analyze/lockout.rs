//! Lockout: whether emergency accounts always get in, whatever single policy is turned on next, and whether anybody is left
//! who can undo a mistake.

use crate::analyze::bdd::{Bdd, Result};
use crate::analyze::model::{Freshness, Model, Subject};
use crate::analyze::region::{Assumption, MAX_REGIONS, Region, staged};
use crate::analyze::setting::Setting;
use crate::analyze::space::{Input, Test, test};
use crate::decision::{Decision, Options, Outcome};
use crate::hir::{Effect, Object, Policy, PolicySet, PolicyState};
use crate::interpret::interpret;
use crate::schema::attribute::Attribute as A;
use crate::syntax::ast::ObjectKind;

/// The roles that can change policies, by their names in the prelude.
pub const MENDERS: [&str; 3] =
    ["global-administrator", "conditional-access-administrator", "security-administrator"];

/// Where policies are changed, by its name in the prelude.
pub const PORTALS: &str = "microsoft-admin-portals";

/// Somebody who can be locked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lockout {
    /// A declared emergency account is kept out.
    Emergency {
        /// The name of its group or user.
        account: String,
        /// Which of its sign-ins.
        region: Box<Region>,
        /// What is decided about the example.
        decision: Box<Decision>,
    },
    /// It would be kept out if a policy that is report-only or disabled were turned on.
    Next {
        /// The name of its group or user.
        account: String,
        /// The policy.
        policy: String,
        /// Which of its sign-ins.
        region: Box<Region>,
        /// What would be decided about the example.
        decision: Box<Decision>,
    },
    /// Nobody in a role gets to the portals in any way.
    Menders {
        /// The role.
        role: String,
    },
}

/// Everybody who can be locked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lockouts {
    /// Those who can.
    pub found: Vec<Lockout>,
    /// The emergency accounts that were looked at, by name. None: nothing is known of them.
    pub accounts: Vec<String>,
    /// Under what this is all there is.
    pub assuming: Assumption,
    /// Why there may be more; empty when there is not.
    pub undecided: Vec<String>,
}

/// Who can be locked out. Looked at are sign-ins in a browser, without a flow that hands the session on: old protocols need
/// not be a way in.
///
/// ```
/// use latch::Engine;
/// use latch::analyze::{Setting, Lockout, lockouts};
/// let policies = "
///     group glass emergency = \"glass-id\"
///     policy no-risk { when user in anyone and risk.sign-in is high block }";
/// let engine = Engine::from_text([("policies.latch", policies)])?;
/// let lockouts = lockouts(engine.policy_set(), engine.options(), Setting::default());
/// assert!(matches!(&lockouts.found[0], Lockout::Emergency { account, .. } if account == "glass"));
/// # Ok::<(), latch::engine::LoadError>(())
/// ```
pub fn lockouts(set: &PolicySet, options: &Options, setting: Setting<'_>) -> Lockouts {
    let accounts: Vec<&Object> = set.objects.iter().filter(|it| account(it).is_some()).collect();
    let mut subject = Subject::of(set, options, setting);
    let on = subject.sides[0].clone();
    let off: Vec<&Policy> = set
        .policies
        .iter()
        .filter(|policy| !on.iter().any(|it| std::ptr::eq(*it, *policy)))
        .collect();
    subject.sides.extend(off.iter().map(|policy| {
        let mut with = on.clone();
        with.push(policy);
        with
    }));
    subject.tests = accounts.iter().filter_map(|object| account(object)).collect();
    subject.tests.extend(MENDERS.iter().filter_map(|name| role(set, name)));
    subject.tests.extend(portals(set));
    subject.tests.push((Input::Slot(A::Client), test::words([BROWSER])));
    subject.tests.push((Input::Slot(A::Flow), Test::Known));
    let ((found, mut undecided), stop) = staged(&subject, setting, |model, (found, undecided)| {
        Search { model, off: &off, found, undecided }.all(&accounts)
    });
    undecided.extend(stop.map(|stop| stop.told(setting)));
    let accounts = accounts.into_iter().map(|object| object.name.clone()).collect();
    Lockouts { found, accounts, assuming: Assumption::of(set, setting), undecided }
}

/// The number of `browser` among the clients.
const BROWSER: u8 = 0;

/// Being a declared emergency account, as a test.
fn account(object: &Object) -> Option<(Input, Test)> {
    let input = match object.kind {
        ObjectKind::User => A::UserId,
        ObjectKind::Group => A::UserGroups,
        _ => return None,
    };
    let ids = object.ids.iter().cloned().collect();
    object.emergency.then_some((Input::Slot(input), Test::Ids(ids)))
}

fn role(set: &PolicySet, name: &str) -> Option<(Input, Test)> {
    named(set, ObjectKind::Role, name, Input::Slot(A::UserRoles))
}

fn portals(set: &PolicySet) -> Option<(Input, Test)> {
    named(set, ObjectKind::App, PORTALS, Input::App)
}

fn named(set: &PolicySet, kind: ObjectKind, name: &str, input: Input) -> Option<(Input, Test)> {
    let object = set.objects.iter().find(|it| it.kind == kind && it.name == name)?;
    Some((input, Test::Ids(object.ids.iter().cloned().collect())))
}

struct Search<'m, 'a> {
    model: &'m mut Model<'a>,
    /// The policies that are off, in the order of the sides after the first.
    off: &'m [&'a Policy],
    found: &'m mut Vec<Lockout>,
    undecided: &'m mut Vec<String>,
}

impl Search<'_, '_> {
    fn all(&mut self, accounts: &[&Object]) -> Result<()> {
        for object in accounts {
            self.emergency(object)?;
        }
        for name in MENDERS {
            if self.is_shut(name)? {
                self.found.push(Lockout::Menders { role: name.to_owned() });
            }
        }
        Ok(())
    }

    /// Sign-ins in a browser, by a user, for an app.
    fn ordinary(&mut self) -> Result {
        let mut region = self.model.valid;
        let chosen = [(A::Principal, test::USER), (A::Target, test::APP), (A::Client, BROWSER)];
        for (attribute, word) in chosen {
            let here = self.model.word(attribute, &[word])?;
            region = self.model.arena.and(region, here)?;
        }
        let handed_on = self.model.test(Input::Slot(A::Flow), Test::Known)?;
        self.model.arena.without(region, handed_on)
    }

    fn emergency(&mut self, object: &Object) -> Result<()> {
        let Some((input, test)) = account(object) else { return Ok(()) };
        let ordinary = self.ordinary()?;
        let member = self.model.test(input, test)?;
        let region = self.model.arena.and(ordinary, member)?;
        let shut = self.shut(0, region)?;
        for (region, decision) in self.regions(shut, shut, None)? {
            let account = object.name.clone();
            self.found.push(Lockout::Emergency { account, region, decision });
        }
        let open = self.model.arena.without(region, shut)?;
        for at in 0..self.off.len() {
            let next = self.shut_by(at, open)?;
            // One region is enough to know that it would.
            let first = self.regions(next, next, Some(at))?.into_iter().next();
            if let Some((region, decision)) = first {
                let (account, policy) = (object.name.clone(), self.off[at].name.clone());
                self.found.push(Lockout::Next { account, policy, region, decision });
            }
        }
        Ok(())
    }

    /// The part of a region that is blocked for whoever has proven nothing yet.
    fn shut(&mut self, side: usize, region: Bdd) -> Result {
        self.model.turn_to(side);
        let nothing = self.model.fixed(&[])?;
        let region = self.model.arena.and(region, nothing)?;
        let open = self.model.not_blocked(region)?;
        let shut = self.model.arena.without(region, open)?;
        self.model.arena.shadow(shut, self.model.space.evidence_bit())
    }

    /// The part of a region that one more policy blocks.
    fn shut_by(&mut self, at: usize, region: Bdd) -> Result {
        self.model.turn_to(at + 1);
        let policy = self.off[at];
        let it = self.model.on().iter().find(|it| std::ptr::eq(it.policy, policy)).copied();
        let Some(applying) = it else { return Ok(Bdd::NONE) };
        let here = self.model.arena.and(region, applying.applies)?;
        match &policy.effect {
            Effect::Block => Ok(here),
            Effect::Nothing => Ok(Bdd::NONE),
            Effect::Require(grant) => {
                let nothing = self.model.fixed(&[])?;
                let here = self.model.arena.and(here, nothing)?;
                let possible = self.model.satisfied(grant, Freshness::AsPoliciesDemand, true)?;
                let shut = self.model.arena.without(here, possible)?;
                self.model.arena.shadow(shut, self.model.space.evidence_bit())
            }
        }
    }

    /// Whether nobody in a role gets to the portals in any way.
    fn is_shut(&mut self, name: &str) -> Result<bool> {
        let set = self.model.set;
        let (Some(role), Some(portals)) = (role(set, name), portals(set)) else { return Ok(false) };
        let mut region = self.ordinary()?;
        for (input, test) in [role, portals] {
            let here = self.model.test(input, test)?;
            region = self.model.arena.and(region, here)?;
        }
        self.model.turn_to(0);
        let open = self.model.not_blocked(region)?;
        Ok(region != Bdd::NONE && open == Bdd::NONE)
    }

    /// A set as regions, with what is decided about an example of each, perhaps with one more policy on.
    fn regions(
        &mut self,
        target: Bdd,
        allowed: Bdd,
        more: Option<usize>,
    ) -> Result<Vec<(Box<Region>, Box<Decision>)>> {
        let known = self.model.exact(target)?;
        let covering = self.model.cover(known, allowed, MAX_REGIONS)?;
        let scope = self.ordinary()?;
        let mut found = Vec::new();
        let mut covered = Bdd::NONE;
        for patch in &covering.patches {
            let product = self.model.product(&patch.area)?;
            covered = self.model.arena.or(covered, product)?;
            let example = self.model.request(&patch.point);
            let decision = self.decided(&example, more);
            let region = self.model.region(&patch.area, scope, example)?;
            found.push((Box::new(region), Box::new(decision)));
        }
        if covering.rest.is_some() {
            self.undecided
                .push(format!("more than {MAX_REGIONS} regions are shut; the rest is not listed"));
        } else if self.model.arena.without(target, covered)? != Bdd::NONE {
            self.undecided.push(self.model.vagueness());
        }
        Ok(found)
    }

    /// The interpreter must see it blocked too.
    fn decided(&self, request: &crate::request::Request, more: Option<usize>) -> Decision {
        let mut set = self.model.set.clone();
        let names = more.map(|at| self.off[at].name.clone());
        for policy in set.policies.iter_mut().filter(|it| Some(&it.name) == names.as_ref()) {
            policy.state = PolicyState::On;
        }
        let decision = interpret(&set, request, &self.model.options);
        assert!(
            matches!(decision.outcome, Outcome::Blocked(_)),
            "the analysis and the interpreter disagree about a lockout: {request:#?}"
        );
        decision
    }
}
