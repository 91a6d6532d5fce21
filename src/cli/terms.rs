//! On what terms an analysis runs: how much it may cost, who there is, and how it is watched and ended.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use clap::{Arg, ArgMatches, value_parser};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::analyze::limits::MAX_NODES;
use crate::analyze::{Setting, Snapshot, Watch};
use crate::cli::console::{Console, Failure};
use crate::cli::input;

/// A day: whoever wants more can leave `--time` out.
const MAX_SECONDS: u64 = 86_400;

/// `--directory`, `--nodes` and `--time`
pub(super) fn arguments() -> [Arg; 3] {
    let directory = input::directory().help(
        "Users, groups, roles and apps as JSON: answers are then about these people, with counts",
    );
    let nodes = Arg::new("nodes")
        .long("nodes")
        .value_name("COUNT")
        .value_parser(value_parser!(u32).range(1_000..))
        .help(format!(
            "How large the diagrams may grow, in nodes of 20 bytes [default: {MAX_NODES}]"
        ));
    let time = Arg::new("time")
        .long("time")
        .value_name("SECONDS")
        .value_parser(value_parser!(u64).range(1..=MAX_SECONDS))
        .help("How long it may take; what is found by then is told, and that it is not all");
    [directory, nodes, time]
}

/// What the arguments say.
pub(super) struct Terms {
    nodes: usize,
    directory: Option<Snapshot>,
    watcher: Watcher,
}

impl Terms {
    /// Reads the directory; the time begins to run.
    pub(super) fn of(matches: &ArgMatches, console: &mut Console) -> Result<Terms, Failure> {
        let directory = input::open_directory(matches, &[], console)?;
        let directory = directory.map(|directory| directory.snapshot());
        if directory.as_ref().is_some_and(|it| it.people().is_empty()) {
            return Err(Failure::unusable("the directory holds nobody"));
        }
        let time = matches.get_one::<u64>("time").copied().map(Duration::from_secs);
        Ok(Terms {
            nodes: matches.get_one::<u32>("nodes").map_or(MAX_NODES, |nodes| *nodes as usize),
            directory,
            watcher: Watcher::new(time),
        })
    }

    /// The same for the library.
    pub(super) fn setting(&self) -> Setting<'_> {
        Setting {
            nodes: self.nodes,
            directory: self.directory.as_ref(),
            watch: Some(&self.watcher),
        }
    }

    /// Takes the progress off the screen.
    pub(super) fn finish(&self) {
        self.watcher.finish();
    }
}

/// Ends an analysis when its time is over; shows how far it is where somebody looks.
struct Watcher {
    end: Option<Instant>,
    begun: Instant,
    shown: Mutex<Option<ProgressBar>>,
}

/// What takes less needs no progress.
const PATIENCE: Duration = Duration::from_millis(500);

impl Watcher {
    fn new(time: Option<Duration>) -> Watcher {
        let begun = Instant::now();
        Watcher { end: time.map(|time| begun + time), begun, shown: Mutex::new(None) }
    }

    fn finish(&self) {
        if let Ok(Some(bar)) = self.shown.lock().as_deref() {
            bar.finish_and_clear();
        }
    }
}

impl Watch for Watcher {
    fn goes_on(&self) -> bool {
        self.end.is_none_or(|end| Instant::now() < end)
    }

    fn see(&self, doing: &str, done: usize, of: usize) {
        if self.begun.elapsed() < PATIENCE || !std::io::stderr().is_terminal() {
            return;
        }
        let Ok(mut shown) = self.shown.lock() else { return };
        let bar = shown.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{msg} {pos} of {len}, {elapsed}");
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        bar.set_length(of as u64);
        bar.set_position(done as u64);
        bar.set_message(doing.to_owned());
    }
}
