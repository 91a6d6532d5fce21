//! The table of attributes: name, key in a request, kind, documentation.

/// The built-in attributes. The discriminant is the row in [`ATTRIBUTES`] and the bit in an [`AttributeSet`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[rustfmt::skip]
#[allow(missing_docs, reason = "each is documented by its row")]
pub enum Attribute {
    Principal, Target,
    User, UserId, UserGroups, UserRoles, UserType, UserTenant,
    ServicePrincipal, ServicePrincipalId, ServicePrincipalOwnTenant, ServicePrincipalAttribute,
    Agent, AgentId, AgentKind, AgentContext, AgentAttribute,
    App, AppAttribute, Action, Context, Traffic,
    Client, Platform, Flow,
    Ip, Location, LocationNamed, Country, GpsCountry, Asn, Anonymizer,
    DeviceRegistered, DeviceCompliant, DeviceHybridJoined, DeviceTrust, DeviceOwnership, DeviceProfile,
    DeviceId, DeviceName, DeviceModel, DeviceManufacturer, DeviceOs, DeviceOsVersion, DeviceMdmApp,
    DeviceEnrollmentProfile,
    DeviceExtension1, DeviceExtension2, DeviceExtension3, DeviceExtension4, DeviceExtension5,
    DeviceExtension6, DeviceExtension7, DeviceExtension8, DeviceExtension9, DeviceExtension10,
    DeviceExtension11, DeviceExtension12, DeviceExtension13, DeviceExtension14, DeviceExtension15,
    DevicePhysicalIds, DeviceSystemLabels,
    RiskSignIn, RiskUser, RiskServicePrincipal, RiskInsider, RiskAgent,
    Time, Weekday, Date,
}

/// What kind of value an attribute has, and so which operators it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// True or false; stands bare in a condition.
    Boolean,
    /// One of these words.
    Enumeration(&'static [&'static str]),
    /// One of these words, lowest first.
    Ordered(&'static [&'static str]),
    /// A set of these words.
    EnumerationSet(&'static [&'static str]),
    /// Directory objects, matched by name: users, groups and roles; apps; service principals; agents.
    Members,
    /// One directory id, matched by name.
    Identifier,
    /// A set of directory ids.
    Identifiers,
    /// What the request asks for: directory ids of apps, each with its own attributes.
    Apps,
    /// A network address.
    Address,
    /// Named networks.
    Networks,
    /// ISO 3166 alpha-2.
    Country,
    /// A whole number.
    Integer,
    /// Text, compared without regard to case.
    Text,
    /// Dotted numbers, ordered; also compared as text.
    Version,
    /// A set of texts.
    TextSet,
    /// Custom security attributes: `SET.NAME` to one text or several.
    Custom,
    /// A moment; in conditions, the time of day in a zone.
    Instant,
    /// A day of the week in a zone, monday first.
    Weekday,
    /// A calendar date in a zone.
    Date,
    /// A length of time, in seconds (own attributes only).
    Duration,
}

