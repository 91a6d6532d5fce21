//! The table of authentication methods: word, which factor it proves.

/// The methods, as Microsoft Graph's `authenticationMethodModes` lists them, in that order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[rustfmt::skip]
#[allow(missing_docs, reason = "each is documented by its row")]
pub enum Method {
    Password, Voice, HardwareOath, SoftwareOath, Sms, Fido2, WindowsHelloForBusiness,
    MicrosoftAuthenticatorPush, DeviceBasedPush, TemporaryAccessPassOneTime, TemporaryAccessPassMultiUse,
    Email, X509SingleFactor, X509MultiFactor, FederatedSingleFactor, FederatedMultiFactor, QrCodePin,
}

/// Which factors one proof of a method gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factor {
    /// The first: what a sign-in begins with.
    First,
    /// The second: what is added to a first.
    Second,
    /// Both at once; or either, as a certificate that begins a sign-in or is added to a password.
    Both,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Which method.
    pub method: Method,
    /// Its word in the language and in requests.
    pub name: &'static str,
    /// Its word in Microsoft Graph.
    pub graph: &'static str,
    /// Which factors it gives.
    pub factor: Factor,
    /// The restrictions it takes in a strength.
    pub restrictions: &'static [&'static str],
    /// How it is called in a sentence.
    pub english: &'static str,
}

use Factor::{Both, First, Second};
use Method as M;

const fn row(
    method: Method,
    name: &'static str,
    graph: &'static str,
    factor: Factor,
    english: &'static str,
) -> Row {
    Row { method, name, graph, factor, restrictions: &[], english }
}

/// Every method; row `n` is the method with discriminant `n`.
#[rustfmt::skip]
pub const METHODS: &[Row] = &[
    row(M::Password, "password", "password", First, "a password"),
    row(M::Voice, "voice", "voice", Second, "a phone call"),
    row(M::HardwareOath, "hardware-oath", "hardwareOath", Second, "a code from a hardware token"),
    row(M::SoftwareOath, "software-oath", "softwareOath", Second, "a code from an app"),
    row(M::Sms, "sms", "sms", Second, "a text message"),
    Row { restrictions: &["aaguid"], ..row(M::Fido2, "fido2", "fido2", Both, "a passkey or security key") },
    row(M::WindowsHelloForBusiness, "windows-hello-for-business", "windowsHelloForBusiness", Both, "Windows Hello for Business"),
    row(M::MicrosoftAuthenticatorPush, "microsoft-authenticator-push", "microsoftAuthenticatorPush", Second, "a push notification"),
    row(M::DeviceBasedPush, "device-based-push", "deviceBasedPush", Both, "phone sign-in"),
    row(M::TemporaryAccessPassOneTime, "temporary-access-pass-one-time", "temporaryAccessPassOneTime", Both, "a one-time access pass"),
    row(M::TemporaryAccessPassMultiUse, "temporary-access-pass-multi-use", "temporaryAccessPassMultiUse", Both, "a temporary access pass"),
    row(M::Email, "email", "email", Second, "a code by e-mail"),
    Row { restrictions: &["issuer", "policy"], ..row(M::X509SingleFactor, "x509-single-factor", "x509CertificateSingleFactor", Both, "a certificate") },
    Row { restrictions: &["issuer", "policy"], ..row(M::X509MultiFactor, "x509-multi-factor", "x509CertificateMultiFactor", Both, "a multifactor certificate") },
    row(M::FederatedSingleFactor, "federated-single-factor", "federatedSingleFactor", First, "a sign-in at another identity provider"),
    row(M::FederatedMultiFactor, "federated-multi-factor", "federatedMultiFactor", Both, "a multifactor sign-in at another identity provider"),
    row(M::QrCodePin, "qr-code-pin", "qrCodePin", First, "a QR code with a PIN"),
];

impl Method {
    /// Its row.
    pub fn row(self) -> &'static Row {
        &METHODS[self as usize]
    }

    /// Its word in the language.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The method of that word.
    pub fn by_name(name: &str) -> Option<Method> {
        METHODS.iter().find(|row| row.name == name).map(|row| row.method)
    }

    /// Whether a sign-in can begin with it.
    pub fn is_first_factor(self) -> bool {
        self.row().factor != Second
    }

    /// Whether it is, contains or may serve as a second factor.
    pub fn is_second_factor(self) -> bool {
        self.row().factor != First
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_their_numbers() {
        for (at, row) in METHODS.iter().enumerate() {
            assert_eq!(row.method as usize, at, "{}", row.name);
            assert_eq!(Method::by_name(row.name), Some(row.method));
        }
    }
}
