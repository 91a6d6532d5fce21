//! A document as Markdown: one fact a line, so that a change of policies is a small change of text.

use std::fmt::Write as _;

use crate::document::{
    Card, Cell, Document, Emergency, Entry, Group, LAWS_MEANING, Law, Line, MATRIX_MEANING,
    MatrixRow, Met, Phrase, Piece, counted, left_out, state_word,
};
use crate::page::legible;

pub(super) fn render(document: &Document) -> String {
    let mut text = Text { text: String::new() };
    text.heading(1, &escaped(&document.title));
    text.summary(document);
    text.glance(document);
    text.policies(document);
    text.matrix(document);
    text.emergency(&document.emergency);
    text.laws(&document.laws);
    text.coverage(document);
    document.glossary.iter().for_each(|group| text.group(group));
    legible(text.text.trim_end()) + "\n"
}

/// Characters that mean something to Markdown or HTML wherever they stand.
const SPECIAL: &str = "\\`*_{}[]<>|#~&!$";

/// Text that stays text, on one line.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => escaped.push(' '),
            special if SPECIAL.contains(special) => escaped.extend(['\\', special]),
            other => escaped.push(other),
        }
    }
    let first = escaped.trim_start().chars().next();
    let list = first.is_some_and(|it| matches!(it, '-' | '+' | '=') || it.is_ascii_digit());
    match escaped.find(|it: char| !it.is_ascii_digit()) {
        _ if !list => escaped,
        Some(at) if escaped[at..].starts_with(['.', ')']) => {
            escaped.insert(at, '\\');
            escaped
        }
        Some(0) => format!("\\{}", escaped.trim_start()),
        _ => escaped,
    }
}

