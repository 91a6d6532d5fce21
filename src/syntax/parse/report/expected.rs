//! The rules of the grammar in human words.

use super::super::grammar::Rule;
use crate::syntax::words::ITEMS;

/// What would have fitted at a place.
pub(super) struct Expected<'a> {
    rules: &'a [Rule],
    /// In words, without repetition.
    words: Vec<String>,
    /// The spellings that would have fitted.
    spellings: Vec<String>,
}

impl<'a> Expected<'a> {
    pub(super) fn of(rules: &'a [Rule]) -> Self {
        let mut expected = Expected { rules, words: Vec::new(), spellings: Vec::new() };
        for rule in rules {
            expected.add(*rule);
        }
        expected.collapse();
        expected
    }

    /// Where any value fits, its kinds need not be told.
    fn collapse(&mut self) {
        const KINDS: [&str; 4] = ["a word", "a string", "an address", "a duration"];
        if self.words.iter().any(|words| words == "a value") {
            self.words.retain(|words| !KINDS.contains(&words.as_str()));
        }
    }

    fn add(&mut self, rule: Rule) {
        let (words, spellings) = described(rule);
        self.spellings.extend(spellings.iter().map(|word| (*word).to_owned()));
        let words = match spelled(rule) {
            Some(word) => {
                self.spellings.push(word.clone());
                format!("`{word}`")
            }
            None => words.to_owned(),
        };
        if !words.is_empty() && !self.words.contains(&words) {
            self.words.push(words);
        }
    }

    /// Whether that rule would have fitted, itself or as the start of another.
    pub(super) fn has(&self, rule: Rule) -> bool {
        self.rules.contains(&rule)
    }

    /// `a, b or c`
    pub(super) fn sentence(&self) -> String {
        match self.words.as_slice() {
            [] => "something else".to_owned(),
            [one] => one.clone(),
            [first @ .., last] => format!("{} or {last}", first.join(", ")),
        }
    }

    /// The spelling that was likely meant by `word`.
    pub(super) fn nearest(&self, word: &str) -> Option<&str> {
        let lower = word.to_ascii_lowercase();
        let allowed = (lower.len() / 3).max(1);
        let distances = self
            .spellings
            .iter()
            .map(|spelling| (strsim::damerau_levenshtein(&lower, spelling), spelling.as_str()));
        let near = distances.filter(|(distance, spelling)| {
            *distance <= allowed && *distance < spelling.len() && *spelling != word
        });
        near.min().map(|(_, spelling)| spelling)
    }
}

/// The unit that the letters behind a number stand for: `15min`, `4hours`.
pub(super) fn unit_like(letters: &str) -> Option<&'static str> {
    const ABBREVIATED: [(&str, &str); 12] = [
        ("s", "seconds"),
        ("sec", "seconds"),
        ("m", "minutes"),
        ("min", "minutes"),
        ("mins", "minutes"),
        ("h", "hours"),
        ("hr", "hours"),
        ("hrs", "hours"),
        ("d", "days"),
        ("w", "weeks"),
        ("wk", "weeks"),
        ("wks", "weeks"),
    ];
    let short = ABBREVIATED.iter().find(|(short, _)| *short == letters).map(|(_, unit)| *unit);
    short.or_else(|| UNITS.iter().copied().find(|unit| *unit == letters))
}

/// The word or sign that a rule spells.
fn spelled(rule: Rule) -> Option<String> {
    let name = format!("{rule:?}");
    let word = name.strip_prefix("kw_").map(|word| word.replace('_', "-"));
    word.or_else(|| sign(rule).map(str::to_owned))
}

fn sign(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::open_brace => "{",
        Rule::close_brace => "}",
        Rule::open_bracket => "[",
        Rule::close_bracket => "]",
        Rule::open_paren => "(",
        Rule::close_paren => ")",
        Rule::equals => "=",
        Rule::comma => ",",
        Rule::colon => ":",
        Rule::dash => "-",
        _ => return None,
    })
}

const CONTROLS: &[&str] = &[
    "sign-in",
    "persistent",
    "lifetime",
    "idle",
    "app",
    "cloud",
    "continuous",
    "resilience",
    "token",
    "global",
    "network",
];
const CLAUSES: &[&str] = &[
    "when",
    "unless",
    "require",
    "block",
    "sign-in",
    "persistent",
    "lifetime",
    "idle",
    "app",
    "cloud",
    "continuous",
    "resilience",
    "token",
    "global",
    "network",
];
const OPERATORS: &[&str] = &["in", "is", "not", "starts", "ends", "contains", "between"];
const UNITS: &[&str] =
    &["second", "minute", "hour", "day", "week", "seconds", "minutes", "hours", "days", "weeks"];

