//! Compiled policy sets in files: the frame of such a file, and every reason to refuse one.
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | `89 4c 41 54 43 48 0d 0a`: no text begins so, and whatever mends line ends breaks it |
//! | 4 | the layout: a number that is another one in each version whose files look otherwise |
//! | 4 | the CRC-32 of all that follows |
//! | the rest | names, program and texts, as [`crate::engine`] lays them down |
//!
//! Numbers stand with their lowest byte first. Equal policies make equal files.
//!
//! # Whom a file may come from
//!
//! The checksum tells damage, and not malice: who can write the file can write what is decided. But nothing in a file, sealed
//! as it may be, makes reading it or deciding with it panic, hang or take more memory than in proportion to its length:
//! every number of it is verified before anything is decided.
//!
//! # Why no serializer
//!
//! A program is a dozen arenas of numbers and two dozen small structs. One list of fields for each (`layout.rs`) writes and
//! reads them; a derive would say the same and bring a crate with a format of its own into the bare library, and a
//! format that is used in place would ask for unsafe code.

mod layout;
pub(crate) mod stored;

use std::fmt;

use crate::program::verify::Flaw;
use crate::schema::attribute::ATTRIBUTES;
use crate::schema::grant::GRANTS;
use crate::schema::method::METHODS;

/// What every file begins with.
pub const MAGIC: [u8; 8] = *b"\x89LATCH\r\n";

/// The largest file that is read, in bytes. A set of 10,000 policies takes about a hundredth of it, with its texts.
pub const MAX_FILE_BYTES: u64 = 1 << 30;

/// To be raised when a field changes its type and not its name.
const FORMAT: u32 = 1;

const LAYOUT_AT: usize = MAGIC.len();
const CHECKSUM_AT: usize = LAYOUT_AT + 4;
const BODY_AT: usize = CHECKSUM_AT + 4;

/// Why a file is no compiled policy set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileError {
    /// It does not begin like one.
    NoPolicySet,
    /// It was written by a version whose files look otherwise, or mean something else.
    OtherVersion,
    /// It is cut off, or some of its bytes are not those that were written.
    Damaged,
    /// It was sealed properly, and does not hold together; what is wrong with it.
    Malformed(&'static str),
    /// It has more than [`MAX_FILE_BYTES`].
    TooLarge,
}

impl FileError {
    /// The code, as diagnostics have one.
    pub fn code(&self) -> &'static str {
        match self {
            FileError::NoPolicySet => "L0801",
            FileError::OtherVersion => "L0802",
            FileError::Damaged => "L0803",
            FileError::Malformed(_) => "L0804",
            FileError::TooLarge => "L0805",
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.code())?;
        match self {
            FileError::NoPolicySet => f.write_str("this is no compiled policy set"),
            FileError::OtherVersion => {
                f.write_str("another version of Latch wrote it; compile the policies again")
            }
            FileError::Damaged => {
                f.write_str("it is damaged: its checksum does not fit; compile the policies again")
            }
            FileError::Malformed(flaw) => {
                write!(f, "it does not hold together ({flaw}); compile the policies again")
            }
            FileError::TooLarge => write!(f, "it has more than {MAX_FILE_BYTES} bytes"),
        }
    }
}

impl std::error::Error for FileError {}

impl From<Flaw> for FileError {
    fn from(flaw: Flaw) -> Self {
        FileError::Malformed(flaw)
    }
}

/// Whether something that begins so means to be a compiled policy set.
pub fn is_policy_set(start: &[u8]) -> bool {
    start.starts_with(&MAGIC)
}

/// The beginning of a file, for its body to be written behind.
pub(crate) fn begin() -> Vec<u8> {
    let mut file = MAGIC.to_vec();
    file.resize(BODY_AT, 0);
    file
}

/// Fills in what the beginning says of the rest. `meaning` is what else the file hangs on.
pub(crate) fn seal(file: &mut [u8], meaning: &str) {
    let checksum = crc32fast::hash(file.get(BODY_AT..).unwrap_or_default());
    let head = [layout(meaning), checksum].map(u32::to_le_bytes);
    file[LAYOUT_AT..BODY_AT].copy_from_slice(head.as_flattened());
}

/// The body of a file, once its beginning and its checksum are found to be right.
pub(crate) fn open<'a>(file: &'a [u8], meaning: &str) -> Result<&'a [u8], FileError> {
    if !is_policy_set(file) {
        return Err(FileError::NoPolicySet);
    }
    if file.len() as u64 > MAX_FILE_BYTES {
        return Err(FileError::TooLarge);
    }
    let (head, body) = file.split_at_checked(BODY_AT).ok_or(FileError::Damaged)?;
    if head[LAYOUT_AT..CHECKSUM_AT] != layout(meaning).to_le_bytes() {
        return Err(FileError::OtherVersion);
    }
    if head[CHECKSUM_AT..] != crc32fast::hash(body).to_le_bytes() {
        return Err(FileError::Damaged);
    }
    Ok(body)
}

/// The number of the layout. It follows from the lists of fields themselves and from the tables whose rows are numbered,
/// so that nobody forgets to change it.
fn layout(meaning: &str) -> u32 {
    let mut hasher = crc32fast::Hasher::new_with_initial(FORMAT);
    let mut add = |text: &str| {
        hasher.update(text.as_bytes());
        hasher.update(b"\n");
    };
    add(env!("CARGO_PKG_VERSION"));
    [include_str!("layout.rs"), meaning].into_iter().flat_map(str::lines).for_each(&mut add);
    ATTRIBUTES.iter().map(|row| row.name).for_each(&mut add);
    METHODS.iter().map(|row| row.name).for_each(&mut add);
    GRANTS.iter().map(|row| row.name).for_each(&mut add);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(body: &[u8]) -> Vec<u8> {
        let mut file = begin();
        file.extend_from_slice(body);
        seal(&mut file, "meaning");
        file
    }

    #[test]
    fn every_damaged_byte_is_noticed() {
        let file = sealed(b"names, program, texts");
        assert_eq!(open(&file, "meaning"), Ok(b"names, program, texts".as_slice()));
        for at in 0..file.len() {
            let mut damaged = file.clone();
            damaged[at] ^= 0x20;
            let expected = match at {
                _ if at < LAYOUT_AT => FileError::NoPolicySet,
                _ if at < CHECKSUM_AT => FileError::OtherVersion,
                _ => FileError::Damaged,
            };
            assert_eq!(open(&damaged, "meaning"), Err(expected), "byte {at}");
        }
        for cut in 0..file.len() {
            assert!(open(&file[..cut], "meaning").is_err(), "{cut}");
        }
    }

    #[test]
    fn what_another_version_means_is_refused() {
        assert_eq!(open(&sealed(b""), "another"), Err(FileError::OtherVersion));
    }
}
