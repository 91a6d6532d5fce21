//! `authenticationStrengthPolicy`, alone and inside a policy.

use crate::entra::finding::Findings;
use crate::entra::graph::{plain_ids, remarks};
use crate::entra::json::{Fields, Node};
use crate::entra::model::{Combination, MethodUse, Strength, StrengthRef};
use crate::entra::{codes, field};
use crate::schema::method::METHODS;

/// Reads a strength.
pub(in crate::entra) fn read(node: &Node<'_>, file: &str, findings: &mut Findings) -> Strength {
    let mut fields = node.fields(findings);
    let remarks = remarks(&mut fields, file, findings);
    let combinations = made_of(&mut fields, findings);
    fields.finish(findings);
    Strength { remarks, combinations: Some(combinations).filter(|it| !it.is_empty()) }
}

/// Reads the strength that a policy demands: its id, and often a copy of all of it.
pub(super) fn reference(node: &Node<'_>, findings: &mut Findings) -> Option<StrengthRef> {
    let strength = read(node, "", findings);
    match strength.remarks.id {
        Some(id) => {
            let name = Some(strength.remarks.origin.name).filter(|name| *name != id);
            Some(StrengthRef { id, name, combinations: strength.combinations })
        }
        None if node.is_empty() => None,
        None => {
            findings.refuse(node.fault(codes::MISSING_FIELD, "the strength has no id"));
            None
        }
    }
}

fn made_of(fields: &mut Fields<'_>, findings: &mut Findings) -> Vec<Combination> {
    expect_word(&fields.take(field::POLICY_TYPE), &["builtIn", "custom"], findings);
    expect_word(&fields.take(field::REQUIREMENTS_SATISFIED), &["none", "mfa"], findings);
    let node = fields.take(field::ALLOWED_COMBINATIONS);
    let mut combinations: Vec<Combination> =
        node.texts(findings).iter().map(|text| combination(&node, text, findings)).collect();
    combinations.retain(|combination| !combination.is_empty());
    for item in fields.take(field::COMBINATION_CONFIGURATIONS).items() {
        restrict(&item, &mut combinations, findings);
    }
    combinations
}

/// Words that change nothing here, but must be known.
fn expect_word(node: &Node<'_>, known: &[&str], findings: &mut Findings) {
    let Some(text) = node.text(findings) else { return };
    if !known.iter().any(|word| word.eq_ignore_ascii_case(&text)) {
        let fault = node.fault(codes::UNKNOWN_VALUE, format!("`{text}` is not known here"));
        findings.refuse(fault.suggest(format!("known are: {}", known.join(", "))));
    }
}

/// `password,sms`
fn combination(node: &Node<'_>, text: &str, findings: &mut Findings) -> Combination {
    let mut methods = Vec::new();
    for word in text.split(',').map(str::trim) {
        match METHODS.iter().find(|row| row.graph.eq_ignore_ascii_case(word)) {
            Some(row) => methods.push(MethodUse {
                method: row.name,
                graph: row.graph,
                restrictions: Vec::new(),
            }),
            None => {
                let reason = format!("`{word}` is no authentication method");
                findings.refuse(node.fault(codes::UNKNOWN_VALUE, reason));
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    methods.retain(|method: &MethodUse| seen.insert(method.method));
    methods
}

/// What a combination configuration restricts: the field and the word in the language.
pub(in crate::entra) const RESTRICTIONS: [(&str, &str); 3] = [
    (field::ALLOWED_AAGUIDS, "aaguid"),
    (field::ALLOWED_ISSUER_SKIS, "issuer"),
    (field::ALLOWED_POLICY_OIDS, "policy"),
];

/// `fido2CombinationConfiguration`, `x509CertificateCombinationConfiguration`
fn restrict(node: &Node<'_>, combinations: &mut [Combination], findings: &mut Findings) {
    let mut fields = node.fields(findings);
    fields.skip(&[field::ID]);
    let applies = fields.take(field::APPLIES_TO_COMBINATIONS);
    let wanted: Vec<Combination> =
        applies.texts(findings).iter().map(|text| combination(&applies, text, findings)).collect();
    let mut found = false;
    for (key, word) in RESTRICTIONS {
        let values_node = fields.take(key);
        let values = plain_ids(&values_node, findings);
        if values.is_empty() {
            continue;
        }
        found = true;
        let takes = |method: &str| {
            METHODS.iter().any(|row| row.name == method && row.restrictions.contains(&word))
        };
        let mut used = false;
        for combination in combinations.iter_mut().filter(|it| is_wanted(it, &wanted)) {
            for method in combination.iter_mut().filter(|method| takes(method.method)) {
                used = true;
                if method.restrictions.iter().any(|(known, _)| *known == word) {
                    let reason = "this is restricted twice; how both combine is not documented";
                    findings.refuse(values_node.fault(codes::CONTRADICTION, reason));
                } else {
                    method.restrictions.push((word, values.clone()));
                }
            }
        }
        if !used {
            let reason = "no allowed combination has a method that takes this restriction";
            findings.refuse(values_node.fault(codes::CONTRADICTION, reason));
        }
    }
    if !found {
        let reason = "a combination configuration restricts something";
        findings.refuse(node.fault(codes::MISSING_FIELD, reason));
    }
    fields.finish(findings);
}

/// Whether a configuration is about a combination; one that names none is about all.
fn is_wanted(combination: &Combination, wanted: &[Combination]) -> bool {
    let same = |other: &Combination| {
        other.len() == combination.len()
            && other.iter().all(|a| combination.iter().any(|b| a.method == b.method))
    };
    wanted.is_empty() || wanted.iter().any(same)
}
