//! The shape of the house: which room may use which, how long files are, which words the hot path may not say.
//!
//! The rules are functions from files to complaints, so that each is held against planted violations too.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The floors, ground up. A room uses its own floor and those below.
const FLOORS: [&[&str]; 9] = [
    &["source", "value", "schema"],
    &["diagnostic", "program", "request", "decision", "geo"],
    &["facts", "syntax", "render", "eval", "page"],
    &["hir"],
    &["analyze", "compile", "interpret", "entra", "cedar"],
    &["engine", "latch", "lint"],
    &["replay", "document", "measure", "lsp"],
    &["cli"],
    &["main"],
];

/// Uses that are downhill or level, and still forbidden: the two towers stay apart.
const FORBIDDEN: [(&str, &[&str]); 8] = [
    ("lint", &["program", "eval", "facts", "compile", "engine"]),
    ("analyze", &["program", "eval", "facts", "compile"]),
    ("schema", &["source"]),
    ("syntax", &["schema", "request", "decision", "program", "geo", "facts", "eval"]),
    ("eval", &["syntax", "diagnostic", "source", "render"]),
    ("program", &["source", "diagnostic"]),
    ("request", &["source", "diagnostic"]),
    ("decision", &["source", "diagnostic"]),
];

/// Words that allocate, format or dispatch: the hot path does none of it.
const NOT_IN_EVAL: [&str; 9] =
    ["format!", "vec!", "to_string", "to_owned", "Vec::new", "collect", "Box", "dyn", "HashMap"];

/// Words that print or end the process: only the command does.
const ONLY_IN_CLI: [&str; 5] = ["println!", "eprintln!", "print!", "eprint!", "process::exit"];

/// The longest file that anyone has needed. It may be lowered, never raised.
const MAX_FILE_LINES: usize = 700;

/// The longest function that anyone has needed: one match, an arm a line. It may be lowered, never raised.
const MAX_FUNCTION_LINES: usize = 90;

/// A file: its path below the project, with slashes, and its text.
type File = (String, String);

fn read(folder: &str) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    walk(&root.join(folder), &mut |path| {
        let name = path.strip_prefix(root).expect("below the root").display().to_string();
        files.push((name.replace('\\', "/"), fs::read_to_string(path).expect("readable")));
    });
    files.sort();
    files
}

fn walk(folder: &Path, visit: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, visit);
        } else if path.extension().is_some_and(|it| it == "rs") {
            visit(&path);
        }
    }
}

/// `src/hir/resolve/mod.rs` is in the room `hir`.
fn room(path: &str) -> &str {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    let first = inside.split('/').next().unwrap_or_default();
    first.strip_suffix(".rs").unwrap_or(first)
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// The lines that are code, without comments, numbered from one.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    lines.filter_map(|(number, line)| {
        let line = line.split_once("// ").map_or(line, |(before, _)| before);
        (!line.trim_start().starts_with("//")).then_some((number, line))
    })
}

/// The code without what is compiled for tests alone.
fn shipped(path: &str, text: &str) -> Vec<(usize, String)> {
    if path.ends_with("tests.rs") {
        return Vec::new();
    }
    let lines = code(text).take_while(|(_, line)| !line.starts_with("#[cfg(test)]"));
    lines.map(|(number, line)| (number, line.to_owned())).collect()
}

/// The names that follow `crate::` in a line.
fn crate_names(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("crate::").filter_map(|(at, path)| {
        let before = line[..at].chars().next_back();
        let own = !before.is_some_and(|it| it.is_alphanumeric() || it == '_' || it == '$');
        let rest = &line[at + path.len()..];
        let end = rest.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(rest.len());
        own.then(|| &rest[..end])
    })
}

/// Which room uses which, with one place each.
fn uses(files: &[File]) -> BTreeMap<(String, String), String> {
    let mut uses = BTreeMap::new();
    for (path, text) in files.iter().filter(|(path, _)| path != "src/lib.rs") {
        for (number, line) in code(text) {
            for name in crate_names(line) {
                let pair = (room(path).to_owned(), name.to_owned());
                uses.entry(pair).or_insert_with(|| format!("{path}:{number}"));
            }
        }
    }
    uses
}

