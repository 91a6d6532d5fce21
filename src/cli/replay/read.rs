//! The log that is replayed: its entries as bytes, and how far they have been read.

use std::cell::Cell;
use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clap::{Arg, ArgMatches, value_parser};
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::console::{Console, Failure};
use crate::cli::input;
use crate::entra::log::{RawRecords, Records};

/// `LOG`
pub(super) fn argument() -> Arg {
    Arg::new("log")
        .value_name("LOG")
        .value_parser(value_parser!(PathBuf))
        .default_value("-")
        .help("Sign-in logs, or requests, as JSON, plain, .gz or .zst; - is standard input")
}

/// A log, open.
pub(super) struct Log {
    pub name: String,
    pub entries: RawRecords<Counted>,
    pub progress: Progress,
}

/// Opens the log that the argument names.
pub(super) fn open(matches: &ArgMatches, console: &mut Console) -> Result<Log, Failure> {
    let path: &PathBuf = matches.get_one("log").expect("it has a default");
    let size = std::fs::metadata(path).ok().filter(|it| it.is_file()).map(|it| it.len());
    let (name, inner) = input::raw(path, console)?;
    let passed = Arc::new(AtomicU64::new(0));
    let counted = Counted { inner, passed: Arc::clone(&passed) };
    let records = Records::new(counted);
    let records = match input::chosen_shape(matches) {
        Some(shape) => records.of_shape(shape),
        None => records,
    };
    Ok(Log { name, entries: records.raw(), progress: Progress::new(size, passed) })
}

/// Bytes that are counted while they are read.
pub(super) struct Counted {
    inner: Box<dyn Read>,
    passed: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.passed.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// How often the screen is told: often enough to live, seldom enough to cost nothing.
const EVERY: u64 = 1_024;

/// A bar with sign-ins, their rate, and the time that is left, where people watch; else nothing.
pub(super) struct Progress {
    bar: ProgressBar,
    passed: Arc<AtomicU64>,
    sign_ins: Cell<u64>,
}

impl Progress {
    fn new(size: Option<u64>, passed: Arc<AtomicU64>) -> Progress {
        let bar = if io::stderr().is_terminal() { bar(size) } else { ProgressBar::hidden() };
        Progress { bar, passed, sign_ins: Cell::new(0) }
    }

    /// Another sign-in is done.
    pub(super) fn sign_in(&self) {
        let count = self.sign_ins.get() + 1;
        self.sign_ins.set(count);
        if count.is_multiple_of(EVERY) {
            self.bar.set_position(self.passed.load(Ordering::Relaxed));
            let seconds = self.bar.elapsed().as_secs_f64().max(0.001);
            let rate = (count as f64 / seconds) as u64;
            self.bar.set_message(format!(
                "{} sign-ins, {} a second",
                super::table::grouped(count),
                super::table::grouped(rate)
            ));
        }
    }

    /// Does something else on the screen.
    pub(super) fn aside<T>(&self, something: impl FnOnce() -> T) -> T {
        self.bar.suspend(something)
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// By bytes of the file, since nobody knows how many sign-ins are in it.
fn bar(size: Option<u64>) -> ProgressBar {
    let (bar, template) = match size {
        Some(size) => (ProgressBar::new(size), "{bar:24} {percent:>3} %  {msg}, {eta} left"),
        None => (ProgressBar::new_spinner(), "{spinner} {msg}, {elapsed}"),
    };
    bar.enable_steady_tick(Duration::from_millis(200));
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
