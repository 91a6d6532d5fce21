//! Filter rules as Graph writes them, `device.isCompliant -eq True -or device.trustType -eq "ServerAD"`: text to tree.
//!
//! Operators may lack their hyphen, properties and operators may be in any case, strings stand in double or single
//! quotes. `-not` binds tightest, then `-and`, then `-or`.

use std::fmt;

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rule {
    /// All of them; two or more.
    All(Vec<Rule>),
    /// Any of them; two or more.
    Any(Vec<Rule>),
    /// Not that.
    Not(Box<Rule>),
    /// A comparison.
    Test(Test),
}

/// `device.model -startsWith "Surface"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Test {
    pub(super) property: String,
    pub(super) operator: Operator,
    pub(super) negated: bool,
    pub(super) value: Value,
}

/// The positive operators; each has a negative one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equals,
    StartsWith,
    EndsWith,
    Contains,
    In,
}

impl Operator {
    /// As a rule spells it.
    pub(super) fn spelling(self, negated: bool) -> &'static str {
        let row = OPERATORS.iter().find(|row| row.1 == self && row.2 == negated);
        row.map_or("", |row| row.0)
    }
}

/// What is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Bool(bool),
    Null,
    List(Vec<String>),
}

impl Rule {
    /// The rule that holds where this one does not, with the negation at the comparisons. Every operator has its
    /// negation, and nothing is unknown, so that this is exact.
    pub(super) fn negated(self) -> Rule {
        let each = |parts: Vec<Rule>| parts.into_iter().map(Rule::negated).collect();
        match self {
            Rule::All(parts) => Rule::Any(each(parts)),
            Rule::Any(parts) => Rule::All(each(parts)),
            Rule::Not(inner) => *inner,
            Rule::Test(test) => Rule::Test(Test { negated: !test.negated, ..test }),
        }
    }

    /// Whether it holds where no property has a value.
    pub(super) fn holds_on_absent(&self) -> bool {
        match self {
            Rule::All(parts) => parts.iter().all(Rule::holds_on_absent),
            Rule::Any(parts) => parts.iter().any(Rule::holds_on_absent),
            Rule::Not(inner) => !inner.holds_on_absent(),
            Rule::Test(test) => test.negated,
        }
    }

    /// All of them in one: parts that are such themselves dissolve.
    pub(super) fn all(parts: Vec<Rule>) -> Rule {
        let dissolve = |part| match part {
            Rule::All(inner) => inner,
            other => vec![other],
        };
        joined(parts.into_iter().flat_map(dissolve).collect(), Rule::All)
    }

    /// Any of them in one: parts that are such themselves dissolve.
    pub(super) fn any(parts: Vec<Rule>) -> Rule {
        let dissolve = |part| match part {
            Rule::Any(inner) => inner,
            other => vec![other],
        };
        joined(parts.into_iter().flat_map(dissolve).collect(), Rule::Any)
    }
}

/// As Graph writes it. Parentheses stand where an `-or` is in an `-and`, and around what `-not` takes back.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::All(parts) => write_joined(f, parts, " -and "),
            Rule::Any(parts) => write_joined(f, parts, " -or "),
            Rule::Not(inner) => write!(f, "-not ({inner})"),
            Rule::Test(test) => write!(f, "{test}"),
        }
    }
}

fn write_joined(f: &mut fmt::Formatter<'_>, parts: &[Rule], word: &str) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        f.write_str(if at == 0 { "" } else { word })?;
        match part {
            Rule::Any(_) => write!(f, "({part})")?,
            Rule::All(_) | Rule::Not(_) | Rule::Test(_) => write!(f, "{part}")?,
        }
    }
    Ok(())
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operator = self.operator.spelling(self.negated);
        write!(f, "{} -{operator} {}", self.property, self.value)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => f.write_str(&quoted(text)),
            Value::Bool(true) => f.write_str("True"),
            Value::Bool(false) => f.write_str("False"),
            Value::Null => f.write_str("null"),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
                write!(f, "[{}]", items.join(", "))
            }
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\'', "''").replace('"', "`\""))
}

/// Whether a text can stand in quotes: at its end, a sign that escapes would take the quote with it.
pub(super) fn can_be_quoted(text: &str) -> bool {
    !text.ends_with(['\\', '`'])
}

