//! This grammar refuses what `latch check` refuses, and nothing else: on every text of the project, and on those garbled.
//!
//! `LATCH` names the command; it is looked for where `cargo build --release` puts it. `LATCH_MUTATIONS` and `LATCH_SEED`
//! say how many garbled texts there are and where they begin.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use tree_sitter::Node;

use crate::texts::{self, Text};
use crate::{parser, project};

/// Findings about what the grammar can read, so no errors to an editor's tree: the check after parsing tells them.
/// An unknown escape, a name that is not kebab-case, a number out of range, a condition over an empty list; and how many
/// errors there are beyond those that are told.
const AFTER_PARSING: [&str; 5] = ["L0105", "L0109", "L0111", "L0112", "L0114"];

/// What the two read differently on purpose.
struct Difference {
    why: &'static str,
    example: &'static str,
    /// Whether a text, which one of them refuses, is of this kind.
    is: fn(&str, Node<'_>) -> bool,
}

const DIFFERENCES: [Difference; 2] = [
    Difference {
        why: "Latch cuts a file wherever `policy NAME \"…\"` stands, so that an error costs one item, and cuts a phrase of \
              words and strings in two. No control or method is called so; this grammar has no need to cut",
        example: "policy a { when always token policy user \"x\" }",
        is: cut_in_a_phrase,
    },
    Difference {
        why: "The same in a network, between two of its lines. None begins so",
        example: "network a { policy service-tag \"Edge\" }",
        is: cut_in_a_network,
    },
];

fn cut_in_a_phrase(text: &str, root: Node<'_>) -> bool {
    cut_in(&["session", "strength_body"], "word", text, root)
}

fn cut_in_a_network(text: &str, root: Node<'_>) -> bool {
    cut_in(&["network_body"], "marker_word", text, root)
}

/// Whether `policy` stands as such a word in such a phrase.
fn cut_in(phrases: &[&str], word: &str, text: &str, root: Node<'_>) -> bool {
    let cut = |node: Node<'_>| node.kind() == word && &text[node.byte_range()] == "policy";
    !root.has_error() && any(root, &|node| phrases.contains(&node.kind()) && any(node, &cut))
}

/// Whether it holds of a node or of one below it.
fn any(node: Node<'_>, holds: &dyn Fn(Node<'_>) -> bool) -> bool {
    holds(node) || node.children(&mut node.walk()).any(|child| any(child, holds))
}

/// How many garbled texts are compared: every construct is met a hundred times, and it takes seconds.
const MUTATIONS: usize = 10_000;

#[test]
fn both_refuse_the_same_texts() {
    let mut texts = texts::written();
    let written = texts.len();
    let seed = number("LATCH_SEED").unwrap_or(1);
    let count = number("LATCH_MUTATIONS").map_or(MUTATIONS, |count| count as usize);
    texts.extend(texts::garbled(&texts, count, seed));
    let verdicts = refused_by_latch(&texts);

    let mut parser = parser();
    let mut refused = 0;
    let mut limited = 0;
    let mut intended = 0;
    let mut differing = Vec::new();
    for (text, verdict) in texts.iter().zip(verdicts) {
        let Some(told) = verdict else {
            limited += 1;
            continue;
        };
        let tree = parser.parse(&text.text, None).expect("a tree");
        refused += usize::from(tree.root_node().has_error());
        if tree.root_node().has_error() == told.is_some() {
            continue;
        }
        if DIFFERENCES.iter().any(|it| (it.is)(&text.text, tree.root_node())) {
            intended += 1;
        } else {
            differing.push(shown(text, told.as_deref(), tree.root_node()));
        }
    }
    println!(
        "{} texts: {written} written, {count} garbled from seed {seed}; {refused} refused, {limited} left out for a limit, {intended} differ on purpose",
        texts.len()
    );
    assert!(refused > 0 && refused < texts.len() - limited, "nothing was compared");
    let first: Vec<_> = differing.iter().take(10).map(String::as_str).collect();
    assert!(differing.is_empty(), "{} texts differ\n{}", differing.len(), first.join("\n"));
}

#[test]
fn differences_on_purpose_are_differences() {
    for Difference { why, example, is } in DIFFERENCES {
        let texts = [Text { from: why.to_owned(), text: example.to_owned() }];
        let told = refused_by_latch(&texts).remove(0).expect("no limit");
        let tree = parser().parse(example, None).expect("a tree");
        assert!(tree.root_node().has_error() != told.is_some(), "{why}: {example}");
        assert!(is(example, tree.root_node()), "{why}: {example}");
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().and_then(|value| value.parse().ok())
}

/// Where and why they differ.
fn shown(text: &Text, told: Option<&str>, root: Node<'_>) -> String {
    let latch = told.unwrap_or("reads it");
    format!("── {}\n{}\n   latch: {latch}\n   tree: {}", text.from, text.text, root.to_sexp())
}

/// What `latch check` says first of each text that it cannot read; the outer `None` where a limit kept it from reading.
fn refused_by_latch(texts: &[Text]) -> Vec<Option<Option<String>>> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |index: usize| folder.path().join(format!("{index:06}.latch"));
    for (index, text) in texts.iter().enumerate() {
        fs::write(path(index), &text.text).expect("a file that can be written");
    }
    let found = check(folder.path());
    (0..texts.len())
        .map(|index| verdict(found.get(path(index).to_str().expect("a path of text"))))
        .collect()
}

fn verdict(found: Option<&Vec<(String, String)>>) -> Option<Option<String>> {
    let found = found.map_or(&[][..], Vec::as_slice);
    if found.iter().any(|(code, _)| code.starts_with("L040")) {
        return None;
    }
    let syntax = |code: &str| code.starts_with("L01") && !AFTER_PARSING.contains(&code);
    Some(
        found
            .iter()
            .find(|(code, _)| syntax(code))
            .map(|(code, message)| format!("{code} {message}")),
    )
}

/// Codes and messages by file.
fn check(folder: &std::path::Path) -> BTreeMap<String, Vec<(String, String)>> {
    let latch = std::env::var_os("LATCH")
        .map_or_else(|| project().join("target/release/latch"), PathBuf::from);
    let output = Command::new(&latch)
        .args(["check", "--format", "json"])
        .arg(folder)
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}; build it, or set LATCH", latch.display()));
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut found: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for it in report["diagnostics"].as_array().expect("diagnostics") {
        found.entry(text(&it["file"])).or_default().push((text(&it["code"]), text(&it["message"])));
    }
    found
}
