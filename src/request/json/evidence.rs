//! JSON to evidence: proofs of methods, claims of other grants, and the `amr` of an ID token.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::request::json::at::At;
use crate::request::json::error::{JsonError, clip};
use crate::request::moment::{parse_duration_ms, parse_time};
use crate::request::{Claim, Evidence, Proof};
use crate::schema::grant::{GRANTS, GrantWord, ProvenBy};
use crate::schema::method::{METHODS, Method};
use crate::value::Timestamp;

/// The keys of the evidence.
const KEYS: [&str; 4] = ["proofs", "claims", "amr", "authTime"];
/// The keys of a proof.
const PROOF_KEYS: [&str; 6] = ["method", "time", "ago", "aaguid", "issuer", "policies"];
/// The keys of a claim. `name` says the same as `id`, for what is known by a name.
const CLAIM_KEYS: [&str; 5] = ["claim", "id", "name", "time", "ago"];

/// The values of RFC 8176 that name one method, and the method. The others say which factor was used but not which
/// method (`otp`, `hwk`, `mfa`), or something that is no method here.
pub(crate) const AMR: [(&str, Method); 3] =
    [("pwd", Method::Password), ("sms", Method::Sms), ("tel", Method::Voice)];

/// Every other value that RFC 8176 registers, and what stands in its way.
#[rustfmt::skip]
const REFUSED_AMR: [(&str, &str); 18] = [
    ("face", "a biometric does not say of which authenticator"),
    ("fpt", "a biometric does not say of which authenticator"),
    ("geo", "a place is no method; supply `ip` or `gpsCountry`"),
    ("hwk", "a hardware key may be a security key, a certificate or a platform's own"),
    ("iris", "a biometric does not say of which authenticator"),
    ("kba", "answering questions is no method that a policy can name"),
    ("mca", "two channels do not say which methods"),
    ("mfa", "several factors do not say which methods"),
    ("otp", "a one-time code may come from an app or from a hardware token"),
    ("pin", "a PIN does not say of which authenticator"),
    ("pop", "a key does not say whether it is in software or hardware"),
    ("rba", "an assessment of risk is no method; supply `risk.signIn`"),
    ("retina", "a biometric does not say of which authenticator"),
    ("sc", "a smart card may prove one factor or two"),
    ("swk", "a software key may be a passkey, a certificate or a platform's own"),
    ("user", "the presence of a person is no method"),
    ("vbm", "a biometric does not say of which authenticator"),
    ("wia", "integrated Windows sign-in is no method that a policy can name"),
];

pub(super) fn read(at: &At<'_>, time: Option<Timestamp>) -> Result<Evidence, JsonError> {
    at.only(&KEYS)?;
    let mut proofs: Vec<Proof> = match at.entry("proofs")? {
        Some(list) => list.collect(|item| proof(item, time))?,
        None => Vec::new(),
    };
    proofs.extend(amr(at, time)?);
    let claims = match at.entry("claims")? {
        Some(list) => list.collect(|item| claim(item, time))?,
        None => Vec::new(),
    };
    Ok(Evidence { proofs, claims })
}

fn proof(at: &At<'_>, time: Option<Timestamp>) -> Result<Proof, JsonError> {
    at.only(&PROOF_KEYS)?;
    let names = METHODS.iter().map(|row| row.name);
    let number = required(at, "method")?.word(&names.collect::<Vec<_>>())?;
    let age = age(at, time)?;
    let ids = at.entry("policies")?.map(|list| list.collect(|item| item.id())).transpose()?;
    Ok(Proof {
        method: METHODS[usize::from(number)].method,
        age_ms: age.ok_or_else(|| {
            at.wrong("a proof needs its `time`, or how long `ago`")
                .help("like \"ago\": \"5 minutes\"")
        })?,
        aaguid: optional_id(at, "aaguid")?,
        issuer: optional_id(at, "issuer")?,
        policies: ids.unwrap_or_else(BTreeSet::new),
    })
}

fn claim(at: &At<'_>, time: Option<Timestamp>) -> Result<Claim, JsonError> {
    at.only(&CLAIM_KEYS)?;
    let grants: Vec<_> = claimed().collect();
    let names: Vec<_> = grants.iter().map(|grant| grant.row().name).collect();
    let word = required(at, "claim")?;
    if word.json == GrantWord::Mfa.row().name {
        return Err(word.wrong("`mfa` is shown by `proofs` of methods, not by a claim"));
    }
    let grant = grants[usize::from(word.word(&names)?)];
    Ok(Claim { grant, id: claim_id(at, grant)?, age_ms: age(at, time)? })
}

/// The grants that a claim can speak of; a device's claim only adds a time to what its attributes say.
pub(crate) fn claimed() -> impl Iterator<Item = GrantWord> {
    let claimed = |grant: &GrantWord| match grant.row().proven_by {
        ProvenBy::Device | ProvenBy::Claim => true,
        ProvenBy::Methods => grant.row().argument,
    };
    GRANTS.iter().map(|row| row.grant).filter(claimed)
}

