//! The table of grants: what a policy can require, and how a proof of each is called.

/// The grants, in the order in which a person is asked for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[rustfmt::skip]
#[allow(missing_docs, reason = "each is documented by its row")]
pub enum GrantWord {
    Mfa, Strength, CompliantDevice, HybridJoinedDevice, ApprovedApp, ProtectedApp,
    PasswordChange, RiskRemediation, Terms, CustomControl,
}

/// What satisfies a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProvenBy {
    /// Authentication methods.
    Methods,
    /// An attribute of the device.
    Device,
    /// A claim in the evidence.
    Claim,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Which grant.
    pub grant: GrantWord,
    /// Its word in the language and in requests.
    pub name: &'static str,
    /// Whether a name follows it.
    pub argument: bool,
    /// What satisfies it.
    pub proven_by: ProvenBy,
    /// What it asks for, in words that go into a sentence: "… to continue".
    pub english: &'static str,
    /// What it is.
    pub doc: &'static str,
}

use GrantWord as G;
use ProvenBy::{Claim, Device, Methods};

/// Every grant; row `n` is the grant with discriminant `n`.
#[rustfmt::skip]
pub const GRANTS: &[Row] = &[
    Row { grant: G::Mfa, name: "mfa", argument: false, proven_by: Methods, english: "multifactor authentication", doc: "Any multifactor combination: the built-in strength multi-factor." },
    Row { grant: G::Strength, name: "strength", argument: true, proven_by: Methods, english: "authentication of strength", doc: "One of the combinations of a strength." },
    Row { grant: G::CompliantDevice, name: "compliant-device", argument: false, proven_by: Device, english: "a compliant device", doc: "A device that device management calls compliant." },
    Row { grant: G::HybridJoinedDevice, name: "hybrid-joined-device", argument: false, proven_by: Device, english: "a hybrid-joined device", doc: "A device joined to a domain and to the directory." },
    Row { grant: G::ApprovedApp, name: "approved-app", argument: false, proven_by: Claim, english: "an approved client app", doc: "A client app from the approved list." },
    Row { grant: G::ProtectedApp, name: "protected-app", argument: false, proven_by: Claim, english: "a client app with an app protection policy", doc: "A client app under an app protection policy." },
    Row { grant: G::PasswordChange, name: "password-change", argument: false, proven_by: Claim, english: "a password change", doc: "A password changed in this session." },
    Row { grant: G::RiskRemediation, name: "risk-remediation", argument: false, proven_by: Claim, english: "remediation of the user's risk", doc: "The user's risk remediated in this session." },
    Row { grant: G::Terms, name: "terms", argument: true, proven_by: Claim, english: "acceptance of the terms", doc: "Accepted terms of use." },
    Row { grant: G::CustomControl, name: "custom-control", argument: true, proven_by: Claim, english: "the custom control", doc: "A claim of an external provider." },
];

impl GrantWord {
    /// Its row.
    pub fn row(self) -> &'static Row {
        &GRANTS[self as usize]
    }

    /// The grant of that word.
    pub fn by_name(name: &str) -> Option<GrantWord> {
        GRANTS.iter().find(|row| row.name == name).map(|row| row.grant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_their_numbers() {
        for (at, row) in GRANTS.iter().enumerate() {
            assert_eq!(row.grant as usize, at, "{}", row.name);
        }
    }
}
