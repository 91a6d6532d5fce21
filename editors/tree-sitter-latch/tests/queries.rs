//! Every query fits the grammar; the one for highlighting colours every word and sign, each once.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use tree_sitter::{Language, Node, Query, QueryCursor, StreamingIterator as _};

use crate::{package, parser, project};

fn language() -> Language {
    tree_sitter_latch::LANGUAGE.into()
}

fn query(name: &str) -> Query {
    let text = fs::read_to_string(package().join("queries").join(name)).expect("a query");
    Query::new(&language(), &text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What a query captures in a text: places, each with its captures' names.
fn captured(query: &Query, text: &str) -> BTreeMap<(usize, usize), Vec<String>> {
    let tree = parser().parse(text, None).expect("a tree");
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(query, tree.root_node(), text.as_bytes());
    let mut found: BTreeMap<(usize, usize), Vec<String>> = BTreeMap::new();
    while let Some(one) = matches.next() {
        for capture in one.captures() {
            let range = capture.node.byte_range();
            let name = query.capture_names()[capture.index as usize].to_owned();
            found.entry((range.start, range.end)).or_default().push(name);
        }
    }
    found
}

#[test]
fn every_query_fits() {
    for entry in fs::read_dir(package().join("queries")).expect("the queries") {
        let name = entry.expect("an entry").file_name();
        assert!(query(&name.to_string_lossy()).pattern_count() > 0, "{name:?}");
    }
}

#[test]
fn every_spelled_word_is_highlighted() {
    let text = tree_sitter_latch::HIGHLIGHTS_QUERY;
    let kinds: Value = serde_json::from_str(tree_sitter_latch::NODE_TYPES).expect("JSON");
    let spelled = kinds.as_array().expect("kinds").iter().filter(|it| it["named"] == false);
    for kind in spelled.map(|it| it["type"].as_str().expect("a name")) {
        assert!(text.contains(&format!("\"{kind}\"")), "{kind}");
    }
}

/// Every leaf of every construct has one colour.
#[test]
fn every_leaf_is_highlighted_once() {
    let query = query("highlights.scm");
    for file in ["src/syntax/sample.latch", "tests/document/everything.latch"] {
        let text = fs::read_to_string(project().join(file)).expect("a text");
        let found = captured(&query, &text);
        for ((start, end), names) in &found {
            assert_eq!(names.len(), 1, "{file}: {}: {names:?}", &text[*start..*end]);
        }
        let tree = parser().parse(&text, None).expect("a tree");
        leaves(tree.root_node(), &mut |leaf| {
            let covered = std::iter::successors(Some(leaf), Node::parent)
                .any(|node| found.contains_key(&(node.start_byte(), node.end_byte())));
            assert!(covered, "{file}: {}: {}", leaf.start_position(), &text[leaf.byte_range()]);
        });
    }
}

fn leaves<'tree>(node: Node<'tree>, look: &mut dyn FnMut(Node<'tree>)) {
    if node.child_count() == 0 {
        return look(node);
    }
    for child in node.children(&mut node.walk()).collect::<Vec<_>>() {
        leaves(child, look);
    }
}

#[test]
fn a_word_has_the_colour_of_its_place() {
    let text = "app network = \"x\"\npolicy app { when app in network and device.model is test app network }\n";
    let found = captured(&query("highlights.scm"), text);
    let told: Vec<String> = found
        .iter()
        .map(|((start, end), names)| format!("{} {}", &text[*start..*end], names[0]))
        .collect();
    assert_eq!(
        told,
        [
            "app keyword",
            "network type",
            "= operator",
            "\"x\" string",
            "policy keyword",
            "app function",
            "{ punctuation.bracket",
            "when keyword",
            "app property",
            "in keyword.operator",
            "network constant",
            "and keyword.operator",
            "device.model property",
            "is keyword.operator",
            "test constant",
            "app keyword",
            "network keyword",
            "} punctuation.bracket",
        ]
    );
}

#[test]
fn bodies_fold() {
    let text = "policy a {\n  when user in [\n    x\n  ]\n}\n";
    let found = captured(&query("folds.scm"), text);
    let folds: Vec<&str> = found.keys().map(|(start, end)| &text[*start..*end]).collect();
    assert_eq!(folds, [&text[9..text.len() - 1], "[\n    x\n  ]"]);
}
