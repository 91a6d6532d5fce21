//! The colours of pages, light and dark, each written once.

use std::fmt::Write as _;

/// What a colour means. Charts and marks never say anything by colour alone: a word stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tone {
    /// Good, open.
    Good,
    /// Asks for something: a step-up, a warning.
    Ask,
    /// Shut, refused.
    Stop,
    /// Tried out, reported.
    Trial,
    /// Off, unknown, all others.
    Quiet,
}

impl Tone {
    /// Every tone.
    pub const ALL: [Tone; 5] = [Tone::Good, Tone::Ask, Tone::Stop, Tone::Trial, Tone::Quiet];

    /// Its class in markup.
    pub fn class(self) -> &'static str {
        match self {
            Tone::Good => "good",
            Tone::Ask => "ask",
            Tone::Stop => "stop",
            Tone::Trial => "trial",
            Tone::Quiet => "quiet",
        }
    }
}

/// A colour by its name in the style, in light and in dark.
struct Colour(&'static str, u32, u32);

/// Every colour of the style. Those of text are held to a contrast of 4.5 on each ground they stand on.
#[rustfmt::skip]
const COLOURS: &[Colour] = &[
    //     name          light     dark
    Colour("ground",    0xfcfcfa, 0x16181b),
    Colour("raised",    0xffffff, 0x1d2024),
    Colour("sunken",    0xf2f2ee, 0x25292e),
    Colour("rule",      0xdcdcd4, 0x383d44),
    Colour("text",      0x1c1e21, 0xe8e8e4),
    Colour("soft",      0x595e66, 0xa9afb8),
    Colour("link",      0x1f4f8f, 0x8fb8f0),
    Colour("good",      0x1d6b3f, 0x7cc79a),
    Colour("ask",       0x855300, 0xe0b060),
    Colour("stop",      0xa32525, 0xf09a92),
    Colour("trial",     0x5a3fa0, 0xbfaaf2),
    Colour("quiet",     0x595e66, 0xa9afb8),
    Colour("good-fill", 0x4f9a70, 0x4f9a70),
    Colour("ask-fill",  0xb5801f, 0xc08f3c),
    Colour("stop-fill", 0xc4504a, 0xc85a54),
    Colour("trial-fill", 0x8a72c8, 0x8a72c8),
    Colour("quiet-fill", 0x858b94, 0x747b85),
];

/// The style's variables: light, and dark where the reader prefers it; paper is light.
pub(super) fn variables() -> String {
    let light: String = COLOURS.iter().map(|it| declared(it.0, it.1)).collect();
    let dark: String = COLOURS.iter().map(|it| declared(it.0, it.2)).collect();
    let mut css = String::new();
    write!(
        css,
        ":root{{{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    )
    .expect("a string takes everything");
    css
}

fn declared(name: &str, colour: u32) -> String {
    format!("--{name}:#{colour:06x};")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 8] = ["text", "soft", "link", "good", "ask", "stop", "trial", "quiet"];
    const GROUNDS: [&str; 3] = ["ground", "raised", "sunken"];

    /// The relative luminance of WCAG 2.2.
    fn luminance(colour: u32) -> f64 {
        let channel = |shift: u32| {
            let part = f64::from((colour >> shift) & 0xff) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
    }

    fn contrast(a: u32, b: u32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn colour(name: &str) -> [u32; 2] {
        let found = COLOURS.iter().find(|it| it.0 == name).expect("a colour");
        [found.1, found.2]
    }

    fn at_least(least: f64, over: &str, under: &str) {
        for (over_it, under_it) in colour(over).into_iter().zip(colour(under)) {
            let found = contrast(over_it, under_it);
            assert!(found >= least, "{over} on {under}: {found:.2}");
        }
    }

    #[test]
    fn every_text_can_be_read_on_every_ground() {
        for text in TEXTS {
            GROUNDS.iter().for_each(|ground| at_least(4.5, text, ground));
        }
    }

    #[test]
    fn every_bar_stands_out_from_its_ground() {
        // What WCAG 2.2 asks for graphics that carry meaning.
        for tone in Tone::ALL {
            at_least(3.0, &format!("{}-fill", tone.class()), "raised");
        }
    }

    #[test]
    fn the_measure_is_that_of_the_standard() {
        assert!((contrast(0x00_00_00, 0xff_ff_ff) - 21.0).abs() < 1e-9);
        assert!((contrast(0x76_76_76, 0xff_ff_ff) - 4.54).abs() < 0.01);
    }
}
