//! What findings look like, and that no source makes drawing them fail.

use super::*;
use crate::diagnostic::Code;
use crate::source::{SourceId, Sources, Span};

const UNKNOWN: Code = Code { id: "L0201", name: "unknown-name" };

fn sources(text: &str) -> (Sources, SourceId) {
    let mut sources = Sources::new();
    sources.add("prelude.latch", "group all = \"x\"\n");
    let id = sources.add("office.latch", text);
    (sources, id)
}

fn find(sources: &Sources, id: SourceId, word: &str) -> Span {
    let at = sources.get(id).text.find(word).expect("the text has this word");
    Span::new(id, at, at + word.len())
}

#[test]
fn a_finding_shows_its_place_its_cause_and_its_mend() {
    let (sources, id) = sources("group finance = \"f\"\r\n\tlet x = user in finanse\r\n");
    let span = find(&sources, id, "finanse");
    let diagnostic = Diagnostic::error(UNKNOWN, span, "no user, group or role is called `finanse`")
        .here("not declared")
        .label(find(&sources, id, "finance"), "this is close")
        .note("names are resolved over all files of the set")
        .help("write `finance`")
        .fix(span, "finance");
    let expected = "\
error[L0201]: no user, group or role is called `finanse`
 --> office.latch:2:18
  |
1 | group finance = \"f\"
  |       ------- this is close
2 |     let x = user in finanse
  |                     ^^^^^^^ not declared
  |
  = note: names are resolved over all files of the set
help: write `finance`
  |
2 -     let x = user in finanse
2 +     let x = user in finance
  |";
    assert_eq!(render(&diagnostic, &sources, Style::PLAIN), expected);
    let colored = render(&diagnostic, &sources, Style { color: true, ..Style::PLAIN });
    assert!(colored.contains('\u{1b}'));
}

#[test]
fn places_in_other_files_are_drawn_there() {
    let (sources, id) = sources("group all = \"y\"\n");
    let there = find(&sources, SourceId::PRELUDE, "all");
    let diagnostic = Diagnostic::error(UNKNOWN, find(&sources, id, "all"), "`all` is taken")
        .label(there, "declared here");
    let text = render(&diagnostic, &sources, Style::PLAIN);
    assert!(text.contains("--> office.latch:1:7"), "{text}");
    assert!(text.contains("::: prelude.latch:1:7"), "{text}");
    assert_eq!(summary(&[diagnostic]).as_deref(), Some("1 error in 1 file"));
}

#[test]
fn a_line_that_is_too_long_is_cut_and_keeps_its_column() {
    let text = format!("let x = user in [{} wrong]\n", "é, ".repeat(100_000));
    let (sources, id) = sources(&text);
    let diagnostic = Diagnostic::error(UNKNOWN, find(&sources, id, "wrong"), "wrong").here("here");
    let drawn = render(&diagnostic, &sources, Style::PLAIN);
    assert!(drawn.len() < 2_000, "{}", drawn.len());
    assert!(drawn.contains("office.latch:1:300019"), "{drawn}");
    assert!(drawn.contains("wrong]"), "{drawn}");
}

#[test]
fn nothing_in_a_file_commands_the_terminal() {
    let (sources, id) = sources("policy \u{1b}[31mred\u{9b}2J\u{202e} \u{7}{ }\n");
    let diagnostic = Diagnostic::error(UNKNOWN, find(&sources, id, "red"), "\u{1b}]0;title\u{7}")
        .here("\u{9b}")
        .help("\u{1b}c")
        .fix(find(&sources, id, "red"), "\u{1b}");
    let text = render(&diagnostic, &sources, Style::PLAIN);
    let commands = |character: char| character.is_control() && character != '\n';
    assert!(!text.contains(commands) && !text.contains('\u{202e}'), "{text:?}");
}

#[test]
fn any_span_of_any_text_can_be_drawn() {
    let seed = std::env::var("LATCH_SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(7);
    let mut random = fastrand::Rng::with_seed(seed);
    let pieces = ["a", "é", "漢", "👩‍👩‍👧", "\t", "\r\n", "\n", "\r", " ", "\u{0}", "\u{200b}", "}"];
    for round in 0..3_000 {
        let length = random.usize(..40);
        let text: String = (0..length).map(|_| pieces[random.usize(..pieces.len())]).collect();
        let (sources, id) = sources(&text);
        let span = |random: &mut fastrand::Rng| {
            let start = random.usize(..=text.len() + 2);
            Span::new(id, start, start + random.usize(..6))
        };
        let diagnostic = Diagnostic::warning(UNKNOWN, span(&mut random), "found")
            .here("here")
            .label(span(&mut random), "there")
            .fix(span(&mut random), pieces[random.usize(..pieces.len())]);
        let drawn = std::panic::catch_unwind(|| {
            let style = Style { unicode: round % 2 == 0, ..Style::PLAIN };
            render(&diagnostic, &sources, style)
        });
        let context = format!("seed {seed}, round {round}: {text:?} {diagnostic:?}");
        let drawn = drawn.unwrap_or_else(|_| panic!("{context}"));
        let start = window::clamp(&text, diagnostic.primary.span.range()).start;
        let at = sources.get(id).position(start);
        let rest = &text[start..];
        let on_line_end = rest.is_empty() || rest.starts_with(['\r', '\n']);
        assert!(
            on_line_end || drawn.contains(&format!(" office.latch:{at}\n")),
            "{context}\n{drawn}"
        );
        #[cfg(feature = "json")]
        render_json(&diagnostic, &sources);
    }
}

#[test]
fn the_summary_counts() {
    let (_, id) = sources("");
    let error = Diagnostic::error(UNKNOWN, Span::new(id, 0, 0), "");
    let warning = Diagnostic::warning(UNKNOWN, Span::new(SourceId::PRELUDE, 0, 0), "");
    assert_eq!(summary(&[]), None);
    let all = [error.clone(), error, warning];
    assert_eq!(summary(&all).as_deref(), Some("2 errors and 1 warning in 2 files"));
}

#[cfg(feature = "json")]
#[test]
fn json_has_places_in_lines_columns_and_bytes() {
    let (sources, id) = sources("é x\n");
    let span = find(&sources, id, "x");
    let value =
        render_json(&Diagnostic::error(UNKNOWN, span, "no x").fix(span, "y"), &sources).to_string();
    let place = r#""file":"office.latch","start":{"line":1,"column":3,"byte":3},"end":{"line":1,"column":4,"byte":4}"#;
    let expected = format!(
        r#"{{"code":"L0201","name":"unknown-name","severity":"error","message":"no x",{place},"label":"","labels":[],"notes":[],"help":null,"fix":{{{place},"text":"y"}}}}"#
    );
    assert_eq!(value, expected);
}
