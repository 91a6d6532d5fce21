//! The language server, asked what an editor asks.

mod editor;
mod lint;
mod neovim;

use std::fs;

use serde_json::{Value, json};

use editor::{Editor, position};

const NAMES: &str = "\
/// Everyone in finance.
group finance = \"5b0f2c1e-0000-4000-8000-000000000001\"
network office trusted {
  192.0.2.0/24
}
";

const POLICIES: &str = "\
policy keys-for-finance
  \"A key for finance\"
{
  when   user in finance and app in any-app
  unless location in office
  require strength phishing-resistant
}

test \"finance needs a key\" {
  user in finance
  app exchange-online
  proof password now
  assume rest absent
  expect step-up strength phishing-resistant by keys-for-finance
}
";

/// Settings under which no rule is on: what these tests are about is told at once.
const NO_LINT: &str = "\
[lint.rules]
correctness = \"off\"
lockout = \"off\"
coverage = \"off\"
hygiene = \"off\"
portability = \"off\"
style = \"off\"
";

/// Two files in a folder of their own, both open.
struct Scene {
    editor: Editor,
    names: String,
    policies: String,
    _folder: tempfile::TempDir,
}

fn scene() -> Scene {
    let folder = tempfile::tempdir().expect("a folder");
    let address = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("a file");
        format!("file://{}", path.display())
    };
    let (names, policies) = (address("names.latch", NAMES), address("policies.latch", POLICIES));
    address("latch.toml", NO_LINT);
    let mut editor = Editor::new();
    assert_eq!(editor.open(&policies, POLICIES), [] as [Value; 0]);
    Scene { editor, names, policies, _folder: folder }
}

fn at(uri: &str, text: &str, of: &str) -> Value {
    json!({ "textDocument": { "uri": uri }, "position": position(text, of) })
}

fn codes(found: &[Value]) -> Vec<&str> {
    found.iter().map(|it| it["code"].as_str().expect("a code")).collect()
}

#[test]
fn findings_follow_every_edit() {
    let Scene { mut editor, policies, _folder, .. } = scene();
    let broken = POLICIES.replace("in finance and", "in finanse and");
    let found = editor.write(&policies, &broken);
    assert_eq!(codes(&found), ["L0203"], "{found:#?}");
    assert_eq!(found[0]["range"]["start"], position(&broken, "finanse"));
    assert!(found[0]["message"].as_str().expect("words").contains("finance"), "{found:#?}");
    // The editor knows more than the disk: a name that is only in a buffer counts.
    assert_eq!(editor.write(&policies, POLICIES), [] as [Value; 0]);
}

#[test]
fn a_buffer_counts_more_than_its_file_and_less_once_it_is_closed() {
    let Scene { mut editor, names, policies, _folder } = scene();
    editor.open(&names, &NAMES.replace("group finance", "group money"));
    assert_eq!(codes(&editor.found(&policies)), ["L0203", "L0203"]);
    editor.close(&names);
    assert_eq!(editor.found(&policies), [] as [Value; 0]);
}

#[test]
fn a_set_ends_with_the_folder_that_is_open_or_where_it_is_said_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("all/some");
    fs::create_dir_all(&inner).expect("a folder");
    fs::write(folder.path().join("all/names.latch"), NAMES).expect("a file");
    fs::write(folder.path().join("stray.latch"), NAMES).expect("a file");
    let policies = format!("file://{}/policies.latch", inner.display());
    // Without a folder: nothing above. With one: up to it, and what is above it is another's.
    let unknown = |found: &[Value]| codes(found).contains(&"L0203");
    assert!(unknown(&Editor::new().open(&policies, POLICIES)));
    let root = json!(format!("file://{}/all", folder.path().display()));
    assert!(!unknown(&Editor::at(&root).open(&policies, POLICIES)));
    fs::write(inner.join("latch.toml"), NO_LINT).expect("a file");
    assert!(unknown(&Editor::at(&root).open(&policies, POLICIES)));
}

#[test]
fn a_fix_mends_what_was_found() {
    let Scene { mut editor, policies, _folder, .. } = scene();
    let broken = POLICIES.replace("in finance and", "in finanse and");
    let found = editor.write(&policies, &broken);
    let range = &found[0]["range"];
    let context = json!({ "diagnostics": [] });
    let params = json!({ "textDocument": { "uri": policies }, "range": range, "context": context });
    let actions = editor.ask("textDocument/codeAction", params);
    assert_eq!(actions[0]["title"], "write `finance` for `finanse`", "{actions:#}");
    let edits = actions[0]["edit"]["changes"][&policies].clone();
    let change = json!([{ "range": edits[0]["range"], "text": edits[0]["newText"] }]);
    editor.edit(&policies, change);
    assert_eq!(editor.found(&policies), [] as [Value; 0]);
}

