//! Authentication strengths.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::hir::check::method::method_use;
use crate::hir::check::object::directory_id;
use crate::hir::check::remarks::remarks;
use crate::hir::resolve::report::Report;
use crate::hir::{Combination, MethodUse, Strength, codes};
use crate::syntax::ast::{self, ObjectKind, StrengthBody};

/// `strength hardware-key { … }`
pub(super) fn strength(
    item: &ast::Item,
    strength: &ast::Strength,
    report: &mut Report<'_>,
) -> Option<Strength> {
    let remarks = remarks(item, report);
    let (combinations, opaque) = match &strength.body {
        StrengthBody::Id(id) => (Vec::new(), Some(directory_id(ObjectKind::App, id, report)?)),
        StrengthBody::Combinations(lines) => (combinations(&strength.name, lines, report)?, None),
    };
    let name = strength.name.node.clone();
    Some(Strength { name, remarks, combinations, opaque, span: item.span })
}

fn combinations(
    name: &ast::Name,
    lines: &[ast::Combination],
    report: &mut Report<'_>,
) -> Option<Vec<Combination>> {
    if lines.is_empty() {
        let message = format!("the strength `{}` has no combinations", name.node);
        return report.refuse(
            Diagnostic::error(codes::EMPTY_BODY, name.span, message)
                .note("nothing would ever satisfy it")
                .help("give it a combination a line: `password and sms`, `fido2`"),
        );
    }
    let read: Vec<Option<Combination>> =
        lines.iter().map(|line| combination(line, report)).collect();
    let mut combinations = read.into_iter().collect::<Option<Vec<Combination>>>()?;
    combinations.sort();
    combinations.dedup();
    Some(combinations)
}

fn combination(line: &ast::Combination, report: &mut Report<'_>) -> Option<Combination> {
    let read: Vec<Option<MethodUse>> =
        line.methods.iter().map(|method| method_use(method, report)).collect();
    let mut good = true;
    let mut seen = BTreeMap::new();
    for ast::MethodUse { method, .. } in &line.methods {
        let Some(first) = seen.insert(method.node.as_str(), method.span) else { continue };
        let message = format!("`{}` stands twice in one combination", method.node);
        report.tell(
            Diagnostic::error(codes::REPEATED_METHOD, method.span, message)
                .label(first, "first here")
                .note("a combination is of different methods, each proven once"),
        );
        good = false;
    }
    let mut methods = read.into_iter().collect::<Option<Vec<MethodUse>>>()?;
    methods.sort();
    good.then_some(Combination { methods })
}
