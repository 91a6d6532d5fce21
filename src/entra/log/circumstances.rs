//! From where, with which client, at which risk, by which flow.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use crate::entra::log::error::LogError;
use crate::entra::log::field::Scalar;
use crate::entra::log::row::{Location, NetworkDetail, Row};
use crate::entra::log::sign_in::word;
use crate::entra::log::words::{CLIENTS, FLOWS, RISKS, meaning};
use crate::entra::names::plain_name;
use crate::request::{Ids, RequestBuilder, Value};
use crate::schema::attribute::Attribute as A;
use crate::value::{Country, Slot, canonical_id};

pub(super) fn read(row: &Row<'_>, builder: RequestBuilder) -> Result<RequestBuilder, LogError> {
    let builder = word(builder, A::Client, CLIENTS, &row.client);
    let builder = risk(row, flow(row, builder));
    let builder = networks(row, builder);
    let builder = match row.asn.integer().filter(|number| *number > 0) {
        Some(number) => builder.set(A::Asn, Value::Integer(number)),
        None => builder,
    };
    place(row, builder)
}

/// A session keeps how it was begun (`originalTransferMethod`). Without that, the protocol of this request says so only
/// where it is one of the two itself.
fn flow(row: &Row<'_>, builder: RequestBuilder) -> RequestBuilder {
    match row.transfer.text() {
        Some(none) if none.eq_ignore_ascii_case("none") => builder.slot(A::Flow, Slot::Absent),
        Some(_) => word(builder, A::Flow, FLOWS, &row.transfer),
        None => word(builder, A::Flow, FLOWS, &row.protocol),
    }
}

/// The risk that was known at the time, of a user's sign-in; of a workload's, that of the workload. The aggregated risk
/// counts what was found out afterwards too, so no policy saw it.
fn risk(row: &Row<'_>, builder: RequestBuilder) -> RequestBuilder {
    let principal = builder.get(A::Principal).clone();
    let is = |word| principal == Slot::Known(Value::Word(A::Principal.word(word).unwrap_or(0)));
    let attribute = if is("service-principal") {
        A::RiskServicePrincipal
    } else if is("user") {
        A::RiskSignIn
    } else {
        return builder;
    };
    word(builder, attribute, RISKS, &row.risk)
}

fn place(row: &Row<'_>, builder: RequestBuilder) -> Result<RequestBuilder, LogError> {
    let address = row.ip.text().map(address).transpose()?;
    let country = country(row, address.is_some())?;
    let builder = builder.slot(A::Country, country);
    Ok(match address {
        Some(address) => builder.set(A::Ip, Value::Address(address)),
        None => builder,
    })
}

/// An address; logs write some with a port or a zone.
fn address(text: &str) -> Result<IpAddr, LogError> {
    let plain = text.trim_start_matches('[').split([']', '%']).next().unwrap_or_default();
    let with_port = || text.parse::<SocketAddr>().map(|it| it.ip());
    let address = plain.parse::<IpAddr>().or_else(|_| with_port());
    address.map_err(|_| LogError::expected("ipAddress", "an address", text))
}

/// The country as the log says it. A place that was looked up for an address, and not found, is a country that is
/// known to be unknown; without an address or without a place nobody looked.
fn country(row: &Row<'_>, looked_up: bool) -> Result<Slot<Value>, LogError> {
    let place: Option<&Location> = row.location_details.0.as_ref().or(row.location.0.as_ref());
    let Some(place) = place else { return Ok(Slot::NotSupplied) };
    let said: &Scalar<'_> = &place.country.0;
    match said.text() {
        Some(text) => match Country::parse(text) {
            Some(country) => Ok(Slot::Known(Value::Country(country))),
            None => Err(LogError::expected(
                "location.countryOrRegion",
                "a country as two letters",
                text,
            )),
        },
        None if said.is_blank() && looked_up => Ok(Slot::Absent),
        None => Ok(Slot::NotSupplied),
    }
}

/// What `networkType` is of the trusted addresses of multifactor authentication.
const MFA_TRUSTED: &str = "trusted";
const NAMED: &[(&str, ())] = &[("namedNetwork", ()), ("trusted", ()), ("trustedNamedLocation", ())];

/// The networks that the log names, under their display names and what these read like as names of the language. What
/// it does not name stays open: a location may have been renamed since, and some are known by their id alone.
fn networks(row: &Row<'_>, builder: RequestBuilder) -> RequestBuilder {
    let mut ids = Ids::default();
    if row.through_global_secure_access.boolean() == Some(false) {
        ids.outside.insert("compliant-network".to_owned());
    }
    if let Some(list) = &row.networks.0 {
        let details: Vec<&NetworkDetail> = list.iter().filter_map(|it| it.0.as_ref()).collect();
        let trusted = details.iter().any(|it| is_kind(it, MFA_TRUSTED));
        let side = if trusted { &mut ids.inside } else { &mut ids.outside };
        side.insert("mfa-trusted-ips".to_owned());
        ids.inside.extend(details.into_iter().flat_map(names));
    }
    ids.outside = &ids.outside - &ids.inside;
    match ids.inside.is_empty() && ids.outside.is_empty() {
        true => builder,
        false => builder.set(A::LocationNamed, Value::Ids(ids)),
    }
}

fn is_kind(detail: &NetworkDetail, kind: &str) -> bool {
    detail.kind.0.text().is_some_and(|it| it.eq_ignore_ascii_case(kind))
}

fn names(detail: &NetworkDetail) -> BTreeSet<String> {
    let named = detail.kind.0.text().is_some_and(|kind| meaning(NAMED, kind).is_some());
    let names = detail.names.items().iter().filter_map(|it| it.0.text()).filter(|_| named);
    names
        .flat_map(|name| [canonical_id(name), plain_name(name)])
        .filter(|it| !it.is_empty())
        .collect()
}
