//! A file in the one layout that the language has, as an edit of what is there.

use lsp_types::TextEdit;

use crate::lsp::set::Set;
use crate::source::SourceId;
use crate::syntax::format;

/// The edit that formats a file: nothing when it cannot be read, none when it is formatted already.
pub(super) fn format_file(set: &Set, source: SourceId) -> Option<Vec<TextEdit>> {
    if !set.is_readable(source) {
        return None;
    }
    let (_, text) = set.file(source)?;
    let new = format(set.tree(source)?);
    let old = text.as_str();
    if old == new {
        return Some(Vec::new());
    }
    let (start, end) = differing(old, &new);
    let range = text.range(start..old.len() - end);
    let new_text = new.get(start..new.len() - end)?.to_owned();
    Some(vec![TextEdit { range, new_text }])
}

/// How many bytes two texts have in common at the start, and at the end; whole lines, so that an editor's marks stay.
fn differing(old: &str, new: &str) -> (usize, usize) {
    let lines = |text: &'_ str| text.split_inclusive('\n').map(str::len).collect::<Vec<_>>();
    let same = old.split_inclusive('\n').zip(new.split_inclusive('\n'));
    let start: usize = same.take_while(|(a, b)| a == b).map(|(a, _)| a.len()).sum();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let (old_lines, new_lines) = (lines(old_rest), lines(new_rest));
    let (mut old_end, mut new_end) = (old_rest.len(), new_rest.len());
    for (a, b) in old_lines.iter().rev().zip(new_lines.iter().rev()) {
        if old_rest[old_end - a..old_end] != new_rest[new_end - b..new_end] {
            break;
        }
        (old_end, new_end) = (old_end - a, new_end - b);
    }
    (start, old_rest.len() - old_end)
}

#[cfg(test)]
mod tests {
    use super::differing;

    #[test]
    fn an_edit_covers_the_lines_that_differ() {
        let cases = [
            ("a\nb\nc\n", "a\nx\nc\n", (2, 2)),
            ("a\n", "a\nb\n", (2, 0)),
            ("", "a\n", (0, 0)),
            ("a\na\n", "a\n", (2, 0)),
            ("é\nb", "é\nc", (3, 0)),
        ];
        for (old, new, expected) in cases {
            assert_eq!(differing(old, new), expected, "{old:?} {new:?}");
        }
    }
}
