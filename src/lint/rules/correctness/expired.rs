//! Finds items and suppressions whose last day has passed.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::allow;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};
use jiff::civil::Date;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1015", name: "expired" },
    severity: Severity::Warning,
    category: Category::Correctness,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("expired.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let Some(today) = subject.settings.today else { return };
    for item in subject.items() {
        for annotation in item.annotations.iter().filter(|it| it.name.node == "until") {
            let date = annotation.value.node.get(..10).and_then(|it| it.parse::<Date>().ok());
            let Some(date) = date.filter(|date| *date < today) else { continue };
            let message = format!("`{}` was meant to last until {date}", allow::name(item));
            let finding = found(RULE.code, annotation.value.span, message)
                .help("take the item out, or give it a new date");
            all.push(finding);
        }
    }
    for (date, span) in allow::expired(subject, today) {
        let message = format!("this was allowed until {date}");
        all.push(
            found(RULE.code, span, message).help("mend what it allows, or give it a new date"),
        );
    }
}
