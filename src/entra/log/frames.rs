//! A stream cut into records: lines, lists, pages, objects after each other. Keeps no more than one record.
//!
//! ```text
//! {…}⏎{…}⏎            lines: counted by line
//! [ {…}, {…} ]        a list
//! {"value": [ … ]}    a page of Graph; {"records": [ … ]} of the diagnostic log; several after each other
//! {⏎…⏎}{⏎…⏎}          objects after each other
//! ```

use std::io::{self, Read};
use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr};

use crate::entra::log::scan::{Head, Progress, Scan, head};

/// How much is read at once: what a pipe holds.
const CHUNK: usize = 64 * 1024;

/// How much of an object is looked at to tell whether it is a page: the context of a page is an address, and addresses
/// end at 2,048 characters nearly everywhere.
const MAX_HEAD: usize = 4_096;

/// A record of a stream, or what stands in its place.
#[derive(Debug)]
pub(super) enum Frame {
    /// The bytes of a record in [`Frames::bytes`].
    Record(Range<usize>),
    /// Why there is none.
    Bad(String),
}

/// What surrounds the next record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Top,
    Lines,
    List { page: bool },
    PageEnd,
    Done,
}

/// Cuts a stream into records.
#[derive(Debug)]
pub(super) struct Frames<R> {
    input: R,
    limit: usize,
    buffer: Vec<u8>,
    filled: usize,
    /// Where the next record begins.
    start: usize,
    /// How far it has been looked at.
    at: usize,
    ended: bool,
    level: Level,
    /// Lines that ended before `start`.
    lines: u64,
    /// How far in `start` is, if nothing stands before it on its line.
    indent: Option<usize>,
    records: u64,
    /// Whether records are counted by their lines; nobody knows before the first has ended.
    by_line: Option<bool>,
}

impl<R: Read> Frames<R> {
    /// Records of at most `limit` bytes.
    pub(super) fn new(input: R, limit: usize) -> Frames<R> {
        Frames {
            input,
            limit,
            buffer: Vec::new(),
            filled: 0,
            start: 0,
            at: 0,
            ended: false,
            level: Level::Top,
            lines: 0,
            indent: Some(0),
            records: 0,
            by_line: None,
        }
    }

    /// Whether numbers are those of lines.
    pub(super) fn counts_lines(&self) -> bool {
        self.by_line != Some(false)
    }

    /// The bytes of a frame.
    pub(super) fn bytes(&self, range: Range<usize>) -> &[u8] {
        self.buffer.get(range).unwrap_or_default()
    }

