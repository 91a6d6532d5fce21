//! Exact questions about whole policy sets: what holds for every possible sign-in.
//!
//! ```text
//! tests of conditions ──▶ Space: dimensions cut into classes ──▶ Model: policies as sets of points ──▶ questions
//!      (space/test.rs)        (space/)                            (model.rs, over bdd.rs)         (prove.rs)
//!                                  evidence.rs: proofs and claims are dimensions too
//!                                                 witness.rs: the cheapest point of a set, as a request
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

mod bdd;
mod evidence;
pub mod example;
pub mod limits;
mod model;
mod prove;
mod space;
mod witness;

pub use prove::{Answer, Budget, Counterexample, Verdict, prove};
