//! What to say where the grammar could not go on: what was found, what would have fitted, what was likely meant.

mod expected;
mod foreign;

use super::chunk;
use super::grammar::Rule;
use super::scan::{Kind, Token};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{SourceId, Span};
use crate::syntax::{codes, words};
use expected::Expected;
use std::ops::Range;

/// A piece of a file in which something is wrong.
pub(super) struct Scene<'a> {
    pub(super) source: SourceId,
    /// The whole file.
    pub(super) text: &'a str,
    /// Its tokens.
    pub(super) tokens: &'a [Token],
    /// The piece, as indexes of them.
    pub(super) range: Range<usize>,
}

impl Scene<'_> {
    /// What is wrong at the byte `at` of the file.
    pub(super) fn diagnostic(&self, at: usize, rules: &[Rule]) -> Diagnostic {
        let expected = Expected::of(rules);
        let index = self.tokens[self.range.clone()].partition_point(|token| token.end() <= at);
        let index = self.range.start + index;
        if index >= self.range.end {
            return self.at_the_end(&expected);
        }
        let token = self.tokens[index];
        match token.kind {
            Kind::OpenString => self.open_string(token),
            Kind::Other => self.foreign_character(token),
            Kind::Sign(sign) => self.at_sign(index, sign, at, &expected),
            Kind::Word => self.at_word(index, at, &expected),
            Kind::Number => self.at_number(token, &expected),
            Kind::Doc => self.stray_documentation(token),
            Kind::String => self.unexpected(token, &expected),
        }
    }

    fn error(&self, code: Code, token: Token, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, token.span(self.source), message)
    }

    fn word(&self, token: Token) -> &str {
        token.text(self.text)
    }

    /// The plain case: one thing was found, others would have fitted.
    fn unexpected(&self, token: Token, expected: &Expected) -> Diagnostic {
        let message = format!("expected {}, found {}", expected.sentence(), self.found(token));
        self.error(codes::UNEXPECTED, token, message).here("not expected here")
    }

    fn found(&self, token: Token) -> String {
        match token.kind {
            Kind::String | Kind::OpenString => "a string".to_owned(),
            Kind::Doc => "a `///` comment".to_owned(),
            _ => format!("`{}`", shortened(self.word(token))),
        }
    }

    // ── The end of a piece ──────────────────────────────────────────────────────────────────────

    fn at_the_end(&self, expected: &Expected) -> Diagnostic {
        let last = self.tokens[self.range.end - 1];
        if let Some(open) = self.open_signs(self.range.end).last() {
            return self.unclosed(*open, last);
        }
        if last.kind == Kind::Doc || last.is_sign(b')') && expected.has(Rule::item) {
            return self.stray_documentation(last);
        }
        let next = self.tokens.get(self.range.end);
        let found = next.map_or("the end of the file".to_owned(), |next| self.found(*next));
        let message = format!("expected {}, found {found}", expected.sentence());
        let after = Span::new(self.source, last.end(), last.end());
        Diagnostic::error(codes::UNEXPECTED, after, message).here("something is missing here")
    }

    /// The signs that are open before the token at `index`.
    fn open_signs(&self, index: usize) -> Vec<Token> {
        let mut open = Vec::new();
        for token in &self.tokens[self.range.start..index] {
            match token.kind {
                Kind::Sign(b'{' | b'[' | b'(') => open.push(*token),
                Kind::Sign(b'}' | b']' | b')') => drop(open.pop()),
                _ => {}
            }
        }
        open
    }

    /// `open` should have been closed by now, at the latest after `last`.
    fn unclosed(&self, open: Token, last: Token) -> Diagnostic {
        let closing = closing(self.word(open));
        let message = format!("this `{}` is never closed", self.word(open));
        let after = Span::new(self.source, last.end(), last.end());
        let missing = format!("`{closing}` is missing here at the latest");
        self.error(codes::UNCLOSED, open, message).here("opened here").label(after, missing)
    }

    // ── Words ───────────────────────────────────────────────────────────────────────────────────

    fn at_word(&self, index: usize, at: usize, expected: &Expected) -> Diagnostic {
        let token = self.tokens[index];
        if at > token.start() {
            return self.inside_word(token, at, expected);
        }
        let word = self.word(token);
        if expected.has(Rule::name) && words::RESERVED.contains(&word) {
            return self.reserved(token);
        }
        if let Some(meant) = expected.nearest(word) {
            return self.misspelt(token, meant, expected);
        }
        if let Some(open) = self.open_list(index, word, expected) {
            return self.unclosed(open, self.tokens[index - 1]);
        }
        let diagnostic = self.unexpected(token, expected);
        if expected.has(Rule::comma) && expected.has(Rule::close_bracket) {
            let before = self.tokens[index - 1].end();
            let before = Span::new(self.source, before, before);
            return diagnostic.help("separate the members of a list with commas").fix(before, ",");
        }
        match self.hint(index, word, expected) {
            Some(hint) => diagnostic.help(hint),
            None => diagnostic,
        }
    }

    /// What a writer at this word has likely in mind.
    fn hint(&self, index: usize, word: &str, expected: &Expected) -> Option<&'static str> {
        let next = self.tokens.get(index + 1)?;
        let compares = chunk::AFTER_ATTRIBUTE.contains(&self.word(*next))
            || next.is_sign(b'<')
            || next.is_sign(b'>');
        if expected.has(Rule::clause) && compares {
            return Some("a condition stands after `when` or `unless`");
        }
        let grant =
            [Rule::grant, Rule::grant_all, Rule::grant_atom].iter().any(|rule| expected.has(*rule));
        (grant && word == "not")
            .then_some("a grant cannot be negated; `when` and `unless` say whom it is for")
    }

    /// A dotted path that ends in a dot, or has two in a row.
    fn inside_word(&self, token: Token, at: usize, expected: &Expected) -> Diagnostic {
        let rest = Token { start: u32::try_from(at).unwrap_or(token.end), ..token };
        self.unexpected(rest, expected)
    }

    fn reserved(&self, token: Token) -> Diagnostic {
        let word = self.word(token);
        self.error(
            codes::RESERVED_WORD,
            token,
            format!("`{word}` is a word of the language and cannot be a name"),
        )
        .here("expected a name")
    }

    fn misspelt(&self, token: Token, meant: &str, expected: &Expected) -> Diagnostic {
        let word = self.word(token);
        let diagnostic = self
            .error(codes::MISSPELT, token, format!("unknown word `{}`", shortened(word)))
            .here(format!("expected {}", expected.sentence()))
            .help(format!("did you mean `{meant}`?"))
            .fix(token.span(self.source), meant);
        if word.eq_ignore_ascii_case(meant) {
            diagnostic.note("keywords are lower case")
        } else {
            diagnostic
        }
    }

    /// The list or parenthesis that is still open where a clause begins.
    fn open_list(&self, index: usize, word: &str, expected: &Expected) -> Option<Token> {
        let closes = expected.has(Rule::close_bracket) || expected.has(Rule::close_paren);
        let begins = ["when", "unless", "require", "block", "expect"].contains(&word);
        let open = self.open_signs(index).pop().filter(|open| !open.is_sign(b'{'));
        open.filter(|_| closes && begins)
    }

    // ── Numbers, strings, documentation ─────────────────────────────────────────────────────────

    fn at_number(&self, token: Token, expected: &Expected) -> Diagnostic {
        let word = self.word(token);
        let diagnostic = self.unexpected(token, expected);
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        if expected.has(Rule::name) {
            return diagnostic.help("names begin with a letter");
        }
        if word.contains('T') {
            return diagnostic.help("an instant ends in `Z` or an offset such as `+02:00`");
        }
        if word.contains('.') {
            let quoted = format!("\"{word}\"");
            return diagnostic
                .help("a version stands in quotes")
                .fix(token.span(self.source), quoted);
        }
        match expected::unit_like(&word[digits..]) {
            Some(unit) => {
                let spaced = format!("{} {unit}", &word[..digits]);
                diagnostic.help(format!("write `{spaced}`")).fix(token.span(self.source), spaced)
            }
            None => diagnostic,
        }
    }

    fn open_string(&self, token: Token) -> Diagnostic {
        self.error(codes::UNTERMINATED_STRING, token, "this string does not end on its line")
            .here("begins here")
            .note("a string stands on one line; a line break in it is written `\\n`")
            .help("add the closing `\"`")
    }

    fn stray_documentation(&self, token: Token) -> Diagnostic {
        self.error(codes::STRAY_DOCUMENTATION, token, "this documents no item")
            .note("`///` and then annotations stand directly before the item they belong to")
            .help("an ordinary comment begins with `//`")
    }
}

fn closing(open: &str) -> char {
    match open {
        "{" => '}',
        "[" => ']',
        _ => ')',
    }
}

/// A word short enough for one line.
fn shortened(word: &str) -> String {
    const LONGEST: usize = 40;
    match word.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &word[..at]),
        None => word.to_owned(),
    }
}
