//! The command, run as people run it: what it prints, where, and how it ends.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const BASELINE: &str = "policies/baseline";
const GEO: &str = "policies/baseline/geo.mmdb";
const SIGN_INS: &str = "policies/baseline/sign-ins.jsonl";

/// What a run said.
#[derive(Debug)]
pub(crate) struct Ran {
    code: i32,
    pub(crate) out: String,
    err: String,
}

impl Ran {
    /// It ended like this.
    pub(crate) fn ended(self, code: i32) -> Ran {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    pub(crate) fn says(self, text: &str) -> Ran {
        assert!(self.out.contains(text), "no `{text}`: {self:#?}");
        self
    }

    pub(crate) fn complains(self, text: &str) -> Ran {
        assert!(self.err.contains(text), "no `{text}`: {self:#?}");
        self
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_latch"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env_remove("CLICOLOR");
    command
}

pub(crate) fn latch(arguments: &[&str]) -> Ran {
    fed(arguments, b"")
}

/// Runs it with something on standard input.
fn fed(arguments: &[&str], input: &[u8]) -> Ran {
    let mut command = command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary was built");
    let mut stdin = child.stdin.take().expect("piped");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // Whoever ends early does not read it all.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("it was written");
    Ran {
        code: output.status.code().expect("no signal ended it"),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

/// A folder with one policy file in it.
fn folder(text: impl AsRef<[u8]>) -> (TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.latch");
    fs::write(&path, text).expect("written");
    (folder, path.display().to_string())
}

const GOOD: &str = "policy everyone {\n  when user in anyone\n  require mfa\n}\n";
const BAD: &str = "policy everyone {\n  when user in finanse\n  require mfaa\n}\n";

fn utf16(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xff, 0xfe].into_iter().chain(units).collect()
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("readable")
}

fn copied(from: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(from)).expect("there") {
        let path = entry.expect("an entry").path();
        fs::copy(&path, folder.path().join(path.file_name().expect("named"))).expect("copied");
    }
    folder
}

#[test]
fn misuse_ends_with_two_and_help_with_zero() {
    latch(&[]).ended(2).complains("Usage: latch");
    latch(&["chekc"]).ended(2).complains("'check'");
    latch(&["check"]).ended(2).complains("<PATH>");
    latch(&["decide", "--format", "yaml"]).ended(2).complains("json");
    latch(&["--version"]).ended(0).says(env!("CARGO_PKG_VERSION"));
    let help = latch(&["--help"]).ended(0).says("Exit codes:");
    for name in
        ["check", "fmt", "decide", "explain", "test", "import", "export", "schema", "new", "man"]
    {
        assert!(help.out.contains(&format!("\n  {name} ")), "{name}");
        latch(&[name, "--help"]).ended(0).says("Examples:");
    }
}

#[test]
fn check_tells_every_mistake_once() {
    let (_folder, path) = folder(GOOD);
    latch(&["check", &path]).ended(0).says("no mistakes: 1 policy");
    let (_folder, path) = folder(BAD);
    let ran = latch(&["check", &path]).ended(1).complains("finanse").complains("mfaa");
    assert!(ran.err.ends_with("2 errors in 1 file\n"), "{ran:#?}");
    assert!(!ran.err.contains('\u{1b}'), "no colours in a pipe: {ran:#?}");
    let report = latch(&["check", &path, "--format", "json"]).ended(1).json();
    assert_eq!(report["errors"], 2);
    assert_eq!(report["diagnostics"][0]["start"]["line"], 2);
    assert_eq!(report["diagnostics"][0]["file"], path.as_str());
}

#[test]
fn check_reads_every_encoding_and_line_end() {
    for text in [
        utf16(GOOD),
        GOOD.replace('\n', "\r\n").into_bytes(),
        [b"\xef\xbb\xbf", GOOD.as_bytes()].concat(),
    ] {
        let (_folder, path) = folder(&text);
        latch(&["check", &path]).ended(0).says("1 policy");
    }
    let (_folder, path) = folder(utf16(&BAD.replace('\n', "\r\n")));
    latch(&["check", &path]).ended(1).complains("2:16");
    let (_folder, path) = folder(b"policy \xff");
    latch(&["check", &path]).ended(2).complains("not UTF-8 at byte 7");
}

#[test]
fn what_cannot_be_read_ends_with_two() {
    let empty = tempfile::tempdir().expect("a folder");
    let path = empty.path().display().to_string();
    for arguments in [
        vec!["check", "nowhere"],
        vec!["fmt", "nowhere"],
        vec!["test", "nowhere"],
        vec!["decide", "-p", "nowhere"],
        vec!["explain", "-p", "nowhere", SIGN_INS],
        vec!["import", "entra", "nowhere", "-o", &path],
        vec!["decide", "-p", BASELINE, "nowhere.jsonl"],
        vec!["decide", "-p", BASELINE, "--geo", "nowhere.mmdb", SIGN_INS],
    ] {
        let ran = latch(&arguments).ended(2).complains("error: ").complains("nowhere");
        assert_eq!(ran.out, "", "{ran:#?}");
    }
    latch(&["check", &path]).ended(2).complains("no .latch file in");
    latch(&["decide", "-p", BASELINE, BASELINE])
        .ended(2)
        .complains("cannot read policies/baseline");
}

#[test]
fn colours_are_for_terminals_and_for_who_asks() {
    let (_folder, path) = folder(BAD);
    assert!(latch(&["check", &path, "--color", "always"]).err.contains("\u{1b}["));
    assert!(!latch(&["check", &path, "--color", "never"]).err.contains('\u{1b}'));
    assert!(!latch(&["check", &path]).err.contains('\u{1b}'));
    let colored = latch(&["decide", "-p", BASELINE, SIGN_INS, "--color", "always"]);
    assert!(colored.out.contains("\u{1b}["), "{}", colored.out);
}

#[test]
fn nothing_from_a_file_commands_the_terminal() {
    let (_folder, path) = folder("policy \u{1b}[2Jx \"\u{9b}31m\" { when alway\u{1b} block }\n");
    let ran = latch(&["check", &path]).ended(1);
    assert!(!ran.err.contains(|it: char| it.is_control() && it != '\n'), "{ran:#?}");
    let hostile =
        br#"{"user":{"id":"x","name":"\u001b]0;gotcha\u0007\u009b2J\n"},"apps":["\u001b"]}"#;
    let (_folder, path) = folder(GOOD);
    let ran = fed(&["decide", "-p", &path], hostile).ended(0);
    assert!(!ran.out.contains(|it: char| it.is_control() && it != '\n'), "{ran:#?}");
    let hostile = b"{\"\x1b[31m\":1}\n";
    let ran = fed(&["decide", "-p", &path], hostile).ended(2);
    assert!(!ran.err.contains(|it: char| it.is_control() && it != '\n'), "{ran:#?}");
}

#[test]
fn fmt_formats_once_and_for_all() {
    let (_folder, path) = folder("policy x{when always block}");
    latch(&["fmt", "--check", &path]).ended(1).says("would format");
    assert_eq!(fs::read_to_string(&path).expect("there"), "policy x{when always block}");
    latch(&["fmt", &path]).ended(0).says("formatted");
    let once = fs::read_to_string(&path).expect("there");
    assert_eq!(once, "policy x {\n  when always\n  block\n}\n");
    latch(&["fmt", "--check", &path]).ended(0);
    let piped = fed(&["fmt", "-"], b"policy x{when always block}").ended(0);
    assert_eq!(piped.out, once);
    fed(&["fmt", "-", "--check"], once.as_bytes()).ended(0);
    fed(&["fmt", "-", "--check"], b"policy x{when always block}").ended(1);
    fed(&["fmt", "-", &path], b"").ended(2);
}

#[test]
fn fmt_leaves_what_it_cannot_read() {
    let (_folder, path) = folder("policy x { when }");
    latch(&["fmt", &path]).ended(1).complains("left as it is");
    assert_eq!(fs::read_to_string(&path).expect("there"), "policy x { when }");
    assert_eq!(fed(&["fmt", "-"], b"policy x { when }").ended(1).out, "");
    let (_folder, path) = folder(utf16(GOOD));
    latch(&["fmt", "--check", &path]).ended(1);
    latch(&["fmt", &path]).ended(0);
    assert_eq!(fs::read(&path).expect("there"), GOOD.as_bytes());
}

#[test]
fn the_policies_to_take_are_formatted_and_pass_their_tests() {
    for folder in ["policies/baseline", "policies/starter"] {
        latch(&["fmt", "--check", folder]).ended(0);
        latch(&["check", folder]).ended(0);
        latch(&["test", folder]).ended(0).says("0 failed");
    }
    let copy = copied("policies/baseline");
    latch(&["fmt", &copy.path().display().to_string()]).ended(0).complains("0 of ");
}

/// The outcomes of decisions in JSON Lines, by id, with who decided.
fn outcomes(lines: &str) -> BTreeMap<String, (String, Vec<String>)> {
    let parsed = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let each = parsed.map(|it| {
        let by = it["by"].as_array().into_iter().flatten();
        let by = by.map(|it| it.as_str().expect("a name").to_owned()).collect();
        let text = |key: &str| it[key].as_str().expect("text").to_owned();
        (text("id"), (text("outcome"), by))
    });
    each.collect()
}

#[test]
fn the_baseline_decides_as_expected() {
    let arguments = ["decide", "-p", BASELINE, "--geo", GEO, SIGN_INS, "--format", "json"];
    let ran = latch(&arguments).ended(0);
    let decided = outcomes(&ran.out);
    let expected = outcomes(&read("policies/baseline/expected.jsonl"));
    assert_eq!(decided.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (id, (outcome, by)) in &expected {
        let (decided, decided_by) = &decided[id];
        assert_eq!(decided, outcome, "{id}");
        assert!(by.iter().all(|it| decided_by.contains(it)), "{id}: {by:?} in {decided_by:?}");
    }
    let text = latch(&arguments[..6]).ended(0);
    let lines = text.out.lines().take_while(|line| !line.is_empty()).count();
    assert_eq!(lines, expected.len());
    for word in ["  OPEN  ", "  STEP-UP  ", "  BLOCK  "] {
        assert!(text.out.contains(word), "{word}: {}", text.out);
    }
    text.says(&format!("{} sign-ins: ", expected.len()));
}

#[test]
fn a_bad_line_ends_the_run_unless_it_may_go_on() {
    let (_folder, path) = folder(GOOD);
    let input = b"{\"id\":\"a\"}\n\nnot json\n{\"id\":\"b\",\"colour\":1}\n{\"id\":\"c\"}\n";
    let ran = fed(&["decide", "-p", &path, "--format", "json"], input).ended(2);
    let ran = ran.complains("standard input: line 3: ");
    assert_eq!(ran.out.lines().count(), 2, "{ran:#?}");
    let arguments = ["decide", "-p", &path, "--format", "json", "--keep-going"];
    let ran = fed(&arguments, input).ended(2).complains("line 3: ").complains("line 4: colour");
    let lines: Vec<Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[1]["line"], 3);
    assert_eq!(lines[3]["id"], "c");
    fed(&arguments[..4], input).ended(2);
    fed(&["decide", "-p", &path, "--keep-going"], input).ended(2).says("2 sign-ins: ");
}

#[test]
fn faulty_policies_decide_nothing() {
    let (_folder, path) = folder(BAD);
    let ran = latch(&["decide", "-p", &path, SIGN_INS]).ended(2).complains("finanse");
    assert_eq!(ran.out, "");
    latch(&["test", &path]).ended(2).complains("finanse");
}

#[test]
fn a_stream_is_answered_as_it_comes() {
    let (_folder, path) = folder(GOOD);
    let mut command = command(&["decide", "-p", &path, "--format", "json"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the binary");
    let mut stdin = child.stdin.take().expect("piped");
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    for id in ["first", "second"] {
        writeln!(stdin, "{{\"id\":\"{id}\"}}").expect("it listens");
        let mut line = String::new();
        stdout.read_line(&mut line).expect("it answers before the next one comes");
        assert!(line.contains(id), "{line}");
    }
    drop(stdin);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let (_folder, path) = folder(GOOD);
    let mut command = command(&["decide", "-p", &path]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary");
    let mut stdin = child.stdin.take().expect("piped");
    drop(child.stdout.take());
    let writer =
        std::thread::spawn(move || while stdin.write_all(b"{\"id\":\"again\"}\n").is_ok() {});
    let mut stderr = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut stderr).expect("text");
    assert_eq!(child.wait().expect("it ends").code(), Some(0), "{stderr}");
    assert_eq!(stderr, "");
    writer.join().expect("it stopped");
}

#[test]
fn a_broken_database_is_an_error() {
    let (folder, _) = folder(GOOD);
    let whole = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(GEO)).expect("there");
    for (name, bytes) in [
        ("truncated.mmdb", &whole[..whole.len() / 2]),
        ("empty.mmdb", b"".as_slice()),
        ("text.mmdb", b"no database".as_slice()),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("written");
        let path = path.display().to_string();
        let ran = latch(&["decide", "-p", BASELINE, "--geo", &path, SIGN_INS]).ended(2);
        let ran = ran.complains(name);
        assert_eq!(ran.out, "");
    }
}

#[test]
fn explain_shows_every_policy_and_why() {
    let line = ["explain", "-p", BASELINE, "--geo", GEO, SIGN_INS, "--line", "2"];
    let ran = latch(&line).ended(0);
    for policy in ["everyone-needs-mfa", "block-legacy-clients", "only-where-we-work"] {
        assert!(ran.out.contains(policy), "{policy}: {}", ran.out);
    }
    assert!(ran.out.contains("user in anyone"), "{}", ran.out);
    let report = latch(&[&line[..], &["--format", "json"]].concat()).ended(0).json();
    assert_eq!(report["policies"].as_array().map(Vec::len), Some(34));
    assert_eq!(report["decision"]["id"], "eva-at-her-desk");
    latch(&["explain", "-p", BASELINE, SIGN_INS, "--line", "9999"]).ended(2).complains("9999");
    let one = "{\n  \"id\": \"x\",\n  \"user\": { \"id\": \"x\" }\n}\n";
    fed(&["explain", "-p", BASELINE, "-"], one.as_bytes()).ended(0).says("everyone-needs-mfa");
    fed(&["explain", "-p", BASELINE, "-"], b"{").ended(2);
}

#[test]
fn test_runs_what_stands_beside_the_policies() {
    let tests = "test \"a password is enough\" {\n  user.type member\n  assume rest absent\n  expect open\n}\ntest \"it is not\" {\n  user.type member\n  assume rest absent\n  expect step-up mfa by everyone\n}\n";
    let law = "assert nobody-is-blocked { when always expect not block }\n";
    let (_folder, path) = folder([GOOD, tests, law].concat());
    let ran = latch(&["test", &path]).ended(1).says("FAIL a password is enough");
    let ran = ran.says("2 tests: 1 passed, 1 failed").says("1 assert").says("not proved");
    assert!(ran.out.contains("user in anyone"), "the explanation: {ran:#?}");
    latch(&["test", &path, "--filter", "is not", "-v"]).ended(0).says("it is not");
    latch(&["test", &path, "--filter", "nothing like it"]).ended(2);
    let report = latch(&["test", &path, "--format", "json"]).ended(1).json();
    assert_eq!((&report["passed"], &report["failed"]), (&Value::from(1), &Value::from(1)));
    assert_eq!(report["tests"][0]["line"], 5);
    assert_eq!(report["notProved"][0], "nobody-is-blocked");
}

const EXPORT: &str = r#"{"value":[{"id":"4c096b25-2cbb-4a2a-a2e9-2cef12674adc","displayName":"MFA for all","state":"enabled","conditions":{"clientAppTypes":["all"],"applications":{"includeApplications":["All"]},"users":{"includeUsers":["All"]}},"grantControls":{"operator":"OR","builtInControls":["mfa"]}}]}"#;

#[test]
fn import_writes_policies_and_never_over_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("export.json"), EXPORT).expect("written");
    let arguments = ["import", "entra", &path("export.json"), "-o", &path("out")];
    latch(&arguments).ended(0).says("1 policy");
    latch(&["check", &path("out")]).ended(0).says("1 policy");
    latch(&["fmt", "--check", &path("out")]).ended(0);
    let before: Vec<PathBuf> = latch_files(&path("out"));
    latch(&arguments).ended(2).complains("--force");
    fs::write(&before[0], "changed").expect("written");
    latch(&[&arguments[..], &["--force"]].concat()).ended(0);
    assert_ne!(fs::read_to_string(&before[0]).expect("there"), "changed");
    let strange = EXPORT.replace("\"conditions\":{", "\"conditions\":{\"moonPhase\":\"full\",");
    fs::write(path("strange.json"), strange).expect("written");
    let arguments = ["import", "entra", &path("strange.json"), "-o", &path("none")];
    let ran = latch(&arguments);
    assert_ne!(ran.code, 0, "{ran:#?}");
    ran.complains("moonPhase");
}

#[test]
fn export_writes_what_import_reads_and_never_over_others() {
    let (_kept, policies) =
        folder("policy p \"Title\" { when user in anyone and app in any-app require mfa }");
    let out = tempfile::tempdir().expect("a folder");
    let path = |name: &str| out.path().join(name).display().to_string();
    let arguments = ["export", "entra", &policies, "-o", &path("tenant")];
    latch(&arguments).ended(0).says("p: v1.0").says("1 policy, 0 named locations");
    latch(&arguments).ended(2).complains("--force");
    latch(&[&arguments[..], &["--force", "--format", "json"]].concat()).ended(0).says("\"v1.0\"");
    latch(&["import", "entra", &path("tenant"), "-o", &path("back")]).ended(0).says("1 policy");
    let (_kept, odd) = folder(
        "policy p { when user in anyone and app in any-app require mfa }\n\
         policy q { when user in anyone and app in any-app and asn is 1 block }",
    );
    let arguments = ["export", "entra", &odd, "-o", &path("odd")];
    latch(&arguments).ended(1).complains("`asn`").complains("nothing was written");
    assert!(!Path::new(&path("odd")).exists());
    let told = latch(&[&arguments[..], &["--format", "json"]].concat()).ended(1).json();
    assert_eq!(told["written"].as_array().map(Vec::len), Some(0));
    assert_eq!(told["diagnostics"][0]["code"], "L0520");
    latch(&[&arguments[..], &["--partial"]].concat()).ended(1).says("1 policy,");
    assert!(Path::new(&path("odd")).exists());
    let (_kept, faulty) = folder("policy p { when user in nobody block }");
    latch(&["export", "entra", &faulty, "-o", &path("none")]).ended(2).complains("nobody");
    latch(&["export", "entra", &path("nowhere"), "-o", &path("none")]).ended(2);
    latch(&["export", "entra", &policies]).ended(2).complains("--output");
    fs::write(path("file"), "in the way").expect("written");
    latch(&["export", "entra", &policies, "-o", &path("file")]).ended(2).complains("file");
}

fn latch_files(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("there").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

#[test]
fn new_writes_a_set_that_works() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("policies").display().to_string();
    latch(&["new", &path]).ended(0).says("wrote");
    latch(&["check", &path]).ended(0);
    latch(&["test", &path]).ended(0);
    latch(&["new", &path]).ended(2).complains("is there already");
}

#[test]
fn schemas_are_those_that_are_published() {
    for name in ["request", "decision"] {
        let schema = latch(&["schema", name]).ended(0).json();
        assert!(schema["$schema"].is_string(), "{name}");
        let published = read(&format!("schema/{name}.schema.json"));
        let published: Value = serde_json::from_str(&published).expect("JSON");
        assert_eq!(schema, published, "{name}");
    }
    latch(&["schema", "policy"]).ended(2);
}

#[test]
fn completions_and_manual_know_every_subcommand() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        latch(&["completions", shell]).ended(0).says("keep-going");
    }
    latch(&["completions", "tcsh"]).ended(2);
    latch(&["man"]).ended(0).says(".TH latch 1").says("decide");
    latch(&["man", "decide"]).ended(0).says("keep\\-going");
    latch(&["man", "undecide"]).ended(2);
}

