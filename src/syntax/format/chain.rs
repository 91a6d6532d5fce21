//! Chains and lists as lines that know where they may break, with the comments that stand in them.

use super::doc::Doc;
use super::tree::{Joint, Leaf, List, NOT, Tree};
use super::weave::{Extra, Weave};
use crate::source::Span;

impl Weave<'_> {
    /// A tree after words that begin its line, such as `when`.
    pub(super) fn headed(&mut self, head: &str, tree: &Tree) -> Doc {
        let body = self.tree(tree);
        let mut line = vec![Doc::text(head)];
        match tree {
            Tree::Leaf(_) | Tree::Prefixed { word: NOT, .. } => line.extend(body),
            Tree::Chain { .. } | Tree::Prefixed { .. } => line.push(Doc::Indent(body)),
        }
        Doc::group(line)
    }

    /// The parts of a tree; a chain may break before each of its joints.
    fn tree(&mut self, tree: &Tree) -> Vec<Doc> {
        match tree {
            Tree::Leaf(leaf) => vec![self.leaf(leaf)],
            Tree::Prefixed { word, inner, .. } => self.prefixed(word, inner),
            Tree::Chain { joint, parts } => self.chain(*joint, parts),
        }
    }

    fn chain(&mut self, joint: Joint, parts: &[Tree]) -> Vec<Doc> {
        let mut docs = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                docs.extend(self.between(part.start(), part.head_end()));
                docs.extend([Doc::Space, Doc::text(joint.word())]);
            }
            docs.extend(self.operand(joint, part));
        }
        docs
    }

    /// A part of a chain, in parentheses if it binds looser than the chain.
    fn operand(&mut self, joint: Joint, part: &Tree) -> Vec<Doc> {
        match part {
            Tree::Chain { joint: inner, .. } if *inner > joint => vec![self.parenthesised(part)],
            Tree::Chain { .. } => vec![Doc::group(vec![Doc::Indent(self.tree(part))])],
            Tree::Prefixed { word, inner, .. } if *word != NOT => {
                let mut docs = vec![Doc::text(*word)];
                docs.extend(self.operand(joint, inner));
                docs
            }
            _ => self.tree(part),
        }
    }

    fn prefixed(&mut self, word: &'static str, inner: &Tree) -> Vec<Doc> {
        let mut docs = vec![Doc::text(word)];
        match inner {
            Tree::Chain { .. } if word == NOT => docs.push(self.parenthesised(inner)),
            _ => docs.extend(self.tree(inner)),
        }
        docs
    }

    fn parenthesised(&mut self, inner: &Tree) -> Doc {
        let mut inside = vec![Doc::Break];
        inside.extend(self.tree(inner));
        Doc::group(vec![Doc::text("("), Doc::Indent(inside), Doc::Break, Doc::text(")")])
    }

    fn leaf(&mut self, leaf: &Leaf) -> Doc {
        match &leaf.list {
            None => Doc::text(&leaf.head),
            Some(list) => self.list(&leaf.head, list, &leaf.tail),
        }
    }

    /// `head [a, b] tail`: on one line, or one member a line.
    pub(super) fn list(&mut self, head: &str, list: &List, tail: &str) -> Doc {
        let mut inside = Vec::new();
        for (at, (member, span)) in list.members.iter().enumerate() {
            inside.extend(self.between(span.start, span.end));
            inside.push(if at == 0 { Doc::Break } else { Doc::Space });
            inside.push(Doc::text(member));
            inside.push(if at + 1 < list.members.len() {
                Doc::text(",")
            } else {
                Doc::IfBroken(",")
            });
        }
        inside.extend(self.between(list.span.end, list.span.end));
        let docs = vec![Doc::text(format!("{head}[")), Doc::Indent(inside)];
        let closing = if list.members.is_empty() { vec![] } else { vec![Doc::Break] };
        Doc::group(docs.into_iter().chain(closing).chain([Doc::text(format!("]{tail}"))]).collect())
    }

    /// Strings after a word: `"a", "b"`; from the second on they hang below it where they do not fit.
    pub(super) fn strings(&mut self, head: &str, strings: &[(String, Span)]) -> Doc {
        let mut docs = vec![Doc::text(head)];
        let mut hanging = Vec::new();
        for (at, (string, span)) in strings.iter().enumerate() {
            let comma = if at + 1 < strings.len() { "," } else { "" };
            let text = Doc::text(format!("{string}{comma}"));
            if at == 0 {
                docs.push(text);
            } else {
                hanging.extend(self.between(span.start, span.end));
                hanging.extend([Doc::Space, text]);
            }
        }
        docs.push(Doc::Indent(hanging));
        Doc::group(docs)
    }

    /// Words that fill their lines, and what stands behind the last: `country DE, FR by gps`
    pub(super) fn filled(&mut self, head: &str, words: &[(String, Span)], tail: &str) -> Doc {
        let mut docs = vec![Doc::text(head)];
        for (at, (word, span)) in words.iter().enumerate() {
            let after = if at + 1 < words.len() { "," } else { tail };
            let mut part =
                if at == 0 { vec![Doc::text(" ")] } else { self.between(span.start, span.end) };
            if at > 0 {
                part.push(Doc::Space);
            }
            part.push(Doc::text(format!("{word}{after}")));
            docs.push(Doc::group(part));
        }
        Doc::Indent(docs)
    }

    /// The comments before a part that begins a line if there are any, and those in its head.
    pub(super) fn between(&mut self, start: u32, head_end: u32) -> Vec<Doc> {
        let mut extras = self.before(start);
        extras.extend(self.inside(head_end));
        let mut docs = Vec::new();
        for extra in extras {
            match extra {
                Extra::Suffix(comment) => docs.push(Doc::Suffix(comment)),
                Extra::Own(comment) => docs.extend([Doc::Line, Doc::Text(comment)]),
                Extra::Gap => {}
            }
        }
        docs
    }
}
