//! What policies impose, as separate effects: a block, each thing that is demanded, each session control at each value. An
//! effect is imposed wherever a policy applies that imposes it or something that absorbs it.

use std::collections::BTreeSet;

use crate::analyze::bdd::{Bdd, Result};
use crate::analyze::model::{Freshness, Model};
use crate::decision::Options;
use crate::hir::{self, Grant, Policy, PolicySet, Requirement};
use crate::schema::session::{
    CloudAppSecurity, ContinuousEvaluation, PersistentBrowser, SessionControls,
};
use crate::value::duration_text;

/// Something that policies impose.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Imposed {
    Block,
    /// Something to prove: one part of a requirement, all parts of which are needed.
    Demand(Grant),
    /// A session control at a value.
    Control(Control),
}

/// A session control at a value, or stricter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Control {
    Frequency(u64),
    SecondFactor(u64),
    /// The two values that loosen what holds without them come with `false`, and count where nothing stricter applies.
    Persistent(bool),
    Lifetime(u64),
    Idle(u64),
    AppRestrictions,
    CloudAppSecurity(CloudAppSecurity),
    /// Off, strict, strict by location.
    Continuous(ContinuousEvaluation),
    ResilienceOff,
    TokenProtection,
    Profile(String),
    NetworkPolicy(String),
}

impl Control {
    /// Whether it loosens what holds where nothing is said.
    pub(super) fn loosens(&self) -> bool {
        matches!(self, Control::Persistent(false) | Control::Continuous(ContinuousEvaluation::Off))
    }

    /// In words, as a policy says it.
    pub(super) fn words(&self) -> String {
        match self {
            Control::Frequency(seconds) => format!("sign-in frequency {}", duration_text(*seconds)),
            Control::SecondFactor(seconds) => {
                format!("sign-in frequency {} for second factor", duration_text(*seconds))
            }
            Control::Persistent(false) => "persistent browser always".to_owned(),
            Control::Persistent(true) => "persistent browser never".to_owned(),
            Control::Lifetime(seconds) => format!("lifetime {}", duration_text(*seconds)),
            Control::Idle(seconds) => format!("idle {}", duration_text(*seconds)),
            other => other.line(),
        }
    }

    fn line(&self) -> String {
        let mut controls = SessionControls::<String>::default();
        match self {
            Control::AppRestrictions => controls.app_restrictions = true,
            Control::CloudAppSecurity(value) => controls.cloud_app_security = Some(*value),
            Control::Continuous(value) => controls.continuous_evaluation = Some(*value),
            Control::ResilienceOff => controls.resilience_off = true,
            Control::TokenProtection => controls.token_protection = true,
            Control::Profile(id) => controls.global_secure_access_profile = Some(id.clone()),
            Control::NetworkPolicy(id) => controls.network_access_policy = Some(id.clone()),
            Control::Frequency(_) | Control::SecondFactor(_) | Control::Persistent(_) => {}
            Control::Lifetime(_) | Control::Idle(_) => {}
        }
        controls.lines().join(", ")
    }

    /// Whether it absorbs another: who is held to this one is held to the other.
    pub(super) fn absorbs(&self, other: &Control) -> bool {
        match (self, other) {
            (Control::Frequency(a), Control::Frequency(b))
            | (Control::SecondFactor(a), Control::SecondFactor(b))
            | (Control::Lifetime(a), Control::Lifetime(b))
            | (Control::Idle(a), Control::Idle(b)) => a <= b,
            (Control::CloudAppSecurity(a), Control::CloudAppSecurity(b)) => a >= b,
            (Control::Continuous(a), Control::Continuous(b)) => {
                a == b || (a > b && *b != ContinuousEvaluation::Off)
            }
            (a, b) => a == b,
        }
    }

    /// What wins over a value that loosens.
    fn overruled_by(&self, other: &Control) -> bool {
        match (self, other) {
            (Control::Persistent(false), Control::Persistent(true)) => true,
            (Control::Continuous(a), Control::Continuous(b)) => {
                *a == ContinuousEvaluation::Off && b > a
            }
            _ => false,
        }
    }
}

/// The controls of a policy.
pub(super) fn controls(policy: &Policy, options: &Options) -> Vec<Control> {
    let session = &policy.session;
    let seconds = |bound| options.seconds(bound);
    let flag = |on: bool, control: Control| on.then_some(control);
    let persistent = |it| Control::Persistent(it == PersistentBrowser::Never);
    let each = [
        session.sign_in_frequency.both.map(|it| Control::Frequency(seconds(it))),
        session.sign_in_frequency.second.map(|it| Control::SecondFactor(seconds(it))),
        session.persistent_browser.map(persistent),
        session.lifetime.map(Control::Lifetime),
        session.idle.map(Control::Idle),
        flag(session.app_restrictions, Control::AppRestrictions),
        session.cloud_app_security.map(Control::CloudAppSecurity),
        session.continuous_evaluation.map(Control::Continuous),
        flag(session.resilience_off, Control::ResilienceOff),
        flag(session.token_protection, Control::TokenProtection),
        session.global_secure_access_profile.clone().map(Control::Profile),
        session.network_access_policy.clone().map(Control::NetworkPolicy),
    ];
    each.into_iter().flatten().collect()
}

