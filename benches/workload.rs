//! What the benches decide about: policy sets of any size with sign-ins, the same for the same seed.
//!
//! Each policy is written twice: as text of the language, and as a [`Rule`] for the matcher that a programmer would
//! write by hand. Both must agree on every sign-in before anything is timed.

#![allow(dead_code, reason = "each bench uses its part")]

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};

use fastrand::Rng;
use latch::request::{App, Ids, Proof, Request, Value};
use latch::schema::attribute::{Attribute, CLIENTS, PLATFORMS, RISKS, USER_TYPES};
use latch::schema::method::Method;
use latch::value::Slot;

/// The sizes that are measured. 240 is what a tenant of Microsoft Entra may have.
pub(crate) const SIZES: [usize; 5] = [10, 100, 240, 1_000, 10_000];

const APPS: usize = 40;
const NETWORKS: usize = 30;
const PREFIXES: usize = 6;
/// A group that no policy names but to leave it out.
const BREAK_GLASS: u32 = u32::MAX;

/// How many policies apply to a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matching {
    /// None at all.
    None,
    /// A handful.
    Some,
    /// About a quarter of all.
    Many,
}

impl Matching {
    /// Every amount.
    pub(crate) const ALL: [Matching; 3] = [Matching::None, Matching::Some, Matching::Many];

    /// Its word in the names of benches.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Matching::None => "none",
            Matching::Some => "some",
            Matching::Many => "many",
        }
    }
}

/// What a rule demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Demand {
    Block,
    Mfa,
    Key,
    Device,
    MfaOrDevice,
}

/// A policy, as one would write it by hand in Rust: everything interned, sorted, or a mask.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    /// Any of these groups, sorted.
    groups: Vec<u32>,
    /// These apps, sorted; any app when empty.
    apps: Vec<u32>,
    /// Bits of clients; all when zero.
    clients: u8,
    /// Bits of platforms; all when zero.
    platforms: u8,
    /// At least this risk.
    risk: u8,
    /// Not from this network.
    not_network: Option<usize>,
    demand: Demand,
}

/// What the matcher reads of a sign-in.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    groups: Vec<u32>,
    app: u32,
    client: u8,
    platform: u8,
    risk: u8,
    ip: u32,
    mfa: bool,
    key: bool,
    compliant: bool,
}

/// What the matcher says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Open,
    StepUp,
    Blocked,
}

/// A policy set with what goes with it.
#[derive(Debug)]
pub(crate) struct Workload {
    /// The policies as text.
    pub(crate) text: String,
    /// The policies as rules, in the order of their names.
    pub(crate) rules: Vec<Rule>,
    /// The address ranges of each network.
    networks: Vec<Vec<(u32, u32)>>,
    groups: u32,
    seed: u64,
}

impl Workload {
    /// As many policies.
    pub(crate) fn new(policies: usize, seed: u64) -> Workload {
        let mut rng = Rng::with_seed(seed);
        let groups = u32::try_from(policies / 3 + 8).expect("a few thousand");
        let networks = (0..NETWORKS).map(|_| network(&mut rng)).collect();
        let rules = (0..policies).map(|_| rule(&mut rng, groups)).collect();
        let mut workload = Workload { text: String::new(), rules, networks, groups, seed };
        workload.text = workload.written();
        workload
    }

    fn written(&self) -> String {
        let mut text = String::from("group break-glass emergency = \"break-glass\"\n");
        for group in 0..self.groups {
            writeln!(text, "group g{group} = \"{}\"", group_id(group)).expect("memory");
        }
        for app in 0..APPS {
            writeln!(text, "app a{app} = \"{}\"", app_id(app)).expect("memory");
        }
        for (at, ranges) in self.networks.iter().enumerate() {
            writeln!(text, "network n{at} {{").expect("memory");
            for (first, _) in ranges {
                writeln!(text, "  {}/24", Ipv4Addr::from(*first)).expect("memory");
            }
            text.push_str("}\n");
        }
        for (at, rule) in self.rules.iter().enumerate() {
            rule.write(at, &mut text);
        }
        text
    }

