//! What the benches decide about: a tenant, policies shaped like those of real tenants, and sign-ins; equal for equal seeds.
//!
//! # The tenant
//!
//! 50,000 users, each in about 20 of 5,000 groups: in one of eleven personas, in some large groups (departments, places,
//! licences), in many small ones. One in fifty holds directory roles. There are 200 apps, of which few get most sign-ins, and 60
//! named networks: 48 of address prefixes (1,200 in all, one in eight of them IPv6; ten networks are trusted) and 12 of countries.
//!
//! # The policies
//!
//! Shapes and their shares were counted over 276 different policies of public baselines and tenants: 40 % are about
//! all users, 37 % about groups (one as a rule), 13 % about guests, 7 % about roles (24 as a rule); three of four exclude groups, two
//! as a rule; 69 % are about all apps, 19 % name some, 7 % are about an action; 35 % name clients, 14 % platforms,
//! 16 % places, 12 % risks, 8 % devices; 29 % block, 24 % want MFA alone, 16 % a strength, 12 % a device; 30 % have session
//! controls.
//!
//! A set of N policies has up to 24 that are about everyone, administrators, guests and registration; up to 77 more,
//! seven for each persona; and the rest are each about a group of its own, mostly with one app or a few, and with a group
//! that is left out: how sets grow. One in twenty is report-only. So a sign-in meets about as many policies at 10,000 as at
//! 240, and one in a large set is no worse off than in a real one.
//!
//! # The sign-ins
//!
//! Of anybody in the directory, in the order of a good shuffle, so that no cache knows them ([`Matching::Realistic`]); of
//! the break-glass account, whom no policy is about ([`Matching::None`]); of people who are in 70 % of all groups
//! ([`Matching::Many`]): what the worst account of a tenant costs.
//!
//! # Real sets
//!
//! The file `corpus.rs` beside is a second workload: the policies in the folder of `LATCH_CORPUS`, imported.
//!
//! # Who must agree
//!
//! Each policy is written twice: as text of the language, and as a [`Rule`] for the matcher that a programmer would write by
//! hand ([`matcher`]). On every sign-in that is timed, both must agree on who applies and on what comes of it ([`verify`]). The mark
//! that the engine is held against, a matcher for this workload alone, must find the same outcome ([`prototype`]).

#![allow(dead_code, reason = "each bench uses its part")]

pub(crate) mod draw;
pub(crate) mod matcher;
pub(crate) mod places;
pub(crate) mod prototype;
pub(crate) mod rule;
pub(crate) mod tenant;
pub(crate) mod verify;
pub(crate) mod visit;
pub(crate) mod write;

use fastrand::Rng;
use latch::engine::Engine;

pub(crate) use matcher::Verdict;
pub(crate) use prototype::Prototype;
pub(crate) use rule::Rule;
pub(crate) use tenant::Tenant;
pub(crate) use visit::Visitor;

/// The sizes that are measured. 240 is what a tenant of Microsoft Entra may have.
pub(crate) const SIZES: [usize; 5] = [10, 100, 240, 1_000, 10_000];

/// The seed of every committed figure.
pub(crate) const SEED: u64 = 1;

/// Whose sign-ins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matching {
    /// Of the break-glass account: no policy applies.
    None,
    /// Of anybody in the directory.
    Realistic,
    /// Of people in 70 % of all groups.
    Many,
}

impl Matching {
    /// All of them.
    pub(crate) const ALL: [Matching; 3] = [Matching::None, Matching::Realistic, Matching::Many];

    /// Its word in the names of benches.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Matching::None => "none",
            Matching::Realistic => "real",
            Matching::Many => "many",
        }
    }
}

/// A policy set with the tenant it is for.
#[derive(Debug)]
pub(crate) struct Workload {
    /// People, places, apps.
    pub(crate) tenant: Tenant,
    /// The policies as rules, in the order of their names.
    pub(crate) rules: Vec<Rule>,
    /// The policies as text.
    pub(crate) text: String,
    seed: u64,
}

impl Workload {
    /// As many policies.
    pub(crate) fn new(policies: usize, seed: u64) -> Workload {
        Workload::in_tenant(Tenant::new(seed), policies, seed)
    }

    /// As many policies, for a tenant that was made before.
    pub(crate) fn in_tenant(tenant: Tenant, policies: usize, seed: u64) -> Workload {
        let rules = draw::rules(&mut Rng::with_seed(seed ^ 0x0070_6f6c), &tenant, policies);
        let text = write::text(&tenant, &rules);
        Workload { tenant, rules, text, seed }
    }

    /// The engine for these policies.
    pub(crate) fn engine(&self) -> Engine {
        let texts = [("workload.latch", self.text.as_str())];
        Engine::from_text(texts).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The sign-in of that number.
    pub(crate) fn visitor(&self, matching: Matching, number: u64) -> Visitor {
        let seed = self.seed ^ (number << 8) ^ matching as u64;
        Visitor::draw(&mut Rng::with_seed(seed), &self.tenant, matching)
    }

    /// The first so many sign-ins.
    pub(crate) fn visitors(&self, matching: Matching, count: u64) -> Vec<Visitor> {
        (0..count).map(|number| self.visitor(matching, number)).collect()
    }
}
