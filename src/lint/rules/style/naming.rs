//! Finds policies whose name or title does not follow the house's pattern.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::settings::Pattern;
use crate::lint::subject::{Subject, found};
use crate::source::Spanned;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1502", name: "naming" },
    severity: Severity::Warning,
    category: Category::Style,
    profile: Profile::Strict,
    exact: true,
    fix: None,
    page: include_str!("naming.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let settings = subject.settings;
    for policy in subject.policies() {
        let name = Some(&policy.written.name);
        let title = policy.written.title.as_ref();
        all.extend(misfit("name", name, settings.policy_names.as_ref()));
        all.extend(misfit("title", title, settings.policy_titles.as_ref()));
    }
}

fn misfit(
    what: &str,
    text: Option<&Spanned<String>>,
    pattern: Option<&Pattern>,
) -> Option<Diagnostic> {
    let (text, pattern) = (text?, pattern?);
    let message = format!("the {what} `{}` does not look like `{}`", text.node, pattern.0);
    let finding = found(RULE.code, text.span, message).note(
        "in the pattern `#` is a digit, `?` any character, `*` any text; latch.toml holds it",
    );
    (!pattern.fits(&text.node)).then_some(finding)
}