/// A rule in words, and the spellings with which it can begin. A rule that spells one word needs none.
fn described(rule: Rule) -> (&'static str, &'static [&'static str]) {
    match rule {
        // At the very start of a piece nothing but the whole would have fitted.
        Rule::items
        | Rule::item
        | Rule::policy
        | Rule::network
        | Rule::strength
        | Rule::archetype
        | Rule::let_item => ("an item", &ITEMS),
        Rule::attribute
        | Rule::assert_item
        | Rule::test_item
        | Rule::object
        | Rule::object_kind => ("an item", &ITEMS),
        Rule::state => ("`report-only`, `disabled`", &["report-only", "disabled"]),
        Rule::opaque => ("`=`", &[]),
        Rule::network_body | Rule::strength_body => ("`{`", &[]),
        Rule::bound => ("`always in`, `may be in`, `never in`", &["always", "may", "never"]),
        Rule::archetype_line => {
            ("`always in`, `may be in`, `never in`", &["always", "may", "never"])
        }
        Rule::clause => ("a clause", CLAUSES),
        Rule::when => ("`when`", &["when"]),
        Rule::unless => ("`unless`", &["unless"]),
        Rule::block => ("`block`", &["block"]),
        Rule::require => ("`require`", &["require"]),
        Rule::session | Rule::session_head | Rule::session_start => ("a session control", CONTROLS),
        Rule::condition | Rule::conjunction | Rule::negation | Rule::paren | Rule::atom => {
            ("a condition", &[])
        }
        Rule::comparison | Rule::is | Rule::order | Rule::order_sign => ("an operator", OPERATORS),
        Rule::membership | Rule::starts | Rule::ends | Rule::contains | Rule::between => {
            ("an operator", OPERATORS)
        }
        Rule::zone => ("`zone`", &["zone"]),
        Rule::list => ("a list", &[]),
        Rule::grant | Rule::grant_all | Rule::grant_paren | Rule::grant_atom | Rule::grant_word => {
            ("a grant", &[])
        }
        Rule::declared_kind => ("a grant", &["strength", "terms", "custom-control"]),
        Rule::within => ("`within`", &["within"]),
        Rule::assert_line => ("a line of an assert", &["when", "unless", "proof", "expect"]),
        Rule::expect_always | Rule::expect_once => ("`expect`", &["expect"]),
        Rule::expectation | Rule::expectation_all | Rule::expectation_paren => {
            ("an expectation", &["block", "open", "not", "step-up", "require", "sign-in"])
        }
        Rule::not_block => ("`not block`", &["not"]),
        Rule::frequency => ("`sign-in frequency`", &["sign-in"]),
        Rule::test_line => ("a line of a test", &["expect", "assume", "proof"]),
        Rule::step_up => ("`step-up`", &["step-up"]),
        Rule::decided_by => ("`by`", &["by"]),
        Rule::as_if_enforced => ("`as if enforced`", &["as"]),
        Rule::assume => ("`assume rest absent`", &["assume"]),
        Rule::proof => ("`proof`", &["proof"]),
        Rule::claim | Rule::fact | Rule::fact_attribute => ("an attribute", &[]),
        Rule::claim_verb => ("", &["accepted", "done", "shown", "satisfied"]),
        Rule::member | Rule::not_member => ("`in`", &["in"]),
        Rule::age => ("an age such as `5 minutes ago`", &["now"]),
        Rule::word => ("a word", &[]),
        Rule::name => ("a name", &[]),
        Rule::combination | Rule::method_use => ("a method", &[]),
        Rule::restriction => ("a restriction", &[]),
        Rule::word_list => ("a list", &[]),
        Rule::attribute_type => ("a type", &[]),
        Rule::country => ("`country`", &["country"]),
        Rule::country_code => ("a country code", &[]),
        Rule::marker | Rule::marker_word => ("a word", &[]),
        Rule::address | Rule::ip => ("an address", &[]),
        Rule::string => ("a string", &[]),
        Rule::instant | Rule::date | Rule::time_of_day | Rule::integer | Rule::number => {
            ("a value", &[])
        }
        Rule::duration => ("a duration", &[]),
        Rule::unit => ("a unit of time", UNITS),
        _ => ("", &[]),
    }
}
