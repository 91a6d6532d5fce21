//! Finds requirements whose whole region other policies block.

use crate::analyze::Flaw;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::Effect;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1019", name: "block-swallows-grant" },
    severity: Severity::Warning,
    category: Category::Correctness,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("block_swallows_grant.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for flaw in &subject.flaws().found {
        let Flaw::Shadowed { policy, by } = flaw else { continue };
        let Some(place) = subject.name_of(policy).filter(|_| swallows(subject, policy, by)) else {
            continue;
        };
        let message = format!("nobody is ever asked what `{policy}` requires");
        let finding = found(RULE.code, place, message)
            .here("all that it is about is blocked")
            .help("take it out, or leave out of the block whom it should ask");
        all.push(subject.culprits(finding, by, "blocks a part of it"));
    }
}

/// Whether a requirement is in vain because these policies block.
pub(in crate::lint::rules) fn swallows(subject: &Subject<'_>, policy: &str, by: &[String]) -> bool {
    let effect =
        |name: &str| subject.set.policies.iter().find(|it| it.name == name).map(|it| &it.effect);
    let blocks = |name: &String| effect(name) == Some(&Effect::Block);
    matches!(effect(policy), Some(Effect::Require(_))) && by.iter().all(blocks)
}
