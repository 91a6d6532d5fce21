//! The same policies in another order: items, clauses, members of lists, both sides of `and` and `or`.

use fastrand::Rng;
use latch::syntax::ast::{
    Clause, Condition, File, Grant, ItemKind, NetworkBody, Operand, StrengthBody,
};

/// Shuffles everything whose order means nothing.
pub(crate) fn file(rng: &mut Rng, file: &mut File) {
    rng.shuffle(&mut file.items);
    for item in &mut file.items {
        match &mut item.kind {
            ItemKind::Policy(policy) => {
                rng.shuffle(&mut policy.clauses);
                policy.clauses.iter_mut().for_each(|one| clause(rng, one));
            }
            ItemKind::Let(named) => condition(rng, &mut named.condition),
            ItemKind::Object(object) => rng.shuffle(&mut object.ids),
            ItemKind::Network(network) => {
                if let NetworkBody::Members(members) = &mut network.body {
                    rng.shuffle(members);
                }
            }
            ItemKind::Strength(strength) => {
                if let StrengthBody::Combinations(combinations) = &mut strength.body {
                    rng.shuffle(combinations);
                    combinations.iter_mut().for_each(|one| rng.shuffle(&mut one.methods));
                }
            }
            _ => {}
        }
    }
}

fn clause(rng: &mut Rng, clause: &mut Clause) {
    match clause {
        Clause::When(inner) | Clause::Unless(inner) => condition(rng, inner),
        Clause::Require(inner) => grant(rng, inner),
        Clause::Block(_) | Clause::Session(_) => {}
    }
}

fn condition(rng: &mut Rng, tree: &mut Condition) {
    match tree {
        Condition::And(parts) | Condition::Or(parts) => {
            rng.shuffle(parts);
            parts.iter_mut().for_each(|part| condition(rng, part));
        }
        Condition::Not(_, inner) => condition(rng, inner),
        Condition::Compare(comparison) => {
            if let Operand::List(members, _) = &mut comparison.operand {
                rng.shuffle(members);
            }
        }
        Condition::Always(_) | Condition::Never(_) | Condition::Bare(_) => {}
    }
}

fn grant(rng: &mut Rng, tree: &mut Grant) {
    match tree {
        Grant::And(parts) | Grant::Or(parts) => {
            rng.shuffle(parts);
            parts.iter_mut().for_each(|part| grant(rng, part));
        }
        Grant::One(_) => {}
    }
}
