//! Policies as Cedar: a schema and statements that open for exactly the sign-ins that open here.
//!
//! Cedar answers one question: *open or not*. So that is what is carried, for every request, evidence included. A policy
//! becomes one `forbid` with its name as `@id`; one `permit` at the end stands for the open default. What a policy demands,
//! and its session controls, stand beside it as annotations.
//!
//! ```text
//! hir::PolicySet ─ export ▶ Export { policies, sessions, schema, schema_json }
//!                              │
//! request::Request ─ request ──┴▶ { principal, action, resource, context }  for `cedar authorize`
//! ```
//!
//! # Three truths in a language that has two
//!
//! A policy applies unless its condition is definitely false ([`crate::interpret`]). Cedar's logic has two values, and an
//! expression that meets a missing attribute is an error, which *skips* the `forbid`: an error would open. So nothing
//! here can fail, and unknown is said in so many words:
//!
//! - Every attribute of the context is optional, but `absent`: a list of the attributes that are known not to exist. Given is
//!   known; not given and listed is absent; neither is not supplied. Who forgets an attribute gets the closed answer.
//! - Negation is moved inward (exact in three values), so that a condition is made of positive tests `t`, some negated.
//!   "`t` is not definitely false" is `if context has a then T else !context.absent.contains("a")`, and
//!   "`not t` is not definitely false" is `!(context has a && T)`, where `T` is the test of a known value. Both are total. And
//!   and or of "not definitely false" are Cedar's, because Kleene's are minimum and maximum.
//! - A list of ids known in part (groups, roles, named locations) is a record: `inside`, `outside`, `complete`. A wanted id
//!   inside makes the test true; else it is false where the list is complete or all wanted ids are outside; else unknown.
//!
//! # One app at a time
//!
//! A policy applies when it applies to one of the apps (or authentication contexts) asked for, each looked at alone. How
//! "for one of them" is said without a quantifier stands in `look.rs`. It is exact for any number of apps where
//! policies read their ids; where they read more (`any-agent-resource`, `app.attribute…`), [`MAX_APPS`] apps have places, and a
//! request with more is refused.
//!
//! # Grants
//!
//! `require G` waives the `forbid` when the evidence satisfies `G`: every proof and claim that a policy can ask for is an
//! attribute with the age of the youngest one. A proof is fresh when its age is at most the shortest bound (`within`, the
//! sign-in frequency over both factors, that of the second factor). Youngest is enough, since younger is never worse.
//! Feasibility needs nothing: a challenge that nobody can meet is blocked, and not open either way.
//!
//! A sign-in frequency bounds the proofs of *all* applying policies, and a `forbid` knows only itself. So for each grant and
//! each frequency of other policies that would make it stricter there is one more statement, `@id("mfa, 4 hours")`: when
//! some policy with that grant applies and some policy with that frequency does, the grant must hold within it. Bounds on
//! both factors and on the second one meet in the same way. Only the shortest bound of each kind matters, so pairs are enough.
//!
//! # What Cedar compares, and what it is given
//!
//! - Words and ids are strings; ids carry the name of their group or app in a comment. Texts are in lower case on both sides.
//! - Addresses are Cedar's `ipaddr`; a range is covered by the fewest blocks.
//! - Cedar knows no time zones: the request says what clocks show in each zone that a policy names. Dates are numbers like 20261123,
//!   times like 80240 (08:02:40), both in the order of time.
//! - Versions are records of eight numbers. Custom security attributes with several texts are one string, texts between line breaks.
//!
//! # What Cedar cannot carry
//!
//! - The challenge: what of a requirement is left, its alternatives and their order, feasibility, blocked apart from step-up. A
//!   `forbid` names what it demands in `@latch_effect` and, for programs, in `@latch_challenge`.
//! - `valid_until`, `depends_on`, `assumed`, and who decided: Cedar tells the `forbid`s that applied.
//! - Merging session controls. `sessions.cedar` has a `permit` for each policy that sets some, so that the determining policies
//!   of a second question name those in force; whoever enforces takes the strictest.
//! - Report-only and disabled policies: left out, and named at the end of the file. [`Options::as_if_enforced`] writes the
//!   report-only ones as if they were on.
//! - Asserts, tests, archetypes; entities (everything stands in the context).
//!
//! A condition that Cedar cannot hold exactly is refused with a finding ([`codes`]), and then nothing is written.

mod address;
pub mod codes;
mod evidence;
mod expr;
mod formula;
mod keys;
mod look;
mod meeting;
mod policy;
mod quote;
mod request;
mod schema;
mod statements;
mod test;

use serde_json::Value as Json;

use crate::cedar::keys::Keys;
use crate::cedar::statements::statements;
use crate::decision::Options;
use crate::diagnostic::Diagnostic;
use crate::hir::PolicySet;
use crate::request::Request;

pub use keys::MAX_APPS;
pub use request::RequestError;

/// The most that one Cedar statement may weigh, in bytes: a hundred times what Amazon Verified Permissions takes (10,000).
pub const MAX_STATEMENT_BYTES: usize = 1_000_000;

/// The most that all statements may weigh together, in bytes. Two hundred times what Amazon Verified Permissions takes
/// without asking (200,000).
pub const MAX_EXPORT_BYTES: usize = 40_000_000;

/// What Amazon Verified Permissions takes as one policy, in bytes, says its page of quotas.
pub const STORE_POLICY_BYTES: usize = 10_000;

/// A policy set as Cedar.
#[derive(Debug, Clone)]
pub struct Export {
    /// The statements that open or do not: `policies.cedar`.
    pub policies: String,
    /// The statements that name session controls, where any policy sets some: `sessions.cedar`.
    pub sessions: Option<String>,
    /// The schema for people: `schema.cedarschema`.
    pub schema: String,
    /// The same schema as JSON: `schema.cedarschema.json`.
    pub schema_json: Json,
    /// The ids of statements of more than [`STORE_POLICY_BYTES`].
    pub large: Vec<String>,
    /// How many statements of `policies` forbid.
    pub forbids: usize,
    /// Policies that are report-only or disabled and so left out, by name.
    pub left_out: Vec<String>,
    keys: Keys,
}

/// A policy set as Cedar. `every time` is written out as [`Options::every_time_seconds`].
///
/// # Errors
/// What Cedar cannot be told, all of it, each with its place.
pub fn export(set: &PolicySet, options: &Options) -> Result<Export, Vec<Diagnostic>> {
    let written = statements(set, options)?;
    Ok(Export {
        policies: written.policies,
        sessions: written.sessions,
        schema: schema::text(&written.keys),
        schema_json: schema::json(&written.keys),
        large: written.large,
        forbids: written.forbids,
        left_out: written.left_out,
        keys: written.keys,
    })
}

impl Export {
    /// A sign-in as a request of Cedar: `principal`, `action`, `resource` and `context`, as `cedar authorize --request-json`
    /// takes it. The set is the one that was exported; the request is typed by it
    /// ([`crate::request::own::type_own`]).
    ///
    /// # Errors
    /// When the sign-in says something that the exported policies cannot read exactly.
    pub fn request(&self, set: &PolicySet, request: &Request) -> Result<Json, RequestError> {
        request::request(self, set, request)
    }
}
