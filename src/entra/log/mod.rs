//! Records of other systems read as sign-ins: what was asked, and what the log says was decided.

mod circumstances;
mod device;
mod error;
mod field;
mod moment;
mod principal;
mod proofs;
mod recorded;
mod row;
mod shape;
mod sign_in;
mod target;
mod words;

pub use error::LogError;
pub use proofs::UNKNOWN_AGE_MS;
pub use recorded::{Applied, Broken, Conditions, Inconsistency, PolicyResult, Recorded, Status};
pub use shape::Shape;

use crate::request::Request;
use crate::request::json::MAX_REQUEST_BYTES;

/// One sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// What was asked.
    pub request: Request,
    /// What the log says was decided; `None` where the record is no record of a decision.
    pub recorded: Option<Recorded>,
}

/// Reads one record, of the shape that its keys tell.
///
/// # Errors
/// When it is longer than a [request](MAX_REQUEST_BYTES) may be, is no JSON, or is no sign-in.
pub fn read(record: &[u8]) -> Result<SignIn, LogError> {
    read_as(record, Shape::detect(record))
}

/// Reads one record of that shape.
///
/// # Errors
/// When it is longer than a [request](MAX_REQUEST_BYTES) may be, is no JSON, or is no sign-in of that shape.
pub fn read_as(record: &[u8], shape: Shape) -> Result<SignIn, LogError> {
    if record.len() > MAX_REQUEST_BYTES {
        let message =
            format!("a record of {} bytes; the limit is {MAX_REQUEST_BYTES}", record.len());
        return Err(LogError::whole(message));
    }
    match shape {
        Shape::Native => native(record),
        Shape::Graph | Shape::AzureMonitor => sign_in::read(record),
        Shape::WhatIf => Err(LogError::whole("bodies of What-If evaluations are not read yet")),
    }
}

fn native(record: &[u8]) -> Result<SignIn, LogError> {
    let text = std::str::from_utf8(record).map_err(|error| {
        let at = error.valid_up_to() + 1;
        LogError::whole(format!("byte {at} of the record is no UTF-8"))
    })?;
    Ok(SignIn { request: crate::request::json::read(text)?, recorded: None })
}
