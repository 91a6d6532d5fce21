//! Texts and versions: a witness for every way in which tests of one text can turn out together.

use std::collections::BTreeSet;

use crate::analyze::space::Test;
use crate::hir::{Predicate, TextTest};
use crate::value::Version;

/// The most witnesses of one attribute. Every `contains` doubles them.
const MAX_WITNESSES: usize = 4_096;

/// A witness for every satisfiable outcome of these tests.
///
/// A text that equals none of the named ones is told apart only by its longest wanted beginning, its longest wanted end and
/// what it contains. So the named texts, and each beginning, some of the contents and each end with a character between
/// them that nobody names, are all there is to try.
///
/// # Errors
/// When there are too many, or when versions are compared both in order and as text.
pub(super) fn candidates(tests: &BTreeSet<Test>) -> Result<Vec<String>, &'static str> {
    let mut wanted = Wanted::default();
    tests.iter().for_each(|test| wanted.take(test));
    let mut found: Vec<String> = wanted.equal.iter().cloned().collect();
    if !wanted.versions.is_empty() {
        if !wanted.starts.is_empty() || !wanted.ends.is_empty() || !wanted.parts.is_empty() {
            return Err("it is compared both in order and as text");
        }
        found.extend(versions(&wanted.versions, &wanted.equal));
    }
    found.extend(wanted.mixed()?);
    Ok(found)
}

#[derive(Default)]
struct Wanted {
    equal: BTreeSet<String>,
    starts: BTreeSet<String>,
    ends: BTreeSet<String>,
    parts: BTreeSet<String>,
    versions: BTreeSet<Version>,
}

impl Wanted {
    fn take(&mut self, test: &Test) {
        let Test::Passes(predicate) = test else { return };
        match predicate {
            Predicate::Text(test) | Predicate::Custom(_, test) => self.take_text(test),
            Predicate::Version(_, version) => {
                self.versions.insert(version.clone());
            }
            _ => {}
        }
    }

    fn take_text(&mut self, test: &TextTest) {
        match test {
            TextTest::OneOf(texts) => self.equal.extend(texts.iter().cloned()),
            TextTest::StartsWith(text) => drop(self.starts.insert(text.clone())),
            TextTest::EndsWith(text) => drop(self.ends.insert(text.clone())),
            TextTest::Contains(text) => drop(self.parts.insert(text.clone())),
        }
    }

    /// Every beginning, choice of contents and end.
    fn mixed(&self) -> Result<Vec<String>, &'static str> {
        let contents = 1usize.checked_shl(u32::try_from(self.parts.len()).unwrap_or(u32::MAX));
        let contents = contents.filter(|_| self.parts.len() < 16).unwrap_or(usize::MAX);
        let ways = contents.saturating_mul((self.starts.len() + 1) * (self.ends.len() + 1));
        if ways > MAX_WITNESSES {
            return Err("its text is tested in too many ways");
        }
        let between = self.between();
        let none = String::new();
        let mut found = Vec::new();
        for start in self.starts.iter().chain([&none]) {
            for end in self.ends.iter().chain([&none]) {
                for choice in 0..contents {
                    let parts = self.parts.iter().enumerate();
                    let chosen = parts.filter(|(at, _)| choice >> at & 1 == 1).map(|(_, it)| it);
                    let mut text = format!("{start}{between}");
                    chosen.for_each(|part| text = format!("{text}{part}{between}"));
                    found.push(text + end);
                }
            }
        }
        Ok(found)
    }

    /// A character that nobody names, and that no version has.
    fn between(&self) -> char {
        let all = self.equal.iter().chain(&self.starts).chain(&self.ends).chain(&self.parts);
        let named: BTreeSet<char> = all.flat_map(|text| text.chars()).collect();
        let mut free = ('a'..='z').rev().chain(FREE).filter(|it| !named.contains(it));
        free.next().expect("no policy names every character of a whole plane")
    }
}

/// The private use area: 6,400 characters and more, none of which has a case.
const FREE: std::ops::RangeInclusive<char> = '\u{F0000}'..='\u{FFFFD}';

/// Every named version and one between each two, as texts that equal none of the named ones.
fn versions(named: &BTreeSet<Version>, taken: &BTreeSet<String>) -> Vec<String> {
    let next = named.iter().filter_map(|version| next(&version.to_string()));
    let all = named.iter().map(Version::to_string).chain(next).chain(["0".to_owned()]);
    all.map(|text| respelled(text, taken)).collect()
}

/// The same version in other words: zeros in front change nothing.
fn respelled(mut text: String, taken: &BTreeSet<String>) -> String {
    while taken.contains(&text) {
        text.insert(0, '0');
    }
    text
}

/// The smallest version above.
fn next(version: &str) -> Option<String> {
    let mut parts: Vec<u64> =
        version.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    parts.resize(Version::MAX_PARTS, 0);
    for at in (0..parts.len()).rev() {
        let (more, over) = parts[at].overflowing_add(1);
        parts[at] = more;
        if !over {
            return Some(parts.iter().map(u64::to_string).collect::<Vec<_>>().join("."));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_above_another_has_none_between() {
        assert_eq!(next("10.0").as_deref(), Some("10.0.0.0.0.0.0.1"));
        let full = format!("1.{}", [u64::MAX; 7].map(|it| it.to_string()).join("."));
        assert_eq!(next(&full).as_deref(), Some("2.0.0.0.0.0.0.0"));
    }

    #[test]
    fn too_many_contents_are_told() {
        let test =
            |at: usize| Test::Passes(Predicate::Text(TextTest::Contains(format!("part-{at:02}"))));
        assert!(candidates(&(0..12).map(test).collect()).is_ok());
        assert!(candidates(&(0..13).map(test).collect()).is_err());
    }
}
