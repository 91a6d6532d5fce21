//! Bars, written by hand as SVG, beside tables that hold the same numbers.

use maud::{Markup, html};

use crate::page::Tone;

/// The width of a whole bar, in the units of its drawing.
const WHOLE: u64 = 1_000;

/// The least width of a bar that stands for anything at all: what the eye still sees.
const LEAST: u64 = 4;

/// The same for a part of a stacked bar, whose edges take a little of it.
const THIN: u64 = 8;

/// One bar, or one part of a stacked one.
#[derive(Debug, Clone)]
pub struct Bar {
    /// What it counts.
    pub label: String,
    /// How many.
    pub count: u64,
    /// In which colour.
    pub tone: Tone,
}

impl Bar {
    /// A bar.
    pub fn new(label: impl Into<String>, count: u64, tone: Tone) -> Bar {
        Bar { label: label.into(), count, tone }
    }
}

/// A bar chart that is a table: label, number, bar; the longest bar is the largest number. `of` is the whole that shares
/// are told of, where there is one.
pub fn bars(title: &str, head: &str, unit: &str, bars: &[Bar], of: Option<u64>) -> Markup {
    let longest = bars.iter().map(|bar| bar.count).max().unwrap_or(0);
    html! {
        table.bars {
            caption { (title) }
            thead { tr {
                th scope="col" { (head) }
                th.number scope="col" { (unit) }
                @if of.is_some() { th.number scope="col" { "share" } }
                td {}
            } }
            tbody { @for bar in bars { tr {
                th scope="row" { (bar.label) }
                td.number { (grouped(bar.count)) }
                @if let Some(of) = of { td.number { (percent(bar.count, of)) } }
                td.bar { (single(bar, longest, unit)) }
            } } }
        }
    }
}

fn single(bar: &Bar, longest: u64, unit: &str) -> Markup {
    let title = format!("{}: {} {unit}", bar.label, grouped(bar.count));
    html! {
        svg.bar role="img" aria-label=(title) viewBox={ "0 0 " (WHOLE) " 10" } preserveAspectRatio="none" {
            title { (title) }
            rect.(bar.tone.class()) width=(width(bar.count, longest)) height="10" {}
        }
    }
}

/// One bar whose parts are shares of a whole. Parts of nothing are left out; the least of all others is still to be seen.
pub fn stack(title: &str, bars: &[Bar]) -> Markup {
    let whole = bars.iter().map(|bar| bar.count).fold(0, u64::saturating_add);
    let parts = shares(bars, whole);
    let words: Vec<_> = parts.iter().map(|part| told(part.bar, whole)).collect();
    let label = format!("{title}: {}", words.join(", "));
    html! {
        svg.stack role="img" aria-label=(label) viewBox={ "0 0 " (WHOLE) " 10" } preserveAspectRatio="none" {
            title { (label) }
            @for part in &parts {
                rect.(part.bar.tone.class()) x=(part.from) width=(part.width) height="10" { title { (told(part.bar, whole)) } }
            }
        }
    }
}

/// A part of a stacked bar, and where it lies.
struct Part<'a> {
    bar: &'a Bar,
    from: u64,
    width: u64,
}

/// Lays the parts side by side. What the thin ones get beyond their share, the widest gives.
fn shares(bars: &[Bar], whole: u64) -> Vec<Part<'_>> {
    let some = bars.iter().filter(|bar| bar.count > 0);
    let mut parts: Vec<_> =
        some.map(|bar| Part { bar, from: 0, width: width(bar.count, whole).max(THIN) }).collect();
    let drawn: u64 = parts.iter().map(|part| part.width).sum();
    if let Some(widest) = parts.iter_mut().max_by_key(|part| part.width) {
        widest.width = (widest.width + WHOLE).saturating_sub(drawn);
    }
    let mut at = 0;
    for part in &mut parts {
        part.from = at;
        at += part.width;
    }
    parts
}

