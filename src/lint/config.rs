//! `latch.toml`: what a house wants, read so that a misspelt key is an error with a suggestion.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Code, Diagnostic};
use crate::lint::rule::{Category, Profile, find_rule};
use crate::lint::rules::RULES;
use crate::lint::settings::{Level, PathLevels, Pattern, Settings};
use crate::source::{SourceId, Span};

/// The name of the file.
pub const FILE_NAME: &str = "latch.toml";

/// What is no TOML.
pub const NOT_TOML: Code = Code { id: "L1901", name: "not-toml" };
/// A key that nobody reads.
pub const UNKNOWN_KEY: Code = Code { id: "L1902", name: "unknown-setting" };
/// A value that its key cannot have.
pub const WRONG_VALUE: Code = Code { id: "L1903", name: "wrong-setting" };

/// The settings of a text, or everything that is wrong with it.
///
/// # Errors
/// Every unknown key and every wrong value, each with its place and what was probably meant.
pub fn settings(source: SourceId, text: &str) -> Result<Settings, Vec<Diagnostic>> {
    let mut reader = Reader { source, found: Vec::new(), settings: Settings::default() };
    match DeTable::parse(text) {
        Ok(table) => reader.file(table.get_ref()),
        Err(error) => {
            let span = reader.span(error.span().unwrap_or(0..0));
            reader.found.push(Diagnostic::error(NOT_TOML, span, error.message().trim()));
        }
    }
    if reader.found.is_empty() { Ok(reader.settings) } else { Err(reader.found) }
}

/// The keys of `[lint]`.
const KEYS: [&str; 8] = [
    "profile",
    "break-glass",
    "report-only-days",
    "location-ranges",
    "budget",
    "naming",
    "rules",
    "paths",
];

struct Reader {
    source: SourceId,
    found: Vec<Diagnostic>,
    settings: Settings,
}

/// A value with its place.
type Placed<'v, 't> = (&'v DeValue<'t>, Range<usize>);

/// The entries of a table: keys and values with their places, in the order of the text.
fn entries<'v, 't>(table: &'v DeTable<'t>) -> Vec<(&'v str, Range<usize>, Placed<'v, 't>)> {
    let entry = |(key, value): (&'v toml::Spanned<_>, &'v toml::Spanned<DeValue<'t>>)| {
        let name: &std::borrow::Cow<'t, str> = key.get_ref();
        (name.as_ref(), key.span(), (value.get_ref(), value.span()))
    };
    let mut all: Vec<_> = table.iter().map(entry).collect();
    all.sort_by_key(|(_, span, _)| span.start);
    all
}

