//! Names: which words can be one, and what a title becomes as one.

/// Words that no item may have for a name, sorted. The grammar spells the same ones.
pub const RESERVED: [&str; 17] = [
    "always", "and", "assert", "assume", "block", "expect", "in", "is", "let", "never", "not",
    "or", "policy", "proof", "require", "unless", "when",
];

/// The words that begin an item, the most usual first. The grammar spells the same ones.
pub const ITEMS: [&str; 18] = [
    "policy",
    "network",
    "group",
    "user",
    "role",
    "app",
    "strength",
    "let",
    "test",
    "assert",
    "archetype",
    "attribute",
    "service-principal",
    "agent",
    "tenant",
    "terms",
    "context",
    "custom-control",
];

/// Whether an item can have that name.
pub fn is_name(word: &str) -> bool {
    !word.is_empty() && kebab(word) == word && RESERVED.binary_search(&word).is_err()
}

/// The nearest kebab-case to a text: lower case, hyphens for everything that is neither letter nor digit, no digit
/// at the start.
pub fn kebab(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    let mut before = ' ';
    for character in text.chars() {
        if begins_word(before, character) && !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
        match character {
            'a'..='z' | 'A'..='Z' => name.push(character.to_ascii_lowercase()),
            '0'..='9' if !name.is_empty() => name.push(character),
            _ => {}
        }
        before = character;
    }
    name.truncate(name.trim_end_matches('-').len());
    name
}

/// Whether a hyphen belongs between two neighbours: `unmanagedDevice`, `my_app`.
fn begins_word(before: char, character: char) -> bool {
    let camel = before.is_ascii_lowercase() && character.is_ascii_uppercase();
    camel || !character.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::{RESERVED, is_name, kebab};

    #[test]
    fn reserved_words_are_sorted() {
        assert!(RESERVED.is_sorted());
    }

    #[test]
    fn titles_become_names() {
        assert_eq!(kebab("CA014: Block (legacy) auth"), "ca014-block-legacy-auth");
        assert_eq!(kebab("unmanagedDevice_2"), "unmanaged-device-2");
        assert_eq!(kebab("365 users"), "users");
        assert_eq!(kebab("--"), "");
    }

    #[test]
    fn keywords_are_no_names() {
        assert!(is_name("finance-2"));
        for word in ["when", "Finance", "a--b", "a-", "2fa", ""] {
            assert!(!is_name(word), "{word}");
        }
    }
}
