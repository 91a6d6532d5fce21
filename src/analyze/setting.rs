//! On what terms a question is answered: how much it may cost, who there is, who watches.

use crate::analyze::limits::MAX_NODES;
use crate::analyze::snapshot::Snapshot;

/// Somebody who watches an analysis, and may want no more of it.
pub trait Watch: Sync {
    /// Asked often, within milliseconds: whether to go on. Once it says no, the analysis ends with what it has, marked as
    /// such.
    fn goes_on(&self) -> bool;

    /// What is being done now, and how much of it is done.
    fn see(&self, doing: &str, done: usize, of: usize) {
        let _ = (doing, done, of);
    }
}

/// On what terms a question is answered.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The most nodes of all diagrams.
    pub nodes: usize,
    /// Who there is; without it, whom archetypes describe; without these, anybody.
    pub directory: Option<&'a Snapshot>,
    /// Who watches.
    pub watch: Option<&'a dyn Watch>,
}

impl Default for Setting<'_> {
    fn default() -> Self {
        Setting { nodes: MAX_NODES, directory: None, watch: None }
    }
}

impl Setting<'_> {
    /// Whether nobody wants to stop.
    pub(super) fn goes_on(&self) -> bool {
        self.watch.is_none_or(Watch::goes_on)
    }

    /// Tells whoever watches.
    pub(super) fn see(&self, doing: &str, done: usize, of: usize) {
        if let Some(watch) = self.watch {
            watch.see(doing, done, of);
        }
    }
}
