//! The few lines of a source that a finding speaks of, made safe to show: long lines cut, control characters gone.

use std::ops::Range;

use crate::source::Source;

/// The most bytes of a line that are shown whole. Twenty screens; a formatted line has one hundred.
const MAX_LINE_BYTES: usize = 2_000;

/// How many bytes on either side of a place stay of a line that is cut: one screen.
const KEPT_BYTES: usize = 160;

/// Lines of a source, with a way from the source's bytes to theirs.
#[derive(Debug)]
pub(super) struct Window {
    /// The text to show.
    pub(super) text: String,
    /// The number of its first line, counted from one.
    pub(super) line: usize,
    /// Whether some line is not shown whole.
    pub(super) cut: bool,
    /// Where characters moved: bytes of the source and of `text`, rising. Between two entries both run in step.
    moves: Vec<(usize, usize)>,
}

/// The range as far as it lies in the text, at borders of characters.
pub(super) fn clamp(text: &str, range: Range<usize>) -> Range<usize> {
    let border = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = border(range.start);
    start..border(range.end).max(start)
}

/// Where the line begins that this byte is on.
fn line_start(text: &str, byte: usize) -> usize {
    text[..byte].rfind('\n').map_or(0, |at| at + 1)
}

/// Where the line ends that this byte is on, without its newline.
pub(super) fn line_end(text: &str, byte: usize) -> usize {
    text[byte..].find('\n').map_or(text.len(), |at| byte + at)
}

impl Window {
    /// The lines that these places are on, which must be clamped; at least one.
    pub(super) fn new(source: &Source, places: &[Range<usize>]) -> Window {
        let first = places.iter().map(|place| place.start).min().unwrap_or_default();
        let last = places.iter().map(|place| place.end).max().unwrap_or_default();
        let start = line_start(&source.text, first);
        let end = line_end(&source.text, last);
        let line = source.position(start).line;
        let mut window = Window { text: String::new(), line, cut: false, moves: Vec::new() };
        let mut at = start;
        for line in source.text[start..end].split('\n') {
            if at > start {
                window.text.push('\n');
            }
            window.push_line(&source.text, at..at + line.len(), places);
            at += line.len() + 1;
        }
        window
    }

    /// The bytes of the window that show the bytes of the source.
    pub(super) fn range(&self, place: &Range<usize>) -> Range<usize> {
        self.map(place.start)..self.map(place.end).max(self.map(place.start))
    }

    fn map(&self, byte: usize) -> usize {
        let after = self.moves.partition_point(|(from, _)| *from <= byte);
        let Some((from, to)) = after.checked_sub(1).map(|at| self.moves[at]) else { return 0 };
        let limit = self.moves.get(after).map_or(self.text.len(), |(_, next)| *next);
        (to + (byte - from)).min(limit)
    }

    fn push_line(&mut self, text: &str, line: Range<usize>, places: &[Range<usize>]) {
        let shown = text[line.clone()].strip_suffix('\r').unwrap_or(&text[line.clone()]);
        let end = line.start + shown.len();
        for kept in kept(text, line.start..end, places) {
            self.push_gap(kept.start > line.start, kept.start);
            self.push_piece(text, kept);
        }
    }

    /// An ellipsis for what was cut before `byte`.
    fn push_gap(&mut self, cut: bool, byte: usize) {
        if cut {
            self.text.push('…');
            self.cut = true;
        }
        self.moves.push((byte, self.text.len()));
    }

    fn push_piece(&mut self, text: &str, piece: Range<usize>) {
        for (at, character) in text[piece.clone()].char_indices() {
            let shown = visible(character);
            self.text.push(shown);
            if shown.len_utf8() != character.len_utf8() {
                self.moves.push((piece.start + at + character.len_utf8(), self.text.len()));
            }
        }
        self.moves.push((piece.end, self.text.len()));
    }
}

/// The parts of a line that are shown: all of it, or what is near a place; the first is its beginning.
fn kept(text: &str, line: Range<usize>, places: &[Range<usize>]) -> Vec<Range<usize>> {
    if line.len() <= MAX_LINE_BYTES {
        return vec![line];
    }
    let ends = places.iter().flat_map(|place| [place.start, place.end]);
    let near = ends.filter(|at| line.start <= *at && *at <= line.end);
    let mut around: Vec<Range<usize>> = near
        .chain([line.start])
        .map(|at| at.saturating_sub(KEPT_BYTES).max(line.start)..(at + KEPT_BYTES).min(line.end))
        .map(|range| clamp(text, range))
        .collect();
    around.sort_by_key(|range| (range.start, range.end));
    around.into_iter().fold(Vec::new(), |mut merged: Vec<Range<usize>>, next| {
        match merged.last_mut() {
            Some(last) if next.start <= last.end => last.end = last.end.max(next.end),
            _ => merged.push(next),
        }
        merged
    })
}

/// The character, or a mark in place of one that would command the terminal or reorder the line.
pub fn visible(character: char) -> char {
    match character {
        '\t' | '\n' => character,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => '\u{fffd}',
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        other => other,
    }
}
