//! Pages about policy sets: what they say of one of everything, that nothing is left out, that nothing breaks out.

mod command;
pub(crate) mod report;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use latch::document::{Document, describe};
use latch::engine::Engine;
use latch::page::anchor;

use crate::random::{cases, policies};

const EVERYTHING: &str = include_str!("everything.latch");

fn engine(text: &str) -> Engine {
    Engine::from_text([("everything.latch", text)]).unwrap_or_else(|error| panic!("{error}"))
}

fn document(text: &str) -> Document {
    let engine = engine(text);
    describe(engine.policy_set(), engine.sources(), "Everything")
}

/// `UPDATE=1` writes it anew; then read it aloud.
#[test]
fn one_of_everything_reads_as_it_should() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/document/everything.md");
    let markdown = document(EVERYTHING).to_markdown();
    if std::env::var_os("UPDATE").is_some_and(|it| it == "1") {
        fs::write(&path, &markdown).expect("written");
    }
    let golden = fs::read_to_string(&path).expect("a page");
    let differing = golden.lines().zip(markdown.lines()).find(|(old, new)| old != new);
    assert!(golden == markdown, "UPDATE=1 writes it anew; first difference: {differing:#?}");
}

#[test]
fn the_order_of_files_and_lines_changes_nothing() {
    let items: Vec<&str> = EVERYTHING.split("\n\n").collect();
    let turned: String = items.iter().rev().flat_map(|it| [*it, "\n\n"]).collect();
    let lines = |text: &str| -> Vec<String> {
        let places = |line: &&str| !line.to_lowercase().contains("written in");
        document(text).to_markdown().lines().filter(places).map(str::to_owned).collect()
    };
    assert_eq!(lines(EVERYTHING), lines(&turned));
}

/// Every name that has a place of its own in the page.
fn anchors(engine: &Engine) -> Vec<String> {
    let set = engine.policy_set();
    let policies = set.policies.iter().map(|it| anchor("policy", &it.name));
    let lets = set.lets.iter().map(|it| anchor("let", &it.name));
    let prelude = latch::source::SourceId::PRELUDE;
    let networks = set.networks.iter().filter(|it| !it.anonymous && it.span.source != prelude);
    let networks = networks.map(|it| anchor("network", &it.name));
    let strengths = set.strengths.iter().filter(|it| it.span.source != prelude);
    let strengths = strengths.map(|it| anchor("strength", &it.name));
    let objects = set.objects.iter().filter(|it| it.span.source != prelude);
    let objects = objects.map(|it| anchor(it.kind.keyword(), &it.name));
    policies.chain(lets).chain(networks).chain(strengths).chain(objects).collect()
}

fn between<'a>(page: &'a str, start: &str) -> BTreeSet<&'a str> {
    page.split(start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// Every name is there once, every link leads somewhere.
fn whole(engine: &Engine, page: &str) {
    for wanted in anchors(engine) {
        let id = format!(" id=\"{wanted}\"");
        assert_eq!(page.matches(&id).count(), 1, "{wanted}");
    }
    let (links, ids) = (between(page, "href=\"#"), between(page, " id=\""));
    let lost: Vec<_> = links.difference(&ids).collect();
    assert!(lost.is_empty(), "links that lead nowhere: {lost:?}");
}

#[test]
fn nothing_is_left_out() {
    let everything = engine(EVERYTHING);
    whole(&everything, &document(EVERYTHING).to_html());
    cases("nothing is left out of a page", 25, |rng| {
        let text = policies::text(rng);
        let engine = engine(&text);
        let document = describe(engine.policy_set(), engine.sources(), "Random");
        whole(&engine, &document.to_html());
        let markdown = document.to_markdown();
        for policy in engine.policies() {
            assert!(markdown.contains(&format!("### `{}`\n", policy.name)), "{text}");
        }
        assert_eq!(document.cards.iter().filter(|card| card.lead.is_empty()).count(), 0);
    });
}

const HOSTILE: &str =
    "</title></style><script>alert(1)</script><img src=x onerror=y> | [b](javascript:c) \u{202e}";

/// Hostile words wherever a policy file takes words.
fn hostile(words: &str) -> Document {
    let text = format!(
        "/// {words}\n@plan(\"{words}\")\npolicy a \"{words}\" {{ when user.tenant in \"{words}\" block }}\n\
         /// {words}\ngroup g = \"{words}\"\ntest \"{words}\" {{ client browser expect block by a }}\n"
    );
    let engine = engine(&text);
    describe(engine.policy_set(), engine.sources(), words)
}

#[test]
fn hostile_texts_stay_texts() {
    let page = hostile(&format!("{HOSTILE} `")).to_html();
    for forbidden in ["<script", "<img", "\u{202e}"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert_eq!(page.matches("</title>").count(), page.matches("<title>").count());
    assert_eq!(page.matches("</style>").count(), 1);
    let markdown = hostile(HOSTILE).to_markdown();
    assert!(!markdown.contains('\u{202e}'));
    for line in markdown.lines() {
        let outside: String = line.split('`').step_by(2).collect();
        assert!(!outside.replace("\\<", "").contains('<'), "{line}");
        assert!(!outside.replace("\\[", "").contains('['), "{line}");
    }
    for line in markdown.lines().filter(|it| it.starts_with("| `")) {
        assert_eq!(line.replace("\\|", "").matches('|').count(), 6, "{line}");
    }
}

#[test]
fn an_app_group_and_an_emergency_account_are_told_as_they_are() {
    let document = document(EVERYTHING);
    let glass = &document.emergency[0];
    assert_eq!(glass.name, "glass");
    assert!(glass.exempt_from.contains(&"a-key".to_owned()));
    let reached: Vec<_> =
        glass.reached_by.iter().map(|it| (it.policy.as_str(), it.always)).collect();
    assert!(reached.contains(&("everything", true)) && reached.contains(&("old-protocols", false)));
    let row = document.matrix.rows.iter().find(|it| it.who.plain().contains("gardener"));
    let row = row.expect("the role has a row");
    assert!(row.anyway.0.iter().any(|it| it.certain && it.policies == ["a-key"]), "{row:#?}");
}

#[test]
fn an_empty_set_has_a_page_too() {
    let document = document("");
    assert!(document.to_html().contains("0 policies are on."));
    assert!(document.to_markdown().contains("0 policies in 1 file"));
}

#[test]
fn a_replay_has_a_page() {
    let page =
        latch::document::replay_page(&report::report(), "Before & after", "today <against> next");
    for wanted in [
        "Before &amp; after",
        "today &lt;against&gt; next",
        "Of 5\u{202f}000\u{202f}000 sign-ins, 61\u{202f}221 change",
        "blocked → open",
        "eva@larkfield.example",
        "risk.sign-in",
        "Only the first",
    ] {
        assert!(page.contains(wanted), "{wanted}");
    }
    assert!(!page.contains("<script"));
    let (links, ids) = (between(&page, "href=\"#"), between(&page, " id=\""));
    assert!(links.is_subset(&ids), "{links:?} {ids:?}");
}
