//! The tables between Microsoft Graph's words and the language's: one for every enumeration, read in both directions.

use std::collections::BTreeSet;

use crate::entra::field;
use crate::schema::attribute::{Attribute, Kind};
use crate::syntax::ast::State;

/// One word of an enumeration in both languages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spelling {
    /// In Graph.
    pub(super) graph: &'static str,
    /// In the language; empty for words that mean "no restriction".
    pub(super) latch: &'static str,
    /// What is to be said where it is met: a deprecated spelling, a wider reading.
    pub(super) remark: Option<&'static str>,
    /// Why nothing in the language means the same.
    pub(super) refused: Option<&'static str>,
}

impl Spelling {
    /// Whether an export writes it: not an older spelling, not a wider reading.
    pub(super) fn is_current(&self) -> bool {
        self.remark.is_none() && self.refused.is_none()
    }
}

const fn same(graph: &'static str, latch: &'static str) -> Spelling {
    Spelling { graph, latch, remark: None, refused: None }
}

const fn remarked(graph: &'static str, latch: &'static str, remark: &'static str) -> Spelling {
    Spelling { remark: Some(remark), ..same(graph, latch) }
}

const fn refused(graph: &'static str, reason: &'static str) -> Spelling {
    Spelling { refused: Some(reason), ..same(graph, "") }
}

