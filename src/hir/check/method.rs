//! Authentication methods with what their proof must show.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::hir::resolve::report::Report;
use crate::hir::resolve::vocabulary::listed;
use crate::hir::{MethodUse, codes};
use crate::schema::method::{METHODS, Method};
use crate::source::Spanned;
use crate::syntax::ast;
use crate::value::canonical_id;

/// `fido2 aaguid "…", "…"`
pub(super) fn method_use(written: &ast::MethodUse, report: &mut Report<'_>) -> Option<MethodUse> {
    let method = method(&written.method, report)?;
    let mut meaning = MethodUse {
        method,
        aaguids: BTreeSet::new(),
        issuers: BTreeSet::new(),
        policies: BTreeSet::new(),
    };
    let mut good = true;
    for (word, values) in &written.restrictions {
        good &= restrict(&mut meaning, word, values, report).is_some();
    }
    good.then_some(meaning)
}

fn method(name: &ast::Name, report: &mut Report<'_>) -> Option<Method> {
    if let Some(method) = Method::by_name(&name.node) {
        return Some(method);
    }
    let words = METHODS.iter().map(|row| row.name);
    let message = format!("there is no authentication method `{}`", name.node);
    let mut diagnostic = Diagnostic::error(codes::UNKNOWN_METHOD, name.span, message);
    diagnostic = match report.nearest(&name.node, words.clone()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
        None => diagnostic.note(format!("the methods are {}", listed(words))),
    };
    report.refuse(diagnostic)
}

fn restrict(
    meaning: &mut MethodUse,
    word: &ast::Name,
    values: &[Spanned<String>],
    report: &mut Report<'_>,
) -> Option<()> {
    let takes = meaning.method.row().restrictions;
    let set = match word.node.as_str() {
        "aaguid" => &mut meaning.aaguids,
        "issuer" => &mut meaning.issuers,
        _ => &mut meaning.policies,
    };
    if !takes.contains(&word.node.as_str()) {
        return report.refuse(unknown_restriction(meaning.method, word));
    }
    for value in values {
        let id = canonical_id(&value.node);
        if id.is_empty() {
            return report.refuse(Diagnostic::error(codes::BAD_ID, value.span, "this id is empty"));
        }
        set.insert(id);
    }
    Some(())
}

fn unknown_restriction(method: Method, word: &ast::Name) -> Diagnostic {
    let takes = method.row().restrictions;
    let message = format!("`{}` takes no `{}`", method.name(), word.node);
    let diagnostic = Diagnostic::error(codes::UNKNOWN_RESTRICTION, word.span, message);
    if takes.is_empty() {
        diagnostic.note(
            "only `fido2`, by `aaguid`, and certificates, by `issuer` and `policy`, are told apart",
        )
    } else {
        diagnostic.note(format!("`{}` takes {}", method.name(), listed(takes.iter().copied())))
    }
}
