//! Values that attributes take and literals name, with their order and their text.

use std::fmt;

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// Three-valued truth, ordered: false < unknown < true. `and` is the minimum, `or` the maximum (Kleene).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// Definitely not.
    False,
    /// Somebody would have to say.
    Unknown,
    /// Definitely.
    True,
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Truth::True } else { Truth::False }
    }
}

impl Truth {
    /// Both.
    pub fn and(self, other: Truth) -> Truth {
        self.min(other)
    }

    /// Either.
    pub fn or(self, other: Truth) -> Truth {
        self.max(other)
    }

    /// The other way round; unknown stays unknown.
    #[allow(clippy::should_implement_trait)]
    pub fn not(self) -> Truth {
        match self {
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
            Truth::True => Truth::False,
        }
    }
}

/// The state of one attribute in a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Slot<T> {
    /// Somebody said what it is.
    Known(T),
    /// Known not to exist: a value equal to nothing.
    Absent,
    /// Nobody said.
    #[default]
    NotSupplied,
}

impl<T> Slot<T> {
    /// The value, where there is one.
    pub fn known(&self) -> Option<&T> {
        match self {
            Slot::Known(value) => Some(value),
            Slot::Absent | Slot::NotSupplied => None,
        }
    }

    /// Whether nobody said.
    pub fn is_not_supplied(&self) -> bool {
        matches!(self, Slot::NotSupplied)
    }

    /// Truth of a positive test: false on an absent value, unknown on one that nobody supplied.
    pub fn test(&self, holds: impl FnOnce(&T) -> bool) -> Truth {
        match self {
            Slot::Known(value) => holds(value).into(),
            Slot::Absent => Truth::False,
            Slot::NotSupplied => Truth::Unknown,
        }
    }
}

/// An ISO 3166 alpha-2 code, upper case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// Reads two ASCII letters, in any case.
    pub fn parse(text: &str) -> Option<Country> {
        match text.as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Some(Country([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => None,
        }
    }

    /// A number below 676, for tables.
    pub fn index(self) -> usize {
        usize::from(self.0[0] - b'A') * 26 + usize::from(self.0[1] - b'A')
    }

    /// The country of that number.
    pub fn from_index(index: usize) -> Option<Country> {
        let letter = |at: usize| u8::try_from(at).ok().map(|at| b'A' + at);
        (index < 676).then_some(())?;
        Some(Country([letter(index / 26)?, letter(index % 26)?]))
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", char::from(self.0[0]), char::from(self.0[1]))
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Dotted numbers, compared number by number; missing parts count as zero.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version([u64; Version::MAX_PARTS]);

impl Version {
    /// The most parts a version may have: Windows and Apple use four.
    pub const MAX_PARTS: usize = 8;

    /// Reads `10.0.22631`: one to eight numbers joined by dots, nothing else.
    pub fn parse(text: &str) -> Option<Version> {
        let mut parts = [0; Version::MAX_PARTS];
        for (at, part) in text.split('.').enumerate() {
            let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            *parts.get_mut(at).filter(|_| digits)? = part.parse().ok()?;
        }
        Some(Version(parts))
    }
}

/// As far as it is not zero, but at least the first number.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.0.iter().rposition(|part| *part != 0).unwrap_or_default();
        let parts: Vec<_> = self.0[..=last].iter().map(u64::to_string).collect();
        f.write_str(&parts.join("."))
    }
}

/// The canonical form of a directory id: ASCII letters in lower case, since GUIDs are compared so.
pub fn canonical_id(text: &str) -> String {
    text.trim().to_ascii_lowercase()
}

/// The form in which strings are compared where the language ignores case.
pub fn fold_case(text: &str) -> String {
    text.to_lowercase()
}

/// A duration in the largest unit that divides it: `4 hours`, `90 minutes`, `1 day`.
pub fn duration_text(seconds: u64) -> String {
    const UNITS: [(u64, &str); 4] =
        [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let fits = |unit: &&(u64, &str)| seconds >= unit.0 && seconds.is_multiple_of(unit.0);
    let (size, unit) = UNITS.iter().find(fits).copied().unwrap_or((1, "second"));
    let count = seconds / size;
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_read_as_they_are_written_but_for_zeros_at_the_end() {
        let shown = |text| Version::parse(text).map(|version| version.to_string());
        assert_eq!(shown("10.0.22631").as_deref(), Some("10.0.22631"));
        assert_eq!(shown("17.0.0").as_deref(), Some("17"));
        assert_eq!(shown("0").as_deref(), Some("0"));
        assert_eq!(shown("1.2.3.4.5.6.7.8.9"), None);
        assert_eq!(shown("1..2"), None);
        assert!(Version::parse("10.0") < Version::parse("10.0.1"));
        assert_eq!(Version::parse("10"), Version::parse("10.0.0"));
    }
}
