//! Finds requirements that nobody can meet of those they are about.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::Expectation;
use crate::lint::ask::{Always, requires};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1014", name: "unsatisfiable-grant" },
    severity: Severity::Error,
    category: Category::Correctness,
    profile: Profile::Default,
    exact: true,
    fix: None,
    page: include_str!("unsatisfiable_grant.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for policy in subject.live_policies() {
        let meant = policy.meant;
        if !requires(meant)
            || subject.ask.always_with_a_password(meant, &meant.condition, Expectation::Block)
                != Always::Yes
        {
            continue;
        }
        let message =
            format!("nobody can do what `{}` requires: it blocks all that it is about", meant.name);
        let finding = found(RULE.code, policy.written.name.span, message)
            .label(meant.condition.span, "those who meet this cannot prove it")
            .note("legacy clients and programs cannot answer a challenge; in the device-code flow no device is seen")
            .help("write `block` if that is what you mean, or leave these sign-ins to another policy");
        all.push(finding);
    }
}
