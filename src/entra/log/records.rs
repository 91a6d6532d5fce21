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

    /// The same records, not yet read as sign-ins: for whoever lets other threads do that.
    pub fn raw(self) -> RawRecords<R> {
        RawRecords { records: self }
    }

    /// The next record with its number. An error of the input itself ends the stream.
    fn frame(&mut self) -> Option<io::Result<(u64, Frame)>> {
        if self.failed {
            return None;
        }
        let found = self.frames.next();
        self.failed = found.is_err();
        found.transpose()
    }

    fn bytes(&self, frame: Frame) -> Result<&[u8], LogError> {
        match frame {
            Frame::Record(range) => Ok(self.frames.bytes(range)),
            Frame::Bad(why) => Err(LogError::whole(why)),
        }
    }
}

fn of_shape(bytes: &[u8], shape: Option<Shape>) -> Result<SignIn, LogError> {
    match shape {
        Some(shape) => read_as(bytes, shape),
        None => read(bytes),
    }
}

/// The records of a stream, not yet read as sign-ins.
#[derive(Debug)]
pub struct RawRecords<R> {
    records: Records<R>,
}

/// One record of a stream, not yet read as a sign-in.
#[derive(Debug, Clone)]
pub struct RawEntry {
    /// As [`Entry::number`].
    pub number: u64,
    /// As [`Records::unit`].
    pub unit: &'static str,
    bytes: Result<Vec<u8>, LogError>,
    shape: Option<Shape>,
}

impl RawEntry {
    /// The sign-in it is, or why it is none: the same that [`Records`] finds.
    ///
    /// # Errors
    /// When it is none.
    pub fn sign_in(&self) -> Result<SignIn, LogError> {
        let bytes = self.bytes.as_ref().map_err(LogError::clone)?;
        of_shape(bytes, self.shape)
    }

    /// How many bytes are kept for an entry, as [`in_order`](crate::engine::in_order) asks.
    pub fn held(entry: &io::Result<RawEntry>) -> usize {
        let bytes = entry.as_ref().ok().and_then(|it| it.bytes.as_ref().ok());
        bytes.map_or(0, Vec::len)
    }
}

impl<R: Read> Iterator for RawRecords<R> {
    type Item = io::Result<RawEntry>;

    fn next(&mut self) -> Option<io::Result<RawEntry>> {
        let (number, frame) = match self.records.frame()? {
            Ok(found) => found,
            Err(error) => return Some(Err(error)),
        };
        let bytes = self.records.bytes(frame).map(<[u8]>::to_vec);
        let (unit, shape) = (self.records.unit(), self.records.shape);
        Some(Ok(RawEntry { number, unit, bytes, shape }))
    }
}

impl<R: Read> Iterator for Records<R> {
    type Item = io::Result<Entry>;

    /// The next record. An error of the input itself ends the stream.
    fn next(&mut self) -> Option<io::Result<Entry>> {
        let (number, frame) = match self.frame()? {
            Ok(found) => found,
            Err(error) => return Some(Err(error)),
        };
        let sign_in = self.bytes(frame).and_then(|bytes| of_shape(bytes, self.shape));
        Some(Ok(Entry { number, sign_in }))
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
