//! What stands before an item: its documentation and its annotations.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::hir::resolve::report::Report;
use crate::hir::resolve::vocabulary::listed;
use crate::hir::{Remarks, codes};
use crate::source::Span;
use crate::syntax::ast;

/// The annotations there are, and whether the value of each is a date.
const ANNOTATIONS: [(&str, bool); 7] = [
    ("id", false),
    ("template", false),
    ("created", true),
    ("modified", true),
    ("deleted", true),
    ("plan", false),
    ("until", true),
];

/// The documentation and annotations of an item. A bad annotation leaves the item its meaning.
pub(super) fn remarks(item: &ast::Item, report: &mut Report<'_>) -> Remarks {
    let docs: Vec<&str> = item.docs.iter().map(|line| line.node.as_str()).collect();
    let mut seen = BTreeMap::new();
    let mut annotations: Vec<(String, String)> = Vec::new();
    for annotation in &item.annotations {
        let name = &annotation.name;
        if let Some(first) = seen.insert(name.node.as_str(), name.span) {
            report.tell(repeated(name, first));
        } else if is_good(annotation, report) {
            annotations.push((name.node.clone(), annotation.value.node.clone()));
        }
    }
    Remarks { docs: docs.join("\n"), annotations }
}

fn repeated(name: &ast::Name, first: Span) -> Diagnostic {
    let message = format!("`@{}` stands twice", name.node);
    Diagnostic::error(codes::REPEATED_ANNOTATION, name.span, message)
        .label(first, "first here")
        .help("keep one of them")
}

fn is_good(annotation: &ast::Annotation, report: &mut Report<'_>) -> bool {
    let name = &annotation.name;
    let Some((_, dated)) = ANNOTATIONS.iter().find(|(known, _)| *known == name.node) else {
        report.tell_unknown(name);
        return false;
    };
    if *dated && !is_date(&annotation.value.node) {
        let message = format!("`{}` is no date", annotation.value.node);
        report.tell(
            Diagnostic::error(codes::BAD_ANNOTATION, annotation.value.span, message)
                .note(format!("`@{}` takes a date", name.node))
                .help("write it like `2026-11-23` or `2026-11-23T08:00:00Z`"),
        );
        return false;
    }
    true
}

/// A date, perhaps with a time behind it.
fn is_date(text: &str) -> bool {
    let (date, rest) = text.split_at_checked(10).unwrap_or((text, ""));
    let after = rest.is_empty() || rest.starts_with(['T', 't', ' ']);
    after && date.len() == 10 && date.parse::<jiff::civil::Date>().is_ok()
}

impl Report<'_> {
    fn tell_unknown(&mut self, name: &ast::Name) {
        let known = ANNOTATIONS.map(|(known, _)| known);
        let message = format!("there is no annotation `@{}`", name.node);
        let mut diagnostic = Diagnostic::error(codes::UNKNOWN_ANNOTATION, name.span, message)
            .note(format!("the annotations are {}", listed(known)));
        if let Some(near) = self.nearest(&name.node, known) {
            diagnostic =
                diagnostic.help(format!("did you mean `@{near}`?")).fix(name.span, near.to_owned());
        }
        self.tell(diagnostic);
    }
}
