//! Where policies meet: the sign-in frequency of one bounds the proofs that another asks for.

use std::collections::{BTreeMap, BTreeSet};

use crate::cedar::evidence::{Bounds, Proven};
use crate::cedar::expr::Expr;
use crate::cedar::keys::Keys;
use crate::cedar::policy::{Statement, effect_text};
use crate::decision::Options;
use crate::hir::{Effect, Grant, Policy, PolicySet};
use crate::value::duration_text;

/// A policy with the expression that it applies.
pub(super) type Applying<'a> = (&'a Policy, Expr);

/// The bounds that a policy sets, in seconds.
pub(super) fn bounds_of(policy: &Policy, options: &Options) -> Bounds {
    let frequency = policy.session.sign_in_frequency;
    Bounds {
        both: frequency.both.map(|bound| options.seconds(bound)),
        second: frequency.second.map(|bound| options.seconds(bound)),
    }
}

/// Every statement that no policy makes alone, in the order of grants and bounds.
pub(super) fn meetings<'a>(
    set: &'a PolicySet,
    keys: &'a Keys,
    options: &'a Options,
    policies: &'a [Applying<'a>],
) -> impl Iterator<Item = Statement> + 'a {
    let limits = limits(policies, options);
    let meeting = Meeting { set, keys, options, policies };
    let askers = askers(policies, options).into_iter();
    askers.flat_map(move |((grant, own), who)| {
        let stricter = meeting.stricter(grant, own, &limits);
        let told =
            stricter.into_iter().map(move |(limit, proof)| meeting.statement(&who, limit, proof));
        told.collect::<Vec<_>>()
    })
}

/// Policies with the same grant and the same bounds.
fn askers<'a>(
    policies: &'a [Applying<'a>],
    options: &Options,
) -> BTreeMap<(&'a Grant, Bounds), Vec<&'a Applying<'a>>> {
    let mut askers: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for applying in policies {
        if let Effect::Require(grant) = &applying.0.effect {
            let own = bounds_of(applying.0, options);
            askers.entry((grant, own)).or_default().push(applying);
        }
    }
    askers
}

/// Every pair of a bound on both factors and one on the second, either of which may be missing.
fn limits(policies: &[Applying<'_>], options: &Options) -> Vec<Bounds> {
    let all: Vec<_> = policies.iter().map(|(policy, _)| bounds_of(policy, options)).collect();
    let both: BTreeSet<_> = all.iter().map(|it| it.both).chain([None]).collect();
    let second: BTreeSet<_> = all.iter().map(|it| it.second).chain([None]).collect();
    let pairs = both.iter().flat_map(|both| second.iter().map(move |second| (*both, *second)));
    pairs.map(|(both, second)| Bounds { both, second }).collect()
}

#[derive(Clone, Copy)]
struct Meeting<'a> {
    set: &'a PolicySet,
    keys: &'a Keys,
    options: &'a Options,
    policies: &'a [Applying<'a>],
}

impl<'a> Meeting<'a> {
    fn proof(&self, grant: &Grant, bounds: Bounds) -> Expr {
        Proven { set: self.set, keys: self.keys, bounds }.grant(grant)
    }

    /// The bounds under which the grant asks for more than alone, or than under one of the two.
    fn stricter(&self, grant: &Grant, own: Bounds, limits: &[Bounds]) -> Vec<(Bounds, Expr)> {
        let stricter = limits.iter().filter_map(|limit| {
            let alone = |bounds: Bounds| self.proof(grant, own.with(bounds));
            let proof = alone(*limit);
            let fewer = [
                Bounds::default(),
                Bounds { both: limit.both, second: None },
                Bounds { both: None, second: limit.second },
            ];
            let known =
                fewer.into_iter().filter(|fewer| fewer != limit).any(|it| alone(it) == proof);
            (!known && *limit != Bounds::default()).then_some((*limit, proof))
        });
        stricter.collect()
    }

    fn statement(&self, who: &[&'a Applying<'a>], limit: Bounds, proof: Expr) -> Statement {
        let asked = Expr::any(who.iter().map(|(_, applies)| applies.clone()));
        let applies = [
            self.bounding(|it| it.both, limit.both),
            self.bounding(|it| it.second, limit.second),
            Some(asked),
        ];
        let effect =
            who.first().map(|(policy, _)| effect_text(self.set, policy)).unwrap_or_default();
        let names: Vec<_> = who.iter().map(|(policy, _)| policy.name.as_str()).collect();
        let id = format!("{}, {}", names.join(", "), words(limit));
        Statement {
            remark: String::new(),
            annotations: vec![("id", id), ("latch_effect", format!("{effect}, {}", words(limit)))],
            word: "forbid",
            applies: Some(Expr::all(applies.into_iter().flatten())),
            granted: Some(proof),
        }
    }

    /// That a policy with that bound applies.
    fn bounding(&self, of: fn(Bounds) -> Option<u64>, bound: Option<u64>) -> Option<Expr> {
        bound?;
        let such =
            self.policies.iter().filter(|(policy, _)| of(bounds_of(policy, self.options)) == bound);
        Some(Expr::any(such.map(|(_, applies)| applies.clone())))
    }
}

/// `signed in within 4 hours, second factor within 1 hour`
fn words(limit: Bounds) -> String {
    let both = limit.both.map(|it| format!("signed in within {}", duration_text(it)));
    let second = limit.second.map(|it| format!("second factor within {}", duration_text(it)));
    [both, second].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
