//! `conditionalAccessSessionControls`: what a session may do once it is open.

use crate::entra::finding::Findings;
use crate::entra::json::{Fields, Node};
use crate::entra::model::{Control, Frequency};
use crate::entra::tables::{self, Spelling};
use crate::entra::{codes, field};
use crate::syntax::ast::DurationUnit;

/// Reads every session control, in the order in which the language lists them.
pub(super) fn read(node: &Node<'_>, findings: &mut Findings) -> Vec<Control> {
    let mut fields = node.fields(findings);
    let mut controls = Vec::new();
    controls.extend(frequency(&mut fields, findings).map(Control::Frequency));
    let node = fields.take(field::PERSISTENT_BROWSER);
    let control =
        Worded { key: field::MODE, table: tables::PERSISTENT_BROWSER, words: "persistent browser" };
    controls.extend(control.read(&node, findings));
    controls.extend(flag(
        &fields.take(field::APPLICATION_ENFORCED_RESTRICTIONS),
        "app restrictions",
        findings,
    ));
    let node = fields.take(field::CLOUD_APP_SECURITY);
    let (key, table) = (field::CLOUD_APP_SECURITY_TYPE, tables::CLOUD_APP_SECURITY);
    controls.extend(Worded { key, table, words: "cloud app security" }.read(&node, findings));
    controls
        .extend(continuous_evaluation(&fields.take(field::CONTINUOUS_ACCESS_EVALUATION), findings));
    if fields.take(field::DISABLE_RESILIENCE_DEFAULTS).boolean(findings) == Some(true) {
        controls.push(Control::Word("resilience", Some("off")));
    }
    controls.extend(flag(
        &fields.take(field::SECURE_SIGN_IN_SESSION),
        "token protection",
        findings,
    ));
    let node = fields.take(field::GLOBAL_SECURE_ACCESS_FILTERING_PROFILE);
    controls.extend(profile(&node, field::PROFILE_ID, "global secure access profile", findings));
    let node = fields.take(field::NETWORK_ACCESS_SECURITY);
    controls.extend(profile(&node, field::POLICY_ID, "network access policy", findings));
    fields.finish(findings);
    controls
}

/// Whether a control is on. One that has values and does not say so is taken as on, which is the stricter.
fn is_on(fields: &mut Fields<'_>, has_values: bool, findings: &mut Findings) -> bool {
    let node = fields.take(field::IS_ENABLED);
    match node.boolean(findings) {
        Some(on) => on,
        None => {
            if has_values && node.is_empty() {
                findings.note(&node.path, "not given, while the control has values: taken as true");
            }
            has_values
        }
    }
}

/// A control that is only on or off.
fn flag(node: &Node<'_>, words: &'static str, findings: &mut Findings) -> Option<Control> {
    let mut fields = node.fields(findings);
    let on = is_on(&mut fields, false, findings);
    fields.finish(findings);
    on.then_some(Control::Word(words, None))
}

/// A control with one of several words.
struct Worded {
    key: &'static str,
    table: &'static [Spelling],
    words: &'static str,
}

impl Worded {
    fn read(&self, node: &Node<'_>, findings: &mut Findings) -> Option<Control> {
        let mut fields = node.fields(findings);
        let value_node = fields.take(self.key);
        let value = value_node.word(self.table, findings);
        let enabled = fields.take(field::IS_ENABLED);
        let said = enabled.boolean(findings);
        fields.finish(findings);
        match (said, value) {
            (Some(true), None) if value_node.is_empty() => {
                let reason = "the control is on, but does not say what it does";
                findings.refuse(value_node.fault(codes::MISSING_FIELD, reason));
                None
            }
            (None, Some(row)) if row.latch == "always" => {
                let reason =
                    "the control does not say whether it is on; taken as on it would loosen";
                findings.refuse(enabled.fault(codes::MISSING_FIELD, reason));
                None
            }
            (None, Some(row)) => {
                findings
                    .note(&enabled.path, "not given, while the control has a value: taken as true");
                Some(Control::Word(self.words, Some(row.latch)))
            }
            (Some(true), Some(row)) => Some(Control::Word(self.words, Some(row.latch))),
            (Some(true), None) | (Some(false), _) | (None, None) => None,
        }
    }
}

/// It has no `isEnabled`.
fn continuous_evaluation(node: &Node<'_>, findings: &mut Findings) -> Option<Control> {
    let mut fields = node.fields(findings);
    let mode = fields.take(field::MODE).word(tables::CONTINUOUS_EVALUATION, findings);
    fields.finish(findings);
    mode.map(|row| Control::Word("continuous evaluation", Some(row.latch)))
}

