//! What was proven: the steps of the authentication that succeeded, and what a token vouched for.

use std::collections::BTreeSet;

use crate::entra::log::error::LogError;
use crate::entra::log::moment::moment;
use crate::entra::log::row::{Row, Step};
use crate::entra::log::words::{METHODS, Said, meaning, said};
use crate::request::{Proof, RequestBuilder};
use crate::schema::method::Method;
use crate::value::Timestamp;

/// The age of a proof that was given nobody knows when: older than every bound.
pub const UNKNOWN_AGE_MS: i64 = i64::MAX;

/// A step that is this close to the sign-in only repeats its time. Steps carry the time of the request, parts of a
/// second apart; a person that had just signed in elsewhere would be asked as rarely.
const SAME_MOMENT_MS: i64 = 2_000;

/// The method that stands for several factors that a log vouches for and does not name: another party's word, as with
/// federation. It satisfies `mfa`, and no strength that asks for certain methods.
const MULTI: Method = Method::FederatedMultiFactor;
/// The method that stands for a first factor that a log vouches for and does not name.
const FIRST: Method = Method::FederatedSingleFactor;

pub(super) fn read(
    row: &Row<'_>,
    time: Option<Timestamp>,
    mut builder: RequestBuilder,
) -> Result<RequestBuilder, LogError> {
    let mut proofs = Vec::new();
    for (at, step) in row.steps.items().iter().enumerate() {
        if let Some(step) = &step.0 {
            proofs.extend(of_step(step, time).map_err(|text| {
                let path = format!("authenticationDetails[{at}].authenticationStepDateTime");
                LogError::expected(&path, "a moment", &text)
            })?);
        }
    }
    proofs.extend(of_status(row, &proofs));
    for proof in proofs {
        builder = builder.proof(proof);
    }
    Ok(builder)
}

fn proof(method: Method, age_ms: i64) -> Proof {
    Proof { method, age_ms, aaguid: None, issuer: None, policies: BTreeSet::new() }
}

/// What a step proves. One that says that a claim satisfied the requirement counts whatever else it says: logs call
/// some of these not succeeded, since nothing was tried.
fn of_step(step: &Step, time: Option<Timestamp>) -> Result<Vec<Proof>, String> {
    let word = step.method.0.text();
    let vouched = step.detail.0.text().and_then(said);
    let by_token = matches!(vouched, Some(Said::FirstEarlier | Said::MultiEarlier));
    if !by_token && step.succeeded.0.boolean() != Some(true) {
        return Ok(Vec::new());
    }
    let age = age(step, time, by_token)?;
    let method = word.and_then(|word| meaning(METHODS, word)).filter(|_| !by_token);
    let multi = vouched.is_some_and(|it| it != Said::FirstEarlier) || is_second(step);
    Ok(match (method, vouched) {
        (Some(method), _) if !multi || method.is_second_factor() => vec![proof(method, age)],
        (Some(method), _) => vec![proof(method, age), proof(MULTI, age)],
        (None, Some(Said::FirstEarlier)) => vec![proof(FIRST, age)],
        (None, _) if multi => vec![proof(MULTI, age)],
        (None, _) if word.is_some() => vec![proof(FIRST, age)],
        (None, _) => Vec::new(),
    })
}

/// Whether the step met a requirement of several factors: `Multifactor authentication`, `MultiConditionalAccess`.
fn is_second(step: &Step) -> bool {
    let requirement = step.requirement.0.text().unwrap_or_default().to_ascii_lowercase();
    requirement.starts_with("multi") || requirement.contains("mfa")
}

/// How old a step is. One that came after the sign-in was begun is part of it. One by a token has the time of what the
/// token vouches for, or only that of the sign-in, and then nobody knows.
fn age(step: &Step, time: Option<Timestamp>, by_token: bool) -> Result<i64, String> {
    let then = match step.time.0.text() {
        Some(text) => moment(text).ok_or_else(|| text.to_owned())?,
        None if by_token => return Ok(UNKNOWN_AGE_MS),
        None => return Ok(0),
    };
    let Some(time) = time else { return Ok(UNKNOWN_AGE_MS) };
    let age = time.0.saturating_sub(then.0).max(0);
    Ok(if by_token && age <= SAME_MOMENT_MS { UNKNOWN_AGE_MS } else { age })
}

/// What the status of a successful sign-in says beyond the steps.
fn of_status(row: &Row<'_>, proofs: &[Proof]) -> Option<Proof> {
    let status = row.status.0.as_ref()?;
    let several = proofs.iter().any(|proof| proof.method.is_second_factor());
    if several || status.code.0.integer() != Some(0) {
        return None;
    }
    match said(status.details.0.text()?)? {
        Said::MultiNow => Some(proof(MULTI, 0)),
        Said::MultiEarlier => Some(proof(MULTI, UNKNOWN_AGE_MS)),
        Said::FirstEarlier => None,
    }
}
