//! What the snippets of the extension for VS Code write, taken as it stands, is Latch.

use std::fs;

use serde_json::Value;

use crate::{package, parser};

#[test]
fn snippets_are_latch() {
    let text =
        fs::read_to_string(package().join("../vscode/snippets/latch.json")).expect("snippets");
    let snippets: Value = serde_json::from_str(&text).expect("JSON");
    for (name, snippet) in snippets.as_object().expect("snippets") {
        let lines = snippet["body"].as_array().expect("lines").iter();
        let body: Vec<&str> = lines.map(|line| line.as_str().expect("a line")).collect();
        let text = filled(&body.join("\n"));
        let tree = parser().parse(&text, None).expect("a tree");
        assert!(!tree.root_node().has_error(), "{name}:\n{text}");
    }
}

/// `${1:name}` is `name`, `${1|a,b|}` is `a`.
fn filled(body: &str) -> String {
    let mut parts = body.split("${");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (field, rest) = part.split_once('}').expect("a field that ends");
        let value = field.trim_start_matches(|digit: char| digit.is_ascii_digit());
        let first = value.trim_start_matches([':', '|']).split(['|', ',']).next();
        text += if value.starts_with('|') { first.unwrap_or_default() } else { &value[1..] };
        text += rest;
    }
    text
}
