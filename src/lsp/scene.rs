//! What can stand at the cursor, told from the words before it. The tree cannot be asked: what is being typed is no tree yet.

use crate::syntax::words::ITEMS;

/// What can stand at the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted<'t> {
    /// Nothing that could be offered: a name, a text, a number.
    Nothing,
    /// The beginning of an item.
    Item,
    /// The beginning of a clause of a policy.
    Clause,
    /// The beginning of a line of a test, or of an assert.
    TestLine,
    AssertLine,
    /// An attribute, or the name of a condition.
    Condition,
    /// What compares this attribute with something.
    Operator(&'t str),
    /// A value of this attribute.
    Value(&'t str),
    /// A grant.
    Grant,
    /// The name that follows this grant.
    GrantName(&'t str),
    /// An authentication method.
    Method,
    /// The name of a policy.
    Policy,
    /// What an expectation can be.
    Expectation,
    /// A group or a role.
    Membership,
    /// The beginning of a line of an archetype.
    Bound,
    /// The beginning of a line of a network.
    NetworkLine,
}

/// Words and signs, comments and texts left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    Word(&'t str),
    Sign(u8),
    Text,
    Line,
}

/// The word that is being typed, and what can stand there.
pub(super) fn at<'t>(text: &'t str, byte: usize) -> (&'t str, Wanted<'t>) {
    let before = text.get(..byte).unwrap_or(text);
    let start = before.trim_end_matches(is_word).len();
    let (before, typed) = before.split_at(start);
    let Some(tokens) = tokens(before) else { return (typed, Wanted::Nothing) };
    (typed, Scene::of(&tokens).wanted())
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.')
}

/// Nothing when the text ends inside of a comment or a text.
fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => {
                tokens.push(Token::Text);
                text_length(rest)?
            }
            '/' if rest.starts_with("//") => rest.find('\n')?,
            '\n' => {
                tokens.push(Token::Line);
                1
            }
            _ if is_word(first) => {
                let length = rest.find(|it| !is_word(it)).unwrap_or(rest.len());
                tokens.extend(rest.get(..length).map(Token::Word));
                length
            }
            // The second half of `<=` and `>=`.
            '=' if matches!(tokens.last(), Some(Token::Sign(b'<' | b'>'))) => 1,
            _ if first.is_whitespace() => first.len_utf8(),
            _ => {
                tokens.push(Token::Sign(u8::try_from(first).unwrap_or(b'?')));
                first.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    Some(tokens)
}

/// How long a text in quotes is; it ends with its line at the latest. Nothing when the cursor is in it.
fn text_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            '\n' => return Some(at),
            '"' if !escaped => return Some(at + 1),
            _ => escaped = character == '\\' && !escaped,
        }
    }
    None
}

/// What stands before the cursor, as far as it matters.
#[derive(Debug, Default)]
struct Scene<'t> {
    /// The word that began the item, if the cursor is in its head or its body.
    item: Option<&'t str>,
    /// How many braces are open.
    depth: usize,
    /// The word that began the clause or the line of a test.
    clause: Option<&'t str>,
    /// The attribute that a comparison began with.
    subject: Option<&'t str>,
    /// The words and signs of the clause.
    last: Vec<Token<'t>>,
    /// Whether the cursor stands on a new line of its own.
    fresh: bool,
}