const OPERATORS: &[(&str, Operator, bool)] = &[
    ("eq", Operator::Equals, false),
    ("ne", Operator::Equals, true),
    ("startsWith", Operator::StartsWith, false),
    ("notStartsWith", Operator::StartsWith, true),
    ("endsWith", Operator::EndsWith, false),
    ("notEndsWith", Operator::EndsWith, true),
    ("contains", Operator::Contains, false),
    ("notContains", Operator::Contains, true),
    ("in", Operator::In, false),
    ("notIn", Operator::In, true),
];

/// The longest rule, in bytes: four times the 3,072 characters that Entra allows.
pub(super) const MAX_RULE_BYTES: usize = 4 * 3_072;

/// The deepest nesting of parentheses and `-not`: half of what policy files allow, since a rule becomes a part of
/// one.
pub(super) const MAX_RULE_DEPTH: usize = 32;

/// Why a rule cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RuleError {
    /// The byte at which reading stopped.
    pub(super) at: usize,
    /// What was expected there, or what is wrong.
    pub(super) message: String,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at character {}: {}", self.at + 1, self.message)
    }
}

/// Reads a rule.
pub(super) fn parse(text: &str) -> Result<Rule, RuleError> {
    if text.len() > MAX_RULE_BYTES {
        let message = format!("the rule is longer than {MAX_RULE_BYTES} bytes");
        return Err(RuleError { at: MAX_RULE_BYTES, message });
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0, end: text.len() };
    let rule = parser.any()?;
    match parser.tokens.get(parser.at) {
        None => Ok(rule),
        Some(_) => parser.fail("`-and`, `-or` or the end of the rule is expected here"),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// A property, an operator or a bare value, without a leading hyphen.
    Word(String),
    String(String),
    Open,
    Close,
    ListOpen,
    ListClose,
    Comma,
}

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, RuleError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        let start = at;
        at += letter.len_utf8();
        let token = match letter {
            _ if letter.is_whitespace() => continue,
            '(' => Token::Open,
            ')' => Token::Close,
            '[' => Token::ListOpen,
            ']' => Token::ListClose,
            ',' => Token::Comma,
            '"' | '\'' => {
                let (string, end) = string(text, at, letter)?;
                at = end;
                Token::String(string)
            }
            _ if is_word(letter) || letter == '-' => {
                at = start
                    + text[start..]
                        .find(|it| !is_word(it) && it != '-')
                        .unwrap_or(text.len() - start);
                Token::Word(text[start..at].trim_start_matches('-').to_owned())
            }
            _ => {
                return Err(RuleError {
                    at: start,
                    message: format!("`{letter}` has no meaning here"),
                });
            }
        };
        tokens.push((start, token));
    }
    Ok(tokens)
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '.' || letter == '_'
}

/// A string from after its first quote. A quote is escaped by doubling it, by a backslash or by a backtick.
fn string(text: &str, start: usize, quote: char) -> Result<(String, usize), RuleError> {
    let mut string = String::new();
    let mut letters = text[start..].char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        match letter {
            '\\' | '`' if next == Some(quote) => {
                string.push(quote);
                letters.next();
            }
            '\'' if next == Some('\'') => {
                string.push('\'');
                letters.next();
            }
            _ if letter == quote => return Ok((string, start + at + letter.len_utf8())),
            _ => string.push(letter),
        }
    }
    Err(RuleError { at: start, message: "this string has no closing quote".into() })
}

struct Parser<'t> {
    tokens: &'t [(usize, Token)],
    at: usize,
    depth: usize,
    end: usize,
}

