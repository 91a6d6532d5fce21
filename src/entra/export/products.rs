//! A condition as alternatives, each a list of demands that must all hold: the disjunctive form.
//!
//! `and` and `or` distribute over each other exactly, in three values too. A union in one dimension stays one demand, so
//! that what fits one policy of Entra becomes one.

use crate::diagnostic::Diagnostic;
use crate::entra::codes;
use crate::entra::export::literal::{Demand, Literal, Reader};
use crate::entra::export::who::joined;
use crate::entra::rule::Rule;
use crate::hir::{Condition, ConditionKind};

/// Demands that must all hold.
pub(super) type Product = Vec<Literal>;

/// How many alternatives are held on the way: eight for each policy that may come of one.
const MAX_PRODUCTS: usize = 8 * super::MAX_COPIES;

/// Makes alternatives of conditions, and gathers why it cannot.
#[derive(Debug)]
pub(super) struct Alternatives<'a> {
    pub(super) reader: Reader<'a>,
    pub(super) found: Vec<Diagnostic>,
}

impl Alternatives<'_> {
    /// The alternatives of which one holds where the condition holds (or does not).
    pub(super) fn of(&mut self, condition: &Condition, holds: bool) -> Vec<Product> {
        match self.reader.literal(condition, holds) {
            Ok(Some(demand)) => return vec![vec![Literal { demand, span: condition.span }]],
            Ok(None) => {}
            Err(diagnostic) => {
                self.found.push(*diagnostic);
                return vec![Vec::new()];
            }
        }
        match &condition.kind {
            ConditionKind::Always | ConditionKind::Never => {
                let always = matches!(condition.kind, ConditionKind::Always);
                let never = Literal { demand: Demand::Never, span: condition.span };
                vec![if always == holds { Vec::new() } else { vec![never] }]
            }
            ConditionKind::All(parts) if holds => self.all(parts, holds, condition),
            ConditionKind::All(parts) => self.any(parts, holds, condition),
            ConditionKind::Any(parts) if holds => self.any(parts, holds, condition),
            ConditionKind::Any(parts) => self.all(parts, holds, condition),
            ConditionKind::Not(inner) => self.of(inner, !holds),
            ConditionKind::Test(_) => vec![Vec::new()],
        }
    }

    fn all(&mut self, parts: &[Condition], holds: bool, whole: &Condition) -> Vec<Product> {
        let mut all: Vec<Product> = vec![Vec::new()];
        for part in parts {
            let alternatives = self.of(part, holds);
            if all.len() * alternatives.len() > MAX_PRODUCTS {
                self.found.push(too_many(whole));
                return vec![Vec::new()];
            }
            let both = |one: &Product, other: &Product| [one.as_slice(), other].concat();
            all = all
                .iter()
                .flat_map(|one| alternatives.iter().map(move |other| both(one, other)))
                .collect();
        }
        all
    }

    fn any(&mut self, parts: &[Condition], holds: bool, whole: &Condition) -> Vec<Product> {
        let mut any: Vec<Product> = Vec::new();
        for part in parts {
            for product in self.of(part, holds) {
                add(&mut any, product);
            }
            if any.len() > MAX_PRODUCTS {
                self.found.push(too_many(whole));
                return vec![Vec::new()];
            }
        }
        any
    }
}

fn too_many(condition: &Condition) -> Diagnostic {
    let message = "this condition needs too many policies";
    Diagnostic::error(codes::OVER_A_LIMIT, condition.span, message)
        .note(format!(
            "each of its alternatives is a policy in Entra; {MAX_PRODUCTS} are tried, and {} may come of one",
            super::MAX_COPIES
        ))
        .help("write several policies, or give groups in the directory the names you need")
}

/// Adds an alternative; one that differs from another one in one demand is united with it, where one demand says so.
fn add(any: &mut Vec<Product>, product: Product) {
    let mut product = product;
    while let Some((at, united)) =
        any.iter().enumerate().find_map(|(at, other)| Some((at, unite(other, &product)?)))
    {
        any.remove(at);
        product = united;
    }
    any.push(product);
}

fn unite(one: &Product, other: &Product) -> Option<Product> {
    let is_in =
        |literal: &Literal, product: &Product| product.iter().any(|it| it.demand == literal.demand);
    let of_one: Vec<usize> = (0..one.len()).filter(|at| !is_in(&one[*at], other)).collect();
    let of_other: Vec<usize> = (0..other.len()).filter(|at| !is_in(&other[*at], one)).collect();
    match (&of_one[..], &of_other[..]) {
        // What asks for less is enough.
        ([], _) => Some(one.clone()),
        (_, []) => Some(other.clone()),
        ([first], [second]) => {
            let mut united = one.clone();
            let (first, second) = (&mut united[*first], &other[*second]);
            first.demand = union(&first.demand, &second.demand)?;
            Some(united)
        }
        _ => None,
    }
}

/// What holds where either holds.
fn union(one: &Demand, other: &Demand) -> Option<Demand> {
    use Demand as D;
    Some(match (one, other) {
        (D::Never, other) | (other, D::Never) => other.clone(),
        (D::Who(one), D::Who(other)) => D::Who(one.union(other)?),
        (D::What(one), D::What(other)) => D::What(one.union(other)?),
        (D::Words(a, one), D::Words(b, other)) if a == b => D::Words(*a, joined(one, other)),
        (D::Spots(one), D::Spots(other)) => D::Spots(joined(one, other)),
        (D::Device(one), D::Device(other)) => D::Device(any(one, other)),
        (D::NotDevice(one), D::NotDevice(other)) => D::NotDevice(all(one, other)),
        (D::Device(one), D::NotDevice(other)) | (D::NotDevice(other), D::Device(one)) => {
            D::Device(any(one, &other.clone().negated()))
        }
        (D::Custom(a, one), D::Custom(b, other)) if a == b => D::Custom(*a, any(one, other)),
        (D::NotCustom(a, one), D::NotCustom(b, other)) if a == b => {
            D::NotCustom(*a, all(one, other))
        }
        _ => return None,
    })
}

fn any(one: &Rule, other: &Rule) -> Rule {
    Rule::any(vec![one.clone(), other.clone()])
}

fn all(one: &Rule, other: &Rule) -> Rule {
    Rule::all(vec![one.clone(), other.clone()])
}