/// A code span: its fence is longer than any run of backticks in it. A pipe would end the cell of a table.
fn code(text: &str) -> String {
    let text: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    let text = text.replace('|', "\\|");
    if text.trim().is_empty() {
        return String::new();
    }
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn phrase(phrase: &Phrase) -> String {
    let pieces = phrase.0.iter().map(|piece| match piece {
        Piece::Words(words) => escaped_inside(words),
        Piece::Name(name, _) => code(name),
    });
    pieces.collect()
}

/// Like [`escaped`], for text with something before it.
fn escaped_inside(text: &str) -> String {
    let marked = escaped(&format!("x{text}"));
    marked[1..].to_owned()
}

struct Text {
    text: String,
}

impl Text {
    fn line(&mut self, line: &str) {
        writeln!(self.text, "{line}").expect("a string takes everything");
    }

    fn heading(&mut self, level: usize, words: &str) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.line("");
        }
        self.line(&format!("{} {words}", "#".repeat(level)));
        self.line("");
    }

    fn paragraph(&mut self, words: &str) {
        self.line(words);
        self.line("");
    }

    fn table(&mut self, head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
        self.line(&format!("| {} |", head.join(" | ")));
        self.line(&format!("|{}", " --- |".repeat(head.len())));
        rows.into_iter().for_each(|row| self.line(&format!("| {} |", row.join(" | "))));
        self.line("");
    }

    fn summary(&mut self, document: &Document) {
        let all = counted(document.cards.len(), "policy", "policies");
        let files = counted(document.files, "file", "files");
        let states = document.states.map(|(state, count)| format!("{count} {}", state_word(state)));
        self.paragraph(&format!("{all} in {files}: {}.", states.join(", ")));
        self.paragraph(
            "This page is made from the policies. It describes them; it proves nothing about them.",
        );
    }

    fn glance(&mut self, document: &Document) {
        self.heading(2, "At a glance");
        let rows = by_name(document).into_iter().map(|card| {
            let title = card.title.as_deref().map_or_else(String::new, escaped);
            let short = escaped(&card.in_short);
            vec![
                code(&card.name),
                title,
                state_word(card.state).to_owned(),
                short,
                tests(&card.tests),
            ]
        });
        self.table(&["policy", "title", "state", "demands", "tests"], rows);
    }

    fn policies(&mut self, document: &Document) {
        self.heading(2, "Policies");
        by_name(document).into_iter().for_each(|card| self.card(card, &card.tests));
    }

    fn card(&mut self, card: &Card, met: &Met) {
        self.heading(3, &code(&card.name));
        let state = state_word(card.state);
        self.paragraph(&match &card.title {
            Some(title) => format!("**{}** ({state})", escaped_inside(title)),
            None => format!("({state})"),
        });
        let lead: Vec<String> = card.lead.iter().map(phrase).collect();
        self.paragraph(&lead.join(" "));
        for row in &card.rows {
            match row.lines.as_slice() {
                [Line::One(line)] => self.line(&format!("- {}: {}", row.label, phrase(line))),
                [one] => {
                    self.line(&format!("- {}: {}", row.label, joined(one)));
                    self.below(1, one);
                }
                several => {
                    self.line(&format!("- {}:", row.label));
                    several.iter().for_each(|it| self.item(1, it));
                }
            }
        }
        for (name, value) in &card.annotations {
            let name = Phrase::from(name.as_str()).capital();
            self.line(&format!("- {}: {}", phrase(&name), escaped_inside(value)));
        }
        self.line(&format!("- Written in: {}", code(&card.place)));
        self.line(&format!("- Tests: {}", tests(met)));
        for (title, _) in &met.named_by {
            self.line(&format!("  - {}", escaped(title)));
        }
        self.docs(&card.docs);
    }

    fn docs(&mut self, docs: &[Phrase]) {
        for (at, paragraph) in docs.iter().enumerate() {
            self.line(if at == 0 { "" } else { ">" });
            self.line(&format!("> {}", phrase(paragraph)));
        }
    }

    fn item(&mut self, depth: usize, line: &Line) {
        let indent = "  ".repeat(depth);
        match line {
            Line::One(words) => self.line(&format!("{indent}- {}", phrase(words))),
            other => {
                self.line(&format!("{indent}- {}", joined(other)));
                self.below(depth + 1, other);
            }
        }
    }

    fn below(&mut self, depth: usize, line: &Line) {
        match line {
            Line::One(_) => {}
            Line::All(lines) | Line::Any(lines) => {
                lines.iter().for_each(|line| self.item(depth, line));
            }
        }
    }

    fn matrix(&mut self, document: &Document) {
        self.heading(2, "Who needs what");
        self.paragraph(MATRIX_MEANING);
        let matrix = &document.matrix;
        if matrix.rows.is_empty() {
            self.paragraph("No policy is on.");
        }
        matrix.rows.iter().for_each(|row| self.matrix_row(document, row));
        if matrix.left_out > 0 {
            self.paragraph(&left_out(matrix.left_out));
        }
    }

    /// A table with a line for each target that adds anything.
    fn matrix_row(&mut self, document: &Document, row: &MatrixRow) {
        self.heading(3, &phrase(&row.who));
        if !row.counted.is_empty() {
            let names: Vec<String> = row.counted.iter().map(phrase).collect();
            self.paragraph(&format!("{}.", names.join(", ")));
        }
        let line =
            |what: String, cell: &Cell| vec![what, demands(cell, true), demands(cell, false)];
        let more = document.matrix.columns.iter().zip(&row.besides);
        let more = more.filter(|(_, cell)| !cell.0.is_empty());
        let rows = more.map(|(what, cell)| line(phrase(what), cell));
        let anyway = line("*whatever is asked for*".to_owned(), &row.anyway);
        let rows: Vec<_> = std::iter::once(anyway).chain(rows).collect();
        self.table(&["asking for", "always", "depending on the rest"], rows);
    }

    fn emergency(&mut self, all: &[Emergency]) {
        self.heading(2, "Emergency accounts");
        if all.is_empty() {
            self.paragraph("No group or user is declared as `emergency`.");
        }
        for one in all {
            self.heading(3, &format!("{} {}", one.kind, code(&one.name)));
            self.line(&format!(
                "- Left out by {}",
                counted(one.exempt_from.len(), "policy", "policies")
            ));
            one.exempt_from.iter().for_each(|it| self.line(&format!("  - {}", code(it))));
            self.line(&format!(
                "- Reached by {}",
                counted(one.reached_by.len(), "policy", "policies")
            ));
            for reach in &one.reached_by {
                let how = if reach.always { "always" } else { "depending on the sign-in" };
                let state = state_word(reach.state);
                self.line(&format!("  - {}: {how}, {state}", code(&reach.policy)));
            }
        }
    }

    fn laws(&mut self, laws: &[Law]) {
        if laws.is_empty() {
            return;
        }
        self.heading(2, "Laws");
        self.paragraph(LAWS_MEANING);
        for law in laws {
            self.heading(3, &code(&law.name));
            match &law.when {
                Line::One(when) => self.line(&format!("- Sign-ins: {}", phrase(when))),
                other => {
                    self.line(&format!("- Sign-ins: {}", joined(other)));
                    self.below(1, other);
                }
            }
            if !law.except.is_empty() {
                self.line("- Except:");
                law.except.iter().for_each(|it| self.item(1, it));
            }
            law.proofs.iter().for_each(|it| self.line(&format!("- With: {}", phrase(it))));
            self.line(&format!("- Must: {}", escaped_inside(&law.must)));
            self.line(&format!("- Written in: {}", code(&law.place)));
            self.docs(&law.docs);
        }
    }

    fn coverage(&mut self, document: &Document) {
        self.heading(2, "Tests");
        self.paragraph(&document.coverage_sentence());
        let untested = by_name(document).into_iter().filter(|it| it.tests.word() == "untested");
        for card in untested {
            self.line(&format!("- no test speaks of {}", code(&card.name)));
        }
    }

    fn group(&mut self, group: &Group) {
        self.heading(2, group.title);
        let (built_in, own): (Vec<_>, Vec<_>) =
            group.entries.iter().partition(|entry| entry.place.is_none());
        own.into_iter().for_each(|entry| self.entry(entry));
        if !built_in.is_empty() {
            self.heading(3, "Built in");
        }
        built_in.into_iter().for_each(|entry| self.built_in(entry));
    }

    fn built_in(&mut self, entry: &Entry) {
        match entry.lines.as_slice() {
            [Line::One(line)] => {
                self.line(&format!("- {}: {}", code(&entry.name), phrase(line)));
            }
            lines => {
                self.line(&format!("- {}", code(&entry.name)));
                lines.iter().for_each(|line| self.item(1, line));
            }
        }
    }

    fn entry(&mut self, entry: &Entry) {
        self.heading(3, &code(&entry.name));
        for mark in &entry.marks {
            self.line(&format!("- {mark}"));
        }
        entry.lines.iter().for_each(|line| self.item(0, line));
        if !entry.used_by.is_empty() {
            let names: Vec<String> = entry.used_by.iter().map(|it| code(it)).collect();
            self.line(&format!("- used by {}", names.join(", ")));
        }
        if let Some(place) = &entry.place {
            self.line(&format!("- written in {}", code(place)));
        }
        self.docs(&entry.docs);
    }
}

