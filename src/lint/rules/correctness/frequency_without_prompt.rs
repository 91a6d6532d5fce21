//! Finds sign-in frequencies for sign-ins that cannot be asked again.

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::hir::Predicate;
use crate::lint::ask::{self, Example};
use crate::lint::rule::{Category, Profile, Rule};
use crate::lint::subject::{Subject, found};
use crate::schema::attribute::Attribute;
use std::collections::BTreeSet;

/// The rule.
pub(in crate::lint) static RULE: Rule = Rule {
    code: Code { id: "L1005", name: "frequency-without-prompt" },
    severity: Severity::Warning,
    category: Category::Correctness,
    profile: Profile::Recommended,
    exact: true,
    fix: None,
    page: include_str!("frequency_without_prompt.md"),
    check,
};

fn check(subject: &Subject<'_>, all: &mut Vec<Diagnostic>) {
    for policy in subject.live_policies() {
        let condition = &policy.meant.condition;
        if policy.meant.session.sign_in_frequency.is_none()
            || subject.ask.any(condition) == Example::Nobody
        {
            continue;
        }
        let who = [
            (ask::not(ask::by_a_user()), "programs, at which nobody sits"),
            (legacy_clients(), "legacy clients, which show no prompt"),
        ];
        let only = who.into_iter().find(|(who, _)| {
            let others = ask::all(vec![condition.clone(), ask::not(who.clone())]);
            subject.ask.any(&others) == Example::Nobody
        });
        let Some((_, who)) = only else { continue };
        let message =
            format!("`{}` bounds the age of sign-ins that cannot be repeated", policy.meant.name);
        let finding = found(RULE.code, policy.written.name.span, message)
            .here(format!("it is about {who}"))
            .help("block these sign-ins, or leave the frequency to a policy about clients that can ask");
        all.push(finding);
    }
}

fn legacy_clients() -> crate::hir::Condition {
    let words = ["exchange-active-sync", "other"].map(|word| Attribute::Client.word(word));
    let words: BTreeSet<u8> = words.into_iter().flatten().collect();
    ask::test(Attribute::Client, Predicate::Words(words, None))
}