    /// A sign-in to which so many policies apply.
    pub(crate) fn sign_in(&self, matching: Matching, number: u64) -> (Request, Visitor) {
        let mut rng = Rng::with_seed(self.seed ^ (number << 8) ^ matching as u64);
        let groups = match matching {
            Matching::None => Vec::new(),
            Matching::Some => (0..4).map(|_| rng.u32(..self.groups)).collect(),
            Matching::Many => (0..self.groups).filter(|_| rng.u8(..10) < 7).collect(),
        };
        let mut visitor = Visitor {
            groups,
            app: rng.u32(..u32::try_from(APPS).expect("forty")),
            client: rng.u8(..2),
            platform: rng.u8(..6),
            risk: if rng.u8(..10) == 0 { rng.u8(1..4) } else { 0 },
            ip: match rng.u8(..3) {
                0 => self.networks[rng.usize(..NETWORKS)][0].0 + 7,
                _ => u32::from(Ipv4Addr::new(203, 0, 113, rng.u8(..))),
            },
            mfa: rng.bool(),
            key: rng.u8(..4) == 0,
            compliant: rng.bool(),
        };
        visitor.groups.sort_unstable();
        visitor.groups.dedup();
        (visitor.request(), visitor)
    }

    /// The matcher written by hand: which rules apply, and what follows. `applying` is emptied first.
    pub(crate) fn matched(&self, visitor: &Visitor, applying: &mut Vec<u32>) -> Verdict {
        applying.clear();
        let mut verdict = Verdict::Open;
        for (at, rule) in self.rules.iter().enumerate() {
            if !self.applies(rule, visitor) {
                continue;
            }
            applying.push(at as u32);
            match rule.demand {
                Demand::Block => verdict = Verdict::Blocked,
                demand if verdict == Verdict::Open && !visitor.meets(demand) => {
                    verdict = Verdict::StepUp;
                }
                _ => {}
            }
        }
        verdict
    }

    fn applies(&self, rule: &Rule, visitor: &Visitor) -> bool {
        (rule.clients == 0 || rule.clients & (1 << visitor.client) != 0)
            && (rule.platforms == 0 || rule.platforms & (1 << visitor.platform) != 0)
            && visitor.risk >= rule.risk
            && (rule.apps.is_empty() || rule.apps.binary_search(&visitor.app).is_ok())
            && rule.groups.iter().any(|group| visitor.groups.binary_search(group).is_ok())
            && visitor.groups.binary_search(&BREAK_GLASS).is_err()
            && !rule.not_network.is_some_and(|network| self.is_in(network, visitor.ip))
    }

    fn is_in(&self, network: usize, ip: u32) -> bool {
        self.networks[network].iter().any(|(first, last)| (*first..=*last).contains(&ip))
    }
}

fn network(rng: &mut Rng) -> Vec<(u32, u32)> {
    let prefix = |rng: &mut Rng| u32::from(Ipv4Addr::new(10, rng.u8(..), rng.u8(..), 0));
    (0..PREFIXES).map(|_| prefix(rng)).map(|first| (first, first + 255)).collect()
}

fn rule(rng: &mut Rng, groups: u32) -> Rule {
    let mut some = |from: u32, most: usize| {
        let mut list: Vec<u32> = (0..rng.usize(1..=most)).map(|_| rng.u32(..from)).collect();
        list.sort_unstable();
        list.dedup();
        list
    };
    let groups = some(groups, 3);
    let apps = some(u32::try_from(APPS).expect("forty"), 4);
    Rule {
        groups,
        apps: if rng.bool() { Vec::new() } else { apps },
        clients: if rng.u8(..3) == 0 { rng.u8(1..16) } else { 0 },
        platforms: if rng.u8(..3) == 0 { rng.u8(1..64) } else { 0 },
        risk: if rng.u8(..5) == 0 { rng.u8(1..4) } else { 0 },
        not_network: (rng.u8(..4) == 0).then(|| rng.usize(..NETWORKS)),
        demand: match rng.u8(..20) {
            0 => Demand::Block,
            1..=8 => Demand::Mfa,
            9..=12 => Demand::Key,
            13..=15 => Demand::Device,
            _ => Demand::MfaOrDevice,
        },
    }
}

