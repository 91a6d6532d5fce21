//! Finds tests that pass although no policy comes near their sign-in.

use crate::decision::Options;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::{
    Condition, ConditionKind, ExpectedOutcome, PolicySet, PolicyState, Predicate, Probe,
};
use crate::interpret::interpret;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};
use crate::lint::walk;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1318", name: "vacuous-test" },
    severity: Severity::Warning,
    category: Category::Hygiene,
    profile: Profile::Default,
    exact: true,
    fix: None,
    page: include_str!("vacuous_test.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let wide = about_whom_and_what(subject.set);
    if wide.policies.is_empty() {
        return;
    }
    let options = Options { as_if_enforced: true, ..Options::default() };
    for test in &subject.set.tests {
        let only_open = test
            .expectations
            .iter()
            .all(|it| it.outcome == ExpectedOutcome::Open && it.by.is_empty());
        if !only_open || !interpret(&wide, &test.request, &options).applying.is_empty() {
            continue;
        }
        let message = format!(
            "\"{}\" passes whatever the policies say of other people and other apps",
            test.title
        );
        let finding = found(RULE.code, subject.title_of(test), message)
            .here("no policy is about whoever signs in here, or what they ask for")
            .help(
                "describe a sign-in that a policy is about, or expect what should be asked of it",
            );
        all.push(finding);
    }
}

/// The policies that are alive, each as far as it says of whom and of what it is.
fn about_whom_and_what(set: &PolicySet) -> PolicySet {
    let mut wide = set.clone();
    wide.policies.retain(|it| it.state != PolicyState::Disabled);
    for policy in &mut wide.policies {
        walk::without_exclusions(&mut policy.condition);
        let anything = |part: &Condition| match &part.kind {
            ConditionKind::Test(probe) if !is_about_whom_or_what(probe) => {
                Some(part.with(ConditionKind::Always))
            }
            ConditionKind::Not(_) => Some(part.with(ConditionKind::Always)),
            _ => None,
        };
        policy.condition = walk::replaced(&policy.condition, &anything);
    }
    wide
}

fn is_about_whom_or_what(probe: &Probe) -> bool {
    matches!(
        probe.predicate,
        Predicate::People(_)
            | Predicate::Apps(_)
            | Predicate::ServicePrincipals(_)
            | Predicate::Agents(_)
    )
}
