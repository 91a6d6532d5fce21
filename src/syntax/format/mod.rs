//! Tree → text, in the one layout that the language has.
//!
//! One clause a line, two spaces deep; what does not fit `WIDTH` breaks at `and` and `or`, and lists
//! one member a line. Comments stay where they stood between the pieces of the tree; a comment in the midst
//! of a piece moves to the line before it. One empty line is kept where an author left some, and stands around every
//! item of several lines.

mod chain;
mod doc;
mod item;
mod line;
mod literal;
mod tree;
mod weave;

use crate::syntax::ast::{Condition, File, Grant, Item, ItemKind, Object};
use doc::{Doc, Page};
use tree::Tree;
use weave::{Extra, Weave};

/// A whole file. Formatting what was formatted changes nothing.
pub fn format(file: &File) -> String {
    let mut formatter = Formatter::new(Weave::of(file));
    for item in &file.items {
        formatter.file_item(item);
    }
    formatter.end_of_file();
    formatter.page.out
}

/// One item, as it would stand in a file of its own.
pub fn format_item(item: &Item) -> String {
    let mut formatter = Formatter::new(Weave::empty());
    formatter.item(item);
    formatter.page.out
}

/// A text in quotes, as it is written.
pub fn quoted(text: &str) -> String {
    literal::string(text)
}

/// A condition on one line.
pub fn format_condition(condition: &Condition) -> String {
    one_line(&Tree::condition(condition))
}

/// A grant on one line.
pub fn format_grant(grant: &Grant) -> String {
    one_line(&Tree::grant(grant))
}

fn one_line(tree: &Tree) -> String {
    Weave::empty().headed("", tree).flat().unwrap_or_default()
}

/// The page and what is still to be woven into it.
struct Formatter<'a> {
    page: Page,
    weave: Weave<'a>,
    /// Declarations in consecutive lines, which wait to be aligned.
    rows: Vec<Row>,
    /// Whether the item before has several lines.
    after_block: bool,
}

/// A directory object in one line.
struct Row {
    kind: &'static str,
    name: String,
    emergency: bool,
    ids: String,
    comment: Option<String>,
}

/// An item, ready to be put on the page.
enum Set {
    Row(Row),
    Lines(String),
}

impl<'a> Formatter<'a> {
    fn new(weave: Weave<'a>) -> Self {
        Formatter { page: Page::new(), weave, rows: Vec::new(), after_block: false }
    }

    fn file_item(&mut self, item: &Item) {
        let mut extras = self.weave.before(item::first_byte(item));
        let set = self.set(item, &mut extras);
        let extras = self.suffix(extras);
        if !extras.is_empty() || matches!(set, Set::Lines(_)) {
            self.flush();
        }
        let block = matches!(&set, Set::Lines(text) if text.lines().nth(1).is_some());
        if block || self.after_block {
            self.page.gap();
        }
        self.after_block = block;
        self.extras(extras);
        match set {
            Set::Row(row) => self.rows.push(row),
            Set::Lines(text) => self.page.lines(&text),
        }
    }

    fn end_of_file(&mut self) {
        let extras = self.weave.before(u32::MAX);
        let extras = self.suffix(extras);
        self.flush();
        let last_comment = extras.iter().rposition(|extra| !matches!(extra, Extra::Gap));
        self.extras(extras.into_iter().take(last_comment.map_or(0, |at| at + 1)));
    }

    fn set(&mut self, item: &Item, extras: &mut Vec<Extra>) -> Set {
        if let ItemKind::Object(object) = &item.kind
            && item.docs.is_empty()
            && item.annotations.is_empty()
        {
            return self.set_object(object, extras);
        }
        let page = std::mem::replace(&mut self.page, Page::new());
        let rows = std::mem::take(&mut self.rows);
        self.item(item);
        self.rows = rows;
        Set::Lines(std::mem::replace(&mut self.page, page).out)
    }

    fn set_object(&mut self, object: &Object, extras: &mut Vec<Extra>) -> Set {
        extras.extend(self.weave.inside(item::head_end(object)));
        let doc = self.weave.object(object);
        let fits = |line: &String| line.chars().count() <= doc::WIDTH;
        match doc.flat().filter(fits) {
            Some(_) => Set::Row(Row::of(object)),
            None => {
                let mut page = Page::new();
                page.line(&doc);
                Set::Lines(page.out)
            }
        }
    }

    /// Puts a comment at the end of the last line, if it belongs there; gives back the others.
    fn suffix(&mut self, extras: Vec<Extra>) -> Vec<Extra> {
        let mut extras = extras.into_iter().peekable();
        if let Some(Extra::Suffix(comment)) =
            extras.next_if(|extra| matches!(extra, Extra::Suffix(_)))
        {
            match self.rows.last_mut() {
                Some(row) => row.comment = Some(comment),
                None => self.page.suffix(&comment),
            }
        }
        extras.collect()
    }

    fn extras(&mut self, extras: impl IntoIterator<Item = Extra>) {
        for extra in extras {
            match extra {
                Extra::Suffix(comment) | Extra::Own(comment) => self.page.line(&Doc::Text(comment)),
                Extra::Gap => self.page.gap(),
            }
        }
    }

    /// Sets the waiting declarations, their columns aligned.
    fn flush(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        let kind = rows.iter().map(|row| row.kind.len()).max().unwrap_or(0);
        let name = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
        for row in rows {
            self.page.line(&Doc::Text(row.aligned(kind, name)));
            if let Some(comment) = &row.comment {
                self.page.suffix(comment);
            }
        }
    }

    /// A line with the comments before it, and with those in its head.
    fn line(&mut self, start: u32, head_end: u32, doc: impl FnOnce(&mut Weave<'a>) -> Doc) {
        let extras = self.weave.before(start);
        let mut extras = self.suffix(extras);
        extras.extend(self.weave.inside(head_end));
        self.extras(extras);
        let doc = doc(&mut self.weave);
        self.page.line(&doc);
    }
}

impl Row {
    fn of(object: &Object) -> Row {
        Row {
            kind: object.kind.node.keyword(),
            name: object.name.node.clone(),
            emergency: object.emergency.is_some(),
            ids: object
                .ids
                .iter()
                .map(|id| literal::string(&id.node))
                .collect::<Vec<_>>()
                .join(", "),
            comment: None,
        }
    }

    fn aligned(&self, kind: usize, name: usize) -> String {
        let emergency = if self.emergency { " emergency" } else { "" };
        format!("{:kind$} {:name$}{emergency} = {}", self.kind, self.name, self.ids)
    }
}

#[cfg(test)]
mod tests;
