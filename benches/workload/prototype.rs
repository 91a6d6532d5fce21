//! The fastest matcher we know how to write for this workload and nothing else: a row of bits for each user, each target, each
//! class of addresses, each combination of words; a decision meets six rows and looks at the bytes that are left.
//!
//! It finds the outcome alone: no challenge, no merged session, no horizon, no assumptions, no dependencies; everything must
//! be known, and nothing can be asked of it that this workload does not ask. It is the mark that the engine is held
//! against. Rules in force are ordered by what follows from them, each effect on bytes of its own, so that a byte that is
//! not zero is an effect that applies. Rows of users are made before anything is measured, for those who sign in.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use super::matcher::Seen;
use super::places::{COUNTRIES, range};
use super::rule::{Atom, DeviceTest, Effect, Grant, Rule};
use super::tenant::APPS;
use super::visit::{Device, Target, Visitor};
use super::{Verdict, Workload};

/// Words of a row that are met at once: a cache line.
const LINE: usize = 8;

/// Rows of one length, side by side.
#[derive(Debug, Clone, Default)]
struct Rows(Vec<[u64; LINE]>);

/// What follows when a byte is not zero.
#[derive(Debug, Clone, Copy)]
struct Follows {
    blocks: bool,
    /// Whether it bounds both factors: then one must have signed in.
    asked: bool,
    both: u32,
    second: u32,
    /// Bits of [`Atom`], all of which are asked for, or any.
    atoms: u16,
    all: bool,
    within: u32,
}

/// The matcher.
#[derive(Debug)]
pub(crate) struct Prototype {
    lines: usize,
    /// What each byte stands for.
    follows: Vec<Follows>,
    users: HashMap<u32, u32>,
    user: Rows,
    target: Rows,
    place: Rows,
    words: Rows,
    risks: Rows,
    device: Rows,
    /// Of the first 16 bits of an address, where its intervals begin.
    first: Vec<u32>,
    v4: Vec<(u32, u16)>,
    v6: Vec<(u128, u16)>,
}

/// A sign-in with every id looked up; the address is not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Typed<'a> {
    visitor: &'a Visitor,
    user: u32,
    target: u32,
    country: u32,
    words: u32,
    risks: u32,
    device: u32,
}

/// What `every time` means.
const EVERY_TIME: u32 = 300;

impl Prototype {
    /// For these policies, with rows for the users of these sign-ins.
    pub(crate) fn new(workload: &Workload, visitors: &[Visitor]) -> Prototype {
        let in_force = workload.rules.iter().filter(|rule| !rule.report_only);
        let mut by_effect: BTreeMap<String, Vec<&Rule>> = BTreeMap::new();
        for rule in in_force {
            by_effect.entry(format!("{:?}", decisive(&rule.effect))).or_default().push(rule);
        }
        // Each effect begins a byte; a place without a rule is in no row.
        let mut places: Vec<Option<&Rule>> = Vec::new();
        let mut follows = Vec::new();
        for rules in by_effect.values() {
            places.extend(rules.iter().map(|rule| Some(*rule)));
            places.resize(places.len().next_multiple_of(8), None);
            follows.resize(places.len() / 8, Follows::of(&rules[0].effect));
        }
        let mut prototype = Prototype {
            lines: places.len().div_ceil(64 * LINE),
            follows,
            users: HashMap::new(),
            user: Rows::default(),
            target: Rows::default(),
            place: Rows::default(),
            words: Rows::default(),
            risks: Rows::default(),
            device: Rows::default(),
            first: Vec::new(),
            v4: Vec::new(),
            v6: Vec::new(),
        };
        prototype.fill(workload, visitors, &places);
        prototype
    }

    fn fill(&mut self, workload: &Workload, visitors: &[Visitor], places: &[Option<&Rule>]) {
        let lines = self.lines;
        let Some(any) = visitors.first() else { return };
        for visitor in visitors {
            let next = self.users.len() as u32;
            if *self.users.entry(visitor.user).or_insert(next) == next {
                let seen = Seen::new(&workload.tenant, visitor);
                self.user.push(lines, places, |rule| {
                    rule.people.holds(&seen) && !rule.except.holds(&seen)
                });
            }
        }
        for target in (0..APPS).map(Target::App).chain([Target::Registration]) {
            let holds = |rule: &Rule| rule.wanted.holds(target) && !rule.leaves_out(target);
            self.target.push(lines, places, holds);
        }
        for number in 0..4 * 8 * 4 {
            let mut one = any.clone();
            (one.client, one.platform) = (number as u8 & 3, (number >> 2) as u8 & 7);
            one.flow = (number >> 5 != 0).then(|| (number >> 5) as u8 - 1);
            self.words.push(lines, places, |rule| rule.words_hold(&one));
        }
        for number in 0..64_u8 {
            let mut one = any.clone();
            (one.sign_in_risk, one.user_risk) = (number & 3, number >> 2 & 3);
            one.insider_risk = number >> 4;
            self.risks.push(lines, places, |rule| rule.risks_hold(&one));
        }
        for number in 0..33 {
            let holds = |test| number < 32 && device_holds(number, test);
            let such = |rule: &Rule| rule.device.is_none_or(|(test, wanted)| holds(test) == wanted);
            self.device.push(lines, places, such);
        }
        self.fill_places(workload, places);
    }