fn group_id(group: u32) -> String {
    format!("8f6a1f7b-1f53-4b45-8a55-{group:012x}")
}

fn app_id(app: usize) -> String {
    format!("6b2f7f0e-3c0f-4c9b-8f5a-{app:012x}")
}

/// The words of a mask.
fn words<'a>(mask: u8, words: &[&'a str]) -> String {
    let chosen: Vec<&'a str> = words
        .iter()
        .enumerate()
        .filter(|(bit, _)| mask & (1 << bit) != 0)
        .map(|(_, word)| *word)
        .collect();
    chosen.join(", ")
}

impl Rule {
    fn write(&self, at: usize, text: &mut String) {
        let list = |kind: char, all: &[u32]| {
            all.iter().map(|it| format!("{kind}{it}")).collect::<Vec<_>>().join(", ")
        };
        let mut parts = vec![format!("user in [{}]", list('g', &self.groups))];
        parts.push(match self.apps.as_slice() {
            [] => "app in any-app".to_owned(),
            apps => format!("app in [{}]", list('a', apps)),
        });
        if self.clients != 0 {
            parts.push(format!("client in [{}]", words(self.clients, CLIENTS)));
        }
        if self.platforms != 0 {
            parts.push(format!("platform in [{}]", words(self.platforms, PLATFORMS)));
        }
        if self.risk != 0 {
            parts.push(format!("risk.sign-in >= {}", RISKS[usize::from(self.risk)]));
        }
        let elsewhere = self.not_network.map(|it| format!(" or location in n{it}"));
        let effect = match self.demand {
            Demand::Block => "block",
            Demand::Mfa => "require mfa",
            Demand::Key => "require strength phishing-resistant",
            Demand::Device => "require compliant-device",
            Demand::MfaOrDevice => "require mfa or compliant-device",
        };
        let condition = parts.join(" and ");
        let elsewhere = elsewhere.unwrap_or_default();
        writeln!(
            text,
            "policy p{at:06} \"Policy number {at}\" {{\n  when   {condition}\n  unless user in break-glass{elsewhere}\n  {effect}\n}}"
        )
        .expect("memory");
    }
}

impl Visitor {
    fn meets(&self, demand: Demand) -> bool {
        let mfa = self.mfa || self.key;
        match demand {
            Demand::Block => false,
            Demand::Mfa => mfa,
            Demand::Key => self.key,
            Demand::Device => self.compliant,
            Demand::MfaOrDevice => mfa || self.compliant,
        }
    }

    fn request(&self) -> Request {
        let app = App {
            id: app_id(self.app as usize),
            agent_resource: Slot::Absent,
            attributes: Slot::Absent,
        };
        let member = USER_TYPES.iter().position(|word| *word == "member").unwrap_or_default();
        let builder = Request::builder()
            .set(Attribute::UserId, Value::Text("someone".to_owned()))
            .set(
                Attribute::UserGroups,
                Value::Ids(Ids::complete(self.groups.iter().map(|it| group_id(*it)))),
            )
            .set(Attribute::UserType, Value::Word(u8::try_from(member).unwrap_or_default()))
            .set(Attribute::App, Value::Apps(vec![app]))
            .set(Attribute::Client, Value::Word(self.client))
            .set(Attribute::Platform, Value::Word(self.platform))
            .set(Attribute::RiskSignIn, Value::Word(self.risk))
            .set(Attribute::Ip, Value::Address(IpAddr::V4(Ipv4Addr::from(self.ip))))
            .set(Attribute::DeviceTrust, Value::Word(0))
            .set(Attribute::DeviceCompliant, Value::Boolean(self.compliant));
        let proofs = [
            (self.mfa, Method::Password),
            (self.mfa, Method::MicrosoftAuthenticatorPush),
            (self.key, Method::Fido2),
        ];
        let given = proofs.into_iter().filter(|(given, _)| *given);
        let builder = given.fold(builder, |builder, (_, method)| builder.proof(proof(method)));
        builder.rest_absent().build().expect("it contradicts itself nowhere")
    }
}

fn proof(method: Method) -> Proof {
    Proof { method, age_ms: 60_000, aaguid: None, issuer: None, policies: Default::default() }
}
