//! A baseline: the findings that were there when somebody began to look, so that new ones stand out.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::lint::finding::Finding;

/// The findings that are known, by fingerprint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    known: BTreeSet<String>,
}

impl Baseline {
    /// The baseline of a text that [`write()`] wrote.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<Baseline, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let findings = value.get("findings").and_then(Value::as_array);
        let findings = findings.ok_or("it has no list `findings`")?;
        let known = findings.iter().map(|it| it.get("fingerprint").and_then(Value::as_str));
        let known: Option<BTreeSet<String>> = known.map(|it| it.map(str::to_owned)).collect();
        Ok(Baseline { known: known.ok_or("a finding in it has no `fingerprint`")? })
    }

    /// Takes out what is known, and says how much that was.
    pub fn without_known(&self, findings: &mut Vec<Finding>) -> usize {
        let before = findings.len();
        findings.retain(|it| !self.known.contains(&it.fingerprint));
        before - findings.len()
    }
}

/// The findings as a file to keep: fingerprints, with what a person needs to know which is which.
pub fn write(findings: &[Finding]) -> String {
    let one = |it: &Finding| json!({ "fingerprint": it.fingerprint, "rule": it.rule.name(), "item": it.item });
    let mut all: Vec<Value> = findings.iter().map(one).collect();
    all.sort_by_key(|it| {
        (it["item"].to_string(), it["rule"].to_string(), it["fingerprint"].to_string())
    });
    format!("{:#}\n", json!({ "findings": all }))
}