    /// One class for each set of networks that an address can be in, and in each a row for each country.
    fn fill_places(&mut self, workload: &Workload, places: &[Option<&Rule>]) {
        let networks = &workload.tenant.networks;
        let ranges = networks.iter().flat_map(|it| &it.prefixes).map(|(ip, length)| {
            let (first, last) = range(*ip, *length);
            (ip.is_ipv4(), [first, last + 1])
        });
        let ranges: Vec<_> = ranges.collect();
        let mut classes: HashMap<u64, u16> = HashMap::new();
        for of_v4 in [true, false] {
            let mut starts: Vec<u128> = vec![0];
            starts.extend(ranges.iter().filter(|it| it.0 == of_v4).flat_map(|it| it.1));
            starts.sort_unstable();
            starts.dedup();
            for start in starts {
                let v4 = u32::try_from(start).ok().filter(|_| of_v4);
                let ip = match v4 {
                    Some(v4) => IpAddr::from(v4.to_be_bytes()),
                    None if of_v4 => continue,
                    None => IpAddr::from(start.to_be_bytes()),
                };
                let all =
                    (0..=COUNTRIES.len()).map(|at| (at < COUNTRIES.len()).then_some(at as u8));
                let sets = all.map(|country| workload.tenant.places.find(ip, country));
                let sets: Vec<u64> = sets.collect();
                // What is left in every country is what the address is in.
                let key = sets.iter().fold(u64::MAX, |all, set| all & set);
                let next = classes.len() as u16;
                let class = *classes.entry(key).or_insert(next);
                if class == next {
                    for set in sets {
                        let holds = |rule: &Rule| {
                            (rule.inside == 0 || rule.inside & set != 0) && rule.outside & set == 0
                        };
                        self.place.push(self.lines, places, holds);
                    }
                }
                match v4 {
                    Some(v4) => self.v4.push((v4, class)),
                    None => self.v6.push((start, class)),
                }
            }
        }
        let before = |top: u32| self.v4.partition_point(|(first, _)| *first <= top << 16);
        self.first = (0..1 << 16).map(|top| before(top) as u32 - 1).collect();
    }

    /// The same sign-in with its ids looked up.
    pub(crate) fn typed<'a>(&self, visitor: &'a Visitor) -> Typed<'a> {
        let flow = visitor.flow.map_or(0, |flow| u32::from(flow) + 1);
        let Visitor { client, platform, sign_in_risk, user_risk, insider_risk, .. } = *visitor;
        Typed {
            visitor,
            user: self.users[&visitor.user],
            target: match visitor.target {
                Target::App(app) => u32::from(app),
                Target::Registration => u32::from(APPS),
            },
            country: visitor.country.map_or(COUNTRIES.len() as u32, u32::from),
            words: u32::from(client) | u32::from(platform) << 2 | flow << 5,
            risks: u32::from(sign_in_risk | user_risk << 2 | insider_risk << 4),
            device: visitor.device.as_ref().map_or(32, device_number),
        }
    }

    /// The outcome. `bytes` is room to work in.
    pub(crate) fn decide(&self, sign_in: &Typed<'_>, bytes: &mut Vec<u32>) -> Verdict {
        let countries = COUNTRIES.len() as u32 + 1;
        let place = u32::from(self.class(sign_in.visitor.ip)) * countries + sign_in.country;
        let rows = [
            self.user.row(sign_in.user, self.lines),
            self.target.row(sign_in.target, self.lines),
            self.place.row(place, self.lines),
            self.words.row(sign_in.words, self.lines),
            self.risks.row(sign_in.risks, self.lines),
            self.device.row(sign_in.device, self.lines),
        ];
        bytes.clear();
        for at in 0..self.lines {
            let mut line = rows[0][at];
            for row in &rows[1..] {
                line.iter_mut().zip(row[at]).for_each(|(all, word)| *all &= word);
            }
            for (word, bits) in line.into_iter().enumerate() {
                add(bytes, (at * LINE + word) as u32 * 8, bits);
            }
        }
        self.combine(sign_in.visitor, bytes)
    }

    fn class(&self, ip: IpAddr) -> u16 {
        match ip {
            IpAddr::V4(ip) => {
                let ip = u32::from(ip);
                let from = self.first[(ip >> 16) as usize] as usize;
                let after = self.v4[from + 1..].iter().take_while(|(first, _)| *first <= ip);
                self.v4[from + after.count()].1
            }
            IpAddr::V6(ip) => {
                let ip = u128::from(ip);
                self.v6[self.v6.partition_point(|(first, _)| *first <= ip) - 1].1
            }
        }
    }

    fn combine(&self, visitor: &Visitor, bytes: &[u32]) -> Verdict {
        let (mut blocks, mut asked) = (false, false);
        let (mut both, mut second) = (u32::MAX, u32::MAX);
        for byte in bytes {
            let one = &self.follows[*byte as usize];
            blocks |= one.blocks;
            asked |= one.asked;
            (both, second) = (both.min(one.both), second.min(one.second));
        }
        if blocks {
            return Verdict::Blocked;
        }
        let met = shown(visitor, both, both.min(second));
        let mut all_met = !asked || visitor.proofs.first_factor_within(both);
        for byte in bytes {
            let one = &self.follows[*byte as usize];
            let met = match one.within {
                u32::MAX => met,
                within => shown(visitor, both.min(within), both.min(within).min(second)),
            } & one.atoms;
            all_met &= if one.all { met == one.atoms } else { met != 0 };
        }
        if all_met { Verdict::Open } else { Verdict::Unmet }
    }
}

