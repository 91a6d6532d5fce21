//! Latch: a language, compiler and evaluator for conditional access.
//!
//! Whether someone may sign in depends on who they are, what they want, where they are, what device they hold and what
//! they have proven, and it stays true only for a while. Policies in the Latch language say so; an [`Engine`] decides it:
//! open, step up, or blocked, with the smallest challenge that would open, the session controls, how long it all holds and
//! what it depends on.
//!
//! # In twelve lines
//!
//! ```
//! use latch::request::Request;
//! use latch::schema::attribute::Attribute;
//! use latch::{Engine, Outcome};
//!
//! let engine = Engine::from_text([("guests.latch", "policy guests-use-mfa { when user in guests require mfa }")])?;
//! let guest = Request::builder().word(Attribute::UserType, "b2b-collaboration-guest");
//! let request = guest.rest_absent().build()?;
//! let decision = engine.decide(&request);
//! assert!(matches!(decision.outcome, Outcome::StepUp(_)));
//! assert_eq!(decision.by, ["guests-use-mfa"]);
//! assert_eq!(decision.depends_on, ["client", "principal", "user.type"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An [`Engine`] is cheap to clone and shared between threads. [`HotEngine`] holds one that is replaced when policies
//! change. [`SessionLatch`] keeps a session to its decision. Whoever decides about
//! millions of requests prepares each once and evaluates without any allocation:
//!
//! ```
//! # use latch::{Engine, Request};
//! # let engine = Engine::from_text([("a.latch", "policy a { when always require mfa }")])?;
//! # let request = Request::builder().build()?;
//! let mut scratch = engine.scratch();
//! let facts = engine.prepare(&request);
//! let verdict = engine.evaluate(&facts, &mut scratch);
//! assert_eq!(verdict.outcome, latch::eval::Ruling::StepUp);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How it works
//!
//! ```text
//!  .latch files                                     a sign-in
//!      │ syntax::parse                                  │ request::RequestBuilder::build
//!      ▼                                                ▼
//!  ast::File                                        Request
//!      │ hir::resolve                                   │ facts::intern (text ends here)
//!      ▼                                                ▼
//!  hir::PolicySet ── compile::compile ──▶ Program ──▶ Facts
//!      │                                    │           │
//!      │                                    └─────┬─────┘
//!      │                                          │ eval::evaluate (no allocation, no panic)
//!      ▼                                          ▼
//!  interpret::interpret                        Verdict
//!      │ (slow, plain, the reference)             │ Engine::decide puts the names to it
//!      ▼                                          ▼
//!  Decision  ═══════════ the same, by test ═══ Decision
//! ```
//!
//! - [`syntax`] turns text into trees and back; [`hir`] says what they mean, and what is wrong with them.
//! - [`interpret`] is the semantics as readable code. [`decision`] is the same in words.
//! - [`compile`] brings conditions into rows of bits; [`program`] is their form; [`facts`] are a request in numbers;
//!   [`eval`] meets the rows and combines what is left.
//! - [`schema`] holds the tables that everything else reads: attributes, operators, grants, controls, methods.
//!
//! # Features
//!
//! Without features the library is the language and the engine. `json` reads requests and writes decisions, `save`
//! puts compiled policies into files, `geo` looks addresses up in MaxMind databases, `entra` reads exports and sign-in
//! logs of Microsoft Entra, `logs` packed ones too, `parquet` those in Parquet files, `measure` times policies on
//! sign-ins, `render` draws diagnostics, `page` writes pages for people, `lsp` serves editors,
//! `cli` (on by default) is the command and all of these. [`architecture`] says how the rooms hang together, and
//! why.

#![forbid(unsafe_code)]

pub mod analyze;
#[cfg(feature = "cedar")]
pub mod cedar;
#[cfg(feature = "cli")]
pub mod cli;
pub mod compile;
pub mod decision;
pub mod diagnostic;
#[cfg(feature = "page")]
pub mod document;
pub mod engine;
#[cfg(feature = "entra")]
pub mod entra;
pub mod eval;
pub mod facts;
#[cfg(feature = "geo")]
pub mod geo;
pub mod hir;
pub mod interpret;
pub mod latch;
pub mod lint;
#[cfg(feature = "lsp")]
pub mod lsp;
#[cfg(feature = "measure")]
pub mod measure;
#[cfg(feature = "page")]
pub mod page;
pub mod program;
#[cfg(feature = "render")]
pub mod render;
#[cfg(feature = "entra")]
pub mod replay;
pub mod request;
pub mod schema;
pub mod source;
pub mod syntax;
pub mod value;

pub use self::latch::SessionLatch;
pub use decision::{Challenge, Decision, Options, Outcome};
pub use engine::{Engine, HotEngine, LoadError};
pub use request::Request;

#[doc = include_str!("ARCHITECTURE.md")]
pub mod architecture {}

#[cfg(feature = "measure")]
#[doc = include_str!("MEASURING.md")]
pub mod measuring {}

/// The examples of the README, run as tests.
#[cfg(all(doctest, feature = "json"))]
#[doc = include_str!("../README.md")]
pub struct Readme;