/// Where an attribute's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The request carries it, under this JSON path.
    Request(&'static str),
    /// It is computed from these.
    Derived(&'static [Attribute]),
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Which attribute.
    pub attribute: Attribute,
    /// Its name in the language, in diagnostics and in `depends_on`.
    pub name: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// Whether a policy may name it; the others are inputs of one that it may name.
    pub in_conditions: bool,
    /// Where its value comes from.
    pub source: Source,
    /// What it says, in a sentence or two.
    pub doc: &'static str,
}

const fn row(
    attribute: Attribute,
    name: &'static str,
    kind: Kind,
    source: Source,
    doc: &'static str,
) -> Row {
    Row { attribute, name, kind, in_conditions: true, source, doc }
}

const fn input(
    attribute: Attribute,
    name: &'static str,
    kind: Kind,
    source: Source,
    doc: &'static str,
) -> Row {
    Row { attribute, name, kind, in_conditions: false, source, doc }
}

/// The kinds of principals, in the order of their numbers.
pub const PRINCIPALS: &[&str] = &["user", "service-principal", "agent"];
/// The kinds of targets, in the order of their numbers.
pub const TARGETS: &[&str] = &["app", "action", "context", "traffic"];
/// The types of users; the first is the only one that is no guest.
pub const USER_TYPES: &[&str] = &[
    "member",
    "internal-guest",
    "b2b-collaboration-guest",
    "b2b-collaboration-member",
    "b2b-direct-connect",
    "other-external",
    "service-provider",
];
/// What a user may do that is no app.
pub const ACTIONS: &[&str] = &["register-security-info", "register-device"];
/// The client apps; the last two are legacy protocols, which cannot answer a challenge.
pub const CLIENTS: &[&str] = &["browser", "mobile-desktop", "exchange-active-sync", "other"];
/// The device platforms; `unknown` is a value: some other platform.
pub const PLATFORMS: &[&str] =
    &["android", "ios", "windows", "windows-phone", "macos", "linux", "unknown"];
/// The authentication flows that hand a session to another device.
pub const FLOWS: &[&str] = &["device-code", "authentication-transfer"];
/// How a device is joined.
pub const TRUSTS: &[&str] = &["joined", "hybrid-joined", "registered"];
/// Levels of risk.
pub const RISKS: &[&str] = &["none", "low", "medium", "high"];
/// Levels of insider risk.
pub const INSIDER_RISKS: &[&str] = &["none", "minor", "moderate", "elevated"];
/// Days of the week.
pub const WEEKDAYS: &[&str] =
    &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

use Attribute as A;
use Kind as K;
use Source::{Derived, Request};

/// Every attribute; row `n` is the attribute with discriminant `n`.
#[rustfmt::skip]
pub const ATTRIBUTES: &[Row] = &[
    input(A::Principal, "principal", K::Enumeration(PRINCIPALS), Request("principal"), "Who signs in: a user, a service principal or an agent. Follows from which of the three the request describes."),
    input(A::Target, "target", K::Enumeration(TARGETS), Request("target"), "What is asked for: apps, an action, authentication contexts or traffic. Follows from which of the four the request names."),
    row(A::User, "user", K::Members, Derived(&[A::Principal, A::UserId, A::UserGroups, A::UserRoles, A::UserType]), "The user, by name, group, role or type. `anyone` is every user, `guests` every type but member."),
    input(A::UserId, "user.id", K::Identifier, Request("user.id"), "The user's directory id."),
    input(A::UserGroups, "user.groups", K::Identifiers, Request("user.groups"), "The ids of all groups the user is in, nested ones included."),
    input(A::UserRoles, "user.roles", K::Identifiers, Request("user.roles"), "The template ids of the directory roles the user holds actively."),
    row(A::UserType, "user.type", K::Enumeration(USER_TYPES), Request("user.type"), "Whether the user is a member, or which kind of guest."),
    row(A::UserTenant, "user.tenant", K::Identifier, Request("user.tenant"), "The home tenant of an external user; absent for others."),
    row(A::ServicePrincipal, "service-principal", K::Members, Derived(&[A::Principal, A::ServicePrincipalId, A::ServicePrincipalOwnTenant]), "A workload identity. `own-tenant` is every one that is registered in this tenant."),
    input(A::ServicePrincipalId, "service-principal.id", K::Identifier, Request("servicePrincipal.id"), "The service principal's directory id."),
    input(A::ServicePrincipalOwnTenant, "service-principal.own-tenant", K::Boolean, Request("servicePrincipal.ownTenant"), "Whether the service principal is registered in this tenant."),
    row(A::ServicePrincipalAttribute, "service-principal.attribute", K::Custom, Request("servicePrincipal.attributes"), "Custom security attributes of the service principal: `service-principal.attribute.SET.NAME`."),
    row(A::Agent, "agent", K::Members, Derived(&[A::Principal, A::AgentId]), "An agent identity. `any-agent` is every one."),
    input(A::AgentId, "agent.id", K::Identifier, Request("agent.id"), "The agent's directory id."),
    row(A::AgentKind, "agent.kind", K::Enumeration(&["identity", "user"]), Request("agent.kind"), "Whether the agent signs in as itself or through its own user account."),
    row(A::AgentContext, "agent.context", K::EnumerationSet(&["endpoint-session"]), Request("agent.context"), "Circumstances of the agent's session: started from an endpoint."),
    row(A::AgentAttribute, "agent.attribute", K::Custom, Request("agent.attributes"), "Custom security attributes of the agent: `agent.attribute.SET.NAME`."),
    row(A::App, "app", K::Apps, Request("apps"), "The resources asked for. A policy applies when it applies to any of them. `any-app` is every app and the action register-security-info; `any-agent-resource` every resource of agents."),
    row(A::AppAttribute, "app.attribute", K::Custom, Derived(&[A::App]), "Custom security attributes of the app: `app.attribute.SET.NAME`."),
    row(A::Action, "action", K::Enumeration(ACTIONS), Request("action"), "A user action instead of an app."),
    row(A::Context, "context", K::Identifiers, Request("context"), "The authentication contexts, c1 to c99, that the resource asks for. A policy applies when it applies to any of them."),
    row(A::Traffic, "traffic", K::Enumeration(&["microsoft-365", "internet", "private"]), Request("traffic"), "A Global Secure Access traffic profile instead of an app."),
    row(A::Client, "client", K::Enumeration(CLIENTS), Request("client"), "The client app: a browser, a modern app, or a legacy protocol."),
    row(A::Platform, "platform", K::Enumeration(PLATFORMS), Request("platform"), "The device platform; `unknown` is any that is not listed."),
    row(A::Flow, "flow", K::Enumeration(FLOWS), Request("flow"), "The authentication flow that hands a session to another device; absent in ordinary sign-ins."),
    row(A::Ip, "ip", K::Address, Request("ip"), "The public address of the sign-in, IPv4 or IPv6."),
    row(A::Location, "location", K::Networks, Derived(&[A::Ip, A::Country, A::GpsCountry, A::LocationNamed]), "Named networks the sign-in comes from. `trusted` is the union of the trusted ones."),
    input(A::LocationNamed, "location.named", K::Identifiers, Request("locations"), "Networks known by other means than the address: ids of opaque networks, private links and service tags, `compliant-network`, `mfa-trusted-ips`, or names of networks."),
    row(A::Country, "country", K::Country, Request("country"), "The country of the address, ISO 3166 alpha-2; absent when a lookup has no result."),
    input(A::GpsCountry, "country.gps", K::Country, Request("gpsCountry"), "The country by the position an authenticator app reports."),
    row(A::Asn, "asn", K::Integer, Request("asn"), "The number of the autonomous system of the address."),
    row(A::Anonymizer, "anonymizer", K::Enumeration(&["vpn", "tor", "hosting", "proxy"]), Request("anonymizer"), "The kind of anonymizer behind the address; absent for an ordinary one."),
    row(A::DeviceRegistered, "device.registered", K::Boolean, Request("device.registered"), "Whether the directory knows the device. An unregistered device has no other device attribute."),
    row(A::DeviceCompliant, "device.compliant", K::Boolean, Request("device.compliant"), "Whether device management calls the device compliant."),
    row(A::DeviceHybridJoined, "device.hybrid-joined", K::Boolean, Request("device.hybridJoined"), "Whether the device is joined to a domain and to the directory; follows from device.trust."),
    row(A::DeviceTrust, "device.trust", K::Enumeration(TRUSTS), Request("device.trust"), "How the device is joined."),
    row(A::DeviceOwnership, "device.ownership", K::Enumeration(&["personal", "company"]), Request("device.ownership"), "Who owns the device."),
    row(A::DeviceProfile, "device.profile", K::Enumeration(&["registered-device", "secure-vm", "printer", "shared", "iot"]), Request("device.profile"), "The profile type of the device."),
    row(A::DeviceId, "device.id", K::Text, Request("device.id"), "The device's directory id."),
    row(A::DeviceName, "device.name", K::Text, Request("device.name"), "The device's display name."),
    row(A::DeviceModel, "device.model", K::Text, Request("device.model"), "The device's model."),
    row(A::DeviceManufacturer, "device.manufacturer", K::Text, Request("device.manufacturer"), "The device's manufacturer."),
    row(A::DeviceOs, "device.os", K::Text, Request("device.os"), "The operating system as the directory knows it."),
    row(A::DeviceOsVersion, "device.os-version", K::Version, Request("device.osVersion"), "The version of the operating system: dotted numbers, ordered; also compared as text."),
    row(A::DeviceMdmApp, "device.mdm-app", K::Text, Request("device.mdmApp"), "The id of the management app the device is enrolled with."),
    row(A::DeviceEnrollmentProfile, "device.enrollment-profile", K::Text, Request("device.enrollmentProfile"), "The name of the profile the device was enrolled with."),
    row(A::DeviceExtension1, "device.extension-1", K::Text, Request("device.extension1"), "Extension attribute 1 of the device; absent unless the device is managed, compliant or hybrid-joined."),
    row(A::DeviceExtension2, "device.extension-2", K::Text, Request("device.extension2"), "Extension attribute 2 of the device; absent unless the device is managed, compliant or hybrid-joined."),
    row(A::DeviceExtension3, "device.extension-3", K::Text, Request("device.extension3"), "Extension attribute 3 of the device; absent unless the device is managed, compliant or hybrid-joined."),
    row(A::DeviceExtension4, "device.extension-4", K::Text, Request("device.extension4"), "Extension attribute 4 of the device; absent unless the device is managed, compliant or hybrid-joined."),
    row(A::DeviceExtension5, "device.extension-5", K::Text, Request("device.extension5"), "Extension attribute 5 of the device; absent unless the device is managed, compliant or hybrid-joined."),
    row(A::DeviceExtension6, "device.extension-6", K::Text, Request("device.extension6"), "Extension attribute 6 of the device; absent unless the device is managed, compliant or hybrid-joined."),
    row(A::DeviceExtension7, "device.extension-7", K::Text, Request("device.extension7"), "Extension attribute 7 of the device; absent unless the device is managed, compliant or hybrid-joined."),
    row(A::DeviceExtension8, "device.extension-8", K::Text, Request("device.extension8"), "Extension attribute 8 of the device; absent unless the device is managed, compliant or hybrid-joined."),
    row(A::DeviceExtension9, "device.extension-9", K::Text, Request("device.extension9"), "Extension attribute 9 of the device; absent unless the device is managed, compliant or hybrid-joined."),
    row(A::DeviceExtension10, "device.extension-10", K::Text, Request("device.extension10"), "Extension attribute 10 of the device; absent unless the device is managed, compliant or hybrid-joined."),
    row(A::DeviceExtension11, "device.extension-11", K::Text, Request("device.extension11"), "Extension attribute 11 of the device; absent unless the device is managed, compliant or hybrid-joined."),
    row(A::DeviceExtension12, "device.extension-12", K::Text, Request("device.extension12"), "Extension attribute 12 of the device; absent unless the device is managed, compliant or hybrid-joined."),
    row(A::DeviceExtension13, "device.extension-13", K::Text, Request("device.extension13"), "Extension attribute 13 of the device; absent unless the device is managed, compliant or hybrid-joined."),
    row(A::DeviceExtension14, "device.extension-14", K::Text, Request("device.extension14"), "Extension attribute 14 of the device; absent unless the device is managed, compliant or hybrid-joined."),
    row(A::DeviceExtension15, "device.extension-15", K::Text, Request("device.extension15"), "Extension attribute 15 of the device; absent unless the device is managed, compliant or hybrid-joined."),
    row(A::DevicePhysicalIds, "device.physical-ids", K::TextSet, Request("device.physicalIds"), "The device's physical ids; `contains` is whole-member."),
    row(A::DeviceSystemLabels, "device.system-labels", K::TextSet, Request("device.systemLabels"), "Labels the system gave the device; `contains` is whole-member."),
    row(A::RiskSignIn, "risk.sign-in", K::Ordered(RISKS), Request("risk.signIn"), "How likely it is that someone else signs in."),
    row(A::RiskUser, "risk.user", K::Ordered(RISKS), Request("risk.user"), "How likely it is that the account is compromised."),
    row(A::RiskServicePrincipal, "risk.service-principal", K::Ordered(RISKS), Request("risk.servicePrincipal"), "How likely it is that the workload identity is compromised."),
    row(A::RiskInsider, "risk.insider", K::Ordered(INSIDER_RISKS), Request("risk.insider"), "How likely it is that the user acts against the organisation."),
    row(A::RiskAgent, "risk.agent", K::Ordered(RISKS), Request("risk.agent"), "How likely it is that the agent is compromised."),
    row(A::Time, "time", K::Instant, Request("time"), "The moment of the sign-in; in conditions, the time of day in a zone."),
    row(A::Weekday, "weekday", K::Weekday, Derived(&[A::Time]), "The day of the week in a zone."),
    row(A::Date, "date", K::Date, Derived(&[A::Time]), "The calendar date in a zone."),
];

/// The rows whose names begin so. They stand together, so that nobody has to look at names while a request is read.
const fn rows_named(prefix: &str) -> &'static [Row] {
    let mut first = 0;
    while first < ATTRIBUTES.len() && !begins(ATTRIBUTES[first].name, prefix) {
        first += 1;
    }
    let (_, rest) = ATTRIBUTES.split_at(first);
    let mut count = 0;
    while count < rest.len() && begins(rest[count].name, prefix) {
        count += 1;
    }
    rest.split_at(count).0
}

