//! The tables between the words of sign-in logs and those of the language.

use crate::schema::method::Method;

/// The value beside a word, whatever its case.
pub(super) fn meaning<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
    table.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, value)| *value)
}

const BROWSER: &str = "browser";
const MODERN: &str = "mobile-desktop";
const ACTIVE_SYNC: &str = "exchange-active-sync";
const OTHER: &str = "other";

/// `clientAppUsed`, as the documentation of sign-in logs and of blocking legacy authentication lists them.
pub(super) const CLIENTS: &[(&str, &str)] = &[
    ("Browser", BROWSER),
    ("Mobile Apps and Desktop clients", MODERN),
    ("Modern clients", MODERN),
    ("Exchange ActiveSync", ACTIVE_SYNC),
    ("Exchange ActiveSync (supported)", ACTIVE_SYNC),
    ("Exchange ActiveSync (unsupported)", ACTIVE_SYNC),
    ("Other clients", OTHER),
    ("Authenticated SMTP", OTHER),
    ("SMTP", OTHER),
    ("Autodiscover", OTHER),
    ("Exchange Online PowerShell", OTHER),
    ("Exchange Web Services", OTHER),
    ("IMAP", OTHER),
    ("IMAP4", OTHER),
    ("MAPI", OTHER),
    ("MAPI Over HTTP", OTHER),
    ("Offline Address Book", OTHER),
    ("Outlook Anywhere (RPC over HTTP)", OTHER),
    ("Outlook Service", OTHER),
    ("Universal Outlook", OTHER),
    ("POP", OTHER),
    ("POP3", OTHER),
    ("Reporting Web Services", OTHER),
];

/// How `deviceDetail.operatingSystem` begins, and the platform; a longer beginning stands before a shorter one.
const PLATFORMS: &[(&str, &str)] = &[
    ("windowsphone", "windows-phone"),
    ("windows phone", "windows-phone"),
    ("windows", "windows"),
    ("macos", "macos"),
    ("mac os", "macos"),
    ("ios", "ios"),
    ("ipados", "ios"),
    ("android", "android"),
    ("linux", "linux"),
];

/// The platform of an operating system; one that is named and not listed is some other platform.
pub(super) fn platform(system: &str) -> &'static str {
    let begins =
        |word: &str| system.get(..word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word));
    PLATFORMS.iter().find(|(word, _)| begins(word)).map_or("unknown", |(_, platform)| platform)
}

/// `deviceDetail.trustType`: what the logs write, and what device filters do.
pub(super) const TRUSTS: &[(&str, &str)] = &[
    ("Azure AD joined", "joined"),
    ("Microsoft Entra joined", "joined"),
    ("AzureAD", "joined"),
    ("Hybrid Azure AD joined", "hybrid-joined"),
    ("Microsoft Entra hybrid joined", "hybrid-joined"),
    ("ServerAD", "hybrid-joined"),
    ("Azure AD registered", "registered"),
    ("Microsoft Entra registered", "registered"),
    ("Workplace", "registered"),
];

/// `riskLevelDuringSignIn`. `hidden` is what nobody says.
pub(super) const RISKS: &[(&str, &str)] =
    &[("none", "none"), ("low", "low"), ("medium", "medium"), ("high", "high")];

/// `originalTransferMethod` and `authenticationProtocol`.
pub(super) const FLOWS: &[(&str, &str)] = &[
    ("deviceCodeFlow", "device-code"),
    ("deviceCode", "device-code"),
    ("authenticationTransfer", "authentication-transfer"),
];

