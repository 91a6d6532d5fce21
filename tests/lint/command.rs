//! `latch lint` and `latch explain-rule`, run as people run them.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::cli::latch;

const BAD: &str = "\
group break-glass emergency = \"2ec0ea3d-54f3-4a35-8b4f-0d8fbc6a2f11\"

// about phones
policy contradiction {
  when platform in [ios] and not (platform in [ios, android])
  require mfa
}

policy private-devices {
  when user in anyone and device.ownership is not company
  require mfa
}

policy everyone {
  when   user in anyone
  unless user in break-glass
  block
}
";

/// A folder with a policy file and perhaps settings.
fn folder(text: &str, settings: Option<&str>) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.latch");
    fs::write(&path, text).expect("written");
    if let Some(settings) = settings {
        fs::write(folder.path().join("latch.toml"), settings).expect("written");
    }
    (folder, path.display().to_string())
}

fn rules(json: &Value) -> Vec<&str> {
    let findings = json["findings"].as_array().expect("a list");
    findings.iter().filter_map(|it| it["rule"].as_str()).collect()
}

#[test]
fn it_names_the_three_in_every_format() {
    let (_folder, path) = folder(BAD, None);
    let three = ["never-applies", "negative-device-test", "block-everyone"];
    for format in ["text", "json", "sarif", "junit", "github"] {
        let mut ran = latch(&["lint", &path, "--format", format]).ended(1);
        for name in three {
            ran = ran.says(name);
        }
    }
    let json = latch(&["lint", &path, "--format", "json"]).ended(1).json();
    assert_eq!(rules(&json), three);
    let sarif = latch(&["lint", &path, "--format", "sarif"]).ended(1).json();
    assert_eq!(sarif["version"], "2.1.0");
    latch(&["check", &path]).ended(1).complains("block-everyone");
}

#[test]
fn fixes_are_shown_written_and_written_once() {
    let (_folder, path) = folder(BAD, None);
    latch(&["lint", &path, "--fix", "--unsafe", "--diff"])
        .ended(1)
        .says("+  when user in anyone and (device.registered and device.ownership is not company)");
    assert_eq!(fs::read_to_string(&path).expect("a file"), BAD, "--diff changes nothing");
    latch(&["lint", &path, "--fix"]).ended(1).complains("0 fixes in 0 files");
    latch(&["lint", &path, "--fix", "--unsafe"]).ended(1).complains("1 fix in 1 file");
    let fixed = fs::read_to_string(&path).expect("a file");
    assert!(fixed.contains("device.registered") && fixed.contains("// about phones"), "{fixed}");
    latch(&["lint", &path, "--fix", "--unsafe"]).ended(1).complains("0 fixes in 0 files");
    assert_eq!(fs::read_to_string(&path).expect("a file"), fixed);
}

#[test]
fn settings_are_found_above_the_policies() {
    let settings = "[lint.rules]\nlockout = \"off\"\nnever-applies = \"info\"\n\
                    [[lint.paths]]\npaths = [\"a.latch\"]\nrules = { negative-device-test = \"off\" }\n";
    let (folder, path) = folder(BAD, Some(settings));
    let json = latch(&["lint", &path, "--format", "json"]).ended(0).json();
    assert_eq!(rules(&json), ["never-applies"]);
    fs::write(folder.path().join("latch.toml"), "[lint]\nprofil = \"strict\"\n").expect("written");
    latch(&["lint", &path]).ended(2).complains("did you mean `profile`?");
    let json = latch(&["lint", &path, "--rule", "nothing"]);
    json.ended(2);
}

#[test]
fn a_baseline_hides_what_is_known() {
    let (folder, path) = folder(BAD, None);
    let baseline = folder.path().join("known.json").display().to_string();
    latch(&["lint", &path, "--baseline", &baseline, "--write-baseline"]).ended(0);
    latch(&["lint", &path, "--baseline", &baseline]).ended(0).says("3 known already");
    fs::write(&path, format!("// moved\n\n{BAD}\npolicy new {{ when never block }}\n"))
        .expect("written");
    let json = latch(&["lint", &path, "--baseline", &baseline, "--format", "json"]).ended(1).json();
    assert_eq!(rules(&json), ["empty-target"]);
}

#[test]
fn an_export_of_graph_is_linted_as_it_is() {
    let export = serde_json::json!({ "value": [{
        "id": "11111111-2222-4333-8444-555555555555",
        "displayName": "CA001: nobody",
        "state": "enabled",
        "conditions": {
            "users": { "includeUsers": ["All"] },
            "applications": { "includeApplications": ["All"] },
            "clientAppTypes": ["all"],
        },
        "grantControls": { "operator": "OR", "builtInControls": ["block"] },
    }] });
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tenant.json");
    fs::write(&path, export.to_string()).expect("written");
    let path = path.display().to_string();
    let json = latch(&["lint", &path, "--format", "json"]).ended(1).json();
    let everyone = &json["findings"].as_array().expect("a list")[..];
    let everyone = everyone.iter().find(|it| it["rule"] == "block-everyone").expect("it is found");
    assert_eq!(everyone["origin"]["policy"], "CA001: nobody");
    assert_eq!(everyone["origin"]["file"].as_str(), Some(path.as_str()));
    latch(&["lint", &path]).ended(1).says("policy \"CA001: nobody\"");
    latch(&["lint", &path, "--fix"]).ended(2).complains("is an export").complains("import entra");
}

#[test]
fn rules_are_explained() {
    latch(&["explain-rule"]).ended(0).says("L1001 never-applies");
    latch(&["explain-rule", "L1003"]).ended(0).says("negative-device-test").says("Use instead");
    latch(&["explain-rule", "never-aplies"]).ended(2).complains("did you mean `never-applies`?");
    let json = latch(&["explain-rule", "--format", "json"]).ended(0).json();
    assert!(json.as_array().is_some_and(|all| all.len() > 25));
}

#[test]
fn what_is_shipped_has_no_findings() {
    for folder in ["policies/baseline", "policies/starter"] {
        assert!(Path::new(folder).is_dir());
        latch(&["lint", folder]).ended(0);
    }
}
