//! JSON as it was exported, read field by field: every key is kept, with the path to its value, and what nobody
//! asked for is found at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::entra::finding::{Fault, Findings};
use crate::entra::tables::{Spelling, spelled};
use crate::entra::{codes, tables};

/// A JSON value. Unlike a map, an object keeps its keys in order, repeated ones included: a key that comes twice is
/// a fault, not a choice.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        // Beyond i64 no field of an export has a meaning; the value is only shown.
        #[allow(clippy::cast_precision_loss)]
        Ok(i64::try_from(value).map_or(Json::Number(value as f64), Json::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut object = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            object.push(entry);
        }
        Ok(Json::Object(object))
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

/// How many characters of a value are shown in a finding: a line of a terminal.
const SHOWN: usize = 100;

impl Json {
    /// Whether it says nothing: null, an empty string, an empty list, an object of such.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Json::Null => true,
            Json::Bool(_) | Json::Integer(_) | Json::Number(_) => false,
            Json::Text(text) => text.trim().is_empty(),
            Json::List(items) => items.iter().all(Json::is_empty),
            Json::Object(entries) => {
                entries.iter().all(|(key, value)| is_remark(key) || value.is_empty())
            }
        }
    }

    /// About how many bytes it has, without its keys.
    pub(super) fn size(&self) -> usize {
        match self {
            Json::Null | Json::Bool(_) | Json::Integer(_) | Json::Number(_) => 8,
            Json::Text(text) => text.len() + 8,
            Json::List(items) => items.iter().map(Json::size).sum::<usize>() + 8,
            Json::Object(entries) => {
                entries.iter().map(|(_, value)| value.size()).sum::<usize>() + 8
            }
        }
    }

    /// The value under a key, whatever the case of its first letter; the first one, where there are several.
    pub(super) fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Object(entries) => {
                entries.iter().find(|(name, _)| is_key(name, key)).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// A text that is the same for all objects that say the same: keys in order, as Graph spells them, without
    /// annotations and without what is empty.
    pub(super) fn canonical(&self) -> String {
        match self {
            Json::Object(entries) => {
                let said =
                    entries.iter().filter(|(key, value)| !is_remark(key) && !value.is_empty());
                let mut said: Vec<String> = said
                    .map(|(key, value)| {
                        format!("{}:{}", quoted(&normal_key(key)), value.canonical())
                    })
                    .collect();
                said.sort();
                format!("{{{}}}", said.join(","))
            }
            Json::List(items) => {
                let items: Vec<String> = items.iter().map(Json::canonical).collect();
                format!("[{}]", items.join(","))
            }
            other => other.to_string(),
        }
    }

    /// The string it is.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Its text on one line, shortened.
    pub(super) fn shown(&self) -> String {
        let text = self.to_string();
        match text.char_indices().nth(SHOWN) {
            Some((at, _)) => format!("{}…", &text[..at]),
            None => text,
        }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(value) => write!(f, "{value}"),
            Json::Integer(value) => write!(f, "{value}"),
            Json::Number(value) => write!(f, "{value}"),
            Json::Text(text) => f.write_str(&quoted(text)),
            Json::List(items) => write_list(f, items),
            Json::Object(entries) => write_object(f, entries),
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

fn write_list(f: &mut fmt::Formatter<'_>, items: &[Json]) -> fmt::Result {
    f.write_str("[")?;
    for (at, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if at == 0 { "" } else { ", " })?;
    }
    f.write_str("]")
}

fn write_object(f: &mut fmt::Formatter<'_>, entries: &[(String, Json)]) -> fmt::Result {
    f.write_str("{")?;
    for (at, (key, value)) in entries.iter().enumerate() {
        write!(f, "{}{}: {value}", if at == 0 { "" } else { ", " }, quoted(key))?;
    }
    f.write_str("}")
}

/// Keys that annotate other keys or offer actions: `@odata.type`, `state@odata.type`, `#microsoft.graph.restore`.
pub(super) fn is_remark(key: &str) -> bool {
    key.contains("@odata.") || key.starts_with('#')
}

/// Whether a key is this one, whatever the case of its first letter.
fn is_key(name: &str, key: &str) -> bool {
    match (name.as_bytes(), key.as_bytes()) {
        ([a, name @ ..], [b, key @ ..]) => a.eq_ignore_ascii_case(b) && name == key,
        (name, key) => name == key,
    }
}

/// A key as Graph spells it: PowerShell exports begin with a capital.
pub(super) fn normal_key(key: &str) -> String {
    let mut letters = key.chars();
    match letters.next() {
        Some(first) => first.to_ascii_lowercase().to_string() + letters.as_str(),
        None => String::new(),
    }
}

/// A value and the way to it from its policy: `conditions.users.includeUsers[3]`.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    pub(super) path: String,
    pub(super) json: &'a Json,
}

