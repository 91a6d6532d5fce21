//! The chart: a bar an engine, on a logarithmic scale, for one size.

use std::fmt::Write as _;

use crate::engines;
use crate::table::{Figures, machine, time};

const WIDTH: f64 = 880.0;
const LEFT: f64 = 250.0;
const RIGHT: f64 = 90.0;
const BAR: f64 = 22.0;
const STEP: f64 = 30.0;
const TOP: f64 = 66.0;

/// A power of ten nanoseconds: `10 ns`, `1 µs`.
fn round(power: i32) -> String {
    let units = ["ns", "µs", "ms", "s"];
    let unit = (power as usize / 3).min(units.len() - 1);
    format!("{} {}", 10_u64.pow((power as u32).saturating_sub(3 * unit as u32)), units[unit])
}

/// Medians at 240 policies, or at the first size there is.
pub(crate) fn svg(all: &[Figures], sizes: &[usize]) -> String {
    let size = if sizes.contains(&240) { 240 } else { sizes[0] };
    let mut rows: Vec<&Figures> =
        all.iter().filter(|it| it.size == size && it.failed.is_none()).collect();
    rows.sort_by(|a, b| a.p50.total_cmp(&b.p50));
    let longest = rows.iter().map(|it| it.p50).fold(100.0, f64::max).log10().ceil();
    let height = TOP + rows.len() as f64 * STEP + 46.0;
    let x = |nanos: f64| {
        LEFT + (nanos.max(10.0).log10() - 1.0) / (longest - 1.0) * (WIDTH - LEFT - RIGHT)
    };
    let mut out = String::new();
    let mut line = |text: String| writeln!(out, "{text}").expect("memory");
    line(format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif" font-size="13" role="img">"##
    ));
    line(format!(r##"<title>Median time of a decision with {size} policies, by engine</title>"##));
    line(format!(r##"<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>"##));
    line(format!(
        r##"<text x="16" y="26" font-size="16" font-weight="600" fill="#1f2328">One decision, {size} policies (median, logarithmic scale)</text>"##
    ));
    for power in 1..=longest as i32 {
        let (at, label) = (x(10_f64.powi(power)), round(power));
        let bottom = height - 40.0;
        line(format!(
            r##"<line x1="{at:.1}" y1="{:.1}" x2="{at:.1}" y2="{bottom:.1}" stroke="#d8dee4"/>"##,
            TOP - 8.0
        ));
        line(format!(
            r##"<text x="{at:.1}" y="{:.1}" text-anchor="middle" fill="#59636e" font-size="11">{label}</text>"##,
            TOP - 14.0
        ));
    }
    for (at, row) in rows.iter().enumerate() {
        let y = TOP + at as f64 * STEP;
        let color = if row.name.starts_with("latch") { "#0969da" } else { "#8c959f" };
        let (label, end, text) = (engines::label(row.name), x(row.p50), time(row.p50));
        let middle = y + BAR * 0.7;
        line(format!(
            r##"<text x="{:.1}" y="{middle:.1}" text-anchor="end" fill="#1f2328">{label}</text>"##,
            LEFT - 10.0
        ));
        line(format!(
            r##"<rect x="{LEFT}" y="{y:.1}" width="{:.1}" height="{BAR}" rx="2" fill="{color}"/>"##,
            (end - LEFT).max(2.0)
        ));
        line(format!(
            r##"<text x="{:.1}" y="{middle:.1}" fill="#1f2328">{text}</text>"##,
            end + 8.0
        ));
    }
    line(format!(
        r##"<text x="16" y="{:.1}" fill="#59636e" font-size="11">{}</text>"##,
        height - 14.0,
        machine()
    ));
    line("</svg>".to_owned());
    out
}
