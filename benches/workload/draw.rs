//! Policies, drawn in the shapes and shares of real sets.

use fastrand::Rng;

use super::places::{COUNTRY_NETWORKS, PREFIX_NETWORKS, TRUSTED};
use super::rule::{Atom, DeviceTest, Effect, Frequency, Grant, People, Rule, Session, Wanted};
use super::tenant::{APPS, BREAK_GLASS, GROUPS, LARGE, PERSONAS, ROLES, Tenant, USERS, skewed};

/// All networks that are trusted, as bits.
pub(crate) const ALL_TRUSTED: u64 = (1 << TRUSTED) - 1;
/// The networks of countries: home, sanctioned, unknown.
const HOME: u64 = 1 << PREFIX_NETWORKS;
const SANCTIONED: u64 = HOME << 1;
const NO_COUNTRY: u64 = HOME << 2;

/// Words as bits: of clients, platforms, risks, flows.
const BROWSER: u8 = 1;
const MODERN: u8 = 0b0011;
const MOBILE_DESKTOP: u8 = 0b0010;
const LEGACY: u8 = 0b1100;
const PHONES: u8 = 0b11;
const WINDOWS: u8 = 0b100;
const COMPUTERS: u8 = 0b1_0100;
const OTHER_PLATFORMS: u8 = 0b100_1000;
const MEDIUM_UP: u8 = 0b1100;
const HIGH: u8 = 0b1000;

/// The apps of the office suite: the most used.
const OFFICE: [u16; 6] = [0, 1, 2, 3, 4, 5];
/// The apps that administrators manage everything with.
const PORTALS: [u16; 4] = [6, 9, 14, 20];

/// The policies of a set, in the order of their names.
pub(crate) fn rules(rng: &mut Rng, tenant: &Tenant, count: usize) -> Vec<Rule> {
    let mut rules = baseline();
    rules.extend((1..=PERSONAS).flat_map(persona));
    rules.truncate(count);
    let tail = count - rules.len();
    rules.extend((0..tail).map(|_| scoped(rng, tenant)));
    // What a set is never without stays on.
    for rule in rules.iter_mut().skip(24) {
        rule.report_only = rng.u8(..20) == 0;
    }
    rules
}

fn plain(effect: Effect) -> Rule {
    Rule {
        report_only: false,
        people: People { anyone: true, ..People::default() },
        except: People { groups: vec![BREAK_GLASS], ..People::default() },
        wanted: Wanted::AnyApp,
        except_apps: Vec::new(),
        clients: 0,
        platforms: 0,
        flows: 0,
        sign_in_risks: 0,
        user_risks: 0,
        insider_risks: 0,
        inside: 0,
        outside: 0,
        device: None,
        effect,
    }
}

fn require(atoms: &[Atom]) -> Effect {
    requires(false, atoms, Session::default())
}

fn requires(all: bool, atoms: &[Atom], session: Session) -> Effect {
    let atoms = atoms.iter().fold(0, |bits, atom| bits | atom.bit());
    let grant = (atoms != 0).then_some(Grant { all, atoms, within: None });
    Effect::Require { grant, session }
}

fn control(session: Session) -> Effect {
    Effect::Require { grant: None, session }
}

fn hours(hours: u32) -> Session {
    let frequency = Frequency { seconds: Some(hours * 3600), second_factor: false };
    Session { frequency: Some(frequency), ..Session::default() }
}

fn every_time() -> Session {
    let frequency = Frequency { seconds: None, second_factor: false };
    Session { frequency: Some(frequency), ..Session::default() }
}

fn roles(most: usize) -> People {
    People { roles: (1 << most.min(ROLES.len())) - 1, ..People::default() }
}

fn guests() -> People {
    People { types: 0b111_1110, ..People::default() }
}

