//! An editor without a window: it speaks the protocol with a server in the same process.

use std::collections::BTreeMap;
use std::thread::JoinHandle;
use std::time::Duration;

use lsp_server::{Connection, Message, Notification, Request, RequestId, ResponseError};
use serde_json::{Value, json};

/// How long an answer may take before the test gives up. Far more than any takes.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Editor {
    connection: Connection,
    server: Option<JoinHandle<()>>,
    asked: i32,
    versions: BTreeMap<String, i32>,
    /// The last findings of each address.
    pub(super) findings: BTreeMap<String, Vec<Value>>,
    /// What the server said to whoever sits there.
    pub(super) said: Vec<String>,
}

impl Editor {
    pub(super) fn new() -> Editor {
        Editor::at(&Value::Null)
    }

    /// One that has a folder open.
    pub(super) fn at(root: &Value) -> Editor {
        let (server, connection) = Connection::memory();
        let thread = std::thread::spawn(move || {
            latch::lsp::serve(&server, || None).expect("the conversation ends in order");
        });
        let mut editor = Editor {
            connection,
            server: Some(thread),
            asked: 0,
            versions: BTreeMap::new(),
            findings: BTreeMap::new(),
            said: Vec::new(),
        };
        editor.ask("initialize", json!({ "capabilities": {}, "rootUri": root }));
        editor.tell("initialized", json!({}));
        editor
    }

    pub(super) fn tell(&self, method: &str, params: Value) {
        let note = Notification { method: method.to_owned(), params };
        self.connection.sender.send(note.into()).expect("the server listens");
    }

    /// Asks, and waits for the answer. Findings that come in between are kept.
    pub(super) fn ask(&mut self, method: &str, params: Value) -> Value {
        self.answer(method, params).unwrap_or_else(|error| panic!("{method}: {error:?}"))
    }

    /// Asks, and waits for the answer or the refusal.
    pub(super) fn answer(&mut self, method: &str, params: Value) -> Result<Value, ResponseError> {
        self.asked += 1;
        let id = RequestId::from(self.asked);
        let request = Request { id: id.clone(), method: method.to_owned(), params };
        self.connection.sender.send(request.into()).expect("the server listens");
        loop {
            match self.connection.receiver.recv_timeout(PATIENCE).expect("an answer") {
                Message::Response(response) if response.id == id => {
                    return response.response_result;
                }
                Message::Notification(note) => self.note(note),
                other => panic!("nobody asked for {other:?}"),
            }
        }
    }

    fn note(&mut self, note: Notification) {
        if note.method == "window/showMessage" {
            return self.said.extend(note.params["message"].as_str().map(str::to_owned));
        }
        assert_eq!(note.method, "textDocument/publishDiagnostics");
        let uri = note.params["uri"].as_str().expect("an address").to_owned();
        let found = note.params["diagnostics"].as_array().expect("a list").clone();
        self.findings.insert(uri, found);
    }

    /// Waits until the findings of an address are told.
    pub(super) fn found(&mut self, uri: &str) -> Vec<Value> {
        self.findings.remove(uri);
        self.wait(uri)
    }

    fn wait(&mut self, uri: &str) -> Vec<Value> {
        while !self.findings.contains_key(uri) {
            match self.connection.receiver.recv_timeout(PATIENCE).expect("findings") {
                Message::Notification(note) => self.note(note),
                other => panic!("nobody asked for {other:?}"),
            }
        }
        self.findings[uri].clone()
    }

    /// Waits until the findings of an address have a code, or have it no more.
    pub(super) fn until(&mut self, uri: &str, code: &str, there: bool) -> Vec<Value> {
        loop {
            let found = self.found(uri);
            if found.iter().any(|it| it["code"] == code) == there {
                return found;
            }
        }
    }

    /// Waits until the server says something to whoever sits there.
    pub(super) fn word(&mut self) -> String {
        while self.said.is_empty() {
            match self.connection.receiver.recv_timeout(PATIENCE).expect("a word") {
                Message::Notification(note) => self.note(note),
                other => panic!("nobody asked for {other:?}"),
            }
        }
        self.said.remove(0)
    }

    pub(super) fn open(&mut self, uri: &str, text: &str) -> Vec<Value> {
        self.versions.insert(uri.to_owned(), 1);
        let document = json!({ "uri": uri, "languageId": "latch", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
        self.found(uri)
    }

    /// Edits without waiting.
    pub(super) fn edit(&mut self, uri: &str, changes: Value) {
        let version = self.versions.entry(uri.to_owned()).or_default();
        *version += 1;
        let document = json!({ "uri": uri, "version": *version });
        let params = json!({ "textDocument": document, "contentChanges": changes });
        self.tell("textDocument/didChange", params);
    }

    /// Replaces the whole text.
    pub(super) fn write(&mut self, uri: &str, text: &str) -> Vec<Value> {
        self.edit(uri, json!([{ "text": text }]));
        self.found(uri)
    }

    pub(super) fn close(&mut self, uri: &str) {
        self.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        let server = self.server.take().expect("it was started");
        server.join().expect("the server ends in order");
    }
}

/// Where a text stands in another, as the protocol says it.
pub(super) fn position(text: &str, of: &str) -> Value {
    let at = text.find(of).unwrap_or_else(|| panic!("`{of}` is not in the text"));
    let before = &text[..at];
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().encode_utf16().count();
    json!({ "line": line, "character": column })
}