const fn begins(text: &str, prefix: &str) -> bool {
    let (text, prefix) = (text.as_bytes(), prefix.as_bytes());
    let mut at = 0;
    while at < prefix.len() && at < text.len() && text[at] == prefix[at] {
        at += 1;
    }
    at == prefix.len()
}

/// The `device.…` attributes.
const OF_DEVICE: &[Row] = rows_named("device.");
/// The extension attributes of a device.
const EXTENSIONS: &[Row] = rows_named("device.extension-");

impl Attribute {
    /// How many there are.
    pub const COUNT: usize = ATTRIBUTES.len();

    /// Its row.
    pub fn row(self) -> &'static Row {
        &ATTRIBUTES[self as usize]
    }

    /// Its name in the language.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The attribute of that name.
    pub fn by_name(name: &str) -> Option<Attribute> {
        ATTRIBUTES.iter().find(|row| row.name == name).map(|row| row.attribute)
    }

    /// The words of an enumeration or of an ordered attribute, lowest first; none for any other kind.
    pub fn words(self) -> &'static [&'static str] {
        match self.row().kind {
            Kind::Enumeration(words) | Kind::Ordered(words) => words,
            Kind::Boolean | Kind::EnumerationSet(_) | Kind::Members | Kind::Identifier => &[],
            Kind::Identifiers | Kind::Apps | Kind::Address | Kind::Networks | Kind::Country => &[],
            Kind::Integer | Kind::Text | Kind::Version | Kind::TextSet | Kind::Custom => &[],
            Kind::Instant | Kind::Weekday | Kind::Date | Kind::Duration => &[],
        }
    }

    /// The number of a word of [`Attribute::words`], for a value.
    pub fn word(self, word: &str) -> Option<u8> {
        let at = self.words().iter().position(|it| *it == word)?;
        u8::try_from(at).ok()
    }

    /// Every attribute, in the order of the table.
    pub fn all() -> impl Iterator<Item = Attribute> {
        ATTRIBUTES.iter().map(|row| row.attribute)
    }

    /// What it is read from: itself when the request carries it, else its inputs.
    pub fn inputs(self) -> &'static [Attribute] {
        match &self.row().source {
            Source::Derived(inputs) => inputs,
            Source::Request(_) => std::slice::from_ref(&self.row().attribute),
        }
    }

    /// The `device.…` attributes, `device.registered` included.
    pub fn of_device() -> impl Iterator<Item = Attribute> {
        OF_DEVICE.iter().map(|row| row.attribute)
    }

    /// The extension attributes of a device.
    pub fn extensions() -> impl Iterator<Item = Attribute> {
        EXTENSIONS.iter().map(|row| row.attribute)
    }
}

