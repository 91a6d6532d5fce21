//! Self-contained HTML: one skeleton with its style inside, text that cannot become markup, charts without script.
//!
//! Markup is written with [`maud`], which escapes whatever is put into it. A [`Page`] then passes over the whole text once
//! more and makes every character visible that would command, reorder or hide text ([`legible`]). It loads nothing: the
//! Content-Security-Policy in its head forbids everything but its own style.

mod chart;
mod palette;
mod text;

use maud::{DOCTYPE, Markup, PreEscaped, html};

pub use chart::{Bar, bars, grouped, legend, percent, stack};
pub use palette::Tone;
pub use text::legible;

/// What a page may do: nothing but show itself in its own style.
pub const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const STYLE: &str = include_str!("style.css");

/// One HTML page.
pub struct Page<'a> {
    /// What it is called, in the window's title and as its heading.
    pub title: &'a str,
    /// What kind of page it is, above the heading.
    pub kind: &'a str,
    /// Its sections, in their order; each has a heading of its own.
    pub sections: Vec<Section>,
}

/// A part of a page that its contents list.
pub struct Section {
    /// What links lead to: letters, digits and dashes.
    pub anchor: String,
    /// Its heading.
    pub title: String,
    /// What stands below the heading.
    pub body: Markup,
}

impl Section {
    /// A section.
    pub fn new(anchor: impl Into<String>, title: impl Into<String>, body: Markup) -> Section {
        Section { anchor: anchor.into(), title: title.into(), body }
    }
}

impl Page<'_> {
    /// The whole file.
    pub fn render(&self) -> String {
        let style = PreEscaped(format!("{}{STYLE}", palette::variables()));
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(CONTENT_SECURITY_POLICY);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    meta name="generator" content="latch";
                    title { (self.title) }
                    style { (style) }
                }
                body {
                    a.skip href="#content" { "Skip to the content" }
                    header { p.kind { (self.kind) } h1 { (self.title) } }
                    (self.contents())
                    main #content { @for section in &self.sections { (whole(section)) } }
                }
            }
        };
        legible(&page.into_string())
    }

    fn contents(&self) -> Markup {
        html! {
            nav aria-label="Contents" {
                ul { @for section in &self.sections {
                    li { a href={ "#" (section.anchor) } { (section.title) } }
                } }
            }
        }
    }
}

fn whole(section: &Section) -> Markup {
    html! {
        section id=(section.anchor) {
            h2 { (section.title) }
            (section.body)
        }
    }
}

/// What a link can lead to, made of any text: letters and digits stay, everything else becomes its number between dashes,
/// so that two texts never share an anchor.
pub fn anchor(kind: &str, name: &str) -> String {
    let mut anchor = format!("{kind}-");
    for character in name.chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' => anchor.push(character),
            other => anchor.push_str(&format!("_{:x}_", u32::from(other))),
        }
    }
    anchor
}

/// A table that scrolls by itself where the page is narrower than it.
pub fn scrolling(label: &str, table: Markup) -> Markup {
    html! { div.scroll role="region" aria-label=(label) tabindex="0" { (table) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> String {
        let body = html! { p title=(text) { (text) } };
        let sections = vec![Section::new(anchor("x", text), text, body)];
        Page { title: text, kind: text, sections }.render()
    }

    #[test]
    fn text_cannot_become_markup() {
        for hostile in
            ["</script><script>alert(1)</script>", "\"><img src=x onerror=y>", "<!--", "&lt;"]
        {
            let page = page(hostile);
            for forbidden in ["<script", "<img", "<!--", "onerror=y>"] {
                assert!(!page.contains(forbidden), "{forbidden}: {page}");
            }
        }
        assert!(page("&lt;b").contains("<h1>&amp;lt;b</h1>"));
    }

    #[test]
    fn nothing_hides_or_turns_around() {
        let page = page("a\u{202e}b\0c\u{feff}d\u{1b}[31m");
        assert!(page.contains("<h1>a\u{fffd}b\u{2400}c\u{fffd}d\u{241b}[31m</h1>"), "{page}");
    }

    #[test]
    fn it_asks_for_nothing_from_elsewhere() {
        let page = page("x");
        assert!(page.contains(&format!("content=\"{}\"", CONTENT_SECURITY_POLICY)));
        for forbidden in ["http:", "https:", "//", "url(", "@import", "<link", " src="] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
    }

    #[test]
    fn anchors_are_words_and_never_shared() {
        assert_eq!(anchor("policy", "no-mfa"), "policy-no-mfa");
        assert_eq!(anchor("app", "a b"), "app-a_20_b");
        assert_ne!(anchor("app", "a b"), anchor("app", "a_20_b"));
    }
}
