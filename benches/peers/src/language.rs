//! Conditions as text: each language says how it writes a test, this says how tests are joined.

use crate::facts::{Clause, Flag, List, Scalar};

/// How a language writes tests and joins them.
pub(crate) struct Language {
    pub(crate) and: &'static str,
    pub(crate) or: &'static str,
    /// What goes before something in parentheses.
    pub(crate) not: &'static str,
    pub(crate) is: fn(Scalar, &[u32]) -> String,
    pub(crate) holds: fn(List, &[u32]) -> String,
    pub(crate) flag: fn(Flag) -> String,
}

impl Language {
    /// All of these; `true` is left to the caller where there is none.
    pub(crate) fn all(&self, clauses: &[Clause]) -> String {
        let parts: Vec<String> = clauses.iter().map(|it| self.clause(it)).collect();
        parts.join(self.and)
    }

    fn clause(&self, clause: &Clause) -> String {
        match clause {
            Clause::All(inner) => format!("({})", self.all(inner)),
            Clause::Any(inner) => {
                let parts: Vec<String> = inner.iter().map(|it| self.clause(it)).collect();
                format!("({})", parts.join(self.or))
            }
            Clause::Not(inner) => format!("{}({})", self.not, self.clause(inner)),
            Clause::Is(scalar, values) => (self.is)(*scalar, values),
            Clause::Holds(list, values) => (self.holds)(*list, values),
            Clause::Flag(flag) => (self.flag)(*flag),
        }
    }
}

/// `1, 2, 3`
pub(crate) fn listed(values: &[u32]) -> String {
    values.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

/// Each value written so, joined.
pub(crate) fn each(values: &[u32], join: &str, write: impl Fn(u32) -> String) -> String {
    let parts: Vec<String> = values.iter().map(|value| write(*value)).collect();
    if parts.len() == 1 { parts[0].clone() } else { format!("({})", parts.join(join)) }
}
