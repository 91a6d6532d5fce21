//! Every text of Latch in the project: policy files, fences of pages, strings of tests, and all of that garbled.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use fastrand::Rng;

use crate::project;

/// A text, and where it is from.
pub(crate) struct Text {
    pub(crate) from: String,
    pub(crate) text: String,
}

/// All texts that are written somewhere; none twice.
pub(crate) fn written() -> Vec<Text> {
    let mut texts = Vec::new();
    for path in files(&project()) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let from = path.strip_prefix(project()).expect("within the project").display().to_string();
        match path.extension().and_then(|it| it.to_str()) {
            Some("latch") => texts.push(Text { from, text }),
            Some("md") => texts.extend(fences(&from, &text)),
            Some("rs") if is_test(&path) => texts.extend(literals(&from, &text)),
            Some("txt") if from.contains("corpus") => texts.extend(sections(&from, &text)),
            _ => {}
        }
    }
    let mut seen = BTreeSet::new();
    texts.retain(|it| seen.insert(it.text.clone()));
    texts
}

/// Files in the order of their paths, without what is built or fetched.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|it| it.expect("an entry").path()).collect();
    entries.sort();
    let mut found = Vec::new();
    for path in entries {
        let name = path.file_name().and_then(|it| it.to_str()).unwrap_or_default().to_owned();
        if path.is_dir() {
            if !name.starts_with('.') && name != "target" && name != "node_modules" {
                found.extend(files(&path));
            }
        } else {
            found.push(path);
        }
    }
    found
}

/// Whether the strings of a file of Rust are tests' inputs.
fn is_test(path: &Path) -> bool {
    let path = path.to_string_lossy();
    path.contains("/tests/") || path.ends_with("tests.rs")
}

/// What stands in the fences of a page that hold Latch.
fn fences(from: &str, page: &str) -> Vec<Text> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (at, line) in page.lines().enumerate() {
        match &mut open {
            None if ["```latch", "```cases", "```diagnostics"]
                .iter()
                .any(|it| line.starts_with(it)) =>
            {
                open = Some((at + 1, String::new()));
            }
            None => {}
            Some((start, text)) if line == "```" => {
                found.push(Text { from: format!("{from}:{start}"), text: std::mem::take(text) });
                open = None;
            }
            Some((_, text)) => *text += &format!("{line}\n"),
        }
    }
    found
}

/// The texts of a corpus file of this grammar.
fn sections(from: &str, page: &str) -> Vec<Text> {
    crate::corpus::cases(page)
        .into_iter()
        .map(|case| Text { from: format!("{from}: {}", case.name), text: case.text })
        .collect()
}

/// The strings in a file of Rust.
fn literals(from: &str, code: &str) -> Vec<Text> {
    let bytes = code.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &code[at..];
        at += if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\") {
            3
        } else if rest.starts_with("r\"") || rest.starts_with("r#") {
            let (text, length) = raw(rest);
            found.extend(text);
            length
        } else if rest.starts_with('"') {
            let (text, length) = cooked(rest);
            found.push(text);
            length
        } else {
            rest.chars().next().map_or(1, char::len_utf8)
        };
    }
    let text = |text| Text { from: from.to_owned(), text };
    found.into_iter().map(text).collect()
}

/// A raw string at the start of `rest`, and how many bytes to go on.
fn raw(rest: &str) -> (Option<String>, usize) {
    let hashes = rest[1..].bytes().take_while(|byte| *byte == b'#').count();
    let start = hashes + 2;
    if rest.as_bytes().get(start - 1) != Some(&b'"') {
        return (None, 1);
    }
    let end = format!("\"{}", "#".repeat(hashes));
    match rest[start..].find(&end) {
        Some(length) => (Some(rest[start..start + length].to_owned()), start + length + end.len()),
        None => (None, 1),
    }
}

