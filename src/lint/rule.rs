//! What a rule is: its code, its kind, when it is on, its page and its check.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::page::Page;
use crate::lint::rules::RULES;
use crate::lint::subject::Subject;

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Policies that mean something else than they seem to.
    Correctness,
    /// Policies that keep out those who must get in.
    Lockout,
    /// Sign-ins that no policy guards.
    Coverage,
    /// Leftovers, and what the next reader stumbles over.
    Hygiene,
    /// What other systems do not take.
    Portability,
    /// What a house may want to look the same everywhere.
    Style,
}

impl Category {
    /// Every category, in the order of the catalogue.
    pub const ALL: [Category; 6] = [
        Category::Correctness,
        Category::Lockout,
        Category::Coverage,
        Category::Hygiene,
        Category::Portability,
        Category::Style,
    ];

    /// Its word in settings and reports.
    pub fn name(self) -> &'static str {
        match self {
            Category::Correctness => "correctness",
            Category::Lockout => "lockout",
            Category::Coverage => "coverage",
            Category::Hygiene => "hygiene",
            Category::Portability => "portability",
            Category::Style => "style",
        }
    }

    /// What its rules find, in a sentence.
    pub fn about(self) -> &'static str {
        match self {
            Category::Correctness => "Policies that mean something else than they seem to.",
            Category::Lockout => "Policies that keep out those who must get in.",
            Category::Coverage => "Sign-ins that are not guarded as somebody believes.",
            Category::Hygiene => "Leftovers, and what the next reader stumbles over.",
            Category::Portability => "What Microsoft Entra does not take, or soon will not.",
            Category::Style => "What a house may want to look the same everywhere.",
        }
    }
}

/// How much somebody wants to hear; each profile includes the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// What is certain and serious: on without any settings.
    Default,
    /// What a team that keeps its policies well wants to know.
    Recommended,
    /// Everything that fits every house.
    Strict,
    /// Nothing of it comes by a profile: the rule must be named.
    Named,
}

impl Profile {
    /// The profiles that can be chosen.
    pub const CHOICES: [Profile; 3] = [Profile::Default, Profile::Recommended, Profile::Strict];

    /// Its word in settings.
    pub fn name(self) -> &'static str {
        match self {
            Profile::Default => "default",
            Profile::Recommended => "recommended",
            Profile::Strict => "strict",
            Profile::Named => "named",
        }
    }
}

/// Whether a fix may be applied without looking at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// No decision changes.
    Safe,
    /// Decisions change, in the direction that was most likely meant.
    Unsafe,
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Its stable code and its name.
    pub code: Code,
    /// How grave its findings are unless settings say otherwise.
    pub severity: Severity,
    /// What it is about.
    pub category: Category,
    /// From which profile on it is on.
    pub profile: Profile,
    /// Whether its findings are certain. One that is not says "possibly".
    pub exact: bool,
    /// What its fixes do, where it has some.
    pub fix: Option<Safety>,
    /// Its page, as Markdown.
    pub page: &'static str,
    /// Finds.
    pub(super) check: fn(&Subject<'_>, &mut Vec<Diagnostic>),
}

impl Rule {
    /// Its name: `never-applies`.
    pub fn name(&self) -> &'static str {
        self.code.name
    }

    /// Its page, taken apart.
    pub fn page(&self) -> Page {
        Page::of(self.page)
    }
}

/// The rule of that code or name, whatever the case.
pub fn find_rule(text: &str) -> Option<&'static Rule> {
    let is = |name: &str| name.eq_ignore_ascii_case(text);
    RULES.iter().copied().find(|rule| is(rule.code.id) || is(rule.code.name))
}
