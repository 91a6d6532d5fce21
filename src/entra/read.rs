//! Exports as bytes: files and folders, encodings, envelopes, and which object is of which kind.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::entra::codes;
use crate::entra::finding::Refusal;
use crate::entra::json::Json;
use crate::entra::known::Known;

/// The largest file, in bytes. A tenant's policies with all copies of their strengths need less than 4 MiB; big
/// exports that hold them beside other things stay below 64.
pub const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// The most files of one import: tools write a file an object, and large tenants have thousands of groups.
pub const MAX_FILES: usize = 50_000;

/// The most bytes of one import. What is read is held in memory until it is written.
pub const MAX_TOTAL_BYTES: u64 = 512 * 1024 * 1024;

/// The deepest nesting of folders, which also ends circles of links.
pub const MAX_FOLDER_DEPTH: usize = 32;

/// Endings of the files that are read from folders; a file that is named itself may have any.
const ENDINGS: [&str; 3] = ["json", "jsonl", "ndjson"];

/// An object of an export, with the file it stands in.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) file: String,
    pub(super) json: Json,
}

/// Everything that was found in some files, not yet understood.
#[derive(Debug, Clone, Default)]
pub struct Export {
    pub(super) policies: Vec<Found>,
    pub(super) plans: Vec<Found>,
    pub(super) networks: Vec<Found>,
    pub(super) strengths: Vec<Found>,
    pub(super) known: Known,
    pub(super) unreadable: Vec<Refusal>,
    /// Kinds of objects that are of no use here, with how many there were.
    pub(super) skipped: BTreeMap<String, usize>,
    files: usize,
    bytes: u64,
}

/// Why nothing could be read at all.
#[derive(Debug)]
pub enum ReadError {
    /// A path cannot be opened.
    Io(PathBuf, std::io::Error),
    /// There is more than a limit allows; the message names the limit.
    TooLarge(PathBuf, String),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Io(path, error) => write!(f, "{}: {error}", path.display()),
            ReadError::TooLarge(path, limit) => write!(f, "{}: {limit}", path.display()),
        }
    }
}

impl std::error::Error for ReadError {}

/// Reads files and folders, these with everything below them.
///
/// # Errors
/// When a path cannot be opened, or a limit is passed. A file that opens and is no JSON is refused by the import.
pub fn read(paths: &[PathBuf]) -> Result<Export, ReadError> {
    let mut export = Export::default();
    for path in paths {
        export.read_path(path, path, 0)?;
    }
    Ok(export)
}

/// Reads one export from memory. `name` is what findings call it.
pub fn from_bytes(name: &str, bytes: &[u8]) -> Export {
    let mut export = Export::default();
    export.add(name, bytes);
    export
}

impl Export {
    /// Adds one more file from memory. `name` is what findings call it.
    pub fn add(&mut self, name: &str, bytes: &[u8]) {
        self.files += 1;
        self.bytes += bytes.len() as u64;
        match decode(bytes).and_then(|text| values(&text)) {
            Ok(values) => values.into_iter().for_each(|value| self.sort_in(name, value)),
            Err(reason) => self.refuse_file(name, reason),
        }
    }

    /// How many policies were found.
    pub fn policies(&self) -> usize {
        self.policies.len()
    }

    /// How many files were read.
    pub fn files(&self) -> usize {
        self.files
    }

    fn refuse_file(&mut self, name: &str, reason: String) {
        self.unreadable.push(Refusal {
            code: codes::UNREADABLE,
            what: "file",
            name: name.to_owned(),
            file: name.to_owned(),
            path: String::new(),
            value: String::new(),
            reason,
            suggestion: None,
        });
    }

    fn skip(&mut self, kind: impl Into<String>, count: usize) {
        *self.skipped.entry(kind.into()).or_default() += count;
    }

    fn read_path(&mut self, root: &Path, path: &Path, depth: usize) -> Result<(), ReadError> {
        let failed = |error| ReadError::Io(path.to_owned(), error);
        let metadata = fs::metadata(path).map_err(failed)?;
        if !metadata.is_dir() {
            return self.read_file(root, path);
        }
        if depth == MAX_FOLDER_DEPTH {
            let limit = format!("folders nest deeper than {MAX_FOLDER_DEPTH}");
            return Err(ReadError::TooLarge(path.to_owned(), limit));
        }
        let entries = fs::read_dir(path).map_err(failed)?;
        let mut paths = entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(failed)?;
        paths.sort();
        for entry in paths {
            if entry.is_dir() || has_ending(&entry) {
                self.read_path(root, &entry, depth + 1)?;
            } else {
                self.skip(passed_over(&entry), 1);
            }
        }
        Ok(())
    }

