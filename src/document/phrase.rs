//! Text with names in it: what a sentence says, before it becomes Markdown or HTML.

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Words(String),
    /// A name or a piece of the language, set like code; with the anchor of what it names.
    Name(String, Option<String>),
}

/// A sentence or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Phrase(pub Vec<Piece>);

impl From<&str> for Phrase {
    fn from(words: &str) -> Phrase {
        Phrase::from(words.to_owned())
    }
}

impl From<String> for Phrase {
    fn from(words: String) -> Phrase {
        Phrase(vec![Piece::Words(words)])
    }
}

impl Phrase {
    /// A name that leads nowhere.
    pub(super) fn name(name: impl Into<String>) -> Phrase {
        Phrase(vec![Piece::Name(name.into(), None)])
    }

    /// A name that leads to what it names.
    pub(super) fn link(name: impl Into<String>, anchor: String) -> Phrase {
        Phrase(vec![Piece::Name(name.into(), Some(anchor))])
    }

    /// This, then that.
    #[must_use]
    pub(super) fn then(mut self, more: impl Into<Phrase>) -> Phrase {
        self.0.extend(more.into().0);
        self
    }

    /// `a, b or c`.
    pub(super) fn list(parts: impl IntoIterator<Item = Phrase>, joiner: &str) -> Phrase {
        let parts: Vec<Phrase> = parts.into_iter().collect();
        let count = parts.len();
        let mut list = Phrase::default();
        for (at, part) in parts.into_iter().enumerate() {
            let between = match at {
                0 => String::new(),
                _ if at + 1 == count => format!(" {joiner} "),
                _ => ", ".to_owned(),
            };
            list = if at == 0 { part } else { list.then(between).then(part) };
        }
        list
    }

    /// The parts with this between each two.
    pub(super) fn joined(parts: impl IntoIterator<Item = Phrase>, between: &str) -> Phrase {
        let mut parts = parts.into_iter();
        let first = parts.next().unwrap_or_default();
        parts.fold(first, |all, part| all.then(between).then(part))
    }

    /// The text of `///`: what stands between backticks is a name.
    pub(super) fn written(text: &str) -> Phrase {
        let parts: Vec<&str> = text.split('`').collect();
        let paired = parts.len() % 2 == 1;
        if !paired {
            return Phrase::from(text);
        }
        let piece = |(at, part): (usize, &str)| match at % 2 {
            0 => Piece::Words(part.to_owned()),
            _ => Piece::Name(part.to_owned(), None),
        };
        Phrase(
            parts.into_iter().enumerate().map(piece).filter(|it| !it.text().is_empty()).collect(),
        )
    }

    /// The same with a capital letter in front, unless a name stands there.
    #[must_use]
    pub(super) fn capital(mut self) -> Phrase {
        if let Some(Piece::Words(words)) = self.0.first_mut() {
            let mut letters = words.chars();
            if let Some(first) = letters.next() {
                *words = first.to_uppercase().chain(letters).collect();
            }
        }
        self
    }

    /// The text alone.
    pub fn plain(&self) -> String {
        self.0.iter().map(Piece::text).collect()
    }
}

impl Piece {
    fn text(&self) -> &str {
        match self {
            Piece::Words(text) | Piece::Name(text, _) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_people_write_them() {
        let list =
            |names: &[&str]| Phrase::list(names.iter().map(|it| Phrase::name(*it)), "or").plain();
        assert_eq!(list(&[]), "");
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b"]), "a or b");
        assert_eq!(list(&["a", "b", "c"]), "a, b or c");
    }

    #[test]
    fn backticks_set_names_only_in_pairs() {
        let name = |text: &str| Piece::Name(text.to_owned(), None);
        assert_eq!(Phrase::written("see `a`.").0[1], name("a"));
        assert_eq!(Phrase::written("it's ` alone"), Phrase::from("it's ` alone"));
    }
}
