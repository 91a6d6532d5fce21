//! One pass over the text before it is parsed: words, signs, comments and empty lines, each with its place.
//!
//! The grammar reads the same text again and gives it a meaning. This pass exists for what must be known
//! before: where items begin, how deep brackets nest, where the comments are.

use crate::source::{SourceId, Span, Spanned};
use crate::syntax::ast::{Comment, Gaps};

/// What kind of token it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Begins with a letter: `device.model`.
    Word,
    /// Begins with a digit: `15`, `2026-11-23`.
    Number,
    /// `"…"`
    String,
    /// `"…` up to the end of its line.
    OpenString,
    /// `///…`
    Doc,
    /// One sign of ASCII.
    Sign(u8),
    /// Any other character.
    Other,
}

/// A word or sign and its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: u32,
    pub(super) end: u32,
    /// Whether nothing stands before it on its line.
    pub(super) leads: bool,
}

impl Token {
    pub(super) fn start(self) -> usize {
        self.start as usize
    }

    pub(super) fn end(self) -> usize {
        self.end as usize
    }

    pub(super) fn text(self, text: &str) -> &str {
        text.get(self.start()..self.end()).unwrap_or_default()
    }

    pub(super) fn is_sign(self, sign: u8) -> bool {
        self.kind == Kind::Sign(sign)
    }

    pub(super) fn is_word(self, text: &str, word: &str) -> bool {
        self.kind == Kind::Word && self.text(text) == word
    }

    pub(super) fn span(self, source: SourceId) -> Span {
        Span::new(source, self.start(), self.end())
    }
}

/// What the pass found.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub(super) tokens: Vec<Token>,
    pub(super) comments: Vec<Comment>,
    pub(super) gaps: Gaps,
}

/// Reads all of `text`; stops early once there are more than `max_tokens` tokens.
pub(super) fn scan(source: SourceId, text: &str, max_tokens: usize) -> Scan {
    let mut scanner =
        Scanner { source, text, at: 0, leads: true, newlines: 0, found: Scan::default() };
    if text.starts_with('\u{feff}') {
        scanner.at = '\u{feff}'.len_utf8();
    }
    while scanner.at < text.len() && scanner.found.tokens.len() <= max_tokens {
        scanner.step();
    }
    scanner.found
}

struct Scanner<'a> {
    source: SourceId,
    text: &'a str,
    at: usize,
    leads: bool,
    /// Line ends since the last thing that was not blank.
    newlines: u32,
    found: Scan,
}

impl Scanner<'_> {
    fn step(&mut self) {
        match self.byte(0) {
            b'\n' => self.newline(),
            b' ' | b'\t' => self.at += 1,
            b'\r' if self.byte(1) == b'\n' => self.at += 1,
            b'/' if self.byte(1) == b'/' => self.slashes(),
            b'"' => self.string(),
            byte if byte.is_ascii_alphabetic() => self.run(Kind::Word),
            byte if byte.is_ascii_digit() => self.run(Kind::Number),
            byte if byte.is_ascii_graphic() => self.token(Kind::Sign(byte), self.at + 1),
            _ => self.token(Kind::Other, self.at + self.character().len_utf8()),
        }
    }

    /// The byte `ahead` of here; zero, which no file has a use for, at the end.
    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    fn character(&self) -> char {
        self.text[self.at..].chars().next().unwrap_or('\0')
    }

    fn newline(&mut self) {
        self.at += 1;
        self.leads = true;
        self.newlines += 1;
        if self.newlines == 2 {
            self.found.gaps.push(self.at - 1);
        }
    }

    fn token(&mut self, kind: Kind, end: usize) {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let token = Token { kind, start: place(self.at), end: place(end), leads: self.leads };
        self.found.tokens.push(token);
        self.seen(end);
    }

    fn seen(&mut self, end: usize) {
        self.at = end;
        self.leads = false;
        self.newlines = 0;
    }

    fn run(&mut self, kind: Kind) {
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest.iter().position(|byte| !is_run(*byte)).unwrap_or(rest.len());
        self.token(kind, self.at + length);
    }

    fn slashes(&mut self) {
        if self.byte(2) == b'/' && self.byte(3) != b'/' {
            self.token(Kind::Doc, self.line_end());
        } else {
            self.comment();
        }
    }

    fn comment(&mut self) {
        let end = self.line_end();
        let words = self.text[self.at + 2..end].trim_end();
        let span = Span::new(self.source, self.at, self.at + 2 + words.len());
        let text = Spanned::new(words.to_owned(), span);
        self.found.comments.push(Comment { text, trailing: !self.leads });
        self.seen(end);
    }

    fn line_end(&self) -> usize {
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        self.at + length.unwrap_or(rest.len())
    }

    fn string(&mut self) {
        let mut end = self.at + 1;
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(end) {
                None | Some(b'\n' | b'\r') => return self.token(Kind::OpenString, end),
                Some(b'"') => return self.token(Kind::String, end + 1),
                Some(b'\\') if !matches!(bytes.get(end + 1), None | Some(b'\n' | b'\r')) => {
                    end += 2
                }
                Some(_) => end += 1,
            }
        }
    }
}

/// Whether a byte continues a word or a number. A dot does: paths and versions have dots.
fn is_run(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}
