//! Finds titles that say block over policies that do not.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::Effect;
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1302", name: "name-mismatch" },
    severity: Severity::Info,
    category: Category::Hygiene,
    profile: Profile::Strict,
    exact: false,
    fix: None,
    page: include_str!("name_mismatch.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for policy in subject.live_policies() {
        let Some(title) = &policy.written.title else { continue };
        if policy.meant.effect == Effect::Block || !says_block(&title.node) {
            continue;
        }
        if policy.meant.session.cloud_app_security.is_some()
            || policy.meant.session.app_restrictions
        {
            continue;
        }
        let does = match policy.meant.effect {
            Effect::Require(_) => "requires something",
            Effect::Nothing | Effect::Block => "sets session controls",
        };
        let message = format!(
            "the title says block, and `{}` {does}: possibly one of them is wrong",
            policy.meant.name
        );
        all.push(found(RULE.code, title.span, message).help("make them agree"));
    }
}

/// Whether the title's verb is to block: not a download, nor what was unblocked.
fn says_block(title: &str) -> bool {
    let lower = title.to_lowercase();
    let words: Vec<&str> =
        lower.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()).collect();
    let verb = words.iter().position(|word| matches!(*word, "block" | "blocks" | "blocked"));
    verb.is_some_and(|at| !words.get(at + 1).is_some_and(|next| next.starts_with("download")))
}