    /// The next record with its number.
    pub(super) fn next(&mut self) -> io::Result<Option<(u64, Frame)>> {
        loop {
            let found = match self.level {
                Level::Top => self.top()?,
                Level::Lines => self.line()?,
                Level::List { page } => self.member(page)?,
                Level::PageEnd => self.page_end()?,
                Level::Done => return Ok(None),
            };
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    /// Reads more; whether there was more.
    fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        if self.start > 0 && (self.start == self.filled || self.filled == self.buffer.len()) {
            self.buffer.copy_within(self.start..self.filled, 0);
            self.filled -= self.start;
            self.at -= self.start;
            self.start = 0;
        }
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.filled + CHUNK.max(self.filled), 0);
        }
        loop {
            match self.input.read(&mut self.buffer[self.filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.level = Level::Done;
                    return Err(error);
                }
                Ok(0) => {
                    self.ended = true;
                    return Ok(false);
                }
                Ok(read) => {
                    self.filled += read;
                    return Ok(true);
                }
            }
        }
    }

    /// The bytes that were not looked at.
    fn rest(&self) -> &[u8] {
        &self.buffer[self.at..self.filled]
    }

    /// Gives up everything before a byte.
    fn pass_to(&mut self, at: usize) {
        let passed = &self.buffer[self.start..at];
        self.lines += memchr_iter(b'\n', passed).count() as u64;
        let (before, line) = match memrchr(b'\n', passed) {
            Some(end) => (Some(0), &passed[end + 1..]),
            None => (self.indent, passed),
        };
        let blank = line.iter().all(|byte| matches!(byte, b' ' | b'\t'));
        self.indent = before.filter(|_| blank).map(|before| before + line.len());
        self.start = at;
        self.at = at;
    }

    /// Passes over spaces and `also`; the next byte, if there is one.
    fn next_byte(&mut self, also: &[u8]) -> io::Result<Option<u8>> {
        loop {
            let skipped = |byte: &u8| byte.is_ascii_whitespace() || also.contains(byte);
            let found = self.rest().iter().position(|byte| !skipped(byte));
            let at = found.map_or(self.filled, |found| self.at + found);
            self.pass_to(at);
            if found.is_some() {
                return Ok(Some(self.buffer[at]));
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// The number of a record that begins at `start`.
    fn number(&mut self) -> u64 {
        self.records += 1;
        if self.counts_lines() { self.lines + 1 } else { self.records }
    }

    fn bad(&mut self, why: impl Into<String>) -> Option<(u64, Frame)> {
        Some((self.number(), Frame::Bad(why.into())))
    }

    /// At the top: an object, a list, or something that is neither.
    fn top(&mut self) -> io::Result<Option<(u64, Frame)>> {
        // A record separator (RFC 7464) and the comma of lists without brackets are passed over too.
        match self.next_byte(&[0x1e, b','])? {
            None => self.level = Level::Done,
            Some(b'[') => {
                self.pass_to(self.start + 1);
                self.by_line = Some(false);
                self.level = Level::List { page: false };
            }
            Some(b'{') => match self.head()? {
                Some(used) => {
                    self.pass_to(self.start + used);
                    self.by_line = Some(false);
                    self.level = Level::List { page: true };
                }
                None => return self.value(Some(0)),
            },
            Some(_) => {
                let found = self.bad("expected an object");
                // As long as there may be lines, each is told of.
                let any = self.by_line.is_none();
                self.resume(Some(0), any)?;
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// How many bytes stand before the first record, if the object at `start` is a page.
    fn head(&mut self) -> io::Result<Option<usize>> {
        loop {
            let seen = &self.buffer[self.start..self.filled];
            match head(&seen[..seen.len().min(MAX_HEAD)]) {
                Head::Page(used) => return Ok(Some(used)),
                Head::Record => return Ok(None),
                Head::Undecided if seen.len() >= MAX_HEAD || !self.fill()? => return Ok(None),
                Head::Undecided => {}
            }
        }
    }

    /// The value that begins at `start`. After one that is broken the stream goes on at a line that begins as far in as
    /// this one, `indent`.
    fn value(&mut self, indent: Option<usize>) -> io::Result<Option<(u64, Frame)>> {
        let mut scan = Scan::default();
        // The number is asked for at the end, when it is known how they are counted; the lines are those at the start.
        let mut passed = 0;
        let began = self.lines;
        loop {
            match scan.feed(&self.buffer[self.at..self.filled]) {
                Progress::More => {
                    self.at = self.filled;
                    passed += self.give_up_if_long();
                    if !self.fill()? {
                        self.level = Level::Done;
                        return Ok(self.broken(began, "it does not end"));
                    }
                }
                Progress::End(used) => return self.ended(used, passed, began, scan.lines == 0),
                Progress::Broken(used, why) => {
                    self.at += used;
                    let here = scan.indent().is_some() && scan.indent() == indent;
                    let found = self.broken(began, why);
                    self.pass_to(self.at);
                    if !here {
                        self.resume(indent, false)?;
                    }
                    return Ok(found);
                }
            }
        }
    }

    /// Keeps no more of a record than it may have; how many bytes of it are given up.
    fn give_up_if_long(&mut self) -> usize {
        let length = self.at - self.start;
        if length <= self.limit {
            return 0;
        }
        self.pass_to(self.at);
        length
    }

    fn broken(&mut self, began: u64, why: &str) -> Option<(u64, Frame)> {
        let now = std::mem::replace(&mut self.lines, began);
        let found = self.bad(format!("this is no JSON: {why}"));
        self.lines = now;
        found
    }

    /// A value that ended after `used` bytes, of which `passed` were given up.
    fn ended(
        &mut self,
        used: usize,
        passed: usize,
        began: u64,
        one_line: bool,
    ) -> io::Result<Option<(u64, Frame)>> {
        let end = self.at + used;
        let length = passed + end - self.start;
        self.at = end;
        if self.level == Level::Top && self.by_line.is_none() {
            let lines = one_line && self.line_ends()?;
            self.by_line = Some(lines);
            self.level = if lines { Level::Lines } else { Level::Top };
        }
        let end = self.at;
        let now = std::mem::replace(&mut self.lines, began);
        let number = self.number();
        self.lines = now;
        let record = self.start..end;
        self.pass_to(end);
        let frame = match length <= self.limit {
            true => Frame::Record(record),
            false => Frame::Bad(too_long(length, self.limit)),
        };
        Ok(Some((number, frame)))
    }

    /// Whether nothing else stands on the line, from `at` on, where it stays.
    fn line_ends(&mut self) -> io::Result<bool> {
        loop {
            let spaces = [b' ', b'\t', b'\r'];
            match self.rest().iter().copied().find(|byte| !spaces.contains(byte)) {
                Some(byte) => return Ok(byte == b'\n'),
                None if !self.fill()? => return Ok(true),
                None => {}
            }
        }
    }

    /// Goes to the next line that begins an object so far in, or to `any` next line; where none can be told, or none
    /// comes, the stream is over.
    fn resume(&mut self, indent: Option<usize>, any: bool) -> io::Result<()> {
        loop {
            match memchr(b'\n', self.rest()) {
                None => {
                    self.pass_to(self.filled);
                    if !self.fill()? {
                        self.level = Level::Done;
                        return Ok(());
                    }
                }
                Some(found) => {
                    self.pass_to(self.at + found + 1);
                    if any || indent.is_some() && self.begins()? == indent {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// How far in the line at `start` begins an object or, at the very left, a list.
    fn begins(&mut self) -> io::Result<Option<usize>> {
        loop {
            let rest = self.rest();
            let spaces = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            match rest.get(spaces).copied() {
                Some(b'{') => return Ok(Some(spaces)),
                Some(b'[') if spaces == 0 && self.level == Level::Top => return Ok(Some(0)),
                Some(_) => return Ok(None),
                // Nobody indents further than a record is long.
                None if spaces > MAX_HEAD || !self.fill()? => return Ok(None),
                None => {}
            }
        }
    }

    /// A member of a list, or its end.
    fn member(&mut self, page: bool) -> io::Result<Option<(u64, Frame)>> {
        match self.next_byte(b",")? {
            None => {
                self.level = Level::Done;
                Ok(self.bad("the list does not end"))
            }
            Some(b']') => {
                self.pass_to(self.start + 1);
                self.level = if page { Level::PageEnd } else { Level::Top };
                Ok(None)
            }
            Some(b'{' | b'[') => {
                let indent = self.indent;
                self.value(indent)
            }
            Some(_) => self.scalar(),
        }
    }

    /// Something in a list that is no record.
    fn scalar(&mut self) -> io::Result<Option<(u64, Frame)>> {
        let found = self.bad("expected an object");
        let mut in_text = self.buffer[self.start] == b'"';
        self.pass_to(self.start + 1);
        loop {
            let ends = |byte: &u8| match in_text {
                true => matches!(byte, b'"' | b'\n'),
                false => matches!(byte, b',' | b']' | b'{'),
            };
            match self.rest().iter().position(ends) {
                Some(found) if in_text => {
                    in_text = false;
                    self.pass_to(self.at + found + 1);
                }
                Some(end) => {
                    self.pass_to(self.at + end);
                    return Ok(found);
                }
                None => {
                    self.pass_to(self.filled);
                    if !self.fill()? {
                        return Ok(found);
                    }
                }
            }
        }
    }

    /// What follows the list of a page: the rest of its object.
    fn page_end(&mut self) -> io::Result<Option<(u64, Frame)>> {
        let mut scan = Scan::in_object();
        loop {
            match scan.feed(&self.buffer[self.at..self.filled]) {
                Progress::More => {
                    self.pass_to(self.filled);
                    if !self.fill()? {
                        self.level = Level::Done;
                        return Ok(self.bad("the object around the list does not end"));
                    }
                }
                Progress::End(used) => {
                    self.pass_to(self.at + used);
                    self.level = Level::Top;
                    return Ok(None);
                }
                Progress::Broken(used, why) => {
                    self.level = Level::Top;
                    let found = self.bad(format!("the object around the list is no JSON: {why}"));
                    self.pass_to(self.at + used);
                    self.resume(Some(0), false)?;
                    return Ok(found);
                }
            }
        }
    }

    /// A line that is not blank.
    fn line(&mut self) -> io::Result<Option<(u64, Frame)>> {
        let mut passed = 0;
        loop {
            let Some(found) = memchr(b'\n', self.rest()) else {
                self.at = self.filled;
                passed += self.give_up_if_long();
                if self.fill()? {
                    continue;
                }
                self.level = Level::Done;
                return Ok(self.whole_line(self.filled, passed));
            };
            let end = self.at + found;
            let number = self.whole_line(end, passed);
            self.start = end + 1;
            self.at = end + 1;
            self.lines += 1;
            // A blank line is passed over without a way around.
            match number {
                None => passed = 0,
                found => return Ok(found),
            }
        }
    }

    /// The line from `start` to `end`, of which `passed` bytes were given up.
    fn whole_line(&mut self, end: usize, passed: usize) -> Option<(u64, Frame)> {
        let bytes = &self.buffer[self.start..end];
        let blanks = bytes.len() - bytes.trim_ascii_start().len();
        let record = self.start + blanks..self.start + bytes.trim_ascii_end().len();
        if passed == 0 && record.is_empty() {
            return None;
        }
        let length = passed + end - self.start;
        let frame = match length <= self.limit + 1 {
            true => Frame::Record(record),
            false => Frame::Bad(too_long(length, self.limit)),
        };
        self.records += 1;
        Some((self.lines + 1, frame))
    }
}

fn too_long(length: usize, limit: usize) -> String {
    format!("a record of {length} bytes; the limit is {limit}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::json::MAX_REQUEST_BYTES;

    /// Gives a few bytes at a time.
    struct Slowly<'a>(&'a [u8], usize);

    impl Read for Slowly<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn read(text: &[u8], piece: usize) -> (Vec<String>, bool) {
        let mut frames = Frames::new(Slowly(text, piece), MAX_REQUEST_BYTES);
        let mut found = Vec::new();
        while let Some((number, frame)) = frames.next().expect("it can be read") {
            found.push(match frame {
                Frame::Record(range) => {
                    format!("{number} {}", String::from_utf8_lossy(frames.bytes(range)))
                }
                Frame::Bad(why) => format!("{number} !{why}"),
            });
        }
        (found, frames.counts_lines())
    }

    /// The records, in whatever pieces the stream comes.
    fn records(text: &str) -> Vec<String> {
        let (whole, by_line) = read(text.as_bytes(), usize::MAX);
        for piece in 1..text.len().min(40) {
            assert_eq!(read(text.as_bytes(), piece), (whole.clone(), by_line), "{text} by {piece}");
        }
        whole
    }

    fn refused(text: &str) -> Vec<String> {
        let cut = |line: String| line.split_once('!').map_or(line.clone(), |(it, _)| it.to_owned());
        records(text).into_iter().map(cut).collect()
    }

    #[test]
    fn lines_are_counted_with_the_blank_ones() {
        assert_eq!(
            records("{\"a\":1}\n\n {\"b\":2} \r\nx\n{\"c\""),
            ["1 {\"a\":1}", "3 {\"b\":2}", "4 x", "5 {\"c\""]
        );
        assert_eq!(records("\n\n{}\n{}"), ["3 {}", "4 {}"]);
        assert_eq!(records(""), [""; 0]);
        assert_eq!(records("  \n "), [""; 0]);
        assert_eq!(records("{}"), ["1 {}"]);
    }

    #[test]
    fn lists_and_pages_are_counted_by_record() {
        assert_eq!(records("[{\"a\":[1]} , {}\n,\n{}]"), ["1 {\"a\":[1]}", "2 {}", "3 {}"]);
        assert_eq!(records("[]"), [""; 0]);
        let page = "{\"@odata.context\":\"x\",\"value\":[{\"a\":1},{}],\"@odata.nextLink\":\"]}\"}";
        assert_eq!(records(page), ["1 {\"a\":1}", "2 {}"]);
        let pages = format!("{page}\n{{\"records\":[{{}}]}}\n");
        assert_eq!(records(&pages), ["1 {\"a\":1}", "2 {}", "3 {}"]);
        assert_eq!(records("[{}]\n[{},{}]"), ["1 {}", "2 {}", "3 {}"]);
        assert_eq!(records("{\"records\":[]}"), [""; 0]);
    }

    #[test]
    fn objects_stand_after_each_other() {
        assert_eq!(records("{\n\"a\":1\n}\n{\n}"), ["1 {\n\"a\":1\n}", "2 {\n}"]);
        assert_eq!(records("{}{}{}"), ["1 {}", "2 {}", "3 {}"]);
        assert_eq!(records("\u{1e}{}\n\u{1e}{}\n"), ["1 {}", "2 \u{1e}{}"]);
    }

    #[test]
    fn a_broken_record_ends_where_the_next_line_begins_like_it() {
        assert_eq!(refused("{\"a\":\"x\n{}\n{}"), ["1 ", "2 {}", "3 {}"]);
        assert_eq!(refused("{\"a\":1,\n{}\n{}"), ["1 ", "2 {}", "3 {}"]);
        assert_eq!(
            refused("[\n  {\"a\":\"x\n  },\n  {\"b\":{\n  }}\n]"),
            ["1 ", "2 {\"b\":{\n  }}"]
        );
        assert_eq!(refused("[{\"a\":\"x\n},{}]"), ["1 "]);
        assert_eq!(refused("[1,\"a,b\",{},null,[{}]]"), ["1 ", "2 ", "3 {}", "4 ", "5 [{}]"]);
        assert_eq!(refused("user,app\na,b\n"), ["1 ", "2 "]);
        assert_eq!(refused("user,app\n{}\nx\n"), ["1 ", "2 {}", "3 x"]);
        assert_eq!(refused("[{}"), ["1 {}", "2 "]);
        assert_eq!(refused("{\"value\":[{}]"), ["1 {}", "2 "]);
        assert_eq!(refused("{\"value\":[{}]]\n{}"), ["1 {}", "2 ", "3 {}"]);
        assert_eq!(refused("{\"a\""), ["1 "]);
    }

    #[test]
    fn a_long_record_is_passed_over_and_not_kept() {
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(3 * MAX_REQUEST_BYTES));
        for (text, numbers) in [
            (format!("{{}}\n{long}\n{{}}\n"), ["1 {}", "2 ", "3 {}"]),
            (format!("[{{}},{long},{{}}]"), ["1 {}", "2 ", "3 {}"]),
            (format!("{long}\n{{}}\n{{}}\n"), ["1 ", "2 {}", "3 {}"]),
        ] {
            let mut frames = Frames::new(text.as_bytes(), MAX_REQUEST_BYTES);
            let mut found = Vec::new();
            while let Some((number, frame)) = frames.next().expect("it can be read") {
                found.push(match frame {
                    Frame::Record(range) => {
                        format!("{number} {}", String::from_utf8_lossy(frames.bytes(range)))
                    }
                    Frame::Bad(why) => {
                        assert!(why.contains("the limit is"), "{why}");
                        format!("{number} ")
                    }
                });
            }
            assert_eq!(found, numbers);
            assert!(frames.buffer.len() <= 4 * MAX_REQUEST_BYTES, "{}", frames.buffer.len());
        }
    }
}
