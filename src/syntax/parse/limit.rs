//! The limits of one piece, checked before the grammar recurses into it.

use super::scan::{Kind, Token};
use crate::diagnostic::Diagnostic;
use crate::source::SourceId;
use crate::syntax::codes;
use crate::syntax::limits::{MAX_ITEM_TOKENS, MAX_LIST, MAX_NAME_LENGTH, MAX_NESTING};

/// What `tokens`, a piece of `text`, has too much of.
pub(super) fn exceeded(source: SourceId, text: &str, tokens: &[Token]) -> Option<Diagnostic> {
    if tokens.len() > MAX_ITEM_TOKENS {
        return Some(item_too_large(
            tokens[0].span(source).to(tokens[MAX_ITEM_TOKENS].span(source)),
        ));
    }
    let mut depth = Depth::default();
    for token in tokens {
        if token.kind == Kind::Word && token.end - token.start > MAX_NAME_LENGTH as u32 {
            return Some(name_too_long(token.span(source)));
        }
        match depth.add(*token, token.is_word(text, "not")) {
            Ok(()) => {}
            Err(Excess::Nesting) => return Some(nested_too_deep(token.span(source))),
            Err(Excess::List(open)) => {
                return Some(
                    list_too_long(token.span(source))
                        .label(open.span(source), "the list begins here"),
                );
            }
        }
    }
    None
}

enum Excess {
    Nesting,
    List(Token),
}

/// How deep the tokens so far are nested.
#[derive(Default)]
struct Depth {
    /// Every open sign, what it added to the depth, and the commas directly in it.
    open: Vec<(Token, usize, usize)>,
    /// The sum of what the open ones added.
    total: usize,
    /// `not`s in a row.
    nots: usize,
}

impl Depth {
    fn add(&mut self, token: Token, is_not: bool) -> Result<(), Excess> {
        match token.kind {
            _ if is_not => self.nots += 1,
            Kind::Sign(b'(' | b'[' | b'{') => self.enter(token),
            Kind::Sign(b')' | b']' | b'}') => self.leave(),
            Kind::Sign(b',') => return self.comma(),
            _ => self.nots = 0,
        }
        if self.total + self.nots > MAX_NESTING { Err(Excess::Nesting) } else { Ok(()) }
    }

    fn enter(&mut self, token: Token) {
        let added = self.nots + 1;
        self.nots = 0;
        self.total += added;
        self.open.push((token, added, 0));
    }

    fn leave(&mut self) {
        self.nots = 0;
        self.total -= self.open.pop().map_or(0, |(_, added, _)| added);
    }

    fn comma(&mut self) -> Result<(), Excess> {
        self.nots = 0;
        let Some((token, _, commas)) = self.open.last_mut() else { return Ok(()) };
        *commas += 1;
        if *commas > MAX_LIST { Err(Excess::List(*token)) } else { Ok(()) }
    }
}

fn item_too_large(span: crate::source::Span) -> Diagnostic {
    Diagnostic::error(codes::ITEM_TOO_LARGE, span, "this item has too many words")
        .note(format!("an item may have {MAX_ITEM_TOKENS} words and signs"))
        .help("split it into several items")
}

fn name_too_long(span: crate::source::Span) -> Diagnostic {
    Diagnostic::error(codes::NAME_TOO_LONG, span, "this name is too long")
        .note(format!("a name may have {MAX_NAME_LENGTH} characters"))
}

fn nested_too_deep(span: crate::source::Span) -> Diagnostic {
    Diagnostic::error(codes::NESTED_TOO_DEEP, span, "this is nested too deep")
        .note(format!("brackets and `not` may be nested {MAX_NESTING} deep"))
        .help("give a part of the condition a name with `let`")
}

fn list_too_long(span: crate::source::Span) -> Diagnostic {
    Diagnostic::error(codes::LIST_TOO_LONG, span, "this list is too long")
        .note(format!("a list may have {MAX_LIST} members"))
        .help("split it into several lists")
}