impl<'t> Scene<'t> {
    fn of(tokens: &[Token<'t>]) -> Scene<'t> {
        let mut scene = Scene { fresh: true, ..Scene::default() };
        tokens.iter().for_each(|token| scene.see(*token));
        scene
    }

    fn see(&mut self, token: Token<'t>) {
        match token {
            Token::Line => {
                self.fresh = true;
                return;
            }
            Token::Sign(b'{') => self.enter(),
            Token::Sign(b'}') => *self = Scene::default(),
            Token::Word(word) => self.word(word),
            Token::Sign(_) | Token::Text => self.last.push(token),
        }
        self.fresh = false;
    }

    fn enter(&mut self) {
        self.depth += 1;
        self.begin(None);
    }

    fn begin(&mut self, clause: Option<&'t str>) {
        (self.clause, self.subject) = (clause, None);
        self.last.clear();
    }

    fn word(&mut self, word: &'t str) {
        if self.depth == 0 && self.fresh && ITEMS.contains(&word) {
            *self = Scene { item: Some(word), ..Scene::default() };
            return;
        }
        if self.depth > 0 && self.begins_clause(word) {
            self.begin(Some(word));
            return;
        }
        if matches!(word, "in" | "is" | "not" | "contains" | "starts" | "ends" | "between") {
            let subject = self.last.iter().rev().find_map(|token| match token {
                Token::Word(word) if !matches!(*word, "not" | "and" | "or" | "is") => Some(*word),
                _ => None,
            });
            self.subject = subject.or(self.subject);
        }
        self.last.push(Token::Word(word));
    }

    fn begins_clause(&self, word: &str) -> bool {
        let always = matches!(word, "when" | "unless" | "require" | "block" | "expect");
        match self.item {
            Some("policy") => always || (self.fresh && !self.goes_on()),
            Some("test" | "assert" | "archetype" | "network" | "strength") => {
                self.fresh && !self.goes_on()
            }
            _ => false,
        }
    }

    /// Whether the line before asks for more.
    fn goes_on(&self) -> bool {
        let list = self.open_list();
        let more = match self.last.last() {
            Some(Token::Word(word)) => matches!(*word, "and" | "or" | "not" | "in" | "is" | "by"),
            Some(Token::Sign(sign)) => matches!(sign, b'(' | b'[' | b',' | b'='),
            Some(Token::Text | Token::Line) | None => {
                self.last.is_empty() && matches!(self.clause, Some("when" | "unless" | "require"))
            }
        };
        list || more
    }

    fn open_list(&self) -> bool {
        let count = |sign| self.last.iter().filter(|it| **it == Token::Sign(sign)).count();
        count(b'[') > count(b']')
    }

    fn wanted(&self) -> Wanted<'t> {
        match (self.item, self.depth) {
            (None, _) if self.fresh => Wanted::Item,
            (None, _) => Wanted::Nothing,
            (Some("let"), _) => self.after_equals(),
            (Some(_), 0) if self.fresh => Wanted::Item,
            (Some(_), 0) => Wanted::Nothing,
            (Some("policy"), _) => self.in_policy(),
            (Some("test"), _) => self.in_test(),
            (Some("assert"), _) => self.in_assert(),
            (Some("archetype"), _) => self.in_archetype(),
            (Some("network"), _) if self.begins() => Wanted::NetworkLine,
            (Some("strength"), _) => Wanted::Method,
            (Some(_), _) => Wanted::Nothing,
        }
    }

    /// Whether a clause or a line begins at the cursor.
    fn begins(&self) -> bool {
        self.fresh && !self.goes_on() || self.clause.is_none() && self.last.is_empty()
    }

    fn after_equals(&self) -> Wanted<'t> {
        let has_equals = self.last.contains(&Token::Sign(b'='));
        match has_equals {
            true if self.fresh && !self.goes_on() => Wanted::Item,
            true => self.in_condition(),
            false => Wanted::Nothing,
        }
    }

    fn in_policy(&self) -> Wanted<'t> {
        match self.clause {
            _ if self.begins() => Wanted::Clause,
            Some("when" | "unless") => self.in_condition(),
            Some("require") => self.in_grant(),
            _ => Wanted::Nothing,
        }
    }

    fn in_assert(&self) -> Wanted<'t> {
        match self.clause {
            _ if self.begins() => Wanted::AssertLine,
            Some("when" | "unless") => self.in_condition(),
            Some("expect") => self.in_expectation(),
            Some("proof") => self.in_proof(),
            _ => Wanted::Nothing,
        }
    }

    fn in_test(&self) -> Wanted<'t> {
        match self.clause {
            _ if self.begins() => Wanted::TestLine,
            Some("expect") => self.in_expectation(),
            Some("proof") => self.in_proof(),
            Some("assume") | None => Wanted::Nothing,
            Some(attribute) => Wanted::Value(attribute),
        }
    }

    fn in_archetype(&self) -> Wanted<'t> {
        match self.last.last() {
            _ if self.begins() => Wanted::Bound,
            _ if self.open_list() || self.last.last() == Some(&Token::Word("in")) => {
                Wanted::Membership
            }
            _ => Wanted::Nothing,
        }
    }

    fn in_proof(&self) -> Wanted<'t> {
        if self.last.is_empty() { Wanted::Method } else { Wanted::Nothing }
    }

    fn in_expectation(&self) -> Wanted<'t> {
        let after_by = self.last.contains(&Token::Word("by"));
        match self.last.last() {
            None => Wanted::Expectation,
            Some(Token::Word("by") | Token::Sign(b',')) if after_by => Wanted::Policy,
            Some(Token::Word("step-up")) => Wanted::Grant,
            Some(Token::Word("and" | "or") | Token::Sign(b'(')) => Wanted::Grant,
            Some(Token::Word(word)) => named_grant(word),
            Some(Token::Sign(_) | Token::Text | Token::Line) => Wanted::Nothing,
        }
    }

    fn in_grant(&self) -> Wanted<'t> {
        match self.last.last() {
            None | Some(Token::Word("and" | "or") | Token::Sign(b'(')) => Wanted::Grant,
            Some(Token::Word(word)) => named_grant(word),
            Some(Token::Sign(_) | Token::Text | Token::Line) => Wanted::Nothing,
        }
    }

    fn in_condition(&self) -> Wanted<'t> {
        let value = self.subject.map_or(Wanted::Nothing, Wanted::Value);
        match self.last.last() {
            _ if self.open_list() => value,
            None => Wanted::Condition,
            Some(Token::Word("and" | "or") | Token::Sign(b'(' | b'=')) => Wanted::Condition,
            Some(Token::Word("not")) => self.after_not(),
            Some(Token::Word("in" | "is")) => value,
            Some(Token::Word(_)) if self.ends_comparison() => Wanted::Nothing,
            Some(Token::Word(word)) => Wanted::Operator(word),
            Some(Token::Sign(b'<' | b'>')) => self.ordered(),
            Some(Token::Sign(_) | Token::Text | Token::Line) => Wanted::Nothing,
        }
    }

    /// `not` before an attribute, `not in` after one, `is not` before a value.
    fn after_not(&self) -> Wanted<'t> {
        match self.last.iter().rev().nth(1) {
            Some(Token::Word("is")) => self.subject.map_or(Wanted::Nothing, Wanted::Value),
            None | Some(Token::Word("and" | "or" | "not") | Token::Sign(_)) => Wanted::Condition,
            Some(Token::Word(word)) => Wanted::Operator(word),
            Some(Token::Text | Token::Line) => Wanted::Nothing,
        }
    }

    /// After `risk.user >=`: the attribute stands before the sign.
    fn ordered(&self) -> Wanted<'t> {
        let words = self.last.iter().rev().find_map(|token| match token {
            Token::Word(word) => Some(*word),
            Token::Sign(_) | Token::Text | Token::Line => None,
        });
        words.map_or(Wanted::Nothing, Wanted::Value)
    }

    /// Whether the last word is a value, and not the attribute of the next comparison.
    fn ends_comparison(&self) -> bool {
        let before = self.last.iter().rev().nth(1);
        matches!(before, Some(Token::Word("in" | "is" | "not") | Token::Sign(b'<' | b'>' | b'=')))
            && self.subject.is_some()
    }
}