    fn read_file(&mut self, root: &Path, path: &Path) -> Result<(), ReadError> {
        let failed = |error| ReadError::Io(path.to_owned(), error);
        let too_large = |limit: String| Err(ReadError::TooLarge(path.to_owned(), limit));
        let mut bytes = Vec::new();
        let file = fs::File::open(path).map_err(failed)?;
        file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return too_large(format!("a file may have {MAX_FILE_BYTES} bytes"));
        }
        if self.files == MAX_FILES {
            return too_large(format!("an import may have {MAX_FILES} files"));
        }
        if self.bytes + bytes.len() as u64 > MAX_TOTAL_BYTES {
            return too_large(format!("an import may have {MAX_TOTAL_BYTES} bytes"));
        }
        self.add(&name_of(root, path), &bytes);
        Ok(())
    }

    fn sort_in(&mut self, file: &str, value: Json) {
        if !self.visit(file, value) {
            self.skip("values without a known object", 1);
        }
    }

    /// Takes what is known out of a value, at any depth; tells whether there was anything.
    fn visit(&mut self, file: &str, value: Json) -> bool {
        if let Some(kind) = kind_of(&value) {
            let found = Found { file: file.to_owned(), json: value };
            match kind {
                Kind::Policy => self.policies.push(found),
                Kind::Plan => self.plans.push(found),
                Kind::Network => self.networks.push(found),
                Kind::Strength => self.strengths.push(found),
            }
            return true;
        }
        if self.known.learn(&value) {
            return true;
        }
        match value {
            Json::Object(entries) => self.visit_all(file, entries),
            Json::List(items) => {
                let unnamed = items.into_iter().map(|item| (String::new(), item));
                self.visit_all(file, unnamed.collect())
            }
            _ => false,
        }
    }

    fn visit_all(&mut self, file: &str, entries: Vec<(String, Json)>) -> bool {
        let mut any = false;
        let mut skipped = Vec::new();
        for (key, value) in entries {
            let label = label(&key, &value);
            let found = self.visit(file, value);
            any |= found;
            skipped.extend(label.filter(|_| !found));
        }
        // An envelope is named by what it holds: what stands beside a known object is listed, and what is in
        // an unknown one is a part of it.
        if any {
            skipped.into_iter().for_each(|(label, count)| self.skip(label, count));
        }
        any
    }
}

/// What an unknown value is called when it is listed as skipped: its type, or the key it stands under.
fn label(key: &str, value: &Json) -> Option<(String, usize)> {
    match value {
        Json::Object(_) => {
            let kind = value.get("@odata.type").and_then(Json::as_text);
            let kind = kind.map(|kind| kind.trim_start_matches("#microsoft.graph.").to_owned());
            Some((kind.unwrap_or_else(|| named(key)), 1))
        }
        Json::List(items) if items.iter().any(|item| matches!(item, Json::Object(_))) => {
            Some((named(key), items.len()))
        }
        _ => None,
    }
}

fn named(key: &str) -> String {
    if key.is_empty() { "objects".to_owned() } else { key.to_owned() }
}

enum Kind {
    Policy,
    Plan,
    Network,
    Strength,
}

/// The kind of an object, by its type where it says one, else by its shape.
fn kind_of(json: &Json) -> Option<Kind> {
    let Json::Object(_) = json else { return None };
    let kind = json.get("@odata.type").and_then(Json::as_text).unwrap_or_default();
    let kind = kind.rsplit('.').next().unwrap_or_default();
    let has = |key: &str| json.get(key).is_some();
    let has_any = |keys: &[&str]| keys.iter().any(|key| has(key));
    if kind == "conditionalAccessPolicyPlan" || has("sharedConditions") {
        return Some(Kind::Plan);
    }
    let parts = ["conditions", "grantControls", "sessionControls"];
    let whole = matches!(json.get("conditions"), Some(Json::Object(_)));
    let shaped = has_any(&parts) && has_any(&["displayName", "id"])
        || whole && has_any(&["state", "grantControls"]);
    if kind == "conditionalAccessPolicy" || shaped {
        return Some(Kind::Policy);
    }
    let location = [
        "ipRanges",
        "countriesAndRegions",
        "compliantNetworkType",
        "privateLinkResourcePolicyIds",
        "serviceTags",
    ];
    if kind.ends_with("NamedLocation") || has("displayName") && has_any(&location) {
        return Some(Kind::Network);
    }
    if kind == "authenticationStrengthPolicy" || has("allowedCombinations") {
        return Some(Kind::Strength);
    }
    None
}

