//! Finds policies whose condition no sign-in can meet.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::ask::Example;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::correctness::empty_target;
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1001", name: "never-applies" },
    severity: Severity::Error,
    category: Category::Correctness,
    profile: Profile::Default,
    exact: true,
    fix: None,
    page: include_str!("never_applies.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for policy in subject.live_policies() {
        let meant = policy.meant;
        // `when never` says it aloud; `empty-target` speaks of that.
        if empty_target::never(&meant.condition).is_some()
            || subject.ask.any(&meant.condition) != Example::Nobody
        {
            continue;
        }
        let message = format!("no sign-in can ever meet the condition of `{}`", meant.name);
        let finding = found(RULE.code, meant.condition.span, message)
            .here("this contradicts itself")
            .label(policy.written.name.span, "so this policy guards nobody")
            .note("it was looked at for every possible sign-in, whatever is known or absent of it")
            .help("take out the part that excludes what another part asks for");
        all.push(finding);
    }
}
