//! The fields of a record that are asked for, and what they come to.

use serde::Deserialize;

use crate::schema::attribute::{Attribute, Kind};
use crate::value::Country;

/// What a record, or no record, says about a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Known<T> {
    /// No such field.
    #[default]
    Nothing,
    /// A value that has no word in the language.
    Unnamed,
    Is(T),
}

/// All of a record that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Fields {
    pub(super) country: Known<Country>,
    pub(super) asn: Known<u32>,
    pub(super) anonymizer: Known<u8>,
}

/// A record as it stands in a database; whatever else it has is passed over.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "a map")]
pub(super) struct Record<'a> {
    #[serde(borrow)]
    country: CountryRecord<'a>,
    country_code: Option<&'a str>,
    traits: Traits,
    autonomous_system_number: Option<u32>,
    is_anonymous: bool,
    is_anonymous_vpn: bool,
    is_hosting_provider: bool,
    is_public_proxy: bool,
    is_residential_proxy: bool,
    is_tor_exit_node: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "a map with `iso_code`")]
struct CountryRecord<'a> {
    #[serde(borrow)]
    iso_code: Option<&'a str>,
}

/// Where Enterprise databases keep the fields of the others.
#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(default, expecting = "a map")]
struct Traits {
    autonomous_system_number: Option<u32>,
    is_anonymous: bool,
    is_anonymous_vpn: bool,
    is_hosting_provider: bool,
    is_public_proxy: bool,
    is_residential_proxy: bool,
    is_tor_exit_node: bool,
}

impl Record<'_> {
    pub(super) fn fields(&self) -> Result<Fields, String> {
        let number = self.autonomous_system_number.or(self.traits.autonomous_system_number);
        Ok(Fields {
            country: self.country()?,
            asn: number.map_or(Known::Nothing, Known::Is),
            anonymizer: self.anonymizer(),
        })
    }

    fn country(&self) -> Result<Known<Country>, String> {
        match self.country.iso_code.or(self.country_code) {
            None => Ok(Known::Nothing),
            Some(code) => Country::parse(code)
                .map(Known::Is)
                .ok_or_else(|| format!("`{}` is no country code", code.escape_debug())),
        }
    }

    /// The surest sign first.
    fn anonymizer(&self) -> Known<u8> {
        let it = self.traits;
        let signs = [
            (self.is_tor_exit_node || it.is_tor_exit_node, "tor"),
            (self.is_anonymous_vpn || it.is_anonymous_vpn, "vpn"),
            (self.is_public_proxy || it.is_public_proxy, "proxy"),
            (self.is_residential_proxy || it.is_residential_proxy, "proxy"),
            (self.is_hosting_provider || it.is_hosting_provider, "hosting"),
        ];
        match signs.iter().find(|(shows, _)| *shows) {
            Some((_, word)) => number(word),
            None if self.is_anonymous || it.is_anonymous => Known::Unnamed,
            None => Known::Nothing,
        }
    }
}

/// The number of a word of the attribute.
fn number(word: &str) -> Known<u8> {
    let Kind::Enumeration(words) = Attribute::Anonymizer.row().kind else { return Known::Unnamed };
    let number = words.iter().position(|it| *it == word);
    number.and_then(|number| u8::try_from(number).ok()).map_or(Known::Unnamed, Known::Is)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_anonymizer_has_its_word() {
        for word in ["tor", "vpn", "proxy", "hosting"] {
            assert!(matches!(number(word), Known::Is(_)), "{word}");
        }
    }

    #[test]
    fn the_surest_sign_comes_first() {
        let record = Record { is_hosting_provider: true, is_anonymous: true, ..Record::default() };
        assert_eq!(record.anonymizer(), number("hosting"));
        let record = Record { is_tor_exit_node: true, is_anonymous_vpn: true, ..record };
        assert_eq!(record.anonymizer(), number("tor"));
        let record = Record { is_anonymous: true, ..Record::default() };
        assert_eq!(record.anonymizer(), Known::Unnamed);
        assert_eq!(Record::default().anonymizer(), Known::Nothing);
    }
}
