//! Texts as Cedar spells them: strings, patterns of `like`, and the one line that several texts are joined into.

/// What separates the texts of a custom security attribute, which Cedar gets as one string: `\ndata\nsecret\n`. So a
/// pattern can ask for a text among several, which Cedar's sets cannot.
pub(super) const SEPARATOR: char = '\n';

/// A string literal.
pub(super) fn text(text: &str) -> String {
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

/// What stands in a pattern for a text itself.
pub(super) fn literal(text: &str) -> String {
    text.chars().map(|it| if it == '*' { "\\*".to_owned() } else { escaped(it) }).collect()
}

fn escaped(character: char) -> String {
    match character {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        it if it.is_control() || is_invisible(it) => format!("\\u{{{:x}}}", u32::from(it)),
        it => it.to_string(),
    }
}

/// Characters that change how a line looks, so that a reviewer would not see what is compared.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Texts as one string, each between separators.
pub(super) fn joined<'a>(texts: impl IntoIterator<Item = &'a String>) -> String {
    let mut joined = String::from(SEPARATOR);
    for text in texts {
        joined.push_str(text);
        joined.push(SEPARATOR);
    }
    joined
}

/// Text that stands in a comment: one line, and nothing invisible.
pub(super) fn comment(text: &str) -> String {
    text.lines().map(|line| format!("// {}\n", clean(line))).collect()
}

/// The same on one line.
pub(super) fn clean(line: &str) -> String {
    line.chars().map(|it| if it.is_control() || is_invisible(it) { ' ' } else { it }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_patterns_are_escaped() {
        assert_eq!(text("a\"b\\c\n\u{7}é*"), "\"a\\\"b\\\\c\\n\\u{7}é*\"");
        assert_eq!(literal("50*\\"), "50\\*\\\\");
        assert_eq!(text("a\u{202e}b"), "\"a\\u{202e}b\"");
    }

    #[test]
    fn texts_are_joined_between_separators() {
        let texts = ["a".to_owned(), "b".to_owned()];
        assert_eq!(joined(&texts), "\na\nb\n");
        assert_eq!(joined(&[]), "\n");
    }
}
