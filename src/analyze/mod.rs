//! Exact questions about whole policy sets: what holds for every possible sign-in.
//!
//! ```text
//! tests of conditions ──▶ Space: dimensions cut into classes ──▶ Model: policies as sets of points ──▶ questions
//!      (space/test.rs)        (space/)                            (model.rs, over bdd.rs)         (prove.rs)
//!                                  evidence.rs: proofs and claims are dimensions too
//!                                                 witness.rs: the cheapest point of a set, as a request
//!                                                 cover.rs, region.rs, phrase.rs: a set as few boxes, in words
//! two policy sets ──▶ one (merge.rs) ──▶ what each imposes where (effect.rs)
//! ```
//!
//! # The space
//!
//! Every attribute is known or absent. Exactly one of user, service principal and agent signs in, and asks for exactly one
//! app, action, authentication context or traffic profile. A sign-in is in a network by its address, its country, its position or what
//! vouches for it, and not because it names the network. Address and country are independent of each other. Moments are
//! those of 28 years, in which a calendar repeats itself, and those around every date that a policy names. Any memberships
//! may meet in one person, unless `archetype`s say which people there are; a membership that an archetype does not speak of is
//! free. Evidence is any set of proofs and claims of any age.
//!
//! # Exactness
//!
//! A dimension is cut into classes that no test tells apart, so one value stands for all of its class. The answer
//! holds for every request of the space, and every example is built as a request and decided again by
//! [`crate::interpret`]; a disagreement is a mistake of this room and ends in an assertion. Where the classes of an attribute
//! are not known exactly its tests count as free of each other: what is proved then holds all the same, and what could only be
//! refuted so is undecided.
//!
//! # Cost
//!
//! [`limits`] says how much an analysis may cost. When a budget ends first, the answer is *undecided*, which is not *proved*.

mod archetypes;
mod bdd;
mod cover;
mod covered;
mod crowd_in_words;
mod diff;
mod effect;
mod evidence;
pub mod example;
mod gaps;
pub mod limits;
mod lockout;
mod merge;
mod minimise;
mod model;
mod mutate;
mod phrase;
mod prove;
mod redundancy;
mod region;
mod setting;
mod snapshot;
mod space;
mod tests_in_words;
mod unmet;
mod witness;
mod worst;

pub use archetypes::propose_archetype;
pub use covered::{Coverage, Covered, MAX_MISTAKES, Unnoticed, coverage};
pub use diff::{Change, ChangeKind, Diff, diff};
pub use gaps::{Gap, GapKind, Gaps, Scope, gaps};
pub use lockout::{Lockout, Lockouts, MENDERS, PORTALS, lockouts};
pub use merge::Incomparable;
pub use minimise::{Dropped, Joined, Minimised, minimise};
pub use phrase::Clause;
pub use prove::{Answer, Counterexample, Verdict, prove};
pub use redundancy::{Flaw, Flaws, flaws, turned_on};
pub use region::{Assumption, MAX_REGIONS, Region};
pub use setting::{Setting, Watch};
pub use snapshot::{Person, Snapshot};
