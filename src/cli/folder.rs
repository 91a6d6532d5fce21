//! A folder of files that a subcommand writes.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::console::{Console, Failure, clean_line};

/// What becomes of files that are there already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// They stay, and nothing is written.
    Stays,
    /// The same; `--force` would have overwritten them.
    StaysUnforced,
    /// They are overwritten.
    Overwritten,
}

impl Taken {
    /// What `--force` says.
    pub(super) fn forced(force: bool) -> Taken {
        if force { Taken::Overwritten } else { Taken::StaysUnforced }
    }

    /// What is said of a file that is in the way.
    fn complaint(self) -> &'static str {
        match self {
            Taken::Stays | Taken::Overwritten => "is there already",
            Taken::StaysUnforced => "is there already; --force overwrites it",
        }
    }
}

/// Writes all files, or none if one is in the way. Answers where they are.
pub(super) fn write<'f>(
    folder: &Path,
    files: impl IntoIterator<Item = (&'f str, &'f str)>,
    taken: Taken,
) -> Result<Vec<PathBuf>, Failure> {
    let files: Vec<_> = files.into_iter().map(|(name, text)| (folder.join(name), text)).collect();
    let in_the_way = files.iter().find(|(path, _)| path.exists());
    if let Some((path, _)) = in_the_way.filter(|_| taken != Taken::Overwritten) {
        let path = path.display();
        return Err(Failure::unusable(format_args!("{path} {}", taken.complaint())));
    }
    fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    for (path, text) in &files {
        put(path, text, taken).map_err(|error| failed(path, &error))?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}

/// A file that came meanwhile is in the way too.
fn put(path: &Path, text: &str, taken: Taken) -> io::Result<()> {
    match taken {
        Taken::Overwritten => fs::write(path, text),
        Taken::Stays | Taken::StaysUnforced => {
            OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
        }
    }
}

/// Names what was written.
pub(super) fn tell(paths: &[PathBuf], console: &mut Console) -> Result<(), Failure> {
    for path in paths {
        writeln!(console.out(), "wrote {}", clean_line(&path.display().to_string()))?;
    }
    Ok(())
}

/// What is said of a path that cannot be written.
pub(super) fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::unusable(format_args!("cannot write {}: {error}", path.display()))
}
