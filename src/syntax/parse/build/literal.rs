//! Values: strings with their escapes, numbers within bounds.

use super::{Builder, Node, Parts, Rule};
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{DurationUnit, Literal, LiteralValue, Operand};
use crate::syntax::codes;

impl Builder<'_> {
    pub(super) fn operand(&mut self, node: Node<'_>) -> Operand {
        match node.as_rule() {
            Rule::list => self.list(node),
            _ => Operand::One(self.literal(node)),
        }
    }

    fn list(&mut self, node: Node<'_>) -> Operand {
        let span = self.span(&node);
        Operand::List(Parts::of(node).map(|member| self.literal(member)).collect(), span)
    }

    pub(super) fn literal(&mut self, node: Node<'_>) -> Literal {
        let span = self.span(&node);
        let value = match node.as_rule() {
            Rule::string => LiteralValue::String(self.string(&node).node),
            Rule::instant => LiteralValue::Instant(node.as_str().to_owned()),
            Rule::date => LiteralValue::Date(node.as_str().to_owned()),
            Rule::time_of_day => LiteralValue::TimeOfDay(self.time_of_day(&node)),
            Rule::address => address(node),
            Rule::duration => self.duration_value(node),
            Rule::integer => LiteralValue::Integer(self.integer(&node)),
            _ => LiteralValue::Word(node.as_str().to_owned()),
        };
        Literal { value, span }
    }

    /// `15 minutes`
    pub(super) fn duration(&mut self, node: Node<'_>) -> Literal {
        let span = self.span(&node);
        Literal { value: self.duration_value(node), span }
    }

    fn duration_value(&mut self, node: Node<'_>) -> LiteralValue {
        let span = self.span(&node);
        let mut parts = Parts::of(node);
        let count = parts.part();
        let unit = unit(parts.part().as_str());
        let seconds =
            count.as_str().parse::<u64>().ok().and_then(|count| count.checked_mul(unit.seconds()));
        let seconds = seconds.filter(|seconds| i64::try_from(*seconds).is_ok());
        LiteralValue::Duration(self.in_range(seconds, span, "duration"), unit)
    }

    fn integer(&mut self, node: &Node<'_>) -> i64 {
        let span = self.span(node);
        self.in_range(node.as_str().parse().ok(), span, "number")
    }

    fn time_of_day(&mut self, node: &Node<'_>) -> u32 {
        let span = self.span(node);
        self.in_range(seconds_since_midnight(node.as_str()), span, "time of day")
    }

    fn in_range<T: Default>(&mut self, value: Option<T>, span: Span, kind: &str) -> T {
        value.unwrap_or_else(|| {
            let message = format!("this {kind} is out of range");
            let diagnostic = Diagnostic::error(codes::OUT_OF_RANGE, span, message);
            self.findings.push(match kind {
                "time of day" => diagnostic.note("the day goes from 00:00 to 24:00"),
                _ => diagnostic.note("it needs more than 63 bits"),
            });
            T::default()
        })
    }

    /// A string without its quotes and escapes.
    pub(super) fn string(&mut self, node: &Node<'_>) -> Spanned<String> {
        let span = self.span(node);
        let quoted = node.as_str();
        let inside = &quoted[1..quoted.len() - 1];
        Spanned::new(self.unescape(inside, span.start as usize + 1), span)
    }

    fn unescape(&mut self, mut rest: &str, mut at: usize) -> String {
        let mut text = String::with_capacity(rest.len());
        while let Some(plain) = rest.find('\\') {
            text.push_str(&rest[..plain]);
            let (character, length) = escape(&rest[plain..]);
            match character {
                Some(character) => text.push(character),
                None => self.unknown_escape(at + plain, &rest[plain..plain + length]),
            }
            rest = &rest[plain + length..];
            at += plain + length;
        }
        text + rest
    }

    fn unknown_escape(&mut self, at: usize, escape: &str) {
        let span = Span::new(self.source, at, at + escape.len());
        let message = format!("`{escape}` is no escape");
        self.findings.push(
            Diagnostic::error(codes::UNKNOWN_ESCAPE, span, message)
                .note(r#"the escapes are `\"`, `\\`, `\n`, `\t` and `\u{…}` with the number of a character in hexadecimal"#)
                .help(r"a backslash itself is written `\\`"),
        );
    }
}

/// The character that an escape at the start of `text` stands for, and the escape's length in bytes.
fn escape(text: &str) -> (Option<char>, usize) {
    let Some(letter) = text[1..].chars().next() else { return (None, 1) };
    let length = 1 + letter.len_utf8();
    match letter {
        '"' | '\\' => (Some(letter), length),
        'n' => (Some('\n'), length),
        't' => (Some('\t'), length),
        'u' => unicode_escape(text),
        _ => (None, length),
    }
}

/// `\u{1f512}`
fn unicode_escape(text: &str) -> (Option<char>, usize) {
    let digits =
        text.strip_prefix("\\u{").and_then(|rest| rest.split_once('}')).map(|(digits, _)| digits);
    let Some(digits) = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    else {
        return (None, 2);
    };
    let character = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
    (character, digits.len() + 4)
}

fn seconds_since_midnight(text: &str) -> Option<u32> {
    let mut parts = text.split(':').map(|part| part.parse::<u32>().ok());
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = parts.next().unwrap_or(Some(0))?;
    let sum = hours * 3600 + minutes * 60 + seconds;
    (minutes < 60 && seconds < 60 && sum <= 86_400).then_some(sum)
}

fn unit(word: &str) -> DurationUnit {
    match word.trim_end_matches('s') {
        "second" => DurationUnit::Seconds,
        "minute" => DurationUnit::Minutes,
        "hour" => DurationUnit::Hours,
        "day" => DurationUnit::Days,
        _ => DurationUnit::Weeks,
    }
}

fn address(node: Node<'_>) -> LiteralValue {
    let mut ends = Parts::of(node);
    let first = ends.part().as_str().to_owned();
    match ends.next() {
        None => LiteralValue::Address(first),
        Some(last) => LiteralValue::AddressRange(first, last.as_str().to_owned()),
    }
}
