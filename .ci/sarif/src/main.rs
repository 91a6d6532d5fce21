//! `sarif-schema FILE…`: holds SARIF logs to the official JSON schema, and fails where one does not follow it.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde_json::Value;

/// The crate in whose package the schema of OASIS lies, and where.
const PACKAGE: &str = "serde-sarif";
const INSIDE: &str = "src/schema.json";

fn main() -> ExitCode {
    let schema = read(&schema());
    assert!(schema["title"].as_str().is_some_and(|it| it.contains("2.1.0")), "another schema");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    // A log that says nothing must not pass: else the schema would hold nothing.
    assert!(!validator.is_valid(&serde_json::json!({ "runs": [] })), "the schema holds nothing");
    let mut faults = 0;
    for file in std::env::args().skip(1) {
        let log = read(Path::new(&file));
        for fault in validator.iter_errors(&log) {
            println!("{file}: {}: {fault}", fault.instance_path);
            faults += 1;
        }
        let results = log["runs"][0]["results"].as_array().map_or(0, Vec::len);
        println!("{file}: {results} results");
    }
    if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Where cargo has put the package.
fn schema() -> PathBuf {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let asked = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--locked", "--format-version", "1", "--manifest-path", manifest])
        .output()
        .expect("cargo runs");
    let told: Value = serde_json::from_slice(&asked.stdout).expect("cargo tells of packages");
    let packages = told["packages"].as_array().expect("packages");
    let package = packages.iter().find(|it| it["name"] == PACKAGE).expect("the package is there");
    let manifest = package["manifest_path"].as_str().expect("a path");
    Path::new(manifest).parent().expect("it lies in a folder").join(INSIDE)
}
