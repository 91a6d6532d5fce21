//! All sign-ins of a stream, one at a time.

use std::fmt;
use std::io::{self, Read};

use crate::entra::json::Json;
use crate::entra::log::error::LogError;
use crate::entra::log::frames::{Frame, Frames};
use crate::entra::log::shape::Shape;
use crate::entra::log::source::Source;
use crate::entra::log::{SignIn, read, read_as};
use crate::request::json::MAX_REQUEST_BYTES;

/// One record of a stream.
#[derive(Debug)]
pub struct Entry {
    /// Its number, from 1: that of its line where records stand on lines (blank ones count), else its place among the
    /// records.
    pub number: u64,
    /// The sign-in it is, or why it is none.
    pub sign_in: Result<SignIn, LogError>,
}

/// The sign-ins of a stream: JSON Lines, a list, pages of Graph or of the diagnostic log, objects after each other; in
/// UTF-8 or UTF-16; plain, or packed with gzip or zstd as its first bytes tell (with the feature `logs`).
///
/// A record that is no sign-in does not end the stream, and one longer than a
/// [request](crate::request::json::MAX_REQUEST_BYTES) may be is passed over without being kept. Where a record is broken
/// so that its end cannot be told, reading goes on at the next line that begins like it; where there is none, the broken
/// one is the last. Memory does not grow with the stream.
pub struct Records<R> {
    frames: Frames<Source<R>>,
    shape: Option<Shape>,
    failed: bool,
}

impl<R> fmt::Debug for Records<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records").field("shape", &self.shape).finish_non_exhaustive()
    }
}

impl<R: Read> Records<R> {
    /// The sign-ins of `input`, which needs no buffer. Nothing is read yet.
    pub fn new(input: R) -> Records<R> {
        Records {
            frames: Frames::new(Source::new(input), MAX_REQUEST_BYTES),
            shape: None,
            failed: false,
        }
    }

    /// The same, all of one shape, whatever their keys tell.
    #[must_use]
    pub fn of_shape(self, shape: Shape) -> Records<R> {
        Records { shape: Some(shape), ..self }
    }

    /// What numbers count: `line` or `record`. Known when the first entry was read.
    pub fn unit(&self) -> &'static str {
        if self.frames.counts_lines() { "line" } else { "record" }
    }

    fn sign_in(&self, frame: Frame) -> Result<SignIn, LogError> {
        let bytes = match frame {
            Frame::Record(range) => self.frames.bytes(range),
            Frame::Bad(why) => return Err(LogError::whole(why)),
        };
        match self.shape {
            Some(shape) => read_as(bytes, shape),
            None => read(bytes),
        }
    }
}

impl<R: Read> Iterator for Records<R> {
    type Item = io::Result<Entry>;

    /// The next record. An error of the input itself ends the stream.
    fn next(&mut self) -> Option<io::Result<Entry>> {
        if self.failed {
            return None;
        }
        match self.frames.next() {
            Ok(found) => {
                let (number, frame) = found?;
                Some(Ok(Entry { number, sign_in: self.sign_in(frame) }))
            }
            Err(error) => {
                self.failed = true;
                Some(Err(error))
            }
        }
    }
}

/// The longest object of a directory, in bytes: a group of a million members, each an object with an id and a type.
pub const MAX_DIRECTORY_OBJECT: usize = 128 << 20;

/// An object of a directory with its number, or why it is none.
type Object = (u64, Result<Json, LogError>);

/// All objects of a stream, laid out and packed as sign-ins may be.
pub(in crate::entra) fn objects(input: impl Read) -> impl Iterator<Item = io::Result<Object>> {
    let mut frames = Frames::new(Source::new(input), MAX_DIRECTORY_OBJECT);
    std::iter::from_fn(move || {
        let (number, frame) = match frames.next() {
            Ok(found) => found?,
            Err(error) => return Some(Err(error)),
        };
        let json = match frame {
            Frame::Record(range) => {
                serde_json::from_slice(frames.bytes(range)).map_err(|error| LogError::json(&error))
            }
            Frame::Bad(why) => Err(LogError::whole(why)),
        };
        Some(Ok((number, json)))
    })
}