/// The row of a word, whatever its case.
pub(super) fn spelled(table: &'static [Spelling], word: &str) -> Option<&'static Spelling> {
    table.iter().find(|row| row.graph.eq_ignore_ascii_case(word))
}

/// Graph's words for these numbers of an attribute, in the order of the table; or the word for which there is none.
pub(super) fn graph_words(
    table: &'static [Spelling],
    attribute: Attribute,
    numbers: &BTreeSet<u8>,
) -> Result<Vec<&'static str>, &'static str> {
    let words = match attribute.row().kind {
        Kind::Enumeration(words) | Kind::Ordered(words) | Kind::EnumerationSet(words) => words,
        _ => &[],
    };
    let words: Vec<&'static str> =
        numbers.iter().filter_map(|number| words.get(usize::from(*number))).copied().collect();
    let row = |word: &str| table.iter().find(|row| row.latch == word && row.is_current());
    match words.iter().find(|word| row(word).is_none()) {
        Some(missing) => Err(missing),
        None => {
            let meant = |row: &&Spelling| row.is_current() && words.contains(&row.latch);
            Ok(table.iter().filter(meant).map(|row| row.graph).collect())
        }
    }
}

/// `state`: none of them is on.
pub(super) const STATES: &[(&str, Option<State>)] = &[
    ("enabled", None),
    ("disabled", Some(State::Disabled)),
    ("enabledForReportingButNotEnforced", Some(State::ReportOnly)),
];

/// `users.…GuestsOrExternalUsers.guestOrExternalUserTypes`
pub(super) const GUESTS: &[Spelling] = &[
    same("none", ""),
    same("internalGuest", "internal-guest"),
    same("b2bCollaborationGuest", "b2b-collaboration-guest"),
    same("b2bCollaborationMember", "b2b-collaboration-member"),
    same("b2bDirectConnectUser", "b2b-direct-connect"),
    same("otherExternalUser", "other-external"),
    same("serviceProvider", "service-provider"),
];

/// `…GuestsOrExternalUsers.externalTenants.membershipKind`
pub(super) const TENANTS: &[Spelling] = &[same("all", "all"), same("enumerated", "enumerated")];

/// `applications.includeUserActions`
pub(super) const ACTIONS: &[Spelling] = &[
    same("urn:user:registersecurityinfo", "register-security-info"),
    same("urn:user:registerdevice", "register-device"),
];

/// `applications.globalSecureAccess.includeTrafficProfiles`
pub(super) const TRAFFIC: &[Spelling] =
    &[same("m365", "microsoft-365"), same("internet", "internet"), same("private", "private")];

/// `clientAppTypes`
pub(super) const CLIENTS: &[Spelling] = &[
    same("all", ""),
    same("browser", "browser"),
    same("mobileAppsAndDesktopClients", "mobile-desktop"),
    remarked("modern", "mobile-desktop", "an older spelling of mobileAppsAndDesktopClients"),
    same("exchangeActiveSync", "exchange-active-sync"),
    remarked("easUnsupported", "exchange-active-sync", "an older spelling of exchangeActiveSync"),
    remarked(
        "easSupported",
        "exchange-active-sync",
        "read as every Exchange ActiveSync client, which is the stricter: the language does not tell supported ones apart",
    ),
    same("other", "other"),
];

/// `platforms`
pub(super) const PLATFORMS: &[Spelling] = &[
    same("all", ""),
    same("android", "android"),
    same("iOS", "ios"),
    same("windows", "windows"),
    same("windowsPhone", "windows-phone"),
    same("macOS", "macos"),
    same("linux", "linux"),
];

/// `signInRiskLevels`, `userRiskLevels`, `servicePrincipalRiskLevels`, `agentIdRiskLevels`, lowest first.
pub(super) const RISKS: &[Spelling] = &[
    same("none", "none"),
    same("low", "low"),
    same("medium", "medium"),
    same("high", "high"),
    refused("hidden", "a hidden risk is one that nobody supplies; no policy can ask for it"),
];

/// `insiderRiskLevels`, lowest first.
pub(super) const INSIDER_RISKS: &[Spelling] =
    &[same("minor", "minor"), same("moderate", "moderate"), same("elevated", "elevated")];

/// The conditions on risk: the field, the attribute, its words.
pub(super) const RISK_FIELDS: &[(&str, &str, &[Spelling])] = &[
    (field::SIGN_IN_RISK_LEVELS, "risk.sign-in", RISKS),
    (field::USER_RISK_LEVELS, "risk.user", RISKS),
    (field::SERVICE_PRINCIPAL_RISK_LEVELS, "risk.service-principal", RISKS),
    (field::INSIDER_RISK_LEVELS, "risk.insider", INSIDER_RISKS),
    (field::AGENT_ID_RISK_LEVELS, "risk.agent", RISKS),
];

/// `authenticationFlows.transferMethods`
pub(super) const FLOWS: &[Spelling] = &[
    same("none", ""),
    same("deviceCodeFlow", "device-code"),
    same("authenticationTransfer", "authentication-transfer"),
];

/// `agentContext.includeAgentContexts`
pub(super) const AGENT_CONTEXTS: &[Spelling] =
    &[same("agentUserSessionsInitiatedFromEndpoints", "endpoint-session")];

/// The retired `deviceStates` and `devices.excludeDevices`.
pub(super) const DEVICE_STATES: &[Spelling] = &[
    same("All", ""),
    remarked("Compliant", "device.compliant", "a retired condition, read as the device attribute"),
    remarked(
        "DomainJoined",
        "device.hybrid-joined",
        "a retired condition, read as the device attribute",
    ),
];

/// `…Filter.mode`
pub(super) const FILTER_MODES: &[Spelling] =
    &[same("include", "include"), same("exclude", "exclude")];

/// `grantControls.operator`
pub(super) const OPERATORS: &[Spelling] = &[same("AND", "and"), same("OR", "or")];

/// `grantControls.builtInControls`
pub(super) const GRANTS: &[Spelling] = &[
    same("block", "block"),
    same("mfa", "mfa"),
    same("compliantDevice", "compliant-device"),
    same("domainJoinedDevice", "hybrid-joined-device"),
    same("approvedApplication", "approved-app"),
    same("compliantApplication", "protected-app"),
    same("passwordChange", "password-change"),
    same("riskRemediation", "risk-remediation"),
];

/// `sessionControls.persistentBrowser.mode`
pub(super) const PERSISTENT_BROWSER: &[Spelling] =
    &[same("always", "always"), same("never", "never")];

/// `sessionControls.cloudAppSecurity.cloudAppSecurityType`
pub(super) const CLOUD_APP_SECURITY: &[Spelling] = &[
    same("mcasConfigured", "custom"),
    same("monitorOnly", "monitor"),
    same("blockDownloads", "block-downloads"),
];

/// `sessionControls.continuousAccessEvaluation.mode`
pub(super) const CONTINUOUS_EVALUATION: &[Spelling] = &[
    same("strictEnforcement", "strict"),
    same("disabled", "off"),
    same("strictLocation", "strict-location"),
];

/// `sessionControls.signInFrequency.type`
pub(super) const FREQUENCY_UNITS: &[Spelling] = &[same("hours", "hours"), same("days", "days")];

/// The longest sign-in frequency, in days: the year that the admin center offers at most.
pub(super) const MAX_FREQUENCY_DAYS: i64 = 365;

/// `sessionControls.signInFrequency.frequencyInterval`
pub(super) const FREQUENCY_INTERVALS: &[Spelling] =
    &[same("timeBased", ""), same("everyTime", "every time")];

/// `sessionControls.signInFrequency.authenticationType`
pub(super) const FREQUENCY_FACTORS: &[Spelling] = &[
    same("primaryAndSecondaryAuthentication", ""),
    same("secondaryAuthentication", "second factor"),
];

/// `namedLocation.countryLookupMethod`
pub(super) const COUNTRY_LOOKUPS: &[Spelling] =
    &[same("clientIpAddress", ""), same("authenticatorAppGps", "gps")];

/// What a property of a device is, for filter rules.
#[derive(Debug, Clone, Copy)]
pub(super) enum Property {
    /// True or false.
    Flag,
    /// One of these words.
    Words(&'static [Spelling]),
    /// Text.
    Text,
    /// Text that can only be compared whole.
    Id,
    /// A set of texts.
    Set,
}

/// `trustType`: each registered device has one.
pub(super) const TRUST_TYPES: &[Spelling] = &[
    same("AzureAD", "joined"),
    same("ServerAD", "hybrid-joined"),
    same("Workplace", "registered"),
];
const OWNERSHIPS: &[Spelling] = &[same("Personal", "personal"), same("Company", "company")];
const PROFILES: &[Spelling] = &[
    same("RegisteredDevice", "registered-device"),
    same("SecureVM", "secure-vm"),
    same("Printer", "printer"),
    same("Shared", "shared"),
    same("IoT", "iot"),
];

/// The properties of a device: as filter rules call them, as the language does, and what they hold.
#[rustfmt::skip]
pub(super) const DEVICE_PROPERTIES: &[(&str, &str, Property)] = &[
    ("deviceId", "device.id", Property::Id),
    ("displayName", "device.name", Property::Text),
    ("deviceOwnership", "device.ownership", Property::Words(OWNERSHIPS)),
    ("enrollmentProfileName", "device.enrollment-profile", Property::Text),
    ("isCompliant", "device.compliant", Property::Flag),
    ("manufacturer", "device.manufacturer", Property::Text),
    ("mdmAppId", "device.mdm-app", Property::Id),
    ("model", "device.model", Property::Text),
    ("operatingSystem", "device.os", Property::Text),
    ("operatingSystemVersion", "device.os-version", Property::Text),
    ("physicalIds", "device.physical-ids", Property::Set),
    ("profileType", "device.profile", Property::Words(PROFILES)),
    ("systemLabels", "device.system-labels", Property::Set),
    ("trustType", "device.trust", Property::Words(TRUST_TYPES)),
    ("extensionAttribute1", "device.extension-1", Property::Text),
    ("extensionAttribute2", "device.extension-2", Property::Text),
    ("extensionAttribute3", "device.extension-3", Property::Text),
    ("extensionAttribute4", "device.extension-4", Property::Text),
    ("extensionAttribute5", "device.extension-5", Property::Text),
    ("extensionAttribute6", "device.extension-6", Property::Text),
    ("extensionAttribute7", "device.extension-7", Property::Text),
    ("extensionAttribute8", "device.extension-8", Property::Text),
    ("extensionAttribute9", "device.extension-9", Property::Text),
    ("extensionAttribute10", "device.extension-10", Property::Text),
    ("extensionAttribute11", "device.extension-11", Property::Text),
    ("extensionAttribute12", "device.extension-12", Property::Text),
    ("extensionAttribute13", "device.extension-13", Property::Text),
    ("extensionAttribute14", "device.extension-14", Property::Text),
    ("extensionAttribute15", "device.extension-15", Property::Text),
];

/// Everything or everyone.
pub(super) const ALL: &str = "All";
/// Nothing or nobody.
pub(super) const NONE: &str = "None";
/// Every trusted location.
pub(super) const ALL_TRUSTED: &str = "AllTrusted";
/// Every external user, in the list of users.
pub(super) const ALL_GUESTS: &str = "GuestsOrExternalUsers";
/// Every resource of agents.
pub(super) const AGENT_RESOURCES: &str = "AllAgentIdResources";
/// Every service principal of the tenant.
pub(super) const OWN_TENANT: &str = "ServicePrincipalsInMyTenant";

/// Words that Graph puts in the place of ids. Where one is not expected, it is no id either.
pub(super) const KEYWORDS: &[&str] = &[
    ALL,
    NONE,
    ALL_TRUSTED,
    ALL_GUESTS,
    "Office365",
    "MicrosoftAdminPortals",
    AGENT_RESOURCES,
    OWN_TENANT,
];

/// Graph's word for a group of apps, which is an id of the prelude's app as well.
pub(super) const APP_GROUPS: &[(&str, &str)] =
    &[("Office365", "office-365"), ("MicrosoftAdminPortals", "microsoft-admin-portals")];

/// The location that stands for everything behind Global Secure Access, the same in every tenant.
pub(super) const COMPLIANT_NETWORK: &str = "3d46dbda-8382-466a-856d-eb00cbc6b910";

/// The one kind of compliant network.
pub(super) const COMPLIANT_NETWORKS: &str = "allTenantCompliantNetworks";

/// The location that stands for the list of addresses in the settings of multifactor authentication.
pub(super) const MFA_TRUSTED_IPS: &str = "00000000-0000-0000-0000-000000000000";

/// A moment in ISO form, where the text is one: as it is, or from PowerShell's `/Date(milliseconds)/`.
pub(super) fn moment(text: &str) -> Option<String> {
    if let Some(millis) = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")) {
        let timestamp = jiff::Timestamp::from_millisecond(millis.parse().ok()?).ok()?;
        return Some(timestamp.to_string());
    }
    text.parse::<jiff::Timestamp>().is_ok().then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::grant::GrantWord;

    fn words_of(attribute: &str) -> &'static [&'static str] {
        match Attribute::by_name(attribute).map(|attribute| attribute.row().kind) {
            Some(Kind::Enumeration(words) | Kind::Ordered(words) | Kind::EnumerationSet(words)) => {
                words
            }
            other => panic!("{attribute} has no words: {other:?}"),
        }
    }

    fn check(attribute: &str, table: &[Spelling]) {
        for row in table.iter().filter(|row| !row.latch.is_empty()) {
            assert!(words_of(attribute).contains(&row.latch), "{attribute}: {}", row.latch);
        }
    }

    #[test]
    fn every_word_is_one_of_its_attribute() {
        check("user.type", GUESTS);
        check("action", ACTIONS);
        check("traffic", TRAFFIC);
        check("client", CLIENTS);
        check("platform", PLATFORMS);
        check("flow", FLOWS);
        check("agent.context", AGENT_CONTEXTS);
        for (_, attribute, table) in RISK_FIELDS {
            check(attribute, table);
        }
        for (_, attribute, property) in DEVICE_PROPERTIES {
            assert!(Attribute::by_name(attribute).is_some(), "{attribute}");
            if let Property::Words(table) = property {
                check(attribute, table);
            }
        }
    }

    #[test]
    fn every_grant_is_one() {
        for row in GRANTS.iter().filter(|row| row.latch != "block") {
            assert!(GrantWord::by_name(row.latch).is_some(), "{}", row.latch);
        }
    }

    #[test]
    fn moments_are_read_in_both_forms() {
        assert_eq!(moment("/Date(1647536088205)/").as_deref(), Some("2022-03-17T16:54:48.205Z"));
        let iso = "2026-06-11T09:00:12.1516195Z";
        assert_eq!(moment(iso).as_deref(), Some(iso));
        assert_eq!(moment("/Date(x)/"), None);
        assert_eq!(moment("yesterday"), None);
    }
}