#[test]
fn a_name_is_changed_in_all_files() {
    let Scene { mut editor, names, policies, _folder } = scene();
    let mut params = at(&policies, POLICIES, "finance and");
    params["newName"] = json!("money");
    let edit = editor.ask("textDocument/rename", params.clone());
    let changes = edit["changes"].as_object().expect("edits");
    assert_eq!(changes[&names].as_array().expect("edits").len(), 1, "{edit:#}");
    assert_eq!(changes[&policies].as_array().expect("edits").len(), 2, "{edit:#}");
    for (name, why) in [
        ("office", "declared already"),
        ("browser", "a value of"),
        ("Not A Name", "no name"),
        ("when", "keyword"),
    ] {
        params["newName"] = json!(name);
        let refused = editor.answer("textDocument/rename", params.clone());
        let message = refused.expect_err("a refusal").message;
        assert!(message.contains(why), "{name}: {message}");
    }
    // A name of the prelude is nobody's to change.
    let mut params = at(&policies, POLICIES, "exchange-online");
    params["newName"] = json!("mail");
    let refused = editor.answer("textDocument/rename", params);
    assert!(refused.expect_err("a refusal").message.contains("Latch itself"));
}

#[test]
fn names_lead_to_their_places() {
    let Scene { mut editor, names, policies, _folder } = scene();
    let found = editor.ask("textDocument/definition", at(&policies, POLICIES, "finance and"));
    assert_eq!(found["uri"], names);
    assert_eq!(found["range"]["start"], position(NAMES, "finance ="));
    let mut params = at(&policies, POLICIES, "finance and");
    params["context"] = json!({ "includeDeclaration": true });
    let found = editor.ask("textDocument/references", params);
    assert_eq!(found.as_array().expect("places").len(), 3, "{found:#}");
    let symbols =
        editor.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": policies } }));
    let called: Vec<_> = symbols.as_array().expect("a list").iter().map(|it| &it["name"]).collect();
    assert_eq!(called, ["keys-for-finance", "finance needs a key"]);
    let found = editor.ask("workspace/symbol", json!({ "query": "kff" }));
    assert_eq!(found[0]["name"], "keys-for-finance", "{found:#}");
}