#[test]
fn prove_ends_with_what_it_found() {
    latch(&["prove", BASELINE]).ended(0).says("10 asserts: 10 proved, 0 refuted, 0 undecided");
    let undecided =
        latch(&["prove", BASELINE, "--nodes", "1000", "--format", "json"]).ended(3).json();
    assert_eq!(undecided["asserts"][0]["verdict"], "undecided");
    latch(&["prove", BASELINE, "--nodes", "1"]).ended(2);
}

#[test]
fn a_refuted_assert_is_shown_as_a_test_that_passes() {
    let folder = TempDir::new().expect("a folder");
    let policies = "policy people { when user in anyone require mfa }
assert one-factor { when always expect require mfa }
";
    let path = folder.path().join("p.latch");
    fs::write(&path, policies).expect("written");
    let path = path.display().to_string();
    let ran = latch(&["prove", &path]).ended(1).says("refuted").says("no policy applies");
    ran.says("1 assert: 0 proved, 1 refuted, 0 undecided");
    let report = latch(&["prove", &path, "--format", "json"]).ended(1).json();
    let test = report["asserts"][0]["test"].as_str().expect("a test");
    fs::write(&path, format!("{policies}{test}\n")).expect("written");
    latch(&["test", &path]).ended(0).says("1 test: 1 passed, 0 failed");
}
