//! The pages in a real browser: light and dark, wide and narrow. Nothing sticks out, nothing is cut, every text can be
//! read, nothing is asked for from elsewhere, and the browser has nothing to complain about.
//!
//! Needs Chromium; without it this says aloud that it was skipped, and with `LATCH_BROWSER=must` it fails.
//! Screenshots are left in `LATCH_SCREENSHOTS`, or below the target folder.

mod devtools;

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use devtools::{Browser, Screen};
use latch::document::{describe, replay_page};
use latch::engine::Engine;
use maud::{Markup, html};

use crate::document::report::report;

const SCREENS: [Screen; 4] = [
    Screen { name: "wide-light", width: 1_280, dark: false },
    Screen { name: "wide-dark", width: 1_280, dark: true },
    Screen { name: "narrow-light", width: 390, dark: false },
    Screen { name: "narrow-dark", width: 390, dark: true },
];

/// The browser, or a loud word that there is none.
fn browser(test: &str) -> Option<Browser> {
    if let Some(browser) = Browser::start() {
        return Some(browser);
    }
    assert!(std::env::var_os("LATCH_BROWSER").is_none_or(|it| it != "must"), "no Chromium");
    // Straight to the stream: the test harness swallows what is printed.
    let _ = writeln!(std::io::stderr(), "skipped: no Chromium: {test}");
    None
}

fn baseline() -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("policies/baseline");
    let engine = Engine::from_paths([folder]).unwrap_or_else(|error| panic!("{error}"));
    describe(engine.policy_set(), engine.sources(), "Larkfield: conditional access").to_html()
}

fn everything() -> String {
    let long = "a-very-long-word-that-nobody-would-write-but-a-generator-may-".repeat(6);
    let hostile =
        format!("policy a \"{long}\" {{ when device.name is \"{}\" block }}", "x".repeat(900));
    let text = format!("{}\n{hostile}", include_str!("../document/everything.latch"));
    let engine =
        Engine::from_text([("everything.latch", text)]).unwrap_or_else(|error| panic!("{error}"));
    describe(engine.policy_set(), engine.sources(), &long).to_html()
}

fn screenshots() -> PathBuf {
    let kept = std::env::var_os("LATCH_SCREENSHOTS").map(PathBuf::from);
    let folder =
        kept.unwrap_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("screenshots"));
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

#[test]
fn pages_look_right_on_every_screen() {
    let Some(mut browser) = browser("pages_look_right_on_every_screen") else { return };
    let folder = screenshots();
    let replay =
        replay_page(&report(), "A month against the next policies", "policies against next");
    for (name, page) in [("baseline", baseline()), ("everything", everything()), ("replay", replay)]
    {
        fs::write(folder.join(format!("{name}.html")), &page).expect("written");
        for screen in SCREENS {
            let seen = browser.look(&page, screen);
            let complaints = seen.complaints(screen);
            assert!(complaints.is_empty(), "{name}, {}: {complaints:#?}", screen.name);
            let picture = folder.join(format!("{name}-{}.png", screen.name));
            fs::write(&picture, &seen.picture).expect("written");
            // A page that is one colour alone compresses to a few kilobytes.
            assert!(seen.picture.len() > 20_000, "{} is empty", picture.display());
        }
    }
}

/// A page of the kit with something wrong on it.
fn planted(body: Markup) -> String {
    let sections = vec![latch::page::Section::new("a", "Planted", body)];
    latch::page::Page { title: "Planted", kind: "Test", sections }.render()
}

#[test]
fn what_is_planted_is_seen() {
    let Some(mut browser) = browser("what_is_planted_is_seen") else { return };
    let wide = html! { div style="width:3000px" { "too wide" } };
    let cut = html! { p style="width:6rem;overflow:hidden;white-space:nowrap" { "this is cut off on the right" } };
    let pale = html! { p style="color:#bbb;background:#ccc" { "hardly there" } };
    let script = html! { (maud::PreEscaped("<script>document.title = 'changed'</script>")) };
    let image = html! { img src="https://example.invalid/pixel.png" alt="a pixel"; };
    let beyond = html! { p style="position:relative;left:-5rem" { "begins outside" } };
    for (body, wanted) in [
        (wide, "wider than the screen"),
        (cut, "is cut"),
        (pale, "contrast"),
        (script, "Content Security Policy"),
        (image, "Content Security Policy"),
        (beyond, "outside of the screen"),
    ] {
        let seen = browser.look(&planted(body), SCREENS[2]);
        let complaints = seen.complaints(SCREENS[2]);
        assert!(complaints.iter().any(|it| it.contains(wanted)), "{wanted}: {complaints:#?}");
    }
    let sound = browser.look(&planted(html! { p { "nothing is wrong" } }), SCREENS[2]);
    assert_eq!(sound.complaints(SCREENS[2]), [] as [String; 0]);
}
