//! The README keeps its word: its commands run, its policies compile, its sample is what is printed.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use latch::engine::Engine;

fn project(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The texts of the fences of that kind, in order.
fn fences(page: &str, kind: &str) -> Vec<String> {
    let mut parts = page.split("\n```");
    let mut found = Vec::new();
    parts.next();
    while let (Some(open), Some(_)) = (parts.next(), parts.next()) {
        if let Some(text) = open.strip_prefix(kind).and_then(|it| it.strip_prefix('\n')) {
            found.push(text.to_owned());
        }
    }
    found
}

/// The commands of a fence, without comments.
fn commands(fence: &str) -> impl Iterator<Item = &str> {
    let lines = fence.lines().map(|line| line.split(" #").next().unwrap_or_default());
    lines.flat_map(|line| line.split(" && ")).map(str::trim).filter(|it| !it.is_empty())
}

fn run(arguments: &str, folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_latch"));
    command.args(arguments.split_whitespace()).current_dir(folder);
    command.output().expect("the binary was built")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_quick_start_is_two_commands() {
    let readme = project("README.md");
    let section = readme.split("\n## Quick start\n").nth(1).expect("there is a quick start");
    assert!(section.trim_start().starts_with("```sh\n"), "it opens with a block of commands");
    let block = &fences(section, "sh")[0];
    let commands: Vec<&str> = block.lines().collect();
    let [first, second] = commands[..] else { panic!("two commands: {commands:?}") };
    let ci = project(".ci/run").replace(" \\\n ", "");
    let ci_calls = |command: &str| ci.lines().any(|line| line.ends_with(&format!("\" {command}")));
    assert!(ci_calls(second), "what CI calls last: {second}");
    assert!(ci_calls(first), "CI runs it too: {first}");
    let arguments = first.strip_prefix("cargo run --release --quiet -- ").expect("latch runs");
    let output = run(arguments, Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(output.status.success(), "{}", text(&output.stderr));
    let printed = text(&output.stdout);
    let mut rest = printed.lines();
    for line in fences(section, "text")[0].lines().filter(|line| *line != "…") {
        assert!(rest.any(|it| it == line), "the README says: {line}\nprinted was:\n{printed}");
    }
}

const EXPORT: &str = r#"{"value":[{"id":"4c096b25-2cbb-4a2a-a2e9-2cef12674adc","displayName":"MFA for all","state":"enabled","conditions":{"clientAppTypes":["all"],"applications":{"includeApplications":["All"]},"users":{"includeUsers":["All"]}},"grantControls":{"operator":"OR","builtInControls":["mfa"]}}]}"#;

#[test]
fn its_commands_run() {
    let readme = project("README.md");
    let mut ran = 0;
    let mut folder = tempfile::tempdir().expect("a folder");
    for fence in fences(&readme, "sh") {
        // The tenant of its reader is a small one, here, in a folder without policies.
        if fence.contains("latch import") {
            folder = tempfile::tempdir().expect("a folder");
            fs::create_dir(folder.path().join("export")).expect("a folder");
            fs::write(folder.path().join("export/policies.json"), EXPORT).expect("written");
        }
        let sign_ins = project("policies/baseline/sign-ins.jsonl");
        fs::write(folder.path().join("sign-ins.jsonl"), sign_ins).expect("written");
        // Whoever reads on has changed a policy, for the stricter.
        fs::create_dir_all(folder.path().join("changed")).expect("a folder");
        let stricter = "policy nobody { when always block }";
        fs::write(folder.path().join("changed/a.latch"), stricter).expect("written");
        for command in commands(&fence) {
            let Some(arguments) = command.strip_prefix("latch ") else { continue };
            let output = run(arguments, folder.path());
            assert!(output.status.success(), "{command}: {}", text(&output.stderr));
            ran += 1;
        }
    }
    assert!(ran >= 9, "only {ran} commands were found");
}

#[test]
fn its_policies_compile() {
    let readme = project("README.md");
    let policies = fences(&readme, "latch");
    assert!(!policies.is_empty());
    for policy in policies {
        let names = "group break-glass emergency = \"0c5e9b0e-5d0c-4c8b-9a43-1c6f0b0d6d11\"\n";
        let texts = [("README.md", policy.as_str()), ("names.latch", names)];
        Engine::from_text(texts).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn what_it_points_at_is_there() {
    let readme = project("README.md");
    let links: Vec<&str> = readme
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|link| !link.contains("://"))
        .collect();
    assert!(links.len() >= 6, "{links:?}");
    for link in links {
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(link).exists(), "{link}");
    }
}
