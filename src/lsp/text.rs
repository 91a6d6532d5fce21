//! A text as an editor speaks of it: lines, columns in UTF-16 units, edits.

use lsp_types::{Position, Range, TextDocumentContentChangeEvent};

/// A text with the starts of its lines. An editor ends lines with `\n`, `\r\n` or `\r`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    text: String,
    starts: Vec<usize>,
}

impl Text {
    pub(super) fn new(text: String) -> Text {
        let starts = starts(&text);
        Text { text, starts }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The byte of a position. What lies behind the end of a line is its end, what lies behind the last line the end of
    /// the text, and the middle of a character its start: so the protocol wants it.
    pub(super) fn offset(&self, position: Position) -> usize {
        let Some(start) = self.starts.get(position.line as usize) else { return self.text.len() };
        let line = self.line(position.line as usize);
        let mut units = 0;
        for (at, character) in line.char_indices() {
            units += character.len_utf16();
            if units > position.character as usize {
                return start + at;
            }
        }
        start + line.len()
    }

    /// The position of a byte.
    pub(super) fn position(&self, byte: usize) -> Position {
        let byte = byte.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= byte).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let before = self.text.get(start..byte).unwrap_or_default();
        let units: usize = before.chars().map(char::len_utf16).sum();
        Position { line: number(line), character: number(units) }
    }

    /// The range of some bytes.
    pub(super) fn range(&self, bytes: std::ops::Range<usize>) -> Range {
        Range { start: self.position(bytes.start), end: self.position(bytes.end) }
    }

    /// Takes in an edit.
    pub(super) fn edit(&mut self, change: TextDocumentContentChangeEvent) {
        match change.range {
            None => self.text = change.text,
            Some(range) => {
                let (one, other) = (self.offset(range.start), self.offset(range.end));
                self.text.replace_range(one.min(other)..one.max(other), &change.text);
            }
        }
        self.starts = starts(&self.text);
    }

    /// A line without its end.
    fn line(&self, number: usize) -> &str {
        let start = self.starts.get(number).copied().unwrap_or(self.text.len());
        let end = self.starts.get(number + 1).copied().unwrap_or(self.text.len());
        let line = self.text.get(start..end).unwrap_or_default();
        line.trim_end_matches(['\n', '\r'])
    }
}

/// The bytes at which lines start.
fn starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect()
}

/// The protocol counts in 32 bits; no text here is that long.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_count_utf_16_and_lines_end_in_three_ways() {
        let text = Text::new("a🔒b\r\nc\rd\né".to_owned());
        for (position, byte) in
            [(at(0, 0), 0), (at(0, 1), 1), (at(0, 3), 5), (at(1, 0), 8), (at(2, 0), 10)]
        {
            assert_eq!(text.offset(position), byte, "{position:?}");
            assert_eq!(text.position(byte), position, "{byte}");
        }
        assert_eq!(text.position(14), at(3, 1));
        // The middle of a character, behind a line, behind the text.
        assert_eq!(text.offset(at(0, 2)), 1);
        assert_eq!(text.offset(at(0, 99)), 6);
        assert_eq!(text.offset(at(9, 0)), 14);
    }

    /// An editor that edits UTF-16 units says the same as this.
    #[test]
    fn edits_keep_up_with_an_editor() {
        let seed = std::env::var("LATCH_SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(7);
        let mut rng = fastrand::Rng::with_seed(seed);
        let pieces = ["a", "🔒", "\n", "\r\n", "é", "policy x", " ", "\r", ""];
        let mut text = Text::new(String::new());
        let mut mirror: Vec<u16> = Vec::new();
        for step in 0..2_000 {
            let cuts = [rng.usize(0..=mirror.len()), rng.usize(0..=mirror.len())];
            let cuts = cuts.map(|cut| snapped(&mirror, cut));
            let (from, to) = (cuts[0].min(cuts[1]), cuts[0].max(cuts[1]));
            let to = if mirror.len() > 200 { to } else { from.max(to.min(from + 3)) };
            let to = snapped(&mirror, to);
            let new = pieces[rng.usize(..pieces.len())];
            let range = Range { start: place(&mirror, from), end: place(&mirror, to) };
            text.edit(TextDocumentContentChangeEvent {
                range: Some(range),
                range_length: None,
                text: new.to_owned(),
            });
            mirror.splice(from..to, new.encode_utf16());
            assert_eq!(
                text.as_str(),
                String::from_utf16(&mirror).expect("whole characters"),
                "step {step}, LATCH_SEED={seed}"
            );
            assert_eq!(text, Text::new(text.as_str().to_owned()), "LATCH_SEED={seed}");
        }
    }

    /// The next place that is neither inside a character nor between the two signs of a line's end.
    fn snapped(mirror: &[u16], at: usize) -> usize {
        let inside = mirror.get(at).is_some_and(|unit| (0xdc00..0xe000).contains(unit));
        let torn = at > 0 && mirror.get(at - 1) == Some(&13) && mirror.get(at) == Some(&10);
        at + usize::from(inside || torn)
    }

    fn place(mirror: &[u16], at: usize) -> Position {
        let mut position = Position::default();
        for (index, unit) in mirror.iter().enumerate().take(at) {
            let ends = *unit == 10 || (*unit == 13 && mirror.get(index + 1) != Some(&10));
            if ends {
                position = Position { line: position.line + 1, character: 0 };
            } else {
                position.character += 1;
            }
        }
        position
    }
}
