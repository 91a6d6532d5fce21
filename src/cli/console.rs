//! Where output goes: standard output and error, colours, how a run ends.

use std::cell::RefCell;
use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, Stderr, Stdout, Write};
use std::process::ExitCode;
use std::rc::Rc;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style as Paint};

use crate::diagnostic::Diagnostic;
use crate::render::{self, Style};
use crate::source::Sources;
use crate::source::read::ReadError;

/// How a run went, as an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exit {
    /// Nothing to complain about.
    Fine = 0,
    /// Mistakes, failing tests, refused policies.
    Findings = 1,
    /// Misuse, or input that cannot be read.
    Unusable = 2,
    /// No answer within the budget: neither fine nor found wanting.
    Undecided = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// Why a run could not go on.
#[derive(Debug)]
pub(super) enum Failure {
    /// Misuse, or input that cannot be read: what to tell the user.
    Unusable(String),
    /// The output could not be written.
    Output(io::Error),
}

impl Failure {
    /// Misuse, or input that cannot be read.
    pub(super) fn unusable(message: impl Display) -> Failure {
        Failure::Unusable(message.to_string())
    }
}

/// Only writing gives bare errors of input and output; reading wraps them with the name of what was read.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Output(error)
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Failure {
        Failure::unusable(error)
    }
}

pub(super) const RED: Paint = AnsiColor::BrightRed.on_default().bold();
pub(super) const YELLOW: Paint = AnsiColor::Yellow.on_default().bold();
pub(super) const GREEN: Paint = AnsiColor::Green.on_default().bold();
pub(super) const DIM: Paint = Paint::new().dimmed();

/// Standard output, in whole lines and large pieces; clones write to the same.
#[derive(Clone)]
pub(super) struct Output(Rc<RefCell<BufWriter<AutoStream<Stdout>>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.borrow_mut().flush()
    }
}

impl Output {
    fn new(color: bool) -> Output {
        let stream = stream(io::stdout(), color);
        Output(Rc::new(RefCell::new(BufWriter::with_capacity(64 * 1024, stream))))
    }
}

/// Whether text gets colours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Palette {
    color: bool,
}

impl Palette {
    /// Text in that colour, if there are colours.
    pub(super) fn paint(self, paint: Paint, text: impl Display) -> String {
        painted(self.color, paint, text)
    }
}

/// The two streams and how they may look.
pub(super) struct Console {
    out: Output,
    err: AutoStream<Stderr>,
    out_color: bool,
    err_color: bool,
}

/// Whether a stream gets colours: as the user said, or as the terminal and `NO_COLOR` say.
fn wants_color(choice: ColorChoice, auto: ColorChoice) -> bool {
    match choice {
        ColorChoice::Auto => auto != ColorChoice::Never,
        ColorChoice::Always | ColorChoice::AlwaysAnsi => true,
        ColorChoice::Never => false,
    }
}

/// Passes text through as it is; colours are left out where they are made.
fn stream<S: anstream::stream::RawStream>(raw: S, color: bool) -> AutoStream<S> {
    AutoStream::new(raw, if color { ColorChoice::Always } else { ColorChoice::AlwaysAnsi })
}

impl Console {
    pub(super) fn new(choice: ColorChoice) -> Console {
        let out_color = wants_color(choice, AutoStream::choice(&io::stdout()));
        let err_color = wants_color(choice, AutoStream::choice(&io::stderr()));
        Console {
            out: Output::new(out_color),
            err: stream(io::stderr(), err_color),
            out_color,
            err_color,
        }
    }

    /// Standard output.
    pub(super) fn out(&mut self) -> &mut Output {
        &mut self.out
    }

    /// Text for standard output in that colour, if it has colours.
    pub(super) fn paint(&self, paint: Paint, text: impl Display) -> String {
        self.palette().paint(paint, text)
    }

    /// How text for standard output is coloured, for threads that write none of it themselves.
    pub(super) fn palette(&self) -> Palette {
        Palette { color: self.out_color }
    }

    /// Whether people watch standard error while the output goes elsewhere.
    pub(super) fn wants_progress(&self) -> bool {
        io::stderr().is_terminal() && !io::stdout().is_terminal()
    }

    /// A finding on standard error.
    pub(super) fn diagnostic(&mut self, it: &Diagnostic, sources: &Sources) -> io::Result<()> {
        self.out.flush()?;
        let style = Style { color: self.err_color, unicode: false, width: width() };
        writeln!(self.err, "{}\n", render::render(it, sources, style))
    }

    /// A finding on standard output.
    pub(super) fn finding(&mut self, it: &Diagnostic, sources: &Sources) -> io::Result<()> {
        let style = Style { color: self.out_color, unicode: false, width: width() };
        writeln!(self.out, "{}\n", render::render(it, sources, style))
    }

    /// A line on standard error.
    pub(super) fn note(&mut self, text: impl Display) -> io::Result<()> {
        self.out.flush()?;
        writeln!(self.err, "{text}")
    }

    /// What went wrong, on standard error.
    pub(super) fn error(&mut self, text: impl Display) -> io::Result<()> {
        let word = painted(self.err_color, RED, "error");
        self.note(format_args!("{word}: {}", clean(&text.to_string())))
    }

    /// Ends the run: writes what is left and says how it went. A reader that went away is no failure.
    pub(super) fn end(mut self, outcome: Result<Exit, Failure>) -> ExitCode {
        let outcome = outcome.and_then(|exit| {
            self.out.flush()?;
            Ok(exit)
        });
        match outcome {
            Ok(exit) => exit.into(),
            Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
                Exit::Fine.into()
            }
            Err(Failure::Output(error)) => self.fail(format_args!("cannot write: {error}")),
            Err(Failure::Unusable(message)) => self.fail(message),
        }
    }

    /// Nobody is left to hear it when standard error is closed too.
    fn fail(&mut self, message: impl Display) -> ExitCode {
        let _ = self.error(message);
        Exit::Unusable.into()
    }
}

fn painted(color: bool, paint: Paint, text: impl Display) -> String {
    if color { format!("{paint}{text}{paint:#}") } else { text.to_string() }
}

/// The columns of the screen, as the shell tells; else those of a wide one.
fn width() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|it| it.parse().ok());
    told.filter(|width| (40..=400).contains(width)).unwrap_or(Style::PLAIN.width)
}

/// Text from a file or a request with nothing in it that commands the terminal; it stays on one line, unless it has
/// several of its own on purpose.
pub(super) fn clean(text: &str) -> String {
    text.chars().map(render::visible).collect()
}

/// Like [`clean`], on one line whatever it holds.
pub(super) fn clean_line(text: &str) -> String {
    let line = |character| if matches!(character, '\n' | '\t') { ' ' } else { character };
    text.chars().map(render::visible).map(line).collect()
}

/// `1 policy`, `2 policies`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
