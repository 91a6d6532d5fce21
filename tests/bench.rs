//! `latch bench`, run as people run it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const POLICIES: &str = "
group finance = \"finance-id\"
network office trusted { 203.0.113.0/24 }
policy a \"A\" { when user in finance unless location in office require mfa }
policy b \"B\" { when client in [exchange-active-sync, other] block }
";

fn world() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.latch"), POLICIES).expect("written");
    folder
}

fn bench(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_latch"));
    command.args(["bench", "-p", "a.latch", "--seconds", "1", "--count", "200"]);
    command.args(arguments).current_dir(folder).output().expect("the binary was built")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What a schema of this simple kind demands of a value.
fn follows(schema: &Value, value: &Value, path: &str) {
    if let (Some(known), Some(object)) = (schema["properties"].as_object(), value.as_object()) {
        for (key, value) in object {
            let inner =
                known.get(key).unwrap_or_else(|| panic!("{path}.{key} is not in the schema"));
            follows(inner, value, &format!("{path}.{key}"));
        }
        for key in schema["required"].as_array().into_iter().flatten() {
            assert!(object.contains_key(key.as_str().expect("a key")), "{path} has no {key}");
        }
    }
    if let Some(names) = schema["enum"].as_array() {
        assert!(names.contains(value), "{path} is {value}");
    }
    for (at, item) in value.as_array().into_iter().flatten().enumerate() {
        follows(&schema["items"], item, &format!("{path}[{at}]"));
    }
    match schema["type"].as_str() {
        Some("integer") => assert!(value.is_u64(), "{path} is {value}"),
        Some("number") => assert!(value.is_number(), "{path} is {value}"),
        Some("object") => assert!(value.is_object(), "{path} is {value}"),
        Some("array") => assert!(value.is_array(), "{path} is {value}"),
        Some("string") => assert!(value.is_string(), "{path} is {value}"),
        _ => {}
    }
}

#[test]
fn figures_follow_their_schema() {
    let folder = world();
    let output = bench(folder.path(), &["--costs", "--format", "json", "--save", "before.json"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let schema = latch::measure::schema::report_schema();
    follows(&schema, &report, "report");
    assert_eq!(report["policies"], 2);
    assert_eq!(report["sign_ins"], 200);
    let again = bench(folder.path(), &["--baseline", "before.json", "--format", "json"]);
    let again: Value = serde_json::from_slice(&again.stdout).expect("JSON");
    follows(&schema, &again, "report");
    assert_eq!(again["compared"].as_array().map(Vec::len), Some(5));
}

#[test]
fn people_get_a_table() {
    let folder = world();
    let output = bench(folder.path(), &[]);
    let said = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for words in
        ["2 policies", "200 sign-ins drawn from the policies with seed 1", "parse", "whole"]
    {
        assert!(said.contains(words), "`{words}` is missing:\n{said}");
    }
}

#[test]
fn given_sign_ins_are_read_as_elsewhere() {
    let folder = world();
    let lines = "{\"client\": \"other\"}\n{\"client\": \"browser\"}\n";
    fs::write(folder.path().join("sign-ins.jsonl"), lines).expect("written");
    let output = bench(folder.path(), &["--requests", "sign-ins.jsonl"]);
    assert!(text(&output.stdout).contains("2 sign-ins as given"), "{}", text(&output.stdout));
    fs::write(folder.path().join("sign-ins.jsonl"), "{\"client\": \"sofa\"}\n").expect("written");
    let output = bench(folder.path(), &["--requests", "sign-ins.jsonl"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("line 1"), "{}", text(&output.stderr));
    fs::write(folder.path().join("sign-ins.jsonl"), "").expect("written");
    let output = bench(folder.path(), &["--requests", "sign-ins.jsonl"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("no sign-in"), "{}", text(&output.stderr));
}

#[test]
fn what_is_no_saved_run_is_refused() {
    let folder = world();
    fs::write(folder.path().join("before.json"), "{\"policies\": 1}").expect("written");
    for file in ["before.json", "missing.json", "a.latch"] {
        let output = bench(folder.path(), &["--baseline", file]);
        assert_eq!(output.status.code(), Some(2), "{file}");
        assert!(text(&output.stderr).contains(file), "{}", text(&output.stderr));
    }
}
