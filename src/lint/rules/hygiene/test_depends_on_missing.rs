//! Finds tests whose outcome hangs on what they do not say.

use crate::decision::Options;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::interpret::interpret;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1319", name: "test-depends-on-missing" },
    severity: Severity::Info,
    category: Category::Hygiene,
    profile: Profile::Strict,
    exact: true,
    fix: None,
    page: include_str!("test_depends_on_missing.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for test in &subject.set.tests {
        let decided = test.expectations.iter().map(|expectation| {
            let as_if_enforced = expectation.as_if_enforced;
            interpret(subject.set, &test.request, &Options { as_if_enforced, ..Options::default() })
        });
        let Some(decision) = decided.into_iter().find(|it| it.assumption_matters) else { continue };
        let names: Vec<String> = decision.assumed.iter().map(|it| format!("`{it}`")).collect();
        let message = format!("what \"{}\" expects hangs on what it does not say", test.title);
        let finding = found(RULE.code, subject.title_of(test), message)
            .note(format!("not supplied, and taken for a match: {}", names.join(", ")))
            .help("say it, or `assume rest absent`");
        all.push(finding);
    }
}