/// The numbers of a stacked bar, with their colours.
pub fn legend(bars: &[Bar]) -> Markup {
    let whole = bars.iter().map(|bar| bar.count).fold(0, u64::saturating_add);
    html! {
        ul.legend { @for bar in bars {
            li {
                svg.swatch aria-hidden="true" viewBox="0 0 10 10" { rect.(bar.tone.class()) width="10" height="10" {} }
                span.count { (grouped(bar.count)) } " "
                span { (bar.label) }
                @if whole > 0 { " " span.soft { (percent(bar.count, whole)) } }
            }
        } }
    }
}

fn told(bar: &Bar, whole: u64) -> String {
    format!("{} {} ({})", grouped(bar.count), bar.label, percent(bar.count, whole))
}

fn scaled(count: u64, whole: u64) -> u64 {
    let scaled = u128::from(count) * u128::from(WHOLE) / u128::from(whole.max(1));
    u64::try_from(scaled).unwrap_or(WHOLE).min(WHOLE)
}

fn width(count: u64, longest: u64) -> u64 {
    match count {
        0 => 0,
        _ => scaled(count, longest).max(LEAST),
    }
}

/// A share with one decimal: `12.5 %`. What is more than nothing is never told as nothing, what is less than all never as all.
pub fn percent(count: u64, of: u64) -> String {
    if of == 0 {
        return "–".to_owned();
    }
    let mills = (u128::from(count) * 1_000 + u128::from(of) / 2) / u128::from(of);
    match mills {
        0 if count > 0 => "< 0.1 %".to_owned(),
        1_000 if count < of => "> 99.9 %".to_owned(),
        _ => format!("{}.{} %", mills / 10, mills % 10),
    }
}

/// A number in groups of three digits, with thin spaces between them.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_told_honestly() {
        assert_eq!(percent(1, 8), "12.5 %");
        assert_eq!(percent(0, 5), "0.0 %");
        assert_eq!(percent(1, 5_000_000), "< 0.1 %");
        assert_eq!(percent(4_999_999, 5_000_000), "> 99.9 %");
        assert_eq!(percent(5, 5), "100.0 %");
        assert_eq!(percent(0, 0), "–");
        assert_eq!(percent(u64::MAX, u64::MAX), "100.0 %");
    }

    #[test]
    fn numbers_stand_in_groups() {
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(5_000_000), "5\u{202f}000\u{202f}000");
    }

    #[test]
    fn parts_of_a_stack_fill_it_and_nothing_divides_by_zero() {
        let parts = [
            Bar::new("a", 1, Tone::Good),
            Bar::new("b", 0, Tone::Ask),
            Bar::new("c", 3, Tone::Stop),
        ];
        let drawn = stack("t", &parts).into_string();
        assert!(drawn.contains("<rect class=\"good\" x=\"0\" width=\"250\""), "{drawn}");
        assert!(drawn.contains("<rect class=\"stop\" x=\"250\" width=\"750\""), "{drawn}");
        assert!(!drawn.contains("class=\"ask\""), "{drawn}");
        assert!(drawn.contains("aria-label=\"t: 1 a (25.0 %), 3 c (75.0 %)\""), "{drawn}");
        let thin = [Bar::new("a", 1, Tone::Good), Bar::new("c", 5_000_000, Tone::Stop)];
        let drawn = stack("t", &thin).into_string();
        assert!(drawn.contains("<rect class=\"good\" x=\"0\" width=\"8\""), "{drawn}");
        assert!(drawn.contains("<rect class=\"stop\" x=\"8\" width=\"992\""), "{drawn}");
        let none = stack("t", &[Bar::new("a", 0, Tone::Good)]).into_string();
        assert!(!none.contains("<rect"), "{none}");
        assert!(
            bars("t", "what", "sign-ins", &parts, Some(4)).into_string().contains("width=\"1000\"")
        );
    }

    #[test]
    fn what_is_little_can_still_be_seen() {
        assert_eq!(width(1, 5_000_000), LEAST);
        assert_eq!(width(0, 5), 0);
        assert_eq!(width(u64::MAX, u64::MAX), WHOLE);
    }
}
