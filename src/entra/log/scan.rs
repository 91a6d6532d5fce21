//! Where a JSON value ends: brackets and texts are followed, nothing is understood. Resumes at any byte.

use memchr::memchr3;

/// How deep a value may nest: what the JSON reader follows, and bits of a stack.
const MAX_DEPTH: u32 = 127;

/// Follows one object or list from its first bracket to its last.
#[derive(Debug, Clone, Default)]
pub(super) struct Scan {
    /// What is open: a bit each, the innermost lowest, set for an object.
    open: u128,
    depth: u32,
    in_text: bool,
    escaped: bool,
    /// The last byte that is no space, outside of texts.
    before: u8,
    /// How many spaces the line began with, as long as nothing else stands on it.
    indent: Option<usize>,
    /// How many lines have ended.
    pub(super) lines: u64,
}

/// How far a scan came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// All bytes were used and the value goes on.
    More,
    /// It ends before this byte.
    End(usize),
    /// It cannot be followed: an error at this byte.
    Broken(usize, &'static str),
}

impl Scan {
    /// From within an object that has begun.
    pub(super) fn in_object() -> Scan {
        Scan { open: 1, depth: 1, before: b'{', ..Scan::default() }
    }

    /// How many spaces stand before the byte it stopped at, where nothing else stands on the line.
    pub(super) fn indent(&self) -> Option<usize> {
        self.indent
    }

    /// Follows these bytes too.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Progress {
        let mut at = 0;
        while at < bytes.len() {
            if self.in_text {
                match self.text(&bytes[at..]) {
                    Progress::More => return Progress::More,
                    Progress::End(used) => at += used,
                    Progress::Broken(used, why) => return Progress::Broken(at + used, why),
                }
                continue;
            }
            let byte = bytes[at];
            match byte {
                b' ' | b'\t' | b'\r' => self.indent = self.indent.map(|spaces| spaces + 1),
                b'\n' => {
                    self.lines += 1;
                    self.indent = Some(0);
                }
                _ => {
                    if let Some(why) = self.mark(byte) {
                        return Progress::Broken(at, why);
                    }
                    self.indent = None;
                    self.before = byte;
                    if self.depth == 0 {
                        return Progress::End(at + 1);
                    }
                }
            }
            at += 1;
        }
        Progress::More
    }

    /// Follows a text; its end is that of the closing quote.
    fn text(&mut self, bytes: &[u8]) -> Progress {
        let mut at = 0;
        if self.escaped {
            self.escaped = false;
            at = 1;
        }
        while let Some(found) = memchr3(b'"', b'\\', b'\n', bytes.get(at..).unwrap_or_default()) {
            at += found;
            match bytes[at] {
                b'"' => {
                    self.in_text = false;
                    return Progress::End(at + 1);
                }
                b'\n' => return Progress::Broken(at, "a line ends within a text"),
                _ if at + 1 == bytes.len() => {
                    self.escaped = true;
                    return Progress::More;
                }
                _ => at += 2,
            }
        }
        Progress::More
    }

    /// A byte that is no space, outside of texts; why it cannot stand here.
    fn mark(&mut self, byte: u8) -> Option<&'static str> {
        match byte {
            b'"' => self.in_text = true,
            b'{' | b'[' => return self.open(byte),
            b'}' | b']' => return self.close(byte),
            _ => {}
        }
        None
    }

    fn open(&mut self, byte: u8) -> Option<&'static str> {
        let fits = match (self.depth, self.open & 1) {
            (0, _) => true,
            (_, 1) => self.before == b':',
            _ => matches!(self.before, b'[' | b','),
        };
        if !fits {
            return Some("an object or a list begins where none can");
        }
        if self.depth == MAX_DEPTH {
            return Some("objects and lists nest more than 127 deep");
        }
        self.open = self.open << 1 | u128::from(byte == b'{');
        self.depth += 1;
        None
    }

    fn close(&mut self, byte: u8) -> Option<&'static str> {
        let object = self.open & 1 == 1;
        if self.depth == 0 || object != (byte == b'}') {
            return Some("a bracket closes that was not opened");
        }
        self.open >>= 1;
        self.depth -= 1;
        None
    }
}

/// What an object at the top of a stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Head {
    /// A record.
    Record,
    /// A page of records: the first of them stands behind so many bytes.
    Page(usize),
    /// More bytes are needed to tell.
    Undecided,
}

/// The keys of the list of records in a page: of Graph, and of the diagnostic log.
const PAGES: [&[u8]; 2] = [b"value", b"records"];

