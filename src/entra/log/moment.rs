//! Moments as logs write them: ISO 8601, without an offset where a table is in UTC by definition, and PowerShell's dates.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::request::moment::parse_time;
use crate::value::Timestamp;

/// Reads a moment. Log Analytics and the diagnostic log are in UTC and often do not say so; Windows PowerShell writes
/// `/Date(1589998744000)/`.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    parse_time(text).ok().or_else(|| in_utc(text)).or_else(|| from_powershell(text))
}

fn in_utc(text: &str) -> Option<Timestamp> {
    let civil: DateTime = text.parse().ok()?;
    let time = TimeZone::UTC.to_timestamp(civil).ok()?;
    Some(Timestamp(time.as_millisecond()))
}

fn from_powershell(text: &str) -> Option<Timestamp> {
    let inner = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    // An offset behind the number is only for display.
    let end = inner.get(1..)?.find(['+', '-']).map_or(inner.len(), |at| at + 1);
    let millis: i64 = inner.get(..end)?.parse().ok()?;
    let time = jiff::Timestamp::from_millisecond(millis).ok()?;
    Some(Timestamp(time.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_the_same_moment() {
        let expected = Some(Timestamp(1_589_998_744_423));
        for text in [
            "2020-05-20T18:19:04.423Z",
            "2020-05-20T18:19:04.423",
            "2020-05-20 18:19:04.423000000",
            "2020-05-20T18:19:04.4230001+00:00",
            "2020-05-20T20:19:04.423+02:00",
            "/Date(1589998744423)/",
            "/Date(1589998744423+0200)/",
        ] {
            assert_eq!(moment(text), expected, "{text}");
        }
        for text in ["", "/Date()/", "/Date(x)/", "/Date(é", "yesterday", "9999999999"] {
            assert_eq!(moment(text), None, "{text}");
        }
        assert_eq!(moment("/Date(-1)/"), Some(Timestamp(-1)));
    }
}
