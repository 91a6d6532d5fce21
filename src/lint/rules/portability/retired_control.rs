//! Finds demands for approved apps, which Microsoft has retired.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::rule::{Category, Profile, Rule, Safety};
use crate::lint::subject::{Subject, found};
use crate::syntax::ast::{Clause, Grant, GrantAtom};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1401", name: "retired-control" },
    severity: Severity::Warning,
    category: Category::Portability,
    profile: Profile::Recommended,
    exact: true,
    fix: Some(Safety::Unsafe),
    page: include_str!("retired_control.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for policy in subject.live_policies() {
        for clause in &policy.written.clauses {
            let Clause::Require(grant) = clause else { continue };
            for atom in atoms(grant).into_iter().filter(|it| it.grant.node == "approved-app") {
                let finding = found(
                    RULE.code,
                    atom.grant.span,
                    "Microsoft retired approved client apps in March 2026",
                )
                .here("nothing satisfies this any more")
                .help("demand `protected-app`: an app with a protection policy");
                // Beside the one that replaces it, it is to be taken out by hand.
                let replaced = atoms(grant).iter().any(|it| it.grant.node == "protected-app");
                let (span, text) = (atom.grant.span, "protected-app");
                all.push(if replaced { finding } else { finding.fix(span, text) });
            }
        }
    }
}

fn atoms(grant: &Grant) -> Vec<&GrantAtom> {
    match grant {
        Grant::And(parts) | Grant::Or(parts) => parts.iter().flat_map(atoms).collect(),
        Grant::One(atom) => vec![atom],
    }
}
