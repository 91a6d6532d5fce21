//! The matcher that a programmer would write by hand: a loop over rules, cheap tests first; then what follows.
//!
//! It finds which policies apply and whether all they ask is met. It finds no challenge, merges no session control but the
//! frequency, and knows no horizon, no assumptions and no dependencies.

use super::Workload;
use super::rule::{Atom, DeviceTest, Effect, Frequency, Grant, People, Rule, Wanted};
use super::tenant::{Tenant, User};
use super::visit::{Device, Target, Visitor};

/// What the matcher says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    Open,
    /// Something that policies ask is not met. (Whether it can be met is another question.)
    Unmet,
    Blocked,
}

/// A sign-in with what is looked up once: the user's memberships and the networks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    visitor: &'a Visitor,
    user: &'a User,
    places: u64,
}

/// How old proofs may be, in seconds.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    both: u32,
    second: u32,
    /// Whether anyone bounds both factors: then one must have signed in, whatever else is asked.
    asked: bool,
}

/// What `every time` means.
const EVERY_TIME: u32 = 300;

impl Workload {
    /// Which rules in force apply, and what follows. `applying` is emptied first.
    pub(crate) fn matched(&self, visitor: &Visitor, applying: &mut Vec<u32>) -> Verdict {
        applying.clear();
        let seen = Seen::new(&self.tenant, visitor);
        for (at, rule) in self.rules.iter().enumerate() {
            if !rule.report_only && rule.applies(&seen) {
                applying.push(at as u32);
            }
        }
        self.combined(visitor, applying.iter().copied())
    }

    /// What follows when these rules apply: for every matcher that finds only which ones do.
    pub(crate) fn combined(
        &self,
        visitor: &Visitor,
        applying: impl Iterator<Item = u32> + Clone,
    ) -> Verdict {
        let effects = applying.map(|at| &self.rules[at as usize].effect);
        let mut bounds = Bounds { both: u32::MAX, second: u32::MAX, asked: false };
        for effect in effects.clone() {
            match effect {
                Effect::Block => return Verdict::Blocked,
                Effect::Require { session, .. } => bounds.narrow(session.frequency),
            }
        }
        let met = effects.into_iter().all(|effect| match effect {
            Effect::Block | Effect::Require { grant: None, .. } => true,
            Effect::Require { grant: Some(grant), .. } => visitor.meets(grant, bounds),
        });
        let signed_in = !bounds.asked || visitor.proofs.first_factor_within(bounds.both);
        if met && signed_in { Verdict::Open } else { Verdict::Unmet }
    }
}

impl Bounds {
    fn narrow(&mut self, frequency: Option<Frequency>) {
        let Some(frequency) = frequency else { return };
        let seconds = frequency.seconds.unwrap_or(EVERY_TIME);
        if frequency.second_factor {
            self.second = self.second.min(seconds);
        } else {
            self.both = self.both.min(seconds);
            self.asked = true;
        }
    }
}

impl<'a> Seen<'a> {
    /// Looks up what rules need.
    pub(crate) fn new(tenant: &'a Tenant, visitor: &'a Visitor) -> Seen<'a> {
        let places = tenant.places.find(visitor.ip, visitor.country);
        Seen { visitor, user: tenant.user(visitor.user), places }
    }
}

impl Rule {
    /// Whether it applies.
    pub(crate) fn applies(&self, seen: &Seen<'_>) -> bool {
        self.masks(seen)
            && self.wanted.holds(seen.visitor.target)
            && self.people.holds(seen)
            && !self.except.holds(seen)
            && !self.leaves_out(seen.visitor.target)
            && self.device.is_none_or(|(test, wanted)| seen.visitor.device_is(test) == wanted)
    }

    fn masks(&self, seen: &Seen<'_>) -> bool {
        self.words_hold(seen.visitor)
            && self.risks_hold(seen.visitor)
            && (self.inside == 0 || self.inside & seen.places != 0)
            && self.outside & seen.places == 0
    }

    /// Whether the client, the platform and the flow are among those it is about.
    pub(super) fn words_hold(&self, visitor: &Visitor) -> bool {
        let flow = visitor.flow.map_or(0, |flow| 1 << flow);
        asks(self.clients, visitor.client)
            && asks(self.platforms, visitor.platform)
            && (self.flows == 0 || self.flows & flow != 0)
    }

    /// Whether the risks are.
    pub(super) fn risks_hold(&self, visitor: &Visitor) -> bool {
        asks(self.sign_in_risks, visitor.sign_in_risk)
            && asks(self.user_risks, visitor.user_risk)
            && asks(self.insider_risks, visitor.insider_risk)
    }

    pub(super) fn leaves_out(&self, target: Target) -> bool {
        match target {
            Target::App(app) => self.except_apps.binary_search(&app).is_ok(),
            Target::Registration => false,
        }
    }
}

/// A mask of zero asks nothing.
fn asks(mask: u8, word: u8) -> bool {
    mask == 0 || mask & (1 << word) != 0
}

impl Wanted {
    pub(super) fn holds(&self, target: Target) -> bool {
        match (self, target) {
            (Wanted::AnyApp, _) | (Wanted::Registration, Target::Registration) => true,
            (Wanted::Apps(apps), Target::App(app)) => apps.binary_search(&app).is_ok(),
            (Wanted::Apps(_), Target::Registration) | (Wanted::Registration, _) => false,
        }
    }
}

impl People {
    pub(super) fn holds(&self, seen: &Seen<'_>) -> bool {
        let user = seen.user;
        self.anyone
            || self.types & (1 << user.kind) != 0
            || self.roles & user.roles != 0
            || self.groups.iter().any(|group| user.groups.binary_search(group).is_ok())
            || self.users.binary_search(&seen.visitor.user).is_ok()
    }
}

impl Visitor {
    /// Whether the device is registered, and passes the test.
    pub(crate) fn device_is(&self, test: DeviceTest) -> bool {
        let Some(device) = &self.device else { return false };
        let Device { compliant, hybrid_joined, company, .. } = *device;
        match test {
            DeviceTest::Compliant => compliant,
            DeviceTest::HybridJoined => hybrid_joined,
            DeviceTest::CompliantOrHybrid => compliant || hybrid_joined,
            DeviceTest::CompliantCompany => compliant && company,
            DeviceTest::Surface => device.model_name().starts_with("Surface"),
            DeviceTest::Kiosk => device.kiosk,
        }
    }

    fn meets(&self, grant: &Grant, bounds: Bounds) -> bool {
        let met = self.met(grant, bounds) & grant.atoms;
        if grant.all { met == grant.atoms } else { met != 0 }
    }

    /// Which atoms are met, as bits; only those of the grant are looked at.
    fn met(&self, grant: &Grant, bounds: Bounds) -> u16 {
        let wanted = Atom::ALL.into_iter().filter(|atom| grant.atoms & atom.bit() != 0);
        let met = wanted.filter(|atom| self.meets_atom(*atom, grant.within, bounds));
        met.fold(0, |all, atom| all | atom.bit())
    }

    fn meets_atom(&self, atom: Atom, within: Option<u32>, bounds: Bounds) -> bool {
        let both = bounds.both.min(within.unwrap_or(u32::MAX));
        let second = both.min(bounds.second);
        match atom {
            Atom::Mfa => self.proofs.mfa(both, second),
            Atom::Passwordless | Atom::PhishingResistant => self.proofs.strong(second),
            Atom::CompliantDevice => self.device_is(DeviceTest::Compliant),
            Atom::HybridJoined => self.device_is(DeviceTest::HybridJoined),
            other => self.claims & other.bit() != 0,
        }
    }
}
