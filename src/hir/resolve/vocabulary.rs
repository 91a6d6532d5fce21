//! Words of the language that are values or stand for sets, and so can be no item's name.

use crate::schema::attribute::{ATTRIBUTES, Attribute, Kind};
use crate::schema::grant::GrantWord;
use crate::syntax::words::{ITEMS, RESERVED};

/// Every user.
pub(in crate::hir) const ANYONE: &str = "anyone";
/// Every user who is no member.
pub(in crate::hir) const GUESTS: &str = "guests";
/// Every app, and registering security information.
pub(in crate::hir) const ANY_APP: &str = "any-app";
/// Every resource of agents.
pub(in crate::hir) const ANY_AGENT_RESOURCE: &str = "any-agent-resource";
/// Every service principal of this tenant.
pub(in crate::hir) const OWN_TENANT: &str = "own-tenant";
/// Every agent.
pub(in crate::hir) const ANY_AGENT: &str = "any-agent";
/// Every trusted network.
pub(in crate::hir) const TRUSTED: &str = "trusted";
/// No country at all.
pub(in crate::hir) const UNKNOWN: &str = "unknown";
/// The words of booleans, `false` first.
pub(in crate::hir) const BOOLEANS: [&str; 2] = ["false", "true"];

/// The words that stand for a set, with the attribute they are members of.
pub(in crate::hir) const SETS: [(&str, Attribute); 7] = [
    (ANYONE, Attribute::User),
    (GUESTS, Attribute::User),
    (ANY_APP, Attribute::App),
    (ANY_AGENT_RESOURCE, Attribute::App),
    (OWN_TENANT, Attribute::ServicePrincipal),
    (ANY_AGENT, Attribute::Agent),
    (TRUSTED, Attribute::Location),
];

/// The words that stand for a set that this attribute can be in.
pub fn sets_of(attribute: Attribute) -> impl Iterator<Item = &'static str> {
    SETS.iter().filter(move |(_, of)| *of == attribute).map(|(word, _)| *word)
}

/// What a word of the language is, in a few words, if it is one; no item can have it for a name.
pub fn reserved_word(word: &str) -> Option<String> {
    let keyword = ITEMS.contains(&word) || RESERVED.contains(&word);
    attribute_word(word)
        .or_else(|| set_word(word))
        .or_else(|| value_word(word))
        .or_else(|| GrantWord::by_name(word).map(|_| "a grant".to_owned()))
        .or_else(|| keyword.then(|| "a keyword".to_owned()))
}

fn attribute_word(word: &str) -> Option<String> {
    Attribute::by_name(word).map(|_| "an attribute".to_owned())
}

fn set_word(word: &str) -> Option<String> {
    let (_, attribute) = SETS.iter().find(|(set, _)| *set == word)?;
    Some(format!("a set that `{}` can be in", attribute.name()))
}

/// `browser`: a value of `client`.
pub(in crate::hir) fn value_word(word: &str) -> Option<String> {
    if is_context(word) {
        return Some("an authentication context".to_owned());
    }
    let row = ATTRIBUTES.iter().find(|row| kind_words(row.kind).contains(&word))?;
    Some(format!("a value of `{}`", row.name))
}

/// The words that an attribute of that kind can have.
pub(in crate::hir) fn kind_words(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Enumeration(words) | Kind::Ordered(words) | Kind::EnumerationSet(words) => words,
        Kind::Weekday => crate::schema::attribute::WEEKDAYS,
        Kind::Boolean => &BOOLEANS,
        _ => &[],
    }
}

/// Whether a word is the id of an authentication context: `c1` to `c99`.
pub(in crate::hir) fn is_context(word: &str) -> bool {
    let Some(number) = word.strip_prefix('c') else { return false };
    let digits = !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
    digits && matches!(number.len(), 1 | 2)
}

/// `a group`, `an app`.
pub(in crate::hir) fn with_article(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'u']);
    let exception = noun.starts_with("user");
    format!("{} {noun}", if vowel && !exception { "an" } else { "a" })
}

/// `a, b and c`, each in backticks.
pub(in crate::hir) fn listed<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    joined(words.into_iter().map(|word| format!("`{word}`")).collect())
}

/// `a, b and c`.
pub(in crate::hir) fn joined(mut words: Vec<String>) -> String {
    match words.pop() {
        None => String::new(),
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} and {last}", words.join(", ")),
    }
}
