//! A sign-in: as the matcher reads it, and as a request.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use fastrand::Rng;
use latch::request::{App, Claim, Ids, Proof, Request, RequestBuilder, Value};
use latch::schema::attribute::Attribute as A;
use latch::schema::grant::GrantWord;
use latch::schema::method::Method;
use latch::value::{Country, Slot, Timestamp};

use super::Matching;
use super::places::{COUNTRIES, PREFIX_NETWORKS, TRUSTED};
use super::rule::Atom;
use super::tenant::{
    APPS, BREAK_GLASS_USER, JOINERS, ROLES, Tenant, USERS, app_id, group_id, skewed, user_id,
};

/// What a sign-in asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    App(u16),
    /// To register security information.
    Registration,
}

/// A registered device.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Device {
    pub(crate) compliant: bool,
    pub(crate) hybrid_joined: bool,
    pub(crate) company: bool,
    pub(crate) kiosk: bool,
    model: u8,
}

/// How many seconds ago each method was shown.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Proofs {
    pub(crate) password: Option<u32>,
    pub(crate) push: Option<u32>,
    pub(crate) sms: Option<u32>,
    pub(crate) hello: Option<u32>,
    pub(crate) fido: Option<u32>,
}

/// A sign-in, in numbers.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    /// Of [`Tenant::users`].
    pub(crate) user: u32,
    pub(crate) target: Target,
    /// Numbers of words.
    pub(crate) client: u8,
    pub(crate) platform: u8,
    pub(crate) flow: Option<u8>,
    pub(crate) sign_in_risk: u8,
    pub(crate) user_risk: u8,
    pub(crate) insider_risk: u8,
    pub(crate) ip: IpAddr,
    /// Of [`COUNTRIES`].
    pub(crate) country: Option<u8>,
    pub(crate) device: Option<Device>,
    pub(crate) proofs: Proofs,
    /// What else was shown or done, as bits of [`Atom`].
    pub(crate) claims: u16,
    /// Milliseconds since 1970.
    pub(crate) time: i64,
}

const MODELS: [&str; 8] = [
    "Surface Laptop 6",
    "Surface Pro 10",
    "Latitude 7440",
    "ThinkPad X1 Carbon",
    "EliteBook 840",
    "MacBook Pro",
    "iPhone",
    "Pixel 8",
];

/// One of these numbers, each as often as its weight says, of a hundred in all.
fn weighted(rng: &mut Rng, weights: &[u8]) -> u8 {
    let mut roll = rng.u8(..100);
    for (at, weight) in weights.iter().enumerate() {
        if roll < *weight {
            return at as u8;
        }
        roll -= weight;
    }
    0
}

impl Device {
    fn draw(rng: &mut Rng) -> Option<Device> {
        if rng.u8(..100) >= 72 {
            return None;
        }
        Some(Device {
            compliant: rng.u8(..100) < 80,
            hybrid_joined: rng.u8(..100) < 25,
            company: rng.u8(..100) < 75,
            kiosk: rng.u8(..100) < 2,
            model: rng.u8(..MODELS.len() as u8),
        })
    }

    pub(crate) fn model_name(&self) -> &'static str {
        MODELS[usize::from(self.model)]
    }
}

impl Proofs {
    fn draw(rng: &mut Rng) -> Proofs {
        // A session of the last minutes, of today, of this week.
        let oldest = [600, 8 * 3600, 24 * 3600, 7 * 24 * 3600][rng.usize(..4)];
        let age = |rng: &mut Rng| Some(rng.u32(1..oldest));
        match weighted(rng, &[30, 38, 7, 15, 10]) {
            1 => Proofs { password: age(rng), push: age(rng), ..Proofs::default() },
            2 => Proofs { password: age(rng), sms: age(rng), ..Proofs::default() },
            3 => Proofs { hello: age(rng), ..Proofs::default() },
            4 => Proofs { password: age(rng), fido: age(rng), ..Proofs::default() },
            _ => Proofs { password: age(rng), ..Proofs::default() },
        }
    }

    /// Whether any of a fido key and Windows Hello is so young.
    pub(crate) fn strong(&self, seconds: u32) -> bool {
        young(self.hello, seconds) || young(self.fido, seconds)
    }

