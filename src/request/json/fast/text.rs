//! JSON text, read from front to back for the visitors of the fast reader.
//!
//! It gives what `serde_json` would give of the same text, or nothing: texts with escapes it lets `serde_json` read, and of
//! numbers it takes integers of 64 bits. It keeps no places and no messages, and a text without escapes is handed over as it
//! stands. What it costs beside parsing alone, `cargo bench --bench json -- --count` counts.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

/// Something stands in the way. What it is, the slow reader finds out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl std::error::Error for Refused {}

impl Error for Refused {
    fn custom<T: fmt::Display>(_: T) -> Refused {
        Refused
    }
}

/// A text, and how far it has been read.
pub(super) struct Reader<'de> {
    text: &'de str,
    at: usize,
}

impl<'de> Reader<'de> {
    pub(super) fn new(text: &'de str) -> Reader<'de> {
        Reader { text, at: 0 }
    }

    /// Nothing may follow.
    pub(super) fn end(&mut self) -> Result<(), Refused> {
        if self.next_byte().is_none() { Ok(()) } else { Err(Refused) }
    }

    /// The next byte that is no space; it is not taken.
    #[inline]
    fn next_byte(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.as_bytes().get(self.at)?;
            if !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    /// Takes this byte, after any spaces.
    #[inline]
    fn take(&mut self, byte: u8) -> Result<(), Refused> {
        if self.next_byte() != Some(byte) {
            return Err(Refused);
        }
        self.at += 1;
        Ok(())
    }

    /// Takes a word that begins here.
    fn word(&mut self, word: &str) -> Result<(), Refused> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(Refused);
        }
        self.at += word.len();
        Ok(())
    }

    /// Takes a text.
    #[inline]
    fn string<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Refused> {
        self.take(b'"')?;
        let start = self.at;
        self.at = ordinary(self.text.as_bytes(), start);
        match self.text.as_bytes().get(self.at) {
            Some(b'"') => {
                let text = self.text.get(start..self.at).ok_or(Refused)?;
                self.at += 1;
                visitor.visit_borrowed_str(text)
            }
            Some(b'\\') => self.escaped(start, visitor),
            _ => Err(Refused),
        }
    }

    /// A text with escapes, whose first byte is that one.
    #[cold]
    fn escaped<V: Visitor<'de>>(&mut self, start: usize, visitor: V) -> Result<V::Value, Refused> {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at) == Some(&b'\\') {
            // What an escape says is not looked at here, but a quote is not the end.
            self.at = ordinary(bytes, self.at + 2);
        }
        self.take(b'"')?;
        let quoted = self.text.get(start - 1..self.at).ok_or(Refused)?;
        let text: String = serde_json::from_str(quoted).map_err(|_| Refused)?;
        visitor.visit_string(text)
    }

    /// Takes an integer that fits.
    fn number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Refused> {
        let rest = self.text.get(self.at..).ok_or(Refused)?;
        let sign = usize::from(rest.starts_with('-'));
        let bytes = rest.as_bytes().get(sign..).unwrap_or_default();
        let digits = bytes.iter().take_while(|it| it.is_ascii_digit()).count();
        let plain = !matches!(bytes.get(digits), Some(b'.' | b'e' | b'E'));
        // `-0` is no integer, and other numbers do not begin with a zero.
        let zero = bytes.first() == Some(&b'0') && digits + sign > 1;
        if digits == 0 || zero || !plain {
            return Err(Refused);
        }
        let number = rest.get(..sign + digits).ok_or(Refused)?;
        self.at += number.len();
        if sign == 1 {
            visitor.visit_i64(number.parse().map_err(|_| Refused)?)
        } else {
            visitor.visit_u64(number.parse().map_err(|_| Refused)?)
        }
    }
}

