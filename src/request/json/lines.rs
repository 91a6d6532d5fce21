//! JSON Lines: one request a line, read one at a time in memory that does not grow.

use std::io::{self, BufRead};

use crate::request::Request;
use crate::request::json::{JsonError, MAX_REQUEST_BYTES, read};

/// One line of a stream.
#[derive(Debug)]
pub struct Line {
    /// Its number, from 1; blank lines count.
    pub number: u64,
    /// The request on it, or why there is none.
    pub request: Result<Request, JsonError>,
}

/// The requests of a stream, line by line. Blank lines are passed over, a byte order mark and `\r` too. A line that is no
/// request does not end the stream; one longer than [`MAX_REQUEST_BYTES`] is passed over without being kept.
#[derive(Debug)]
pub struct Lines<R> {
    input: R,
    number: u64,
    line: Vec<u8>,
    failed: bool,
}

impl<R: BufRead> Lines<R> {
    /// The requests of `input`.
    pub fn new(input: R) -> Lines<R> {
        Lines { input, number: 0, line: Vec::new(), failed: false }
    }

    /// How many bytes it keeps room for.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.line.capacity()
    }

    /// Reads the next line into `self.line`, without its end; how long it was, `None` at the end of the input.
    fn next_line(&mut self) -> io::Result<Option<usize>> {
        self.line.clear();
        let mut length = 0;
        loop {
            let chunk = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if chunk.is_empty() {
                return Ok((length > 0).then_some(length));
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let taken = &chunk[..end.unwrap_or(chunk.len())];
            // One byte more than the limit is kept, room for a `\r`.
            let room =
                (MAX_REQUEST_BYTES + BYTE_ORDER_MARK.len() + 1).saturating_sub(self.line.len());
            self.line.extend_from_slice(&taken[..taken.len().min(room)]);
            length += taken.len();
            let used = taken.len() + usize::from(end.is_some());
            self.input.consume(used);
            if end.is_some() {
                return Ok(Some(length));
            }
        }
    }

    fn request(&self, length: usize) -> Option<Result<Request, JsonError>> {
        if length > self.line.len() {
            return Some(Err(too_long(length)));
        }
        let mut line = self.line.as_slice();
        if self.number == 1 {
            line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
        }
        let line = line.trim_ascii();
        if line.is_empty() {
            return None;
        }
        let text = std::str::from_utf8(line).map_err(|error| {
            let column = error.valid_up_to() + 1;
            JsonError::whole(format!("byte {column} of the line is no UTF-8"))
        });
        // The line of the stream is said beside it; the one within the text would only confuse.
        Some(text.and_then(|text| read(text).map_err(|error| JsonError { line: None, ..error })))
    }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

fn too_long(length: usize) -> JsonError {
    JsonError::whole(format!("a line of {length} bytes; the limit is {MAX_REQUEST_BYTES}"))
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Line>;

    /// The next request. An error of the input itself ends the stream.
    fn next(&mut self) -> Option<io::Result<Line>> {
        while !self.failed {
            let length = match self.next_line() {
                Ok(length) => length?,
                Err(error) => {
                    self.failed = true;
                    return Some(Err(error));
                }
            };
            self.number += 1;
            if let Some(request) = self.request(length) {
                return Some(Ok(Line { number: self.number, request }));
            }
        }
        None
    }
}
