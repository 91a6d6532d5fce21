//! A policy set, ready to decide what a subcommand reads.

use clap::ArgMatches;

use crate::cli::console::{Console, Failure};
use crate::cli::load::load_sound;
use crate::cli::names::Names;
use crate::cli::options;
use crate::decision::{Decision, Options};
use crate::engine::Engine;
use crate::request::{Request, RequestError};

pub(super) struct Decider {
    pub(super) engine: Engine,
    pub(super) names: Names,
}

impl Decider {
    /// The policies of `--policies`, without mistakes.
    pub(super) fn open(matches: &ArgMatches, console: &mut Console) -> Result<Decider, Failure> {
        let engine = load_sound(&options::all_paths(matches, "policies"), console)?;
        let as_if_enforced = matches.get_flag("as-if-enforced");
        let engine = engine.with_options(Options { as_if_enforced, ..Options::default() });
        Ok(Decider { names: Names::of(engine.policy_set()), engine })
    }

    /// The request as these policies read it: own attributes get their types, an address its country.
    pub(super) fn read(&self, request: Request) -> Result<Request, RequestError> {
        self.engine.typed(request)
    }

    pub(super) fn decide(&self, request: &Request) -> Decision {
        self.engine.decide(request)
    }
}