fn profile(
    node: &Node<'_>,
    key: &str,
    words: &'static str,
    findings: &mut Findings,
) -> Option<Control> {
    let mut fields = node.fields(findings);
    let id_node = fields.take(key);
    let id = id_node.text(findings);
    let on = is_on(&mut fields, id.is_some(), findings);
    fields.finish(findings);
    if on && id_node.is_empty() {
        let reason = "the control is on, but does not name a profile";
        findings.refuse(id_node.fault(codes::MISSING_FIELD, reason));
    }
    id.filter(|_| on).map(|id| Control::Id(words, id))
}

/// `signInFrequency`, with the `signInFrequencyInterval` that Terraform keeps beside it.
fn frequency(fields: &mut Fields<'_>, findings: &mut Findings) -> Option<Frequency> {
    let mut inner = fields.take(field::SIGN_IN_FREQUENCY).fields(findings);
    let unit_node = inner.take(field::TYPE);
    let value_node = inner.take(field::VALUE);
    let interval_node = inner.take(field::FREQUENCY_INTERVAL);
    let beside_node = fields.take(field::SIGN_IN_FREQUENCY_INTERVAL);
    let factor = inner.take(field::AUTHENTICATION_TYPE).word(tables::FREQUENCY_FACTORS, findings);
    let period = period(&unit_node, &value_node, findings);
    let interval = interval_node.word(tables::FREQUENCY_INTERVALS, findings);
    let beside = beside_node.word(tables::FREQUENCY_INTERVALS, findings);
    let every = |row: Option<&Spelling>| row.is_some_and(|row| !row.latch.is_empty());
    if beside.is_some() && interval.is_some() && every(beside) != every(interval) {
        let reason = "it contradicts signInFrequency.frequencyInterval";
        findings.refuse(beside_node.fault(codes::CONTRADICTION, reason));
    }
    let every_time = every(interval) || every(beside);
    let has_values = every_time || period.is_some();
    let on = is_on(&mut inner, has_values, findings);
    inner.finish(findings);
    let second_factor_only = factor.is_some_and(|row| !row.latch.is_empty());
    if !on {
        return None;
    }
    if every_time && period.is_some() {
        findings.note(
            &unit_node.path,
            "a period stands beside everyTime, which is the stricter and is kept",
        );
    }
    if !has_values {
        undated(&unit_node, &value_node, &interval_node, findings);
    }
    let period = if every_time { None } else { period };
    Some(Frequency { period, second_factor_only })
}

/// A frequency that is on and has no period. Exports of Microsoft365DSC write everyTime so.
fn undated(unit: &Node<'_>, value: &Node<'_>, interval: &Node<'_>, findings: &mut Findings) {
    if interval.is_empty() && unit.is_empty() && value.is_empty() {
        let text = "the sign-in frequency is on without a period: read as everyTime, which is the strictest";
        findings.note(&unit.path, text);
        return;
    }
    if !interval.is_empty() {
        let reason = "a frequency that is timeBased has a type and a value";
        findings.refuse(value.fault(codes::MISSING_FIELD, reason));
    }
}

const MAX_DAYS: i64 = tables::MAX_FREQUENCY_DAYS;

fn period(
    unit_node: &Node<'_>,
    value_node: &Node<'_>,
    findings: &mut Findings,
) -> Option<(u64, DurationUnit)> {
    let unit = unit_node.word(tables::FREQUENCY_UNITS, findings);
    let value = value_node.integer(findings);
    if unit_node.is_empty() != value_node.is_empty() {
        let missing = if unit_node.is_empty() { unit_node } else { value_node };
        let reason = "a sign-in frequency has a type and a value";
        findings.refuse(missing.fault(codes::MISSING_FIELD, reason));
    }
    let (seconds, most, unit) = match unit?.latch {
        "days" => (86_400, MAX_DAYS, DurationUnit::Days),
        _ => (3_600, MAX_DAYS * 24, DurationUnit::Hours),
    };
    let value = value?;
    if !(1..=most).contains(&value) {
        let reason = format!("a sign-in frequency is at least 1 and at most {MAX_DAYS} days");
        findings.refuse(value_node.fault(codes::UNKNOWN_VALUE, reason));
        return None;
    }
    Some((value.unsigned_abs() * seconds, unit))
}