/// Lists the bytes of a word that are not zero.
fn add(bytes: &mut Vec<u32>, first: u32, mut bits: u64) {
    while bits != 0 {
        let byte = bits.trailing_zeros() / 8;
        bytes.push(first + byte);
        bits &= !(0xff << (byte * 8));
    }
}

/// What was shown, as bits of [`Atom`].
fn shown(visitor: &Visitor, both: u32, second: u32) -> u16 {
    let proofs = &visitor.proofs;
    let strong = proofs.strong(second);
    let device = visitor.device.as_ref();
    let atoms = [
        (proofs.mfa(both, second), Atom::Mfa),
        (strong, Atom::Passwordless),
        (strong, Atom::PhishingResistant),
        (device.is_some_and(|it| it.compliant), Atom::CompliantDevice),
        (device.is_some_and(|it| it.hybrid_joined), Atom::HybridJoined),
    ];
    atoms.into_iter().fold(visitor.claims, |all, (is, atom)| all | u16::from(is) << atom as u16)
}

/// Effects that come to the same outcome are one.
fn decisive(effect: &Effect) -> (bool, Option<Grant>, Option<super::rule::Frequency>) {
    match effect {
        Effect::Block => (true, None, None),
        Effect::Require { grant, session } => (false, *grant, session.frequency),
    }
}

impl Follows {
    fn of(effect: &Effect) -> Follows {
        let (blocks, grant, frequency) = decisive(effect);
        let seconds = frequency.map_or(u32::MAX, |it| it.seconds.unwrap_or(EVERY_TIME));
        let second_factor = frequency.is_some_and(|it| it.second_factor);
        let asked = frequency.is_some() && !second_factor;
        Follows {
            blocks,
            asked,
            both: if asked { seconds } else { u32::MAX },
            second: if second_factor { seconds } else { u32::MAX },
            atoms: grant.map_or(0, |grant| grant.atoms),
            all: grant.is_none_or(|grant| grant.all),
            within: grant.and_then(|grant| grant.within).unwrap_or(u32::MAX),
        }
    }
}

impl Rows {
    fn push(&mut self, lines: usize, places: &[Option<&Rule>], holds: impl Fn(&Rule) -> bool) {
        let start = self.0.len();
        self.0.resize(start + lines, [0; LINE]);
        for (at, rule) in places.iter().enumerate() {
            if rule.is_some_and(&holds) {
                self.0[start + at / (64 * LINE)][at / 64 % LINE] |= 1 << (at % 64);
            }
        }
    }

    fn row(&self, number: u32, lines: usize) -> &[[u64; LINE]] {
        let start = number as usize * lines;
        &self.0[start..start + lines]
    }
}

fn device_number(device: &Device) -> u32 {
    let tests = [device.compliant, device.hybrid_joined, device.company, device.kiosk];
    let surface = device.model_name().starts_with("Surface");
    let bits = tests.into_iter().chain([surface]).enumerate();
    bits.fold(0, |all, (at, is)| all | u32::from(is) << at)
}

fn device_holds(number: u32, test: DeviceTest) -> bool {
    let bit = |at: u32| number >> at & 1 != 0;
    match test {
        DeviceTest::Compliant => bit(0),
        DeviceTest::HybridJoined => bit(1),
        DeviceTest::CompliantOrHybrid => bit(0) || bit(1),
        DeviceTest::CompliantCompany => bit(0) && bit(2),
        DeviceTest::Surface => bit(4),
        DeviceTest::Kiosk => bit(3),
    }
}