fn floors(files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    for (path, _) in files.iter().filter(|(path, _)| path != "src/lib.rs") {
        if floor(room(path)).is_none() {
            complaints.push(format!("{path}: the room `{}` is on no floor", room(path)));
        }
    }
    for ((from, to), place) in uses(files) {
        let forbidden =
            FORBIDDEN.iter().any(|(room, rooms)| *room == from && rooms.contains(&&*to));
        match (floor(&from), floor(&to)) {
            (_, None) => {
                complaints.push(format!("{place}: `crate::{to}` is no room; import from its room"));
            }
            (Some(own), Some(other)) if own < other => {
                complaints.push(format!("{place}: `{from}` uses `{to}`, which is uphill"));
            }
            _ if forbidden => complaints.push(format!("{place}: `{from}` may not use `{to}`")),
            _ => {}
        }
    }
    complaints
}

fn circles(files: &[File]) -> Vec<String> {
    let pairs: BTreeSet<(String, String)> =
        uses(files).into_keys().filter(|(from, to)| from != to).collect();
    let mut reach = pairs.clone();
    loop {
        let further: BTreeSet<_> = reach
            .iter()
            .flat_map(|(a, b)| {
                let on = pairs.iter().filter(move |(from, _)| from == b);
                on.map(move |(_, c)| (a.clone(), c.clone()))
            })
            .collect();
        let before = reach.len();
        reach.extend(further);
        if reach.len() == before {
            break;
        }
    }
    let back = reach.iter().filter(|(a, b)| a == b);
    back.map(|(room, _)| format!("`{room}` uses itself through other rooms")).collect()
}

/// Files that no `mod` line leads to.
fn orphans(files: &[File], roots: &[&str]) -> Vec<String> {
    let texts: BTreeMap<&str, &str> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    let mut reached: BTreeSet<String> = roots.iter().map(|it| (*it).to_owned()).collect();
    let mut open: Vec<String> = reached.iter().cloned().collect();
    while let Some(path) = open.pop() {
        for candidate in texts.get(path.as_str()).into_iter().flat_map(|text| modules(&path, text))
        {
            if texts.contains_key(candidate.as_str()) && reached.insert(candidate.clone()) {
                open.push(candidate);
            }
        }
    }
    let lost = files.iter().filter(|(path, _)| !reached.contains(path));
    lost.map(|(path, _)| format!("{path}: no `mod` line leads here")).collect()
}

/// A line behind its `pub`, `pub(crate)` or `pub(in crate::room)`.
fn without_visibility(line: &str) -> &str {
    match line.strip_prefix("pub(").and_then(|line| line.split_once(") ")) {
        Some((_, rest)) => rest,
        None => line.trim_start_matches("pub "),
    }
}

/// The files that the `mod` lines of a file can mean.
fn modules(path: &str, text: &str) -> Vec<String> {
    let (folder, name) = path.rsplit_once('/').expect("below a folder");
    let stem = name.trim_end_matches(".rs");
    let below = matches!(stem, "mod" | "lib" | "main" | "suite");
    let base = if below { folder.to_owned() } else { format!("{folder}/{stem}") };
    let names = code(text).filter_map(|(_, line)| {
        without_visibility(line.trim_start()).strip_prefix("mod ")?.strip_suffix(';')
    });
    names.flat_map(|name| [format!("{base}/{name}.rs"), format!("{base}/{name}/mod.rs")]).collect()
}

fn words(files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    for (path, text) in files {
        let words: &[&str] = match room(path) {
            "eval" => &NOT_IN_EVAL,
            "cli" => &[],
            _ => &ONLY_IN_CLI,
        };
        for (number, line) in shipped(path, text) {
            let said = words.iter().filter(|word| says(&line, word));
            complaints.extend(said.map(|word| format!("{path}:{number}: no `{word}` here")));
        }
    }
    complaints
}

/// Whether a line has the word, not as a part of a longer one.
fn says(line: &str, word: &str) -> bool {
    let letter = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || it == '_');
    line.match_indices(word).any(|(at, _)| {
        !letter(line[..at].chars().next_back()) && !letter(line[at + word.len()..].chars().next())
    })
}

fn shape(files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    for (path, text) in files {
        if !text.starts_with("//! ") && !path.ends_with("tests.rs") {
            complaints.push(format!("{path}: it does not open with a `//!` sentence"));
        }
        let lines = text.lines().count();
        if lines > MAX_FILE_LINES {
            complaints.push(format!("{path}: {lines} lines; {MAX_FILE_LINES} are enough"));
        }
        let long = functions(text).into_iter().filter(|(_, lines)| *lines > MAX_FUNCTION_LINES);
        complaints.extend(long.map(|(at, lines)| {
            format!("{path}:{at}: {lines} lines; {MAX_FUNCTION_LINES} are enough for a function")
        }));
    }
    complaints
}

