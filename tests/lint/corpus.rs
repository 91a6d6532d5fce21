//! What the rules find in real tenants: counts of findings per rule, since their texts stay where they are.

use std::collections::BTreeMap;

use latch::engine::Engine;
use latch::entra::{import, read};
use latch::lint::{Profile, Settings, Subject, lint};

use super::golden;

fn folder() -> Option<std::path::PathBuf> {
    let root = std::env::var_os("LATCH_CORPUS")
        .map_or_else(|| std::path::PathBuf::from("../shared/data"), Into::into);
    let folder = root.join("entra");
    if !folder.is_dir() {
        println!("skipped: no corpus");
        return None;
    }
    Some(folder)
}

#[test]
fn real_policies_have_these_findings() {
    let Some(folder) = folder() else { return };
    let imported = import(&read(&[folder.join("policies.jsonl")]).expect("readable"));
    let engine = Engine::from_text(imported.files).unwrap_or_else(|error| panic!("{error}"));
    let today = Some(jiff::civil::date(2026, 6, 1));
    let settings = Settings { profile: Profile::Strict, today, ..Settings::default() };
    let subject = Subject::new(engine.sources(), engine.policy_set(), &settings);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let findings = lint(&subject);
    for finding in &findings {
        *counts.entry(finding.rule.name()).or_default() += 1;
        assert!(!finding.item.is_empty(), "{:?}", finding.diagnostic);
    }
    let mut prints: Vec<&str> = findings.iter().map(|it| it.fingerprint.as_str()).collect();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), findings.len(), "each finding is known by itself");
    let lines: String = counts.iter().map(|(rule, count)| format!("{rule} {count}\n")).collect();
    golden("corpus.txt", &lines);
}
