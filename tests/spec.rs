//! The pages of the language reference, run: every case on both engines and through Cedar, every mistake with its codes.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use latch::decision::{Options, Outcome};
use latch::diagnostic::Diagnostic;
use latch::engine::{Engine, Findings, LoadError};
use latch::hir::Test;
use latch::interpret::{interpret, judge};
use latch::render::{Style, render};
use latch::source::Sources;

use crate::cedar::Judge;

/// A fence of a page that is run.
#[derive(Debug)]
struct Fence {
    kind: Kind,
    /// The line of the page on which its text begins.
    line: usize,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Latch,
    LatchReset,
    Cases,
    Diagnostics,
}

/// What stands behind the backticks, and what it means; `None` is prose.
fn kind(info: &str) -> Result<Option<Kind>, String> {
    match info {
        "latch" => Ok(Some(Kind::Latch)),
        "latch reset" => Ok(Some(Kind::LatchReset)),
        "cases" => Ok(Some(Kind::Cases)),
        "diagnostics" => Ok(Some(Kind::Diagnostics)),
        "text" | "sh" | "json" => Ok(None),
        other => Err(format!("a fence of an unknown kind: `{other}`")),
    }
}

/// The fences of a page, in their order.
fn fences(page: &str) -> Result<Vec<Fence>, String> {
    let mut fences = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let kind = kind(info).map_err(|error| format!("line {}: {error}", at + 1))?;
        let mut text = String::new();
        let closed = lines.by_ref().any(|(_, line)| {
            let end = line == "```";
            if !end {
                text.push_str(line);
                text.push('\n');
            }
            end
        });
        if !closed {
            return Err(format!("line {}: a fence that does not end", at + 1));
        }
        fences.extend(kind.map(|kind| Fence { kind, line: at + 2, text }));
    }
    Ok(fences)
}

/// The part of a page that is one policy set: the fences at their own lines, everything else empty, so that places in
/// it are places on the page.
#[derive(Debug, Clone, Default)]
struct Text(String);

impl Text {
    fn with(&self, fence: &Fence) -> Text {
        let mut text = self.0.clone();
        let at = text.bytes().filter(|byte| *byte == b'\n').count() + 1;
        text.push_str(&"\n".repeat(fence.line - at));
        text.push_str(&fence.text);
        Text(text)
    }
}

/// A text with what it means.
struct Read {
    engine: Option<Engine>,
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
}

impl Read {
    fn new(page: &str, text: &Text) -> Read {
        match Engine::from_text([(page, text.0.as_str())]) {
            Ok(engine) => Read {
                sources: engine.sources().clone(),
                diagnostics: engine.warnings().to_vec(),
                engine: Some(engine),
            },
            Err(LoadError::Policies(findings)) => {
                let Findings { sources, diagnostics } = *findings;
                Read { engine: None, sources, diagnostics }
            }
            Err(error) => panic!("nothing was read: {error}"),
        }
    }

    fn tests(&self) -> &[Test] {
        self.engine.as_ref().map_or(&[], |engine| &engine.policy_set().tests)
    }

    fn drawn(&self) -> impl Iterator<Item = String> {
        self.diagnostics.iter().map(|it| render(it, &self.sources, Style::PLAIN))
    }
}

/// Runs a page; what fails, in words.
fn run(name: &str, page: &str) -> Vec<String> {
    let fences = match fences(page) {
        Ok(fences) => fences,
        Err(error) => return vec![format!("{name}: {error}")],
    };
    let mut text = Text::default();
    let mut failures = Vec::new();
    for fence in &fences {
        match fence.kind {
            Kind::Latch => text = text.with(fence),
            Kind::LatchReset => text = Text::default().with(fence),
            Kind::Cases => {}
            Kind::Diagnostics => {
                failures.extend(refused(name, fence));
                continue;
            }
        }
        let read = match fence.kind {
            Kind::Cases => Read::new(name, &text.with(fence)),
            _ => Read::new(name, &text),
        };
        failures.extend(read.drawn());
        if fence.kind == Kind::Cases && read.tests().is_empty() {
            failures.push(format!("{name}:{}: no case stands here", fence.line));
        }
        failures.extend(read.tests().iter().flat_map(|test| decided(name, &read, test)));
        failures.extend(through_cedar(name, &read));
    }
    failures
}

/// Whether a test gets the decision it expects, from both engines.
fn decided(page: &str, read: &Read, test: &Test) -> Vec<String> {
    let Some(engine) = &read.engine else { return Vec::new() };
    let set = engine.policy_set();
    let mut failures = Vec::new();
    for expectation in &test.expectations {
        let options = Options { as_if_enforced: expectation.as_if_enforced, ..Options::default() };
        let decisions = [
            ("interpreter", interpret(set, &test.request, &options)),
            ("engine", engine.with_options(options).decide(&test.request)),
        ];
        let start = expectation.span.range().start;
        let line = read.sources.get(expectation.span.source).position(start);
        for (by, decision) in decisions {
            if let Some(mismatch) = judge(set, expectation, &decision) {
                let expected = read.sources.text(expectation.span);
                failures.push(format!(
                    "{page}:{line}: {}: {expected}\n  the {by} says: {decision} ({mismatch:?})",
                    test.title
                ));
            }
        }
    }
    failures
}