fn ending(path: &Path) -> String {
    path.extension().map(|it| it.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

fn passed_over(path: &Path) -> String {
    match ending(path).as_str() {
        "" => "files without an ending".to_owned(),
        ending => format!("files *.{ending}"),
    }
}

fn has_ending(path: &Path) -> bool {
    ENDINGS.contains(&ending(path).as_str())
}

/// A file below the path that was given, called by the way from there.
fn name_of(root: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(root).ok().filter(|inside| !inside.as_os_str().is_empty());
    let shown =
        inside.map_or_else(|| path.file_name().map(PathBuf::from), |it| Some(it.to_owned()));
    shown.unwrap_or_else(|| path.to_owned()).display().to_string().replace('\\', "/")
}

/// Text from UTF-8 or UTF-16, with or without a byte order mark.
fn decode(bytes: &[u8]) -> Result<String, String> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        // JSON begins with ASCII, so that a zero byte tells which half of a unit comes first.
        [_, 0, ..] => utf16(bytes, u16::from_le_bytes),
        [0, _, ..] => utf16(bytes, u16::from_be_bytes),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, String> {
    std::str::from_utf8(bytes)
        .map(str::to_owned)
        .map_err(|error| format!("it is neither UTF-8 nor UTF-16: byte {}", error.valid_up_to()))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    match text {
        Ok(text) if rest.is_empty() => Ok(text),
        Ok(_) => Err("it is UTF-16 with half a character at its end".into()),
        Err(error) => Err(format!("it is broken UTF-16: {error}")),
    }
}

/// The JSON values of a text: one, or several after each other, as JSON Lines has them.
fn values(text: &str) -> Result<Vec<Json>, String> {
    let stream = serde_json::Deserializer::from_str(text).into_iter::<Json>();
    let values: Result<Vec<Json>, _> = stream.collect();
    match values {
        Ok(values) if values.is_empty() => Err("it is empty".into()),
        Ok(values) => Ok(values),
        Err(error) => Err(format!("it is no JSON: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str =
        r#"{"displayName":"Ünder","state":"enabled","conditions":{},"grantControls":null}"#;

    fn encoded(text: &str, mark: &[u8], unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let mut bytes = mark.to_vec();
        bytes.extend(text.encode_utf16().flat_map(unit));
        bytes
    }

    fn first(bytes: &[u8]) -> String {
        let export = from_bytes("x.json", bytes);
        let policy = export.policies.first().expect("a policy was found");
        policy.json.get("displayName").and_then(Json::as_text).expect("a name").to_owned()
    }

    #[test]
    fn every_encoding_reads_the_same() {
        let crlf = POLICY.replace(',', ",\r\n");
        for text in [POLICY, &crlf] {
            assert_eq!(first(text.as_bytes()), "Ünder");
            assert_eq!(first(&[b"\xef\xbb\xbf", text.as_bytes()].concat()), "Ünder");
            assert_eq!(first(&encoded(text, b"\xff\xfe", u16::to_le_bytes)), "Ünder");
            assert_eq!(first(&encoded(text, b"\xfe\xff", u16::to_be_bytes)), "Ünder");
            assert_eq!(first(&encoded(text, b"", u16::to_le_bytes)), "Ünder");
            assert_eq!(first(&encoded(text, b"", u16::to_be_bytes)), "Ünder");
        }
    }

    #[test]
    fn every_envelope_is_opened() {
        for text in [
            POLICY.to_owned(),
            format!("[{POLICY}]"),
            format!("{{\"@odata.context\":\"x\",\"value\":[{POLICY}]}}"),
            format!("[{{\"value\":[{{\"value\":[{POLICY}]}}]}}]"),
            format!("{{\"tenant\":{{\"a\":1}},\"conditional_access_policies\":{POLICY}}}"),
            format!("{{\"n\":1,\"policy\":{POLICY}}}"),
        ] {
            assert_eq!(from_bytes("x", text.as_bytes()).policies.len(), 1, "{text}");
        }
        let lines = format!("{POLICY}\n{{\"n\":1,\"policy\":{POLICY}}}\r\n{POLICY}\n");
        assert_eq!(from_bytes("x", lines.as_bytes()).policies.len(), 3);
    }

    #[test]
    fn what_is_beside_is_listed() {
        let text = format!(
            "{{\"conditional_access_policies\":[{POLICY}],\"licences\":[{{\"a\":{{\"b\":1}}}},{{}}],\"plan\":{{\"@odata.type\":\"#microsoft.graph.thing\"}},\"n\":1}}"
        );
        let export = from_bytes("x", text.as_bytes());
        let skipped: Vec<_> = export.skipped.iter().map(|(kind, n)| (kind.as_str(), *n)).collect();
        assert_eq!(skipped, [("licences", 2), ("thing", 1)]);
    }

    #[test]
    fn broken_files_are_refused_with_a_reason() {
        for (bytes, words) in [
            (&b"{\"a\": "[..], "no JSON"),
            (b"", "empty"),
            (b"\x7b\xff\xfe", "neither UTF-8"),
            (b"\xff\xfe\x7b\x00\x7d", "half a character"),
            (b"\xff\xfe\x00\xd8", "broken UTF-16"),
        ] {
            let export = from_bytes("x.json", bytes);
            let refusal = export.unreadable.first().expect("refused");
            assert!(refusal.reason.contains(words), "{refusal}");
        }
        let deep = "[".repeat(100_000);
        let export = from_bytes("deep.json", deep.as_bytes());
        assert!(export.unreadable[0].reason.contains("recursion"), "{}", export.unreadable[0]);
    }
}
