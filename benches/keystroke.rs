//! From a keystroke to what the editor shows: mistakes at once, exact findings a moment later.
//!
//! `cargo bench --bench keystroke` edits a workspace of 240 policies in twelve files through the language server, one
//! keystroke after another, each when the one before was answered. It tells how long an answer takes, and how long it takes
//! until a finding is there that holds for all sign-ins.

mod workload;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use latch::source::Sources;
use latch::syntax::ast::ItemKind;
use latch::syntax::parse;
use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value, json};
use workload::{SEED, Workload};

/// As many as a large tenant has.
const POLICIES: usize = 240;
const FILES: usize = 12;
/// Enough for the hundredth to be more than one of them.
const KEYSTROKES: usize = 1_000;
const EXACT: usize = 20;

/// The marks of the editor: nobody feels an answer within one of a screen's frames, nobody waits for the other.
const MARK_P99: Duration = Duration::from_millis(20);
const MARK_EXACT: Duration = Duration::from_millis(500);

fn main() {
    // Without the word this is a test, once, of whatever build.
    let measured = std::env::args().any(|it| it == "--bench");
    let folder = tempfile::tempdir().expect("a folder");
    let text = write(folder.path());
    let mut editor = Editor::open(folder.path(), &text);
    let (strokes, rounds) = if measured { (KEYSTROKES, EXACT) } else { (12, 1) };
    let mut taken: Vec<Duration> = (0..strokes).map(|at| editor.keystroke(at)).collect();
    taken.sort_unstable();
    let part = |of: usize| taken[(taken.len() * of / 1_000).min(taken.len() - 1)];
    println!("{POLICIES} policies in {FILES} files, {} keystrokes to mistakes:", taken.len());
    println!(
        "  p50 {:?}  p90 {:?}  p99 {:?}  most {:?}",
        part(500),
        part(900),
        part(990),
        part(999)
    );
    let mut exact: Vec<Duration> = (0..rounds).map(|_| editor.contradict()).collect();
    exact.sort_unstable();
    let (half, most) = (exact[exact.len() / 2], exact[exact.len() - 1]);
    println!("{rounds} times to an exact finding:\n  p50 {half:?}  most {most:?}");
    if measured {
        let fast = part(990) <= MARK_P99 && most <= MARK_EXACT;
        println!("{}", if fast { "within the marks" } else { "NOT within the marks" });
    }
}

/// Writes the workload into files; answers the text of the first, which has policies.
fn write(folder: &Path) -> String {
    let text = Workload::new(POLICIES, SEED).text;
    let mut sources = Sources::new();
    sources.add("prelude.latch", "");
    let source = sources.add("workload.latch", text.as_str());
    let tree = parse(source, &text, &mut Vec::new());
    let mut files = vec![String::new(); FILES];
    let (mut names, mut policies) = (String::new(), 0);
    for item in &tree.items {
        let into = match &item.kind {
            ItemKind::Policy(_) => {
                policies += 1;
                &mut files[policies * FILES / (POLICIES + 1)]
            }
            _ => &mut names,
        };
        into.push_str(sources.text(item.span));
        into.push_str("\n\n");
    }
    for (at, file) in files.iter().enumerate() {
        fs::write(folder.join(format!("policies-{at:02}.latch")), file).expect("written");
    }
    fs::write(folder.join("names.latch"), names).expect("written");
    files.swap_remove(0)
}

struct Editor {
    connection: Connection,
    uri: String,
    version: i32,
    /// Where a line of its own stands, which is typed in.
    line: usize,
}

impl Editor {
    fn open(folder: &Path, text: &str) -> Editor {
        let (server, connection) = Connection::memory();
        std::thread::spawn(move || latch::lsp::serve(&server, || None));
        let uri = format!("file://{}/policies-00.latch", folder.display());
        let line = text.lines().count();
        let mut editor = Editor { connection, uri, version: 1, line };
        let request = Request {
            id: RequestId::from(1),
            method: "initialize".to_owned(),
            params: json!({ "capabilities": {} }),
        };
        editor.connection.sender.send(request.into()).expect("it listens");
        let _ = editor.connection.receiver.recv().expect("an answer");
        editor.tell("initialized", json!({}));
        // What is typed is a comment, an own name, a clause: words that are wrong at first, as words are.
        let text =
            format!("{text}policy typed {{\n  when user in anyone and client is \n  block\n}}\n");
        let document =
            json!({ "uri": editor.uri, "languageId": "latch", "version": 1, "text": text });
        editor.tell("textDocument/didOpen", json!({ "textDocument": document }));
        editor.line += 1;
        editor.told(|_| true);
        editor
    }

    fn tell(&self, method: &str, params: Value) {
        let note = Notification { method: method.to_owned(), params };
        self.connection.sender.send(note.into()).expect("it listens");
    }

    /// Waits for findings of the file as it is now.
    fn told(&mut self, enough: impl Fn(&Value) -> bool) {
        loop {
            let Message::Notification(note) = self.connection.receiver.recv().expect("findings")
            else {
                continue;
            };
            let current = note.params["uri"] == self.uri && note.params["version"] == self.version;
            if current && enough(&note.params["diagnostics"]) {
                return;
            }
        }
    }

    /// Replaces what stands from a column to another on the line.
    fn edit(&mut self, from: usize, to: usize, text: &str) {
        self.version += 1;
        let place = |column: usize| json!({ "line": self.line, "character": column });
        let change = json!({ "range": { "start": place(from), "end": place(to) }, "text": text });
        let document = json!({ "uri": self.uri, "version": self.version });
        let params = json!({ "textDocument": document, "contentChanges": [change] });
        self.tell("textDocument/didChange", params);
    }

    /// Types the next letter of a value, or takes the whole of it away.
    fn keystroke(&mut self, at: usize) -> Duration {
        const VALUE: &str = "browser";
        const COLUMN: usize = "  when user in anyone and client is ".len();
        let typed = at % (VALUE.len() + 1);
        let start = Instant::now();
        match VALUE.get(typed..=typed) {
            Some(letter) => self.edit(COLUMN + typed, COLUMN + typed, letter),
            None => self.edit(COLUMN, COLUMN + VALUE.len(), ""),
        }
        self.told(|_| true);
        start.elapsed()
    }

    /// Makes the policy contradict itself, until that is told; mends it again.
    fn contradict(&mut self) -> Duration {
        let contradicting = "  when client is browser and client is other";
        self.edit(0, 10_000, contradicting);
        let start = Instant::now();
        self.told(|found| {
            let found = found.as_array().into_iter().flatten();
            found.into_iter().any(|it| it["code"] == "L1001")
        });
        let taken = start.elapsed();
        self.edit(0, 10_000, "  when client is browser");
        self.told(|_| true);
        taken
    }
}
