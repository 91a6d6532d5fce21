//! What a house wants of the linter: which rules, how grave, and what they should know.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::diagnostic::Severity;
use crate::lint::rule::{Category, Profile, Rule};

/// How a rule's findings count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Not looked for.
    Off,
    /// Told; the run is fine.
    Info,
    /// Told; the run has findings.
    Warning,
    /// Told; the run has findings.
    Error,
}

impl Level {
    /// Every level with its word.
    pub const ALL: [(Level, &'static str); 4] = [
        (Level::Off, "off"),
        (Level::Info, "info"),
        (Level::Warning, "warning"),
        (Level::Error, "error"),
    ];

    /// The severity of findings of that level.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Info => Some(Severity::Info),
            Level::Warning => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        }
    }
}

/// Levels for the files at and below some paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PathLevels {
    /// Names of files and folders, with slashes, as policies are named; each stands for everything below it.
    pub paths: Vec<String>,
    /// Levels by the name of a rule or a category.
    pub levels: BTreeMap<String, Level>,
}

/// How names or titles should look: `*` is any text, `?` any character, `#` any digit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(pub String);

/// What a house wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Which rules are on.
    pub profile: Profile,
    /// Levels by the name of a rule or a category; a rule's own wins.
    pub levels: BTreeMap<String, Level>,
    /// Levels for some files alone; later ones win.
    pub paths: Vec<PathLevels>,
    /// Names of groups and users that are break-glass accounts, beside those that are declared so.
    pub break_glass: BTreeSet<String>,
    /// How the names of policies should look.
    pub policy_names: Option<Pattern>,
    /// How the titles of policies should look.
    pub policy_titles: Option<Pattern>,
    /// For how many days a policy may be report-only.
    pub report_only_days: u32,
    /// How many ranges the networks of policies may have together.
    pub location_ranges: usize,
    /// The most nodes of diagrams that one exact question may cost.
    pub budget: usize,
    /// The day on which this is asked; rules about dates are silent without.
    pub today: Option<Date>,
}

/// A quarter: Microsoft's guides plan weeks for a trial, and reviews are quarterly.
const REPORT_ONLY_DAYS: u32 = 90;

/// Beyond so many ranges Entra no longer enforces a change of address at once.
/// <https://learn.microsoft.com/entra/identity/conditional-access/concept-continuous-access-evaluation>
const LOCATION_RANGES: usize = 5_000;

/// Some seconds at most; sets of 240 policies stay below a tenth of it.
const BUDGET: usize = 2_000_000;

impl Default for Settings {
    fn default() -> Self {
        Settings {
            profile: Profile::Default,
            levels: BTreeMap::new(),
            paths: Vec::new(),
            break_glass: BTreeSet::new(),
            policy_names: None,
            policy_titles: None,
            report_only_days: REPORT_ONLY_DAYS,
            location_ranges: LOCATION_RANGES,
            budget: BUDGET,
            today: None,
        }
    }
}

impl Settings {
    /// Settings in which one rule is on and no other.
    pub fn only(rule: &Rule) -> Settings {
        let off = Category::ALL.map(|it| (it.name().to_owned(), Level::Off));
        let mut levels = BTreeMap::from(off);
        levels.insert(rule.name().to_owned(), level_of(rule.severity));
        Settings { levels, ..Settings::default() }
    }

    /// The level of a rule, in general.
    pub fn level(&self, rule: &Rule) -> Level {
        self.chosen(&self.levels, rule).unwrap_or_else(|| self.by_profile(rule))
    }

    /// The level of a rule in a file.
    pub fn level_in(&self, rule: &Rule, file: &str) -> Level {
        let here = self.paths.iter().filter(|it| it.paths.iter().any(|path| is_below(file, path)));
        let own = here.filter_map(|it| self.chosen(&it.levels, rule)).next_back();
        own.unwrap_or_else(|| self.level(rule))
    }

    /// Whether a rule may find anything anywhere.
    pub fn is_on_somewhere(&self, rule: &Rule) -> bool {
        let on = |level: Level| level != Level::Off;
        let chosen = self.paths.iter().filter_map(|it| self.chosen(&it.levels, rule));
        on(self.level(rule)) || chosen.into_iter().any(on)
    }

    /// A rule's own level, or that of its category.
    fn chosen(&self, levels: &BTreeMap<String, Level>, rule: &Rule) -> Option<Level> {
        let own = levels.get(rule.name()).or_else(|| levels.get(rule.code.id));
        own.or_else(|| levels.get(rule.category.name())).copied()
    }

    fn by_profile(&self, rule: &Rule) -> Level {
        if rule.profile <= self.profile { level_of(rule.severity) } else { Level::Off }
    }
}

/// The level that a severity is.
fn level_of(severity: Severity) -> Level {
    match severity {
        Severity::Info => Level::Info,
        Severity::Warning => Level::Warning,
        Severity::Error => Level::Error,
    }
}

/// Whether a file is at or below a path, part by part.
fn is_below(file: &str, path: &str) -> bool {
    let file = file.replace('\\', "/");
    let (file, path) = (file.trim_start_matches("./"), path.trim_start_matches("./"));
    let path = path.trim_end_matches('/');
    file == path || file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
}

impl Pattern {
    /// Whether a text looks like that.
    pub fn fits(&self, text: &str) -> bool {
        let pattern: Vec<char> = self.0.chars().collect();
        let text: Vec<char> = text.chars().collect();
        fits(&pattern, &text)
    }
}

/// Goes back to the last `*` when something does not fit: at most the product of both lengths.
fn fits(pattern: &[char], text: &[char]) -> bool {
    let (mut at, mut place, mut star) = (0, 0, None);
    while place < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(sign) if fits_one(*sign, text[place]) => {
                at += 1;
                place += 1;
            }
            _ => {
                let Some((from, taken)) = star else { return false };
                star = Some((from, taken + 1));
                at = from + 1;
                place = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|sign| *sign == '*')
}

fn fits_one(sign: char, character: char) -> bool {
    match sign {
        '?' => true,
        '#' => character.is_ascii_digit(),
        other => other == character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_what_they_should() {
        let fits = |pattern: &str, text: &str| Pattern(pattern.to_owned()).fits(text);
        assert!(fits("ca###-*", "ca014-admins") && fits("*", "") && fits("a*b*c", "a-b-b-c"));
        assert!(fits("CA###: *", "CA001: all users") && fits("?a", "éa"));
        assert!(!fits("ca###-*", "ca14-admins") && !fits("a", "ab") && !fits("", "a"));
        assert!(!fits("a*b", "a-b-c") && !fits("##", "#1"));
    }

    #[test]
    fn a_pattern_of_stars_ends() {
        let pattern = Pattern("*a".repeat(200));
        assert!(!pattern.fits(&"b".repeat(20_000)));
    }

    #[test]
    fn paths_are_compared_part_by_part() {
        assert!(is_below("policies/old/a.latch", "policies/old"));
        assert!(is_below("./policies/a.latch", "policies/") && is_below("a\\b.latch", "a"));
        assert!(!is_below("policies/older/a.latch", "policies/old"));
    }
}