impl Parser<'_> {
    fn fail<T>(&self, message: impl Into<String>) -> Result<T, RuleError> {
        let at = self.tokens.get(self.at).map_or(self.end, |(at, _)| *at);
        Err(RuleError { at, message: message.into() })
    }

    fn next(&mut self) -> Option<&Token> {
        let token = self.tokens.get(self.at).map(|(_, token)| token);
        self.at += 1;
        token
    }

    fn eat(&mut self, wanted: &Token) -> bool {
        let found = self.tokens.get(self.at).is_some_and(|(_, token)| token == wanted);
        self.at += usize::from(found);
        found
    }

    fn eat_word(&mut self, wanted: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some((_, Token::Word(word))) if word.eq_ignore_ascii_case(wanted));
        self.at += usize::from(found);
        found
    }

    fn any(&mut self) -> Result<Rule, RuleError> {
        let mut parts = vec![self.all()?];
        while self.eat_word("or") {
            parts.push(self.all()?);
        }
        Ok(joined(parts, Rule::Any))
    }

    fn all(&mut self) -> Result<Rule, RuleError> {
        let mut parts = vec![self.negation()?];
        while self.eat_word("and") {
            parts.push(self.negation()?);
        }
        Ok(joined(parts, Rule::All))
    }

    fn negation(&mut self) -> Result<Rule, RuleError> {
        self.depth += 1;
        if self.depth > MAX_RULE_DEPTH {
            return self.fail(format!("the rule nests deeper than {MAX_RULE_DEPTH}"));
        }
        let rule = if self.eat_word("not") {
            self.negation().map(|rule| Rule::Not(Box::new(rule)))
        } else if self.eat(&Token::Open) {
            self.parenthesis()
        } else {
            self.test().map(Rule::Test)
        };
        self.depth -= 1;
        rule
    }

    fn parenthesis(&mut self) -> Result<Rule, RuleError> {
        let rule = self.any()?;
        if self.eat(&Token::Close) { Ok(rule) } else { self.fail("`)` is expected here") }
    }

    fn test(&mut self) -> Result<Test, RuleError> {
        let property = match self.tokens.get(self.at) {
            Some((_, Token::Word(word))) if word.contains('.') => word.clone(),
            _ => return self.fail("a property such as `device.isCompliant` is expected here"),
        };
        self.at += 1;
        let (operator, negated) = self.operator()?;
        let value = self.value()?;
        match (operator, &value) {
            (Operator::In, Value::List(_)) => {}
            (Operator::In, _) => return self.fail("`-in` takes a list in brackets"),
            (_, Value::List(_)) => return self.fail("only `-in` and `-notIn` take a list"),
            _ => {}
        }
        Ok(Test { property, operator, negated, value })
    }

    fn operator(&mut self) -> Result<(Operator, bool), RuleError> {
        let Some((_, Token::Word(word))) = self.tokens.get(self.at) else {
            return self.fail("an operator such as `-eq` is expected here");
        };
        let row = OPERATORS.iter().find(|row| row.0.eq_ignore_ascii_case(word));
        let Some((_, operator, negated)) = row else {
            return self.fail(format!("`-{word}` is no operator of filters"));
        };
        self.at += 1;
        Ok((*operator, *negated))
    }

    fn value(&mut self) -> Result<Value, RuleError> {
        match self.tokens.get(self.at).map(|(_, token)| token) {
            Some(Token::String(text)) => {
                let value = Value::Text(text.clone());
                self.at += 1;
                Ok(value)
            }
            Some(Token::Word(word)) => {
                let Some(value) = bare_value(word) else {
                    return self.fail(format!("`{word}` is no value; text stands in quotes"));
                };
                self.at += 1;
                Ok(value)
            }
            Some(Token::ListOpen) => {
                self.at += 1;
                self.list()
            }
            _ => self.fail("a value is expected here"),
        }
    }

    fn list(&mut self) -> Result<Value, RuleError> {
        let mut items = Vec::new();
        loop {
            match self.next() {
                Some(Token::String(text)) => items.push(text.clone()),
                _ => {
                    self.at -= 1;
                    return self.fail("a string in quotes is expected here");
                }
            }
            if self.eat(&Token::ListClose) {
                return Ok(Value::List(items));
            }
            if !self.eat(&Token::Comma) {
                return self.fail("`,` or `]` is expected here");
            }
        }
    }
}

fn bare_value(word: &str) -> Option<Value> {
    match word.to_ascii_lowercase().as_str() {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        "null" => Some(Value::Null),
        _ => None,
    }
}

