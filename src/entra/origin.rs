//! Where a policy came from, and which field of it some words of its text stand for.

use crate::entra::model::Policy;
use crate::entra::write::Named;

/// Where a policy came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Its name in the policy files.
    pub name: String,
    /// The file of the export.
    pub file: String,
    /// Its display name.
    pub title: String,
    /// Its id in the tenant.
    pub id: Option<String>,
}

impl Origin {
    pub(super) fn of(policy: &Named<Policy>) -> Origin {
        let remarks = &policy.object.remarks;
        Origin {
            name: policy.name.clone(),
            file: remarks.origin.file.clone(),
            title: remarks.origin.name.clone(),
            id: remarks.id.clone(),
        }
    }
}

/// Words with which parts of a policy begin, and the fields that they are made of.
const FIELDS: [(&str, &str); 29] = [
    ("user", "conditions.users"),
    ("service-principal", "conditions.clientApplications"),
    ("agent", "conditions.clientApplications"),
    ("app", "conditions.applications"),
    ("action", "conditions.applications.includeUserActions"),
    ("context", "conditions.applications.includeAuthenticationContextClassReferences"),
    ("client", "conditions.clientAppTypes"),
    ("platform", "conditions.platforms"),
    ("location", "conditions.locations"),
    ("device", "conditions.devices.deviceFilter"),
    ("flow", "conditions.authenticationFlows"),
    ("risk.sign-in", "conditions.signInRiskLevels"),
    ("risk.user", "conditions.userRiskLevels"),
    ("risk.service-principal", "conditions.servicePrincipalRiskLevels"),
    ("risk.insider", "conditions.insiderRiskLevels"),
    ("risk.agent", "conditions.agentIdRiskLevels"),
    ("mfa", "grantControls.builtInControls"),
    ("compliant-device", "grantControls.builtInControls"),
    ("hybrid-joined-device", "grantControls.builtInControls"),
    ("approved-app", "grantControls.builtInControls"),
    ("protected-app", "grantControls.builtInControls"),
    ("password-change", "grantControls.builtInControls"),
    ("risk-remediation", "grantControls.builtInControls"),
    ("block", "grantControls.builtInControls"),
    ("strength", "grantControls.authenticationStrength"),
    ("terms", "grantControls.termsOfUse"),
    ("custom-control", "grantControls.customAuthenticationFactors"),
    ("report-only", "state"),
    ("disabled", "state"),
];

/// The field that some words of an imported policy stand for: the one that all known words agree on, or what these
/// have in common; `displayName` for words that are none, such as a policy's name.
pub fn field_of(words: &str) -> &'static str {
    let part = |word: &str| {
        let is = |name: &str| {
            word == name || word.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
        };
        FIELDS.iter().find(|(name, _)| is(name)).map(|(_, field)| *field)
    };
    let words = words.split(|it: char| it.is_whitespace() || "()[],".contains(it));
    let fields: std::collections::BTreeSet<&str> = words.filter_map(part).collect();
    let all_in = |root: &str| fields.iter().all(|it| it.starts_with(root));
    match fields.len() {
        0 => "displayName",
        1 => fields.first().copied().unwrap_or("displayName"),
        _ if all_in("conditions") => "conditions",
        _ if all_in("grantControls") => "grantControls",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::field_of;

    #[test]
    fn words_lead_to_fields() {
        assert_eq!(field_of("device.ownership is not company"), "conditions.devices.deviceFilter");
        assert_eq!(field_of("risk.sign-in in [low, high]"), "conditions.signInRiskLevels");
        assert_eq!(field_of("user in anyone and app in any-app"), "conditions");
        assert_eq!(field_of("require mfa or compliant-device"), "grantControls.builtInControls");
        assert_eq!(field_of("ca001-all-users"), "displayName");
    }
}