/// The parts of a policy's requirement, all of which are needed.
pub(super) fn demanded(policy: &Policy) -> Vec<&Grant> {
    fn parts(grant: &Grant) -> Vec<&Grant> {
        match grant {
            Grant::All(grants) => grants.iter().flat_map(parts).collect(),
            Grant::Any(_) | Grant::One(_) => vec![grant],
        }
    }
    match &policy.effect {
        hir::Effect::Require(grant) => parts(grant),
        hir::Effect::Block | hir::Effect::Nothing => Vec::new(),
    }
}

/// Everything that policies impose, each once.
pub(super) fn imposed<'a>(
    policies: impl IntoIterator<Item = &'a Policy>,
    options: &Options,
) -> BTreeSet<Imposed> {
    let mut all = BTreeSet::new();
    for policy in policies {
        if policy.effect == hir::Effect::Block {
            all.insert(Imposed::Block);
        }
        all.extend(demanded(policy).into_iter().cloned().map(Imposed::Demand));
        all.extend(controls(policy, options).into_iter().map(Imposed::Control));
    }
    all
}

/// A grant as a policy says it.
pub(super) fn grant_words(set: &PolicySet, grant: &Grant) -> String {
    match grant {
        Grant::All(grants) => joined(set, grants, " and "),
        Grant::Any(grants) => joined(set, grants, " or "),
        Grant::One(requirement) => requirement_words(set, requirement),
    }
}

fn joined(set: &PolicySet, grants: &[Grant], word: &str) -> String {
    let one = |grant: &Grant| match grant {
        Grant::One(_) => grant_words(set, grant),
        Grant::All(_) | Grant::Any(_) => format!("({})", grant_words(set, grant)),
    };
    grants.iter().map(one).collect::<Vec<_>>().join(word)
}

fn requirement_words(set: &PolicySet, it: &Requirement) -> String {
    let mut text = it.grant.row().name.to_owned();
    let strength = it.strength.filter(|_| it.grant == crate::schema::grant::GrantWord::Strength);
    if let Some(id) = strength {
        text = format!("{text} {}", set.strength(id).name);
    }
    if let Some(object) = &it.object {
        text = format!("{text} {}", object.name);
    }
    match it.within {
        Some(seconds) => format!("{text} within {}", duration_text(seconds)),
        None => text,
    }
}

impl<'a> Model<'a> {
    /// Where in a region an effect is imposed on the current side, by itself or by something that absorbs it.
    pub(super) fn imposed(&mut self, effect: &Imposed, region: Bdd) -> Result {
        let mut here = Vec::new();
        let mut overruled = Vec::new();
        for it in self.on().to_vec() {
            let policy = it.policy;
            let imposes = match effect {
                Imposed::Block => policy.effect == hir::Effect::Block,
                Imposed::Demand(grant) => {
                    let mut any = false;
                    for part in demanded(policy) {
                        any = any || self.implies(part, grant)?;
                    }
                    any
                }
                Imposed::Control(control) => {
                    let own = controls(policy, &self.options);
                    if own.iter().any(|it| control.overruled_by(it)) {
                        overruled.push(self.arena.and(region, it.applies)?);
                    }
                    own.iter().any(|it| it.absorbs(control))
                }
            };
            if imposes {
                here.push(self.arena.and(region, it.applies)?);
            }
        }
        let here = self.arena.any(here)?;
        let overruled = self.arena.any(overruled)?;
        self.arena.without(here, overruled)
    }

    /// Whether whoever satisfies one grant has satisfied the other.
    pub(super) fn implies(&mut self, one: &Grant, other: &Grant) -> Result<bool> {
        if one == other {
            return Ok(true);
        }
        let pair = (one.clone(), other.clone());
        if let Some(known) = self.implications.get(&pair) {
            return Ok(*known);
        }
        let one = self.satisfied(one, Freshness::Any, false)?;
        let other = self.satisfied(other, Freshness::Any, false)?;
        let unmet = self.arena.without(one, other)?;
        let implied = self.arena.and(unmet, self.valid)? == Bdd::NONE;
        self.implications.insert(pair, implied);
        Ok(implied)
    }
}
