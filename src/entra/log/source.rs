//! The bytes of a stream as UTF-8 text: unpacked by their magic number, transcoded by their byte order mark.

use std::io::{self, Cursor, Read};

/// The bytes that tell how a stream is packed.
const MAGIC: usize = 4;

/// What was read to look at it, and the rest.
type Peeked<R> = io::Chain<Cursor<Vec<u8>>, R>;

/// A stream that is opened when it is first read.
pub(super) struct Source<R> {
    state: State<R>,
}

enum State<R> {
    Closed(R),
    Open(Text<Unpacked<R>>),
    Lost,
}

impl<R: Read> Source<R> {
    pub(super) fn new(input: R) -> Source<R> {
        Source { state: State::Closed(input) }
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let State::Open(text) = &mut self.state {
            return text.read(buffer);
        }
        match std::mem::replace(&mut self.state, State::Lost) {
            State::Closed(input) => self.state = State::Open(Text::open(unpack(input)?)?),
            State::Open(_) | State::Lost => return Ok(0),
        }
        self.read(buffer)
    }
}

/// Reads a few bytes, as many as there are.
fn peek<R: Read>(input: &mut R, count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(count);
    input.by_ref().take(count as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The bytes of a stream, unpacked.
enum Unpacked<R> {
    Plain(Peeked<R>),
    #[cfg(feature = "logs")]
    Gzip(Box<flate2::read::MultiGzDecoder<Peeked<R>>>),
    #[cfg(feature = "logs")]
    Zstd(Box<zstd::Zstd<Peeked<R>>>),
}

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
/// A frame of zstd that holds something else begins with one of sixteen numbers.
const ZSTD_SKIPPABLE: &[u8] = &[0x2a, 0x4d, 0x18];

fn unpack<R: Read>(mut input: R) -> io::Result<Unpacked<R>> {
    let magic = peek(&mut input, MAGIC)?;
    let skippable = magic.get(1..) == Some(ZSTD_SKIPPABLE) && magic[0] & 0xf0 == 0x50;
    let gzip = magic.starts_with(GZIP);
    let zstd = magic == ZSTD || skippable;
    packed(Cursor::new(magic).chain(input), gzip, zstd)
}

#[cfg(feature = "logs")]
#[allow(clippy::unnecessary_wraps, reason = "without the feature it fails")]
fn packed<R: Read>(peeked: Peeked<R>, gzip: bool, zstd: bool) -> io::Result<Unpacked<R>> {
    Ok(if gzip {
        Unpacked::Gzip(Box::new(flate2::read::MultiGzDecoder::new(peeked)))
    } else if zstd {
        Unpacked::Zstd(Box::new(zstd::Zstd::new(peeked)))
    } else {
        Unpacked::Plain(peeked)
    })
}

#[cfg(not(feature = "logs"))]
fn packed<R: Read>(peeked: Peeked<R>, gzip: bool, zstd: bool) -> io::Result<Unpacked<R>> {
    if gzip || zstd {
        let message = "the stream is compressed, and the feature `logs` is off";
        return Err(io::Error::new(io::ErrorKind::Unsupported, message));
    }
    Ok(Unpacked::Plain(peeked))
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Unpacked::Plain(input) => input.read(buffer),
            #[cfg(feature = "logs")]
            Unpacked::Gzip(input) => input.read(buffer),
            #[cfg(feature = "logs")]
            Unpacked::Zstd(input) => input.read(buffer),
        }
    }
}

#[cfg(feature = "logs")]
mod zstd {
    //! Frames of zstd after each other.

    use std::io::{self, BufRead, BufReader, Read};

    use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
    use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

    /// How much is unpacked ahead.
    const AHEAD: usize = 256 * 1024;

    /// How far back a frame may refer, and so how much of it must be kept: what the `zstd` command unpacks unless it is
    /// told otherwise, and more than it packs with at any level.
    const MAX_WINDOW: u64 = 128 << 20;

    /// How much is read at once: what a pipe holds.
    const PACKED: usize = 64 * 1024;

    pub(super) struct Zstd<R> {
        input: BufReader<R>,
        decoder: FrameDecoder,
        in_frame: bool,
    }

    impl<R: Read> Zstd<R> {
        pub(super) fn new(input: R) -> Zstd<R> {
            let input = BufReader::with_capacity(PACKED, input);
            let mut decoder = FrameDecoder::new();
            decoder.set_max_window_size(MAX_WINDOW);
            Zstd { input, decoder, in_frame: false }
        }

        /// Begins the next frame; whether there is one.
        fn begin(&mut self) -> io::Result<bool> {
            if self.input.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.reset(&mut self.input) {
                Ok(()) => self.in_frame = true,
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let skipped = &mut self.input.by_ref().take(u64::from(length));
                    io::copy(skipped, &mut io::sink())?;
                }
                Err(error) => return Err(corrupt(error)),
            }
            Ok(true)
        }