/// How many attributes of its own an organisation may declare: what an [`AttributeSet`] has bits for.
pub const MAX_OWN_ATTRIBUTES: usize = 128;

/// The name of any attribute: a built-in one, or the organisation's own by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttributeId {
    /// From the table.
    BuiltIn(Attribute),
    /// Declared with `attribute`, numbered in the order of names; below [`MAX_OWN_ATTRIBUTES`].
    Own(u8),
}

impl AttributeId {
    /// The bit in an [`AttributeSet`].
    pub fn bit(self) -> usize {
        match self {
            AttributeId::BuiltIn(attribute) => attribute as usize,
            AttributeId::Own(number) => 128 + usize::from(number),
        }
    }
}

/// A set of attributes: a bit each, 128 for the built-in ones and 128 for own ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct AttributeSet([u64; 4]);

impl AttributeSet {
    /// Nothing.
    pub const EMPTY: AttributeSet = AttributeSet([0; 4]);

    /// The built-in attributes of these bits.
    pub fn built_in(bits: u128) -> AttributeSet {
        AttributeSet::EMPTY.with_built_in(bits)
    }

    /// The bits of the built-in attributes.
    pub fn built_in_bits(self) -> u128 {
        u128::from(self.0[1]) << 64 | u128::from(self.0[0])
    }