const MISSING: &Json = &Json::Null;

impl<'a> Node<'a> {
    pub(super) fn root(json: &'a Json) -> Node<'a> {
        Node { path: String::new(), json }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.json.is_empty()
    }

    pub(super) fn fault(&self, code: crate::diagnostic::Code, reason: impl Into<String>) -> Fault {
        Fault {
            code,
            path: self.path.clone(),
            value: self.json.shown(),
            reason: reason.into(),
            suggestion: None,
        }
    }

    /// Refuses a value of another shape.
    fn misshapen<T>(&self, findings: &mut Findings, wanted: &str) -> Option<T> {
        findings.refuse(self.fault(codes::WRONG_SHAPE, format!("{wanted} is expected here")));
        None
    }

    fn child(&self, at: usize, json: &'a Json) -> Node<'a> {
        Node { path: format!("{}[{at}]", self.path), json }
    }

    /// An object's fields; nothing has none, and a list of one object is that object.
    pub(super) fn fields(&self, findings: &mut Findings) -> Fields<'a> {
        match self.json {
            Json::Object(entries) => Fields::new(&self.path, entries, findings),
            Json::List(items) if items.len() == 1 => self.child(0, &items[0]).fields(findings),
            _ if self.is_empty() => Fields { path: self.path.clone(), entries: Vec::new() },
            _ => {
                self.misshapen::<()>(findings, "an object");
                Fields { path: self.path.clone(), entries: Vec::new() }
            }
        }
    }

    /// The members of a list. PowerShell writes a list of one as that one, and an empty one as null or `{}`.
    pub(super) fn items(&self) -> Vec<Node<'a>> {
        match self.json {
            Json::List(items) => {
                let nodes = items.iter().enumerate().map(|(at, item)| self.child(at, item));
                nodes.filter(|node| !node.is_empty()).collect()
            }
            _ if self.is_empty() => Vec::new(),
            _ => vec![self.clone()],
        }
    }

    /// A string; nothing, where it is empty.
    pub(super) fn text(&self, findings: &mut Findings) -> Option<String> {
        match self.json {
            _ if self.is_empty() => None,
            Json::Text(text) => Some(text.trim().to_owned()),
            _ => self.misshapen(findings, "a string"),
        }
    }

    /// A list of strings, each once.
    pub(super) fn texts(&self, findings: &mut Findings) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let items = self.items();
        let texts = items.iter().filter_map(|item| item.text(findings));
        texts.filter(|text| seen.insert(text.clone())).collect()
    }

    /// True or false, also as a string.
    pub(super) fn boolean(&self, findings: &mut Findings) -> Option<bool> {
        match self.json {
            Json::Bool(value) => Some(*value),
            Json::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Json::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ if self.is_empty() => None,
            _ => self.misshapen(findings, "true or false"),
        }
    }

    /// A whole number, also as a string.
    pub(super) fn integer(&self, findings: &mut Findings) -> Option<i64> {
        match self.json {
            Json::Integer(value) => Some(*value),
            _ if self.is_empty() => None,
            Json::Text(text) if text.trim().parse::<i64>().is_ok() => text.trim().parse().ok(),
            _ => self.misshapen(findings, "a whole number"),
        }
    }

    /// A moment in ISO form; `/Date(milliseconds)/` is written so too.
    pub(super) fn moment(&self, findings: &mut Findings) -> Option<String> {
        let text = self.text(findings)?;
        let moment = tables::moment(&text);
        if moment.is_none() {
            let text = "no moment such as 2026-11-23T08:00:00Z: left out";
            findings.note(&self.path, text);
        }
        moment
    }

    /// Words of an enumeration: a list, one string, or several joined by commas, in any case; each once, in the
    /// order of the table.
    pub(super) fn words(
        &self,
        table: &'static [Spelling],
        findings: &mut Findings,
    ) -> Vec<&'static Spelling> {
        let mut found: Vec<&'static Spelling> = Vec::new();
        for item in self.items() {
            let Some(text) = item.text(findings) else { continue };
            for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
                found.extend(item.spelled(word, table, findings));
            }
        }
        table.iter().filter(|row| found.iter().any(|word| word.graph == row.graph)).collect()
    }

    /// One word of an enumeration.
    pub(super) fn word(
        &self,
        table: &'static [Spelling],
        findings: &mut Findings,
    ) -> Option<&'static Spelling> {
        let text = self.text(findings)?;
        self.spelled(&text, table, findings)
    }

    fn spelled(
        &self,
        word: &str,
        table: &'static [Spelling],
        findings: &mut Findings,
    ) -> Option<&'static Spelling> {
        let Some(row) = spelled(table, word) else {
            let known: Vec<_> = table.iter().map(|row| row.graph).collect();
            let nearest = nearest(word, &known).map(|it| format!("`{it}` is the nearest that is"));
            findings.refuse(Fault {
                suggestion: nearest.or_else(|| Some(format!("known are: {}", known.join(", ")))),
                ..self.fault(codes::UNKNOWN_VALUE, format!("`{word}` is not known here"))
            });
            return None;
        };
        if let Some(remark) = row.remark {
            findings.note(&self.path, format!("`{}`: {remark}", row.graph));
        }
        match row.refused {
            Some(reason) => {
                findings.refuse(self.fault(codes::NOT_EXPRESSIBLE, reason));
                None
            }
            None => Some(row),
        }
    }
}

