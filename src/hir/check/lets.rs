//! `let`s: what each stands for, worked out once, those first that others are made of.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::limits::MAX_DEPTH;
use crate::hir::resolve::names::{Declaration, Names};
use crate::hir::{Condition, ConditionKind, Let, Remarks, codes};
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind};

/// What a `let` stands for.
#[derive(Debug, Clone)]
pub(in crate::hir) struct Expansion {
    /// With every other `let` put in place.
    pub(super) condition: Condition,
    /// How many nodes and values it has.
    pub(super) weight: usize,
    remarks: Remarks,
    span: Span,
}

impl Checker<'_, '_> {
    /// Gives every `let` its meaning.
    pub(in crate::hir) fn expand_lets(&mut self) {
        let order = Order::of(self.names);
        for (path, edge) in &order.cycles {
            self.report.tell(cycle(path, *edge));
        }
        for name in order.sorted {
            let Some(declaration) = self.names.get(name) else { continue };
            let expansion = match order.in_cycle.get(name) {
                Some(()) => None,
                None => self.expansion(declaration),
            };
            self.lets.insert(name, expansion);
        }
        for declaration in self.names.unnamed() {
            drop(self.expansion(declaration));
        }
    }

    fn expansion(&mut self, declaration: Declaration<'_>) -> Option<Expansion> {
        let ItemKind::Let(named) = &declaration.item.kind else { return None };
        let remarks = super::remarks::remarks(declaration.item, &mut self.report);
        let before = self.expanded;
        let condition = self.condition(&named.condition)?;
        let weight = self.expanded - before;
        let condition = self.shallow(condition, declaration.name.span)?;
        Some(Expansion { condition, weight, remarks, span: declaration.item.span })
    }

    /// Every `let` that has a meaning, by name.
    pub(in crate::hir) fn take_lets(&mut self) -> Vec<Let> {
        let known = std::mem::take(&mut self.lets).into_iter();
        let known = known.filter_map(|(name, expansion)| Some((name, expansion?)));
        known
            .map(|(name, Expansion { condition, remarks, span, .. })| Let {
                name: name.to_owned(),
                remarks,
                condition,
                span,
            })
            .collect()
    }

    /// The condition, unless it is nested too deep with its `let`s in place.
    pub(super) fn shallow(&mut self, condition: Condition, span: Span) -> Option<Condition> {
        if depth(&condition) <= MAX_DEPTH {
            return Some(condition);
        }
        let message = format!("this condition is nested more than {MAX_DEPTH} deep");
        self.report.refuse(
            Diagnostic::error(codes::EXPANDS_TOO_DEEP, span, message)
                .note("every `let` is put in place")
                .help("join `let`s side by side rather than one inside the other"),
        )
    }
}

/// How deep a condition is nested.
fn depth(condition: &Condition) -> usize {
    match &condition.kind {
        ConditionKind::All(parts) | ConditionKind::Any(parts) => {
            1 + parts.iter().map(depth).max().unwrap_or(0)
        }
        ConditionKind::Not(inner) => 1 + depth(inner),
        ConditionKind::Always | ConditionKind::Never | ConditionKind::Test(_) => 1,
    }
}

/// How many `let`s of a cycle are told: what fits a reader's eye.
const MAX_TOLD: usize = 8;

fn cycle(path: &[Declaration<'_>], edge: Span) -> Diagnostic {
    let first = path[0];
    let mut names: Vec<&str> = path.iter().take(MAX_TOLD).map(|it| it.name.node.as_str()).collect();
    names.extend((path.len() > MAX_TOLD).then_some("…"));
    names.push(&first.name.node);
    let message = format!("`{}` means itself", first.name.node);
    let mut diagnostic = Diagnostic::error(codes::LET_CYCLE, first.name.span, message)
        .note(format!("it is made of itself: {}", names.join(" → ")))
        .label(edge, "here it comes back")
        .help("a `let` can be made of others only");
    for other in path.iter().take(MAX_TOLD).skip(1) {
        diagnostic = diagnostic.label(other.name.span, "through this one");
    }
    diagnostic
}

/// The `let`s in an order in which each comes after those it is made of.
#[derive(Default)]
struct Order<'a> {
    sorted: Vec<&'a str>,
    /// Those that are part of a cycle that was found.
    in_cycle: BTreeMap<&'a str, ()>,
    /// Each with the place that closes it.
    cycles: Vec<(Vec<Declaration<'a>>, Span)>,
}

/// A `let` that is being looked at, with those it is made of that were not looked at yet.
struct Visit<'a> {
    declaration: Declaration<'a>,
    rest: std::vec::IntoIter<&'a ast::Name>,
}

impl<'a> Order<'a> {
    /// A walk in depth, with a stack of its own: chains of `let`s may be long.
    fn of(names: &Names<'a>) -> Self {
        let mut order = Order::default();
        let mut seen: BTreeMap<&'a str, bool> = BTreeMap::new();
        for declaration in names.iter() {
            order.visit(declaration, names, &mut seen);
        }
        order
    }

    /// `seen` says of each `let` whether it is done; those that are not are on the stack.
    fn visit(
        &mut self,
        root: Declaration<'a>,
        names: &Names<'a>,
        seen: &mut BTreeMap<&'a str, bool>,
    ) {
        let mut stack: Vec<Visit<'a>> = Vec::new();
        begin(root, &mut stack, seen);
        while let Some(top) = stack.last_mut() {
            match top.rest.next() {
                None => {
                    let name = top.declaration.name.node.as_str();
                    seen.insert(name, true);
                    self.sorted.push(name);
                    stack.pop();
                }
                Some(part) => match seen.get(part.node.as_str()) {
                    Some(true) => {}
                    Some(false) => self.close(&stack, part),
                    None => {
                        if let Some(next) = names.get(&part.node) {
                            begin(next, &mut stack, seen);
                        }
                    }
                },
            }
        }
    }

    /// A cycle was found, unless one of its `let`s is already known to be in another.
    fn close(&mut self, stack: &[Visit<'a>], back: &ast::Name) {
        let mut path = Vec::new();
        for visit in stack.iter().rev() {
            let name = visit.declaration.name.node.as_str();
            let known = self.in_cycle.insert(name, ()).is_some();
            path.push(visit.declaration);
            if known {
                return;
            }
            if name == back.node {
                break;
            }
        }
        path.reverse();
        self.cycles.push((path, back.span));
    }
}

fn begin<'a>(
    declaration: Declaration<'a>,
    stack: &mut Vec<Visit<'a>>,
    seen: &mut BTreeMap<&'a str, bool>,
) {
    let ItemKind::Let(named) = &declaration.item.kind else { return };
    let name = declaration.name.node.as_str();
    if seen.contains_key(name) {
        return;
    }
    seen.insert(name, false);
    let mut words = Vec::new();
    bare_words(&named.condition, &mut words);
    stack.push(Visit { declaration, rest: words.into_iter() });
}

/// The words of a condition that may be `let`s.
fn bare_words<'a>(condition: &'a ast::Condition, words: &mut Vec<&'a ast::Name>) {
    match condition {
        ast::Condition::And(parts) | ast::Condition::Or(parts) => {
            parts.iter().for_each(|part| bare_words(part, words));
        }
        ast::Condition::Not(_, inner) => bare_words(inner, words),
        ast::Condition::Bare(name) => words.push(name),
        ast::Condition::Always(_) | ast::Condition::Never(_) => {}
        ast::Condition::Compare(_) => {}
    }
}
