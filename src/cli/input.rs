//! Where sign-ins come from: a file or standard input, of whatever system, read without ever keeping what could be told.

use std::fs::File;
use std::io::{self, Cursor, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, value_parser};

use crate::cli::console::{Console, Failure, Output};
use crate::cli::options;
use crate::engine::Engine;
use crate::entra::directory::Directory;
use crate::entra::log::{PARQUET_MAGIC, Records, Shape};
use crate::syntax::ast::ObjectKind;

/// `[REQUESTS]`
pub(super) fn argument() -> Arg {
    Arg::new("requests")
        .value_name("REQUESTS")
        .value_parser(value_parser!(PathBuf))
        .default_value("-")
        .help("Sign-ins: requests, sign-in logs or What-If bodies as JSON, plain, .gz or .zst; - is standard input")
}

/// `--input SHAPE`
pub(super) fn shape() -> Arg {
    let shapes = Shape::ALL.iter().map(|shape| shape.name());
    Arg::new("input")
        .long("input")
        .value_name("SHAPE")
        .value_parser(PossibleValuesParser::new(["auto"].into_iter().chain(shapes)))
        .default_value("auto")
        .help("What each record is; auto tells by its keys")
}

/// `--directory FILE`, once or several times
pub(super) fn directory() -> Arg {
    Arg::new("directory")
        .long("directory")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .action(ArgAction::Append)
        .help("Users, groups and roles as JSON: memberships for sign-ins that carry none")
}

/// The directory of `--directory`, where there is one; of what users are not in, it says what these policies name.
pub(super) fn open_directory(
    matches: &ArgMatches,
    policies: &[&Engine],
    console: &mut Console,
) -> Result<Option<Directory>, Failure> {
    let paths = options::all_paths(matches, "directory");
    let mut directory = Directory::new();
    for path in &paths {
        let (name, input) = raw(path, console)?;
        let failed = |error| Failure::unusable(format_args!("cannot read {name}: {error}"));
        directory.add(input).map_err(failed)?;
    }
    if paths.is_empty() {
        return Ok(None);
    }
    let named: Vec<_> = policies.iter().flat_map(|engine| engine.named()).collect();
    let members = named.iter().filter(|it| matches!(it.kind, ObjectKind::Group | ObjectKind::Role));
    Ok(Some(directory.about(members.flat_map(|object| &object.ids))))
}

/// Sign-ins with the name of what they are read from.
pub(super) struct Input {
    pub(super) name: String,
    pub(super) records: Records<FlushFirst>,
}

/// Opens what the argument names.
pub(super) fn open(matches: &ArgMatches, console: &mut Console) -> Result<Input, Failure> {
    let path: &PathBuf = matches.get_one("requests").expect("it has a default");
    open_path(path, matches, console)
}

/// Whether the argument names a file, all of which is there.
pub(super) fn is_file(matches: &ArgMatches) -> bool {
    let path: &PathBuf = matches.get_one("requests").expect("it has a default");
    if path.as_os_str() == "-" { standard_input_is_file() } else { path.is_file() }
}

/// Whether standard input was redirected from a file.
#[cfg(unix)]
fn standard_input_is_file() -> bool {
    use std::os::fd::AsFd;
    let handle = io::stdin().as_fd().try_clone_to_owned();
    handle.and_then(|it| File::from(it).metadata()).is_ok_and(|it| it.is_file())
}

/// Nobody knows here, and a pipe is the careful guess.
#[cfg(not(unix))]
fn standard_input_is_file() -> bool {
    false
}

/// Opens a path, `-` for standard input.
pub(super) fn open_path(
    path: &Path,
    matches: &ArgMatches,
    console: &mut Console,
) -> Result<Input, Failure> {
    let (name, inner) = raw(path, console)?;
    let first = FlushFirst { inner, output: console.out().clone() };
    let records = Records::new(first);
    Ok(Input {
        name,
        records: match chosen_shape(matches) {
            Some(shape) => records.of_shape(shape),
            None => records,
        },
    })
}

/// The shape that `--input` names; `None` where each record tells.
pub(super) fn chosen_shape(matches: &ArgMatches) -> Option<Shape> {
    matches.get_one::<String>("input").and_then(|name| Shape::by_name(name))
}

/// The bytes behind a path, `-` for standard input, with a name for them.
pub(super) fn raw(path: &Path, console: &mut Console) -> Result<(String, Box<dyn Read>), Failure> {
    if path.as_os_str() == "-" {
        standard_input(console)
    } else {
        Ok((path.display().to_string(), file(path)?))
    }
}

fn standard_input(console: &mut Console) -> Result<(String, Box<dyn Read>), Failure> {
    if io::stdin().is_terminal() {
        console.note("reading sign-ins from standard input, one JSON object a line")?;
    }
    Ok(("standard input".to_owned(), Box::new(io::stdin().lock())))
}

fn file(path: &Path) -> Result<Box<dyn Read>, Failure> {
    let failed = |error: io::Error| {
        Failure::unusable(format_args!("cannot read {}: {error}", path.display()))
    };
    let file = File::open(path).map_err(failed)?;
    // Opening a folder succeeds, and only reading it would not say which.
    if file.metadata().map_err(failed)?.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    unfolded(file).map_err(failed)
}

/// The rows of a Parquet file as lines; of any other, its bytes.
fn unfolded(mut file: File) -> io::Result<Box<dyn Read>> {
    let mut first = Vec::new();
    Read::by_ref(&mut file).take(PARQUET_MAGIC.len() as u64).read_to_end(&mut first)?;
    if first == PARQUET_MAGIC {
        return rows(file);
    }
    Ok(Box::new(Cursor::new(first).chain(file)))
}

#[cfg(feature = "parquet")]
fn rows(file: File) -> io::Result<Box<dyn Read>> {
    Ok(Box::new(crate::entra::log::parquet::ParquetLines::open(file)?))
}

#[cfg(not(feature = "parquet"))]
fn rows(_file: File) -> io::Result<Box<dyn Read>> {
    let message = "it is Parquet, and this command was built without the feature `parquet`";
    Err(io::Error::new(io::ErrorKind::Unsupported, message))
}

/// Whatever waits for more input has told all that it knows: so a stream of sign-ins is answered as it comes, and a
/// file in large pieces.
pub(super) struct FlushFirst {
    inner: Box<dyn Read>,
    output: Output,
}

impl Read for FlushFirst {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.output.flush()?;
        self.inner.read(buffer)
    }
}

/// What a failure to go on reading is: a reader of the output that went away, or the input itself.
pub(super) fn failure(name: &str, error: io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe {
        Failure::Output(error)
    } else {
        Failure::unusable(format_args!("cannot read {name}: {error}"))
    }
}