/// The word of a table that is most like another, if any is much like it.
fn nearest<'t>(word: &str, known: &[&'t str]) -> Option<&'t str> {
    // The distance at which "did you mean" still helps: 0.8 of Jaro-Winkler, as clap uses for its flags.
    const ALIKE: f64 = 0.8;
    let likeness = |it: &str| strsim::jaro_winkler(&word.to_lowercase(), &it.to_lowercase());
    known
        .iter()
        .map(|it| (likeness(it), *it))
        .filter(|(likeness, _)| *likeness > ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, it)| it)
}

/// The fields of an object, taken one by one. What is left at the end and is not empty was not understood.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    path: String,
    entries: Vec<(String, &'a Json)>,
}

impl<'a> Fields<'a> {
    fn new(path: &str, entries: &'a [(String, Json)], findings: &mut Findings) -> Fields<'a> {
        let mut fields = Fields { path: path.to_owned(), entries: Vec::new() };
        let mut places = BTreeMap::new();
        for (key, json) in entries.iter().filter(|(key, _)| !is_remark(key)) {
            let key = normal_key(key);
            match places.get(&key).copied() {
                None => {
                    places.insert(key.clone(), fields.entries.len());
                    fields.entries.push((key, json));
                }
                Some(at) if fields.entries[at].1 == json || json.is_empty() => {}
                Some(at) if fields.entries[at].1.is_empty() => fields.entries[at].1 = json,
                Some(_) => findings.refuse(
                    fields.node(&key, json).fault(codes::CONTRADICTION, "this key comes twice"),
                ),
            }
        }
        fields
    }

    fn node(&self, key: &str, json: &'a Json) -> Node<'a> {
        let dot = if self.path.is_empty() { "" } else { "." };
        Node { path: format!("{}{dot}{key}", self.path), json }
    }

    /// The value under a key; null, where there is none.
    pub(super) fn take(&mut self, key: &str) -> Node<'a> {
        let at = self.entries.iter().position(|(name, _)| name == key);
        let json = at.map_or(MISSING, |at| self.entries.remove(at).1);
        self.node(key, json)
    }

    /// Leaves keys aside that carry no meaning for a policy.
    pub(super) fn skip(&mut self, keys: &[&str]) {
        self.entries.retain(|(name, _)| !keys.contains(&name.as_str()));
    }

    /// Refuses every field that is left and says something.
    pub(super) fn finish(self, findings: &mut Findings) {
        for (key, json) in self.entries.iter().filter(|(_, json)| !json.is_empty()) {
            findings.refuse(Fault {
                suggestion: Some(
                    "remove it from the export if it means nothing to you, or write this policy by hand".into(),
                ),
                ..self.node(key, json).fault(
                    codes::UNKNOWN_FIELD,
                    "this field is not known; what it restricts cannot be kept",
                )
            });
        }
    }
}
