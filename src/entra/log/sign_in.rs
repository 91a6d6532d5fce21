//! A sign-in record to a request: who, when, and what the log says was decided.

use crate::entra::log::error::LogError;
use crate::entra::log::field::Scalar;
use crate::entra::log::moment::moment;
use crate::entra::log::recorded::{Recorded, Status};
use crate::entra::log::row::{Properties, Row};
use crate::entra::log::{SignIn, circumstances, device, principal, proofs, target};
use crate::request::{Request, RequestBuilder, Value};
use crate::schema::attribute::Attribute as A;
use crate::value::Timestamp;

/// Reads a record of a sign-in log.
pub(super) fn read(record: &[u8]) -> Result<SignIn, LogError> {
    let row: Row<'_> = serde_json::from_slice(record).map_err(|error| LogError::json(&error))?;
    of_row(row)
}

fn of_row(mut row: Row<'_>) -> Result<SignIn, LogError> {
    match std::mem::take(&mut row.properties) {
        Properties::None => sign_in(row),
        Properties::Row(record) => sign_in(row.inside(*record)),
        Properties::Text(text) => {
            let record = serde_json::from_str(&text).map_err(|error| LogError {
                path: "properties".to_owned(),
                ..LogError::json(&error)
            })?;
            sign_in(row.inside(record))
        }
    }
}

fn sign_in(mut row: Row<'_>) -> Result<SignIn, LogError> {
    let recorded = recorded(&mut row);
    let row = &row;
    let time = time(row)?;
    let mut builder = Request::builder();
    if let Some(id) = row.id.text() {
        builder = builder.id(id);
    }
    if let Some(time) = time {
        builder = builder.set(A::Time, Value::Instant(time));
    }
    builder = principal::read(row, builder);
    builder = target::read(row, builder);
    builder = circumstances::read(row, builder)?;
    builder = device::read(row, builder);
    builder = proofs::read(row, time, builder)?;
    Ok(SignIn { request: builder.build()?, recorded, defaults: Vec::new() })
}

/// When the sign-in was begun; where only the table says when the record was made, then.
fn time(row: &Row<'_>) -> Result<Option<Timestamp>, LogError> {
    let named = [("createdDateTime", &row.created), ("TimeGenerated", &row.generated)];
    let Some((path, text)) = named.iter().find_map(|(path, it)| Some((path, it.text()?))) else {
        return Ok(None);
    };
    match moment(text) {
        Some(time) => Ok(Some(time)),
        None => Err(LogError::expected(path, "a moment", text)),
    }
}

/// Supplies the word that a table has for a text, if it has one.
pub(super) fn word(
    builder: RequestBuilder,
    attribute: A,
    table: &[(&str, &'static str)],
    value: &Scalar<'_>,
) -> RequestBuilder {
    match value.text().and_then(|text| crate::entra::log::words::meaning(table, text)) {
        Some(word) => builder.word(attribute, word),
        None => builder,
    }
}

fn recorded(row: &mut Row<'_>) -> Option<Recorded> {
    let status = row.access_status.plain().and_then(|text| Status::parse(&text));
    let listed = row.policies.0.take();
    let says = row.access_status.is_said() || listed.is_some();
    let policies = listed.unwrap_or_default().into_iter().filter_map(|it| it.0).collect();
    says.then(|| Recorded { status, error: error(row), policies })
}

fn error(row: &Row<'_>) -> Option<i64> {
    let code = row.status.0.as_ref().and_then(|status| status.code.0.integer());
    code.or_else(|| row.result_type.integer())
}
