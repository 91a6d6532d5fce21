//! Names of directory objects, and attributes of the organisation's own.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::hir::check::remarks::remarks;
use crate::hir::resolve::report::Report;
use crate::hir::resolve::vocabulary::{is_context, listed};
use crate::hir::{Object, OwnAttribute, OwnKind, codes};
use crate::source::Spanned;
use crate::syntax::ast::{self, ObjectKind};
use crate::value::canonical_id;

/// `group finance = "…"`
pub(super) fn object(
    item: &ast::Item,
    object: &ast::Object,
    report: &mut Report<'_>,
) -> Option<Object> {
    let remarks = remarks(item, report);
    let kind = object.kind.node;
    let good_emergency = check_emergency(object, report);
    let (mut ids, mut seen) = (Vec::new(), BTreeSet::new());
    let mut good_ids = true;
    for id in &object.ids {
        match directory_id(kind, id, report) {
            Some(id) if seen.insert(id.clone()) => ids.push(id),
            Some(_) => {}
            None => good_ids = false,
        }
    }
    let emergency = object.emergency.is_some();
    let name = object.name.node.clone();
    (good_emergency && good_ids).then_some(Object {
        kind,
        name,
        remarks,
        emergency,
        ids,
        span: item.span,
    })
}

fn check_emergency(object: &ast::Object, report: &mut Report<'_>) -> bool {
    let Some(span) = object.emergency else { return true };
    if matches!(object.kind.node, ObjectKind::User | ObjectKind::Group) {
        return true;
    }
    let message = format!("`{}` cannot be `emergency`", object.name.node);
    report.tell(
        Diagnostic::error(codes::NEEDLESS_EMERGENCY, span, message)
            .note("break-glass accounts are users, or a group of them")
            .help("leave the word out")
            .fix(span, ""),
    );
    false
}

/// An id as the directory compares it.
pub(super) fn directory_id(
    kind: ObjectKind,
    id: &Spanned<String>,
    report: &mut Report<'_>,
) -> Option<String> {
    let canonical = canonical_id(&id.node);
    if canonical.is_empty() {
        return report.refuse(
            Diagnostic::error(codes::BAD_ID, id.span, "this id is empty")
                .help("write the id that the directory shows for it"),
        );
    }
    if kind == ObjectKind::Context && !is_context(&canonical) {
        let message = format!("`{}` is no authentication context", id.node);
        return report.refuse(
            Diagnostic::error(codes::BAD_ID, id.span, message)
                .note("authentication contexts have the ids `c1` to `c99`"),
        );
    }
    Some(canonical)
}

/// The types of own attributes, by their words.
const TYPES: [(&str, OwnKind); 6] = [
    ("boolean", OwnKind::Boolean),
    ("integer", OwnKind::Integer),
    ("string", OwnKind::String),
    ("set of string", OwnKind::SetOfString),
    ("duration", OwnKind::Duration),
    ("time", OwnKind::Time),
];

/// `attribute badge-level: integer`
pub(super) fn own_attribute(
    item: &ast::Item,
    attribute: &ast::Attribute,
    report: &mut Report<'_>,
) -> Option<OwnAttribute> {
    let remarks = remarks(item, report);
    let written = &attribute.kind;
    let Some((_, kind)) = TYPES.iter().find(|(word, _)| *word == written.node) else {
        let words = TYPES.map(|(word, _)| word);
        let message = format!("there is no type `{}`", written.node);
        let mut diagnostic = Diagnostic::error(codes::UNKNOWN_TYPE, written.span, message)
            .note(format!("the types are {}", listed(words)));
        if let Some(near) = report.nearest(&written.node, words) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?")).fix(written.span, near);
        }
        return report.refuse(diagnostic);
    };
    let name = attribute.name.node.clone();
    Some(OwnAttribute { name, kind: *kind, remarks, span: item.span })
}
