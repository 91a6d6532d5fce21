//! A policy as one would write it by hand in Rust: everything interned, sorted, or a mask.

/// People: by type, name, group or role. Empty is nobody.
#[derive(Debug, Clone, Default)]
pub(crate) struct People {
    pub(crate) anyone: bool,
    /// Bits of user types.
    pub(crate) types: u8,
    /// Users by number, sorted.
    pub(crate) users: Vec<u32>,
    /// Groups, sorted.
    pub(crate) groups: Vec<u16>,
    /// Bits of roles.
    pub(crate) roles: u32,
}

/// What a sign-in must ask for.
#[derive(Debug, Clone)]
pub(crate) enum Wanted {
    /// Any app, or to register security information.
    AnyApp,
    /// Any of these, sorted.
    Apps(Vec<u16>),
    /// To register security information.
    Registration,
}

/// What a filter asks of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeviceTest {
    Compliant,
    HybridJoined,
    CompliantOrHybrid,
    CompliantCompany,
    /// A model by the beginning of its name.
    Surface,
    /// A registration profile.
    Kiosk,
}

/// What one can be asked to prove or to do; the discriminant is the bit in [`Grant::atoms`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Atom {
    Mfa,
    Passwordless,
    PhishingResistant,
    CompliantDevice,
    HybridJoined,
    ApprovedApp,
    ProtectedApp,
    PasswordChange,
    RiskRemediation,
    HouseRules,
    PartnerTerms,
    BadgeReader,
}

impl Atom {
    pub(crate) const ALL: [Atom; 12] = [
        Atom::Mfa,
        Atom::Passwordless,
        Atom::PhishingResistant,
        Atom::CompliantDevice,
        Atom::HybridJoined,
        Atom::ApprovedApp,
        Atom::ProtectedApp,
        Atom::PasswordChange,
        Atom::RiskRemediation,
        Atom::HouseRules,
        Atom::PartnerTerms,
        Atom::BadgeReader,
    ];

    pub(crate) fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// What must be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grant {
    /// All of the atoms, or any one.
    pub(crate) all: bool,
    pub(crate) atoms: u16,
    /// How old the proof may be, in seconds; only of a single atom.
    pub(crate) within: Option<u32>,
}

/// How old a sign-in may be, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frequency {
    /// `None` is every time.
    pub(crate) seconds: Option<u32>,
    pub(crate) second_factor: bool,
}

/// The session controls. All but the frequency are carried along and decide nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Session {
    pub(crate) frequency: Option<Frequency>,
    pub(crate) persistent_browser: Option<bool>,
    pub(crate) app_restrictions: bool,
    pub(crate) cloud_app_security: Option<&'static str>,
    pub(crate) continuous_evaluation: Option<&'static str>,
    pub(crate) token_protection: bool,
    pub(crate) resilience_off: bool,
    pub(crate) secure_access_profile: bool,
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Block,
    Require { grant: Option<Grant>, session: Session },
}

/// A policy. A mask of zero asks nothing.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) report_only: bool,
    pub(crate) people: People,
    pub(crate) except: People,
    pub(crate) wanted: Wanted,
    /// Not these apps, sorted.
    pub(crate) except_apps: Vec<u16>,
    /// Bits of clients, platforms, flows.
    pub(crate) clients: u8,
    pub(crate) platforms: u8,
    pub(crate) flows: u8,
    /// Bits of levels of risk.
    pub(crate) sign_in_risks: u8,
    pub(crate) user_risks: u8,
    pub(crate) insider_risks: u8,
    /// From any of these networks, as bits.
    pub(crate) inside: u64,
    /// From none of these.
    pub(crate) outside: u64,
    /// The test, and what it must say.
    pub(crate) device: Option<(DeviceTest, bool)>,
    pub(crate) effect: Effect,
}
