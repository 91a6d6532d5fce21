//! Finds addresses in networks that no sign-in over the internet comes from.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::rules::correctness::ranges::{self, Line};
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1009", name: "private-or-reserved-address" },
    severity: Severity::Error,
    category: Category::Correctness,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("private_or_reserved_address.md"),
    check,
};

/// Private and reserved blocks: the registries of special-purpose addresses, RFC 6890 and its successors.
const BLOCKS: [(&str, &str); 15] = [
    ("0.0.0.0/8", "addresses of \"this network\""),
    ("10.0.0.0/8", "private addresses"),
    ("100.64.0.0/10", "addresses behind a provider's translation"),
    ("127.0.0.0/8", "the machine itself"),
    ("169.254.0.0/16", "addresses of one link"),
    ("172.16.0.0/12", "private addresses"),
    ("192.168.0.0/16", "private addresses"),
    ("198.18.0.0/15", "addresses for benchmarks"),
    ("224.0.0.0/4", "groups of receivers"),
    ("240.0.0.0/4", "reserved addresses"),
    ("::/128", "no address"),
    ("::1/128", "the machine itself"),
    ("fc00::/7", "private addresses"),
    ("fe80::/10", "addresses of one link"),
    ("ff00::/8", "groups of receivers"),
];

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let blocks = ranges::blocks(&BLOCKS);
    for Line { span, range } in ranges::lines(subject) {
        let inside = blocks.iter().find(|(block, _)| ranges::lies_in(range, *block));
        let Some((_, what)) = inside else { continue };
        let words = subject.sources.text(span);
        let message = format!("no sign-in comes from `{words}`: these are {what}");
        let finding = found(RULE.code, span, message)
            .note("a sign-in carries the address that the internet sees, which is that of the way out")
            .help("write the public addresses of your ways out, or take the line away");
        all.push(finding);
    }
}
