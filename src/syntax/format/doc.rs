//! Lines that know where they may break, and the page they are set on.

/// The widest line, in characters, that is not broken if it can be: what two panes on a screen can show.
pub(super) const WIDTH: usize = 100;

/// One step deeper, in spaces.
const STEP: usize = 2;

/// A piece of a line.
#[derive(Debug, Clone)]
pub(super) enum Doc {
    /// Words without a line end.
    Text(String),
    /// A space, or a line end where the group is broken.
    Space,
    /// Nothing, or a line end where the group is broken.
    Break,
    /// A line end.
    Line,
    /// Words that stand only where the group is broken.
    IfBroken(&'static str),
    /// A comment for the end of the line that is being written.
    Suffix(String),
    /// Pieces that stand one step deeper where they begin a line.
    Indent(Vec<Doc>),
    /// Pieces that are broken together or not at all.
    Group(Vec<Doc>, bool),
}

impl Doc {
    pub(super) fn text(text: impl Into<String>) -> Doc {
        Doc::Text(text.into())
    }

    /// Pieces that are broken together: where they do not fit, or a comment among them needs a line end.
    pub(super) fn group(parts: Vec<Doc>) -> Doc {
        let broken = parts.iter().any(Doc::breaks);
        Doc::Group(parts, broken)
    }

    /// Whether it needs a line end.
    fn breaks(&self) -> bool {
        match self {
            Doc::Line | Doc::Suffix(_) | Doc::Group(_, true) => true,
            Doc::Indent(parts) => parts.iter().any(Doc::breaks),
            Doc::Text(_) | Doc::Space | Doc::Break | Doc::IfBroken(_) | Doc::Group(_, false) => {
                false
            }
        }
    }

    /// All of it on one line, however long; nothing if it needs a line end.
    pub(super) fn flat(&self) -> Option<String> {
        if self.breaks() {
            return None;
        }
        let mut page = Page::with_width(usize::MAX);
        page.line(self);
        Some(page.out.trim_end().to_owned())
    }
}

/// Text that grows line by line.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) out: String,
    width: usize,
    indent: usize,
    /// Whether an empty line was asked for before the next one.
    gap: bool,
    /// Whether nothing stands yet on the page or in the body that was opened last.
    fresh: bool,
}

impl Page {
    pub(super) fn new() -> Page {
        Page::with_width(WIDTH)
    }

    fn with_width(width: usize) -> Page {
        Page { out: String::new(), width, indent: 0, gap: false, fresh: true }
    }

    /// One empty line before the next line, unless that is the first.
    pub(super) fn gap(&mut self) {
        self.gap = !self.fresh;
    }

    /// Sets a line, or several where it breaks.
    pub(super) fn line(&mut self, doc: &Doc) {
        if self.gap {
            self.out.push('\n');
        }
        (self.gap, self.fresh) = (false, false);
        Setter::new(self).set(doc);
        self.out.push('\n');
    }

    /// Lines that are set already.
    pub(super) fn lines(&mut self, text: &str) {
        if self.gap {
            self.out.push('\n');
        }
        (self.gap, self.fresh) = (false, false);
        self.out.push_str(text);
    }

    /// A comment at the end of the last line.
    pub(super) fn suffix(&mut self, comment: &str) {
        if self.out.ends_with('\n') {
            self.out.pop();
            self.out.push(' ');
        }
        self.out.push_str(comment);
        self.out.push('\n');
    }

    /// What follows stands one step deeper.
    pub(super) fn open(&mut self) {
        self.indent += STEP;
        self.fresh = true;
    }

    /// What follows stands one step less deep.
    pub(super) fn close(&mut self) {
        self.indent -= STEP;
        (self.gap, self.fresh) = (false, false);
    }
}

/// Sets one line of a page.
struct Setter<'a> {
    page: &'a mut Page,
    column: usize,
    /// Comments that wait for the line's end.
    suffixes: Vec<String>,
}

/// A piece that is still to be set: how deep it stands, and whether its group is broken.
type Task<'a> = (usize, bool, &'a Doc);

impl<'a> Setter<'a> {
    fn new(page: &'a mut Page) -> Self {
        let column = page.indent;
        page.out.extend(std::iter::repeat_n(' ', column));
        Setter { page, column, suffixes: Vec::new() }
    }

    fn set(mut self, doc: &Doc) {
        let mut tasks: Vec<Task<'_>> = vec![(self.page.indent, true, doc)];
        while let Some((indent, broken, doc)) = tasks.pop() {
            match doc {
                Doc::Text(text) => self.text(text),
                Doc::Space if !broken => self.text(" "),
                Doc::IfBroken(text) if broken => self.text(text),
                Doc::Line | Doc::Space => self.newline(indent),
                Doc::Break if broken => self.newline(indent),
                Doc::Break | Doc::IfBroken(_) => {}
                Doc::Suffix(comment) => self.suffixes.push(comment.clone()),
                Doc::Indent(parts) => push(&mut tasks, indent + STEP, broken, parts),
                Doc::Group(parts, needs) => {
                    let broken = *needs || !self.fits(&tasks, parts);
                    push(&mut tasks, indent, broken, parts);
                }
            }
        }
        self.end_line();
    }

    fn text(&mut self, text: &str) {
        self.column += text.chars().count();
        self.page.out.push_str(text);
    }

    fn newline(&mut self, indent: usize) {
        self.end_line();
        self.page.out.push('\n');
        self.page.out.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
    }

    fn end_line(&mut self) {
        self.page.out.truncate(self.page.out.trim_end_matches(' ').len());
        for comment in self.suffixes.drain(..) {
            self.page.out.push(' ');
            self.page.out.push_str(&comment);
        }
    }

    /// Whether a group fits unbroken, with what follows it up to the next place where the line can end.
    fn fits(&self, after: &[Task<'_>], parts: &[Doc]) -> bool {
        let Some(mut room) = self.page.width.checked_sub(self.column) else { return false };
        let mut tasks: Vec<Task<'_>> = Vec::new();
        push(&mut tasks, 0, false, parts);
        let mut after = after.iter().rev();
        loop {
            let Some((_, broken, doc)) = tasks.pop().or_else(|| after.next().copied()) else {
                return true;
            };
            let width = match doc {
                Doc::Text(text) => text.chars().count(),
                Doc::IfBroken(text) if broken => text.len(),
                Doc::Space | Doc::Break if broken => return true,
                Doc::Line => return true,
                Doc::Space => 1,
                Doc::Break | Doc::IfBroken(_) | Doc::Suffix(_) => 0,
                Doc::Indent(parts) => {
                    push(&mut tasks, 0, broken, parts);
                    0
                }
                Doc::Group(parts, needs) => {
                    push(&mut tasks, 0, broken || *needs, parts);
                    0
                }
            };
            match room.checked_sub(width) {
                Some(left) => room = left,
                None => return false,
            }
        }
    }
}

fn push<'d>(tasks: &mut Vec<Task<'d>>, indent: usize, broken: bool, parts: &'d [Doc]) {
    tasks.extend(parts.iter().rev().map(|part| (indent, broken, part)));
}
