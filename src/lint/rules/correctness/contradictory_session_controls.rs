//! Finds policies that apply together and set a session control to values that disagree.

use crate::analyze::Flaw;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1016", name: "contradictory-session-controls" },
    severity: Severity::Warning,
    category: Category::Correctness,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("contradictory_session_controls.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for flaw in &subject.flaws().found {
        let Flaw::Contradiction { policies, controls, example } = flaw else { continue };
        let places = policies.each_ref().map(|name| subject.name_of(name));
        let [Some(one), Some(other)] = places else { continue };
        let (first, second) = (&policies[0], &policies[1]);
        let message =
            format!("`{first}` and `{second}` disagree about the session where both apply");
        let finding = found(RULE.code, one, message)
            .here(format!("says `{}`", controls[0]))
            .label(other, format!("says `{}`", controls[1]))
            .note("the stricter one wins here; Microsoft does not document which one wins in Entra")
            .note(subject.like(example))
            .help("leave out of one what the other is about, or say the same in both");
        all.push(finding);
    }
}
