//! Authentication strengths as policies refer to them, and as objects of their own.

use crate::diagnostic::Diagnostic;
use crate::entra::codes;
use crate::entra::export::letters::Letters;
use crate::entra::export::remarks::{self, Kind};
use crate::entra::model::{Combination, MethodUse, Strength, StrengthRef};
use crate::hir::{self, PolicySet, StrengthId};
use crate::schema::method::{METHODS, Method};
use crate::source::{SourceId, Span};
use crate::syntax::ast::{self, StrengthBody};

/// The strengths of a set: how policies refer to each, and those that are of the tenant's own.
#[derive(Debug, Default)]
pub(super) struct Strengths {
    references: Vec<StrengthRef>,
    /// The tenant's own, as objects.
    pub(super) own: Vec<(Strength, Span)>,
    /// The names of those whose id was made up.
    pub(super) made_up: Vec<String>,
    /// What Entra cannot describe.
    pub(super) found: Vec<Diagnostic>,
}

impl Strengths {
    /// Reads every strength.
    pub(super) fn of(set: &PolicySet, letters: &Letters<'_>) -> Strengths {
        let mut strengths = Strengths::default();
        for strength in &set.strengths {
            strengths.add(strength, letters);
        }
        strengths
    }

    fn add(&mut self, strength: &hir::Strength, letters: &Letters<'_>) {
        let annotated = strength.remarks.annotation("id").map(str::to_owned);
        let id = strength.opaque.clone().or(annotated.clone());
        let id = id.unwrap_or_else(|| remarks::made_up_id("strength", &strength.name));
        self.references.push(StrengthRef { id: id.clone(), name: None, combinations: None });
        let own = strength.opaque.is_none() && strength.span.source != SourceId::PRELUDE;
        if !own {
            return;
        }
        if annotated.is_none() {
            self.made_up.push(strength.name.clone());
        }
        let mut remarks = remarks::of(&strength.remarks, &strength.name, Kind::Strength);
        remarks.id = Some(id);
        let written = letters.strength(&strength.name).map(|written| &written.body);
        let combinations = match written {
            Some(StrengthBody::Combinations(lines)) => lines.iter().map(as_written).collect(),
            Some(StrengthBody::Id(_)) | None => {
                strength.combinations.iter().map(as_meant).collect()
            }
        };
        let combinations = self.distinct(combinations, strength);
        self.own.push((Strength { remarks, combinations: Some(combinations) }, strength.span));
    }

    /// Graph lists each combination once. Two lines of the same methods are one, where one list says what both allow.
    fn distinct(&mut self, all: Vec<Combination>, strength: &hir::Strength) -> Vec<Combination> {
        let mut kept: Vec<Combination> = Vec::new();
        for mut combination in all {
            combination.sort_by_key(|it| METHODS.iter().position(|row| row.name == it.method));
            if combination.iter().any(|it| it.method == "email") {
                self.found.push(no_email(strength));
            }
            let same = |other: &Combination| methods(other) == methods(&combination);
            match kept.iter().position(same) {
                None => kept.push(combination),
                Some(at) => match united(&kept[at], &combination) {
                    Some(both) => kept[at] = both,
                    None => self.found.push(two_restrictions(strength)),
                },
            }
        }
        kept
    }

    /// How policies refer to a strength.
    pub(super) fn reference(&self, id: StrengthId) -> StrengthRef {
        self.references[id.0 as usize].clone()
    }
}

fn as_written(line: &ast::Combination) -> Combination {
    let uses = line.methods.iter().filter_map(|written| {
        let method = Method::by_name(&written.method.node)?;
        let restrictions = written.restrictions.iter().filter_map(|(word, values)| {
            let word = method.row().restrictions.iter().find(|it| **it == word.node)?;
            Some((*word, values.iter().map(|value| value.node.clone()).collect()))
        });
        Some(method_use(method, restrictions.collect()))
    });
    uses.collect()
}

fn as_meant(combination: &hir::Combination) -> Combination {
    let uses = combination.methods.iter().map(|meant| {
        let lists =
            [("aaguid", &meant.aaguids), ("issuer", &meant.issuers), ("policy", &meant.policies)];
        let lists = lists.into_iter().filter(|(_, values)| !values.is_empty());
        let restrictions = lists.map(|(word, values)| (word, values.iter().cloned().collect()));
        method_use(meant.method, restrictions.collect())
    });
    uses.collect()
}

fn method_use(method: Method, restrictions: Vec<(&'static str, Vec<String>)>) -> MethodUse {
    let row = &METHODS[method as usize];
    MethodUse { method: row.name, graph: row.graph, restrictions }
}

fn methods(combination: &Combination) -> Vec<&'static str> {
    combination.iter().map(|it| it.method).collect()
}

/// What either allows, where lists that differ in one place say so.
fn united(one: &Combination, other: &Combination) -> Option<Combination> {
    let differ: Vec<usize> = (0..one.len()).filter(|at| one[*at] != other[*at]).collect();
    let [at] = differ[..] else { return differ.is_empty().then(|| one.clone()) };
    let mut both = one.clone();
    both[at].restrictions = match (&one[at].restrictions[..], &other[at].restrictions[..]) {
        ([], _) | (_, []) => Vec::new(),
        ([(word, values)], [(same, more)]) if word == same => {
            let mut values = [values.as_slice(), more].concat();
            values.sort();
            values.dedup();
            vec![(*word, values)]
        }
        _ => return None,
    };
    Some(both)
}

fn no_email(strength: &hir::Strength) -> Diagnostic {
    let message = format!("`{}` takes a code by e-mail", strength.name);
    Diagnostic::error(codes::OBJECT_NOT_IN_ENTRA, strength.span, message)
        .note("no authentication strength in Entra has that method")
        .help("leave that combination out")
}

fn two_restrictions(strength: &hir::Strength) -> Diagnostic {
    let message = format!("`{}` restricts one combination in two ways", strength.name);
    Diagnostic::error(codes::OBJECT_NOT_IN_ENTRA, strength.span, message)
        .note("Entra lists each combination once, with one list of issuers and one of policies")
        .help("declare two strengths")
}