fn named_grant(word: &str) -> Wanted<'_> {
    match word {
        "strength" | "terms" | "custom-control" => Wanted::GrantName(word),
        "require" => Wanted::Grant,
        _ => Wanted::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::{Wanted, at};

    /// What is wanted at the sign `|`.
    fn wanted(text: &str) -> Wanted<'_> {
        let cursor = text.find('|').expect("a cursor");
        at(text, cursor).1
    }

    #[test]
    fn words_before_the_cursor_tell_what_can_stand_there() {
        let cases = [
            ("|", Wanted::Item),
            ("pol|", Wanted::Item),
            ("policy |", Wanted::Nothing),
            ("policy a {|", Wanted::Clause),
            ("policy a {\n  |", Wanted::Clause),
            ("policy a {\n  when |", Wanted::Condition),
            ("policy a {\n  when cli|", Wanted::Condition),
            ("policy a {\n  when client |", Wanted::Operator("client")),
            ("policy a {\n  when client is |", Wanted::Value("client")),
            ("policy a {\n  when client is not |", Wanted::Value("client")),
            ("policy a {\n  when user not |", Wanted::Operator("user")),
            ("policy a {\n  when not |", Wanted::Condition),
            ("policy a {\n  when user in [a, |", Wanted::Value("user")),
            ("policy a {\n  when user in [a,\n    |", Wanted::Value("user")),
            ("policy a {\n  when user in a and app in |", Wanted::Value("app")),
            ("policy a {\n  when user in a and\n    |", Wanted::Condition),
            ("policy a {\n  when risk.user >= |", Wanted::Value("risk.user")),
            ("policy a {\n  when user in a\n  |", Wanted::Clause),
            ("policy a {\n  when user in a\n  require |", Wanted::Grant),
            ("policy a {\n  require mfa or |", Wanted::Grant),
            ("policy a {\n  require strength |", Wanted::GrantName("strength")),
            ("policy a {\n  block\n}\n|", Wanted::Item),
            ("policy a { // when |", Wanted::Nothing),
            ("policy a \"when |", Wanted::Nothing),
            ("let a = |", Wanted::Condition),
            ("let a = client is browser\n|", Wanted::Item),
            ("test \"t\" {\n  |", Wanted::TestLine),
            ("test \"t\" {\n  client |", Wanted::Value("client")),
            ("test \"t\" {\n  expect |", Wanted::Expectation),
            ("test \"t\" {\n  expect block by |", Wanted::Policy),
            ("test \"t\" {\n  proof |", Wanted::Method),
            ("assert a {\n  |", Wanted::AssertLine),
            ("archetype a {\n  always in |", Wanted::Membership),
            ("strength a {\n  |", Wanted::Method),
            ("network a {\n  |", Wanted::NetworkLine),
        ];
        for (text, expected) in cases {
            assert_eq!(wanted(text), expected, "{text}");
        }
    }

    #[test]
    fn no_text_is_too_odd() {
        for text in ["}}}}", "{{{{", "[[[", "\"\"\"", "policy a { when ((((", "🔒 policy", "\u{0}"]
        {
            for cursor in 0..=text.len() {
                let _ = at(text, cursor);
            }
        }
    }
}