/// An ordinary string at the start of `rest`, and how many bytes it takes.
fn cooked(rest: &str) -> (String, usize) {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (text, at + 1),
            '\\' => match characters.next().map(|(_, escaped)| escaped) {
                Some('n') => text.push('\n'),
                Some('r') => text.push('\r'),
                Some('t') => text.push('\t'),
                Some('0') => text.push('\0'),
                Some('u') => text.push(code_point(&mut characters)),
                Some('\n') => while_blank(&mut characters),
                Some(other) => text.push(other),
                None => {}
            },
            _ => text.push(character),
        }
    }
    (text, rest.len())
}

fn code_point(characters: &mut impl Iterator<Item = (usize, char)>) -> char {
    let digits: String = characters
        .map(|(_, character)| character)
        .take_while(|character| *character != '}')
        .filter(char::is_ascii_hexdigit)
        .collect();
    u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).unwrap_or('?')
}

/// A line's end after a backslash takes the blanks of the next line with it.
fn while_blank(characters: &mut (impl Iterator<Item = (usize, char)> + Clone)) {
    while characters.clone().next().is_some_and(|(_, character)| character.is_whitespace()) {
        characters.next();
    }
}

/// `count` texts made of those of `written` that can be read, by removing, doubling and replacing words.
pub(crate) fn garbled(written: &[Text], count: usize, seed: u64) -> Vec<Text> {
    let mut parser = crate::parser();
    let mut readable = |text: &str| {
        let tree = parser.parse(text, None).expect("a tree");
        !tree.root_node().has_error() && tree.root_node().named_child_count() > 0
    };
    let mut pieces: Vec<String> = written.iter().flat_map(|it| excerpts(&it.text)).collect();
    pieces.retain(|piece| readable(piece));
    let words: Vec<&str> = pieces.iter().flat_map(|piece| split(piece)).collect();
    let garble = |seed: u64| {
        let mut rng = Rng::with_seed(seed);
        let piece = &pieces[rng.usize(..pieces.len())];
        let mut parts: Vec<&str> = split(piece);
        for _ in 0..rng.usize(1..4) {
            change(&mut parts, &words, &mut rng);
        }
        Text { from: format!("seed {seed}"), text: parts.concat() }
    };
    (seed..).take(count).map(garble).collect()
}

/// Neighbouring items of a text: short, so that one change stands out.
fn excerpts(text: &str) -> Vec<String> {
    let parts: Vec<&str> = text.split("\n\n").filter(|part| part.len() < 2_000).collect();
    parts
        .windows(2)
        .map(|pair| pair.join("\n\n"))
        .chain(parts.last().map(|it| (*it).to_owned()))
        .collect()
}

/// Words, blanks and signs; together they are the text.
fn split(text: &str) -> Vec<&str> {
    let kind = |character: char| match character {
        '\n' => 0,
        ' ' | '\t' => 1,
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '_' => 2,
        other => other as u32 + 3,
    };
    let mut found = Vec::new();
    let mut start = 0;
    let mut before = None;
    for (at, character) in text.char_indices() {
        if before.is_some_and(|before| before != kind(character)) {
            found.push(&text[start..at]);
            start = at;
        }
        before = Some(kind(character));
    }
    found.push(&text[start..]);
    found
}

fn change<'a>(parts: &mut Vec<&'a str>, words: &[&'a str], rng: &mut Rng) {
    if parts.is_empty() {
        return;
    }
    let (at, other) = (rng.usize(..parts.len()), rng.usize(..parts.len()));
    match rng.u8(..6) {
        0 => drop(parts.remove(at)),
        1 => parts.insert(at, parts[other]),
        2 => parts[at] = words[rng.usize(..words.len())],
        3 => parts.splice(at..at, [" ", words[rng.usize(..words.len())], " "]).for_each(drop),
        4 => parts.splice(at..at, ["\n"]).for_each(drop),
        _ => parts.swap(at, other),
    }
}
