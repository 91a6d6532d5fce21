//! The front door: policy files or texts in, decisions out.

mod batch;
mod hot;
mod load;
mod names;
mod naming;
mod review;
#[cfg(feature = "save")]
mod saved;

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;

use crate::decision::{Decision, Options};
use crate::diagnostic::{self, Diagnostic};
use crate::eval::{Case, Ruling, Scratch, Verdict, evaluate, rule};
use crate::facts::{Facts, Principal, intern, intern_for, intern_principal};
use crate::hir::{Object, OwnKind, Policy, PolicyId, PolicySet};
use crate::program::Program;
#[cfg(feature = "save")]
use crate::program::file::FileError;
use crate::request::own::type_own;
use crate::request::{Request, RequestError};
use crate::source::Sources;
use crate::syntax::ast::ObjectKind;

pub use batch::in_order;
pub use hot::HotEngine;
#[cfg(feature = "lsp")]
pub(crate) use load::PRELUDE;
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
    program: Program,
    /// The organisation's own attributes, by name.
    own: Vec<(String, OwnKind)>,
    origin: Origin,
}

/// Where an engine comes from.
#[derive(Debug)]
enum Origin {
    Texts(Box<Meaning>),
    #[cfg(feature = "save")]
    File {
        objects: Vec<Named>,
        texts: saved::Texts,
    },
}

/// What the policies mean, for whoever wants more than decisions.
#[derive(Debug)]
struct Meaning {
    set: PolicySet,
    /// Of each policy of the program, its number in the set.
    numbers: Vec<PolicyId>,
    sources: Sources,
    warnings: Vec<Diagnostic>,
}

impl Meaning {
    fn new(set: PolicySet, sources: Sources, mut found: Vec<Diagnostic>) -> Meaning {
        diagnostic::sort(&mut found);
        Meaning { numbers: review::numbers(&set), set, sources, warnings: found }
    }
}

/// A name for directory objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Which kind.
    pub kind: ObjectKind,
    /// Its name.
    pub name: String,
    /// Its ids, canonical, in the order of the text.
    pub ids: Vec<String>,
}

impl Named {
    fn of(object: &Object) -> Named {
        Named { kind: object.kind, name: object.name.clone(), ids: object.ids.clone() }
    }
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

    fn of(shared: Shared) -> Engine {
        Engine { shared: Arc::new(shared), options: Options::default() }
    }

    /// The engine that [`Engine::to_saved`] wrote, with the usual options. What decisions need is read and verified at
    /// once; what the policies mean is found out when it is first asked for, from the texts in the file.
    ///
    /// # Errors
    /// When it is no compiled policy set, is damaged, or another version wrote it.
    #[cfg(feature = "save")]
    pub fn from_saved(file: Vec<u8>) -> Result<Engine, FileError> {
        let saved::Saved { program, own, objects, texts } = saved::read(file)?;
        Ok(Engine::of(Shared { program, own, origin: Origin::File { objects, texts } }))
    }

    /// The bytes of a file that holds this engine, its options left out: the compiled form, the names that policies give
    /// to things, and the texts. Equal texts make equal bytes.
    ///
    /// ```
    /// use latch::Engine;
    ///
    /// let engine = Engine::from_text([("a.latch", "policy a { when always require mfa }")])?;
    /// let file = engine.to_saved();
    /// assert_eq!(Engine::from_saved(file.clone())?.to_saved(), file);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "save")]
    pub fn to_saved(&self) -> Vec<u8> {
        saved::write(self.program(), &self.shared.own, &self.named(), self.sources())
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
        let own = &self.shared.own;
        type_own(request, own.iter().map(|(name, kind)| (name.as_str(), kind.kind())))
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

    /// Who signs in, prepared once for all requests of a session. Everything else that the request says is left out.
    ///
    /// ```
    /// use latch::facts::Facts;
    /// use latch::{Engine, Request};
    ///
    /// let engine = Engine::from_text([("a.latch", "policy a { when always require mfa }")])?;
    /// let session = engine.principal(&Request::builder().build()?);
    /// let (mut facts, mut scratch) = (Facts::default(), engine.scratch());
    /// for _ in 0..2 {
    ///     engine.prepare_for(&session, &Request::builder().build()?, &mut facts);
    ///     assert_eq!(engine.rule(&facts, &mut scratch), latch::eval::Ruling::StepUp);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn principal(&self, request: &Request) -> Principal {
        intern_principal(self.program(), request)
    }

    /// Like [`Engine::prepare_into`], for a principal that was prepared before: what the request says of who signs in is
    /// not looked at. A principal that was prepared for another engine makes facts that count as not supplied.
    pub fn prepare_for(&self, principal: &Principal, request: &Request, facts: &mut Facts) {
        intern_for(self.program(), principal, request, facts);
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

    fn meaning(&self) -> &Meaning {
        match &self.shared.origin {
            Origin::Texts(meaning) => meaning,
            #[cfg(feature = "save")]
            Origin::File { texts, .. } => texts.meaning(self.program()),
        }
    }

    /// What the policies mean. An engine from a file resolves and compiles its texts when it is first asked, which takes
    /// as long as it did when the file was written; should they not be the texts of its program, which only who forges a
    /// file brings about, they mean nothing, and the set is empty.
    pub fn policy_set(&self) -> &PolicySet {
        &self.meaning().set
    }

    /// The policies, in the order of their names. As with [`Engine::policy_set`], an engine from a file may have to look.
    pub fn policies(&self) -> &[Policy] {
        &self.meaning().set.policies
    }

    /// The names that the policies and the prelude give to directory objects, by kind and name.
    pub fn named(&self) -> Vec<Named> {
        match &self.shared.origin {
            Origin::Texts(meaning) => meaning.set.objects.iter().map(Named::of).collect(),
            #[cfg(feature = "save")]
            Origin::File { objects, .. } => objects.clone(),
        }
    }

    /// The compiled form.
    pub fn program(&self) -> &Program {
        &self.shared.program
    }

    /// The texts that the policies were read from, the prelude first.
    pub fn sources(&self) -> &Sources {
        &self.meaning().sources
    }

    /// What was found that is no error. For an engine from a file, it was told when the file was written.
    pub fn warnings(&self) -> &[Diagnostic] {
        match &self.shared.origin {
            Origin::Texts(meaning) => &meaning.warnings,
            #[cfg(feature = "save")]
            Origin::File { .. } => &[],
        }
    }
}
