//! Comments and empty lines, given out again in the order of the text.

use crate::syntax::ast::{Comment, File};

/// What stood between two pieces of the tree.
pub(super) enum Extra {
    /// A comment at the end of the line before.
    Suffix(String),
    /// A comment on a line of its own.
    Own(String),
    /// An empty line.
    Gap,
}

/// The comments and empty lines that were not given out yet.
pub(super) struct Weave<'a> {
    comments: std::iter::Peekable<std::slice::Iter<'a, Comment>>,
    gaps: std::iter::Peekable<std::vec::IntoIter<u32>>,
}

impl<'a> Weave<'a> {
    /// Nothing to give: the tree was made by a program.
    pub(super) fn empty() -> Self {
        Weave { comments: [].iter().peekable(), gaps: Vec::new().into_iter().peekable() }
    }

    pub(super) fn of(file: &'a File) -> Self {
        let gaps: Vec<u32> = file.gaps.iter().collect();
        Weave { comments: file.comments.iter().peekable(), gaps: gaps.into_iter().peekable() }
    }

    /// Everything before that byte. Only the first comment can belong to the line before.
    pub(super) fn before(&mut self, byte: u32) -> Vec<Extra> {
        let mut extras = Vec::new();
        loop {
            let comment =
                self.comments.peek().map(|comment| comment.text.span.start).filter(|at| *at < byte);
            let gap = self.gaps.peek().copied().filter(|at| *at < byte);
            match (comment, gap) {
                (None, None) => return extras,
                (None, Some(_)) => extras.push(self.gap()),
                (Some(comment), Some(gap)) if gap < comment => extras.push(self.gap()),
                (Some(_), _) => {
                    let first = extras.is_empty();
                    extras.extend(self.comment(first));
                }
            }
        }
    }

    /// The comments before that byte, for a place where only lines of their own are possible.
    pub(super) fn inside(&mut self, byte: u32) -> Vec<Extra> {
        let own = |extra| match extra {
            Extra::Suffix(comment) | Extra::Own(comment) => Some(Extra::Own(comment)),
            Extra::Gap => None,
        };
        self.before(byte).into_iter().filter_map(own).collect()
    }

    /// Whether a comment stands before that byte.
    pub(super) fn has_comment_before(&mut self, byte: u32) -> bool {
        self.comments.peek().is_some_and(|comment| comment.text.span.start < byte)
    }

    fn gap(&mut self) -> Extra {
        self.gaps.next();
        Extra::Gap
    }

    fn comment(&mut self, first: bool) -> Option<Extra> {
        let comment = self.comments.next()?;
        let text = written(&comment.text.node);
        Some(if comment.trailing && first { Extra::Suffix(text) } else { Extra::Own(text) })
    }
}

/// A comment with its slashes. One that a program made cannot leave its line or become documentation.
fn written(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    let documents = text.starts_with('/') && !text.starts_with("//");
    let space = if documents { " " } else { "" };
    format!("//{space}{}", text.trim_end())
}
