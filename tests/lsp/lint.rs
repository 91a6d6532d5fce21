//! Lint findings and proofs in the editor: they come a moment later, and with the same fixes.

use serde_json::{Value, json};

use super::editor::{Editor, position};

const URI: &str = "untitled:policies";

const GROUP: &str = "group glass emergency = \"5b0f2c1e-0000-4000-8000-000000000001\"\n";

fn range(text: &str) -> Value {
    let end = json!({ "line": text.lines().count(), "character": 0 });
    json!({ "start": { "line": 0, "character": 0 }, "end": end })
}

#[test]
fn exact_findings_follow_and_leave_with_their_cause() {
    let mut editor = Editor::new();
    let text = "policy a {\n  when client is browser and client is other\n  block\n}\n";
    editor.open(URI, text);
    let found = editor.until(URI, "L1001", true);
    let finding = found.iter().find(|it| it["code"] == "L1001").expect("it is there");
    assert_eq!(finding["range"]["start"], position(text, "client is browser"), "{finding:#}");
    editor.write(URI, &text.replace("and client", "or client"));
    editor.until(URI, "L1001", false);
}

#[test]
fn fixes_of_rules_are_offered() {
    let mut editor = Editor::new();
    let text = "policy a {\n  when user in anyone and risk.user in [low, high]\n  block\n}\n";
    editor.open(URI, text);
    editor.until(URI, "L1006", true);
    let context = json!({ "diagnostics": [] });
    let params =
        json!({ "textDocument": { "uri": URI }, "range": range(text), "context": context });
    let actions = editor.ask("textDocument/codeAction", params);
    let title = "write `risk.user in [low, medium, high]` for `risk.user in [low, high]`";
    assert_eq!(actions[0]["title"], format!("{title} (changes decisions)"), "{actions:#}");
    let edit = &actions[0]["edit"]["changes"][URI][0];
    editor.edit(URI, json!([{ "range": edit["range"], "text": edit["newText"] }]));
    editor.until(URI, "L1006", false);
}

#[test]
fn asserts_are_proved_in_passing_and_on_demand() {
    let mut editor = Editor::new();
    let assert = "assert in {\n  when user in glass\n  expect not block\n}\n"
        .replace("assert in", "assert gets-in");
    let text = format!("{GROUP}policy p {{\n  when client is other\n  block\n}}\n{assert}");
    editor.open(URI, &text);
    let prove = |editor: &mut Editor, name: &str| {
        let arguments = json!([URI, name]);
        editor.answer(
            "workspace/executeCommand",
            json!({ "command": "latch.prove", "arguments": arguments }),
        )
    };
    prove(&mut editor, "gets-in").expect("it is begun");
    let said = editor.word();
    assert!(said.starts_with("gets-in: ✗ blocked: user in glass"), "{said}");
    let lenses = |editor: &mut Editor| {
        let found = editor.ask("textDocument/codeLens", json!({ "textDocument": { "uri": URI } }));
        found[0]["command"]["title"].as_str().unwrap_or_default().to_owned()
    };
    assert!(lenses(&mut editor).starts_with("✗ blocked: user in glass"));
    let sound = text.replace("client is other", "client is other and user not in glass");
    editor.write(URI, &sound);
    prove(&mut editor, "gets-in").expect("it is begun");
    assert_eq!(editor.word(), "gets-in: ✓ proved");
    assert_eq!(lenses(&mut editor), "✓ proved");
    assert!(prove(&mut editor, "gets-out").is_err(), "there is no such assert");
    let other = json!({ "command": "rm", "arguments": [] });
    assert!(editor.answer("workspace/executeCommand", other).is_err());
}

#[test]
fn what_unless_leaves_out_stands_beside_it() {
    let mut editor = Editor::new();
    let policy = "policy p {\n  when user in anyone\n  unless user in [glass, guests, global-administrator] or app in office-365\n  require mfa\n}\n";
    let text = format!("{GROUP}{policy}");
    editor.open(URI, &text);
    let params = json!({ "textDocument": { "uri": URI }, "range": range(&text) });
    let found = editor.ask("textDocument/inlayHint", params);
    let label = found[0]["label"].as_str().unwrap_or_default();
    assert!(
        label.starts_with("leaves out 1 group, 1 role, ") && label.ends_with(" apps"),
        "{label}"
    );
}

/// Edits of every kind with all rules at work: the server answers all the time, and its findings in the end are those of a
/// server that saw only the end.
#[test]
fn rules_hold_out_whatever_is_typed() {
    let seed = std::env::var("LATCH_SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(12);
    let mut rng = fastrand::Rng::with_seed(seed);
    let whole = format!(
        "{GROUP}policy a {{\n  when client is browser and client is other\n  unless user in glass\n  require mfa\n}}\n\
         // latch: allow(never-applies) for a while\npolicy b {{\n  when risk.user in [low, high]\n  block\n}}\n\
         assert c {{\n  when user in glass\n  expect not block\n}}\n"
    );
    let mut editor = Editor::new();
    editor.open(URI, &whole);
    let pieces = [
        "{",
        "}",
        "\"",
        "policy ",
        "🔒",
        "\n",
        "// latch: allow(",
        "not ",
        "",
        "and ",
        "[",
        "never",
    ];
    for _ in 0..150 {
        let (line, column) = (rng.u32(..20), rng.u32(..50));
        let place = |column: u32| json!({ "line": line, "character": column });
        let (start, end) = (place(column), place(column + rng.u32(..3)));
        let text = pieces[rng.usize(..pieces.len())];
        editor.edit(URI, json!([{ "range": { "start": start, "end": end }, "text": text }]));
        // Now and then time enough for the rules to begin, or to end.
        if rng.u8(..20) == 0 {
            editor.edit(URI, json!([{ "text": whole }]));
            std::thread::sleep(std::time::Duration::from_millis(rng.u64(..150)));
        }
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
        let document = json!({ "uri": URI });
        let params =
            json!({ "textDocument": document, "range": range, "context": { "diagnostics": [] } });
        let answer = editor.answer("textDocument/codeAction", params);
        assert!(answer.is_ok(), "LATCH_SEED={seed}: {answer:?}");
    }
    editor.edit(URI, json!([{ "text": whole }]));
    let mut fresh = Editor::new();
    fresh.open(URI, &whole);
    // The last to come of what is asked about all sign-ins.
    let (worn, new) = (editor.until(URI, "L1001", true), fresh.until(URI, "L1001", true));
    assert_eq!(worn, new, "LATCH_SEED={seed}");
}