    /// Whether there are two factors, the first and the second so young.
    pub(crate) fn mfa(&self, first: u32, second: u32) -> bool {
        self.strong(second)
            || young(self.password, first) && (young(self.push, second) || young(self.sms, second))
    }

    /// Whether any method that a sign-in can begin with is so young.
    pub(crate) fn first_factor_within(&self, seconds: u32) -> bool {
        young(self.password, seconds) || self.strong(seconds)
    }
}

fn young(age: Option<u32>, seconds: u32) -> bool {
    age.is_some_and(|age| age <= seconds)
}

impl Visitor {
    /// A sign-in of somebody.
    pub(crate) fn draw(rng: &mut Rng, tenant: &Tenant, matching: Matching) -> Visitor {
        let user = match matching {
            Matching::None => BREAK_GLASS_USER,
            Matching::Realistic => rng.u32(..USERS as u32),
            Matching::Many => JOINERS.0 + rng.u32(..JOINERS.1),
        };
        let target = match rng.u8(..100) {
            0..=1 => Target::Registration,
            _ => Target::App(skewed(rng, APPS)),
        };
        Visitor {
            user,
            target,
            client: weighted(rng, &[44, 53, 2, 1]),
            platform: weighted(rng, &[11, 15, 58, 0, 11, 3, 2]),
            flow: [Some(0), None][usize::from(rng.u8(..100) != 0)],
            sign_in_risk: weighted(rng, &[94, 3, 2, 1]),
            user_risk: weighted(rng, &[96, 2, 1, 1]),
            insider_risk: weighted(rng, &[97, 1, 1, 1]),
            ip: address(rng, tenant),
            country: place(rng),
            device: Device::draw(rng),
            proofs: Proofs::draw(rng),
            claims: claims(rng),
            time: 1_792_800_000_000 + i64::from(rng.u32(..86_400_000)),
        }
    }

    /// The request that says the same.
    pub(crate) fn request(&self, tenant: &Tenant) -> Request {
        let user = tenant.user(self.user);
        let roles = ROLES.iter().enumerate().filter(|(at, _)| user.roles & (1 << at) != 0);
        let groups = user.groups.iter().map(|group| group_id(*group));
        let builder = Request::builder()
            .set(A::UserId, Value::Text(user_id(self.user)))
            .set(A::UserGroups, Value::Ids(Ids::complete(groups)))
            .set(A::UserRoles, Value::Ids(Ids::complete(roles.map(|(_, (_, id))| *id))))
            .set(A::UserType, Value::Word(user.kind))
            .set(A::Client, Value::Word(self.client))
            .set(A::Platform, Value::Word(self.platform))
            .set(A::RiskSignIn, Value::Word(self.sign_in_risk))
            .set(A::RiskUser, Value::Word(self.user_risk))
            .set(A::RiskInsider, Value::Word(self.insider_risk))
            .set(A::Ip, Value::Address(self.ip))
            .set(A::Time, Value::Instant(Timestamp(self.time)));
        let builder = self.with_words(self.with_target(builder));
        let builder = self.with_claims(self.with_proofs(builder));
        builder.rest_absent().build().expect("it contradicts itself nowhere")
    }

    fn with_target(&self, builder: RequestBuilder) -> RequestBuilder {
        match self.target {
            Target::App(app) => {
                let id = app_id(app);
                let app = App { id, agent_resource: Slot::Absent, attributes: Slot::Absent };
                builder.set(A::App, Value::Apps(vec![app]))
            }
            Target::Registration => builder.word(A::Action, "register-security-info"),
        }
    }

    fn with_words(&self, builder: RequestBuilder) -> RequestBuilder {
        let flow = self.flow.map_or(Slot::Absent, |flow| Slot::Known(Value::Word(flow)));
        let country = self.country.and_then(|at| Country::parse(COUNTRIES[usize::from(at)]));
        let country = country.map_or(Slot::Absent, |it| Slot::Known(Value::Country(it)));
        let builder = builder.slot(A::Flow, flow).slot(A::Country, country);
        let Some(device) = &self.device else { return builder };
        let trust = if device.hybrid_joined { "hybrid-joined" } else { "joined" };
        let owner = if device.company { "company" } else { "personal" };
        let builder = builder
            .word(A::DeviceTrust, trust)
            .word(A::DeviceOwnership, owner)
            .set(A::DeviceCompliant, Value::Boolean(device.compliant))
            .set(A::DeviceModel, Value::Text(device.model_name().to_owned()));
        if !device.kiosk {
            return builder;
        }
        builder.set(A::DeviceEnrollmentProfile, Value::Text("kiosk".to_owned()))
    }

