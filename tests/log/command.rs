//! `latch decide` and `latch explain` read records of other systems through the same door.

use std::fs;
use std::io::Write;
use std::process::{Command, Output};

use super::fields::ordinary;

fn latch(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_latch")).args(arguments).output().expect("it runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A folder with a policy and the records, plain and packed.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let policy =
        "policy from-elsewhere {\n  when user in anyone\n  unless country is DE\n  block\n}\n";
    fs::write(folder.path().join("p.latch"), policy).expect("written");
    let mut abroad = ordinary();
    abroad["location"]["countryOrRegion"] = "FR".into();
    let lines = format!("{}\n{abroad}\n", ordinary());
    fs::write(folder.path().join("log.json"), format!("[{},{abroad}]", ordinary()))
        .expect("written");
    let file = fs::File::create(folder.path().join("log.jsonl.gz")).expect("a file");
    let mut packer = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    packer.write_all(lines.as_bytes()).expect("written");
    packer.finish().expect("written");
    folder
}

#[test]
fn logs_are_decided_as_requests_are() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name).display().to_string();
    for log in ["log.json", "log.jsonl.gz"] {
        let ran = latch(&["decide", "-p", &path("p.latch"), &path(log)]);
        let text = stdout(&ran);
        assert!(ran.status.success(), "{ran:?}");
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("2026-11-23 08:00:00  OPEN "), "{text}");
        assert!(lines[1].starts_with("2026-11-23 08:00:00  BLOCK "), "{text}");
        assert!(
            text.contains("ada@example.com")
                && text.contains("2 sign-ins: 1 open, 0 step-up, 1 blocked"),
            "{text}"
        );
    }
    let ran = latch(&["decide", "-p", &path("p.latch"), "--input", "native", &path("log.json")]);
    assert_eq!(ran.status.code(), Some(2));
    let errors = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(errors.contains("record 1: createdDateTime: "), "{errors}");
}

#[test]
fn one_record_of_a_log_is_explained() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name).display().to_string();
    for log in ["log.json", "log.jsonl.gz"] {
        let ran = latch(&["explain", "-p", &path("p.latch"), "--line", "2", &path(log)]);
        assert!(ran.status.success() && stdout(&ran).contains("block"), "{ran:?}");
    }
    for (arguments, told) in [
        (["--line", "3"].as_slice(), "has no sign-in as record 3"),
        (&[], "holds several sign-ins; --line says which"),
    ] {
        let (policies, log) = (path("p.latch"), path("log.json"));
        let ran = latch(&[&["explain", "-p", &policies, &log], arguments].concat());
        assert_eq!(ran.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&ran.stderr).contains(told), "{ran:?}");
    }
}

#[test]
fn a_directory_says_who_is_in_which_group() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let policy = "group staff = \"10000000-0000-4000-8000-000000000001\"\n\npolicy p {\n  when user in staff\n  block\n}\n";
    fs::write(folder.path().join("group.latch"), policy).expect("written");
    let members = |member: &str| {
        let group =
            serde_json::json!({"id": "10000000-0000-4000-8000-000000000001", "members": [member]});
        fs::write(folder.path().join("groups.json"), group.to_string()).expect("written");
    };
    let run = |more: &[&str]| {
        let (policies, log) = (path("group.latch"), path("log.json"));
        stdout(&latch(&[&["decide", "-p", &policies, &log], more].concat()))
    };
    assert!(run(&[]).contains("(assuming the worst of user.groups)"), "{}", run(&[]));
    for (member, told) in [
        ("a0000000-0000-4000-8000-000000000001", "0 open, 0 step-up, 2 blocked"),
        ("a0000000-0000-4000-8000-000000000002", "2 open, 0 step-up, 0 blocked"),
    ] {
        members(member);
        let text = run(&["--directory", &path("groups.json")]);
        assert!(text.contains(told) && !text.contains("assuming"), "{text}");
    }
}
