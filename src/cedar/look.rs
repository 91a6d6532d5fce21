//! "For one of the apps asked for": what Cedar has no word for, worked out exactly.
//!
//! A policy applies when it applies to one of the apps (or contexts), each looked at alone. Cedar cannot range over a set.
//! But a formula over the id of one app divides all ids into few classes: those that it names, by the tests they pass,
//! and all others. For each class the formula is the same, so "for one of them" is "one of them is in a class for which
//! it holds". Where a formula asks more of an app than its id, the apps stand in places of their own, and the formula is
//! written once for each place.

use std::collections::{BTreeMap, BTreeSet};

use crate::cedar::expr::Expr;
use crate::cedar::formula::{Formula, LookTest, Looked, constant};
use crate::cedar::keys::{MAX_APPS, access, app_key, attribute_key, has};
use crate::cedar::test::{CONTEXT, Writer, app_literal, is_absent};
use crate::schema::attribute::{Attribute, AttributeId};
use crate::syntax::ast::ObjectKind;

impl Writer<'_> {
    /// That a formula holds for one of what is looked at.
    pub(super) fn somewhere(&self, formula: Formula) -> Expr {
        let formula = self.exists(formula, Looked::Context);
        self.exists(formula, Looked::App).into_expr()
    }

    /// "For one of them" goes as far inward as it can.
    fn exists(&self, formula: Formula, looked: Looked) -> Formula {
        if !formula.looks_at(looked) {
            return formula;
        }
        match formula {
            Formula::Any(parts) => {
                Formula::any(parts.into_iter().map(|part| self.exists(part, looked)))
            }
            Formula::If(condition, parts) => {
                let [then, otherwise] = *parts;
                let then = self.exists(then, looked);
                Formula::choice(condition, then, self.exists(otherwise, looked))
            }
            Formula::All(parts) => {
                let (mut there, mut rest): (Vec<_>, Vec<_>) =
                    parts.into_iter().partition(|part| part.looks_at(looked));
                let there = if there.len() == 1 {
                    self.exists(there.remove(0), looked)
                } else {
                    self.together(&Formula::All(there), looked)
                };
                rest.push(there);
                Formula::all(rest)
            }
            Formula::Look { .. } | Formula::Is(_) => self.together(&formula, looked),
        }
    }

    /// For one of them, where the formula cannot be taken apart.
    fn together(&self, formula: &Formula, looked: Looked) -> Formula {
        let attribute = match looked {
            Looked::App => Attribute::App,
            Looked::Context => Attribute::Context,
        };
        let key = attribute_key(self.set, AttributeId::BuiltIn(attribute));
        let known = match looked {
            Looked::App => self.some_app(formula, &access(CONTEXT, &key)),
            Looked::Context => self.some_context(formula, &access(CONTEXT, &key)),
        };
        let absent = formula.replace(looked, &|_, positive| Expr::Const(!positive));
        let unknown = formula.replace(looked, &|_, _| Expr::Const(true));
        let rest = Formula::choice(is_absent(CONTEXT, &key), absent, unknown);
        Formula::choice(Expr::leaf(has(CONTEXT, &key)), known, rest)
    }

    fn some_app(&self, formula: &Formula, key: &str) -> Formula {
        let by_id = |test: &&LookTest| matches!(test, LookTest::Id(..));
        if formula.tests_of(Looked::App).iter().all(by_id) {
            return self.some_id(formula, Looked::App, key);
        }
        let places = (1..=MAX_APPS).map(|number| {
            let place = access(CONTEXT, &app_key(number));
            let there = formula
                .replace(Looked::App, &|test, positive| app_literal(self, &place, test, positive));
            let filled = Formula::Is(Expr::leaf(has(CONTEXT, &app_key(number))));
            Formula::all([filled, there])
        });
        // Whoever gives apps and no places has not said what is asked here.
        let unsaid = Formula::Is(Expr::leaf(has(CONTEXT, &app_key(1))).not());
        Formula::any(places.chain([unsaid]))
    }

    /// A context that is listed, or, where the list is not complete, one of which nothing is known but what it is not.
    fn some_context(&self, formula: &Formula, key: &str) -> Formula {
        let listed = self.some_id(formula, Looked::Context, &format!("{key}.inside"));
        let rest = formula.replace(Looked::Context, &|test, positive| match test {
            LookTest::Id(_, ids) if positive => {
                let items = self.items(Some(ObjectKind::Context), ids);
                Expr::has_all(&format!("{key}.outside"), items).not()
            }
            _ => Expr::Const(true),
        });
        let incomplete = Formula::Is(Expr::leaf(format!("{key}.complete")).not());
        Formula::any([listed, Formula::all([incomplete, rest])])
    }

    /// For one of the ids that stand under that key.
    fn some_id(&self, formula: &Formula, looked: Looked, key: &str) -> Formula {
        let kind = match looked {
            Looked::App => ObjectKind::App,
            Looked::Context => ObjectKind::Context,
        };
        let named: BTreeSet<String> = classes(formula, looked).into_values().flatten().collect();
        let ways = by_result(formula, looked).into_iter().map(|(result, ids, others)| {
            let there = if others {
                let rest: BTreeSet<String> = named.difference(&ids).cloned().collect();
                let only = self.items(Some(kind), &rest);
                if only.is_empty() { Expr::Const(true) } else { Expr::has_only(key, only).not() }
            } else {
                Expr::has_any(key, self.items(Some(kind), &ids))
            };
            Formula::all([Formula::Is(there), result])
        });
        Formula::any(ways)
    }
}

/// The ids that a formula names, by the tests they pass.
fn classes(formula: &Formula, looked: Looked) -> BTreeMap<Vec<bool>, BTreeSet<String>> {
    let tests = formula.tests_of(looked);
    let sets: Vec<&BTreeSet<String>> = tests
        .iter()
        .filter_map(|test| match test {
            LookTest::Id(_, ids) => Some(ids),
            LookTest::AgentResource | LookTest::Custom(..) => None,
        })
        .collect();
    let mut classes: BTreeMap<Vec<bool>, BTreeSet<String>> = BTreeMap::new();
    for id in sets.iter().flat_map(|set| set.iter()) {
        let passed = sets.iter().map(|set| set.contains(id)).collect();
        classes.entry(passed).or_default().insert(id.clone());
    }
    classes
}

/// What the formula comes to, for which of the named ids, and whether for all others too. Where it is false is left out.
fn by_result(formula: &Formula, looked: Looked) -> Vec<(Formula, BTreeSet<String>, bool)> {
    let mut results: Vec<(Formula, BTreeSet<String>, bool)> = Vec::new();
    let named = classes(formula, looked).into_values().map(|ids| (ids, false));
    for (ids, others) in named.chain([(BTreeSet::new(), true)]) {
        let one = ids.first();
        let result = formula.replace(looked, &|test, positive| {
            let LookTest::Id(_, wanted) = test else { return Expr::Const(true) };
            Expr::Const(one.is_some_and(|id| wanted.contains(id)) == positive)
        });
        if result == constant(false) {
            continue;
        }
        match results.iter_mut().find(|(known, ..)| *known == result) {
            Some((_, same, rest)) => {
                same.extend(ids);
                *rest |= others;
            }
            None => results.push((result, ids, others)),
        }
    }
    results
}
