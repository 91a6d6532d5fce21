//! `latch replay`, run as people run it.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with policies P and Q and a log.
struct World {
    folder: TempDir,
}

const P: &str = "
@id(\"11111111-0000-4000-8000-000000000001\")
policy needs-mfa \"CA1: MFA\" { when user in anyone require mfa }
@id(\"11111111-0000-4000-8000-000000000002\")
policy legacy \"CA2: legacy\" { when client is other block }
";

const Q: &str = "
@id(\"11111111-0000-4000-8000-000000000001\")
policy needs-mfa \"CA1: MFA\" { when user in anyone require mfa }
";

/// A record as Graph writes them, with what these policies did.
fn row(name: &str, client: &str, factors: &str, results: [&str; 2]) -> Value {
    let policy = |at: usize, name: &str| {
        json!({
            "id": format!("11111111-0000-4000-8000-00000000000{at}"),
            "displayName": name,
            "result": results[at - 1],
            "enforcedGrantControls": ["Mfa"],
            "conditionsSatisfied": "application,users",
            "conditionsNotSatisfied": "none",
        })
    };
    json!({
        "id": format!("row of {name}"),
        "createdDateTime": "2026-11-23T08:00:00Z",
        "userId": format!("id-of-{name}"),
        "userPrincipalName": format!("{name}@example.com"),
        "userType": "member",
        "appId": "app-id",
        "resourceId": "resource-id",
        "ipAddress": "192.0.2.1",
        "clientAppUsed": client,
        "authenticationRequirement": factors,
        "conditionalAccessStatus": "success",
        "status": {"errorCode": 0},
        "deviceDetail": {},
        "appliedConditionalAccessPolicies": [policy(1, "CA1: MFA"), policy(2, "CA2: legacy")],
    })
}

impl World {
    fn new(log: &[Value]) -> World {
        let lines: Vec<String> = log.iter().map(Value::to_string).collect();
        World::of_text(&lines.join("\n"))
    }

    fn of_text(log: &str) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in [("p.latch", P), ("q.latch", Q), ("log.jsonl", log)] {
            fs::write(folder.path().join(name), text).expect("written");
        }
        World { folder }
    }

    fn usual() -> World {
        World::new(&[
            row("ada", "Browser", "singleFactorAuthentication", ["failure", "notApplied"]),
            row("bob", "IMAP4", "singleFactorAuthentication", ["failure", "failure"]),
            row("cyd", "Browser", "singleFactorAuthentication", ["success", "notApplied"]),
        ])
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Exit code, standard output, standard error.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_latch"));
        command.arg("replay").arg("log.jsonl").args(["-p", "p.latch"]).args(arguments);
        let output =
            command.current_dir(self.folder.path()).output().expect("the binary was built");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        (output.status.code().expect("it ended"), text(output.stdout), text(output.stderr))
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let (_, out, err) = self.run(&[&["--format", "json"], arguments].concat());
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}\n{err}"))
    }
}

#[test]
fn people_are_told_what_changes_and_whose() {
    let world = World::usual();
    let (code, out, err) = world.run(&["--against", "q.latch"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    for text in [
        "3 sign-ins, 2026-11-23 08:00:00 to 2026-11-23 08:00:00 UTC",
        "P against the record: 6 results of 2 policies in 3 sign-ins",
        "2 matched by id, 0 by title, 0 not in P",
        "CA1: MFA  is needs-mfa, by id",
        "P → Q: 1 of 3 sign-ins change",
        "#2  2026-11-23 08:00:00  bob@example.com",
        "legacy (removed)",
    ] {
        assert!(out.contains(text), "no `{text}` in\n{out}");
    }
}

#[test]
fn programs_get_the_same() {
    let report = World::usual().json(&["--against", "q.latch"]);
    assert_eq!(report["signIns"], 3);
    assert_eq!(report["policies"]["policies"][0]["policy"], "legacy");
    assert_eq!(report["changes"]["changed"], 1);
    assert_eq!(report["changes"]["policies"][0]["policy"], "legacy");
    assert_eq!(report["record"]["policies"].as_array().map(Vec::len), Some(2));
    assert_eq!(report["limits"], json!([]));
}

#[test]
fn exit_codes_say_how_it_went() {
    let world = World::usual();
    let code = |arguments: &[&str]| world.run(arguments).0;
    assert_eq!(code(&[]), 0);
    let against = ["--against", "q.latch", "--fail-on"];
    let changes = world.json(&against[..2])["changes"]["shifts"].clone();
    let direction = changes[0]["direction"].as_str().expect("a direction").to_owned();
    assert_eq!(direction, "weakens", "{changes}");
    for (change, expected) in
        [("opens", 0), ("weakens", 1), ("any", 1), ("opens,any", 1), ("undecided", 0)]
    {
        assert_eq!(code(&[&against[..], &[change]].concat()), expected, "{change}");
    }
    assert_eq!(code(&["--against", "p.latch", "--fail-on", "any,undecided"]), 0);
    assert_eq!(code(&["--fail-on", "any"]), 2, "there is nothing to compare with");
    assert_eq!(code(&["--since", "whenever"]), 2);
    assert_eq!(code(&["--against", "missing.latch"]), 2);
}

#[test]
fn a_bad_line_ends_the_run_or_is_passed_over() {
    let good = row("ada", "Browser", "singleFactorAuthentication", ["failure", "notApplied"]);
    let world = World::of_text(&format!("{good}\n\nno sign-in\n{good}\n"));
    for threads in ["1", "2"] {
        let (code, out, err) = world.run(&["--threads", threads]);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.contains("log.jsonl") && err.contains('3'), "{err}");
        let (code, out, err) = world.run(&["--threads", threads, "--keep-going"]);
        assert_eq!(code, 2, "{err}");
        assert!(out.contains("2 sign-ins") && out.contains("1 could not be read"), "{out}");
        assert_eq!(err.lines().count(), 1, "{err}");
    }
    let failing = ["--keep-going", "--against", "q.latch", "--fail-on", "any"];
    assert_eq!(world.run(&failing).0, 2, "nothing that --fail-on asks for was found");
}

#[test]
fn times_bound_what_is_replayed() {
    let world = World::usual();
    let count = |arguments: &[&str]| world.json(arguments)["signIns"].as_u64();
    assert_eq!(count(&["--since", "2026-11-23"]), Some(3));
    assert_eq!(
        count(&["--since", "2026-11-23T08:00:00Z", "--until", "2026-11-23T08:00:01Z"]),
        Some(3)
    );
    assert_eq!(count(&["--until", "2026-11-23T10:00:00+02:00"]), Some(0));
    assert_eq!(count(&["--since", "2026-11-24"]), Some(0));
}

#[test]
fn any_number_of_threads_prints_the_same() {
    const CLIENTS: &[&str] =
        &["Browser", "IMAP4", "Mobile Apps and Desktop clients", "Exchange ActiveSync", ""];
    const RESULTS: &[&str] =
        &["success", "failure", "notApplied", "reportOnlySuccess", "unknown", "notEnabled"];
    const FACTORS: &[&str] = &["singleFactorAuthentication", "multiFactorAuthentication"];
    const NAMES: &[&str] = &["ada", "bob", "cyd", "dan", "eve"];
    let mut rng = fastrand::Rng::with_seed(20_261_123);
    let mut pick = |from: &'static [&'static str]| from[rng.usize(..from.len())];
    let rows = (0..2_000)
        .map(|_| row(pick(NAMES), pick(CLIENTS), pick(FACTORS), [pick(RESULTS), pick(RESULTS)]));
    let world = World::new(&rows.collect::<Vec<_>>());
    for format in ["text", "json"] {
        let run = |threads| {
            let arguments = ["--against", "q.latch", "--format", format, "--threads", threads];
            world.run(&arguments)
        };
        let one = run("1");
        assert_eq!(one.0, 0, "{}", one.2);
        for threads in ["2", "3", "7"] {
            assert!(run(threads) == one, "{threads} threads, {format}");
        }
    }
}

#[test]
fn standard_input_and_requests_are_logs_too() {
    let world = World::usual();
    let request =
        r#"{"user":{"id":"ada","groups":[],"roles":[],"type":"member"},"client":"browser"}"#;
    let mut command = Command::new(env!("CARGO_BIN_EXE_latch"));
    command.args(["replay", "-p", &world.path("p.latch"), "--format", "json"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the binary was built");
    child.stdin.take().expect("piped").write_all(request.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("it ends");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["policies"]["outcomes"]["stepUp"], 1);
    assert_eq!(report["record"], Value::Null);
}