/// Where the first byte from here on is that a text does not have as it is: a quote, a backslash, a control character.
/// Eight are looked at at once.
#[inline]
fn ordinary(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    while let Some(&eight) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(eight);
        let is_zero = |word: u64| word.wrapping_sub(ONES) & !word;
        let quote = is_zero(word ^ (ONES * u64::from(b'"')));
        let backslash = is_zero(word ^ (ONES * u64::from(b'\\')));
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        // The lowest bit that is set is exact; those above it may be too much.
        let met = (quote | backslash | control) & HIGH;
        if met != 0 {
            return at + met.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | ..0x20);
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(special).unwrap_or(rest.len())
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.next_byte().ok_or(Refused)? {
            b'"' => self.string(visitor),
            b'n' => self.word("null").and_then(|()| visitor.visit_unit()),
            b't' => self.word("true").and_then(|()| visitor.visit_bool(true)),
            b'f' => self.word("false").and_then(|()| visitor.visit_bool(false)),
            b'{' => self.deserialize_map(visitor),
            b'[' => self.deserialize_seq(visitor),
            b'-' | b'0'..=b'9' => self.number(visitor),
            _ => Err(Refused),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        if self.next_byte() == Some(b'n') {
            self.word("null")?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let mut members = Members::of(self, b'{', b'}')?;
        let value = visitor.visit_map(&mut members)?;
        members.whole(value)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let mut members = Members::of(self, b'[', b']')?;
        let value = visitor.visit_seq(&mut members)?;
        members.whole(value)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct newtype_struct
        tuple tuple_struct struct enum identifier ignored_any
    }
}

/// The members of an object or a list.
struct Members<'a, 'de> {
    reader: &'a mut Reader<'de>,
    close: u8,
    first: bool,
    ended: bool,
}

impl<'a, 'de> Members<'a, 'de> {
    fn of(reader: &'a mut Reader<'de>, open: u8, close: u8) -> Result<Members<'a, 'de>, Refused> {
        reader.take(open)?;
        Ok(Members { reader, close, first: true, ended: false })
    }

    /// Whether there is another; what stands between two of them is taken.
    #[inline]
    fn more(&mut self) -> Result<bool, Refused> {
        if self.ended {
            return Ok(false);
        }
        if self.reader.next_byte() == Some(self.close) {
            self.reader.at += 1;
            self.ended = true;
            return Ok(false);
        }
        if !std::mem::take(&mut self.first) {
            self.reader.take(b',')?;
        }
        Ok(true)
    }

    /// What was made of them, when all were seen.
    fn whole<T>(self, value: T) -> Result<T, Refused> {
        if self.ended { Ok(value) } else { Err(Refused) }
    }
}

impl<'de> MapAccess<'de> for &mut Members<'_, 'de> {
    type Error = Refused;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Refused> {
        if self.more()? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        self.reader.take(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

impl<'de> SeqAccess<'de> for &mut Members<'_, 'de> {
    type Error = Refused;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Refused> {
        if self.more()? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::random::{count, garble, rng};
    use serde::Deserialize;
    use serde_json::Value;

    fn read(text: &str) -> Result<Value, Refused> {
        let mut reader = Reader::new(text);
        let value = Value::deserialize(&mut reader)?;
        reader.end().map(|()| value)
    }

    #[test]
    fn what_is_plain_is_read_as_serde_json_reads_it() {
        for text in [
            "null",
            " [ ] ",
            "{\n}\t\r",
            "[1,-1,0,18446744073709551615,-9223372036854775808]",
            r#"{"a":{"b":[true,false,null,"x"]},"":"äöü, longer than eight bytes"}"#,
            r#"["\"", "a\\", "\\\"b", "ä\u00e4\n12345678", "\ud83d\ude00"]"#,
            r#""exactly8""#,
        ] {
            let expected: Value = serde_json::from_str(text).expect(text);
            assert_eq!(read(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_or_out_of_the_ordinary_is_refused() {
        for text in [
            "",
            " ",
            "nul",
            "nulll",
            "[",
            "]",
            "[,]",
            "[1,]",
            "[1 2]",
            "[1}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{,}",
            "{1:2}",
            "\"",
            "\"a",
            "\"\\\"",
            "\"\\x\"",
            "\"\\ud800\"",
            "\"a\nb\"",
            "\"12345678\u{1}\"",
            "01",
            "-0",
            "-",
            "+1",
            "1.0",
            "1e2",
            "18446744073709551616",
            "-9223372036854775809",
            "1 1",
            "'a'",
            "\u{feff}1",
            "\u{a0}1",
        ] {
            assert_eq!(read(text), Err(Refused), "{text:?}");
        }
    }

    #[test]
    fn what_is_garbled_is_read_as_serde_json_reads_it_or_not_at_all() {
        let (mut rng, seed) = rng();
        let text =
            r#"{"user":{"id":"a\u00e4\\","groups":["0c5e9b0e-5d0c","ö"],"x":[-12,0,{}]},"t":null}"#;
        for _ in 0..count("LATCH_CASES", 20_000) {
            let mut bytes = text.as_bytes().to_vec();
            garble(&mut rng, &mut bytes);
            let text = String::from_utf8_lossy(&bytes);
            if let Ok(value) = read(&text) {
                let expected: Option<Value> = serde_json::from_str(&text).ok();
                assert_eq!(Some(value), expected, "LATCH_SEED={seed}: {text}");
            }
        }
    }
}
