//! `latch doc`, run as people run it.

use std::fs;
use std::process::{Command, Output};

use tempfile::TempDir;

const POLICIES: &str = "policy a \"A | title\" { when user in guests require mfa }\n";

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.latch"), POLICIES).expect("written");
    folder
}

fn doc(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_latch"));
    command.arg("doc").args(arguments).current_dir(folder.path());
    command.output().expect("the binary was built")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn markdown_goes_to_standard_output_and_is_the_same_each_time() {
    let folder = folder();
    let first = doc(&folder, &["a.latch"]);
    assert!(first.status.success(), "{}", text(&first.stderr));
    let page = text(&first.stdout);
    assert!(page.starts_with("# Conditional access\n"), "{page}");
    assert!(page.contains("Guests must sign in with multifactor authentication."), "{page}");
    assert_eq!(first.stdout, doc(&folder, &["a.latch"]).stdout);
}

#[test]
fn the_name_of_the_file_says_which_format() {
    let folder = folder();
    for (arguments, file, start) in [
        (&["a.latch", "-o", "page.html"][..], "page.html", "<!DOCTYPE html>"),
        (&["a.latch", "-o", "page.md"], "page.md", "# Conditional access"),
        (&["a.latch", "-o", "page.txt", "--format", "html"], "page.txt", "<!DOCTYPE html>"),
        (&["a.latch", "-o", ".", "--title", "Mine & ours"], "policies.md", "# Mine \\& ours"),
        (&["a.latch", "-o", ".", "--format", "html"], "policies.html", "<!DOCTYPE html>"),
    ] {
        let output = doc(&folder, arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(text(&output.stdout).contains("wrote "), "{}", text(&output.stdout));
        let page = fs::read_to_string(folder.path().join(file)).expect("a page");
        assert!(page.starts_with(start), "{file}: {page}");
    }
}

#[test]
fn what_cannot_be_read_or_written_is_told() {
    let folder = folder();
    fs::write(folder.path().join("bad.latch"), "policy b { when userr in guests block }")
        .expect("written");
    let faulty = doc(&folder, &["bad.latch"]);
    assert_eq!(faulty.status.code(), Some(2));
    assert!(text(&faulty.stderr).contains("userr"), "{}", text(&faulty.stderr));
    assert!(faulty.stdout.is_empty());
    let nowhere = doc(&folder, &["a.latch", "-o", "missing/page.md"]);
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(
        text(&nowhere.stderr).contains("cannot write missing/page.md"),
        "{}",
        text(&nowhere.stderr)
    );
}

#[test]
fn a_replay_writes_its_page_beside_what_it_prints() {
    let folder = folder();
    let sign_ins = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/baseline/sign-ins.jsonl");
    let mut command = Command::new(env!("CARGO_BIN_EXE_latch"));
    command.args(["replay", sign_ins, "-p", "a.latch", "--html", "report.html"]);
    let output = command.current_dir(folder.path()).output().expect("the binary was built");
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("wrote report.html"), "{}", text(&output.stderr));
    let page = fs::read_to_string(folder.path().join("report.html")).expect("a page");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("Of 41 sign-ins"), "{page}");
}