/// `authenticationDetails[].authenticationMethod`, where it names one method.
#[rustfmt::skip]
pub(super) const METHODS: &[(&str, Method)] = &[
    ("Password", Method::Password),
    ("CloudOnlyPassword", Method::Password),
    ("Password Hash Sync", Method::Password),
    ("PHS", Method::Password),
    ("Pass-through authentication", Method::Password),
    ("PTA", Method::Password),
    ("Federated", Method::FederatedSingleFactor),
    ("SMS", Method::Sms),
    ("Text message", Method::Sms),
    ("OneWaySms", Method::Sms),
    ("TwoWaySms", Method::Sms),
    ("Voice", Method::Voice),
    ("Phone call", Method::Voice),
    ("Phone call approval (Authentication phone)", Method::Voice),
    ("TwoWayVoiceMobile", Method::Voice),
    ("TwoWayVoiceAlternateMobile", Method::Voice),
    ("TwoWayVoiceOffice", Method::Voice),
    ("Mobile app notification", Method::MicrosoftAuthenticatorPush),
    ("Microsoft Authenticator (push notification)", Method::MicrosoftAuthenticatorPush),
    ("Microsoft Authenticator push notification", Method::MicrosoftAuthenticatorPush),
    ("Authenticator App", Method::MicrosoftAuthenticatorPush),
    ("PhoneAppNotification", Method::MicrosoftAuthenticatorPush),
    ("Mobile app verification code", Method::SoftwareOath),
    ("App Verification code", Method::SoftwareOath),
    ("Software OATH token", Method::SoftwareOath),
    ("PhoneAppOTP", Method::SoftwareOath),
    ("Hardware OATH token", Method::HardwareOath),
    ("OATH hardware token", Method::HardwareOath),
    ("FIDO", Method::Fido2),
    ("FIDO2", Method::Fido2),
    ("FIDO2 security key", Method::Fido2),
    ("Passkey", Method::Fido2),
    ("Passkey (device-bound)", Method::Fido2),
    ("Passkey (synced)", Method::Fido2),
    ("Windows Hello for Business", Method::WindowsHelloForBusiness),
    ("Passwordless phone sign-in", Method::DeviceBasedPush),
    ("Microsoft Authenticator (phone sign-in)", Method::DeviceBasedPush),
    ("X.509 Certificate", Method::X509SingleFactor),
    ("Certificate based authentication", Method::X509SingleFactor),
    ("Email", Method::Email),
    ("QR code pin", Method::QrCodePin),
];

/// What the detail of a step, or of the status, says of multifactor authentication without naming a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// A first factor was shown earlier; when, it does not say.
    FirstEarlier,
    /// Several factors were shown earlier; when, it does not say.
    MultiEarlier,
    /// Several factors were shown in this sign-in.
    MultiNow,
}

/// Phrases in `authenticationStepResultDetail` and `status.additionalDetails`. Requirements that were skipped for a
/// place, a registered device or an app password prove nothing, and stand here for none.
pub(super) const SAID: &[(&str, Said)] = &[
    ("first factor requirement satisfied by claim", Said::FirstEarlier),
    ("mfa requirement satisfied by claim", Said::MultiEarlier),
    ("mfa requirement satisfied by strong authentication", Said::MultiEarlier),
    ("mfa requirement skipped due to remembered device", Said::MultiEarlier),
    ("mfa completed", Said::MultiNow),
    ("mfa successfully completed", Said::MultiNow),
];

/// What a phrase says.
pub(super) fn said(text: &str) -> Option<Said> {
    let text = text.to_ascii_lowercase();
    SAID.iter().find(|(phrase, _)| text.contains(phrase)).map(|(_, said)| *said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::attribute::Attribute;

    #[test]
    fn every_meaning_is_a_word_of_its_attribute() {
        let platforms = || PLATFORMS.iter().map(|(_, word)| ("", *word)).chain([("", "unknown")]);
        let tables: [(Attribute, Vec<(&str, &str)>); 5] = [
            (Attribute::Client, CLIENTS.to_vec()),
            (Attribute::Platform, platforms().collect()),
            (Attribute::DeviceTrust, TRUSTS.to_vec()),
            (Attribute::RiskSignIn, RISKS.to_vec()),
            (Attribute::Flow, FLOWS.to_vec()),
        ];
        for (attribute, table) in tables {
            for (_, word) in table {
                assert!(attribute.word(word).is_some(), "{word} of {}", attribute.name());
            }
        }
    }

    #[test]
    fn systems_have_their_platforms() {
        for (system, wanted) in [
            ("Windows 10", "windows"),
            ("Windows10", "windows"),
            ("WindowsPhone 8.1", "windows-phone"),
            ("MacOs", "macos"),
            ("Ios 17.1", "ios"),
            ("Android 14", "android"),
            ("Linux", "linux"),
            ("Chrome OS", "unknown"),
            ("Unknown", "unknown"),
            ("é", "unknown"),
        ] {
            assert_eq!(platform(system), wanted, "{system}");
        }
    }

    #[test]
    fn phrases_say_what_they_say() {
        assert_eq!(
            said("MFA requirement satisfied by claim in the token"),
            Some(Said::MultiEarlier)
        );
        assert_eq!(said("MFA completed in Azure AD"), Some(Said::MultiNow));
        assert_eq!(said("MFA requirement skipped due to location"), None);
        assert_eq!(said("MFA required in Azure AD"), None);
        assert_eq!(said("Correct password"), None);
    }
}
