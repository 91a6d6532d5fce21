//! A rule's page, taken apart: what it finds, why that is bad, examples, when to ignore it, what else to read.

/// A part of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Why it is bad.
    Why,
    /// A policy in which it is found.
    Example,
    /// The same without it.
    Instead,
    /// When to ignore it.
    Ignore,
    /// Rules and guidance that have to do with it.
    Related,
}

impl Section {
    /// Every section, in the order of a page.
    pub const ALL: [Section; 5] =
        [Section::Why, Section::Example, Section::Instead, Section::Ignore, Section::Related];

    /// Its heading.
    pub fn heading(self) -> &'static str {
        match self {
            Section::Why => "Why",
            Section::Example => "Example",
            Section::Instead => "Use instead",
            Section::Ignore => "When to ignore it",
            Section::Related => "Related",
        }
    }
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its title: the rule's name.
    pub title: String,
    /// What the rule finds, in a sentence.
    pub finds: String,
    sections: Vec<(String, String)>,
}

impl Page {
    /// The page of a text: a title, a paragraph, and sections under `## ` headings.
    pub fn of(text: &str) -> Page {
        let mut parts = text.split("\n## ");
        let head = parts.next().unwrap_or_default();
        let (title, finds) = head.split_once('\n').unwrap_or((head, ""));
        let section = |part: &str| {
            let (heading, body) = part.split_once('\n').unwrap_or((part, ""));
            (heading.trim().to_owned(), body.trim().to_owned())
        };
        Page {
            title: title.trim_start_matches('#').trim().to_owned(),
            finds: finds.trim().replace('\n', " "),
            sections: parts.map(section).collect(),
        }
    }

    /// The text of a section.
    pub fn section(&self, section: Section) -> Option<&str> {
        let mut found = self.sections.iter().filter(|(heading, _)| heading == section.heading());
        found.next().map(|(_, body)| body.as_str())
    }

    /// The headings there are.
    pub fn headings(&self) -> impl Iterator<Item = &str> {
        self.sections.iter().map(|(heading, _)| heading.as_str())
    }

    /// The policies of a section: what stands between its fences.
    pub fn policies(&self, section: Section) -> Option<&str> {
        let body = self.section(section)?;
        let (_, rest) = body.split_once("```latch\n")?;
        rest.split_once("```").map(|(policies, _)| policies)
    }

    /// The settings of a section's example, where it needs some: what stands between its fences of TOML.
    pub fn settings(&self, section: Section) -> Option<&str> {
        let (_, rest) = self.section(section)?.split_once("```toml\n")?;
        rest.split_once("```").map(|(settings, _)| settings)
    }
}
