//! Session controls, one a line.

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::codes;
use crate::hir::resolve::vocabulary::listed;
use crate::schema::session::{
    Argument, CONTROLS, CloudAppSecurity, ContinuousEvaluation, Control, MaxAge, PersistentBrowser,
    Row, SessionControls,
};
use crate::source::Span;
use crate::syntax::ast::{Literal, LiteralValue, Phrase};

/// What stands after a control's words.
enum Value {
    Nothing,
    Frequency {
        age: MaxAge,
        second: bool,
    },
    Seconds(u64),
    /// The number of the word in the table's row.
    Word(usize),
    Id(String),
}

impl Checker<'_, '_> {
    /// All session controls of a policy.
    pub(super) fn session(&mut self, phrases: &[&Phrase]) -> Option<SessionControls<String>> {
        let mut controls = SessionControls::default();
        let mut seen: Vec<(Control, bool, Span)> = Vec::new();
        let mut good = true;
        for phrase in phrases {
            good &= self.add_control(&mut controls, &mut seen, phrase).is_some();
        }
        good.then_some(controls)
    }

    fn add_control(
        &mut self,
        controls: &mut SessionControls<String>,
        seen: &mut Vec<(Control, bool, Span)>,
        phrase: &Phrase,
    ) -> Option<()> {
        let (row, rest) = self.control(phrase)?;
        let value = self.control_value(row, rest, phrase)?;
        let second = matches!(value, Value::Frequency { second: true, .. });
        let same = |it: &&(Control, bool, Span)| it.0 == row.control && it.1 == second;
        if let Some((_, _, first)) = seen.iter().find(same) {
            let message = format!("`{}` stands twice", row.words);
            return self.report.refuse(
                Diagnostic::error(codes::REPEATED_CONTROL, phrase.span, message)
                    .label(*first, "first here")
                    .help("keep the one you mean"),
            );
        }
        seen.push((row.control, second, phrase.span));
        set(controls, row.control, value);
        Some(())
    }

    /// The control whose words a phrase begins with, and the rest.
    fn control<'p>(&mut self, phrase: &'p Phrase) -> Option<(&'static Row, &'p [Literal])> {
        let found = CONTROLS.iter().find(|row| begins_with(&phrase.parts, row.words));
        if let Some(row) = found {
            return Some((row, &phrase.parts[row.words.split(' ').count()..]));
        }
        let words: Vec<String> = phrase.parts.iter().map(|part| self.words_of(part)).collect();
        let written = words.join(" ");
        let message = format!("there is no session control `{written}`");
        let near = CONTROLS.iter().find_map(|row| {
            let length = row.words.split(' ').count().min(words.len());
            let start = words[..length].join(" ");
            self.report.nearest(&start, [row.words]).map(|near| (near, length))
        });
        let first_word = CONTROLS
            .iter()
            .find(|row| row.words.split(' ').next() == words.first().map(String::as_str));
        let diagnostic = Diagnostic::error(codes::UNKNOWN_CONTROL, phrase.span, message);
        self.report.refuse(match (near, first_word) {
            (Some((near, length)), _) => {
                let span = phrase.parts[0].span.to(phrase.parts[length - 1].span);
                diagnostic.help(format!("did you mean `{near}`?")).fix(span, near)
            }
            (None, Some(row)) => diagnostic.help(format!("did you mean `{}`?", row.words)),
            (None, None) => diagnostic.note(format!(
                "the session controls are {}",
                listed(CONTROLS.iter().map(|it| it.words))
            )),
        })
    }

    fn control_value(
        &mut self,
        row: &'static Row,
        rest: &[Literal],
        phrase: &Phrase,
    ) -> Option<Value> {
        match row.argument {
            Argument::None if rest.is_empty() => Some(Value::Nothing),
            Argument::Frequency => self.frequency(row, rest, phrase),
            Argument::Duration => match rest {
                [literal] if is_duration(literal) => self.duration(literal).map(Value::Seconds),
                _ => self.wrong_argument(row, phrase),
            },
            Argument::Word(words) => {
                let number = word(rest).and_then(|it| words.iter().position(|known| *known == it));
                number.map(Value::Word).or_else(|| self.wrong_argument(row, phrase))
            }
            Argument::Id => match rest {
                [Literal { value: LiteralValue::String(id), .. }] if !id.trim().is_empty() => {
                    Some(Value::Id(id.clone()))
                }
                _ => self.wrong_argument(row, phrase),
            },
            Argument::None => self.wrong_argument(row, phrase),
        }
    }

    /// `4 hours`, `every time`, then perhaps `for second factor`.
    fn frequency(&mut self, row: &'static Row, rest: &[Literal], phrase: &Phrase) -> Option<Value> {
        let (age, rest) = match rest {
            [first, rest @ ..] if is_duration(first) => {
                (MaxAge::Seconds(self.duration(first)?), rest)
            }
            _ if begins_with(rest, "every time") => (MaxAge::EveryTime, &rest[2..]),
            _ => return self.wrong_argument(row, phrase),
        };
        let second = begins_with(rest, "for second factor");
        if rest.len() != if second { 3 } else { 0 } {
            return self.wrong_argument(row, phrase);
        }
        Some(Value::Frequency { age, second })
    }

    fn wrong_argument<T>(&mut self, row: &'static Row, phrase: &Phrase) -> Option<T> {
        let takes = match row.argument {
            Argument::None => "nothing after it".to_owned(),
            Argument::Frequency => {
                "a duration or `every time`, and then perhaps `for second factor`".to_owned()
            }
            Argument::Duration => "a duration, like `8 hours`".to_owned(),
            Argument::Word([word]) => format!("`{word}`"),
            Argument::Word(words) => format!("one of {}", listed(words.iter().copied())),
            Argument::Id => "an id in quotes".to_owned(),
        };
        let message = format!("`{}` takes {takes}", row.words);
        let mut diagnostic = Diagnostic::error(codes::CONTROL_ARGUMENT, phrase.span, message);
        let rest = &phrase.parts[row.words.split(' ').count()..];
        if let (Argument::Word(words), Some(written)) = (row.argument, word(rest))
            && let Some(near) = self.report.nearest(written, words.iter().copied())
        {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?")).fix(rest[0].span, near);
        }
        self.report.refuse(diagnostic)
    }
}

