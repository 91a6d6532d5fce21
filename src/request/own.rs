//! Own attributes meet their declarations: what a request sent as plain text or number gets its kind.
//!
//! A request is read before anybody knows the policies it will meet, so a duration or a moment of the organisation's
//! own arrives as text. [`type_own`] is called once, when the request meets a policy set, and before it is decided.

use crate::request::moment::{parse_duration_ms, parse_time};
use crate::request::{Request, RequestError, Value};
use crate::schema::attribute::Kind;
use crate::value::Slot;

/// The request with its own attributes as they are declared. Attributes that nobody declared stay as they are: no
/// policy reads them, so a request may serve several policy sets.
///
/// # Errors
/// When a value does not fit its declaration.
pub fn type_own<'a>(
    mut request: Request,
    declared: impl IntoIterator<Item = (&'a str, Kind)>,
) -> Result<Request, RequestError> {
    for (name, kind) in declared {
        let Some(Slot::Known(value)) = request.own.get_mut(name) else { continue };
        let plain = std::mem::replace(value, Value::Boolean(false));
        *value = typed(plain, kind).map_err(|expected| RequestError {
            attribute: name.to_owned(),
            message: format!("expected {expected}, as it is declared"),
        })?;
    }
    Ok(request)
}

/// One value as a kind of own attribute; else what was expected.
fn typed(value: Value, kind: Kind) -> Result<Value, &'static str> {
    match kind {
        Kind::Boolean => boolean(value),
        Kind::Integer => integer(value),
        Kind::Text => text(value),
        Kind::TextSet => text_set(value),
        Kind::Duration => duration(value),
        Kind::Instant => instant(value),
        Kind::Enumeration(_) | Kind::Ordered(_) | Kind::EnumerationSet(_) | Kind::Members => {
            never()
        }
        Kind::Identifier | Kind::Identifiers | Kind::Apps | Kind::Address => never(),
        Kind::Networks | Kind::Country | Kind::Version | Kind::Custom => never(),
        Kind::Weekday | Kind::Date => never(),
    }
}

/// The grammar lets nobody declare the other kinds.
fn never<T>() -> Result<T, &'static str> {
    Err("a kind that can be declared")
}

fn boolean(value: Value) -> Result<Value, &'static str> {
    match value {
        Value::Boolean(_) => Ok(value),
        _ => Err("true or false"),
    }
}

fn integer(value: Value) -> Result<Value, &'static str> {
    match value {
        Value::Integer(_) => Ok(value),
        _ => Err("a whole number"),
    }
}

fn text(value: Value) -> Result<Value, &'static str> {
    match value {
        Value::Text(_) => Ok(value),
        _ => Err("a text"),
    }
}

fn text_set(value: Value) -> Result<Value, &'static str> {
    match value {
        Value::Texts(_) => Ok(value),
        Value::Text(one) => Ok(Value::Texts([one].into())),
        _ => Err("a list of texts"),
    }
}

fn duration(value: Value) -> Result<Value, &'static str> {
    const EXPECTED: &str = "a length of time: `4 hours`, `PT4H`, or seconds";
    let seconds = match &value {
        Value::Duration(seconds) => Some(*seconds),
        Value::Integer(seconds) => u64::try_from(*seconds).ok(),
        Value::Text(text) => parse_duration_ms(text).and_then(|ms| u64::try_from(ms / 1_000).ok()),
        _ => None,
    };
    seconds.map(Value::Duration).ok_or(EXPECTED)
}

fn instant(value: Value) -> Result<Value, &'static str> {
    const EXPECTED: &str = "a moment with its offset: `2026-11-23T08:02:40Z`";
    match &value {
        Value::Instant(_) => Ok(value),
        Value::Text(text) => parse_time(text).map(Value::Instant).map_err(|_| EXPECTED),
        _ => Err(EXPECTED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Timestamp;

    fn one(value: Value, kind: Kind) -> Result<Value, RequestError> {
        let request = Request::builder().own("it", Slot::Known(value)).build()?;
        let request = type_own(request, [("it", kind), ("unsaid", Kind::Boolean)])?;
        Ok(request.own("it").known().expect("it was supplied").clone())
    }

    #[test]
    fn plain_values_get_the_kind_of_their_declaration() {
        let text = |text: &str| Value::Text(text.to_owned());
        let cases = [
            (text("4 hours"), Kind::Duration, Some(Value::Duration(14_400))),
            (text("PT4H"), Kind::Duration, Some(Value::Duration(14_400))),
            (Value::Integer(60), Kind::Duration, Some(Value::Duration(60))),
            (Value::Integer(-60), Kind::Duration, None),
            (text("-PT4H"), Kind::Duration, None),
            (text("1970-01-01T00:00:01Z"), Kind::Instant, Some(Value::Instant(Timestamp(1_000)))),
            (text("soon"), Kind::Instant, None),
            (text("a"), Kind::TextSet, Some(Value::Texts(["a".to_owned()].into()))),
            (text("a"), Kind::Boolean, None),
            (Value::Boolean(true), Kind::Boolean, Some(Value::Boolean(true))),
            (Value::Boolean(true), Kind::Integer, None),
            (Value::Integer(7), Kind::Integer, Some(Value::Integer(7))),
            (Value::Integer(7), Kind::Text, None),
        ];
        for (value, kind, expected) in cases {
            let found = one(value.clone(), kind);
            assert_eq!(found.clone().ok(), expected, "{value:?} as {kind:?}");
            assert!(
                found.is_ok() || found.is_err_and(|error| error.message.starts_with("expected"))
            );
        }
    }

    #[test]
    fn what_is_absent_or_undeclared_is_left_alone() {
        let text = Slot::Known(Value::Text("4 hours".to_owned()));
        let builder = Request::builder().own("gone", Slot::Absent).own("other", text.clone());
        let request = type_own(builder.build().expect("fits"), [("gone", Kind::Duration)]);
        let request = request.expect("fits");
        assert_eq!(request.own("gone"), &Slot::Absent);
        assert_eq!(request.own("other"), &text);
    }
}
