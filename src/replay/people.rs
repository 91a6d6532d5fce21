//! Who and what is told apart, and how often: tables that stop growing at a limit, and say so.

use std::collections::HashMap;

use crate::replay::limits::{MAX_TEXT_BYTES, MAX_TOP};
use crate::replay::report::{Distinct, Top};

/// A text no longer than [`MAX_TEXT_BYTES`], and whether something was cut off.
pub(super) fn cut(text: &str) -> (&str, bool) {
    if text.len() <= MAX_TEXT_BYTES {
        return (text, false);
    }
    let end = (0..=MAX_TEXT_BYTES).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    (&text[..end], true)
}

/// Users, or apps, each with a number.
#[derive(Debug)]
pub(super) struct Book {
    numbers: HashMap<String, u32>,
    /// Id and name, by number. The name is the first that was told.
    entries: Vec<(String, String)>,
    limit: usize,
    /// Somebody did not find room.
    pub full: bool,
}

impl Book {
    pub(super) fn new(limit: usize) -> Book {
        Book { numbers: HashMap::new(), entries: Vec::new(), limit, full: false }
    }

    /// The number of that id; `None` when the book is full.
    pub(super) fn number(&mut self, id: &str, name: impl FnOnce() -> String) -> Option<u32> {
        if let Some(number) = self.numbers.get(id) {
            return Some(*number);
        }
        if self.entries.len() >= self.limit {
            self.full = true;
            return None;
        }
        let number = self.entries.len() as u32;
        self.numbers.insert(id.to_owned(), number);
        self.entries.push((id.to_owned(), name()));
        Some(number)
    }
}

/// How often each of a book's entries was met.
#[derive(Debug, Default)]
pub(super) struct Counts {
    counts: HashMap<u32, u64>,
    beyond: bool,
}

impl Counts {
    /// One more of that number; `None` is somebody the book had no room for.
    pub(super) fn add(&mut self, number: Option<u32>) {
        match number {
            Some(number) => *self.counts.entry(number).or_default() += 1,
            None => self.beyond = true,
        }
    }

    /// How many there are, and the most frequent.
    pub(super) fn distinct(&self, book: &Book) -> Distinct {
        let mut all: Vec<(&str, &str, u64)> = Vec::with_capacity(self.counts.len());
        for (number, count) in &self.counts {
            if let Some((id, name)) = book.entries.get(*number as usize) {
                all.push((id, name, *count));
            }
        }
        all.sort_unstable_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(b.0)));
        let top = |(id, name, sign_ins): &(&str, &str, u64)| Top {
            id: (*id).to_owned(),
            name: (*name).to_owned(),
            sign_ins: *sign_ins,
        };
        Distinct {
            count: all.len() as u64,
            at_least: self.beyond,
            top: all.iter().take(MAX_TOP).map(top).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_book_says_so() {
        let mut book = Book::new(2);
        let mut counts = Counts::default();
        for id in ["b", "a", "b", "c", "a", "a"] {
            let number = book.number(id, || id.to_uppercase());
            counts.add(number);
        }
        let found = counts.distinct(&book);
        assert!(book.full && found.at_least);
        assert_eq!(found.count, 2);
        let top: Vec<_> = found.top.iter().map(|it| (it.name.as_str(), it.sign_ins)).collect();
        assert_eq!(top, [("A", 3), ("B", 2)]);
    }

    #[test]
    fn the_most_frequent_come_first_then_the_smaller_id() {
        let mut book = Book::new(100);
        let mut counts = Counts::default();
        for at in (0..20).rev() {
            let id = format!("{at:02}");
            let number = book.number(&id, || id.clone());
            counts.add(number);
        }
        let found = counts.distinct(&book);
        assert_eq!((found.count, found.at_least), (20, false));
        let ids: Vec<_> = found.top.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids, ["00", "01", "02", "03", "04", "05", "06", "07", "08", "09"]);
    }

    #[test]
    fn long_texts_are_cut_between_letters() {
        assert_eq!(cut("short"), ("short", false));
        let long = "é".repeat(MAX_TEXT_BYTES);
        let (kept, was_cut) = cut(&long);
        assert!(was_cut && kept.len() <= MAX_TEXT_BYTES && kept.chars().all(|it| it == 'é'));
    }
}
