//! Conditions with `not` moved inward, and with what depends on the one app or context that is looked at kept apart.

use std::collections::BTreeSet;

use crate::cedar::expr::Expr;
use crate::hir::TextTest;

/// "Is not definitely false", as a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Formula {
    /// All of them.
    All(Vec<Formula>),
    /// Any of them.
    Any(Vec<Formula>),
    /// One or the other.
    If(Expr, Box<[Formula; 2]>),
    /// Something that is the same whatever is looked at.
    Is(Expr),
    /// A test of what is looked at; `positive`, or its negation.
    Look {
        /// The test.
        test: LookTest,
        /// Whether it may hold, or may fail to.
        positive: bool,
    },
}

/// What is looked at, one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looked {
    /// An app.
    App,
    /// An authentication context.
    Context,
}

/// A positive test of what is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LookTest {
    /// The id is one of these.
    Id(Looked, BTreeSet<String>),
    /// The app is a resource of agents.
    AgentResource,
    /// A custom security attribute of the app, by its folded name.
    Custom(String, TextTest),
}

impl LookTest {
    /// What it is about.
    pub(super) fn looked(&self) -> Looked {
        match self {
            LookTest::Id(looked, _) => *looked,
            LookTest::AgentResource | LookTest::Custom(..) => Looked::App,
        }
    }
}

/// True and false.
pub(super) const fn constant(value: bool) -> Formula {
    Formula::Is(Expr::Const(value))
}

impl Formula {
    /// All of them.
    pub(super) fn all(parts: impl IntoIterator<Item = Formula>) -> Formula {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Formula::Is(Expr::Const(true)) => {}
                Formula::Is(Expr::Const(false)) => return constant(false),
                Formula::All(inner) => kept.extend(inner),
                other => kept.push(other),
            }
        }
        if kept.is_empty() {
            return constant(true);
        }
        if kept.len() == 1 { kept.remove(0) } else { Formula::All(kept) }
    }

    /// Any of them.
    pub(super) fn any(parts: impl IntoIterator<Item = Formula>) -> Formula {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Formula::Is(Expr::Const(false)) => {}
                Formula::Is(Expr::Const(true)) => return constant(true),
                Formula::Any(inner) => kept.extend(inner),
                other => kept.push(other),
            }
        }
        if kept.is_empty() {
            return constant(false);
        }
        if kept.len() == 1 { kept.remove(0) } else { Formula::Any(kept) }
    }

    /// The second or the third.
    pub(super) fn choice(condition: Expr, then: Formula, otherwise: Formula) -> Formula {
        Formula::If(condition, Box::new([then, otherwise]))
    }

    /// Whether it has a test of that.
    pub(super) fn looks_at(&self, looked: Looked) -> bool {
        !self.tests_of(looked).is_empty()
    }

    /// Every test of that, in the order of the text.
    pub(super) fn tests_of(&self, looked: Looked) -> Vec<&LookTest> {
        let parts: &[Formula] = match self {
            Formula::All(parts) | Formula::Any(parts) => parts,
            Formula::If(_, parts) => &parts[..],
            Formula::Is(_) => &[],
            Formula::Look { test, .. } => {
                return Some(test).filter(|test| test.looked() == looked).into_iter().collect();
            }
        };
        parts.iter().flat_map(|part| part.tests_of(looked)).collect()
    }

    /// The same with every test of that replaced.
    pub(super) fn replace(
        &self,
        looked: Looked,
        with: &dyn Fn(&LookTest, bool) -> Expr,
    ) -> Formula {
        let each = |parts: &[Formula]| -> Vec<Formula> {
            parts.iter().map(|part| part.replace(looked, with)).collect()
        };
        match self {
            Formula::All(parts) => Formula::all(each(parts)),
            Formula::Any(parts) => Formula::any(each(parts)),
            Formula::If(condition, parts) => {
                let [then, otherwise] = &**parts;
                let then = then.replace(looked, with);
                Formula::choice(condition.clone(), then, otherwise.replace(looked, with))
            }
            Formula::Look { test, positive } if test.looked() == looked => {
                Formula::Is(with(test, *positive))
            }
            Formula::Look { .. } | Formula::Is(_) => self.clone(),
        }
    }

    /// As an expression; nothing that is looked at may be left in it.
    pub(super) fn into_expr(self) -> Expr {
        match self {
            Formula::All(parts) => Expr::all(parts.into_iter().map(Formula::into_expr)),
            Formula::Any(parts) => Expr::any(parts.into_iter().map(Formula::into_expr)),
            Formula::If(condition, parts) => {
                let [then, otherwise] = *parts;
                Expr::choice(condition, then.into_expr(), otherwise.into_expr())
            }
            Formula::Is(expr) => expr,
            Formula::Look { .. } => unreachable!("every look was taken before"),
        }
    }
}
