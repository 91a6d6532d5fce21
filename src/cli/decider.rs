//! A policy set, ready to decide what a subcommand reads.

use clap::ArgMatches;

use crate::cli::console::{Console, Failure};
use crate::cli::load::{Loaded, load_sound};
use crate::cli::names::Names;
use crate::cli::options;
use crate::decision::{Decision, Options};
use crate::hir::PolicySet;
use crate::interpret::interpret;
use crate::request::Request;

pub(super) struct Decider {
    set: PolicySet,
    pub(super) names: Names,
    options: Options,
}

impl Decider {
    /// The policies of `--policies`, without mistakes.
    pub(super) fn open(matches: &ArgMatches, console: &mut Console) -> Result<Decider, Failure> {
        let Loaded { set, .. } = load_sound(&options::all_paths(matches, "policies"), console)?;
        let as_if_enforced = matches.get_flag("as-if-enforced");
        let options = Options { as_if_enforced, ..Options::default() };
        Ok(Decider { names: Names::of(&set), set, options })
    }

    /// The decision about a request, and the request as it was decided.
    pub(super) fn decide(&self, request: Request) -> Result<(Request, Decision), String> {
        let decision = interpret(&self.set, &request, &self.options);
        Ok((request, decision))
    }
}
