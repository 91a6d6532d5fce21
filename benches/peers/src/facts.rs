//! Rules as conditions that any language can be written from, and sign-ins as the values these read.

use crate::workload::rule::{DeviceTest, People, Rule, Wanted};
use crate::workload::visit::{Target, Visitor};
use crate::workload::{Tenant, Workload};

/// What [`Scalar::App`] is when no app is asked for.
pub(crate) const REGISTRATION: u32 = 60_000;
/// What [`Scalar::Flow`] is in an ordinary sign-in.
const NO_FLOW: u32 = 2;

/// A field with one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scalar {
    User,
    Kind,
    App,
    Client,
    Platform,
    Flow,
    SignInRisk,
    UserRisk,
    InsiderRisk,
}

/// A field with a list of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    Groups,
    Roles,
    Places,
}

/// A field that is true or false.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flag {
    Compliant,
    HybridJoined,
    Company,
    Surface,
    Kiosk,
}

impl Scalar {
    pub(crate) const ALL: [(Scalar, &str); 9] = [
        (Scalar::User, "user"),
        (Scalar::Kind, "kind"),
        (Scalar::App, "app"),
        (Scalar::Client, "client"),
        (Scalar::Platform, "platform"),
        (Scalar::Flow, "flow"),
        (Scalar::SignInRisk, "signin_risk"),
        (Scalar::UserRisk, "user_risk"),
        (Scalar::InsiderRisk, "insider_risk"),
    ];

    pub(crate) fn name(self) -> &'static str {
        Scalar::ALL[self as usize].1
    }
}

impl List {
    pub(crate) const ALL: [(List, &str); 3] =
        [(List::Groups, "groups"), (List::Roles, "roles"), (List::Places, "places")];

    pub(crate) fn name(self) -> &'static str {
        List::ALL[self as usize].1
    }
}

impl Flag {
    pub(crate) const ALL: [(Flag, &str); 5] = [
        (Flag::Compliant, "compliant"),
        (Flag::HybridJoined, "hybrid_joined"),
        (Flag::Company, "company"),
        (Flag::Surface, "surface"),
        (Flag::Kiosk, "kiosk"),
    ];

    pub(crate) fn name(self) -> &'static str {
        Flag::ALL[self as usize].1
    }
}

/// A condition.
#[derive(Debug, Clone)]
pub(crate) enum Clause {
    All(Vec<Clause>),
    Any(Vec<Clause>),
    Not(Box<Clause>),
    /// The number is one of these.
    Is(Scalar, Vec<u32>),
    /// The list has any of these.
    Holds(List, Vec<u32>),
    Flag(Flag),
}

/// A sign-in.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    scalars: [u32; 9],
    lists: [Vec<u32>; 3],
    flags: [bool; 5],
}

impl Facts {
    /// What a visitor is. Networks are looked up here: a favour to all who would do it worse.
    pub(crate) fn of(tenant: &Tenant, visitor: &Visitor) -> Facts {
        let user = tenant.user(visitor.user);
        let places = tenant.places.find(visitor.ip, visitor.country);
        let app = match visitor.target {
            Target::App(app) => u32::from(app),
            Target::Registration => REGISTRATION,
        };
        let tests = [
            DeviceTest::Compliant,
            DeviceTest::HybridJoined,
            DeviceTest::CompliantCompany, // replaced below: the owner alone
            DeviceTest::Surface,
            DeviceTest::Kiosk,
        ];
        let mut flags = tests.map(|test| visitor.device_is(test));
        flags[Flag::Company as usize] = visitor.device.as_ref().is_some_and(|it| it.company);
        Facts {
            scalars: [
                visitor.user,
                u32::from(user.kind),
                app,
                u32::from(visitor.client),
                u32::from(visitor.platform),
                visitor.flow.map_or(NO_FLOW, u32::from),
                u32::from(visitor.sign_in_risk),
                u32::from(visitor.user_risk),
                u32::from(visitor.insider_risk),
            ],
            lists: [
                user.groups.iter().map(|it| u32::from(*it)).collect(),
                bits(u64::from(user.roles)),
                bits(places),
            ],
            flags,
        }
    }

