//! Finds lines of networks that lie within another line.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::lint::rule::{Category, Profile, Rule, Safety};
use crate::lint::rules::correctness::ranges;
use crate::lint::subject::{Subject, found};
use crate::source::Span;
use crate::syntax::ast::{Literal, NetworkBody};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1306", name: "covered-line" },
    severity: Severity::Warning,
    category: Category::Hygiene,
    profile: Profile::Recommended,
    exact: true,
    fix: Some(Safety::Safe),
    page: include_str!("covered_line.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for (written, _) in subject.networks() {
        let NetworkBody::Members(members) = &written.body else { continue };
        let literals = members.iter().filter_map(ranges::address);
        let ranged = literals.filter_map(|it| Some((it, ranges::of_literal(it)?)));
        let lines: Vec<(&Literal, ranges::Range)> = ranged.collect();
        for (at, (line, range)) in lines.iter().enumerate() {
            let around = lines.iter().enumerate().find(|(other, (_, wide))| {
                let equal = wide == range;
                *other != at && ranges::lies_in(*range, *wide) && (!equal || *other < at)
            });
            let Some((_, (wide, _))) = around else { continue };
            let (one, two) = (subject.sources.text(line.span), subject.sources.text(wide.span));
            let message = format!("`{one}` lies within `{two}`");
            let finding =
                found(RULE.code, line.span, message).label(wide.span, "this line holds it");
            let finding = finding.help("take the narrower line out");
            all.push(match whole_line(subject, line.span) {
                Some(line) => finding.fix(line, ""),
                None => finding,
            });
        }
    }
}

/// The line that holds nothing else, with its end.
fn whole_line(subject: &Subject<'_>, span: Span) -> Option<Span> {
    let text = &subject.sources.get(span.source).text;
    let (before, after) = (text.get(..span.start as usize)?, text.get(span.end as usize..)?);
    let start = before.rfind('\n')? + 1;
    let end = span.end as usize + after.find('\n')? + 1;
    let alone = before[start..].trim().is_empty() && text[span.end as usize..end].trim().is_empty();
    alone.then(|| Span::new(span.source, start, end))
}
