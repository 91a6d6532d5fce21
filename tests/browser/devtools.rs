//! Chromium through its DevTools protocol, over a pipe: messages are JSON with a zero byte after each.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long the browser may take for one answer: a hundred times what a page takes here.
const PATIENCE: Duration = Duration::from_secs(120);

/// A screen to look at pages on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Screen {
    pub(super) name: &'static str,
    pub(super) width: u32,
    pub(super) dark: bool,
}

/// What was seen of a page.
pub(super) struct Seen {
    pub(super) picture: Vec<u8>,
    /// What the page says about itself, as `look.js` answers.
    found: Vec<String>,
    is_dark: bool,
    /// What the browser complained about.
    logged: Vec<String>,
    /// What was asked for besides the page.
    requests: Vec<String>,
}

impl Seen {
    /// Everything that is wrong with the page.
    pub(super) fn complaints(&self, screen: Screen) -> Vec<String> {
        let mut all = self.found.clone();
        all.extend(self.logged.iter().map(|it| format!("the browser says: {it}")));
        all.extend(self.requests.iter().map(|it| format!("it asks for {it}")));
        if self.is_dark != screen.dark {
            all.push("it ignores whether the reader prefers dark".to_owned());
        }
        all
    }
}

/// A running browser.
pub(super) struct Browser {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    events: Vec<Value>,
    last: u64,
    folder: TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.call("Browser.close", json!({}), None);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Chromium by any of its names.
fn program() -> Option<String> {
    let named = std::env::var("LATCH_CHROMIUM").ok();
    let usual = ["chromium", "chromium-browser", "google-chrome"].map(str::to_owned);
    named.into_iter().chain(usual).find(|name| {
        let asked = Command::new(name).arg("--version").output();
        asked.is_ok_and(|it| it.status.success())
    })
}

impl Browser {
    /// Nothing where there is no Chromium.
    pub(super) fn start() -> Option<Browser> {
        let program = program()?;
        let folder = tempfile::tempdir().expect("a folder");
        // Chromium reads commands from the descriptor 3 and answers to 4.
        let line = "exec \"$0\" --headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run \
                    --disable-dev-shm-usage --remote-debugging-pipe --user-data-dir=\"$1\" 3<&0 4>&1 0</dev/null 1>/dev/null 2>/dev/null";
        let mut child = Command::new("sh")
            .args(["-c", line, &program])
            .arg(folder.path().join("profile"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let input = child.stdin.take().expect("piped");
        let mut output = BufReader::new(child.stdout.take().expect("piped"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut message = Vec::new();
            while output.read_until(0, &mut message).is_ok_and(|read| read > 0) {
                message.pop();
                let Ok(value) = serde_json::from_slice(&message) else { break };
                if sender.send(value).is_err() {
                    break;
                }
                message.clear();
            }
        });
        Some(Browser { child, input, messages, events: Vec::new(), last: 0, folder })
    }

    fn call(
        &mut self,
        method: &str,
        params: Value,
        session: Option<&str>,
    ) -> Result<Value, String> {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.input.write_all(&bytes).map_err(|error| format!("{method}: {error}"))?;
        loop {
            let answer = self.next(method)?;
            if answer["id"] == self.last {
                let failed = answer.get("error").map(|error| format!("{method}: {error}"));
                return failed.map_or_else(|| Ok(answer["result"].clone()), Err);
            }
            self.events.push(answer);
        }
    }

    fn next(&mut self, waiting_for: &str) -> Result<Value, String> {
        self.messages.recv_timeout(PATIENCE).map_err(|error| format!("{waiting_for}: {error}"))
    }

    fn ask(&mut self, method: &str, params: Value, session: &str) -> Value {
        self.call(method, params, Some(session)).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Opens the page on that screen, in a tab of its own, and looks.
    pub(super) fn look(&mut self, page: &str, screen: Screen) -> Seen {
        let path = self.folder.path().join("page.html");
        fs::write(&path, page).expect("written");
        let url = format!("file://{}", path.display());
        self.events.clear();
        let opened = self.call("Target.createTarget", json!({ "url": "about:blank" }), None);
        let target = opened.expect("a tab")["targetId"].clone();
        let attach = json!({ "targetId": target, "flatten": true });
        let attached = self.call("Target.attachToTarget", attach, None).expect("attached");
        let session = attached["sessionId"].as_str().expect("a session").to_owned();
        self.open(&url, screen, &session);
        let seen = self.seen(&url, screen, &session);
        self.call("Target.closeTarget", json!({ "targetId": target }), None).expect("closed");
        seen
    }

    fn open(&mut self, url: &str, screen: Screen, session: &str) {
        for domain in ["Page", "Network", "Log", "Runtime"] {
            self.ask(&format!("{domain}.enable"), json!({}), session);
        }
        let metrics = json!({
            "width": screen.width, "height": 900, "deviceScaleFactor": 1, "mobile": screen.width < 600,
        });
        self.ask("Emulation.setDeviceMetricsOverride", metrics, session);
        let scheme = if screen.dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.ask("Emulation.setEmulatedMedia", media, session);
        self.ask("Page.navigate", json!({ "url": url }), session);
        while !self.events.iter().any(|it| it["method"] == "Page.loadEventFired") {
            let event = self.next("loading").unwrap_or_else(|error| panic!("{error}"));
            self.events.push(event);
        }
    }

    fn seen(&mut self, url: &str, screen: Screen, session: &str) -> Seen {
        let script = json!({ "expression": include_str!("look.js"), "returnByValue": true });
        let answer = self.ask("Runtime.evaluate", script, session);
        let value = &answer["result"]["value"];
        let texts = |list: &Value| -> Vec<String> {
            let list = list.as_array().unwrap_or_else(|| panic!("the script failed: {answer:#}"));
            list.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect()
        };
        let (found, is_dark) = (texts(&value["found"]), value["dark"] == true);
        let height = value["height"].as_u64().unwrap_or(900).min(6_000);
        let clip = json!({ "x": 0, "y": 0, "width": screen.width, "height": height, "scale": 1 });
        let shot = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let shot = self.ask("Page.captureScreenshot", shot, session);
        let picture = decode(shot["data"].as_str().expect("a picture"));
        let events = &self.events;
        let of = |method: &'static str| events.iter().filter(move |it| it["method"] == method);
        let log = of("Log.entryAdded").map(|it| it["params"]["entry"]["text"].to_string());
        let thrown = of("Runtime.exceptionThrown").map(|it| it["params"].to_string());
        let said = of("Runtime.consoleAPICalled").map(|it| it["params"]["args"].to_string());
        let asked = of("Network.requestWillBeSent").map(|it| &it["params"]["request"]["url"]);
        let requests = asked.filter(|it| *it != url).map(ToString::to_string).collect();
        let logged = log.chain(thrown).chain(said).collect();
        Seen { picture, found, is_dark, logged, requests }
    }
}

/// Base64, as the protocol sends pictures.
fn decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut have) = (0u32, 0);
    for letter in text.bytes().filter(|it| *it != b'=') {
        let digit = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        bits = bits << 6 | u32::from(digit);
        have += 6;
        if have >= 8 {
            have -= 8;
            bytes.push((bits >> have & 0xff) as u8);
        }
    }
    bytes
}
