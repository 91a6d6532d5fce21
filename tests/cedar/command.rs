//! `latch export cedar`, run as people run it: its files decide what `latch decide` decides.

use std::fs;
use std::path::Path;
use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request, Schema, ValidationMode,
    Validator,
};
use serde_json::Value as Json;

use crate::cli::latch;

const BASELINE: &str = "policies/baseline";
const GEO: &str = "policies/baseline/geo.mmdb";
const SIGN_INS: &str = "policies/baseline/sign-ins.jsonl";

fn folder() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cedar").display().to_string();
    (folder, path)
}

/// What Cedar says, given nothing but the written files.
fn answers(folder: &Path) -> Vec<bool> {
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("written");
    let statements = PolicySet::from_str(&read("policies.cedar")).expect("statements");
    let (schema, _) = Schema::from_cedarschema_str(&read("schema.cedarschema")).expect("a schema");
    let result = Validator::new(schema.clone()).validate(&statements, ValidationMode::Strict);
    assert!(result.validation_passed_without_warnings(), "{result:?}");
    let entities =
        Entities::from_json_str(&read("entities.json"), Some(&schema)).expect("entities");
    let ask = |line: &str| {
        let json: Json = serde_json::from_str(line).expect("JSON");
        let uid =
            |key: &str| EntityUid::from_str(json[key].as_str().expect("a uid")).expect("a uid");
        let context =
            Context::from_json_value(json["context"].clone(), Some((&schema, &uid("action"))));
        let context = context.expect("a context of the schema");
        let request =
            Request::new(uid("principal"), uid("action"), uid("resource"), context, Some(&schema));
        let request = request.expect("a request of the schema");
        let response = Authorizer::new().is_authorized(&request, &statements, &entities);
        assert_eq!(response.diagnostics().errors().count(), 0);
        response.decision() == Decision::Allow
    };
    read("requests.jsonl").lines().map(ask).collect()
}

#[test]
fn the_files_decide_as_the_command_does() {
    let (_kept, path) = folder();
    latch(&["export", "cedar", BASELINE, "-o", &path, "--requests", SIGN_INS, "--geo", GEO])
        .ended(0)
        .says("policies.cedar")
        .says("statements that forbid")
        .says("requests");
    let decided =
        latch(&["decide", "-p", BASELINE, "--geo", GEO, "--format", "json", SIGN_INS]).ended(0);
    let open = |line: &str| {
        let json: Json = serde_json::from_str(line).expect("JSON");
        json["outcome"] == "open"
    };
    let decided: Vec<bool> = decided.out.lines().map(open).collect();
    assert!(decided.contains(&true) && decided.contains(&false), "{decided:?}");
    assert_eq!(answers(Path::new(&path)), decided);
    let schema = fs::read(Path::new(&path).join("schema.cedarschema.json")).expect("written");
    serde_json::from_slice::<Json>(&schema).expect("JSON");
}

#[test]
fn what_cannot_be_written_is_told() {
    let (kept, path) = folder();
    let policies = kept.path().join("a.latch");
    let policies = policies.display().to_string();
    fs::write(&policies, "policy p { when device.os-version < \"9223372036854775807\" block }\n")
        .expect("written");
    latch(&["export", "cedar", &policies, "-o", &path])
        .ended(1)
        .complains("L0601")
        .complains("nothing was written");
    assert!(!Path::new(&path).exists());
    fs::write(&policies, "policy p { when always blok }\n").expect("written");
    latch(&["export", "cedar", &policies, "-o", &path]).ended(2).complains("blok");
}

#[test]
fn a_line_that_is_no_sign_in_ends_the_run() {
    let (kept, path) = folder();
    let lines = kept.path().join("lines.jsonl").display().to_string();
    fs::write(&lines, "{\"client\": \"browser\"}\n{\"clientt\": 1}\n{\"client\": \"other\"}\n")
        .expect("written");
    let arguments = ["export", "cedar", BASELINE, "-o", &path, "--requests", &lines];
    latch(&arguments).ended(2).complains("line 2").says("1 requests");
    latch(&[&arguments[..], &["--keep-going"]].concat())
        .ended(2)
        .complains("line 2")
        .says("2 requests");
}