fn joined(mut parts: Vec<Rule>, join: fn(Vec<Rule>) -> Rule) -> Rule {
    if parts.len() == 1 { parts.remove(0) } else { join(parts) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(property: &str, operator: Operator, negated: bool, value: Value) -> Rule {
        Rule::Test(Test { property: property.into(), operator, negated, value })
    }

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn precedence_is_not_and_or() {
        let compliant = test("device.isCompliant", Operator::Equals, false, Value::Bool(true));
        let model = test("device.model", Operator::StartsWith, true, text("Surface"));
        let owner = test("device.deviceOwnership", Operator::Equals, false, text("Company"));
        let rule = "device.isCompliant -eq True -or -not device.model -notStartsWith \"Surface\" \
                    -and device.deviceOwnership -eq \"Company\"";
        let expected =
            Rule::Any(vec![compliant, Rule::All(vec![Rule::Not(Box::new(model)), owner])]);
        assert_eq!(parse(rule), Ok(expected));
    }

    #[test]
    fn hyphens_case_and_quotes_are_free() {
        let expected = parse("device.trustType -eq \"ServerAD\" -and device.isCompliant -eq True");
        for rule in [
            "device.trustType eq 'ServerAD' and device.isCompliant eq true",
            "device.trustType -EQ \"ServerAD\" -AND device.isCompliant -eq TRUE",
            "(device.trustType -eq \"ServerAD\") -and ((device.isCompliant -eq true))",
        ] {
            assert_eq!(parse(rule), expected, "{rule}");
        }
    }

    #[test]
    fn strings_lists_and_null() {
        let list = Value::List(vec!["a".into(), "b, ]".into()]);
        let expected = test("device.deviceId", Operator::In, true, list);
        assert_eq!(parse("device.deviceId -notIn [\"a\", 'b, ]']"), Ok(expected));
        let expected = test("device.model", Operator::Equals, false, text("it's"));
        assert_eq!(parse("device.model -eq 'it''s'"), Ok(expected.clone()));
        assert_eq!(parse("device.model -eq \"it's\""), Ok(expected));
        let expected = test("device.model", Operator::Equals, true, Value::Null);
        assert_eq!(parse("device.model -ne null"), Ok(expected));
        let expected = test("device.model", Operator::Equals, false, text("a\"b"));
        assert_eq!(parse("device.model -eq \"a`\"b\""), Ok(expected.clone()));
        assert_eq!(parse("device.model -eq \"a\\\"b\""), Ok(expected));
    }

    #[test]
    fn what_is_wrong_is_said_where_it_is() {
        for (rule, at, words) in [
            ("", 0, "a property"),
            ("device.model", 12, "an operator"),
            ("device.model -match \"x\"", 13, "`-match` is no operator"),
            ("device.model -eq", 16, "a value"),
            ("device.model -eq Surface", 17, "in quotes"),
            ("device.model -eq \"x", 18, "no closing quote"),
            ("(device.isCompliant -eq True", 28, "`)`"),
            ("device.isCompliant -eq True)", 27, "the end of the rule"),
            ("device.deviceId -in \"x\"", 23, "takes a list"),
            ("device.deviceId -in []", 21, "a string in quotes"),
            ("device.model -eq [\"x\"]", 22, "only `-in`"),
            ("device.model = \"x\"", 13, "`=` has no meaning"),
        ] {
            let error = parse(rule).expect_err(rule);
            assert_eq!(error.at, at, "{rule}: {error}");
            assert!(error.message.contains(words), "{rule}: {error}");
        }
    }

    #[test]
    fn depth_and_length_have_limits() {
        let deep = "(".repeat(1_000) + "device.isCompliant -eq True" + &")".repeat(1_000);
        assert!(parse(&deep).expect_err("too deep").message.contains("deeper"));
        let nots = "-not ".repeat(1_000) + "device.isCompliant -eq True";
        assert!(parse(&nots).expect_err("too deep").message.contains("deeper"));
        let long = "device.model -eq \"x\"".to_owned() + &" ".repeat(MAX_RULE_BYTES);
        assert!(parse(&long).expect_err("too long").message.contains("longer"));
        let wide = vec!["device.model -eq \"x\""; 400].join(" -or ");
        assert!(matches!(parse(&wide), Ok(Rule::Any(parts)) if parts.len() == 400));
    }

    #[test]
    fn no_garbled_rule_panics() {
        let seed = std::env::var("LATCH_SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(7);
        let mut random = fastrand::Rng::with_seed(seed);
        let rule = "device.isCompliant -eq True -or (device.deviceId -in [\"a\", 'ü''b'] -and -not device.model -ne \"x\")";
        let letters: Vec<char> = rule.chars().collect();
        let signs: Vec<char> = "()[]\"',-. é".chars().collect();
        for _ in 0..20_000 {
            let mut letters = letters.clone();
            for _ in 0..random.usize(1..6) {
                let at = random.usize(0..letters.len());
                match random.u8(0..3) {
                    0 => drop(letters.remove(at)),
                    1 => letters.insert(at, random.char(' '..'~')),
                    _ => letters[at] = random.choice(signs.iter().copied()).expect("not empty"),
                }
            }
            let garbled: String = letters.into_iter().collect();
            // Whatever comes of it, it is an answer (seed {seed}).
            let _ = parse(&garbled);
        }
    }
}
