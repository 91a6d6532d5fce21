//! Filter rules in one spelling: negations at the comparisons, parts sorted, lists taken apart.

/// A rule without negations above its comparisons.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    All(Vec<Form>),
    Any(Vec<Form>),
    /// Property, operator, whether it is negated, value; folded.
    Test(String, String, bool, String),
}

/// The rule, or its negation, in its one spelling.
pub(super) fn canonical(rule: &str, negated: bool) -> String {
    let tokens = tokens(rule);
    let mut parser = Parser { tokens: &tokens, at: 0 };
    let form = parser.any(!negated);
    assert_eq!(parser.at, tokens.len(), "all of the rule is read: {rule}");
    written(&sorted(form))
}

fn written(form: &Form) -> String {
    let all = |parts: &[Form]| parts.iter().map(written).collect::<Vec<_>>();
    match form {
        Form::All(parts) => format!("({})", all(parts).join(" and ")),
        Form::Any(parts) => format!("({})", all(parts).join(" or ")),
        Form::Test(property, operator, negated, value) => {
            format!("{property} {}{operator} {value:?}", if *negated { "not " } else { "" })
        }
    }
}

/// Parts of one kind are in one list, each once, in order.
fn sorted(form: Form) -> Form {
    let flat = |parts: Vec<Form>, all: bool| -> Vec<Form> {
        let parts = parts.into_iter().map(sorted).flat_map(|part| match part {
            Form::All(inner) if all => inner,
            Form::Any(inner) if !all => inner,
            other => vec![other],
        });
        let mut parts: Vec<Form> = parts.collect();
        parts.sort();
        parts.dedup();
        parts
    };
    let (parts, all) = match form {
        Form::All(parts) => (flat(parts, true), true),
        Form::Any(parts) => (flat(parts, false), false),
        test @ Form::Test(..) => return test,
    };
    match (&parts[..], all) {
        ([only], _) => only.clone(),
        (_, true) => Form::All(parts),
        (_, false) => Form::Any(parts),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Sign(char),
}

fn tokens(rule: &str) -> Vec<Token> {
    let letters: Vec<char> = rule.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let letter = letters[at];
        at += 1;
        match letter {
            _ if letter.is_whitespace() => {}
            '(' | ')' | '[' | ']' | ',' => tokens.push(Token::Sign(letter)),
            '"' | '\'' => {
                let mut text = String::new();
                while letters[at] != letter || letter == '\'' && letters.get(at + 1) == Some(&'\'')
                {
                    let escapes = ['\\', '`'].contains(&letters[at]) && letters[at + 1] == letter;
                    let doubled = letters[at] == '\'' && letters[at + 1] == '\'';
                    at += usize::from(escapes || doubled);
                    text.push(letters[at]);
                    at += 1;
                }
                at += 1;
                tokens.push(Token::Text(text));
            }
            _ => {
                let start = at - 1;
                let is_word = |it: &char| it.is_alphanumeric() || ['.', '_', '-'].contains(it);
                while at < letters.len() && is_word(&letters[at]) {
                    at += 1;
                }
                let word: String = letters[start..at].iter().collect();
                tokens.push(Token::Word(word.trim_start_matches('-').to_lowercase()));
            }
        }
    }
    tokens
}

struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
}

impl Parser<'_> {
    fn eat(&mut self, token: &Token) -> bool {
        let found = self.tokens.get(self.at) == Some(token);
        self.at += usize::from(found);
        found
    }

    fn eat_word(&mut self, word: &str) -> bool {
        self.eat(&Token::Word(word.to_owned()))
    }

    fn any(&mut self, holds: bool) -> Form {
        let mut parts = vec![self.all(holds)];
        while self.eat_word("or") {
            parts.push(self.all(holds));
        }
        if holds { Form::Any(parts) } else { Form::All(parts) }
    }

    fn all(&mut self, holds: bool) -> Form {
        let mut parts = vec![self.one(holds)];
        while self.eat_word("and") {
            parts.push(self.one(holds));
        }
        if holds { Form::All(parts) } else { Form::Any(parts) }
    }

    fn one(&mut self, holds: bool) -> Form {
        if self.eat_word("not") {
            return self.one(!holds);
        }
        if self.eat(&Token::Sign('(')) {
            let inner = self.any(holds);
            assert!(self.eat(&Token::Sign(')')), "a parenthesis is closed");
            return inner;
        }
        let property = self.word();
        let operator = self.word();
        let (operator, negated) = match operator.strip_prefix("not") {
            Some(rest) => (rest.to_owned(), true),
            None if operator == "ne" => ("eq".to_owned(), true),
            None => (operator, false),
        };
        let values = self.values();
        let operator = if operator == "in" { "eq".to_owned() } else { operator };
        let negated = negated == holds;
        let test = |value: String| Form::Test(property.clone(), operator.clone(), negated, value);
        let tests: Vec<Form> = values.into_iter().map(test).collect();
        if negated { Form::All(tests) } else { Form::Any(tests) }
    }

    fn word(&mut self) -> String {
        self.at += 1;
        match &self.tokens[self.at - 1] {
            Token::Word(word) => word.clone(),
            other => panic!("a word is expected, and not {other:?}"),
        }
    }

    fn values(&mut self) -> Vec<String> {
        if !self.eat(&Token::Sign('[')) {
            return vec![self.value()];
        }
        let mut values = vec![self.value()];
        while self.eat(&Token::Sign(',')) {
            values.push(self.value());
        }
        assert!(self.eat(&Token::Sign(']')), "a list is closed");
        values
    }

    fn value(&mut self) -> String {
        self.at += 1;
        match &self.tokens[self.at - 1] {
            Token::Word(text) | Token::Text(text) => text.to_lowercase(),
            sign @ Token::Sign(_) => panic!("a value is expected, and not {sign:?}"),
        }
    }
}

#[test]
fn spellings_of_one_rule_are_one() {
    let same = |one: &str, other: &str, negated: bool| {
        assert_eq!(canonical(one, negated), canonical(other, false), "{one} | {other}");
    };
    same("device.model -eq 'A' -or device.model -eq \"b\"", "device.model -in [\"B\",'a']", false);
    same("device.isCompliant -eq True", "device.isCompliant -ne \"true\"", true);
    same(
        "not (a.b -eq 'x' and c.d contains 'it''s')",
        "c.d -notContains \"it's\" -or a.b -ne 'X'",
        false,
    );
    assert_ne!(canonical("a.b -eq 'x'", false), canonical("a.b -eq 'y'", false));
}