#[test]
fn words_are_explained_and_offered() {
    let Scene { mut editor, policies, _folder, .. } = scene();
    let mut hover = |of: &str| {
        let found = editor.ask("textDocument/hover", at(&policies, POLICIES, of));
        found["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    assert!(hover("finance and").contains("Everyone in finance."));
    assert!(hover("location in").contains("**location**"));
    assert!(hover("strength phishing").contains("a grant"));
    assert!(hover("phishing-resistant\n}").contains("strength phishing-resistant"));
    assert!(hover("password now").contains("a first factor"));
    assert_eq!(hover("\"A key"), "");
    let mut offered = |text: &str, of: &str| {
        editor.write(&policies, text);
        let found = editor.ask("textDocument/completion", at(&policies, text, of));
        let items = found.as_array().expect("a list");
        items.iter().map(|it| it["label"].as_str().expect("a label").to_owned()).collect::<Vec<_>>()
    };
    let of_client = offered("policy a {\n  when client is \n}\n", "\n}");
    assert!(of_client.contains(&"browser".to_owned()), "{of_client:?}");
    assert!(!of_client.contains(&"finance".to_owned()), "{of_client:?}");
    let of_user = offered("policy a {\n  when user in \n}\n", "\n}");
    for word in ["finance", "anyone", "guests", "global-administrator"] {
        assert!(of_user.contains(&word.to_owned()), "{word}: {of_user:?}");
    }
    let clauses = offered("policy a {\n  \n}\n", "\n}");
    assert!(clauses.contains(&"sign-in frequency".to_owned()), "{clauses:?}");
}

#[test]
fn a_file_is_laid_out() {
    let Scene { mut editor, policies, _folder, .. } = scene();
    let params = json!({
        "textDocument": { "uri": policies },
        "options": { "tabSize": 8, "insertSpaces": false },
    });
    assert_eq!(editor.ask("textDocument/formatting", params.clone()), json!([]));
    editor.write(&policies, &POLICIES.replace("  when   user", "when user"));
    let edits = editor.ask("textDocument/formatting", params.clone());
    assert_eq!(edits.as_array().expect("edits").len(), 1, "{edits:#}");
    assert_eq!(edits[0]["newText"], "  when   user in finance and app in any-app\n");
    // What cannot be read is not laid out.
    editor.write(&policies, "policy {");
    assert_eq!(editor.ask("textDocument/formatting", params), Value::Null);
}

#[test]
fn words_have_colours() {
    let Scene { mut editor, policies, _folder, .. } = scene();
    let params = json!({ "textDocument": { "uri": policies } });
    let found = editor.ask("textDocument/semanticTokens/full", params);
    let data = found["data"].as_array().expect("numbers");
    assert_eq!(data.len() % 5, 0);
    // The first is the policy's name: line 0, column 7, sixteen long, a function.
    assert_eq!(data[..5], [json!(0), json!(7), json!(16), json!(0), json!(0)]);
}

#[test]
fn ids_have_names_and_tests_their_verdicts_beside_them() {
    let Scene { mut editor, policies, _folder, .. } = scene();
    let mut lens = |text: &str| {
        editor.write(&policies, text);
        let params = json!({ "textDocument": { "uri": policies } });
        let found = editor.ask("textDocument/codeLens", params);
        found[0]["command"]["title"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(lens(POLICIES), "✓ passes");
    assert_eq!(
        lens(&POLICIES.replace("step-up strength phishing-resistant by", "open by")),
        "✗ another outcome: step-up"
    );
    assert_eq!(lens("policy {"), "");
    let id = "\"5B0F2C1E-0000-4000-8000-000000000001\"";
    let text = format!("policy a {{\n  when user in {id}\n  block\n}}\n");
    editor.write(&policies, &text);
    let end = json!({ "line": 9, "character": 0 });
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": end });
    let params = json!({ "textDocument": { "uri": policies }, "range": range });
    let found = editor.ask("textDocument/inlayHint", params);
    assert_eq!(found[0]["label"], "finance", "{found:#}");
}

#[test]
fn questions_that_make_no_sense_are_refused_one_by_one() {
    let Scene { mut editor, policies, _folder, .. } = scene();
    let refused = |editor: &mut Editor, method: &str, params: Value| {
        editor.answer(method, params).expect_err("a refusal").code
    };
    assert_eq!(refused(&mut editor, "textDocument/unheardOf", json!({})), -32601);
    assert_eq!(refused(&mut editor, "textDocument/hover", json!({ "a": 1 })), -32602);
    editor.tell("textDocument/didChange", json!({ "nonsense": true }));
    editor.tell("$/cancelRequest", json!({ "id": 77 }));
    let far = json!({ "line": 4_000_000_000_u32, "character": 4_000_000_000_u32 });
    let params = json!({ "textDocument": { "uri": policies }, "position": far });
    assert_eq!(editor.ask("textDocument/hover", params), Value::Null);
    let nowhere = at("file:///nowhere.latch", "a", "a");
    assert_eq!(editor.ask("textDocument/definition", nowhere), Value::Null);
    // A buffer that was never saved is a set of its own.
    let found = editor.open("untitled:Untitled-1", "policy a { when alway block }");
    assert_eq!(codes(&found), ["L0203"]);
}

/// Whatever is typed, the server answers, and knows in the end what it would know had it seen only the end.
#[test]
fn any_edits_at_all_leave_it_well() {
    let seed = std::env::var("LATCH_SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(11);
    let mut rng = fastrand::Rng::with_seed(seed);
    let Scene { mut editor, policies, _folder, .. } = scene();
    let pieces =
        ["{", "}", "\"", "[", "in ", "policy ", "🔒", "\r", "\n", "///", "not ", "", "é", "and "];
    let methods = ["hover", "completion", "definition", "formatting", "documentSymbol"];
    for step in 0..400 {
        let place = |rng: &mut fastrand::Rng| {
            // Now and then a place that is not there, or in the middle of a character.
            json!({ "line": rng.u32(..25), "character": rng.u32(..60) })
        };
        let (start, end) = (place(&mut rng), place(&mut rng));
        let near = if rng.u8(..10) == 0 { end } else { start.clone() };
        let text = pieces[rng.usize(..pieces.len())];
        editor.edit(&policies, json!([{ "range": { "start": start, "end": near }, "text": text }]));
        if step % 7 == 0 {
            let method = format!("textDocument/{}", methods[rng.usize(..methods.len())]);
            let options = json!({ "tabSize": 2, "insertSpaces": true });
            let document = json!({ "uri": policies });
            let params = json!({ "textDocument": document, "position": start, "options": options });
            let answer = editor.answer(&method, params);
            let internal = answer.is_err_and(|error| error.code == -32603);
            assert!(!internal, "{method} after step {step}, LATCH_SEED={seed}");
        }
    }
    // All is forgotten in one stroke, and all is well.
    assert_eq!(editor.write(&policies, POLICIES), [] as [Value; 0], "LATCH_SEED={seed}");
}
