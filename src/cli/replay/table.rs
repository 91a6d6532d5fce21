//! Numbers and columns, as people read them.

use crate::cli::console::clean_line;
use crate::replay::report::Example;
use crate::value::Timestamp;

/// `1,234,567`
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 sign-in`, `1,234 sign-ins`
pub(super) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// `37 %`, `0.4 %`, `< 0.1 %`; nothing of nothing.
pub(super) fn share(part: u64, whole: u64) -> String {
    if part == 0 || whole == 0 {
        return String::new();
    }
    let percent = part as f64 * 100.0 / whole as f64;
    match percent {
        _ if part == whole => "100 %".to_owned(),
        it if it < 0.1 => "< 0.1 %".to_owned(),
        it if it > 99.9 => "> 99.9 %".to_owned(),
        it if (10.0..99.5).contains(&it) => format!("{it:.0} %"),
        it => format!("{it:.1} %"),
    }
}

/// `2026-11-23 07:58:10`, in UTC.
pub(super) fn moment(time: Timestamp) -> String {
    let time = jiff::Timestamp::from_millisecond(time.0);
    time.map(|time| time.strftime("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default()
}

/// `eva.kowalska 1,204 · admin 3`, at most so many, and how many more.
pub(super) fn listed(counts: &[(String, u64)], most: usize) -> String {
    let shown = counts.iter().take(most);
    let shown = shown.map(|(name, count)| format!("{} {}", clean_line(name), grouped(*count)));
    let mut parts: Vec<String> = shown.collect();
    if counts.len() > most {
        parts.push(format!("{} more", counts.len() - most));
    }
    parts.join(" · ")
}

/// Rows in columns, the first to the left and the others to the right, two spaces between.
pub(super) fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(at, (cell, width))| match at {
            0 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// `#12  2026-11-23 07:58:10  eva.kowalska  azure-portal  success → step-up  (satisfied: users)`
pub(super) fn example(example: &Example) -> String {
    let mut parts = vec![format!("#{}", example.number)];
    parts.extend(example.time.map(moment));
    parts.extend([example.user.clone(), example.app.clone()]);
    parts.push(match (example.was.as_str(), example.now.as_str()) {
        ("", now) => now.to_owned(),
        (was, "") => was.to_owned(),
        (was, now) => format!("{was} → {now}"),
    });
    if !example.because.is_empty() {
        parts.push(format!("({})", example.because.join(", ")));
    }
    parts.extend(example.id.as_ref().map(|id| format!("id {id}")));
    clean_line(&parts.join("  "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn shares_never_say_none_or_all_of_some() {
        for (part, whole, text) in [
            (0, 9, ""),
            (1, 3, "33 %"),
            (1, 100_000, "< 0.1 %"),
            (4, 1_000, "0.4 %"),
            (99_999, 100_000, "> 99.9 %"),
            (997, 1_000, "99.7 %"),
            (5, 5, "100 %"),
        ] {
            assert_eq!(share(part, whole), text, "{part} of {whole}");
        }
    }

    #[test]
    fn columns_stand_under_each_other() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = [row(["", "open", "blocked"]), row(["success", "1,000", "2"])];
        assert_eq!(columns(&rows), ["          open  blocked", "success  1,000        2"]);
    }
}
