//! Example records: the first of each table cell, as many as were asked for and as there is room for.

use crate::decision::{Decision, Outcome};
use crate::engine::Names;
use crate::replay::judge::Observation;
use crate::replay::limits::MAX_ALL_EXAMPLES;
use crate::replay::people::cut;
use crate::replay::report::Example;

/// How many examples are kept of each cell, and how many more of all.
#[derive(Debug)]
pub(super) struct Examples {
    each: usize,
    left: usize,
    /// A cell has fewer than it would have had.
    pub short: bool,
}

impl Examples {
    pub(super) fn new(each: usize) -> Examples {
        Examples { each, left: MAX_ALL_EXAMPLES, short: false }
    }

    /// Keeps an example, if the cell has fewer than each may have.
    pub(super) fn keep(&mut self, cell: &mut Vec<Example>, example: impl FnOnce() -> Example) {
        if cell.len() >= self.each {
            return;
        }
        if self.left == 0 {
            self.short = true;
            return;
        }
        self.left -= 1;
        cell.push(example());
    }
}

/// What people call things in the log, and the words of decisions.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    pub names: &'a Names,
    pub observation: &'a Observation,
}

impl Shown<'_> {
    /// The sign-in with what it was, what it is, and because of what.
    pub(super) fn example(&self, was: String, now: String, because: Vec<String>) -> Example {
        let request = &self.observation.sign_in.request;
        Example {
            number: self.observation.number,
            id: request.id().map(|id| cut(id).0.to_owned()),
            time: request.time(),
            user: self.user(),
            app: self.app(),
            was,
            now,
            because,
        }
    }

    /// Who, as people call them.
    pub(super) fn user(&self) -> String {
        cut(&self.names.who(&self.observation.sign_in.request)).0.to_owned()
    }

    /// For what, as people call it.
    pub(super) fn app(&self) -> String {
        cut(&self.names.target(&self.observation.sign_in.request)).0.to_owned()
    }
}

/// A decision in few words: its outcome, and the challenge.
pub(super) fn words(decision: &Decision) -> String {
    match &decision.outcome {
        Outcome::Open if decision.unguarded => "open (no policy applies)".to_owned(),
        Outcome::Open => "open".to_owned(),
        Outcome::StepUp(challenge) => format!("step-up: {}", challenge.sentence()),
        Outcome::Blocked(_) => "blocked".to_owned(),
    }
}