    /// The same own attributes, and the built-in ones of these bits.
    #[must_use]
    pub fn with_built_in(self, bits: u128) -> AttributeSet {
        AttributeSet([bits as u64, (bits >> 64) as u64, self.0[2], self.0[3]])
    }

    /// Adds one.
    pub fn insert(&mut self, attribute: AttributeId) {
        self.insert_bit(attribute.bit() as u8);
    }

    /// Adds the attribute of that bit.
    pub(crate) fn insert_bit(&mut self, bit: u8) {
        self.0[usize::from(bit / 64)] |= 1 << (bit % 64);
    }

    /// Whether it is in.
    pub fn contains(&self, attribute: AttributeId) -> bool {
        let bit = attribute.bit();
        self.0[bit / 64 % 4] & (1 << (bit % 64)) != 0
    }

    /// Everything in either.
    #[must_use]
    pub fn union(self, other: AttributeSet) -> AttributeSet {
        self.zip(other, |a, b| a | b)
    }

    /// Everything in both.
    #[must_use]
    pub fn intersection(self, other: AttributeSet) -> AttributeSet {
        self.zip(other, |a, b| a & b)
    }

    /// Everything in this one that is not in the other.
    #[must_use]
    pub fn minus(self, other: AttributeSet) -> AttributeSet {
        self.zip(other, |a, b| a & !b)
    }

