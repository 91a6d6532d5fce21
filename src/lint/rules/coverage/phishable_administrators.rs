//! Finds sets under which an administrator gets in with a method that can be phished.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::Expectation;
use crate::lint::ask;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::coverage::whole;
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1209", name: "phishable-administrators" },
    severity: Severity::Warning,
    category: Category::Coverage,
    profile: Profile::Strict,
    exact: true,
    fix: None,
    page: include_str!("phishable_administrators.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let Some(administrators) = whole::administrators(subject) else { return };
    let who = ask::all(vec![administrators, whole::other_apps(subject)]);
    let Some(strong) = whole::phishing_resistant(subject) else { return };
    // One factor alone is another rule's.
    let second = Expectation::Require(whole::mfa(subject));
    if whole::gap(subject, &who, second).is_some() {
        return;
    }
    let Some(gap) = whole::gap(subject, &who, Expectation::Require(strong)) else { return };
    let finding = found(
        RULE.code,
        gap.place,
        "an administrator can open an app with a method that can be phished",
    )
    .here("no policy of the set asks all of them for more")
    .note(format!("for example this sign-in: {}", gap.example))
    .help("require `strength phishing-resistant` of every privileged role");
    all.push(finding);
}