/// What the object is whose first bytes these are, the opening bracket included. A page has nothing but single values
/// before its list.
pub(super) fn head(bytes: &[u8]) -> Head {
    let mut rest = bytes.get(1..).unwrap_or_default();
    loop {
        let Some(key) = word(&mut rest) else { return Head::Undecided };
        if !key.starts_with(b"\"") {
            return Head::Record;
        }
        let Some(colon) = next(&mut rest) else { return Head::Undecided };
        let Some(first) = next_is(&mut rest) else { return Head::Undecided };
        if colon != b':' {
            return Head::Record;
        }
        if first == b'[' {
            let key = key[1..key.len() - 1].to_ascii_lowercase();
            let page = PAGES.contains(&key.as_slice());
            return if page { Head::Page(bytes.len() - rest.len() + 1) } else { Head::Record };
        }
        if first == b'{' || word(&mut rest).is_none() {
            return if first == b'{' { Head::Record } else { Head::Undecided };
        }
        match next(&mut rest) {
            None => return Head::Undecided,
            Some(b',') => {}
            Some(_) => return Head::Record,
        }
    }
}

/// The next byte that is no space, which stays.
fn next_is(rest: &mut &[u8]) -> Option<u8> {
    *rest = rest.trim_ascii_start();
    rest.first().copied()
}

/// The next byte that is no space, taken.
fn next(rest: &mut &[u8]) -> Option<u8> {
    let byte = next_is(rest)?;
    *rest = &rest[1..];
    Some(byte)
}

/// A text with its quotes, or a number or a word; `None` where it may go on behind these bytes.
fn word<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let first = next_is(rest)?;
    let bytes: &'b [u8] = rest;
    let end = if first == b'"' {
        let mut scan = Scan { in_text: true, ..Scan::default() };
        match scan.text(&bytes[1..]) {
            Progress::End(used) => 1 + used,
            Progress::Broken(used, _) => 1 + used,
            Progress::More => return None,
        }
    } else {
        let stops = |byte: &u8| byte.is_ascii_whitespace() || b",:{}[]\"".contains(byte);
        bytes.iter().position(stops)?.max(1)
    };
    *rest = &bytes[end..];
    Some(&bytes[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the value ends, however the bytes are cut in two.
    fn end(text: &str) -> Progress {
        let whole = Scan::default().feed(text.as_bytes());
        for cut in 0..text.len() {
            let mut scan = Scan::default();
            let (first, second) = text.as_bytes().split_at(cut);
            let halves = match scan.feed(first) {
                Progress::More => match scan.feed(second) {
                    Progress::More => Progress::More,
                    Progress::End(at) => Progress::End(at + cut),
                    Progress::Broken(at, why) => Progress::Broken(at + cut, why),
                },
                stopped => stopped,
            };
            assert_eq!(halves, whole, "{text} cut at {cut}");
        }
        whole
    }

    #[test]
    fn brackets_and_texts_are_followed() {
        assert_eq!(end(r#"{"a":[{},{"b":"}\"]"}]} {"#), Progress::End(23));
        assert_eq!(end("[]x"), Progress::End(2));
        assert_eq!(end(r#"{"a":"\\"}"#), Progress::End(10));
        assert_eq!(end(r#"{"a":"#), Progress::More);
        assert!(matches!(end("{\"a\":\"x\n{"), Progress::Broken(7, _)));
        assert!(matches!(end("{\"a\":1,\n{"), Progress::Broken(8, _)));
        assert!(matches!(end("[1{"), Progress::Broken(2, _)));
        assert!(matches!(end("{]"), Progress::Broken(1, _)));
        assert!(matches!(end(&"[".repeat(200)), Progress::Broken(127, _)));
    }

    #[test]
    fn a_page_is_told_by_its_list() {
        let at = |text: &str| text.find('[').expect("a list") + 1;
        for page in [
            r#"{"value":[{"#,
            r#"{ "@odata.context" : "https://x/$metadata#y" , "@odata.count":3, "value" : [ "#,
            r#"{"Records":["#,
            r#"{"a":"\"","b":null,"records":["#,
        ] {
            assert_eq!(head(page.as_bytes()), Head::Page(at(page)), "{page}");
            for cut in 1..at(page) {
                assert_eq!(head(&page.as_bytes()[..cut]), Head::Undecided, "{page} cut at {cut}");
            }
        }
        for record in [
            "{}",
            r#"{"value":1}"#,
            r#"{"id":"1","value":{}}"#,
            r#"{"a":{},"value":["#,
            r#"{"a":[],"value":["#,
            r#"{"a" "value":["#,
            "{[",
        ] {
            assert_ne!(head(record.as_bytes()), Head::Undecided, "{record}");
            assert!(!matches!(head(record.as_bytes()), Head::Page(_)), "{record}");
        }
    }
}