    fn zip(mut self, other: AttributeSet, op: impl Fn(u64, u64) -> u64) -> AttributeSet {
        self.0.iter_mut().zip(other.0).for_each(|(a, b)| *a = op(*a, b));
        self
    }

    /// How many are in.
    pub fn len(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// Whether nothing is in.
    pub fn is_empty(&self) -> bool {
        self.0.iter().fold(0, |all, word| all | word) == 0
    }

    /// What is in, in the order of the table, own attributes last.
    pub fn iter(self) -> impl Iterator<Item = AttributeId> {
        let built_in = Attribute::all().map(AttributeId::BuiltIn);
        let own = (0..128).map(AttributeId::Own);
        built_in.chain(own).filter(move |attribute| self.contains(*attribute))
    }
}

impl FromIterator<AttributeId> for AttributeSet {
    fn from_iter<T: IntoIterator<Item = AttributeId>>(attributes: T) -> Self {
        let mut set = AttributeSet::EMPTY;
        attributes.into_iter().for_each(|attribute| set.insert(attribute));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn rows_that_are_named_alike_stand_together() {
        for (prefix, rows) in [("device.", OF_DEVICE), ("device.extension-", EXTENSIONS)] {
            let named = |it: &&Row| it.name.starts_with(prefix);
            assert_eq!(rows.len(), ATTRIBUTES.iter().filter(named).count(), "{prefix}");
            assert!(!rows.is_empty() && rows.iter().all(|it| named(&it)), "{prefix}");
        }
    }

    #[test]
    fn rows_stand_in_the_order_of_their_numbers() {
        for (at, row) in ATTRIBUTES.iter().enumerate() {
            assert_eq!(row.attribute as usize, at, "{}", row.name);
        }
        const { assert!(Attribute::COUNT <= 128, "an AttributeSet has 128 bits for them") };
    }

    #[test]
    fn names_and_keys_are_unique_and_documented() {
        let names: BTreeSet<_> = ATTRIBUTES.iter().map(|row| row.name).collect();
        assert_eq!(names.len(), ATTRIBUTES.len());
        let keys: Vec<_> = ATTRIBUTES
            .iter()
            .filter_map(|row| match row.source {
                Source::Request(key) => Some(key),
                Source::Derived(_) => None,
            })
            .collect();
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
        for row in ATTRIBUTES {
            assert!(row.doc.ends_with('.') && row.doc.len() > 15, "{}", row.name);
        }
    }
}
