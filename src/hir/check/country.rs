//! The country codes that are assigned.

use crate::diagnostic::Diagnostic;
use crate::hir::codes;
use crate::hir::resolve::report::Report;
use crate::source::Span;
use crate::value::Country;

/// ISO 3166-1 alpha-2, the 249 officially assigned codes, and XK, which Entra and the databases of addresses use
/// for Kosovo. Sorted.
#[rustfmt::skip]
const COUNTRIES: [&str; 250] = [
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ",
    "BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV", "BW",
    "BY", "BZ",
    "CA", "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ",
    "DE", "DJ", "DK", "DM", "DO", "DZ",
    "EC", "EE", "EG", "EH", "ER", "ES", "ET",
    "FI", "FJ", "FK", "FM", "FO", "FR",
    "GA", "GB", "GD", "GE", "GF", "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY",
    "HK", "HM", "HN", "HR", "HT", "HU",
    "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT",
    "JE", "JM", "JO", "JP",
    "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ",
    "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY",
    "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU", "MV",
    "MW", "MX", "MY", "MZ",
    "NA", "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ",
    "OM",
    "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY",
    "QA",
    "RE", "RO", "RS", "RU", "RW",
    "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS", "ST", "SV", "SX",
    "SY", "SZ",
    "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO", "TR", "TT", "TV", "TW", "TZ",
    "UA", "UG", "UM", "US", "UY", "UZ",
    "VA", "VC", "VE", "VG", "VI", "VN", "VU",
    "WF", "WS",
    "XK",
    "YE", "YT",
    "ZA", "ZM", "ZW",
];

/// Whether that is the code of a country: two letters in upper case, assigned.
pub fn is_country(code: &str) -> bool {
    COUNTRIES.binary_search(&code).is_ok()
}

/// Codes that people write and that are no countries, with what they mean.
const MISTAKEN: [(&str, &str); 4] = [("UK", "GB"), ("EL", "GR"), ("SU", "RU"), ("KO", "KR")];

/// Reads a code, in upper case and assigned.
pub(super) fn country_code(text: &str, span: Span, report: &mut Report<'_>) -> Option<Country> {
    let upper = text.to_ascii_uppercase();
    let known = COUNTRIES.binary_search(&upper.as_str()).is_ok();
    match Country::parse(text).filter(|_| known) {
        Some(country) if upper == text => Some(country),
        Some(_) => report.refuse(
            Diagnostic::error(
                codes::UNKNOWN_COUNTRY,
                span,
                format!("`{text}` is not in upper case"),
            )
            .note("country codes are written in upper case")
            .help(format!("write `{upper}`"))
            .fix(span, upper),
        ),
        None => unknown(text, &upper, span, report),
    }
}

fn unknown(text: &str, upper: &str, span: Span, report: &mut Report<'_>) -> Option<Country> {
    let diagnostic =
        Diagnostic::error(codes::UNKNOWN_COUNTRY, span, format!("`{text}` is no country code"))
            .note("countries are written with the two letters of ISO 3166: `DE`, `FR`, `US`");
    report.refuse(match MISTAKEN.iter().find(|(written, _)| *written == upper) {
        Some((_, meant)) => diagnostic.help(format!("did you mean `{meant}`?")).fix(span, *meant),
        None => diagnostic.help("look the code up in ISO 3166-1 alpha-2"),
    })
}

#[cfg(test)]
mod tests {
    use super::{COUNTRIES, MISTAKEN};

    #[test]
    fn codes_are_sorted_and_mistaken_ones_are_none() {
        assert!(COUNTRIES.windows(2).all(|pair| pair[0] < pair[1]));
        for (written, meant) in MISTAKEN {
            assert!(COUNTRIES.binary_search(&written).is_err());
            assert!(COUNTRIES.binary_search(&meant).is_ok());
        }
    }
}
