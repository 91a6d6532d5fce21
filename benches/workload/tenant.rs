//! A tenant: its users with their groups and roles, its networks, the ids of everything.

use fastrand::Rng;

use super::places::{Network, Places, networks};

/// How many users sign in.
pub(crate) const USERS: usize = 50_000;
/// How many groups there are; the first is the break-glass group, the next are the personas.
pub(crate) const GROUPS: u16 = 5_000;
/// How many of the groups are personas: each user is in one.
pub(crate) const PERSONAS: u16 = 11;
/// How many groups after the personas are large: departments, places, licences.
pub(crate) const LARGE: u16 = 64;
/// How many apps there are; the first is the most used.
pub(crate) const APPS: u16 = 200;
/// A group that no policy names but to leave it out.
pub(crate) const BREAK_GLASS: u16 = 0;
/// The user in it.
pub(crate) const BREAK_GLASS_USER: u32 = USERS as u32;
/// The first of the users who are in 70 % of all groups, and how many there are.
pub(crate) const JOINERS: (u32, u32) = (USERS as u32 + 1, 64);

/// The roles that policies name, as the prelude calls them; the published list of roles that always want MFA and the next.
pub(crate) const ROLES: [(&str, &str); 24] = [
    ("global-administrator", "62e90394-69f5-4237-9190-012177145e10"),
    ("application-administrator", "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"),
    ("application-developer", "cf1c38e5-3621-4004-a7cb-879624dced7c"),
    ("authentication-administrator", "c4e39bd9-1100-46d3-8c65-fb160da0071f"),
    ("cloud-application-administrator", "158c047a-c907-4556-b7ef-446551a6b5f7"),
    ("cloud-device-administrator", "7698a772-787b-4ac8-901f-60d6b08affd2"),
    ("conditional-access-administrator", "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9"),
    ("domain-name-administrator", "8329153b-31d0-4727-b945-745eb3bc5f31"),
    ("external-identity-provider-administrator", "be2f45a1-457d-42af-a067-6ec1fa63bc45"),
    ("global-reader", "f2ef992c-3afb-46b9-b7cf-a126ee74c451"),
    ("helpdesk-administrator", "729827e3-9c14-49f7-bb1b-9608f156bbb8"),
    ("hybrid-identity-administrator", "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2"),
    ("identity-governance-administrator", "45d8d3c5-c802-45c6-b32a-1d70b5e1e86e"),
    ("intune-administrator", "3a2c62db-5318-420d-8d74-23affee5d9d5"),
    ("lifecycle-workflows-administrator", "59d46f88-662b-457b-bceb-5c3809e5908f"),
    ("password-administrator", "966707d0-3269-4727-9be2-8c3a10f19b9d"),
    ("privileged-authentication-administrator", "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"),
    ("privileged-role-administrator", "e8611ab8-c189-46e8-94e1-60213ab1f814"),
    ("security-administrator", "194ae4cb-b126-40b2-bd5b-6091b380977d"),
    ("security-operator", "5f2222b1-57c3-48ba-8ad5-d4759f1fde6f"),
    ("security-reader", "5d6b6bb7-de71-4623-b4af-96380a352509"),
    ("user-administrator", "fe930be7-5e62-47db-91af-98c3a49a38b1"),
    ("billing-administrator", "b0f54661-2d74-4c50-afa3-1ec803f12efe"),
    ("exchange-administrator", "29232cdf-9323-42fd-ade2-1d097af3e4de"),
];

/// A person in the directory.
#[derive(Debug, Clone)]
pub(crate) struct User {
    /// The number of the user's type; 0 is a member.
    pub(crate) kind: u8,
    /// The groups, sorted.
    pub(crate) groups: Vec<u16>,
    /// Bits of [`ROLES`].
    pub(crate) roles: u32,
}

/// A tenant.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    /// [`USERS`], then the break-glass account, then the [`JOINERS`].
    pub(crate) users: Vec<User>,
    /// The named networks.
    pub(crate) networks: Vec<Network>,
    /// Which networks an address is in.
    pub(crate) places: Places,
}

impl Tenant {
    /// The tenant of a seed.
    pub(crate) fn new(seed: u64) -> Tenant {
        let mut rng = Rng::with_seed(seed ^ 0x0074_656e);
        let networks = networks(&mut rng);
        let mut users: Vec<User> = (0..USERS).map(|_| user(&mut rng)).collect();
        users.push(User { kind: 0, groups: vec![BREAK_GLASS], roles: 1 });
        users.extend((0..JOINERS.1).map(|_| joiner(&mut rng)));
        Tenant { users, places: Places::of(&networks), networks }
    }

    /// The groups and roles of a user.
    pub(crate) fn user(&self, number: u32) -> &User {
        &self.users[number as usize]
    }
}

fn user(rng: &mut Rng) -> User {
    // Guests are in few groups; employees in about twenty.
    let guest = rng.u8(..100) < 7;
    let kind = if guest { [2, 2, 2, 2, 3, 1][rng.usize(..6)] } else { 0 };
    let count = if guest { rng.u16(1..5) } else { rng.u16(8..34) };
    let persona = if guest { 1 + rng.u16(..2) } else { 3 + rng.u16(..PERSONAS - 2) };
    let large = (0..count / 4).map(|_| 1 + PERSONAS + skewed(rng, LARGE)).collect::<Vec<_>>();
    let first_small = 1 + PERSONAS + LARGE;
    let small = (0..count - count / 4).map(|_| first_small + skewed(rng, GROUPS - first_small));
    let mut groups: Vec<u16> = std::iter::once(persona).chain(large).chain(small).collect();
    groups.sort_unstable();
    groups.dedup();
    let administers = !guest && rng.u8(..50) == 0;
    let roles = if administers { (0..rng.u8(1..4)).fold(0, |all, _| all | role(rng)) } else { 0 };
    User { kind, groups, roles }
}

fn role(rng: &mut Rng) -> u32 {
    1 << rng.usize(..ROLES.len())
}

/// Small numbers more often than large ones: groups and apps differ in size.
pub(crate) fn skewed(rng: &mut Rng, below: u16) -> u16 {
    let even = rng.f64();
    (even * even.sqrt() * f64::from(below)) as u16
}

fn joiner(rng: &mut Rng) -> User {
    let groups = (1..GROUPS).filter(|_| rng.u8(..10) < 7).collect();
    User { kind: 0, groups, roles: role(rng) }
}

/// A directory id: the same for the same kind and number, and with nothing else in common with its neighbours'.
pub(crate) fn id(kind: u8, number: u32) -> String {
    let mut rng = Rng::with_seed(u64::from(kind) << 32 | u64::from(number));
    let (high, low) = (rng.u64(..), rng.u64(..));
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        0x8000 | low >> 48 & 0x3fff,
        low & 0xffff_ffff_ffff
    )
}

/// The id of a user.
pub(crate) fn user_id(user: u32) -> String {
    id(b'u', user)
}

/// The id of a group.
pub(crate) fn group_id(group: u16) -> String {
    id(b'g', u32::from(group))
}

/// The id of an app.
pub(crate) fn app_id(app: u16) -> String {
    id(b'a', u32::from(app))
}
