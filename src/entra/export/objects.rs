//! Named locations and authentication strengths as Graph's JSON.

use serde_json::{Value, json};

use crate::entra::export::write::{Object, TYPE, remarks};
use crate::entra::field;
use crate::entra::graph::RESTRICTIONS;
use crate::entra::model::{Combination, Member, Network, Strength};
use crate::entra::tables::{self, COMPLIANT_NETWORKS};
use crate::hir::{Combination as Meant, PolicySet};

/// A named location; all of its members are of one kind.
pub(super) fn location(network: &Network) -> Value {
    let members: &[Member] = network.members.as_deref().unwrap_or_default();
    let mut all = Object::new();
    let (kind, fields) = match members.first() {
        Some(Member::Countries { codes, unknown, gps }) => {
            ("country", countries(codes, *unknown, *gps))
        }
        Some(Member::Marker("compliant-network", _)) => {
            let kind = vec![(field::COMPLIANT_NETWORK_TYPE, json!(COMPLIANT_NETWORKS))];
            ("compliantNetwork", kind)
        }
        Some(Member::Marker("private-link", _)) => {
            let ids = vec![(field::PRIVATE_LINK_RESOURCE_POLICY_IDS, arguments(members))];
            ("privateLink", ids)
        }
        Some(Member::Marker(..)) => ("serviceTag", vec![(field::SERVICE_TAGS, arguments(members))]),
        Some(Member::Address(_) | Member::Range(..)) | None => {
            let ranges: Vec<Value> = members.iter().map(range).collect();
            ("ip", vec![(field::IP_RANGES, Value::Array(ranges))])
        }
    };
    all.insert(TYPE.to_owned(), json!(format!("#microsoft.graph.{kind}NamedLocation")));
    all.extend(remarks(&network.remarks));
    if kind != "country" {
        all.insert(field::IS_TRUSTED.to_owned(), json!(network.trusted));
    }
    all.extend(fields.into_iter().map(|(key, value)| (key.to_owned(), value)));
    Value::Object(all)
}

type Fields = Vec<(&'static str, Value)>;

fn countries(codes: &[String], unknown: bool, gps: bool) -> Fields {
    let word = if gps { "gps" } else { "" };
    let lookup = tables::COUNTRY_LOOKUPS.iter().find(|row| row.latch == word);
    vec![
        (field::COUNTRIES_AND_REGIONS, json!(codes)),
        (field::INCLUDE_UNKNOWN_COUNTRIES_AND_REGIONS, json!(unknown)),
        (field::COUNTRY_LOOKUP_METHOD, json!(lookup.map(|row| row.graph))),
    ]
}

fn arguments(members: &[Member]) -> Value {
    let arguments = members.iter().filter_map(|member| match member {
        Member::Marker(_, argument) => argument.clone(),
        Member::Address(_) | Member::Range(..) | Member::Countries { .. } => None,
    });
    json!(arguments.collect::<Vec<_>>())
}

fn range(member: &Member) -> Value {
    let family = |text: &str| if text.contains(':') { "iPv6" } else { "iPv4" };
    match member {
        Member::Range(low, high) => json!({
            TYPE: format!("#microsoft.graph.{}Range", family(low)),
            field::LOWER_ADDRESS: low,
            field::UPPER_ADDRESS: high,
        }),
        Member::Address(text) => json!({
            TYPE: format!("#microsoft.graph.{}CidrRange", family(text)),
            field::CIDR_ADDRESS: text,
        }),
        Member::Countries { .. } | Member::Marker(..) => Value::Null,
    }
}

/// An authentication strength of the tenant's own.
pub(super) fn strength(strength: &Strength, set: &PolicySet) -> Value {
    let combinations: &[Combination] = strength.combinations.as_deref().unwrap_or_default();
    let mut all = remarks(&strength.remarks);
    let mut words: Vec<String> = combinations.iter().map(joined).collect();
    words.sort();
    words.dedup();
    let mfa = combinations.iter().all(|combination| is_multi_factor(combination, set));
    all.insert(field::POLICY_TYPE.to_owned(), json!("custom"));
    let satisfied = if mfa { "mfa" } else { "none" };
    all.insert(field::REQUIREMENTS_SATISFIED.to_owned(), json!(satisfied));
    all.insert(field::ALLOWED_COMBINATIONS.to_owned(), json!(words));
    let configurations = configurations(combinations);
    all.insert(field::COMBINATION_CONFIGURATIONS.to_owned(), Value::Array(configurations));
    Value::Object(all)
}

/// `password,sms`, in the order of Graph's table of methods.
fn joined(combination: &Combination) -> String {
    let words: Vec<&str> = combination.iter().map(|method| method.graph).collect();
    words.join(",")
}

/// Whether the built-in strength has it, or a part of it.
fn is_multi_factor(combination: &Combination, set: &PolicySet) -> bool {
    let multi_factor = &set.strength(set.multi_factor).combinations;
    let has = |name: &str| combination.iter().any(|it| it.method == name);
    let within = |meant: &Meant| meant.methods.iter().all(|it| has(it.method.name()));
    multi_factor.iter().any(within)
}

/// What combinations restrict, one configuration for each that does.
fn configurations(combinations: &[Combination]) -> Vec<Value> {
    let mut all = Vec::new();
    for combination in combinations {
        for method in combination.iter().filter(|method| !method.restrictions.is_empty()) {
            let mut configuration = Object::new();
            let kind = if method.method == "fido2" { "fido2" } else { "x509Certificate" };
            let kind = format!("#microsoft.graph.{kind}CombinationConfiguration");
            configuration.insert(TYPE.to_owned(), json!(kind));
            let applies = json!([joined(combination)]);
            configuration.insert(field::APPLIES_TO_COMBINATIONS.to_owned(), applies);
            for (key, word) in RESTRICTIONS {
                let values = method.restrictions.iter().find(|(of, _)| *of == word);
                if let Some((_, values)) = values {
                    configuration.insert(key.to_owned(), json!(values));
                }
            }
            all.push(Value::Object(configuration));
        }
    }
    all
}
