//! A policy set, ready to decide what a subcommand reads.

use clap::ArgMatches;

use crate::cli::console::{Console, Failure};
use crate::cli::input;
use crate::cli::load::load_sound;
use crate::cli::options;
use crate::decision::{Decision, Options};
use crate::engine::{Engine, Names};
use crate::entra::directory::Directory;
use crate::entra::log::SignIn;
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
        Decider::beside(None, matches, console)
    }

    /// The same, where other policies will read the same requests: memberships are told for both.
    pub(super) fn beside(
        other: Option<&Engine>,
        matches: &ArgMatches,
        console: &mut Console,
    ) -> Result<Decider, Failure> {
        let geo = GeoDatabases::open(&options::all_paths(matches, "geo"));
        let geo = geo.map_err(Failure::unusable)?;
        let engine = load_sound(&options::all_paths(matches, "policies"), console)?;
        let as_if_enforced = matches.get_flag("as-if-enforced");
        let engine = engine.with_options(Options { as_if_enforced, ..Options::default() });
        let engines: Vec<_> = [Some(&engine), other].into_iter().flatten().collect();
        let directory = input::open_directory(matches, &engines, console)?;
        Ok(Decider { names: Names::of(&engine), engine, geo, directory })
    }

    /// The request as these policies read it: a user gets memberships, own attributes their types, an address its
    /// country.
    pub(super) fn read(&self, request: Request) -> Result<Request, String> {
        let request = self.joined(request)?;
        let typed = self.engine.typed(request).map_err(|error| error.to_string())?;
        self.geo.fill(typed).map_err(|error| error.to_string())
    }

    /// The request with its user's memberships, where a directory was given.
    fn joined(&self, request: Request) -> Result<Request, String> {
        match &self.directory {
            Some(directory) => directory.join(request).map_err(|error| error.to_string()),
            None => Ok(request),
        }
    }

    /// The sign-in with what is known of its user and its address, in the kinds that a log has.
    pub(super) fn placed(&self, sign_in: SignIn) -> Result<SignIn, String> {
        let request = self.joined(sign_in.request)?;
        let request = self.geo.fill(request).map_err(|error| error.to_string())?;
        Ok(SignIn { request, ..sign_in })
    }

    pub(super) fn decide(&self, request: &Request) -> Decision {
        self.engine.decide(request)
    }
}
