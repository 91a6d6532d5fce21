//! Profiles of defaults: what a request that names one says about the attributes it leaves out.
//!
//! `"defaults": "entra"` stands for what the What-If evaluation of Microsoft Graph documents for parameters that are
//! not given: every risk is none, no authentication flow, a device that is not compliant. It also documents "all" for
//! client apps and platforms, which is no value that a sign-in can have; they stay not supplied.
//! A default never overrides what the request says, `null` and `"hidden"` included.

use crate::request::Value;
use crate::schema::attribute::Attribute;
use crate::value::Slot;

use Attribute as A;

/// A profile of defaults.
#[derive(Debug, Clone, Copy)]
pub struct Profile {
    /// Its name in a request.
    pub name: &'static str,
    /// What it fills in.
    pub fills: &'static [(Attribute, Slot<Value>)],
    /// What it stands for.
    pub doc: &'static str,
}

/// Of a risk: the lowest word.
const NONE: Slot<Value> = Slot::Known(Value::Word(0));
const NO: Slot<Value> = Slot::Known(Value::Boolean(false));

/// Every profile.
#[rustfmt::skip]
pub const PROFILES: &[Profile] = &[Profile {
    name: "entra",
    fills: &[
        (A::Flow, Slot::Absent),
        (A::DeviceCompliant, NO),
        (A::RiskSignIn, NONE),
        (A::RiskUser, NONE),
        (A::RiskServicePrincipal, NONE),
        (A::RiskInsider, NONE),
        (A::RiskAgent, NONE),
    ],
    doc: "What Microsoft's What-If documents for what is left out: no risk, no authentication flow, no compliant device.",
}];

impl Profile {
    /// The profile of that name.
    pub fn by_name(name: &str) -> Option<&'static Profile> {
        PROFILES.iter().find(|profile| profile.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Request;

    #[test]
    fn every_default_fits_its_attribute() {
        for profile in PROFILES {
            for (attribute, slot) in profile.fills {
                let built = Request::builder().slot(*attribute, slot.clone()).build();
                assert_eq!(built.expect("fits").get(*attribute), slot, "{}", attribute.name());
            }
        }
    }

    #[test]
    fn the_lowest_risk_is_none() {
        use crate::schema::attribute::{INSIDER_RISKS, RISKS};
        assert_eq!((RISKS[0], INSIDER_RISKS[0]), ("none", "none"));
    }
}
