//! The names of Graph's fields, spelled once for reading and for writing.

/// One constant a field, named as the field is.
macro_rules! fields {
    ($($constant:ident = $name:literal),* $(,)?) => {
        $(pub(super) const $constant: &str = $name;)*

        /// Every field, as the tests want them.
        #[cfg(test)]
        pub(super) const ALL: &[&str] = &[$($name),*];
    };
}

fields! {
    // A policy, and what every object has.
    ID = "id",
    DISPLAY_NAME = "displayName",
    TEMPLATE_ID = "templateId",
    DESCRIPTION = "description",
    CREATED_DATE_TIME = "createdDateTime",
    MODIFIED_DATE_TIME = "modifiedDateTime",
    DELETED_DATE_TIME = "deletedDateTime",
    STATE = "state",
    CONDITIONS = "conditions",
    GRANT_CONTROLS = "grantControls",
    SESSION_CONTROLS = "sessionControls",
    // Conditions.
    USERS = "users",
    CLIENT_APPLICATIONS = "clientApplications",
    AGENTS = "agents",
    APPLICATIONS = "applications",
    CLIENT_APP_TYPES = "clientAppTypes",
    PLATFORMS = "platforms",
    LOCATIONS = "locations",
    DEVICES = "devices",
    DEVICE_STATES = "deviceStates",
    SIGN_IN_RISK_LEVELS = "signInRiskLevels",
    USER_RISK_LEVELS = "userRiskLevels",
    SERVICE_PRINCIPAL_RISK_LEVELS = "servicePrincipalRiskLevels",
    INSIDER_RISK_LEVELS = "insiderRiskLevels",
    AGENT_ID_RISK_LEVELS = "agentIdRiskLevels",
    AUTHENTICATION_FLOWS = "authenticationFlows",
    AGENT_CONTEXT = "agentContext",
    // Users.
    INCLUDE_USERS = "includeUsers",
    INCLUDE_GROUPS = "includeGroups",
    INCLUDE_ROLES = "includeRoles",
    INCLUDE_GUESTS_OR_EXTERNAL_USERS = "includeGuestsOrExternalUsers",
    EXCLUDE_USERS = "excludeUsers",
    EXCLUDE_GROUPS = "excludeGroups",
    EXCLUDE_ROLES = "excludeRoles",
    EXCLUDE_GUESTS_OR_EXTERNAL_USERS = "excludeGuestsOrExternalUsers",
    GUEST_OR_EXTERNAL_USER_TYPES = "guestOrExternalUserTypes",
    EXTERNAL_TENANTS = "externalTenants",
    MEMBERSHIP_KIND = "membershipKind",
    MEMBERS = "members",
    // Workloads and agents.
    INCLUDE_SERVICE_PRINCIPALS = "includeServicePrincipals",
    EXCLUDE_SERVICE_PRINCIPALS = "excludeServicePrincipals",
    SERVICE_PRINCIPAL_FILTER = "servicePrincipalFilter",
    INCLUDE_AGENT_ID_SERVICE_PRINCIPALS = "includeAgentIdServicePrincipals",
    EXCLUDE_AGENT_ID_SERVICE_PRINCIPALS = "excludeAgentIdServicePrincipals",
    AGENT_ID_SERVICE_PRINCIPAL_FILTER = "agentIdServicePrincipalFilter",
    INCLUDE_AGENT_USERS = "includeAgentUsers",
    EXCLUDE_AGENT_USERS = "excludeAgentUsers",
    AGENT_FILTER = "agentFilter",
    INCLUDE_AGENT_CONTEXTS = "includeAgentContexts",
    EXCLUDE_AGENT_CONTEXTS = "excludeAgentContexts",
    // What is asked for.
    INCLUDE_APPLICATIONS = "includeApplications",
    EXCLUDE_APPLICATIONS = "excludeApplications",
    APPLICATION_FILTER = "applicationFilter",
    INCLUDE_USER_ACTIONS = "includeUserActions",
    INCLUDE_AUTHENTICATION_CONTEXT_CLASS_REFERENCES = "includeAuthenticationContextClassReferences",
    GLOBAL_SECURE_ACCESS = "globalSecureAccess",
    NETWORK_ACCESS = "networkAccess",
    INCLUDE_TRAFFIC_PROFILES = "includeTrafficProfiles",
    // Platforms, places, devices and flows.
    INCLUDE_PLATFORMS = "includePlatforms",
    EXCLUDE_PLATFORMS = "excludePlatforms",
    INCLUDE_LOCATIONS = "includeLocations",
    EXCLUDE_LOCATIONS = "excludeLocations",
    DEVICE_FILTER = "deviceFilter",
    MODE = "mode",
    RULE = "rule",
    INCLUDE_DEVICES = "includeDevices",
    INCLUDE_DEVICE_STATES = "includeDeviceStates",
    INCLUDE_STATES = "includeStates",
    EXCLUDE_DEVICES = "excludeDevices",
    EXCLUDE_DEVICE_STATES = "excludeDeviceStates",
    EXCLUDE_STATES = "excludeStates",
    TRANSFER_METHODS = "transferMethods",
    // Grants.
    OPERATOR = "operator",
    BUILT_IN_CONTROLS = "builtInControls",
    AUTHENTICATION_STRENGTH = "authenticationStrength",
    TERMS_OF_USE = "termsOfUse",
    CUSTOM_AUTHENTICATION_FACTORS = "customAuthenticationFactors",
    // Session controls.
    SIGN_IN_FREQUENCY = "signInFrequency",
    SIGN_IN_FREQUENCY_INTERVAL = "signInFrequencyInterval",
    PERSISTENT_BROWSER = "persistentBrowser",
    APPLICATION_ENFORCED_RESTRICTIONS = "applicationEnforcedRestrictions",
    CLOUD_APP_SECURITY = "cloudAppSecurity",
    CLOUD_APP_SECURITY_TYPE = "cloudAppSecurityType",
    CONTINUOUS_ACCESS_EVALUATION = "continuousAccessEvaluation",
    DISABLE_RESILIENCE_DEFAULTS = "disableResilienceDefaults",
    SECURE_SIGN_IN_SESSION = "secureSignInSession",
    GLOBAL_SECURE_ACCESS_FILTERING_PROFILE = "globalSecureAccessFilteringProfile",
    PROFILE_ID = "profileId",
    NETWORK_ACCESS_SECURITY = "networkAccessSecurity",
    POLICY_ID = "policyId",
    IS_ENABLED = "isEnabled",
    TYPE = "type",
    VALUE = "value",
    FREQUENCY_INTERVAL = "frequencyInterval",
    AUTHENTICATION_TYPE = "authenticationType",
    // Named locations.
    IS_TRUSTED = "isTrusted",
    IP_RANGES = "ipRanges",
    CIDR_ADDRESS = "cidrAddress",
    LOWER_ADDRESS = "lowerAddress",
    UPPER_ADDRESS = "upperAddress",
    COUNTRIES_AND_REGIONS = "countriesAndRegions",
    INCLUDE_UNKNOWN_COUNTRIES_AND_REGIONS = "includeUnknownCountriesAndRegions",
    COUNTRY_LOOKUP_METHOD = "countryLookupMethod",
    COMPLIANT_NETWORK_TYPE = "compliantNetworkType",
    PRIVATE_LINK_RESOURCE_POLICY_IDS = "privateLinkResourcePolicyIds",
    SERVICE_TAGS = "serviceTags",
    // Strengths.
    POLICY_TYPE = "policyType",
    REQUIREMENTS_SATISFIED = "requirementsSatisfied",
    ALLOWED_COMBINATIONS = "allowedCombinations",
    COMBINATION_CONFIGURATIONS = "combinationConfigurations",
    APPLIES_TO_COMBINATIONS = "appliesToCombinations",
    ALLOWED_AAGUIDS = "allowedAAGUIDs",
    ALLOWED_ISSUER_SKIS = "allowedIssuerSkis",
    ALLOWED_POLICY_OIDS = "allowedPolicyOIDs",
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn every_field_is_named_once() {
        let names: std::collections::BTreeSet<_> = ALL.iter().collect();
        assert_eq!(names.len(), ALL.len());
    }
}