/// The first line and the length of each function, by the indentation that the formatter gives.
fn functions(text: &str) -> Vec<(usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        // Without a name it is the type of a function.
        let named = says(line, "fn") && line.contains("fn ");
        let is_function = named && !line.trim_start().starts_with("//");
        if !is_function || line.ends_with([';', '}']) {
            continue;
        }
        let end = format!("{}}}", &line[..indent]);
        let length = lines[at..].iter().position(|line| *line == end);
        found.extend(length.map(|length| (at + 1, length + 1)));
    }
    found
}

/// The test binaries of the manifest.
fn test_roots() -> Vec<&'static str> {
    let manifest = include_str!("../Cargo.toml").lines();
    let paths = manifest.filter_map(|line| line.strip_prefix("path = \"")?.strip_suffix('"'));
    paths.filter(|path| path.starts_with("tests/")).collect()
}

fn none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn rooms_use_what_is_below_them() {
    let files = read("src");
    none(floors(&files));
    none(circles(&files));
}

#[test]
fn every_file_is_reached() {
    none(orphans(&read("src"), &["src/lib.rs", "src/main.rs"]));
    none(orphans(&read("tests"), &test_roots()));
}

#[test]
fn the_hot_path_and_the_library_keep_their_silence() {
    none(words(&read("src")));
}

#[test]
fn files_and_functions_stay_small() {
    for folder in ["src", "tests", "benches"] {
        none(shape(&read(folder)));
    }
}

fn plant(files: &[(&str, &str)]) -> Vec<File> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn planted_violations_are_caught() {
    let uphill = plant(&[("src/syntax/parse.rs", "//! P.\nuse crate::hir::Policy;\n")]);
    assert_eq!(floors(&uphill), ["src/syntax/parse.rs:2: `syntax` uses `hir`, which is uphill"]);
    let inline = plant(&[("src/value.rs", "//! V.\nlet x = f(crate::cli::run);\n")]);
    assert_eq!(floors(&inline), ["src/value.rs:2: `value` uses `cli`, which is uphill"]);
    let tower = plant(&[("src/eval/mod.rs", "//! E.\nuse crate::source::Span;\n")]);
    assert_eq!(floors(&tower), ["src/eval/mod.rs:2: `eval` may not use `source`"]);
    let root = plant(&[("src/cli/mod.rs", "//! C.\nuse crate::Engine;\n")]);
    assert_eq!(
        floors(&root),
        ["src/cli/mod.rs:2: `crate::Engine` is no room; import from its room"]
    );
    let lobby = plant(&[("src/utils.rs", "//! U.\n")]);
    assert_eq!(floors(&lobby), ["src/utils.rs: the room `utils` is on no floor"]);
    let said = plant(&[("src/hir/mod.rs", "//! Like [`crate::cli::run`].\n/// crate::cli\n")]);
    assert_eq!(floors(&said), [] as [&str; 0]);
    let round = plant(&[
        ("src/program.rs", "//! P.\nuse crate::geo::A;\n"),
        ("src/geo.rs", "//! G.\nuse crate::request::B;\n"),
        ("src/request.rs", "//! R.\nuse crate::program::C;\n"),
    ]);
    assert_eq!(circles(&round).len(), 3, "{:?}", circles(&round));
    assert_eq!(floors(&round), [] as [&str; 0]);
}

#[test]
fn planted_orphans_words_and_giants_are_caught() {
    let lost = plant(&[
        ("src/lib.rs", "pub mod hir;\n"),
        ("src/hir/mod.rs", "mod check;\n// mod lost;\n"),
        ("src/hir/check.rs", ""),
        ("src/hir/lost.rs", ""),
    ]);
    assert_eq!(orphans(&lost, &["src/lib.rs"]), ["src/hir/lost.rs: no `mod` line leads here"]);
    let noisy = plant(&[
        ("src/eval/rows.rs", "let a = Box::new(b);\n// Box\nlet boxes = Boxes;\n"),
        ("src/hir/mod.rs", "println!();\n#[cfg(test)]\nprintln!();\n"),
    ]);
    assert_eq!(
        words(&noisy),
        ["src/eval/rows.rs:1: no `Box` here", "src/hir/mod.rs:1: no `println!` here"]
    );
    let long = format!("//! L.\nfn long() {{\n{}}}\n", "    x();\n".repeat(MAX_FUNCTION_LINES));
    let giant = plant(&[("src/a.rs", &long), ("src/b.rs", &"\n".repeat(MAX_FILE_LINES + 1))]);
    assert_eq!(shape(&giant).len(), 3, "{:?}", shape(&giant));
}
