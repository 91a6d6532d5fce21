//! The line on which a value stands: the way to it is walked again through the text, only once something is wrong.

use crate::request::json::error::Step;

/// The line, from 1, of the value at the end of `trail`, or of the last value on the way that exists. `text` is
/// valid JSON.
pub(super) fn line_of(text: &str, trail: &[Step]) -> usize {
    let mut cursor = Cursor { bytes: text.as_bytes(), at: 0 };
    cursor.space();
    for step in trail {
        let start = cursor.at;
        let found = match step {
            Step::Key(key) => cursor.enter_key(text, key),
            Step::Item(number) => cursor.enter_item(*number),
        };
        if found.is_none() {
            cursor.at = start;
            break;
        }
    }
    1 + text.as_bytes().iter().take(cursor.at).filter(|byte| **byte == b'\n').count()
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Passes one byte and the white space behind it, if it is this one.
    fn pass(&mut self, byte: u8) -> Option<()> {
        if self.peek()? != byte {
            return None;
        }
        self.at += 1;
        self.space();
        Some(())
    }

    /// Passes a string and the white space behind it; its bytes, quotes included.
    fn string(&mut self) -> Option<std::ops::Range<usize>> {
        let start = self.at;
        self.at += 1;
        while self.peek()? != b'"' {
            self.at += if self.peek()? == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
        let end = self.at;
        self.space();
        Some(start..end)
    }

    /// Passes a value of any kind and the white space behind it.
    fn value(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                }
                b'[' | b'{' => {
                    depth += 1;
                    self.at += 1;
                }
                b']' | b'}' if depth == 0 => break,
                b']' | b'}' => {
                    depth -= 1;
                    self.at += 1;
                }
                b',' if depth == 0 => break,
                _ => self.at += 1,
            }
        }
        Some(())
    }

    fn enter_key(&mut self, text: &str, key: &str) -> Option<()> {
        self.pass(b'{')?;
        loop {
            let name = self.string()?;
            self.pass(b':')?;
            if serde_json::from_str::<String>(text.get(name)?).is_ok_and(|name| name == key) {
                return Some(());
            }
            self.value()?;
            self.pass(b',')?;
        }
    }

    fn enter_item(&mut self, number: usize) -> Option<()> {
        self.pass(b'[')?;
        for _ in 0..number {
            self.value()?;
            self.pass(b',')?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_every_value_is_found() {
        let text = "{\n \"a\": [1,\n  {\"x\": \"}]\\\",\"},\n  [2]\n ],\n \"b\\u0063\":\n 3}";
        let key = |key: &str| Step::Key(key.to_owned());
        let line = |trail: &[Step]| line_of(text, trail);
        assert_eq!(line(&[]), 1);
        assert_eq!(line(&[key("a")]), 2);
        assert_eq!(line(&[key("a"), Step::Item(1), key("x")]), 3);
        assert_eq!(line(&[key("a"), Step::Item(2), Step::Item(0)]), 4);
        assert_eq!(line(&[key("bc")]), 7);
        assert_eq!(line(&[key("a"), Step::Item(9)]), 2, "the last that exists");
        assert_eq!(line_of("", &[key("a")]), 1);
    }
}
