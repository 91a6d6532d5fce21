//! The difference of two texts, line by line, as patches are written.

use std::ops::Range;

/// How many lines stand around a change.
const CONTEXT: usize = 3;

/// The largest table of lines that is worked out: files of some thousand lines that changed everywhere. Beyond it all
/// lines between the first change and the last are shown as changed.
const MAX_TABLE: usize = 4_000_000;

/// A line of the old text, or a line of the new one, or one of both.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Same(usize, usize),
    Old(usize),
    New(usize),
}

/// The lines of a unified diff, without their ends.
pub(super) fn unified(name: &str, old: &str, new: &str) -> Vec<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let steps = steps(&old, &new);
    let mut lines = vec![format!("--- {name}"), format!("+++ {name}")];
    for hunk in hunks(&steps) {
        lines.push(header(&steps[hunk.clone()]));
        lines.extend(steps[hunk].iter().map(|step| match step {
            Step::Same(at, _) => format!(" {}", old[*at]),
            Step::Old(at) => format!("-{}", old[*at]),
            Step::New(at) => format!("+{}", new[*at]),
        }));
    }
    lines
}

fn steps(old: &[&str], new: &[&str]) -> Vec<Step> {
    let pairs = old.iter().zip(new);
    let head = pairs.take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let pairs = old.iter().rev().zip(new.iter().rev());
    let tail = pairs.take(rest).take_while(|(a, b)| a == b).count();
    let mut steps: Vec<Step> = (0..head).map(|at| Step::Same(at, at)).collect();
    let (a, b) = (head..old.len() - tail, head..new.len() - tail);
    steps.extend(middle(old, new, a, b));
    let ends = (0..tail).map(|at| Step::Same(old.len() - tail + at, new.len() - tail + at));
    steps.extend(ends);
    steps
}

/// By the longest common run of lines.
fn middle(old: &[&str], new: &[&str], a: Range<usize>, b: Range<usize>) -> Vec<Step> {
    let (rows, columns) = (a.len(), b.len());
    if (rows + 1).saturating_mul(columns + 1) > MAX_TABLE {
        return a.map(Step::Old).chain(b.map(Step::New)).collect();
    }
    let width = columns + 1;
    let mut longest = vec![0_u32; (rows + 1) * width];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            longest[row * width + column] = if old[a.start + row] == new[b.start + column] {
                longest[(row + 1) * width + column + 1] + 1
            } else {
                longest[(row + 1) * width + column].max(longest[row * width + column + 1])
            };
        }
    }
    let (mut row, mut column, mut steps) = (0, 0, Vec::new());
    while row < rows || column < columns {
        let (x, y) = (a.start + row, b.start + column);
        if row < rows && column < columns && old[x] == new[y] {
            steps.push(Step::Same(x, y));
            row += 1;
            column += 1;
        } else if column == columns
            || row < rows
                && longest[(row + 1) * width + column] >= longest[row * width + column + 1]
        {
            steps.push(Step::Old(x));
            row += 1;
        } else {
            steps.push(Step::New(y));
            column += 1;
        }
    }
    steps
}

/// Changes with the lines around them; those that touch are one.
fn hunks(steps: &[Step]) -> Vec<Range<usize>> {
    let changed = (0..steps.len()).filter(|at| !matches!(steps[*at], Step::Same(..)));
    let mut hunks: Vec<Range<usize>> = Vec::new();
    for at in changed {
        let around = at.saturating_sub(CONTEXT)..(at + CONTEXT + 1).min(steps.len());
        match hunks.last_mut() {
            Some(last) if last.end >= around.start => last.end = around.end,
            _ => hunks.push(around),
        }
    }
    hunks
}

fn header(steps: &[Step]) -> String {
    let old = |step: &Step| match step {
        Step::Same(at, _) | Step::Old(at) => Some(*at),
        Step::New(_) => None,
    };
    let new = |step: &Step| match step {
        Step::Same(_, at) | Step::New(at) => Some(*at),
        Step::Old(_) => None,
    };
    let part = |numbers: Vec<usize>| {
        format!("{},{}", numbers.first().map_or(0, |first| first + 1), numbers.len())
    };
    let (old, new): (Vec<_>, Vec<_>) =
        (steps.iter().filter_map(old).collect(), steps.iter().filter_map(new).collect());
    format!("@@ -{} +{} @@", part(old), part(new))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_stand_in_their_surroundings() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh\n";
        let new = "a\nb\nc\nD\ne\nf\ng\nh\ni\n";
        let lines = unified("x", old, new);
        let expected = [
            "--- x",
            "+++ x",
            "@@ -1,8 +1,9 @@",
            " a",
            " b",
            " c",
            "-d",
            "+D",
            " e",
            " f",
            " g",
            " h",
            "+i",
        ];
        assert_eq!(lines, expected);
        assert_eq!(unified("x", old, old).len(), 2);
    }

    #[test]
    fn a_difference_too_large_for_a_table_is_told_all_the_same() {
        let text =
            |letter: &str| (0..3_000).map(|at| format!("{letter}{at}\n")).collect::<String>();
        let lines = unified("x", &text("a"), &text("b"));
        assert_eq!(lines.len(), 2 + 1 + 6_000);
    }
}