/// What nearly every tenant has, the commonest first.
fn baseline() -> Vec<Rule> {
    use Atom::{
        ApprovedApp, CompliantDevice, HouseRules, HybridJoined, Mfa, PartnerTerms, PasswordChange,
        PhishingResistant, ProtectedApp, RiskRemediation,
    };
    let administrator = Session { persistent_browser: Some(false), ..hours(8) };
    let unmanaged = Session { app_restrictions: true, ..Session::default() };
    let monitored = Session { cloud_app_security: Some("monitor"), ..Session::default() };
    let strict = Session { continuous_evaluation: Some("strict-location"), ..Session::default() };
    let bound = Session { token_protection: true, ..Session::default() };
    let private = Session { persistent_browser: Some(false), ..Session::default() };
    let profile = Session { secure_access_profile: true, ..Session::default() };
    let careful = Session { resilience_off: true, ..Session::default() };
    let trusting = (DeviceTest::CompliantOrHybrid, false);
    let office = Wanted::Apps(OFFICE.to_vec());
    let portals = Wanted::Apps(PORTALS.to_vec());
    let guest = |effect| Rule { people: guests(), ..plain(effect) };
    let admin = |most, effect| Rule { people: roles(most), ..plain(effect) };
    vec![
        Rule { clients: LEGACY, ..plain(Effect::Block) },
        plain(require(&[Mfa])),
        admin(14, requires(false, &[PhishingResistant], administrator)),
        guest(requires(true, &[Mfa, PartnerTerms], Session::default())),
        Rule { sign_in_risks: MEDIUM_UP, ..plain(requires(false, &[Mfa], every_time())) },
        Rule { user_risks: HIGH, ..plain(requires(true, &[Mfa, PasswordChange], every_time())) },
        Rule { inside: SANCTIONED, ..plain(Effect::Block) },
        Rule { flows: 1, ..plain(Effect::Block) },
        Rule {
            wanted: Wanted::Registration,
            outside: ALL_TRUSTED,
            ..plain(require(&[Mfa, CompliantDevice]))
        },
        Rule {
            wanted: office.clone(),
            platforms: COMPUTERS,
            clients: MOBILE_DESKTOP,
            except: People { groups: vec![BREAK_GLASS, 1, 2], ..People::default() },
            ..plain(require(&[CompliantDevice, HybridJoined]))
        },
        Rule {
            wanted: office.clone(),
            platforms: PHONES,
            clients: MOBILE_DESKTOP,
            ..plain(require(&[ApprovedApp, ProtectedApp]))
        },
        Rule {
            wanted: office.clone(),
            clients: BROWSER,
            device: Some(trusting),
            ..plain(control(unmanaged))
        },
        Rule { clients: BROWSER, device: Some(trusting), ..plain(control(private)) },
        Rule { platforms: OTHER_PLATFORMS, ..plain(Effect::Block) },
        Rule { wanted: portals, ..plain(require(&[Mfa])) },
        Rule { insider_risks: HIGH, ..plain(Effect::Block) },
        Rule { sign_in_risks: HIGH, ..admin(24, Effect::Block) },
        guest(control(monitored)),
        Rule { clients: BROWSER, ..guest(control(Session { ..hours(12) })) },
        admin(24, control(strict)),
        Rule {
            platforms: WINDOWS,
            clients: MOBILE_DESKTOP,
            wanted: Wanted::Apps(vec![0, 1]),
            device: Some((DeviceTest::HybridJoined, true)),
            ..plain(control(bound))
        },
        Rule {
            user_risks: MEDIUM_UP,
            ..admin(24, requires(true, &[RiskRemediation, PhishingResistant], every_time()))
        },
        Rule { inside: NO_COUNTRY, ..plain(requires(true, &[Mfa, HouseRules], careful)) },
        Rule { wanted: Wanted::Apps(vec![7]), clients: MODERN, ..plain(control(profile)) },
    ]
}

/// Seven policies for a persona, as the frameworks of large organisations have them.
fn persona(group: u16) -> Vec<Rule> {
    use Atom::{CompliantDevice, HouseRules, HybridJoined, Mfa, PhishingResistant, ProtectedApp};
    let exception = 1 + PERSONAS + LARGE + group * 40;
    let of = |effect| Rule {
        people: People { groups: vec![group], ..People::default() },
        except: People { groups: vec![BREAK_GLASS, exception], ..People::default() },
        ..plain(effect)
    };
    let strong = if group % 4 == 3 { PhishingResistant } else { Mfa };
    let session = Session { persistent_browser: Some(false), ..hours(4 + u32::from(group)) };
    let download = Session { cloud_app_security: Some("block-downloads"), ..Session::default() };
    let evaluated = Session { continuous_evaluation: Some("strict"), ..Session::default() };
    vec![
        of(require(&[strong])),
        Rule { clients: LEGACY, ..of(Effect::Block) },
        Rule {
            outside: ALL_TRUSTED,
            platforms: COMPUTERS,
            ..of(requires(false, &[CompliantDevice, HybridJoined, strong], Session::default()))
        },
        Rule {
            device: Some((DeviceTest::CompliantCompany, false)),
            clients: BROWSER,
            ..of(control(session))
        },
        Rule {
            platforms: PHONES,
            wanted: Wanted::Apps(OFFICE.to_vec()),
            ..of(require(&[ProtectedApp, CompliantDevice]))
        },
        Rule { outside: ALL_TRUSTED | HOME, ..of(requires(true, &[Mfa, HouseRules], evaluated)) },
        Rule { sign_in_risks: HIGH, ..of(control(download)) },
    ]
}

