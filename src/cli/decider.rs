//! A policy set, ready to decide what a subcommand reads.

use clap::ArgMatches;

use crate::cli::console::{Console, Failure};
use crate::cli::input;
use crate::cli::load::load_sound;
use crate::cli::names::Names;
use crate::cli::options;
use crate::decision::{Decision, Options};
use crate::engine::Engine;
use crate::entra::directory::Directory;
use crate::geo::GeoDatabases;
use crate::request::Request;

pub(super) struct Decider {
    pub(super) engine: Engine,
    pub(super) names: Names,
    geo: GeoDatabases,
    directory: Option<Directory>,
}

impl Decider {
    /// The policies of `--policies`, without mistakes, and the databases of `--geo`.
    pub(super) fn open(matches: &ArgMatches, console: &mut Console) -> Result<Decider, Failure> {
        let geo = GeoDatabases::open(&options::all_paths(matches, "geo"));
        let geo = geo.map_err(Failure::unusable)?;
        let engine = load_sound(&options::all_paths(matches, "policies"), console)?;
        let as_if_enforced = matches.get_flag("as-if-enforced");
        let engine = engine.with_options(Options { as_if_enforced, ..Options::default() });
        let directory = input::open_directory(matches, &[engine.policy_set()], console)?;
        Ok(Decider { names: Names::of(engine.policy_set()), engine, geo, directory })
    }

    /// The request as these policies read it: a user gets memberships, own attributes their types, an address its
    /// country.
    pub(super) fn read(&self, request: Request) -> Result<Request, String> {
        let request = match &self.directory {
            Some(directory) => directory.join(request).map_err(|error| error.to_string())?,
            None => request,
        };
        let typed = self.engine.typed(request).map_err(|error| error.to_string())?;
        self.geo.fill(typed).map_err(|error| error.to_string())
    }

    pub(super) fn decide(&self, request: &Request) -> Decision {
        self.engine.decide(request)
    }
}
