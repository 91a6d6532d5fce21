//! The trees in `test/corpus`, in tree-sitter's own format: a name between lines of `=`, a text, a line of `-`, a tree.
//! `UPDATE=1` writes the trees, to be read with care before they are kept.

use std::fmt::Write as _;
use std::fs;

use tree_sitter::{Node, TreeCursor};

use crate::{package, parser, updates};

/// A text and the tree it should be.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) text: String,
    tree: String,
}

/// The cases of a file.
pub(crate) fn cases(page: &str) -> Vec<Case> {
    let lines: Vec<&str> = page.lines().collect();
    let is_rule = |at: usize, sign: char| {
        lines.get(at).is_some_and(|line| line.len() > 2 && line.chars().all(|it| it == sign))
    };
    let heads: Vec<usize> =
        (0..lines.len()).filter(|at| is_rule(*at, '=') && is_rule(at + 2, '=')).collect();
    let ends = heads.iter().skip(1).copied().chain([lines.len()]);
    heads.iter().zip(ends).map(|(head, end)| case(&lines[head + 1..end])).collect()
}

/// The case whose name stands in the first of `lines`.
fn case(lines: &[&str]) -> Case {
    let bar = lines.iter().position(|line| *line == "---").expect("a line of `---`");
    let joined = |lines: &[&str]| lines.join("\n").trim().to_owned();
    let text = joined(&lines[2..bar]);
    Case {
        name: lines[0].to_owned(),
        text: if text.is_empty() { text } else { text + "\n" },
        tree: joined(&lines[bar + 1..]),
    }
}

#[test]
fn trees_are_what_they_should_be() {
    let mut count = 0;
    let folder = package().join("test/corpus");
    for entry in fs::read_dir(folder).expect("the corpus") {
        let path = entry.expect("an entry").path();
        let page = fs::read_to_string(&path).expect("a text");
        let cases = cases(&page);
        assert!(!cases.is_empty(), "{}", path.display());
        count += cases.len();
        if updates() {
            fs::write(&path, rewritten(&cases)).expect("a file that can be written");
            continue;
        }
        for case in cases {
            let made = tree(&case.text);
            assert!(case.tree == made, "{}: {}\n{made}", path.display(), case.name);
            let fails = case.name.contains("error");
            assert_eq!(
                made.contains("(ERROR") || made.contains("(MISSING"),
                fails,
                "{}",
                case.name
            );
        }
    }
    println!("{count} trees");
}

fn rewritten(cases: &[Case]) -> String {
    let rule = "=".repeat(20);
    let mut page = String::new();
    for case in cases {
        let Case { name, text, .. } = case;
        let tree = tree(text);
        write!(page, "{rule}\n{name}\n{rule}\n\n{text}\n---\n\n{tree}\n\n").expect("a string");
    }
    page.truncate(page.trim_end().len() + 1);
    page
}

/// The tree of a text, a named node a line.
fn tree(text: &str) -> String {
    let tree = parser().parse(text, None).expect("a tree");
    let mut out = String::new();
    draw(&mut tree.walk(), 0, &mut out);
    out
}

fn draw(cursor: &mut TreeCursor<'_>, depth: usize, out: &mut String) {
    let node = cursor.node();
    if depth > 0 {
        write!(out, "\n{}", "  ".repeat(depth)).expect("a string");
    }
    if let Some(field) = cursor.field_name() {
        write!(out, "{field}: ").expect("a string");
    }
    out.push_str(&head(node));
    if cursor.goto_first_child() {
        loop {
            if cursor.node().is_named() || cursor.node().is_missing() {
                draw(cursor, depth + 1, out);
            }
            if !cursor.goto_next_sibling() {
                break;
            }
        }
        cursor.goto_parent();
    }
    out.push(')');
}

fn head(node: Node<'_>) -> String {
    match (node.is_missing(), node.is_named()) {
        (true, true) => format!("(MISSING {}", node.kind()),
        (true, false) => format!("(MISSING {:?}", node.kind()),
        (false, _) => format!("({}", node.kind()),
    }
}
