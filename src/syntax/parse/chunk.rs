//! Cuts a file into pieces of about one item, so that an error in one leaves the others readable.
//!
//! A whole head (`policy NAME {`, `group NAME =`, …) can stand nowhere but at the start of an item, so a
//! file without errors is always cut right, however its lines are broken. In a file with errors, what looks like the
//! start of an item is a good place to go on.

use super::scan::{Kind, Token};
use crate::syntax::ast::ObjectKind;
use std::ops::Range;

/// The pieces of `tokens`, as ranges of their indexes. None is empty; together they are all of it.
pub(super) fn chunks(text: &str, tokens: &[Token]) -> Vec<Range<usize>> {
    let mut cutter = Cutter { text, tokens, starts: Vec::new(), depth: 0 };
    let mut at = 0;
    while at < tokens.len() {
        at = cutter.step(at);
    }
    cutter.into_ranges()
}

struct Cutter<'a> {
    text: &'a str,
    tokens: &'a [Token],
    /// Where pieces after the first begin, rising.
    starts: Vec<usize>,
    /// Open braces.
    depth: usize,
}

impl Cutter<'_> {
    /// Looks at one token, or at a whole head, and says where to go on.
    fn step(&mut self, at: usize) -> usize {
        if let Some(length) = self.head(at) {
            self.depth = 0;
            self.cut(self.before(at));
            return at + length;
        }
        match self.tokens[at].kind {
            Kind::Sign(b'{') => self.depth += 1,
            Kind::Sign(b'}') => self.close(at),
            Kind::Word if self.depth == 0 && self.begins(at) => self.cut(self.before(at)),
            _ => {}
        }
        at + 1
    }

    /// A brace that closes the outermost ends a piece; so does one that closes nothing.
    fn close(&mut self, at: usize) {
        self.depth = self.depth.saturating_sub(1);
        if self.depth == 0 {
            self.cut(at + 1);
        }
    }

    fn cut(&mut self, at: usize) {
        let last = self.starts.last().copied().unwrap_or(0);
        if at > last && at < self.tokens.len() {
            self.starts.push(at);
        }
    }

    fn into_ranges(self) -> Vec<Range<usize>> {
        let ends = self.starts.iter().copied().chain([self.tokens.len()]);
        let starts = std::iter::once(0).chain(self.starts.iter().copied());
        starts.zip(ends).map(|(start, end)| start..end).filter(|range| !range.is_empty()).collect()
    }

    /// The first of the docs and annotations that stand before `at`.
    fn before(&self, at: usize) -> usize {
        let floor = self.starts.last().copied().unwrap_or(0);
        let mut first = at;
        loop {
            let earlier = &self.tokens[floor..first];
            first -= match earlier {
                [.., doc] if doc.kind == Kind::Doc => 1,
                [.., a, _, c, _, e] if a.is_sign(b'@') && c.is_sign(b'(') && e.is_sign(b')') => 5,
                _ => return first,
            };
        }
    }

    fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn word(&self, at: usize) -> &str {
        let token = self.tokens.get(at).filter(|token| token.kind == Kind::Word);
        token.map_or("", |token| token.text(self.text))
    }

    fn is_string(&self, at: usize) -> bool {
        matches!(self.kind(at), Some(Kind::String | Kind::OpenString))
    }

    fn is_sign(&self, at: usize, sign: u8) -> bool {
        self.kind(at) == Some(Kind::Sign(sign))
    }

    /// How many tokens a whole head has that begins here, its last sign excluded.
    fn head(&self, at: usize) -> Option<usize> {
        let word = self.word(at);
        if word.is_empty() {
            return None;
        }
        if word == "test" {
            return (self.is_string(at + 1) && self.is_sign(at + 2, b'{')).then_some(2);
        }
        if self.kind(at + 1) != Some(Kind::Word) {
            return None;
        }
        match word {
            "policy" => self.policy_head(at),
            "assert" | "archetype" => self.is_sign(at + 2, b'{').then_some(2),
            "let" => self.is_sign(at + 2, b'=').then_some(2),
            "attribute" => self.is_sign(at + 2, b':').then_some(2),
            "network" => self.head_with(at, "trusted", b"{="),
            "strength" => self.head_with(at, "", b"{="),
            _ if is_object_kind(word) => self.head_with(at, "emergency", b"="),
            _ => None,
        }
    }

    fn policy_head(&self, at: usize) -> Option<usize> {
        let stated = matches!(self.word(at + 2), "report-only" | "disabled");
        (stated || self.is_string(at + 2) || self.is_sign(at + 2, b'{')).then_some(2)
    }

    fn head_with(&self, at: usize, optional: &str, signs: &[u8]) -> Option<usize> {
        let marked = !optional.is_empty() && self.word(at + 2) == optional;
        let length = if marked { 3 } else { 2 };
        signs.iter().any(|sign| self.is_sign(at + length, *sign)).then_some(length)
    }

    /// Whether a line outside all braces begins like an item, though its head is damaged.
    fn begins(&self, at: usize) -> bool {
        if !self.tokens[at].leads {
            return false;
        }
        let word = self.word(at);
        match word {
            "policy" | "let" | "assert" | "archetype" => true,
            "test" => self.is_string(at + 1) || self.is_sign(at + 1, b'{'),
            "network" | "strength" | "attribute" => self.is_named(at + 1),
            _ => is_object_kind(word) && self.is_named(at + 1),
        }
    }

    /// Whether what stands here goes on with a declaration rather than with a condition about an attribute.
    fn is_named(&self, at: usize) -> bool {
        let word = self.word(at);
        let named = !word.is_empty() && !AFTER_ATTRIBUTE.contains(&word);
        named || self.is_sign(at, b'=') || self.is_string(at)
    }
}

/// Words that can follow an attribute on its line.
pub(super) const AFTER_ATTRIBUTE: [&str; 9] =
    ["and", "or", "not", "in", "is", "starts", "ends", "contains", "between"];

fn is_object_kind(word: &str) -> bool {
    ObjectKind::ALL.iter().any(|kind| kind.keyword() == word)
}
