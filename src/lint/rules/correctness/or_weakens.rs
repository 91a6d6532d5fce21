//! Finds requirements that everyone they are about meets already.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{Effect, Expectation, Grant};
use crate::lint::ask::Always;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};
use crate::schema::grant::GrantWord;
use crate::syntax::ast::Clause;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1018", name: "or-weakens" },
    severity: Severity::Warning,
    category: Category::Correctness,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("or_weakens.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for policy in subject.live_policies() {
        let meant = policy.meant;
        let Effect::Require(grant) = &meant.effect else { continue };
        // Only a device is there before anything is proven.
        let easy = grant.requirements().iter().any(|it| is_of_device(it.grant));
        let open = Expectation::Open;
        if !easy || subject.ask.always_with_a_password(meant, &meant.condition, open) != Always::Yes
        {
            continue;
        }
        let clause = policy.written.clauses.iter().find_map(|clause| match clause {
            Clause::Require(grant) => Some(grant.span()),
            Clause::When(_) | Clause::Unless(_) | Clause::Block(_) | Clause::Session(_) => None,
        });
        let message = match grant {
            Grant::Any(_) => {
                format!("`{}` offers a way that everyone it is about has already", meant.name)
            }
            Grant::All(_) | Grant::One(_) => {
                format!("everyone that `{}` is about meets its requirement already", meant.name)
            }
        };
        let finding = found(RULE.code, clause.unwrap_or(policy.item.span), message)
            .here("asks nothing of anybody")
            .label(meant.condition.span, "whoever meets this, meets that")
            .help("demand what the condition does not say yet: `and` in the place of `or`");
        all.push(finding);
    }
}

fn is_of_device(word: GrantWord) -> bool {
    matches!(word, GrantWord::CompliantDevice | GrantWord::HybridJoinedDevice)
}
