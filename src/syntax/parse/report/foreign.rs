//! Signs and characters: brackets that match nothing, operators of other languages, what no file may hold.

use super::super::grammar::Rule;
use super::super::scan::Token;
use super::{Expected, Scene};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::character::is_invisible;
use crate::syntax::codes;

impl Scene<'_> {
    pub(super) fn at_sign(
        &self,
        index: usize,
        sign: u8,
        at: usize,
        expected: &Expected,
    ) -> Diagnostic {
        let token = self.tokens[index];
        match sign {
            b'}' | b']' | b')' => self.at_closing(index, expected),
            b'@' if !expected.has(Rule::annotation) => self.stray_documentation(token),
            b',' => self
                .unexpected(token, expected)
                .help("several members stand in brackets: `in [a, b]`"),
            _ => match self.foreign_operator(at) {
                Some((length, meant)) => self.instead_of_operator(token, length, meant),
                None => self.other_sign(token, sign, expected),
            },
        }
    }

    fn at_closing(&self, index: usize, expected: &Expected) -> Diagnostic {
        let token = self.tokens[index];
        let word = self.word(token);
        match self.open_signs(index).last() {
            None => self
                .error(codes::UNOPENED, token, format!("this `{word}` closes nothing"))
                .help("remove it, or add what it should close"),
            Some(open) if !word.starts_with(super::closing(self.word(*open))) => {
                self.unclosed(*open, self.tokens[index - 1])
            }
            Some(_) => self.unexpected(token, expected),
        }
    }

    /// An operator of another language at the byte `at`: its length and the word for it here.
    fn foreign_operator(&self, at: usize) -> Option<(usize, &'static str)> {
        const OPERATORS: [(&str, &str); 10] = [
            ("===", "is"),
            ("==", "is"),
            ("=~", "contains"),
            ("=", "is"),
            ("!==", "is not"),
            ("!=", "is not"),
            ("<>", "is not"),
            ("!", "not "),
            ("&", "and"),
            ("|", "or"),
        ];
        let rest = self.text.get(at..)?;
        let (sign, word) = OPERATORS.iter().find(|(sign, _)| rest.starts_with(sign))?;
        let doubled = sign.len() == 1 && "&|".contains(sign) && rest[1..].starts_with(sign);
        Some((sign.len() + usize::from(doubled), word))
    }

    fn instead_of_operator(&self, token: Token, length: usize, meant: &'static str) -> Diagnostic {
        let span = Span::new(self.source, token.start(), token.start() + length);
        let sign = &self.text[span.range()];
        Diagnostic::error(codes::FOREIGN_OPERATOR, span, format!("`{sign}` is no operator of this language"))
            .note("conditions are joined by `and`, `or`, `not`; values are compared by `is`, `in`, `<`, `<=`, `>`, `>=`")
            .help(format!("write `{}`", meant.trim()))
            .fix(span, meant)
    }

    fn other_sign(&self, token: Token, sign: u8, expected: &Expected) -> Diagnostic {
        let diagnostic = self.unexpected(token, expected);
        match sign {
            b';' => diagnostic.help("nothing needs a semicolon").fix(token.span(self.source), ""),
            b'\'' | b'`' => diagnostic.help("strings stand in double quotes: `\"…\"`"),
            b'#' | b'/' => diagnostic.help("a comment begins with `//`"),
            b'{' if expected.has(Rule::equals) => diagnostic.help("an id follows: `= \"…\"`"),
            _ => diagnostic,
        }
    }

    pub(super) fn foreign_character(&self, token: Token) -> Diagnostic {
        let character = self.word(token).chars().next().unwrap_or('\0');
        let message = match character {
            '\r' => "a carriage return without a line feed".to_owned(),
            _ => format!("{} is not allowed here", named(character)),
        };
        let diagnostic = self.error(codes::FOREIGN_CHARACTER, token, message);
        match character {
            '“' | '”' | '„' | '‟' | '«' | '»' | '‘' | '’' | '″' => diagnostic
                .help("strings stand in straight quotes")
                .fix(token.span(self.source), "\""),
            '–' | '—' | '−' | '‐' | '‑' => {
                diagnostic.help("write `-`").fix(token.span(self.source), "-")
            }
            '\r' => diagnostic
                .note("a line ends in a line feed, or in a carriage return and a line feed")
                .fix(token.span(self.source), "\n"),
            _ if character.is_whitespace() => {
                diagnostic.help("use an ordinary space").fix(token.span(self.source), " ")
            }
            _ if character.is_alphanumeric() => {
                diagnostic.note("names are made of the letters a to z, digits and hyphens")
            }
            _ => diagnostic.note("only strings and comments may hold it"),
        }
    }
}

/// A character by its looks, or by its number if it has none.
fn named(character: char) -> String {
    match character.is_whitespace() || is_invisible(character) {
        true => format!("the character U+{:04X}", u32::from(character)),
        false => format!("`{character}`"),
    }
}