/// A policy about a group of its own: how large sets grow.
fn scoped(rng: &mut Rng, tenant: &Tenant) -> Rule {
    let mut rule = Rule { except: exceptions(rng), ..plain(effect(rng)) };
    rule.people = people(rng);
    rule.wanted = wanted(rng);
    if matches!(rule.wanted, Wanted::AnyApp) && rng.u8(..6) == 0 {
        rule.except_apps = some(rng, APPS, 3);
    }
    narrow(rng, &mut rule);
    if rule.effect == Effect::Block && !is_narrow(&rule) {
        // Nobody blocks a group from everything for ever: it is from elsewhere, or with the wrong device.
        match rng.u8(..3) {
            0 => rule.outside = ALL_TRUSTED,
            1 => rule.clients = LEGACY,
            _ => rule.inside = country_network(rng),
        }
    }
    debug_assert!(tenant.networks.len() <= 64, "places are bits");
    rule
}

fn is_narrow(rule: &Rule) -> bool {
    rule.inside | rule.outside != 0
        || rule.sign_in_risks | rule.user_risks != 0
        || matches!(rule.clients, LEGACY)
        || matches!(rule.platforms, OTHER_PLATFORMS)
}

/// A group that is not the break-glass group: anyone's or nobody's favourite.
fn group(rng: &mut Rng) -> u16 {
    rng.u16(1 + PERSONAS..GROUPS)
}

