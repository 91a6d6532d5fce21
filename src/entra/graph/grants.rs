//! `conditionalAccessGrantControls`: what a policy demands.

use crate::decision::MAX_WORKING_ALTERNATIVES;
use crate::entra::finding::Findings;
use crate::entra::graph::{plain_ids, strength};
use crate::entra::json::Node;
use crate::entra::model::{Demand, Part};
use crate::entra::{codes, field, tables};

/// Reads what is demanded.
pub(super) fn read(node: &Node<'_>, findings: &mut Findings) -> Demand {
    let mut fields = node.fields(findings);
    let operator_node = fields.take(field::OPERATOR);
    let operator = operator_node.word(tables::OPERATORS, findings).map(|row| row.latch);
    let controls = fields.take(field::BUILT_IN_CONTROLS);
    let words = controls.words(tables::GRANTS, findings);
    let mut parts: Vec<Part> = words.iter().map(|row| Part::Word(row.latch)).collect();
    let strength = strength::reference(&fields.take(field::AUTHENTICATION_STRENGTH), findings);
    parts.extend(strength.map(Part::Strength));
    let terms = plain_ids(&fields.take(field::TERMS_OF_USE), findings);
    parts.extend(terms.into_iter().map(Part::Terms));
    let custom = plain_ids(&fields.take(field::CUSTOM_AUTHENTICATION_FACTORS), findings);
    parts.extend(custom.into_iter().map(Part::CustomControl));
    fields.finish(findings);
    if parts.is_empty() {
        return Demand::Nothing;
    }
    if parts.contains(&Part::Word("block")) {
        if parts.len() > 1 {
            let reason = "`block` stands beside other controls; what the two mean together is not documented";
            findings.refuse(controls.fault(codes::CONTRADICTION, reason));
        }
        return Demand::Block;
    }
    if operator.is_none() && parts.len() > 1 {
        let reason = "several controls need an operator";
        findings.refuse(operator_node.fault(codes::MISSING_FIELD, reason).suggest("AND or OR"));
    }
    let all = operator == Some("and") || parts.len() == 1;
    if !all && parts.len() > MAX_WORKING_ALTERNATIVES {
        let reason = format!("a policy may offer {MAX_WORKING_ALTERNATIVES} alternatives");
        findings.refuse(node.fault(codes::TOO_LARGE, reason));
    }
    check_all_or_nothing(&controls, all, &parts, findings);
    Demand::Require { all, parts }
}

/// Two controls only work together with others.
fn check_all_or_nothing(node: &Node<'_>, all: bool, parts: &[Part], findings: &mut Findings) {
    let has = |word: &'static str| parts.contains(&Part::Word(word));
    if has("password-change") && !(all && has("mfa")) {
        let reason = "`passwordChange` works only together with `mfa` and the operator AND";
        findings.refuse(
            node.fault(codes::CONTRADICTION, reason)
                .suggest("add `mfa` to builtInControls and set the operator to AND"),
        );
    }
    if has("risk-remediation") && !all {
        let reason = "`riskRemediation` works only with the operator AND";
        findings.refuse(node.fault(codes::CONTRADICTION, reason));
    }
}
