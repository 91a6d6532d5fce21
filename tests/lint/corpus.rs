//! What the rules find in real tenants: counts of findings per rule, since their texts stay where they are.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use latch::engine::Engine;
use latch::entra::{import, read};
use latch::lint::{Finding, Profile, Settings, Subject, lint};
use serde_json::Value;

use super::golden;

/// What one exact question may cost here: what is not decided within it is counted as such.
const BUDGET: usize = 20_000;

fn policies() -> Option<PathBuf> {
    let root = std::env::var_os("LATCH_CORPUS")
        .map_or_else(|| std::path::PathBuf::from("../shared/data"), Into::into);
    let file = root.join("entra/policies.jsonl");
    if !file.is_file() {
        println!("skipped: no corpus");
        return None;
    }
    Some(file)
}

/// The lines of the corpus, by the folder that each was found in: policies of different tenants say nothing of each other.
fn folders(file: &Path) -> BTreeMap<String, String> {
    let mut folders: BTreeMap<String, String> = BTreeMap::new();
    for line in fs::read_to_string(file).expect("readable").lines() {
        let row: Value = serde_json::from_str(line).expect("a row");
        let of = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let path = of("path");
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let text = folders.entry(format!("{} {folder}", of("source"))).or_default();
        text.push_str(line);
        text.push('\n');
    }
    folders
}

fn found(rows: &str) -> Vec<Finding> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("policies.jsonl");
    fs::write(&file, rows).expect("written");
    let imported = import(&read(&[file]).expect("readable"));
    let engine = Engine::from_text(imported.files).unwrap_or_else(|error| panic!("{error}"));
    let today = Some(jiff::civil::date(2026, 6, 1));
    let settings =
        Settings { profile: Profile::Strict, today, budget: BUDGET, ..Settings::default() };
    lint(&Subject::new(engine.sources(), engine.policy_set(), &settings))
}

#[test]
fn real_policies_have_these_findings() {
    let Some(file) = policies() else { return };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for rows in folders(&file).into_values() {
        let findings = found(&rows);
        for finding in &findings {
            *counts.entry(finding.rule.name()).or_default() += 1;
            assert!(!finding.item.is_empty(), "{:?}", finding.diagnostic);
        }
        let mut prints: Vec<&str> = findings.iter().map(|it| it.fingerprint.as_str()).collect();
        prints.sort_unstable();
        prints.dedup();
        assert_eq!(prints.len(), findings.len(), "each finding is known by itself");
    }
    let lines: String = counts.iter().map(|(rule, count)| format!("{rule} {count}\n")).collect();
    golden("corpus.txt", &lines);
}