        /// Holds a frame that has ended against its checksum, where it has one.
        fn check(&self) -> io::Result<()> {
            let (told, found) =
                (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum());
            match told.is_none() || told == found {
                true => Ok(()),
                false => Err(corrupt("the checksum is another")),
            }
        }
    }

    fn corrupt(error: impl std::fmt::Display) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, format!("corrupt zstd: {error}"))
    }

    impl<R: Read> Read for Zstd<R> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            loop {
                if !self.in_frame && !self.begin()? {
                    return Ok(0);
                }
                if !self.in_frame {
                    continue;
                }
                if self.decoder.can_collect() > 0 {
                    return self.decoder.read(buffer);
                }
                if self.decoder.is_finished() {
                    self.in_frame = false;
                    self.check()?;
                    continue;
                }
                let ahead = BlockDecodingStrategy::UptoBytes(AHEAD);
                self.decoder.decode_blocks(&mut self.input, ahead).map_err(corrupt)?;
            }
        }
    }
}

/// Bytes as UTF-8.
enum Text<R> {
    Utf8(Peeked<R>),
    Utf16(Utf16<R>),
}

impl<R: Read> Text<R> {
    /// By the byte order mark; without one, by the zero beside the first bracket.
    fn open(mut input: R) -> io::Result<Text<R>> {
        let mut first = peek(&mut input, 3)?;
        let (little, mark) = match first.as_slice() {
            [0xef, 0xbb, 0xbf] => {
                first.clear();
                (None, 0)
            }
            [0xff, 0xfe, ..] => (Some(true), 2),
            [0xfe, 0xff, ..] => (Some(false), 2),
            [byte, 0, ..] if *byte != 0 => (Some(true), 0),
            [0, byte, ..] if *byte != 0 => (Some(false), 0),
            _ => (None, 0),
        };
        first.drain(..mark);
        let peeked = Cursor::new(first).chain(input);
        Ok(match little {
            None => Text::Utf8(peeked),
            Some(little) => Text::Utf16(Utf16::new(peeked, little)),
        })
    }
}

impl<R: Read> Read for Text<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Text::Utf8(input) => input.read(buffer),
            Text::Utf16(input) => input.read(buffer),
        }
    }
}

/// UTF-16 as UTF-8; what is no character becomes the replacement character.
struct Utf16<R> {
    input: Peeked<R>,
    little: bool,
    bytes: Vec<u8>,
    text: Vec<u8>,
    told: usize,
}

/// How many bytes of UTF-16 are transcoded at once.
const PIECE: usize = 16 * 1024;

impl<R: Read> Utf16<R> {
    fn new(input: Peeked<R>, little: bool) -> Utf16<R> {
        Utf16 { input, little, bytes: Vec::new(), text: Vec::new(), told: 0 }
    }

    /// Transcodes the next piece; whether the input goes on. A unit or a pair that is not whole waits for the next.
    fn transcode(&mut self) -> io::Result<bool> {
        let before = self.bytes.len();
        self.bytes.resize(before + PIECE, 0);
        let read = self.read_some(before);
        self.bytes.truncate(before + *read.as_ref().unwrap_or(&0));
        let ended = read? == 0;
        let unit = |pair: &[u8]| match self.little {
            true => u16::from_le_bytes([pair[0], pair[1]]),
            false => u16::from_be_bytes([pair[0], pair[1]]),
        };
        let mut units: Vec<u16> = self.bytes.chunks_exact(2).map(unit).collect();
        if !ended && units.last().is_some_and(|it| (0xd800..0xdc00).contains(it)) {
            units.pop();
        }
        let half = ended && self.bytes.len() % 2 == 1;
        self.bytes.drain(..units.len() * 2);
        let text: String = char::decode_utf16(units)
            .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
            .chain(half.then_some(char::REPLACEMENT_CHARACTER))
            .collect();
        self.bytes.truncate(if ended { 0 } else { self.bytes.len() });
        self.text = text.into_bytes();
        self.told = 0;
        Ok(!ended)
    }

    fn read_some(&mut self, from: usize) -> io::Result<usize> {
        loop {
            match self.input.read(&mut self.bytes[from..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.told == self.text.len() {
            let goes_on = self.transcode()?;
            if !goes_on && self.text.is_empty() {
                return Ok(0);
            }
        }
        let count = buffer.len().min(self.text.len() - self.told);
        buffer[..count].copy_from_slice(&self.text[self.told..self.told + count]);
        self.told += count;
        Ok(count)
    }
}
