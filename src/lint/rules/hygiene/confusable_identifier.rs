//! Finds letters that look like others, and characters that turn text around.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::allow;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};
use crate::source::Span;
use crate::syntax::ast::Item;
use std::collections::BTreeMap;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1303", name: "confusable-identifier" },
    severity: Severity::Warning,
    category: Category::Hygiene,
    profile: Profile::Default,
    exact: true,
    fix: None,
    page: include_str!("confusable_identifier.md"),
    check,
};

/// Controls that reorder text, and characters without a width: what is shown is not what is there.
const HIDDEN: [char; 15] = [
    '\u{200b}', '\u{200e}', '\u{200f}', '\u{2060}', '\u{feff}', '\u{061c}', '\u{202a}', '\u{202b}',
    '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
];

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for (source, _) in subject.written() {
        let text = &subject.sources.get(source).text;
        for (at, character) in text.char_indices().filter(|(_, it)| HIDDEN.contains(it)) {
            let span = Span::new(source, at, at + character.len_utf8());
            let message = format!("a character that nobody sees: U+{:04X}", u32::from(character));
            let finding = found(RULE.code, span, message)
                .note("such characters turn text around, or make two names look the same")
                .help("delete it");
            all.push(finding);
        }
        mixed_words(text, source, all);
    }
    look_alikes(subject, all);
}

fn mixed_words(text: &str, source: crate::source::SourceId, all: &mut Vec<Diagnostic>) {
    let mut start = None;
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, character.is_alphabetic()) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                start = None;
                if mixes_scripts(&text[from..at]) {
                    let word = &text[from..at];
                    let message =
                        format!("`{word}` has letters of different scripts that look alike");
                    let finding = found(RULE.code, Span::new(source, from, at), message);
                    all.push(finding.help("write it anew with letters of one script"));
                }
            }
            (Some(_), true) | (None, false) => {}
        }
    }
}

/// Latin beside Cyrillic or Greek: the scripts whose letters look like Latin ones.
fn mixes_scripts(word: &str) -> bool {
    let latin = word.chars().any(|it| it.is_ascii_alphabetic());
    latin && word.chars().any(|it| matches!(it, '\u{0370}'..='\u{03ff}' | '\u{0400}'..='\u{052f}'))
}

/// Names that a reader cannot tell apart.
fn look_alikes(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<String, &Item> = BTreeMap::new();
    for item in subject.items() {
        let Some(name) = crate::lint::rules::declared(item) else { continue };
        let skeleton = skeleton(&name.node);
        let Some(first) = seen.insert(skeleton, item) else { continue };
        let Some(other) = crate::lint::rules::declared(first) else { continue };
        if other.node == name.node {
            continue;
        }
        let message = format!("`{}` and `{}` look the same", other.node, name.node);
        let finding = found(RULE.code, name.span, message)
            .label(other.span, format!("the other one, {}", allow::name(first)))
            .help("give one of them another name");
        all.push(finding);
    }
}

/// The name with one sign for those that look alike.
fn skeleton(name: &str) -> String {
    name.replace("rn", "m").replace("vv", "w").replace('0', "o").replace('1', "l")
}
