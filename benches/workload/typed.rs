//! A sign-in as structs that borrow their texts: what a program makes of the JSON that reads nothing but this workload.

#![allow(dead_code, reason = "it is read, and nothing is made of it")]

use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct SignIn<'a> {
    time: Option<&'a str>,
    #[serde(borrow)]
    user: Option<User<'a>>,
    app: Option<Vec<App<'a>>>,
    action: Option<&'a str>,
    client: Option<&'a str>,
    platform: Option<&'a str>,
    ip: Option<&'a str>,
    country: Option<&'a str>,
    flow: Option<&'a str>,
    risk: Option<Risk<'a>>,
    device: Option<Device<'a>>,
    evidence: Option<Evidence<'a>>,
}

#[derive(Deserialize)]
struct User<'a> {
    id: &'a str,
    #[serde(borrow)]
    groups: Vec<&'a str>,
    roles: Vec<&'a str>,
    #[serde(rename = "type")]
    kind: Option<&'a str>,
}

#[derive(Deserialize)]
struct App<'a> {
    id: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Risk<'a> {
    sign_in: Option<&'a str>,
    user: Option<&'a str>,
    insider: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Device<'a> {
    registered: Option<bool>,
    compliant: Option<bool>,
    trust: Option<&'a str>,
    ownership: Option<&'a str>,
    model: Option<&'a str>,
    enrollment_profile: Option<&'a str>,
}

#[derive(Deserialize)]
struct Evidence<'a> {
    #[serde(borrow, default)]
    proofs: Vec<Proof<'a>>,
    #[serde(borrow, default)]
    claims: Vec<Claim<'a>>,
}

#[derive(Deserialize)]
struct Proof<'a> {
    method: &'a str,
    ago: Option<u64>,
}

#[derive(Deserialize)]
struct Claim<'a> {
    claim: &'a str,
    id: Option<&'a str>,
    ago: Option<u64>,
}
