//! From what the grammar read to the tree: one function a shape.
//!
//! The grammar guarantees the shapes; what it cannot say is checked here: escapes of strings, sizes of
//! numbers, the style of names.

mod condition;
mod grant;
mod item;
mod literal;
mod test;

use super::findings::Findings;
use super::grammar::{Node, Rule};
use crate::source::{SourceId, Span, Spanned};
use crate::syntax::ast::{Item, Name};
use pest::iterators::Pairs;

/// Builds the tree of one piece of a file.
pub(super) struct Builder<'a> {
    /// Which source.
    pub(super) source: SourceId,
    /// Where the piece begins in it.
    pub(super) base: usize,
    /// What is wrong.
    pub(super) findings: &'a mut Findings,
}

impl Builder<'_> {
    /// The tree of everything that was read.
    pub(super) fn items(&mut self, nodes: Pairs<'_, Rule>) -> Vec<Item> {
        nodes.filter(|node| node.as_rule() == Rule::item).map(|node| self.item(node)).collect()
    }

    /// From a piece's first word to its last. (The node itself may reach over blanks after it.)
    fn span(&self, node: &Node<'_>) -> Span {
        let mut last = node.clone();
        while let Some(inner) = last.clone().into_inner().next_back() {
            last = inner;
        }
        let (start, end) = (node.as_span().start(), last.as_span().end());
        Span::new(self.source, self.base + start, self.base + end)
    }

    fn name(&self, node: &Node<'_>) -> Name {
        Spanned::new(node.as_str().to_owned(), self.span(node))
    }
}

/// The parts of a piece, without its signs.
struct Parts<'a> {
    pairs: Pairs<'a, Rule>,
}

impl<'a> Parts<'a> {
    fn of(node: Node<'a>) -> Self {
        Parts { pairs: node.into_inner() }
    }

    /// The next part if it is of that rule.
    fn given(&mut self, rule: Rule) -> Option<Node<'a>> {
        self.skip_signs();
        self.pairs.peek().filter(|node| node.as_rule() == rule)?;
        self.pairs.next()
    }

    /// The next part, which the grammar promises.
    fn part(&mut self) -> Node<'a> {
        self.skip_signs();
        self.pairs.next().expect("the grammar promises another part")
    }

    fn skip_signs(&mut self) {
        while self.pairs.peek().is_some_and(|node| is_sign(node.as_rule())) {
            self.pairs.next();
        }
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        self.skip_signs();
        self.pairs.next()
    }
}

fn is_sign(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::open_brace
            | Rule::close_brace
            | Rule::open_bracket
            | Rule::close_bracket
            | Rule::open_paren
            | Rule::close_paren
            | Rule::equals
            | Rule::comma
            | Rule::colon
            | Rule::dash
            | Rule::at
    )
}
