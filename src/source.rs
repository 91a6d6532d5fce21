//! Policy text as it was read: files, places in them, lines and columns.

pub mod read;

use std::fmt;

/// The number of a source in its [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u32);

impl SourceId {
    /// The prelude's own source: always the first of every [`Sources`].
    pub const PRELUDE: SourceId = SourceId(0);

    /// How many sources were there before it.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A stretch of bytes in one source, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Which source.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The span of the bytes `start..end` of `source`.
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let cap = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { source, start: cap(start), end: cap(end) }
    }

    /// The smallest span that covers both; `other` must lie in the same source.
    pub fn to(self, other: Span) -> Self {
        Span {
            source: self.source,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// The bytes as a range.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value and the place where it was written.
#[derive(Debug, Clone)]
pub struct Spanned<T> {
    /// What was written.
    pub node: T,
    /// Where.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// `node`, written at `span`.
    pub fn new(node: T, span: Span) -> Self {
        Spanned { node, span }
    }
}

/// Two nodes are equal when they say the same, wherever they stand.
impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl<T: Eq> Eq for Spanned<T> {}

/// One file, or one piece of text given by a program.
#[derive(Clone)]
pub struct Source {
    /// A path or another name to call it by.
    pub name: String,
    /// Its whole text.
    pub text: String,
    line_starts: Vec<u32>,
}

/// Without the text: a program that ends with an error of policies prints it, and the prelude is long.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("name", &self.name).field("bytes", &self.text.len()).finish()
    }
}

impl Source {
    fn new(name: String, text: String) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0)
            .chain(newlines.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX)))
            .collect();
        Source { name, text, line_starts }
    }

    /// Line and column of a byte, both counted from one, the column in characters.
    pub fn position(&self, byte: usize) -> Position {
        let byte = byte.min(self.text.len());
        let line = self.line_starts.partition_point(|start| *start as usize <= byte) - 1;
        let start = self.line_starts[line] as usize;
        let column = self.text.get(start..byte).map_or(byte - start, |text| text.chars().count());
        Position { line: line + 1, column: column + 1 }
    }
}

/// A line and a column, both counted from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// All the sources of one policy set, in the order in which they were added.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    list: Vec<Source>,
}

impl Sources {
    /// No source at all.
    pub fn new() -> Self {
        Sources::default()
    }

    /// Takes a text in under a name and says which number it got.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let id = SourceId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.list.push(Source::new(name.into(), text.into()));
        id
    }

    /// The source of that number.
    ///
    /// # Panics
    /// When `id` came from another `Sources`.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.list[id.index()]
    }

    /// The words at `span`.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source).text.get(span.range()).unwrap_or_default()
    }

    /// Every source with its number.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.list
            .iter()
            .enumerate()
            .map(|(at, source)| (SourceId(u32::try_from(at).unwrap_or(u32::MAX)), source))
    }
}