/// Whether Cedar finds every page valid, and opens for the cases that are open.
fn through_cedar(page: &str, read: &Read) -> Vec<String> {
    let Some(engine) = &read.engine else { return Vec::new() };
    let set = engine.policy_set();
    let mut failures = Vec::new();
    for as_if_enforced in [false, true] {
        let options = Options { as_if_enforced, ..Options::default() };
        let judge = Judge::new(set, &options);
        for test in read.tests() {
            let open = interpret(set, &test.request, &options).outcome == Outcome::Open;
            if judge.opens(set, &test.request) != open {
                failures
                    .push(format!("{page}: {}: Cedar says otherwise; open: {open}", test.title));
            }
        }
    }
    failures
}

/// Whether a fence has the mistakes that its `//~` lines announce, and no others.
fn refused(page: &str, fence: &Fence) -> Option<String> {
    let read = Read::new(page, &Text::default().with(fence));
    let announced: Vec<(&str, &str)> = fence.text.lines().filter_map(announcement).collect();
    let same = announced.len() == read.diagnostics.len()
        && announced
            .iter()
            .zip(&read.diagnostics)
            .all(|((code, piece), found)| found.code.id == *code && found.message.contains(piece));
    if same && !announced.is_empty() {
        return None;
    }
    let mut failure = format!("{page}:{}: announced {announced:?}, found:\n", fence.line);
    read.drawn().for_each(|drawn| writeln!(failure, "{drawn}").expect("memory"));
    Some(failure)
}

/// `//~ L0110 reserved`
fn announcement(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix("//~ ")?;
    Some(line.split_once(' ').unwrap_or((line, "")))
}

/// The page with the announcements of its refused fences rewritten to what is found.
fn rewritten(name: &str, page: &str) -> String {
    let Ok(fences) = fences(page) else { return page.to_owned() };
    let mut lines: Vec<String> = page.lines().map(str::to_owned).collect();
    for fence in fences.iter().rev().filter(|fence| fence.kind == Kind::Diagnostics) {
        if refused(name, fence).is_none() {
            continue;
        }
        let found = Read::new(name, &Text::default().with(fence)).diagnostics;
        let end = fence.line - 1 + fence.text.lines().count();
        let body = lines[fence.line - 1..end].iter().filter(|line| announcement(line).is_none());
        let announced = found.iter().map(|it| format!("//~ {} {}", it.code.id, it.message));
        let body: Vec<String> = body.cloned().chain(announced).collect();
        lines.splice(fence.line - 1..end, body);
    }
    lines.join("\n") + "\n"
}

fn pages() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec");
    let entries = fs::read_dir(folder).expect("the pages are there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let pages =
        paths.into_iter().filter(|path| path.file_name().is_some_and(|it| it != "README.md"));
    pages.map(|path| (path.clone(), fs::read_to_string(&path).expect("readable"))).collect()
}

#[test]
fn every_page_says_what_the_program_does() {
    let update = std::env::var_os("UPDATE").is_some_and(|it| it == "1");
    let mut failures = Vec::new();
    for (path, page) in pages() {
        let name = format!("tests/spec/{}", path.file_name().expect("a file").display());
        if update {
            fs::write(&path, rewritten(&name, &page)).expect("writable");
        }
        failures.extend(run(&name, &fs::read_to_string(&path).expect("readable")));
    }
    assert!(failures.is_empty(), "\n{}\n{} failures", failures.join("\n\n"), failures.len());
}

const SMALL_PAGE: &str = "\
# Small

```latch
policy no-phones { when platform in [ios, android] block }
```

```cases
test \"a phone\" { platform ios expect block by no-phones }
```

```diagnostics
policy x { when always blok }
//~ L0106 `blok`
```
";

#[test]
fn a_page_that_is_right_passes() {
    assert_eq!(run("small", SMALL_PAGE), [] as [&str; 0]);
}

#[test]
fn a_page_that_is_wrong_fails() {
    let wrong = [
        ("expect block", "expect open", "small:8:"),
        ("platform ios expect", "platform windows expect", "small:8:"),
        ("L0106 `blok`", "L0101 `blok`", "small:12:"),
        ("`blok`", "something else", "small:12:"),
        ("//~ L0106 `blok`\n", "", "small:12:"),
        ("always blok", "always block", "small:12:"),
        ("```cases", "```case", "small: line 7: a fence of an unknown kind: `case`"),
        ("`blok`\n```\n", "`blok`\n", "small: line 11: a fence that does not end"),
        ("in [ios, android]", "in [ios, androd]", "small:4:"),
    ];
    for (right, wrong, place) in wrong {
        let failures = run("small", &SMALL_PAGE.replace(right, wrong));
        assert!(failures.iter().any(|it| it.contains(place)), "{wrong}: {failures:#?}");
    }
}

#[test]
fn announcements_can_be_rewritten_to_what_is_found() {
    let rewritten_page = rewritten("small", &SMALL_PAGE.replace("//~ L0106 `blok`", "//~ L0101 x"));
    assert_eq!(run("small", &rewritten_page), [] as [&str; 0]);
    assert_eq!(rewritten("small", SMALL_PAGE), SMALL_PAGE, "what is right stays as it is");
}