/// The cards by name: a title may change without the text being moved about.
fn by_name(document: &Document) -> Vec<&Card> {
    let mut cards: Vec<&Card> = document.cards.iter().collect();
    cards.sort_by_key(|card| &card.name);
    cards
}

fn joined(line: &Line) -> &'static str {
    match line {
        Line::One(_) => "",
        Line::All(_) => "all of",
        Line::Any(_) => "any of",
    }
}

fn tests(met: &Met) -> String {
    match met.word() {
        "named" => format!("expected by {}", met.named_by.len()),
        "met" => format!("applies in {}", met.applies),
        _ => "none".to_owned(),
    }
}

fn demands(cell: &Cell, certain: bool) -> String {
    let of_kind = cell.0.iter().filter(|it| it.certain == certain);
    let told = of_kind.map(|demanded| {
        let names: Vec<String> = demanded.policies.iter().map(|it| code(it)).collect();
        format!("{} ({})", escaped(&demanded.what), names.join(", "))
    });
    told.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(
            escaped("a|b <c> `d` *e* [f](g) # &amp;"),
            "a\\|b \\<c\\> \\`d\\` \\*e\\* \\[f\\](g) \\# \\&amp;"
        );
        assert_eq!(escaped("- a"), "\\- a");
        assert_eq!(escaped("1. a"), "1\\. a");
        assert_eq!(escaped("2024 a"), "2024 a");
        assert_eq!(escaped("a\n# b"), "a \\# b");
    }

    #[test]
    fn code_is_fenced_however_many_backticks_it_has() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code(" "), "");
    }
}
