//! Records of other systems read as sign-ins: what was asked, and what the log says was decided.
//!
//! ```text
//! bytes ─ unpack, transcode ─ cut ▶ record ─ Shape::detect ▶ read ▶ SignIn { request, recorded }
//! ```
//!
//! [`Records`] is a stream of them, [`read`] reads one. A record supplies what it says and nothing else: what it leaves
//! out is *not supplied*, and a decision that hangs on it says so. Memberships in groups and roles are in no log.
//!
//! # What a field becomes
//!
//! Fields have their names in Graph here; Log Analytics calls a few otherwise (in brackets), keys may have any case,
//! nested values may be texts that hold JSON, and `properties` may surround a record. "Empty" is null or an empty text.
//!
//! | field | becomes | missing | empty |
//! | --- | --- | --- | --- |
//! | `createdDateTime`, else `TimeGenerated`, `time` | `time`; without an offset it is UTC | not supplied | not supplied |
//! | `userId` of a user | `user.id` | not supplied | not supplied, as is the id of all zeros |
//! | `userType`, `crossTenantAccessType`, `homeTenantId`, `resourceTenantId`, the log's tenant | `user.type` where they tell one kind; `user.tenant` of an external user | not supplied | not supplied |
//! | `servicePrincipalId` of a workload | `service-principal.id` | not supplied | not supplied |
//! | `appOwnerTenantId` of a workload | `service-principal.own-tenant` | not supplied | not supplied |
//! | `agent.agentType` | the principal is an agent: `agent.kind`, `agent.id` | no agent | no agent |
//! | `conditionalAccessAudiences`, else `resourceId` (`ResourceIdentity`) | `app`: what policies saw. `appId` is the client that asked | not supplied | not supplied |
//! | `authenticationContextClassReferences` that are `required` | `context`, in place of `app`: a request has one kind of target | an app | an app |
//! | `clientAppUsed` | `client` | not supplied | not supplied |
//! | `deviceDetail.deviceId` | `device.registered`, `device.id` | not supplied | **not registered**: no device showed itself |
//! | `deviceDetail.trustType`, `isCompliant`, `displayName` | `device.trust`, `.compliant`, `.name` of a registered device | not supplied | not supplied |
//! | `deviceDetail.isManaged` is false | `device.mdm-app` is absent | not supplied | not supplied |
//! | `deviceDetail.operatingSystem` | `platform`, `unknown` for one that is named and not listed | not supplied | not supplied |
//! | `ipAddress` (`callerIpAddress`) | `ip` | not supplied | not supplied |
//! | `location.countryOrRegion` (`LocationDetails`, `Location`) | `country`, whatever a database says | not supplied | **absent** beside an address: it was looked up without result |
//! | `networkLocationDetails` | `location.named`: display names, and what they read like as names; `trusted` is `mfa-trusted-ips` | not supplied | what is not named stays open |
//! | `isThroughGlobalSecureAccess` is false | not in `compliant-network` | not supplied | not supplied |
//! | `autonomousSystemNumber` | `asn` | not supplied | not supplied, as is 0 |
//! | `riskLevelDuringSignIn` | `risk.sign-in` of a user, `risk.service-principal` of a workload; `hidden` is not supplied | not supplied | not supplied |
//! | `originalTransferMethod` | `flow`; `none` is absent | by `authenticationProtocol`, where it is one of the two flows | the same |
//! | `authenticationDetails` that succeeded | proofs, with their ages | none | none |
//! | `status.additionalDetails` of a success | a proof of several factors, where it says so | none | none |
//!
//! `riskLevelAggregated` is not read: it counts what was found out later, which no policy saw. User, insider and agent
//! risk are in no log. A word that is not known says nothing; an address, a moment or a country that is none refuses the
//! record.
//!
//! # What was proven, when a log does not say how
//!
//! "MFA requirement satisfied by claim in the token" vouches for several factors and names none. It becomes a proof of
//! `federated-multi-factor`, which is another party's word as well: it satisfies `mfa`, and no strength that asks for
//! certain methods. Where nothing says when, its age is [`UNKNOWN_AGE_MS`]: older than every bound, so that a sign-in
//! frequency is never taken for met.

mod circumstances;
mod device;
mod error;
mod field;
mod frames;
mod moment;
#[cfg(feature = "parquet")]
pub mod parquet;
mod principal;
mod proofs;
mod recorded;
mod records;
mod row;
mod scan;
mod shape;
mod sign_in;
mod source;
mod target;
mod what_if;
mod words;

pub use error::LogError;
pub use proofs::UNKNOWN_AGE_MS;
pub use recorded::{Applied, Broken, Conditions, Inconsistency, PolicyResult, Recorded, Status};
pub(in crate::entra) use records::objects;
pub use records::{Entry, MAX_DIRECTORY_OBJECT, RawEntry, RawRecords, Records};
pub use shape::Shape;

use crate::request::Request;
use crate::request::json::MAX_REQUEST_BYTES;
use crate::schema::attribute::Attribute;

/// The first bytes of a Parquet file, which is no stream: with the feature `parquet`, `parquet::ParquetLines` makes one
/// of it.
pub const PARQUET_MAGIC: &[u8] = b"PAR1";

/// One sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// What was asked.
    pub request: Request,
    /// What the log says was decided; `None` where the record is no record of a decision.
    pub recorded: Option<Recorded>,
    /// What the record left out and a documented default filled in: of What-If bodies only.
    pub defaults: Vec<Attribute>,
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
        Shape::WhatIf => what_if::read(record),
    }
}

fn native(record: &[u8]) -> Result<SignIn, LogError> {
    let text = std::str::from_utf8(record).map_err(|error| {
        let at = error.valid_up_to() + 1;
        LogError::whole(format!("byte {at} of the record is no UTF-8"))
    })?;
    Ok(SignIn { request: crate::request::json::read(text)?, recorded: None, defaults: Vec::new() })
}
