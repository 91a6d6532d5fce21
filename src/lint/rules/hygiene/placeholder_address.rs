//! Finds addresses that are kept for documentation.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::correctness::ranges::{self, Line};
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1307", name: "placeholder-address" },
    severity: Severity::Warning,
    category: Category::Hygiene,
    profile: Profile::Strict,
    exact: true,
    fix: None,
    page: include_str!("placeholder_address.md"),
    check,
};

/// The blocks of RFC 5737, RFC 3849 and RFC 9637.
const BLOCKS: [(&str, &str); 5] = [
    ("192.0.2.0/24", "RFC 5737"),
    ("198.51.100.0/24", "RFC 5737"),
    ("203.0.113.0/24", "RFC 5737"),
    ("2001:db8::/32", "RFC 3849"),
    ("3fff::/20", "RFC 9637"),
];

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let blocks = ranges::blocks(&BLOCKS);
    for Line { span, range } in ranges::lines(subject) {
        let inside = blocks.iter().find(|(block, _)| ranges::lies_in(range, *block));
        let Some((_, source)) = inside else { continue };
        let message = format!("`{}` is kept for examples", subject.sources.text(span));
        let finding = found(RULE.code, span, message)
            .note(format!("{source} keeps it for documentation: no sign-in comes from there"))
            .help("write your own addresses");
        all.push(finding);
    }
}
