//! The front door: policy files or texts in, decisions out.

mod hot;
mod load;
mod names;
mod naming;
mod review;

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;

use crate::decision::{Decision, Options};
use crate::diagnostic::Diagnostic;
use crate::eval::{Case, Ruling, Scratch, Verdict, evaluate, rule};
use crate::facts::{Facts, intern};
use crate::hir::{Policy, PolicyId, PolicySet};
use crate::program::Program;
use crate::request::own::type_own;
use crate::request::{Request, RequestError};
use crate::source::Sources;

pub use hot::HotEngine;
pub use load::{Findings, LoadError};
pub use names::Names;
pub use review::{Review, Voice};

/// A compiled policy set, ready to decide. Cloning is cheap, and clones share everything; one engine serves any number
/// of threads.
#[derive(Debug, Clone)]
pub struct Engine {
    shared: Arc<Shared>,
    options: Options,
}

#[derive(Debug)]
struct Shared {
    set: PolicySet,
    program: Program,
    /// Of each policy of the program, its number in the set.
    numbers: Vec<PolicyId>,
    sources: Sources,
    warnings: Vec<Diagnostic>,
}

thread_local! {
    /// What [`Engine::decide`] works with: each thread has one, whatever engines it asks.
    static WORKSPACE: RefCell<(Facts, Scratch)> = RefCell::default();
}

impl Engine {
    /// An engine for policies given as text, each with a name to call it by in findings.
    ///
    /// # Errors
    /// When anything is wrong with the policies: all findings, with the texts they speak of.
    pub fn from_text<N, T>(texts: impl IntoIterator<Item = (N, T)>) -> Result<Engine, LoadError>
    where
        N: Into<String>,
        T: Into<String>,
    {
        load::from_text(texts)
    }

    /// An engine for the policy files at and below these paths (every `.latch` file of a folder).
    ///
    /// # Errors
    /// When a file cannot be read, or anything is wrong with the policies.
    pub fn from_paths<P: AsRef<Path>>(
        paths: impl IntoIterator<Item = P>,
    ) -> Result<Engine, LoadError> {
        load::from_paths(paths)
    }

    /// An engine for policies that are resolved already.
    ///
    /// # Errors
    /// When they exceed a limit or contradict each other.
    pub fn from_set(set: PolicySet, sources: Sources) -> Result<Engine, LoadError> {
        load::compiled(set, sources, Vec::new())
    }

    /// The same engine with other options.
    #[must_use]
    pub fn with_options(&self, options: Options) -> Engine {
        Engine { shared: Arc::clone(&self.shared), options }
    }

    /// What whoever embeds it chose.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The request as these policies read it: own attributes get the kinds they are declared with, which JSON does not
    /// tell. Requests that were built with these kinds pass as they are.
    ///
    /// # Errors
    /// When a value is not of its attribute's kind.
    pub fn typed(&self, request: Request) -> Result<Request, RequestError> {
        let own = &self.policy_set().own_attributes;
        type_own(request, own.iter().map(|it| (it.name.as_str(), it.kind.kind())))
    }

    /// Decides about a request.
    pub fn decide(&self, request: &Request) -> Decision {
        self.decided(request, &self.options)
    }

    /// Decides as if report-only policies were on.
    pub fn decide_as_if_enforced(&self, request: &Request) -> Decision {
        self.decided(request, &Options { as_if_enforced: true, ..self.options })
    }

    fn decided(&self, request: &Request, options: &Options) -> Decision {
        WORKSPACE.with_borrow_mut(|(facts, scratch)| {
            intern(self.program(), request, facts);
            let verdict = evaluate(self.program(), facts, options, scratch);
            let case = Case { program: self.program(), facts, options };
            naming::named(&case, &verdict, request, scratch)
        })
    }

    /// A request ready to be evaluated: the first half of [`Engine::decide`], for whoever decides about it often, or
    /// wants no allocation.
    pub fn prepare(&self, request: &Request) -> Facts {
        let mut facts = Facts::default();
        self.prepare_into(request, &mut facts);
        facts
    }

    /// Like [`Engine::prepare`], in buffers that were used before.
    pub fn prepare_into(&self, request: &Request, facts: &mut Facts) {
        intern(self.program(), request, facts);
    }

    /// Room for [`Engine::evaluate`], in which it allocates nothing.
    pub fn scratch(&self) -> Scratch {
        Scratch::fitting(self.program())
    }

    /// The second half of [`Engine::decide`]: a decision in numbers. It allocates nothing in a `scratch` that was made
    /// for this engine. Facts that were prepared for another engine count as not supplied.
    pub fn evaluate(&self, facts: &Facts, scratch: &mut Scratch) -> Verdict {
        evaluate(self.program(), facts, &self.options, scratch)
    }

    /// The outcome alone: what [`Engine::evaluate`] says of it, for whoever needs neither challenge nor horizon.
    pub fn rule(&self, facts: &Facts, scratch: &mut Scratch) -> Ruling {
        rule(self.program(), facts, &self.options, scratch)
    }

    /// What the policies mean.
    pub fn policy_set(&self) -> &PolicySet {
        &self.shared.set
    }

    /// The policies, in the order of their names.
    pub fn policies(&self) -> &[Policy] {
        &self.shared.set.policies
    }

    /// The compiled form.
    pub fn program(&self) -> &Program {
        &self.shared.program
    }

    /// The texts that the policies were read from, the prelude first.
    pub fn sources(&self) -> &Sources {
        &self.shared.sources
    }

    /// What was found that is no error.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.shared.warnings
    }
}
