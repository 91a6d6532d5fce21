//! `conditionalAccessPolicy`

use crate::entra::finding::Findings;
use crate::entra::graph::{conditions, grants, remarks, session};
use crate::entra::json::{Fields, Node};
use crate::entra::model::{Control, Demand, Frequency, Part, Policy, StrengthRef};
use crate::entra::{codes, field, tables};
use crate::syntax::ast::State;

/// Reads a policy. It means nothing where faults were found.
pub(in crate::entra) fn read(node: &Node<'_>, file: &str, findings: &mut Findings) -> Policy {
    let mut fields = node.fields(findings);
    let remarks = remarks(&mut fields, file, findings);
    let mut policy = Policy {
        state: state(&mut fields, findings),
        conditions: conditions::read(&fields.take(field::CONDITIONS), findings),
        demand: grants::read(&fields.take(field::GRANT_CONTROLS), findings),
        session: session::read(&fields.take(field::SESSION_CONTROLS), findings),
        remarks,
    };
    fields.finish(findings);
    settle_deleted(&mut policy, findings);
    settle_block(&mut policy, findings);
    settle_remediation(&mut policy, findings);
    if matches!(policy.demand, Demand::Nothing) && policy.session.is_empty() {
        let fault =
            node.fault(codes::MISSING_FIELD, "the policy neither demands nor controls anything");
        findings.refuse(fault.suggest("give it a grant or a session control, or leave it out"));
    }
    policy
}

fn state(fields: &mut Fields<'_>, findings: &mut Findings) -> Option<State> {
    let node = fields.take(field::STATE);
    let known = || tables::STATES.iter().map(|row| row.0).collect::<Vec<_>>().join(", ");
    let Some(text) = node.text(findings) else {
        findings.refuse(
            node.fault(codes::MISSING_FIELD, "a policy has a state")
                .suggest(format!("known are: {}", known())),
        );
        return None;
    };
    match tables::STATES.iter().find(|row| row.0.eq_ignore_ascii_case(&text)) {
        Some((_, state)) => *state,
        None => {
            let fault = node.fault(codes::UNKNOWN_VALUE, format!("`{text}` is no state"));
            findings.refuse(fault.suggest(format!("known are: {}", known())));
            None
        }
    }
}

/// A deleted policy is kept for thirty days and decides nothing in them.
fn settle_deleted(policy: &mut Policy, findings: &mut Findings) {
    if policy.remarks.deleted.is_some() && policy.state != Some(State::Disabled) {
        findings
            .note(field::DELETED_DATE_TIME, "the policy was deleted: it is taken over as disabled");
        policy.state = Some(State::Disabled);
    }
}

/// Session controls beside `block` mean nothing: there is no session.
fn settle_block(policy: &mut Policy, findings: &mut Findings) {
    if matches!(policy.demand, Demand::Block) && !policy.session.is_empty() {
        let text = "the policy blocks, so there is no session to control: its session controls are left out";
        findings.note(field::SESSION_CONTROLS, text);
        policy.session.clear();
    }
}

/// Entra adds to risk remediation what it needs: an authentication strength, and a sign-in every time.
fn settle_remediation(policy: &mut Policy, findings: &mut Findings) {
    let Demand::Require { all, parts } = &mut policy.demand else { return };
    if !parts.contains(&Part::Word("risk-remediation")) {
        return;
    }
    *all = true;
    if !parts.iter().any(|part| matches!(part, Part::Strength(_))) {
        let id = "00000000-0000-0000-0000-000000000002".to_owned();
        parts.push(Part::Strength(StrengthRef { id, name: None, combinations: None }));
        findings.note(
            field::GRANT_CONTROLS,
            "risk remediation comes with an authentication strength: multi-factor is added",
        );
    }
    let every_time = Frequency { period: None, second_factor_only: false };
    if !policy.session.contains(&Control::Frequency(every_time.clone())) {
        policy.session.retain(|control| !matches!(control, Control::Frequency(_)));
        policy.session.insert(0, Control::Frequency(every_time));
        findings.note(
            field::SESSION_CONTROLS,
            "risk remediation comes with a sign-in every time: it is added",
        );
    }
}
