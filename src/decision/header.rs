//! A challenge as the `WWW-Authenticate` header of RFC 9470.

use std::fmt::Write as _;

use crate::decision::{Alternative, Challenge, Demand, DemandKind};
use crate::schema::grant::GrantWord;
use crate::schema::session::MaxAge;

/// What the names of Latch's own authentication context classes begin with.
pub const ACR_PREFIX: &str = "urn:latch:acr:";

/// The class of phishing-resistant authentication in OpenID Connect Extended Authentication Profile (EAP) ACR Values.
pub const ACR_PHISHING_RESISTANT: &str = "phr";

impl Challenge {
    /// The value of a `WWW-Authenticate` header that asks for step-up authentication (RFC 9470).
    ///
    /// `acr_values` has one value for each alternative that can be met, the preferred one first:
    ///
    /// | the alternative is | value |
    /// | --- | --- |
    /// | `strength phishing-resistant` | `phr`, as OpenID Connect EAP ACR Values says |
    /// | another strength | `urn:latch:acr:NAME` |
    /// | signing in again | `urn:latch:acr:sign-in` |
    /// | `terms NAME`, `custom-control NAME` | `urn:latch:acr:terms:NAME`, `urn:latch:acr:custom-control:NAME` |
    /// | any other grant | `urn:latch:acr:` and its word: `urn:latch:acr:mfa` |
    /// | several of these | their names joined by `+`: `urn:latch:acr:mfa+compliant-device` |
    ///
    /// `max_age` is the shortest age in seconds that any of these puts on an authentication, so that whoever heeds it
    /// meets them all; zero stands for `every time`.
    pub fn www_authenticate(&self) -> String {
        let values: Vec<_> = self.worth_telling().map(acr).collect();
        let mut header = String::from("Bearer error=\"insufficient_user_authentication\"");
        parameter(&mut header, "error_description", &describable(&self.sentence()));
        parameter(&mut header, "acr_values", &values.join(" "));
        if let Some(seconds) = self.max_age_seconds() {
            parameter(&mut header, "max_age", &seconds.to_string());
        }
        header
    }

    fn max_age_seconds(&self) -> Option<u64> {
        let demands = self.worth_telling().flat_map(|one| &one.demands);
        let ages = demands.filter(|demand| is_authentication(demand.kind));
        ages.filter_map(|demand| demand.max_age).map(seconds).min()
    }
}

fn seconds(age: MaxAge) -> u64 {
    match age {
        MaxAge::EveryTime => 0,
        MaxAge::Seconds(seconds) => seconds,
    }
}

fn is_authentication(kind: DemandKind) -> bool {
    matches!(kind, DemandKind::SignIn | DemandKind::Grant(GrantWord::Mfa | GrantWord::Strength))
}

fn acr(alternative: &Alternative) -> String {
    let names: Vec<_> = alternative.demands.iter().map(acr_name).collect();
    match names.as_slice() {
        [one] if one == "phishing-resistant" => ACR_PHISHING_RESISTANT.to_owned(),
        _ => format!("{ACR_PREFIX}{}", names.join("+")),
    }
}

fn acr_name(demand: &Demand) -> String {
    let name = || encoded(demand.name.as_deref().unwrap_or_default());
    match demand.kind {
        DemandKind::SignIn => "sign-in".to_owned(),
        DemandKind::Grant(GrantWord::Strength) => name(),
        DemandKind::Grant(grant @ (GrantWord::Terms | GrantWord::CustomControl)) => {
            format!("{}:{}", grant.row().name, name())
        }
        DemandKind::Grant(grant) => grant.row().name.to_owned(),
    }
}

/// A name as a part of a URN: what is no letter, digit, hyphen, dot or underscore is percent-encoded.
fn encoded(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
            text.push(char::from(byte));
        } else {
            write!(text, "%{byte:02X}").expect("a string takes everything");
        }
    }
    text
}

/// RFC 6750 allows printable ASCII in a description, but neither quotes nor backslashes.
fn describable(text: &str) -> String {
    let allowed = |letter| match letter {
        '"' => '\'',
        '\\' => '/',
        ' '..='~' => letter,
        _ => '?',
    };
    text.chars().map(allowed).collect()
}

/// Adds a parameter as a quoted string (RFC 9110, section 5.6.4).
fn parameter(header: &mut String, name: &str, value: &str) {
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
    write!(header, ", {name}=\"{escaped}\"").expect("a string takes everything");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::Feasibility;
    use crate::decision::sample::{alternative, challenge, demand};

    #[test]
    fn a_challenge_becomes_a_header() {
        let key = Demand {
            name: Some("phishing-resistant".to_owned()),
            max_age: Some(MaxAge::Seconds(3_600)),
            ..demand(GrantWord::Strength)
        };
        let mfa = Demand { max_age: Some(MaxAge::Seconds(3_600)), ..demand(GrantWord::Mfa) };
        let device = demand(GrantWord::CompliantDevice);
        let header = challenge([
            alternative([key], Feasibility::Interactive),
            alternative([mfa, device], Feasibility::Remediable),
        ])
        .www_authenticate();
        assert_eq!(
            header,
            "Bearer error=\"insufficient_user_authentication\", error_description=\"Sign in with \
             phishing-resistant authentication no older than 1 hour, or sign in with multifactor authentication no \
             older than 1 hour and use a compliant device.\", acr_values=\"phr urn:latch:acr:mfa+compliant-device\", \
             max_age=\"3600\""
        );
    }

    #[test]
    fn every_time_is_an_age_of_zero_and_devices_have_none() {
        let every = Demand {
            kind: DemandKind::SignIn,
            max_age: Some(MaxAge::EveryTime),
            ..demand(GrantWord::Mfa)
        };
        let header = challenge([alternative([every], Feasibility::Interactive)]).www_authenticate();
        assert!(
            header.ends_with("acr_values=\"urn:latch:acr:sign-in\", max_age=\"0\""),
            "{header}"
        );
        let device =
            Demand { max_age: Some(MaxAge::Seconds(60)), ..demand(GrantWord::CompliantDevice) };
        let header = challenge([alternative([device], Feasibility::Remediable)]).www_authenticate();
        assert!(!header.contains("max_age"), "{header}");
    }

    #[test]
    fn no_name_breaks_out_of_its_quotes() {
        let odd = Demand { name: Some("a\" b\\ü\n".to_owned()), ..demand(GrantWord::Terms) };
        let header = challenge([alternative([odd], Feasibility::Interactive)]).www_authenticate();
        assert_eq!(
            header,
            "Bearer error=\"insufficient_user_authentication\", error_description=\"Accept the terms a' b/??.\", \
             acr_values=\"urn:latch:acr:terms:a%22%20b%5C%C3%BC%0A\""
        );
    }
}