/// What stands in quotes behind the grant's name in a policy file.
fn claim_id(at: &At<'_>, grant: GrantWord) -> Result<Option<String>, JsonError> {
    let name = grant.row().name;
    match (optional_id(at, "id")?, optional_id(at, "name")?) {
        (Some(_), Some(_)) => Err(at.wrong("`id` and `name` say the same; give one of them")),
        (None, None) if grant.row().argument => {
            Err(at.wrong(format!("a claim of `{name}` needs the `id` of which")))
        }
        (None, None) => Ok(None),
        (id, other) if grant.row().argument => Ok(id.or(other)),
        _ => Err(at.wrong(format!("a claim of `{name}` has no `id`"))),
    }
}

fn required<'a>(at: &'a At<'a>, key: &'a str) -> Result<At<'a>, JsonError> {
    at.entry(key)?.ok_or_else(|| at.wrong(format!("needs `{key}`")))
}

fn optional_id(at: &At<'_>, key: &str) -> Result<Option<String>, JsonError> {
    at.entry(key)?.filter(|at| !at.is_null()).map(|at| at.id()).transpose()
}

/// How long ago, in milliseconds, by `time` or by `ago`.
fn age(at: &At<'_>, time: Option<Timestamp>) -> Result<Option<i64>, JsonError> {
    match (at.entry("time")?, at.entry("ago")?) {
        (Some(_), Some(ago)) => Err(ago.wrong("give `time` or `ago`, not both")),
        (Some(then), None) => age_since(&then, time).map(Some),
        (None, Some(ago)) => length(&ago).map(Some),
        (None, None) => Ok(None),
    }
}

fn age_since(then: &At<'_>, time: Option<Timestamp>) -> Result<i64, JsonError> {
    let moment = moment(then)?;
    let time = time.ok_or_else(|| {
        let error = then.wrong("the request has no `time` to count from");
        error.help("supply `time`, or say how long `ago` it was: \"5 minutes\"")
    })?;
    Ok(time.0.saturating_sub(moment.0))
}

/// A moment in ISO 8601, or, as in an ID token, in seconds since 1970.
fn moment(at: &At<'_>) -> Result<Timestamp, JsonError> {
    const EXPECTED: &str = "a moment";
    match at.json {
        Json::Number(_) if at.key() == "authTime" => {
            let millis = at.integer()?.checked_mul(1_000).map(Timestamp);
            millis.ok_or_else(|| at.expected("seconds since 1970"))
        }
        Json::String(text) => parse_time(text).map_err(|help| at.expected(EXPECTED).help(help)),
        _ => Err(at.expected(EXPECTED).help("write it as `2026-11-23T08:02:40Z`")),
    }
}

fn length(at: &At<'_>) -> Result<i64, JsonError> {
    let millis = match at.json {
        Json::Number(number) => number.as_i64().and_then(|seconds| seconds.checked_mul(1_000)),
        Json::String(text) => parse_duration_ms(text.trim_end_matches(" ago")),
        _ => None,
    };
    millis.ok_or_else(|| {
        let error = at.expected("a length of time");
        error.help("write \"5 minutes\", \"PT5M\", or whole seconds; a month has no fixed length")
    })
}

/// The proofs that `amr` and `authTime` of an ID token stand for.
fn amr(at: &At<'_>, time: Option<Timestamp>) -> Result<Vec<Proof>, JsonError> {
    let (list, then) = match (at.entry("amr")?, at.entry("authTime")?) {
        (Some(list), Some(then)) => (list, then),
        (None, None) => return Ok(Vec::new()),
        (Some(list), None) => {
            return Err(list.wrong("`amr` needs `authTime`: when it was").help("or give `proofs`"));
        }
        (None, Some(then)) => {
            return Err(then.wrong("`authTime` says when, but no `amr` says what"));
        }
    };
    let age_ms = age_since(&then, time)?;
    let proof =
        |method| Proof { method, age_ms, aaguid: None, issuer: None, policies: BTreeSet::new() };
    list.collect(|item| amr_method(item).map(proof))
}

fn amr_method(at: &At<'_>) -> Result<Method, JsonError> {
    let value = at.text()?;
    if let Some((_, method)) = AMR.iter().find(|(known, _)| *known == value) {
        return Ok(*method);
    }
    let refused = REFUSED_AMR.iter().find(|(known, _)| *known == value);
    let error = match refused {
        Some((_, why)) => at.wrong(format!("`{value}` names no single method: {why}")),
        None => at.wrong(format!("`{}` is no authentication method reference", clip(value))),
    };
    Err(error.help("name the method in `proofs`; of RFC 8176, `pwd`, `sms` and `tel` are read"))
}
