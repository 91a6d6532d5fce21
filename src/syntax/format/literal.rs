//! Values as they are written.

use crate::syntax::ast::{
    DurationUnit, GrantAtom, Literal, LiteralValue, MethodUse, Operator, Phrase,
};
use crate::syntax::character::is_invisible;

pub(super) fn literal(literal: &Literal) -> String {
    match &literal.value {
        LiteralValue::Word(word) => word.clone(),
        LiteralValue::String(text) => string(text),
        LiteralValue::Integer(number) => number.to_string(),
        LiteralValue::Duration(seconds, unit) => duration(*seconds, *unit),
        LiteralValue::TimeOfDay(seconds) => time_of_day(*seconds),
        LiteralValue::Date(text) | LiteralValue::Instant(text) | LiteralValue::Address(text) => {
            text.clone()
        }
        LiteralValue::AddressRange(first, last) => format!("{first} - {last}"),
    }
}

/// In quotes, with escapes for what could not be seen or would end the string.
pub(super) fn string(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            _ if is_invisible(character) => quoted += &format!("\\u{{{:x}}}", u32::from(character)),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// In the unit that was written if it divides, else in the largest that does.
fn duration(seconds: u64, unit: DurationUnit) -> String {
    let divides = |unit: &DurationUnit| seconds.is_multiple_of(unit.seconds());
    let largest = DurationUnit::ALL.into_iter().rev().find(divides);
    let unit = Some(unit).filter(divides).or(largest).unwrap_or(DurationUnit::Seconds);
    let count = seconds / unit.seconds();
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {}{plural}", unit.word())
}

fn time_of_day(seconds: u32) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match seconds {
        0 => format!("{hours:02}:{minutes:02}"),
        _ => format!("{hours:02}:{minutes:02}:{seconds:02}"),
    }
}

/// `5 minutes ago`, `now`
pub(super) fn age(ago: &Literal) -> String {
    match ago.value {
        LiteralValue::Duration(0, _) => "now".to_owned(),
        _ => format!("{} ago", literal(ago)),
    }
}

pub(super) fn phrase(phrase: &Phrase) -> String {
    phrase.parts.iter().map(literal).collect::<Vec<_>>().join(" ")
}

/// `strength hardware-key within 4 hours`
pub(super) fn grant_atom(atom: &GrantAtom) -> String {
    let mut text = atom.grant.node.clone();
    if let Some(argument) = &atom.argument {
        text = format!("{text} {}", argument.node);
    }
    match &atom.within {
        Some(within) => format!("{text} within {}", literal(within)),
        None => text,
    }
}

/// `fido2 aaguid "…", "…"`, on one line.
pub(super) fn method_use(method: &MethodUse) -> String {
    let mut text = method.method.node.clone();
    for (word, values) in &method.restrictions {
        let values: Vec<String> = values.iter().map(|value| string(&value.node)).collect();
        text = format!("{text} {} {}", word.node, values.join(", "));
    }
    text
}

/// An operator with its `not`, where it has one.
pub(super) fn operator(operator: Operator, negated: bool) -> &'static str {
    match (operator, negated) {
        (Operator::In, false) => "in",
        (Operator::In, true) => "not in",
        (Operator::Is, false) => "is",
        (Operator::Is, true) => "is not",
        (Operator::StartsWith, false) => "starts with",
        (Operator::StartsWith, true) => "not starts with",
        (Operator::EndsWith, false) => "ends with",
        (Operator::EndsWith, true) => "not ends with",
        (Operator::Contains, false) => "contains",
        (Operator::Contains, true) => "not contains",
        (Operator::Between, false) => "between",
        (Operator::Between, true) => "not between",
        (Operator::Less, _) => "<",
        (Operator::LessOrEqual, _) => "<=",
        (Operator::Greater, _) => ">",
        (Operator::GreaterOrEqual, _) => ">=",
    }
}
