//! `namedLocation` in all its kinds.

use std::net::IpAddr;

use crate::entra::finding::Findings;
use crate::entra::graph::{plain_ids, remarks};
use crate::entra::json::{Fields, Node};
use crate::entra::model::{Member, Network};
use crate::entra::{codes, field, tables};
use crate::hir::is_country;

/// Reads a named location.
pub(in crate::entra) fn read(node: &Node<'_>, file: &str, findings: &mut Findings) -> Network {
    let mut fields = node.fields(findings);
    let remarks = remarks(&mut fields, file, findings);
    let trusted = fields.take(field::IS_TRUSTED).boolean(findings) == Some(true);
    let mut members = Vec::new();
    for range in fields.take(field::IP_RANGES).items() {
        members.extend(address(&range, findings));
    }
    members.extend(countries(&mut fields, findings));
    members.extend(markers(&mut fields, findings));
    fields.finish(findings);
    if members.is_empty() {
        findings.note(
            "",
            "the location is empty: it is taken over by its id, and its members come with requests",
        );
    }
    Network { remarks, trusted, members: Some(members).filter(|it| !it.is_empty()) }
}

fn address(node: &Node<'_>, findings: &mut Findings) -> Option<Member> {
    if let Some(text) = node.json.as_text() {
        return prefix(node, text, findings);
    }
    let mut fields = node.fields(findings);
    let cidr = fields.take(field::CIDR_ADDRESS);
    let lower = fields.take(field::LOWER_ADDRESS);
    let upper = fields.take(field::UPPER_ADDRESS);
    fields.finish(findings);
    if let Some(text) = cidr.text(findings) {
        return prefix(&cidr, &text, findings);
    }
    let (lower_text, upper_text) = (lower.text(findings), upper.text(findings));
    let (Some(low), Some(high)) = (lower_text, upper_text) else {
        findings
            .refuse(node.fault(codes::MISSING_FIELD, "a range has a lower and an upper address"));
        return None;
    };
    match (low.parse::<IpAddr>(), high.parse::<IpAddr>()) {
        (Ok(low_ip), Ok(high_ip)) if low_ip.is_ipv4() == high_ip.is_ipv4() && low_ip <= high_ip => {
            Some(Member::Range(low, high))
        }
        _ => {
            findings.refuse(node.fault(codes::UNKNOWN_VALUE, "these are no ends of a range"));
            None
        }
    }
}

/// `203.0.113.0/24`; bits set behind the prefix are cleared, as Entra does when it compares.
fn prefix(node: &Node<'_>, text: &str, findings: &mut Findings) -> Option<Member> {
    match text.trim().parse::<ipnetwork::IpNetwork>() {
        Ok(network) if network.ip() == network.network() => {
            Some(Member::Address(text.trim().to_owned()))
        }
        Ok(network) => {
            let mended = format!("{}/{}", network.network(), network.prefix());
            findings.note(&node.path, format!("`{text}` is the prefix `{mended}`"));
            Some(Member::Address(mended))
        }
        Err(_) => {
            findings.refuse(node.fault(codes::UNKNOWN_VALUE, "this is no address and no prefix"));
            None
        }
    }
}

fn countries(fields: &mut Fields<'_>, findings: &mut Findings) -> Option<Member> {
    let node = fields.take(field::COUNTRIES_AND_REGIONS);
    let mut codes = node.texts(findings);
    for code in &mut codes {
        code.make_ascii_uppercase();
        if !is_country(code) {
            let reason = format!("`{code}` is no country code");
            findings.refuse(node.fault(codes::UNKNOWN_VALUE, reason));
        }
    }
    codes.sort();
    codes.dedup();
    let unknown =
        fields.take(field::INCLUDE_UNKNOWN_COUNTRIES_AND_REGIONS).boolean(findings) == Some(true);
    let lookup = fields.take(field::COUNTRY_LOOKUP_METHOD).word(tables::COUNTRY_LOOKUPS, findings);
    let gps = lookup.is_some_and(|row| row.latch == "gps");
    let any = !codes.is_empty() || unknown;
    any.then_some(Member::Countries { codes, unknown, gps })
}

fn markers(fields: &mut Fields<'_>, findings: &mut Findings) -> Vec<Member> {
    let mut members = Vec::new();
    let node = fields.take(field::COMPLIANT_NETWORK_TYPE);
    if let Some(text) = node.text(findings) {
        if text.eq_ignore_ascii_case(tables::COMPLIANT_NETWORKS) {
            members.push(Member::Marker("compliant-network", None));
        } else {
            let reason = format!("`{text}` is no kind of compliant network");
            findings.refuse(node.fault(codes::UNKNOWN_VALUE, reason));
        }
    }
    for id in plain_ids(&fields.take(field::PRIVATE_LINK_RESOURCE_POLICY_IDS), findings) {
        members.push(Member::Marker("private-link", Some(id)));
    }
    for tag in plain_ids(&fields.take(field::SERVICE_TAGS), findings) {
        members.push(Member::Marker("service-tag", Some(tag)));
    }
    members
}