impl Reader {
    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.source, range.start, range.end)
    }

    fn file(&mut self, table: &DeTable<'_>) {
        for (key, at, value) in entries(table) {
            match key {
                "lint" => self.table(value, Reader::lint),
                _ => self.unknown(key, at, &["lint"]),
            }
        }
    }

    fn lint(&mut self, key: &str, at: Range<usize>, value: Placed<'_, '_>) {
        match key {
            "profile" => self.profile(value),
            "break-glass" => {
                let names = self.texts(value);
                self.settings.break_glass.extend(names);
            }
            "report-only-days" => {
                if let Some(days) = self.number(value, "this takes a number of days") {
                    self.settings.report_only_days = days;
                }
            }
            "location-ranges" => {
                if let Some(ranges) = self.number(value, "this takes a number of ranges") {
                    self.settings.location_ranges = ranges;
                }
            }
            "budget" => {
                if let Some(nodes) = self.number(value, "this takes a number of nodes") {
                    self.settings.budget = nodes;
                }
            }
            "naming" => self.table(value, Reader::naming),
            "rules" => {
                let mut levels = std::mem::take(&mut self.settings.levels);
                self.levels(value, &mut levels);
                self.settings.levels = levels;
            }
            "paths" => self.paths(value),
            _ => {
                self.unknown(key, at, &KEYS);
            }
        }
    }

    fn naming(&mut self, key: &str, at: Range<usize>, value: Placed<'_, '_>) {
        match key {
            "policies" => self.settings.policy_names = self.text(value).map(Pattern),
            "titles" => self.settings.policy_titles = self.text(value).map(Pattern),
            _ => return self.unknown(key, at, &["policies", "titles"]),
        }
        // A pattern that nobody enforces would be no pattern.
        self.settings.levels.entry("naming".to_owned()).or_insert(Level::Warning);
    }

    fn profile(&mut self, value: Placed<'_, '_>) {
        let words = Profile::CHOICES.map(Profile::name);
        if let Some(at) = self.word(value, &words) {
            self.settings.profile = Profile::CHOICES[at];
        }
    }

    fn number<N: std::str::FromStr>(
        &mut self,
        (value, at): Placed<'_, '_>,
        what: &str,
    ) -> Option<N> {
        let number = value.as_integer().and_then(|it| it.as_str().parse().ok());
        if number.is_none() {
            self.wrong(at, what);
        }
        number
    }

    fn paths(&mut self, (value, at): Placed<'_, '_>) {
        let Some(tables) = value.as_array() else {
            return self.wrong(at, "write `[[lint.paths]]`, once for each set of paths");
        };
        for table in tables {
            let mut here = PathLevels::default();
            let Some(table) = table.get_ref().as_table() else {
                self.wrong(table.span(), "this takes `paths` and `rules`");
                continue;
            };
            for (key, at, value) in entries(table) {
                match key {
                    "paths" => here.paths = self.texts(value),
                    "rules" => self.levels(value, &mut here.levels),
                    _ => self.unknown(key, at, &["paths", "rules"]),
                }
            }
            self.settings.paths.push(here);
        }
    }

    fn levels(
        &mut self,
        (value, at): Placed<'_, '_>,
        levels: &mut std::collections::BTreeMap<String, Level>,
    ) {
        let Some(table) = value.as_table() else {
            return self.wrong(at, "write a line for each rule: `never-applies = \"error\"`");
        };
        let words = Level::ALL.map(|(_, word)| word);
        for (key, at, value) in entries(table) {
            let category = Category::ALL.into_iter().find(|it| it.name() == key);
            let name = find_rule(key).map(|it| it.name()).or(category.map(Category::name));
            let Some(name) = name else {
                let rules = RULES.iter().map(|rule| rule.name());
                let known: Vec<&str> = rules.chain(Category::ALL.map(Category::name)).collect();
                self.unknown(key, at, &known);
                continue;
            };
            if let Some(at) = self.word(value, &words) {
                levels.insert(name.to_owned(), Level::ALL[at].0);
            }
        }
    }

    fn table(
        &mut self,
        (value, at): Placed<'_, '_>,
        each: fn(&mut Reader, &str, Range<usize>, Placed<'_, '_>),
    ) {
        match value.as_table() {
            Some(table) => {
                entries(table).into_iter().for_each(|(key, at, value)| each(self, key, at, value));
            }
            None => self.wrong(at, "this is a table: its keys stand in lines below `[…]`"),
        }
    }

    /// Which of these words it is.
    fn word(&mut self, value: Placed<'_, '_>, words: &[&str]) -> Option<usize> {
        let at = value.1.clone();
        let text = self.text(value)?;
        let found = words.iter().position(|word| *word == text);
        if found.is_none() {
            let message = format!("`{text}` is none of {}", words.join(", "));
            self.wrong(at, &message);
        }
        found
    }

    fn text(&mut self, (value, at): Placed<'_, '_>) -> Option<String> {
        let text = value.as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong(at, "this takes a text in quotes");
        }
        text
    }

    fn texts(&mut self, (value, at): Placed<'_, '_>) -> Vec<String> {
        let Some(array) = value.as_array() else {
            self.wrong(at, "this takes a list: `[\"a\", \"b\"]`");
            return Vec::new();
        };
        array.iter().filter_map(|it| self.text((it.get_ref(), it.span()))).collect()
    }

    fn wrong(&mut self, at: Range<usize>, message: &str) {
        let span = self.span(at);
        self.found.push(Diagnostic::error(WRONG_VALUE, span, message));
    }

    fn unknown(&mut self, key: &str, at: Range<usize>, known: &[&str]) {
        let span = self.span(at);
        let found = Diagnostic::error(UNKNOWN_KEY, span, format!("nobody reads `{key}`"));
        let scored = known.iter().map(|name| (strsim::damerau_levenshtein(key, name), *name));
        let near = scored.filter(|(distance, name)| *distance <= 1 + name.len() / 4).min();
        self.found.push(match near {
            Some((_, near)) => found.help(format!("did you mean `{near}`?")).fix(span, near),
            None if known.len() <= 8 => found.help(format!("here stand {}", known.join(", "))),
            None => found.help("`latch explain-rule` lists the rules and their categories"),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn read(text: &str) -> Result<Settings, Vec<String>> {
        let mut sources = Sources::new();
        let source = sources.add(FILE_NAME, text);
        let told = |it: Diagnostic| {
            let fix = it.fix.map_or(String::new(), |fix| format!(" → {}", fix.text));
            format!("{} `{}`{fix}", it.code.id, sources.text(it.primary.span))
        };
        settings(source, text).map_err(|found| found.into_iter().map(told).collect())
    }

    #[test]
    fn everything_can_be_said() {
        let text = r#"
            [lint]
            profile = "strict"
            break-glass = ["ca-emergency"]
            report-only-days = 30

            [lint.naming]
            policies = "ca###-*"

            [lint.rules]
            never-applies = "warning"
            portability = "error"
            L1501 = "off"

            [[lint.paths]]
            paths = ["archive"]
            rules = { hygiene = "off" }
        "#;
        let settings = read(text).expect("sound");
        let rule = |name| find_rule(name).expect("a rule");
        assert_eq!(settings.level(rule("never-applies")), Level::Warning);
        assert_eq!(settings.level(rule("entra-limit")), Level::Error);
        assert_eq!(settings.level(rule("title-missing")), Level::Off);
        assert_eq!(settings.level(rule("naming")), Level::Warning);
        let unused = rule("unused-declaration");
        assert_eq!(settings.level_in(unused, "archive/a.latch"), Level::Off);
        assert_eq!(settings.level_in(unused, "a.latch"), Level::Warning);
        assert_eq!((settings.report_only_days, settings.break_glass.len()), (30, 1));
    }

    #[test]
    fn every_mistake_is_told_at_its_place() {
        let text = "lnit = 1\n[lint]\nprofil = 'strict'\nreport-only-days = 'x'\n\
                    [lint.rules]\nnever-aplies = 'error'\nunguarded-nonsense-rule = 'off'\nnaming = 'loud'\n";
        let found = read(text).expect_err("mistakes");
        assert_eq!(
            found,
            [
                "L1902 `lnit` → lint",
                "L1902 `profil` → profile",
                "L1903 `'x'`",
                "L1902 `never-aplies` → never-applies",
                "L1902 `unguarded-nonsense-rule`",
                "L1903 `'loud'`",
            ]
        );
        assert_eq!(read("[lint").expect_err("no TOML").len(), 1);
    }
}