    pub(crate) fn scalar(&self, scalar: Scalar) -> u32 {
        self.scalars[scalar as usize]
    }

    pub(crate) fn list(&self, list: List) -> &[u32] {
        &self.lists[list as usize]
    }

    pub(crate) fn flag(&self, flag: Flag) -> bool {
        self.flags[flag as usize]
    }
}

/// The rules in force, each with its number.
pub(crate) fn rules(workload: &Workload) -> Vec<(u32, Vec<Clause>)> {
    let in_force = workload.rules.iter().enumerate().filter(|(_, rule)| !rule.report_only);
    in_force.map(|(at, rule)| (at as u32, clauses(rule))).collect()
}

/// The numbers of set bits.
fn bits(mask: u64) -> Vec<u32> {
    (0..64).filter(|at| mask & (1 << at) != 0).collect()
}

/// What must all hold, the cheap and the rare first.
fn clauses(rule: &Rule) -> Vec<Clause> {
    let masks = [
        (Scalar::Flow, rule.flows),
        (Scalar::InsiderRisk, rule.insider_risks),
        (Scalar::SignInRisk, rule.sign_in_risks),
        (Scalar::UserRisk, rule.user_risks),
        (Scalar::Client, rule.clients),
        (Scalar::Platform, rule.platforms),
    ];
    let masks = masks.into_iter().filter(|(_, mask)| *mask != 0);
    let mut all: Vec<Clause> =
        masks.map(|(scalar, mask)| Clause::Is(scalar, bits(u64::from(mask)))).collect();
    match &rule.wanted {
        Wanted::AnyApp => {}
        Wanted::Apps(apps) => all.push(Clause::Is(Scalar::App, wide(apps))),
        Wanted::Registration => all.push(Clause::Is(Scalar::App, vec![REGISTRATION])),
    }
    all.extend(people(&rule.people));
    all.extend(people(&rule.except).map(not));
    if !rule.except_apps.is_empty() {
        all.push(not(Clause::Is(Scalar::App, wide(&rule.except_apps))));
    }
    if rule.inside != 0 {
        all.push(Clause::Holds(List::Places, bits(rule.inside)));
    }
    if rule.outside != 0 {
        all.push(not(Clause::Holds(List::Places, bits(rule.outside))));
    }
    if let Some((test, wanted)) = rule.device {
        all.push(if wanted { device(test) } else { not(device(test)) });
    }
    all
}

fn wide(numbers: &[u16]) -> Vec<u32> {
    numbers.iter().map(|it| u32::from(*it)).collect()
}

fn not(clause: Clause) -> Clause {
    Clause::Not(Box::new(clause))
}

/// Who; nothing where everybody is meant.
fn people(people: &People) -> Option<Clause> {
    if people.anyone {
        return None;
    }
    let mut any = Vec::new();
    if people.types != 0 {
        any.push(Clause::Is(Scalar::Kind, bits(u64::from(people.types))));
    }
    if !people.groups.is_empty() {
        any.push(Clause::Holds(List::Groups, wide(&people.groups)));
    }
    if people.roles != 0 {
        any.push(Clause::Holds(List::Roles, bits(u64::from(people.roles))));
    }
    if !people.users.is_empty() {
        any.push(Clause::Is(Scalar::User, people.users.clone()));
    }
    if any.len() == 1 { any.pop() } else { Some(Clause::Any(any)) }
}

fn device(test: DeviceTest) -> Clause {
    match test {
        DeviceTest::Compliant => Clause::Flag(Flag::Compliant),
        DeviceTest::HybridJoined => Clause::Flag(Flag::HybridJoined),
        DeviceTest::CompliantOrHybrid => {
            Clause::Any(vec![Clause::Flag(Flag::Compliant), Clause::Flag(Flag::HybridJoined)])
        }
        DeviceTest::CompliantCompany => {
            Clause::All(vec![Clause::Flag(Flag::Compliant), Clause::Flag(Flag::Company)])
        }
        DeviceTest::Surface => Clause::Flag(Flag::Surface),
        DeviceTest::Kiosk => Clause::Flag(Flag::Kiosk),
    }
}