fn is_duration(literal: &Literal) -> bool {
    matches!(literal.value, LiteralValue::Duration(..))
}

/// The one word of a rest.
fn word(rest: &[Literal]) -> Option<&str> {
    match rest {
        [Literal { value: LiteralValue::Word(word), .. }] => Some(word),
        _ => None,
    }
}

fn begins_with(parts: &[Literal], words: &str) -> bool {
    let mut parts = parts.iter();
    words.split(' ').all(|word| {
        let part = parts.next().map(|part| &part.value);
        matches!(part, Some(LiteralValue::Word(part)) if part == word)
    })
}

/// Puts a value where it belongs; its shape was read from the control's row.
fn set(controls: &mut SessionControls<String>, control: Control, value: Value) {
    match (control, value) {
        (Control::SignInFrequency, Value::Frequency { age, second: false }) => {
            controls.sign_in_frequency.both = Some(age);
        }
        (Control::SignInFrequency, Value::Frequency { age, second: true }) => {
            controls.sign_in_frequency.second = Some(age);
        }
        (Control::PersistentBrowser, Value::Word(number)) => {
            use PersistentBrowser::{Always, Never};
            controls.persistent_browser = [Always, Never].get(number).copied();
        }
        (Control::Lifetime, Value::Seconds(seconds)) => controls.lifetime = Some(seconds),
        (Control::Idle, Value::Seconds(seconds)) => controls.idle = Some(seconds),
        (Control::AppRestrictions, _) => controls.app_restrictions = true,
        (Control::CloudAppSecurity, Value::Word(number)) => {
            use CloudAppSecurity::{BlockDownloads, Custom, Monitor};
            controls.cloud_app_security = [Monitor, Custom, BlockDownloads].get(number).copied();
        }
        (Control::ContinuousEvaluation, Value::Word(number)) => {
            use ContinuousEvaluation::{Off, Strict, StrictLocation};
            controls.continuous_evaluation = [Off, Strict, StrictLocation].get(number).copied();
        }
        (Control::Resilience, _) => controls.resilience_off = true,
        (Control::TokenProtection, _) => controls.token_protection = true,
        (Control::GlobalSecureAccessProfile, Value::Id(id)) => {
            controls.global_secure_access_profile = Some(id);
        }
        (Control::NetworkAccessPolicy, Value::Id(id)) => {
            controls.network_access_policy = Some(id);
        }
        (control, _) => unreachable!("`{}` was read by its row", control.row().words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of the rows and the orders of the enumerations are one.
    #[test]
    fn words_of_the_table_stand_in_the_order_of_their_values() {
        let words = |control: Control| match control.row().argument {
            Argument::Word(words) => words,
            _ => &[],
        };
        assert_eq!(words(Control::PersistentBrowser), ["always", "never"]);
        assert_eq!(words(Control::CloudAppSecurity), ["monitor", "custom", "block-downloads"]);
        assert_eq!(words(Control::ContinuousEvaluation), ["off", "strict", "strict-location"]);
    }
}
