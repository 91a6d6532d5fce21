//! Finding policy files and reading them as text, whatever their encoding.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The ending of policy files.
pub const EXTENSION: &str = "latch";

/// The most bytes that are read of one file: twice what the parser takes, since UTF-16 needs two bytes a letter.
pub const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// The deepest folder that is looked into. People nest policies three deep.
const MAX_DEPTH: usize = 32;

/// The most files of one policy set: ten times as many as the largest that is measured has policies.
const MAX_FILES: usize = 100_000;

/// Why a file could not be read.
#[derive(Debug)]
pub struct ReadError {
    /// Which file or folder.
    pub path: PathBuf,
    /// What went wrong.
    pub cause: Cause,
}

/// What went wrong with a file.
#[derive(Debug)]
pub enum Cause {
    /// The system said no.
    Io(io::Error),
    /// It has more than [`MAX_BYTES`].
    TooLarge,
    /// It is no text; what is wrong, and at which byte.
    NotText(&'static str, usize),
    /// A folder without a single policy file.
    NoPolicies,
    /// Folders too deep or files too many.
    TooMany,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.cause {
            Cause::Io(error) => write!(f, "cannot read {path}: {error}"),
            Cause::TooLarge => write!(f, "cannot read {path}: it has more than {MAX_BYTES} bytes"),
            Cause::NotText(what, at) => write!(f, "cannot read {path}: {what} at byte {at}"),
            Cause::NoPolicies => write!(f, "no .{EXTENSION} file in {path}"),
            Cause::TooMany => write!(
                f,
                "{path} holds more than {MAX_FILES} files, or folders more than {MAX_DEPTH} deep"
            ),
        }
    }
}

impl std::error::Error for ReadError {}

fn failed(path: &Path, cause: Cause) -> ReadError {
    ReadError { path: path.to_owned(), cause }
}

/// The policy files at and below these paths, sorted, each once.
///
/// A file that is named itself may have any ending. Below a folder, hidden folders and links to folders are left
/// out, so that nothing is met twice.
///
/// # Errors
/// When a path cannot be read, or a folder holds no policy file.
pub fn find<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> Result<Vec<PathBuf>, ReadError> {
    let mut found = Vec::new();
    for path in paths {
        let path = path.as_ref();
        let before = found.len();
        let metadata = fs::metadata(path).map_err(|error| failed(path, Cause::Io(error)))?;
        if !metadata.is_dir() {
            found.push(path.to_owned());
            continue;
        }
        walk(path, 0, &mut found)?;
        if found.len() == before {
            return Err(failed(path, Cause::NoPolicies));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), ReadError> {
    let io = |error| failed(folder, Cause::Io(error));
    for entry in fs::read_dir(folder).map_err(io)? {
        let entry = entry.map_err(io)?;
        let kind = entry.file_type().map_err(io)?;
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        let path = entry.path();
        if kind.is_dir() && !hidden {
            walk(&path, depth + 1, found)?;
        } else if !kind.is_dir() && path.extension().is_some_and(|it| it == EXTENSION) {
            found.push(path);
        }
        if depth > MAX_DEPTH || found.len() > MAX_FILES {
            return Err(failed(folder, Cause::TooMany));
        }
    }
    Ok(())
}

/// The text of a file: UTF-8, or UTF-16 with a byte order mark. The mark is not part of the text.
///
/// # Errors
/// When it cannot be read, is too large or is no text.
pub fn read(path: &Path) -> Result<String, ReadError> {
    let file = File::open(path).map_err(|error| failed(path, Cause::Io(error)))?;
    read_from(path, file)
}

/// The text of an open file that is called `path`, like [`read`].
///
/// # Errors
/// When it cannot be read, is too large or is no text.
pub fn read_from(path: &Path, file: impl Read) -> Result<String, ReadError> {
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| failed(path, Cause::Io(error)))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_BYTES) {
        return Err(failed(path, Cause::TooLarge));
    }
    decode(bytes).map_err(|(what, at)| failed(path, Cause::NotText(what, at)))
}

/// The bytes of a file that is no text, at most so many.
///
/// # Errors
/// When it cannot be read.
pub fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, ReadError> {
    let io = |error| failed(path, Cause::Io(error));
    let file = File::open(path).map_err(io)?;
    let length = file.metadata().map_err(io)?.len().min(most);
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    file.take(most).read_to_end(&mut bytes).map_err(io)?;
    Ok(bytes)
}

/// Bytes as text: UTF-8, or UTF-16 with a byte order mark. The mark is not part of the text.
///
/// # Errors
/// What is wrong, and at which byte.
pub fn decode(bytes: Vec<u8>) -> Result<String, (&'static str, usize)> {
    match bytes.as_slice() {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest.to_vec(), 3),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => utf8(bytes, 0),
    }
}

fn utf8(bytes: Vec<u8>, skipped: usize) -> Result<String, (&'static str, usize)> {
    String::from_utf8(bytes)
        .map_err(|error| ("it is not UTF-8", skipped + error.utf8_error().valid_up_to()))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, (&'static str, usize)> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(("its UTF-16 ends in half a letter", 2 + bytes.len()));
    }
    let mut text = String::with_capacity(pairs.len());
    let mut at = 2;
    for letter in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let letter = letter.map_err(|_| ("it is not UTF-16", at))?;
        text.push(letter);
        at += 2 * letter.len_utf16();
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16_of(text: &str, mark: [u8; 2], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "let é = 漢👩";
        let mut marked = vec![0xef, 0xbb, 0xbf];
        marked.extend(text.as_bytes());
        for bytes in [
            text.as_bytes().to_vec(),
            marked,
            utf16_of(text, [0xff, 0xfe], u16::to_le_bytes),
            utf16_of(text, [0xfe, 0xff], u16::to_be_bytes),
        ] {
            assert_eq!(decode(bytes).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_no_text_says_where() {
        assert_eq!(decode(b"ab\xffc".to_vec()), Err(("it is not UTF-8", 2)));
        assert_eq!(decode(b"\xef\xbb\xbfa\xff".to_vec()), Err(("it is not UTF-8", 4)));
        assert_eq!(decode(b"\xff\xfea\0\0".to_vec()), Err(("its UTF-16 ends in half a letter", 5)));
        assert_eq!(decode(b"\xff\xfea\0\0\xd8b\0".to_vec()), Err(("it is not UTF-16", 4)));
    }

    #[test]
    fn folders_are_searched_and_files_are_taken_as_they_are() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("b/.git")).expect("folders");
        fs::create_dir_all(path("empty")).expect("folders");
        for name in ["z.latch", "b/a.latch", "b/notes.txt", "b/.git/c.latch"] {
            fs::write(path(name), "").expect("a file");
        }
        let found =
            find([folder.path(), &path("b"), &path("b/notes.txt")]).expect("all can be read");
        assert_eq!(found, [path("b/a.latch"), path("b/notes.txt"), path("z.latch")]);
        let empty = find([path("empty")]).expect_err("there is no policy");
        assert!(matches!(empty.cause, Cause::NoPolicies), "{empty}");
        assert!(matches!(find([path("nowhere")]).expect_err("nothing").cause, Cause::Io(_)));
    }

    #[test]
    fn a_file_without_end_is_refused() {
        let endless = read_from(Path::new("endless"), io::repeat(b' ')).expect_err("no end");
        assert!(matches!(endless.cause, Cause::TooLarge), "{endless}");
    }
}