fn some(rng: &mut Rng, below: u16, most: usize) -> Vec<u16> {
    let mut all: Vec<u16> = (0..rng.usize(1..=most)).map(|_| skewed(rng, below)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn people(rng: &mut Rng) -> People {
    match rng.u8(..100) {
        0..=79 => People { groups: groups(rng, &[1, 1, 1, 1, 1, 2, 2, 3]), ..People::default() },
        80..=89 => People { users: users(rng, 4), ..People::default() },
        90..=94 => People {
            groups: groups(rng, &[1]),
            roles: (0..rng.u8(1..6)).fold(0, |all, _| all | 1 << rng.u8(..ROLES.len() as u8)),
            ..People::default()
        },
        _ => People {
            groups: groups(rng, &[1]),
            users: users(rng, 2),
            types: if rng.u8(..4) == 0 { 0b111_1110 } else { 0 },
            ..People::default()
        },
    }
}

fn groups(rng: &mut Rng, counts: &[usize]) -> Vec<u16> {
    let count = counts[rng.usize(..counts.len())];
    let mut all: Vec<u16> = (0..count).map(|_| group(rng)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn users(rng: &mut Rng, most: usize) -> Vec<u32> {
    let mut all: Vec<u32> = (0..rng.usize(1..=most)).map(|_| rng.u32(..USERS as u32)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn exceptions(rng: &mut Rng) -> People {
    let mut groups = groups(rng, &[1, 1, 2]);
    groups.insert(0, BREAK_GLASS);
    let users = if rng.u8(..10) == 0 { users(rng, 8) } else { Vec::new() };
    let roles = if rng.u8(..25) == 0 { 0xff_ffff } else { 0 };
    People { groups, users, roles, ..People::default() }
}

fn wanted(rng: &mut Rng) -> Wanted {
    match rng.u8(..100) {
        0..=44 => Wanted::AnyApp,
        45..=49 => Wanted::Registration,
        50..=61 => Wanted::Apps(OFFICE.to_vec()),
        _ => Wanted::Apps(some(rng, APPS, 4)),
    }
}

fn narrow(rng: &mut Rng, rule: &mut Rule) {
    let mut chance = |percent: u8| rng.u8(..100) < percent;
    if chance(35) {
        rule.clients = if chance(50) {
            MODERN
        } else if chance(60) {
            MOBILE_DESKTOP
        } else {
            BROWSER
        };
    }
    if chance(14) {
        rule.platforms = if chance(40) {
            PHONES
        } else if chance(50) {
            COMPUTERS
        } else {
            WINDOWS
        };
    }
    if chance(5) {
        rule.sign_in_risks = if chance(50) { HIGH } else { MEDIUM_UP };
    }
    if chance(4) {
        rule.user_risks = if chance(70) { HIGH } else { MEDIUM_UP };
    }
    let (filtered, wanted, placed) = (chance(12), chance(25), chance(20));
    if filtered {
        rule.device = Some((filter(rng), wanted));
    }
    if placed {
        place(rng, rule);
    }
}

fn filter(rng: &mut Rng) -> DeviceTest {
    use DeviceTest::{
        Compliant, CompliantCompany, CompliantOrHybrid, HybridJoined, Kiosk, Surface,
    };
    let tests = [
        Compliant,
        CompliantOrHybrid,
        CompliantOrHybrid,
        CompliantCompany,
        HybridJoined,
        Surface,
        Kiosk,
    ];
    tests[rng.usize(..tests.len())]
}

fn place(rng: &mut Rng, rule: &mut Rule) {
    match rng.u8(..10) {
        0..=3 => rule.outside = ALL_TRUSTED,
        4..=6 => rule.outside = 1 << rng.usize(TRUSTED..PREFIX_NETWORKS),
        7 => rule.inside = 1 << rng.usize(TRUSTED..PREFIX_NETWORKS),
        8 => rule.inside = country_network(rng),
        _ => rule.outside = 1 << rng.usize(..TRUSTED),
    }
}

fn country_network(rng: &mut Rng) -> u64 {
    1 << (PREFIX_NETWORKS + rng.usize(1..COUNTRY_NETWORKS))
}

fn effect(rng: &mut Rng) -> Effect {
    use Atom::{
        ApprovedApp, BadgeReader, CompliantDevice, HouseRules, HybridJoined, Mfa, PartnerTerms,
        Passwordless, PhishingResistant, ProtectedApp,
    };
    let kind = rng.u8(..100);
    let any = (59..=78).contains(&kind) || rng.u8(..8) == 0;
    let session = session(rng, any);
    let alone = |atom: Atom, within| Effect::Require {
        grant: Some(Grant { all: false, atoms: atom.bit(), within }),
        session,
    };
    match kind {
        0..=17 => Effect::Block,
        18..=38 => alone(Mfa, None),
        39..=41 => alone(Mfa, Some([900, 3600][rng.usize(..2)])),
        42..=49 => alone(PhishingResistant, None),
        50..=52 => alone(Passwordless, None),
        53..=58 => alone(CompliantDevice, None),
        59..=78 => control(session),
        79..=85 => requires(false, &[CompliantDevice, HybridJoined], session),
        86..=89 => requires(false, &[Mfa, CompliantDevice, HybridJoined], session),
        90..=93 => requires(false, &[ApprovedApp, ProtectedApp], session),
        94 | 95 => requires(true, &[Mfa, CompliantDevice], session),
        96 => alone(HouseRules, None),
        97 => alone(PartnerTerms, None),
        98 => alone(BadgeReader, None),
        _ => requires(false, &[ProtectedApp, PhishingResistant], session),
    }
}

/// Controls in the shares in which sets have them; `any` of them, or none at all.
fn session(rng: &mut Rng, any: bool) -> Session {
    if !any {
        return Session::default();
    }
    match rng.u8(..100) {
        0..=37 => hours([1, 4, 8, 9, 12, 12, 24, 48, 96][rng.usize(..9)]),
        38..=40 => every_time(),
        41..=43 => Session {
            frequency: Some(Frequency { seconds: Some(12 * 3600), second_factor: true }),
            ..Session::default()
        },
        44..=54 => Session { persistent_browser: Some(rng.u8(..8) == 0), ..Session::default() },
        55..=64 => Session { persistent_browser: Some(false), ..hours(12) },
        65..=74 => Session {
            cloud_app_security: Some(["monitor", "block-downloads", "custom"][rng.usize(..3)]),
            ..Session::default()
        },
        75..=83 => Session { app_restrictions: true, ..Session::default() },
        84..=91 => Session {
            continuous_evaluation: Some(["strict", "strict-location", "off"][rng.usize(..3)]),
            ..Session::default()
        },
        92..=98 => Session { token_protection: true, ..Session::default() },
        _ => Session { resilience_off: true, ..Session::default() },
    }
}