    fn with_proofs(&self, builder: RequestBuilder) -> RequestBuilder {
        let proofs = [
            (self.proofs.password, Method::Password),
            (self.proofs.push, Method::MicrosoftAuthenticatorPush),
            (self.proofs.sms, Method::Sms),
            (self.proofs.hello, Method::WindowsHelloForBusiness),
            (self.proofs.fido, Method::Fido2),
        ];
        let given = proofs.into_iter().filter_map(|(age, method)| Some((age?, method)));
        given.fold(builder, |builder, (age, method)| builder.proof(proof(method, age)))
    }

    fn with_claims(&self, builder: RequestBuilder) -> RequestBuilder {
        let shown = CLAIMS.iter().filter(|(atom, ..)| self.claims & atom.bit() != 0);
        shown.fold(builder, |builder, (_, grant, id)| {
            builder.claim(Claim { grant: *grant, id: id.map(str::to_owned), age_ms: Some(60_000) })
        })
    }
}

fn proof(method: Method, seconds: u32) -> Proof {
    let age_ms = i64::from(seconds) * 1_000;
    Proof { method, age_ms, aaguid: None, issuer: None, policies: Default::default() }
}

/// What claims there are, with how often each is made, in percent.
const CLAIMS: [(Atom, GrantWord, Option<&str>); 7] = [
    (Atom::ApprovedApp, GrantWord::ApprovedApp, None),
    (Atom::ProtectedApp, GrantWord::ProtectedApp, None),
    (Atom::PasswordChange, GrantWord::PasswordChange, None),
    (Atom::RiskRemediation, GrantWord::RiskRemediation, None),
    (Atom::HouseRules, GrantWord::Terms, Some("house-rules")),
    (Atom::PartnerTerms, GrantWord::Terms, Some("partner-terms")),
    (Atom::BadgeReader, GrantWord::CustomControl, Some("badge-reader")),
];

fn claims(rng: &mut Rng) -> u16 {
    let chances = [50, 45, 2, 1, 85, 60, 20];
    let made = CLAIMS.iter().zip(chances).filter(|(_, chance)| rng.u8(..100) < *chance);
    made.fold(0, |all, ((atom, ..), _)| all | atom.bit())
}

/// One in three from a trusted network, one in ten from another named one, the rest from anywhere.
fn address(rng: &mut Rng, tenant: &Tenant) -> IpAddr {
    let network = match rng.u8(..100) {
        0..=34 => rng.usize(..TRUSTED),
        35..=44 => rng.usize(TRUSTED..PREFIX_NETWORKS),
        45..=54 => return IpAddr::V6(Ipv6Addr::from(0x2a00 << 112 | rng.u128(..1 << 112))),
        _ => return IpAddr::V4(Ipv4Addr::from(rng.u32(0x0b00_0000..0xdf00_0000))),
    };
    let prefixes = &tenant.networks[network].prefixes;
    let (first, length) = prefixes[rng.usize(..prefixes.len())];
    match first {
        IpAddr::V4(first) => {
            let free = u32::MAX.checked_shr(u32::from(length)).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from(u32::from(first) | rng.u32(..) & free))
        }
        IpAddr::V6(first) => {
            let free = u128::MAX >> length;
            IpAddr::V6(Ipv6Addr::from(u128::from(first) | rng.u128(..) & free))
        }
    }
}

/// Mostly where the company is; sometimes nowhere that is known.
fn place(rng: &mut Rng) -> Option<u8> {
    match rng.u8(..100) {
        0..=90 => Some(rng.u8(..4)),
        91 => None,
        _ => Some(rng.u8(4..COUNTRIES.len() as u8)),
    }
}
